//! Names of events, as they go out.

use super::Occasion;

/// Says that an endpoint is reached; sent when asked for, whatever its filter.
pub const TEST: &str = "endpoint.test";
/// An endpoint is not called any more; told by mail.
pub const ENDPOINT_DISABLED: &str = "endpoint.disabled";
/// A deadline of the body has passed.
pub const OVERDUE: &str = "inspection.overdue";
/// What is known of a team member's interests has changed.
pub const INTERESTS_CHANGED: &str = "inspection.interests_changed";
/// An objection of the body to a member of the team was decided.
pub const OBJECTION_SETTLED: &str = "inspection.objection_settled";
/// Evidence was asked for.
pub const EVIDENCE_REQUESTED: &str = "inspection.evidence_requested";

/// Events of an inspection that are none of its steps.
pub const BESIDE_STEPS: [&str; 4] = [
    INTERESTS_CHANGED,
    OBJECTION_SETTLED,
    EVIDENCE_REQUESTED,
    OVERDUE,
];

/// Events that an endpoint can ask to be told of.
pub const EVENTS: [&str; 24] = [
    "inspection.notified",
    "inspection.membership_changed",
    "inspection.team_named",
    "inspection.fieldwork_planned",
    "inspection.evidence_open",
    "inspection.hold_changed",
    "inspection.fieldwork_started",
    "inspection.feedback_given",
    "inspection.draft_delivered",
    "inspection.factual_accuracy_closed",
    "inspection.final_under_embargo",
    "inspection.final_recalled",
    "inspection.response_published",
    "inspection.follow_up_started",
    "inspection.followed_up",
    INTERESTS_CHANGED,
    OBJECTION_SETTLED,
    EVIDENCE_REQUESTED,
    OVERDUE,
    "inspection.withdrawn",
    "inspection.closed",
    "report.published",
    "report.corrected",
    "report.withdrawn",
];

impl Occasion {
    /// Name of the event that tells of it.
    #[must_use]
    pub const fn event(self) -> &'static str {
        match self {
            Self::Notified => "inspection.notified",
            Self::MembershipChanged => "inspection.membership_changed",
            Self::TeamNamed => "inspection.team_named",
            Self::FieldworkPlanned => "inspection.fieldwork_planned",
            Self::EvidenceOpen => "inspection.evidence_open",
            Self::HoldChanged => "inspection.hold_changed",
            Self::FieldworkStarted => "inspection.fieldwork_started",
            Self::FeedbackGiven => "inspection.feedback_given",
            Self::DraftDelivered => "inspection.draft_delivered",
            Self::FactualAccuracyClosed => "inspection.factual_accuracy_closed",
            Self::FinalUnderEmbargo => "inspection.final_under_embargo",
            Self::FinalRecalled => "inspection.final_recalled",
            Self::EarlyCopy => "inspection.early_copy",
            Self::EarlyCopyRecalled => "inspection.early_copy_recalled",
            Self::Published => "report.published",
            Self::Corrected => "report.corrected",
            Self::ResponsePublished => "inspection.response_published",
            Self::InspectionWithdrawn => "inspection.withdrawn",
            Self::ReportWithdrawn => "report.withdrawn",
            Self::FollowUpStarted => "inspection.follow_up_started",
            Self::FollowedUp => "inspection.followed_up",
            Self::Closed => "inspection.closed",
        }
    }
}
