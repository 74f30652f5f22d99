//! What each action gives occasion to tell, or why it is told to nobody.

use super::Occasion;
use crate::inspection::{ActionKind, Inspection};

/// What had gone out before an action, which decides who is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stage {
    /// Those entitled to an early copy have one that is not public yet.
    pub early_copy: bool,
    /// A report is or was public.
    pub public: bool,
}

impl Stage {
    /// How far a report has gone out.
    #[must_use]
    pub fn of(inspection: &Inspection) -> Self {
        let public = inspection.was_published();
        Self {
            early_copy: !public && inspection.early_copy().is_some(),
            public,
        }
    }
}

/// Whether an action is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// On these occasions.
    Of(&'static [Occasion]),
    /// To nobody, for this reason.
    Silent(&'static str),
}

/// Whoever has the draft is told when it goes to them, and nobody of how far
/// work on it has come.
const WORK_ON_THE_DRAFT: &str = "How work on the draft goes is for nobody outside the \
    inspectorate until the draft is delivered.";

impl Telling {
    /// What is told of an action that is taken at a stage.
    #[must_use]
    pub const fn of(action: ActionKind, before: Stage) -> Self {
        use ActionKind as Kind;
        use Occasion as On;
        Self::Of(match action {
            Kind::Notify => &[On::Notified],
            Kind::Refreeze => &[On::MembershipChanged],
            Kind::NameTeam => &[On::TeamNamed],
            Kind::Schedule | Kind::Reschedule => &[On::FieldworkPlanned],
            Kind::OpenEvidence => &[On::EvidenceOpen],
            Kind::StartFieldwork => &[On::FieldworkStarted],
            Kind::RecordProvisional => &[On::FeedbackGiven],
            Kind::RequestHold | Kind::DecideHold | Kind::LodgeComplaint | Kind::Resume => {
                &[On::HoldChanged]
            }
            Kind::SendForFactualAccuracy => &[On::DraftDelivered],
            Kind::CloseFactualAccuracy => &[On::FactualAccuracyClosed],
            Kind::Embargo => &[On::FinalUnderEmbargo],
            Kind::Recall if before.early_copy => &[On::FinalRecalled, On::EarlyCopyRecalled],
            Kind::Recall => &[On::FinalRecalled],
            Kind::ReleaseToStatutory => &[On::EarlyCopy],
            Kind::Publish => &[On::Published],
            Kind::Correct => &[On::Corrected],
            Kind::Respond => &[On::ResponsePublished],
            Kind::Withdraw if before.public => &[On::ReportWithdrawn],
            Kind::Withdraw if before.early_copy => {
                &[On::InspectionWithdrawn, On::EarlyCopyRecalled]
            }
            Kind::Withdraw => &[On::InspectionWithdrawn],
            Kind::StartFollowUp => &[On::FollowUpStarted],
            Kind::RecordFollowUp => &[On::FollowedUp],
            Kind::Close => &[On::Closed],
            Kind::DeclareEvidenceComplete => {
                return Self::Silent("The body itself says that it has no more evidence to give.");
            }
            Kind::RecordNextDayCall => {
                return Self::Silent("The body itself made the call.");
            }
            Kind::Compile
            | Kind::CompileDone
            | Kind::CompileFailed
            | Kind::SendToQa
            | Kind::SignOff
            | Kind::ReturnFromQa => return Self::Silent(WORK_ON_THE_DRAFT),
        })
    }
}
