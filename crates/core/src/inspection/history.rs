//! An inspection and its history.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    action::{Action, ActionKind, FollowUp, HoldAnswer, HoldKind, Requester},
    actor::Actor,
    clock::Stop,
    state::State,
    table,
};
use crate::{body::BodyKind, calendar::Period, framework::BasisLabel, publication};

/// What an inspection is about; never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Identifier of the inspection.
    pub inspection: Uuid,
    /// The one responsible body it is about (DR-01).
    pub body: Uuid,
    /// Its kind.
    pub body_kind: BodyKind,
    /// Basis on which the inspection takes place.
    pub basis: BasisLabel,
    /// When it was opened.
    pub at: DateTime<Utc>,
}

/// An accepted action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Actor,
    /// What.
    pub action: Action,
}

/// Why a hold lies over an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Cause {
    /// Somebody asked, and somebody else granted it (DR-37).
    Granted {
        /// What was asked for.
        kind: HoldKind,
        /// Who asked.
        requester: Requester,
        /// Who decided.
        decided_by: Actor,
        /// Day on which it is to be resumed or looked at again.
        review_on: NaiveDate,
    },
    /// A complaint lodged within its window (DR-38): the rule decides.
    Complaint,
}

/// A hold that lies over an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hold {
    /// Identifier.
    pub id: Uuid,
    /// Why it lies there.
    pub cause: Cause,
    /// Who recorded the request or complaint.
    pub requested_by: Actor,
    /// The reason given for it.
    pub reason: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// A pause or deferral asked for and not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Identifier of the hold.
    pub hold: Uuid,
    /// What is asked for.
    pub kind: HoldKind,
    /// Who asks.
    pub requester: Requester,
    /// Who recorded the request.
    pub by: Actor,
    /// Why.
    pub reason: String,
}

/// The people who inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team<'a> {
    /// The lead inspector.
    pub lead: Uuid,
    /// All of them, with the lead.
    pub members: &'a BTreeSet<Uuid>,
}

/// Why an event does not fit a history.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The action is not possible there.
    #[error("{} is not possible in the state {}", .action.code(), .state.code())]
    NotPossible {
        /// Action.
        action: ActionKind,
        /// State.
        state: State,
    },
    /// The action is not possible under a hold.
    #[error("{} is not possible under a hold", .0.code())]
    UnderHold(ActionKind),
    /// It is earlier than the event before it.
    #[error("an event of {at} cannot follow one of {last}")]
    BackInTime {
        /// Its moment.
        at: DateTime<Utc>,
        /// Moment of the event before it.
        last: DateTime<Utc>,
    },
    /// It concerns a hold that is not there.
    #[error("there is no hold {0} for it")]
    NoHold(Uuid),
}

/// An inspection: what it is about and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    opening: Opening,
    state: State,
    holds: Vec<Hold>,
    requests: Vec<Request>,
    history: Vec<Event>,
}

impl Inspection {
    /// An inspection just opened.
    #[must_use]
    pub const fn open(opening: Opening) -> Self {
        Self {
            opening,
            state: State::Draft,
            holds: Vec::new(),
            requests: Vec::new(),
            history: Vec::new(),
        }
    }

    /// An inspection with its history, oldest event first.
    ///
    /// # Errors
    ///
    /// The first [`Misfit`].
    pub fn replay(
        opening: Opening,
        history: impl IntoIterator<Item = Event>,
    ) -> Result<Self, Misfit> {
        let mut inspection = Self::open(opening);
        for event in history {
            inspection.apply(event)?;
        }
        Ok(inspection)
    }

    /// Adds an event that [`super::decide`] gave.
    ///
    /// # Errors
    ///
    /// A [`Misfit`] if it does not fit; the inspection is unchanged then.
    pub fn apply(&mut self, event: Event) -> Result<(), Misfit> {
        let last = self.last_at();
        if event.at < last {
            return Err(Misfit::BackInTime { at: event.at, last });
        }
        let action = event.action.kind();
        let state = self.state;
        let row = table::transition(action)
            .filter(|row| row.from.contains(&state))
            .ok_or(Misfit::NotPossible { action, state })?;
        if self.is_held() && !row.under_hold {
            return Err(Misfit::UnderHold(action));
        }
        self.apply_to_holds(&event)?;
        if let table::To::State(state) = row.to {
            self.state = state;
        }
        if self.state.is_over() {
            self.holds.clear();
            self.requests.clear();
        }
        self.history.push(event);
        Ok(())
    }

    fn apply_to_holds(&mut self, event: &Event) -> Result<(), Misfit> {
        match &event.action {
            Action::RequestHold {
                hold,
                kind,
                requester,
                reason,
            } => self.requests.push(Request {
                hold: *hold,
                kind: *kind,
                requester: *requester,
                by: event.by,
                reason: reason.clone(),
            }),
            Action::DecideHold { hold, answer, .. } => {
                let place = self
                    .requests
                    .iter()
                    .position(|request| request.hold == *hold)
                    .ok_or(Misfit::NoHold(*hold))?;
                let request = self.requests.remove(place);
                match answer {
                    HoldAnswer::Granted { review_on } => self.holds.push(Hold {
                        id: *hold,
                        cause: Cause::Granted {
                            kind: request.kind,
                            requester: request.requester,
                            decided_by: event.by,
                            review_on: *review_on,
                        },
                        requested_by: request.by,
                        reason: request.reason,
                        since: event.at,
                    }),
                    HoldAnswer::Declined => {}
                }
            }
            Action::LodgeComplaint { hold, reason } => self.holds.push(Hold {
                id: *hold,
                cause: Cause::Complaint,
                requested_by: event.by,
                reason: reason.clone(),
                since: event.at,
            }),
            Action::Resume { hold, .. } => {
                let place = self
                    .holds
                    .iter()
                    .position(|held| held.id == *hold)
                    .ok_or(Misfit::NoHold(*hold))?;
                self.holds.remove(place);
            }
            Action::Notify { .. }
            | Action::Refreeze { .. }
            | Action::NameTeam { .. }
            | Action::Schedule { .. }
            | Action::Reschedule { .. }
            | Action::OpenEvidence
            | Action::DeclareEvidenceComplete
            | Action::StartFieldwork
            | Action::RecordProvisional { .. }
            | Action::RecordNextDayCall { .. }
            | Action::Compile
            | Action::CompileDone { .. }
            | Action::CompileFailed { .. }
            | Action::SendToQa { .. }
            | Action::SignOff { .. }
            | Action::ReturnFromQa { .. }
            | Action::SendForFactualAccuracy { .. }
            | Action::CloseFactualAccuracy
            | Action::Embargo { .. }
            | Action::ReleaseToStatutory { .. }
            | Action::Recall { .. }
            | Action::Publish { .. }
            | Action::Correct { .. }
            | Action::Respond { .. }
            | Action::StartFollowUp
            | Action::RecordFollowUp { .. }
            | Action::Close
            | Action::Withdraw { .. } => {}
        }
        Ok(())
    }

    /// What it is about.
    #[must_use]
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// Where it stands; see [`Self::holds`] for what lies over it.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Holds that lie over it now.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// Pauses and deferrals asked for and not decided.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// Whether any hold lies over it.
    #[must_use]
    pub const fn is_held(&self) -> bool {
        !self.holds.is_empty()
    }

    /// What happened, oldest first.
    #[must_use]
    pub fn history(&self) -> &[Event] {
        &self.history
    }

    /// When something last happened.
    #[must_use]
    pub fn last_at(&self) -> DateTime<Utc> {
        self.history
            .last()
            .map_or(self.opening.at, |event| event.at)
    }

    /// The team as last named.
    #[must_use]
    pub fn team(&self) -> Option<Team<'_>> {
        self.latest(|event| match &event.action {
            Action::NameTeam { lead, members } => Some(Team {
                lead: *lead,
                members,
            }),
            _ => None,
        })
    }

    /// The days of fieldwork as last planned.
    #[must_use]
    pub fn fieldwork(&self) -> Option<Period> {
        self.latest(|event| match &event.action {
            Action::Schedule { fieldwork } | Action::Reschedule { fieldwork, .. } => {
                Some(*fieldwork)
            }
            _ => None,
        })
    }

    /// The day on which membership was last frozen (DR-05).
    #[must_use]
    pub fn membership_as_at(&self) -> Option<NaiveDate> {
        self.latest(|event| match &event.action {
            Action::Notify {
                membership_as_at, ..
            }
            | Action::Refreeze {
                membership_as_at, ..
            } => Some(*membership_as_at),
            _ => None,
        })
    }

    /// The sign-off that stands: the last one, unless the draft was returned
    /// or recalled after it.
    #[must_use]
    pub fn sign_off(&self) -> Option<publication::SignOff> {
        self.latest(|event| match &event.action {
            Action::SignOff { report_version } => Some(Some(publication::SignOff {
                by: event.by.id,
                report_version: *report_version,
            })),
            Action::ReturnFromQa { .. } | Action::Recall { .. } => Some(None),
            _ => None,
        })
        .flatten()
    }

    /// How far the check of factual accuracy has come (DR-24).
    #[must_use]
    pub fn factual_accuracy(&self) -> publication::FactualAccuracy {
        let delivered = self.latest(|event| match &event.action {
            Action::SendForFactualAccuracy { report_version } => Some(*report_version),
            _ => None,
        });
        let closed = self.latest(|event| match &event.action {
            Action::SendForFactualAccuracy { .. } => Some(false),
            Action::CloseFactualAccuracy => Some(true),
            _ => None,
        });
        match (delivered, closed) {
            (Some(delivered), Some(true)) => publication::FactualAccuracy::Closed { delivered },
            (Some(delivered), _) => publication::FactualAccuracy::Open { delivered },
            (None, _) => publication::FactualAccuracy::NotBegun,
        }
    }

    /// The version the body has under embargo, or the public one.
    #[must_use]
    pub fn final_version(&self) -> Option<u32> {
        self.latest(|event| match &event.action {
            Action::Embargo { report_version }
            | Action::Publish { report_version }
            | Action::Correct { report_version, .. } => Some(*report_version),
            _ => None,
        })
    }

    /// The version under embargo, once those entitled to an early copy have
    /// it: until it is recalled.
    #[must_use]
    pub fn early_copy(&self) -> Option<u32> {
        self.latest(|event| match &event.action {
            Action::Embargo { .. } | Action::Recall { .. } => Some(None),
            Action::ReleaseToStatutory { report_version } => Some(Some(*report_version)),
            _ => None,
        })
        .flatten()
    }

    /// Whether a report was ever public.
    #[must_use]
    pub fn was_published(&self) -> bool {
        self.has(ActionKind::Publish)
    }

    /// Whether a follow-up is recorded.
    #[must_use]
    pub fn followed_up(&self, at: FollowUp) -> bool {
        self.history
            .iter()
            .any(|event| matches!(&event.action, Action::RecordFollowUp { point } if *point == at))
    }

    /// Whether an action was ever taken.
    #[must_use]
    pub fn has(&self, action: ActionKind) -> bool {
        self.history
            .iter()
            .any(|event| event.action.kind() == action)
    }

    fn latest<'a, T>(&'a self, pick: impl Fn(&'a Event) -> Option<T>) -> Option<T> {
        self.history.iter().rev().find_map(pick)
    }

    /// Stretches up to `now` in which clocks stood still: the holds, joined
    /// where they overlap.
    pub(super) fn stops(&self, now: DateTime<Utc>) -> Vec<Stop> {
        let mut stops: Vec<Stop> = Vec::new();
        let mut lying: BTreeSet<Uuid> = BTreeSet::new();
        for event in self.history.iter().filter(|event| event.at <= now) {
            let was_held = !lying.is_empty();
            match &event.action {
                Action::DecideHold {
                    hold,
                    answer: HoldAnswer::Granted { .. },
                    ..
                }
                | Action::LodgeComplaint { hold, .. } => {
                    lying.insert(*hold);
                }
                Action::Resume { hold, .. } => {
                    lying.remove(hold);
                }
                _ => {}
            }
            match (was_held, lying.is_empty()) {
                (false, false) => stops.push(Stop {
                    from: event.at,
                    until: None,
                }),
                (true, true) => {
                    if let Some(stop) = stops.last_mut() {
                        stop.until = Some(event.at);
                    }
                }
                (false, true) | (true, false) => {}
            }
        }
        stops
    }
}
