//! Urgent matters: told at once, outside the report (DR-33).

use std::collections::BTreeSet;

use diesel::PgConnection;
use group_inspection_core::{
    inspection::{self, Role},
    urgent::{Audience, Notice, UrgentMatter},
};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
};

impl Record for UrgentMatter {
    const KIND: &'static str = "urgent_matter";
}

/// Who may raise an urgent matter: whoever works on the inspection.
const RAISERS: &[Role] = &[
    Role::LeadInspector,
    Role::Inspector,
    Role::Practitioner,
    Role::QualityAssurer,
    Role::DecisionMaker,
    Role::OperationsOfficer,
];

/// Raises an urgent matter. No state, pause or conflict of interest keeps
/// anybody from raising one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-33 if there
/// is nothing to tell, or if the database fails.
pub fn raise(tx: &mut Tx<'_>, inspection: Uuid, notice: Notice) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), RAISERS)?;
    let now = tx.now();
    let id = tx.new_id();
    let policy = &loaded.frozen.policy.lifecycle;
    let days = lifecycle::clock_days(tx.connection(), policy)?;
    let watched = inspection::UrgentMatter {
        id,
        noticed_at: notice.noticed_at,
        raised_at: None,
    };
    let due = inspection::urgent_alert(&watched, now, &days, policy)
        .and_then(|clock| clock.due.at())
        .unwrap_or(now);
    let matter = UrgentMatter::raise(id, notice, by.id, now, due)
        .map_err(|refusal| Error::refused("DR-33", refusal.to_string()))?;
    records::insert(tx, id, Owner::inspection(inspection), &matter, None)?;
    Ok(id)
}

/// Urgent matters that the actor may know of, in the order in which they were
/// raised; to all others there are none.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn list(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
) -> Result<Vec<UrgentMatter>, Error> {
    let loaded = lifecycle::load(connection, actor, inspection)?;
    let Some(by) = actor.acting() else {
        return Err(Error::NotFound);
    };
    let roles = audience(&loaded, by);
    Ok(
        records::of::<UrgentMatter>(connection, Owner::inspection(inspection))?
            .into_iter()
            .map(|held| held.value)
            .filter(|matter| matter.may_be_known_to(by.id, &roles))
            .collect(),
    )
}

/// As whom somebody is told. The duty desk is the inspectorate's decision
/// makers; those outside the service are told by them.
fn audience(loaded: &Loaded, by: inspection::Actor) -> BTreeSet<Audience> {
    let told = match by.role {
        Role::LeadInspector if loaded.inspection.team().is_some_and(|t| t.lead == by.id) => {
            Some(Audience::LeadInspector)
        }
        Role::DecisionMaker | Role::System => Some(Audience::DutyDesk),
        Role::BodyLeader => Some(Audience::BodyContact),
        Role::LeadInspector
        | Role::Inspector
        | Role::Practitioner
        | Role::QualityAssurer
        | Role::OperationsOfficer
        | Role::Operator
        | Role::Integrator => None,
    };
    told.into_iter().collect()
}
