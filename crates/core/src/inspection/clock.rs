//! What a clock shows.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{actor::Role, due::Due};

/// Clocks of an inspection (domain.md 3.3); their lengths are in
/// [`super::LifecyclePolicy`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Notice before fieldwork.
    Notice,
    /// The body may object to a team member (DR-19).
    Objection,
    /// Evidence is submitted.
    Evidence,
    /// Fieldwork is to begin on its planned first day.
    FieldworkStart,
    /// Fieldwork, up to the oral feedback.
    Fieldwork,
    /// The body may call about what was left unresolved.
    NextDayCall,
    /// The draft is edited.
    Drafting,
    /// Quality assurance.
    Qa,
    /// The body checks the draft (DR-24).
    FactualAccuracy,
    /// A complaint holds publication (DR-38).
    Complaint,
    /// The body's points are answered.
    Responding,
    /// The body has the final report before anyone else.
    Embargo,
    /// The body may publish a response (DR-31).
    Response,
    /// From the end of fieldwork to delivery of the draft.
    DraftTurnaround,
    /// From the end of fieldwork to publication.
    PublicationTurnaround,
    /// First follow-up of recommendations.
    FirstFollowUp,
    /// Final follow-up of recommendations.
    FinalFollowUp,
    /// A pause or deferral is decided.
    HoldDecision,
    /// A pause or deferral is ended or looked at again (DR-37).
    HoldReview,
    /// An urgent matter is raised (DR-33).
    UrgentAlert,
}

/// What it means that a clock has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Somebody had to act: overdue.
    Deadline,
    /// Somebody could act: closed.
    Window,
}

impl ClockKind {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Objection => "objection",
            Self::Evidence => "evidence",
            Self::FieldworkStart => "fieldwork_start",
            Self::Fieldwork => "fieldwork",
            Self::NextDayCall => "next_day_call",
            Self::Drafting => "drafting",
            Self::Qa => "qa",
            Self::FactualAccuracy => "factual_accuracy",
            Self::Complaint => "complaint",
            Self::Responding => "responding",
            Self::Embargo => "embargo",
            Self::Response => "response",
            Self::DraftTurnaround => "draft_turnaround",
            Self::PublicationTurnaround => "publication_turnaround",
            Self::FirstFollowUp => "first_follow_up",
            Self::FinalFollowUp => "final_follow_up",
            Self::HoldDecision => "hold_decision",
            Self::HoldReview => "hold_review",
            Self::UrgentAlert => "urgent_alert",
        }
    }

    /// What it means that it has run out.
    #[must_use]
    pub const fn nature(self) -> Nature {
        match self {
            Self::Notice
            | Self::Objection
            | Self::Evidence
            | Self::NextDayCall
            | Self::FactualAccuracy
            | Self::Complaint
            | Self::Embargo
            | Self::Response => Nature::Window,
            Self::FieldworkStart
            | Self::Fieldwork
            | Self::Drafting
            | Self::Qa
            | Self::Responding
            | Self::DraftTurnaround
            | Self::PublicationTurnaround
            | Self::FirstFollowUp
            | Self::FinalFollowUp
            | Self::HoldDecision
            | Self::HoldReview
            | Self::UrgentAlert => Nature::Deadline,
        }
    }

    /// Whether a hold stops it. All but three: a hold must itself be decided
    /// and ended, and an urgent matter never waits (DR-33, DR-37).
    #[must_use]
    pub const fn stops_under_hold(self) -> bool {
        !matches!(
            self,
            Self::HoldDecision | Self::HoldReview | Self::UrgentAlert
        )
    }

    /// Who is told when it is overdue. The body is told what it is kept
    /// waiting for. Nobody for a window: that it closed is no failing.
    #[must_use]
    pub const fn tell(self) -> &'static [Role] {
        match self {
            Self::Notice
            | Self::Objection
            | Self::Evidence
            | Self::NextDayCall
            | Self::FactualAccuracy
            | Self::Complaint
            | Self::Embargo
            | Self::Response => &[],
            Self::FieldworkStart
            | Self::Fieldwork
            | Self::Drafting
            | Self::Responding
            | Self::FirstFollowUp
            | Self::FinalFollowUp => &[Role::LeadInspector, Role::OperationsOfficer],
            Self::Qa => &[Role::QualityAssurer, Role::OperationsOfficer],
            Self::DraftTurnaround | Self::PublicationTurnaround => &[
                Role::LeadInspector,
                Role::OperationsOfficer,
                Role::BodyLeader,
            ],
            Self::HoldDecision | Self::HoldReview => {
                &[Role::DecisionMaker, Role::OperationsOfficer]
            }
            Self::UrgentAlert => &[
                Role::LeadInspector,
                Role::OperationsOfficer,
                Role::DecisionMaker,
            ],
        }
    }
}

/// A stretch in which clocks stand still: from a moment to just before
/// another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stop {
    /// When the hold began.
    pub from: DateTime<Utc>,
    /// When it ended; `None` while it lasts.
    pub until: Option<DateTime<Utc>>,
}

/// A clock as it stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClockReading")]
pub struct Clock {
    /// What it measures.
    pub kind: ClockKind,
    /// The hold or urgent matter it belongs to, for clocks that do.
    pub subject: Option<Uuid>,
    /// When it started.
    pub started: DateTime<Utc>,
    /// When it falls due.
    pub due: Due,
    /// Stretches in which it stood still, oldest first.
    pub stops: Vec<Stop>,
    /// How it stands.
    pub state: ClockState,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ClockState {
    /// It runs.
    Running,
    /// A hold stops it.
    Stopped,
    /// What it waited for came in time.
    Met {
        /// When.
        at: DateTime<Utc>,
    },
    /// What it waited for came late.
    MetLate {
        /// When.
        at: DateTime<Utc>,
    },
    /// A deadline passed, and what it waits for has not come.
    Overdue {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// A window closed by itself.
    Closed {
        /// When.
        at: DateTime<Utc>,
    },
    /// The inspection ended, or a later clock of the same kind took over.
    Lapsed {
        /// When.
        at: DateTime<Utc>,
    },
}

impl ClockState {
    /// Whether it still runs or stands still to run on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Running | Self::Stopped => true,
            Self::Met { .. }
            | Self::MetLate { .. }
            | Self::Overdue { .. }
            | Self::Closed { .. }
            | Self::Lapsed { .. } => false,
        }
    }
}
