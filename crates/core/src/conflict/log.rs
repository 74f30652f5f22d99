//! What the append-only conflict log holds (DR-16, DR-18). The store adds
//! when and by whom.

use serde::Serialize;

use super::{
    Assessment, Attempt, Change, Correction, Decision, Mitigation, Objection, Refusal, Settled,
};

/// An entry of the conflict log of one person and inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", content = "facts", rename_all = "snake_case")]
pub enum LogEntry {
    /// The rules were run.
    Assessed(Assessment),
    /// A decision was made.
    Decided(Decision),
    /// The facts changed.
    Changed(Change),
    /// A mistaken fact was corrected.
    Corrected(Correction),
    /// The responsible body objected.
    Objected(Objection),
    /// An objection was settled.
    Settled(Settled),
    /// Access was refused.
    Refused(Refusal),
    /// A mitigation stopped an attempt (DR-18).
    Stopped {
        /// What was tried.
        attempt: Attempt,
        /// What stopped it.
        mitigation: Mitigation,
    },
}
