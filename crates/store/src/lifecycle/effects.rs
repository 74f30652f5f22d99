//! What follows from an action, in the same transaction.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use group_inspection_core::{
    inspection::{Action, Actor as Acting, ClockKind, clocks},
    report::TeamLine,
};
use uuid::Uuid;

use super::{Loaded, calendar};
use crate::{
    Error, Tx, editorial, inspections, people, reports,
    schema::{inspection, submitted_item},
};

/// What must be there before an action is decided on.
pub(super) fn before(tx: &mut Tx<'_>, loaded: &mut Loaded, action: &Action) -> Result<(), Error> {
    match action {
        // The rule on the number of schools is for the membership to be frozen.
        Action::Notify {
            membership_as_at, ..
        }
        | Action::Refreeze {
            membership_as_at, ..
        } => {
            loaded.frozen = inspections::frozen_as_at(
                tx,
                loaded.body_id,
                *membership_as_at,
                loaded.frozen.policy.clone(),
            )?;
        }
        Action::NameTeam { lead, members } => {
            people::may_be_named(tx, loaded, *lead, members)?;
        }
        Action::RecordProvisional { findings } => {
            editorial::findings_exist(tx.connection(), loaded.id(), findings)?;
        }
        Action::SignOff { .. } => editorial::findings_rest(tx, loaded)?,
        _ => {}
    }
    Ok(())
}

/// What is kept or begun once an action is accepted; the operation to follow,
/// if a job was begun.
pub(super) fn after(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    action: &Action,
    by: Acting,
    position: i32,
) -> Result<Option<Uuid>, Error> {
    let id = loaded.id();
    match action {
        Action::Notify {
            membership_as_at, ..
        }
        | Action::Refreeze {
            membership_as_at, ..
        } => {
            inspections::freeze_again(tx, id, *membership_as_at, &loaded.frozen)?;
            people::rerun(tx, loaded)?;
        }
        Action::NameTeam { lead, members } => {
            let mut lines = Vec::new();
            for person in members {
                let person = people::get(tx.connection(), *person)?;
                lines.push(team_line(&person.value, *lead));
            }
            // The lead first, then by name: an order that says nothing else.
            lines.sort_by(|a, b| {
                (a.role != people::LEAD, &a.name).cmp(&(b.role != people::LEAD, &b.name))
            });
            let lines =
                serde_json::to_value(&lines).map_err(|error| Error::internal("a team", error))?;
            diesel::update(inspection::table.find(id))
                .set(inspection::team.eq(lines))
                .execute(tx.connection())?;
            people::rerun(tx, loaded)?;
        }
        Action::Compile => return reports::begin_compilation(tx, loaded).map(Some),
        Action::RecordProvisional { findings } => {
            editorial::provisional_given(tx, id, findings, by)?;
        }
        Action::SendForFactualAccuracy { report_version } => {
            let due = accuracy_until(tx, loaded)?;
            editorial::accuracy_opened(tx, id, *report_version, due)?;
        }
        Action::CloseFactualAccuracy => editorial::accuracy_closed(tx, id, by)?,
        Action::Withdraw { reason } if loaded.inspection.was_published() => {
            reports::withdraw_published(tx, loaded, reason, position)?;
        }
        Action::StartFollowUp => editorial::track_recommendations(tx, loaded)?,
        _ => {}
    }
    Ok(None)
}

/// Until when the body may check the draft it has.
pub(super) fn accuracy_until(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
) -> Result<Option<DateTime<Utc>>, Error> {
    let now = tx.now();
    let policy = &loaded.frozen.policy.lifecycle;
    let days = calendar::clock_days(tx.connection(), policy)?;
    Ok(clocks(&loaded.inspection, now, &days, policy)
        .into_iter()
        .rev()
        .find(|clock| clock.kind == ClockKind::FactualAccuracy && clock.state.is_open())
        .and_then(|clock| clock.due.at()))
}

/// Begins the publication that an action asks for; the operation to follow.
pub(super) fn publication(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    by: Acting,
    action: Action,
) -> Result<Uuid, Error> {
    reports::begin_publication(tx, loaded, by, action)
}

fn team_line(person: &people::Person, lead: Uuid) -> TeamLine {
    TeamLine {
        name: person.name.clone(),
        role: people::role_on_team(person, lead).to_owned(),
        employer_type: people::employer_type(person).to_owned(),
    }
}

/// Identifiers of the evidence held for an inspection.
pub(crate) fn evidence_held(
    connection: &mut diesel::PgConnection,
    id: Uuid,
) -> Result<std::collections::BTreeSet<Uuid>, Error> {
    Ok(submitted_item::table
        .filter(submitted_item::inspection_id.eq(id))
        .filter(submitted_item::kind.eq("evidence"))
        .select(submitted_item::id)
        .load::<Uuid>(connection)?
        .into_iter()
        .collect())
}
