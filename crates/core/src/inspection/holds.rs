//! Who may ask for, decide and end a hold (DR-37, DR-38).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    action::{Action, ActionKind, HoldAnswer, HoldKind, Requester},
    actor::{Actor, Role},
    decide::Setting,
    history::{Cause, Inspection},
    refusal::Refusal,
    standing::independent,
    state::State,
};
use crate::calendar::day_in_england;

/// Deferral comes before fieldwork, pause from then on (domain.md 3.3).
const fn possible(kind: HoldKind, state: State) -> bool {
    let before_fieldwork = matches!(
        state,
        State::Notified | State::Scheduled | State::EvidenceOpen
    );
    match kind {
        HoldKind::Deferral => before_fieldwork,
        HoldKind::Pause => !before_fieldwork,
    }
}

fn possible_now(kind: HoldKind, inspection: &Inspection) -> Result<(), Refusal> {
    let state = inspection.state();
    if possible(kind, state) {
        Ok(())
    } else {
        Err(Refusal::WrongHold { kind, state })
    }
}

pub(super) fn unused(inspection: &Inspection, hold: Uuid) -> Result<(), Refusal> {
    let used = inspection
        .history()
        .iter()
        .any(|event| match &event.action {
            Action::RequestHold { hold: other, .. }
            | Action::LodgeComplaint { hold: other, .. } => *other == hold,
            _ => false,
        });
    if used {
        Err(Refusal::HoldIdUsed(hold))
    } else {
        Ok(())
    }
}

/// Whether a pause or deferral may be asked for: one at a time.
pub(super) fn requestable(
    inspection: &Inspection,
    hold: Uuid,
    kind: HoldKind,
    requester: Requester,
    by: Actor,
) -> Result<(), Refusal> {
    unused(inspection, hold)?;
    possible_now(kind, inspection)?;
    let from_inspectors = matches!(requester, Requester::Inspectors);
    if (by.role == Role::BodyLeader && from_inspectors)
        || (by.role == Role::LeadInspector && !from_inspectors)
    {
        return Err(Refusal::WrongRequester);
    }
    let granted = inspection
        .holds()
        .iter()
        .any(|hold| matches!(hold.cause, Cause::Granted { .. }));
    if granted || !inspection.requests().is_empty() {
        return Err(Refusal::HoldExists);
    }
    Ok(())
}

/// Whether a request may be decided so: never by the person who made it.
pub(super) fn decidable(
    inspection: &Inspection,
    hold: Uuid,
    answer: HoldAnswer,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let request = inspection
        .requests()
        .iter()
        .find(|request| request.hold == hold)
        .ok_or(Refusal::NoHold(hold))?;
    if request.by.id == by.id {
        return Err(Refusal::OwnRequest);
    }
    match answer {
        HoldAnswer::Declined => Ok(()),
        HoldAnswer::Granted { review_on } => {
            possible_now(request.kind, inspection)?;
            if review_on < day_in_england(at) {
                return Err(Refusal::ReviewInPast(review_on));
            }
            if setting.days.counts(review_on)? {
                Ok(())
            } else {
                Err(Refusal::NotAWorkingDay(review_on))
            }
        }
    }
}

/// A complaint is decided by a decision maker who had no part in the
/// inspection; a pause or deferral by either role.
pub(super) fn resumable(
    inspection: &Inspection,
    hold: Uuid,
    by: Actor,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let held = inspection
        .holds()
        .iter()
        .find(|held| held.id == hold)
        .ok_or(Refusal::NoHold(hold))?;
    match held.cause {
        Cause::Granted { .. } => Ok(()),
        Cause::Complaint if by.role == Role::DecisionMaker => independent(inspection, by, setting),
        Cause::Complaint => Err(Refusal::RoleMayNot {
            action: ActionKind::Resume,
            role: by.role,
        }),
    }
}
