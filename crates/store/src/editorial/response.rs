//! The response of the group to its report (DR-31).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    inspection::{Action, ClockKind, Role, clocks},
    language::Term,
    report::GroupResponse,
    response::{self, Accepted, Draft, Facts},
};
use uuid::Uuid;

use crate::{
    Error, Tx, lifecycle,
    records::{self, Held, Owner, Record},
    reports,
};

impl Record for Accepted {
    const KIND: &'static str = "group_response";
}

/// Publishes the group's response, once and unchanged; words that a report
/// may not use are given back as remarks and published all the same.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-31, or if
/// the database fails.
pub fn respond(tx: &mut Tx<'_>, inspection: Uuid, draft: Draft) -> Result<Vec<Term>, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::BodyLeader])?;
    let now = tx.now();
    let late = || Error::refused("DR-31", "a response is taken once a report is public");
    let version = loaded.inspection.final_version().ok_or_else(late)?;
    let (report, _) = reports::compiled(tx.connection(), loaded.report_id, version)?;
    let recommendations: BTreeSet<u32> = report
        .recommendations
        .iter()
        .map(|recommendation| recommendation.number)
        .collect();
    let policy = &loaded.frozen.policy;
    let days = lifecycle::clock_days(tx.connection(), &policy.lifecycle)?;
    let due = clocks(&loaded.inspection, now, &days, &policy.lifecycle)
        .into_iter()
        .rev()
        .find(|clock| clock.kind == ClockKind::Response)
        .and_then(|clock| clock.due.at())
        .unwrap_or(now);
    let members = &loaded.frozen.members;
    let names: Vec<&str> = members
        .iter()
        .map(|member| member.name.as_str())
        .chain([loaded.frozen.body.name.as_str()])
        .collect();
    let facts = Facts {
        recommendations: &recommendations,
        due,
        given: given(tx.connection(), inspection)?.is_some(),
        names: &names,
        policy,
    };
    let (accepted, remarks) = response::check(draft, facts, now).map_err(|refusals| {
        let all: Vec<String> = refusals.iter().map(ToString::to_string).collect();
        Error::refused("DR-31", all.join("; "))
    })?;
    let id = tx.new_id();
    records::insert(tx, id, Owner::inspection(inspection), &accepted, None)?;
    lifecycle::act(tx, inspection, Action::Respond { response: id })?;
    Ok(remarks)
}

fn given(connection: &mut PgConnection, inspection: Uuid) -> Result<Option<Held<Accepted>>, Error> {
    Ok(records::of(connection, Owner::inspection(inspection))?.pop())
}

/// The response as published, and when it was given.
///
/// # Errors
/// If the database fails.
pub fn published_response(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Option<(DateTime<Utc>, GroupResponse)>, Error> {
    Ok(given(connection, inspection)?
        .map(|held| (held.value.received_at, held.value.as_published())))
}
