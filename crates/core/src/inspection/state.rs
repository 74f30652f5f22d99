//! Where an inspection stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// State of an inspection (domain.md 3.3). Holds lie over a state; see
/// [`super::Hold`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Opened for a body; nobody outside has been told.
    Draft,
    /// Membership is frozen and the body has been told.
    Notified,
    /// Team and days of fieldwork are settled.
    Scheduled,
    /// The body and inspectors submit evidence.
    EvidenceOpen,
    /// Meetings, visits and calls.
    Fieldwork,
    /// Oral feedback has been given.
    Provisional,
    /// A version of the report is being compiled.
    Compiling,
    /// Compiling failed and waits to be tried again.
    CompileFailed,
    /// The draft is being edited, for the first time or after quality
    /// assurance returned it.
    Drafting,
    /// With the quality assurer.
    Qa,
    /// The body has the draft and may comment or complain.
    FactualAccuracy,
    /// The body's points are being answered.
    Responding,
    /// The body has the final report; it is not public yet.
    Embargoed,
    /// The report is public.
    Published,
    /// Recommendations are followed up.
    FollowUp,
    /// Nothing is left to do.
    Closed,
    /// Ended without a report, or the report was taken back.
    Withdrawn,
}

impl State {
    /// All states, in the order of a usual inspection.
    pub const ALL: [Self; 17] = [
        Self::Draft,
        Self::Notified,
        Self::Scheduled,
        Self::EvidenceOpen,
        Self::Fieldwork,
        Self::Provisional,
        Self::Compiling,
        Self::CompileFailed,
        Self::Drafting,
        Self::Qa,
        Self::FactualAccuracy,
        Self::Responding,
        Self::Embargoed,
        Self::Published,
        Self::FollowUp,
        Self::Closed,
        Self::Withdrawn,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Notified => "notified",
            Self::Scheduled => "scheduled",
            Self::EvidenceOpen => "evidence_open",
            Self::Fieldwork => "fieldwork",
            Self::Provisional => "provisional",
            Self::Compiling => "compiling",
            Self::CompileFailed => "compile_failed",
            Self::Drafting => "drafting",
            Self::Qa => "qa",
            Self::FactualAccuracy => "factual_accuracy",
            Self::Responding => "responding",
            Self::Embargoed => "embargoed",
            Self::Published => "published",
            Self::FollowUp => "follow_up",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether a version of the report made now is a correction of a public
    /// one (DR-30).
    #[must_use]
    pub const fn takes_corrections(self) -> bool {
        matches!(self, Self::Published | Self::FollowUp | Self::Closed)
    }

    /// Whether evidence is taken in: while the body submits, while inspectors
    /// work on what they find, while the body checks the draft, and while
    /// recommendations are followed up. What is compiled, assured or public
    /// does not change underneath.
    #[must_use]
    pub const fn takes_evidence(self) -> bool {
        match self {
            Self::EvidenceOpen
            | Self::Fieldwork
            | Self::Provisional
            | Self::CompileFailed
            | Self::Drafting
            | Self::FactualAccuracy
            | Self::Responding
            | Self::FollowUp => true,
            Self::Draft
            | Self::Notified
            | Self::Scheduled
            | Self::Compiling
            | Self::Qa
            | Self::Embargoed
            | Self::Published
            | Self::Closed
            | Self::Withdrawn => false,
        }
    }

    /// Whether no clock runs any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}
