//! Value as it is recorded after a report is public (domain.md 7).

use std::collections::BTreeMap;

use diesel::PgConnection;
use group_inspection_core::{
    inspection::Role,
    survey::Wave,
    value::{Novelty, Recorded},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::surveys;
use crate::{
    Error, Tx, editorial, lifecycle,
    records::{self, Owner, Record},
    reports,
};

/// What the group says of key patterns, by the identifier of each statement.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Stated(BTreeMap<String, Novelty>);

impl Record for Stated {
    const KIND: &'static str = "pattern_novelty";
}

/// What the inspection cost the inspectorate, in pence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Cost(u64);

impl Record for Cost {
    const KIND: &'static str = "inspection_cost";
}

fn held<T: Record>(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Option<records::Held<T>>, Error> {
    Ok(records::of::<T>(connection, Owner::inspection(inspection))?
        .into_iter()
        .next())
}

/// Records which key patterns of the newest version were new to the group, over
/// the revision the caller has seen; returns the new one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`],
/// [`crate::error::Conflict::StaleRevision`], a refusal for a pattern the
/// report does not have, or if the database fails.
pub fn novelty(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    revision: i64,
    stated: BTreeMap<String, Novelty>,
) -> Result<i64, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::BodyLeader])?;
    records::is_seen::<Stated>(tx.connection(), inspection, revision)?;
    let actor = tx.actor().clone();
    let now = tx.now();
    // As far as the body may read it: the draft it checks, or what is public.
    let report = match loaded.inspection.final_version() {
        Some(version) => reports::compiled(tx.connection(), loaded.report_id, version)?.0,
        None => reports::draft(tx.connection(), &actor, inspection, now)?,
    };
    let unknown = stated.keys().find(|id| {
        !report
            .patterns
            .key
            .iter()
            .any(|pattern| pattern.statement.id == **id)
    });
    if let Some(unknown) = unknown {
        return Err(Error::refused(
            "7",
            format!("the report has no key pattern {unknown}"),
        ));
    }
    records::keep_over(tx, inspection, revision, &Stated(stated))
}

/// Records what the inspection cost the inspectorate, in pence, over the
/// revision the caller has seen; returns the new one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`],
/// [`crate::error::Conflict::StaleRevision`], or if the database fails.
pub fn cost(tx: &mut Tx<'_>, inspection: Uuid, revision: i64, pence: u64) -> Result<i64, Error> {
    lifecycle::lock(tx, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer])?;
    records::keep_over(tx, inspection, revision, &Cost(pence))
}

/// Revisions of what the group says of key patterns, and of the cost; 0 where
/// nothing is recorded.
///
/// # Errors
/// If the database fails.
pub fn value_revisions(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<(i64, i64), Error> {
    Ok((
        records::revision_of::<Stated>(connection, inspection)?,
        records::revision_of::<Cost>(connection, inspection)?,
    ))
}

/// What was recorded of value.
///
/// # Errors
/// If the database fails.
pub fn since(connection: &mut PgConnection, inspection: Uuid) -> Result<Recorded, Error> {
    let novelty = held::<Stated>(connection, inspection)?;
    let cost = held::<Cost>(connection, inspection)?;
    let acted_on = editorial::tracked(connection, inspection)?
        .iter()
        .filter_map(|held| Some((held.value.number, held.value.evidence().last()?)))
        .collect();
    let responses = surveys::responses(connection, inspection)?;
    let of = |wave: Wave| {
        let n = responses.iter().filter(|one| one.wave == wave).count();
        (n > 0).then(|| u32::try_from(n).unwrap_or(u32::MAX))
    };
    Ok(Recorded {
        novelty: novelty.map(|held| held.value.0).unwrap_or_default(),
        acted_on,
        first_survey_responses: of(Wave::First),
        second_survey_responses: of(Wave::Second),
        cost_pence: cost.map(|held| held.value.0),
    })
}
