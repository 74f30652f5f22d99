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

/// Events that an endpoint can ask to be told of.
pub const EVENTS: [&str; 17] = [
    "inspection.notified",
    "inspection.membership_changed",
    "inspection.team_named",
    "inspection.fieldwork_planned",
    "inspection.evidence_open",
    "inspection.hold_changed",
    "inspection.draft_delivered",
    "inspection.final_under_embargo",
    "inspection.final_recalled",
    "inspection.response_published",
    INTERESTS_CHANGED,
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
            Self::DraftDelivered => "inspection.draft_delivered",
            Self::FinalUnderEmbargo => "inspection.final_under_embargo",
            Self::FinalRecalled => "inspection.final_recalled",
            Self::EarlyCopy => "inspection.early_copy",
            Self::Published => "report.published",
            Self::Corrected => "report.corrected",
            Self::ResponsePublished => "inspection.response_published",
            Self::InspectionWithdrawn => "inspection.withdrawn",
            Self::ReportWithdrawn => "report.withdrawn",
            Self::Closed => "inspection.closed",
        }
    }
}
