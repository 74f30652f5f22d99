//! Whether an action may be taken.

use chrono::{DateTime, Utc};

use super::{
    action::{Action, ActionKind},
    actor::{Actor, Role},
    history::{Event, Inspection},
    refusal::Refusal,
    standing, table,
};
use crate::{calendar::ClockDays, policy::Policy, publication::Checks};

/// What is known of an inspection outside its history. Read in the same
/// transaction that stores the event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Open member schools on the day of the freeze (DR-01).
    pub open_member_schools: u32,
    /// Team members whose declarations of interest are missing or wait for a
    /// decision (DR-15).
    pub conflicts_undecided: u32,
    /// The body's objections that wait for a decision (DR-19).
    pub objections_undecided: u32,
    /// What the gates to publication need to know of the newest version of
    /// the report (DR-26).
    pub checks: Checks,
}

/// What an action is decided by, besides the history.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Days that clocks count.
    pub days: &'a ClockDays,
    /// Policy in force for the inspection.
    pub policy: &'a Policy,
    /// What is known outside the history.
    pub facts: &'a Facts,
}

/// Whether `by` may take `action` at `at`: gives the event to store and to
/// [`Inspection::apply`].
///
/// # Errors
///
/// The first [`Refusal`]: of the role, the state, a hold, what stands in the
/// way of any such action, and the particulars of this one.
pub fn decide(
    inspection: &Inspection,
    action: &Action,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<Event, Refusal> {
    may(inspection, action.kind(), by, at, setting)?;
    standing::particulars(inspection, action, by, at, setting)?;
    Ok(Event {
        at,
        by,
        action: action.clone(),
    })
}

/// What may be done, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// Action.
    pub action: ActionKind,
    /// Why it is there and for whom.
    pub why: &'static str,
    /// What refuses it whatever its particulars; `None` if it may be taken.
    pub refusal: Option<Refusal>,
}

/// What `by` may do at `at`, and why not the rest. Actions that are never for
/// the role are left out.
#[must_use]
pub fn allowed_actions(
    inspection: &Inspection,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Vec<Allowed> {
    table::TRANSITIONS
        .iter()
        .filter(|row| row.by.contains(&by.role))
        .map(|row| Allowed {
            action: row.action,
            why: row.why,
            refusal: may(inspection, row.action, by, at, setting).err(),
        })
        .collect()
}

fn may(
    inspection: &Inspection,
    action: ActionKind,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let row = table::permits(inspection.state(), action, by.role)?;
    if at < inspection.last_at() {
        return Err(Refusal::BackInTime {
            last: inspection.last_at(),
        });
    }
    if inspection.is_held() && !row.under_hold {
        return Err(Refusal::OnHold);
    }
    if by.role == Role::LeadInspector && inspection.team().is_some_and(|team| team.lead != by.id) {
        return Err(Refusal::NotTheLead);
    }
    standing::standing(inspection, action, by, at, setting)
}
