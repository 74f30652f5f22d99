//! What becomes of recommendations (DR-32).

use diesel::PgConnection;
use group_inspection_core::{
    inspection::Role,
    recommendation::{Refusal, Step, Taken, Tracked},
};
use uuid::Uuid;

use crate::{
    Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Held, Owner, Record},
    reports,
};

impl Record for Tracked {
    const KIND: &'static str = "recommendation";
}

/// Begins to track the recommendations of the report that is public.
pub(crate) fn track_recommendations(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<(), Error> {
    let Some(version) = loaded.inspection.final_version() else {
        return Ok(());
    };
    let (report, _) = reports::compiled(tx.connection(), loaded.report_id, version)?;
    for recommendation in &report.recommendations {
        let id = tx.new_id();
        let tracked = Tracked::new(
            id,
            recommendation.number,
            recommendation.owner.clone(),
            recommendation.due,
        );
        records::insert(tx, id, Owner::inspection(loaded.id()), &tracked, None)?;
    }
    Ok(())
}

/// Recommendations of an inspection that are followed up, in their order.
///
/// # Errors
/// If the database fails.
pub fn tracked(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Vec<Held<Tracked>>, Error> {
    let mut all = records::of::<Tracked>(connection, Owner::inspection(inspection))?;
    all.sort_by_key(|held| held.value.number);
    Ok(all)
}

/// Takes a step on a recommendation. The body begins and submits evidence;
/// an inspector of the team decides.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-32, or if
/// the database fails.
pub fn step(tx: &mut Tx<'_>, inspection: Uuid, id: Uuid, step: Step) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = match &step {
        Step::Begin { .. } | Step::SubmitEvidence { .. } => {
            lifecycle::authorise(tx.actor(), &[Role::BodyLeader, Role::Integrator])?
        }
        Step::Return { decision }
        | Step::Meet { decision, .. }
        | Step::NotMeet { decision }
        | Step::Supersede { decision, .. } => {
            let by = lifecycle::authorise(tx.actor(), &[Role::LeadInspector, Role::Inspector])?;
            let now = tx.now();
            crate::people::needs_access(tx.connection(), &loaded, by, now)?;
            if decision.inspector != by.id {
                return Err(Error::refused(
                    "DR-32",
                    "a decision names the inspector who takes it",
                ));
            }
            by
        }
    };
    let mut held = records::lock::<Tracked>(tx, id)?;
    if held.owner.inspection != Some(inspection) {
        return Err(Error::NotFound);
    }
    let evidence = lifecycle::evidence_held(tx.connection(), inspection)?;
    let taken = Taken {
        step,
        actor: by.id,
        at: tx.now(),
    };
    held.value
        .take(taken, |item| evidence.contains(&item))
        .map_err(|refusal: Refusal| Error::refused("DR-32", refusal.to_string()))?;
    records::replace(tx, id, Some(held.revision), &held.value, None)?;
    Ok(())
}
