//! The national view over all published inspections.

use std::collections::BTreeMap;

use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    burden::measures,
    disclosure::Thresholds,
    oversight::{Amount, Inspected, Overview, overview},
    value::Novelty,
};
use uuid::Uuid;

use super::{burden, surveys, value};
use crate::{
    Actor, Error, lifecycle, reports,
    schema::{report, report_version},
    submissions,
    submissions::ItemKind,
};

/// What inspections with a public report found, asked, cost and changed, by
/// kind of body and school year. It names no body and ranks none; small
/// numbers are suppressed (DR-34).
///
/// # Errors
/// If the database fails.
pub fn oversight(
    connection: &mut PgConnection,
    thresholds: &Thresholds,
) -> Result<Overview, Error> {
    let public: Vec<(Uuid, i32)> = report_version::table
        .inner_join(report::table.on(report::id.eq(report_version::report_id)))
        .filter(report_version::state.eq("published"))
        .order(report::inspection_id)
        .select((report::inspection_id, report_version::version))
        .load(connection)?;
    let mut inspected = Vec::with_capacity(public.len());
    for (inspection, version) in public {
        let version =
            u32::try_from(version).map_err(|error| Error::internal("a stored version", error))?;
        inspected.push(one(connection, inspection, version)?);
    }
    overview(&inspected, thresholds).map_err(|error| Error::internal("the national view", error))
}

fn one(connection: &mut PgConnection, id: Uuid, version: u32) -> Result<Inspected, Error> {
    let loaded = lifecycle::load(connection, &Actor::system("oversight"), id)?;
    let (report, _) = reports::compiled(connection, loaded.report_id, version)?;
    let recorded = burden::recorded(connection, &loaded)?;
    let minutes = submissions::minutes(connection, id)?;
    let measured = measures(
        &recorded,
        minutes,
        loaded.frozen.open_schools(),
        &loaded.frozen.policy.burden,
    );
    let since = value::since(connection, id)?;
    let items = submissions::items(connection, id)?;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let new = since.novelty.values().filter(|n| **n == Novelty::New);
    let amounts = BTreeMap::from([
        (Amount::Requests, u64::from(measured.requests)),
        (Amount::AskedTwice, u64::from(measured.asked_twice)),
        (
            Amount::Items,
            count(
                items
                    .iter()
                    .filter(|i| i.kind == ItemKind::Evidence)
                    .count(),
            ),
        ),
        (Amount::LeaderMinutes, u64::from(measured.leader_minutes)),
        (
            Amount::CostPence,
            measured
                .cost_pence
                .saturating_add(since.cost_pence.unwrap_or_default()),
        ),
        (Amount::PatternsNewToGroup, count(new.count())),
        (Amount::RecommendationsActedOn, count(since.acted_on.len())),
    ]);
    let published = surveys::published_on(&loaded)
        .ok_or_else(|| Error::internal("a public report", "it was never published"))?;
    Ok(Inspected::new(&report, published, amounts))
}
