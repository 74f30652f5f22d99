//! The body's objections to members of the team (DR-19).

use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{self, Decider, Notice, Objection, ObjectionError, ObjectionOutcome, Settled},
    inspection::{Action, Role},
    notice,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::get;
use crate::{
    Error, Tx,
    lifecycle::{self, Loaded},
    notifications,
    records::{self, Held, Owner, Record},
};

/// An objection as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "facts")]
pub enum Kept {
    /// It waits for a decision.
    Made(Objection),
    /// It is decided, and final.
    Settled(Settled),
}

impl Kept {
    /// The objection itself.
    #[must_use]
    pub const fn objection(&self) -> &Objection {
        match self {
            Self::Made(objection) => objection,
            Self::Settled(settled) => settled.objection(),
        }
    }
}

impl Record for Kept {
    const KIND: &'static str = "objection";
}

fn refused(error: &ObjectionError) -> Error {
    Error::refused("DR-19", error.to_string())
}

/// Objections on an inspection, in the order in which they were made.
///
/// # Errors
/// If the database fails.
pub fn objections(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Vec<Held<Kept>>, Error> {
    records::of(connection, Owner::inspection(inspection))
}

pub(super) fn unsettled(connection: &mut PgConnection, inspection: Uuid) -> Result<u32, Error> {
    let open = objections(connection, inspection)?
        .iter()
        .filter(|held| matches!(held.value, Kept::Made(_)))
        .count();
    Ok(u32::try_from(open).unwrap_or(u32::MAX))
}

/// The day on which the body was told that a person inspects.
fn told(loaded: &Loaded, person: Uuid) -> Option<Notice> {
    let mut on = None;
    for event in loaded.inspection.history() {
        if let Action::NameTeam { members, .. } = &event.action {
            match (members.contains(&person), on) {
                (true, None) => on = Some(day_in_england(event.at)),
                (false, _) => on = None,
                (true, Some(_)) => {}
            }
        }
    }
    Some(Notice {
        inspection: loaded.id(),
        person,
        on: on?,
    })
}

/// Objects to a member of the team; returns the identifier.
///
/// # Errors
/// [`Error::NotFound`] for somebody who is not on the team,
/// [`Error::Forbidden`], a refusal under DR-19, or if the database fails.
pub fn object(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    person: Uuid,
    reasons: &str,
) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::BodyLeader])?;
    let notice = told(&loaded, person).ok_or(Error::NotFound)?;
    let policy = &loaded.frozen.policy;
    let days = lifecycle::clock_days(tx.connection(), &policy.lifecycle)?;
    let earlier: Vec<Objection> = objections(tx.connection(), inspection)?
        .iter()
        .map(|held| held.value.objection().clone())
        .collect();
    let today = day_in_england(tx.now());
    let made = conflict::object(
        notice,
        reasons,
        today,
        &earlier,
        days.working(),
        policy.lifecycle.objection_working_days,
    )
    .map_err(|error| refused(&error))?;
    let id = tx.new_id();
    let owner = Owner::inspection(inspection).and_person(person);
    records::insert(tx, id, owner, &Kept::Made(made), Some(reasons))?;
    Ok(id)
}

/// Settles an objection, once and for good.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-19, or if
/// the database fails.
pub fn settle(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    id: Uuid,
    outcome: ObjectionOutcome,
    reasons: &str,
) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::DecisionMaker])?;
    let held = records::lock::<Kept>(tx, id)?;
    if held.owner.inspection != Some(inspection) {
        return Err(Error::NotFound);
    }
    let Kept::Made(objection) = held.value else {
        return Err(Error::refused("DR-19", "the objection is settled"));
    };
    let decider = Decider {
        person: by.id,
        offices: get(tx.connection(), by.id)?.value.offices,
    };
    let lead = loaded
        .inspection
        .team()
        .map_or(Uuid::nil(), |team| team.lead);
    let today = day_in_england(tx.now());
    let settled = objection
        .settle(outcome, reasons, &decider, lead, today)
        .map_err(|error| refused(&error))?;
    records::replace(
        tx,
        id,
        Some(held.revision),
        &Kept::Settled(settled),
        Some(reasons),
    )?;
    let told = json!({ "objection": id, "person": held.owner.person, "outcome": outcome });
    notifications::tell_beside(tx, notice::OBJECTION_SETTLED, &loaded, told)
}
