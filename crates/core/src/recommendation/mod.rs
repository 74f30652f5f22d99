//! Recommendations after publication: state, evidence, decision, follow-up
//! (DR-32).

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::finding::EvidenceIds;

/// State of a recommendation. It describes one recommendation, never the
/// group.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RecommendationState")]
pub enum State {
    /// Nothing has been reported yet.
    Open,
    /// The owner has begun.
    InProgress,
    /// The owner has sent evidence for an inspector to decide on.
    EvidenceSubmitted,
    /// An inspector has decided, on evidence, that it is met.
    Met,
    /// An inspector has decided that it is not met.
    NotMet,
    /// A later recommendation or event has taken its place.
    Superseded,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::InProgress,
        Self::EvidenceSubmitted,
        Self::Met,
        Self::NotMet,
        Self::Superseded,
    ];

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Met | Self::Superseded => true,
            Self::Open | Self::InProgress | Self::EvidenceSubmitted | Self::NotMet => false,
        }
    }

    /// Whether a recommendation in this state can come to be in `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Open, Self::InProgress)
            | (
                Self::Open | Self::InProgress | Self::NotMet,
                Self::EvidenceSubmitted | Self::Superseded,
            )
            | (
                Self::EvidenceSubmitted,
                Self::Met | Self::NotMet | Self::InProgress | Self::Superseded,
            )
            | (Self::Open | Self::InProgress, Self::NotMet)
            | (Self::NotMet, Self::InProgress) => true,
            (Self::Open, Self::Open | Self::Met)
            | (Self::InProgress, Self::Open | Self::InProgress | Self::Met)
            | (Self::EvidenceSubmitted, Self::Open | Self::EvidenceSubmitted)
            | (Self::NotMet, Self::Open | Self::Met | Self::NotMet)
            | (Self::Met | Self::Superseded, _) => false,
        }
    }
}

/// A decision by an inspector. The caller has made sure that the person is
/// one, and may decide on this inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RecommendationDecision")]
pub struct Decision {
    /// The inspector.
    pub inspector: Uuid,
    /// Why, in words for the owner.
    pub reason: String,
}

/// What happens to a recommendation. What a step needs, it carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Step {
    /// The owner begins.
    Begin {
        /// What is being done.
        note: String,
    },
    /// The owner sends evidence.
    SubmitEvidence {
        /// The evidence.
        evidence: EvidenceIds,
    },
    /// An inspector asks for more.
    Return {
        /// The decision.
        decision: Decision,
    },
    /// An inspector decides that it is met.
    Meet {
        /// What the decision rests on: evidence that was sent for it.
        evidence: EvidenceIds,
        /// The decision.
        decision: Decision,
    },
    /// An inspector decides that it is not met.
    NotMeet {
        /// The decision.
        decision: Decision,
    },
    /// An inspector records what has taken its place.
    Supersede {
        /// The later recommendation, if one has.
        by: Option<Uuid>,
        /// The decision.
        decision: Decision,
    },
}

impl Step {
    /// The state it leads to.
    #[must_use]
    pub const fn leads_to(&self) -> State {
        match self {
            Self::Begin { .. } | Self::Return { .. } => State::InProgress,
            Self::SubmitEvidence { .. } => State::EvidenceSubmitted,
            Self::Meet { .. } => State::Met,
            Self::NotMeet { .. } => State::NotMet,
            Self::Supersede { .. } => State::Superseded,
        }
    }

    const fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Return { decision }
            | Self::Meet { decision, .. }
            | Self::NotMeet { decision }
            | Self::Supersede { decision, .. } => Some(decision),
            Self::Begin { .. } | Self::SubmitEvidence { .. } => None,
        }
    }
}

/// A step taken, as history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// The step.
    pub step: Step,
    /// Who took it.
    pub actor: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
}

/// A published recommendation with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tracked {
    /// Identifier.
    pub id: Uuid,
    /// Number in the report.
    pub number: u32,
    /// Who is to act.
    pub owner: String,
    /// By when.
    pub due: NaiveDate,
    history: Vec<Taken>,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state does not allow it.
    #[error("a recommendation that is {from:?} cannot become {to:?}")]
    NotFrom {
        /// State now.
        from: State,
        /// State the step leads to.
        to: State,
    },
    /// Evidence that is not held, or was not sent for this recommendation.
    #[error("evidence {0} was not sent for this recommendation")]
    UnknownEvidence(Uuid),
    /// A decision or note without words.
    #[error("a reason is needed")]
    NoReason,
    /// It would be recorded before the step it follows.
    #[error("the step is dated before the one it follows")]
    DatedBefore,
    /// A recommendation cannot take its own place.
    #[error("a recommendation cannot take its own place")]
    BySelf,
}

impl Tracked {
    /// A recommendation as published.
    #[must_use]
    pub const fn new(id: Uuid, number: u32, owner: String, due: NaiveDate) -> Self {
        Self {
            id,
            number,
            owner,
            due,
            history: Vec::new(),
        }
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> State {
        self.history
            .last()
            .map_or(State::Open, |taken| taken.step.leads_to())
    }

    /// Steps taken, oldest first.
    #[must_use]
    pub fn history(&self) -> &[Taken] {
        &self.history
    }

    /// Evidence that the owner has sent for it.
    pub fn evidence(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.history
            .iter()
            .filter_map(|taken| match &taken.step {
                Step::SubmitEvidence { evidence } => Some(evidence.iter()),
                Step::Begin { .. }
                | Step::Return { .. }
                | Step::Meet { .. }
                | Step::NotMeet { .. }
                | Step::Supersede { .. } => None,
            })
            .flatten()
    }

    /// Whether it should have been settled before `today`.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        today > self.due && !self.state().is_final()
    }

    /// Takes a step. `held` says whether evidence is held for the inspection.
    ///
    /// # Errors
    ///
    /// The first rule that the step breaks (DR-32).
    pub fn take(&mut self, taken: Taken, held: impl Fn(Uuid) -> bool) -> Result<(), Refusal> {
        let (from, to) = (self.state(), taken.step.leads_to());
        // Beginning anew after a decision is for the owner; returning what was
        // sent is for an inspector, and only there is anything to return.
        let returned = matches!(taken.step, Step::Return { .. });
        if !from.may_become(to)
            || (to == State::InProgress && (from == State::EvidenceSubmitted) != returned)
        {
            return Err(Refusal::NotFrom { from, to });
        }
        if self.history.last().is_some_and(|last| taken.at < last.at) {
            return Err(Refusal::DatedBefore);
        }
        let reason = taken.step.decision().map(|decision| &decision.reason);
        if reason.is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Refusal::NoReason);
        }
        match &taken.step {
            Step::Begin { note } if note.trim().is_empty() => return Err(Refusal::NoReason),
            Step::SubmitEvidence { evidence } => {
                if let Some(unknown) = evidence.iter().find(|id| !held(*id)) {
                    return Err(Refusal::UnknownEvidence(unknown));
                }
            }
            Step::Meet { evidence, .. } => {
                let unknown = evidence
                    .iter()
                    .find(|id| !held(*id) || self.evidence().all(|sent| sent != *id));
                if let Some(unknown) = unknown {
                    return Err(Refusal::UnknownEvidence(unknown));
                }
            }
            Step::Supersede { by: Some(by), .. } if *by == self.id => {
                return Err(Refusal::BySelf);
            }
            Step::Begin { .. }
            | Step::Return { .. }
            | Step::NotMeet { .. }
            | Step::Supersede { .. } => {}
        }
        self.history.push(taken);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
