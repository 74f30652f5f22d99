//! What can be done to an inspection.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Urn, calendar::Period};

/// An action, with what must be known to take it. An accepted action is what
/// the history keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "InspectionAction")]
pub enum Action {
    /// Tells the body and freezes the membership (DR-05).
    Notify {
        /// Senior person the body may call about well-being.
        wellbeing_contact: String,
        /// Day whose membership is frozen.
        membership_as_at: NaiveDate,
    },
    /// Freezes the membership anew after it changed; conflict rules are to be
    /// run again (DR-05).
    Refreeze {
        /// Day whose membership is frozen.
        membership_as_at: NaiveDate,
        /// What changed.
        reason: String,
    },
    /// Tells the body who inspects; opens a new window to object (DR-19).
    NameTeam {
        /// The lead inspector.
        lead: Uuid,
        /// All who inspect, with the lead.
        members: BTreeSet<Uuid>,
    },
    /// Settles the days of fieldwork.
    Schedule {
        /// First and last day.
        fieldwork: Period,
    },
    /// Moves the days of fieldwork.
    Reschedule {
        /// First and last day.
        fieldwork: Period,
        /// Why they move.
        reason: String,
    },
    /// Opens the window for evidence.
    OpenEvidence,
    /// The body has no more evidence to give.
    DeclareEvidenceComplete,
    /// Begins fieldwork.
    StartFieldwork,
    /// Records the oral feedback at the end of fieldwork.
    RecordProvisional {
        /// Findings it covered.
        findings: BTreeSet<Uuid>,
    },
    /// Records that the body used its call on the day after, or needs none.
    RecordNextDayCall {
        /// What was left unresolved, or that nothing was.
        note: String,
    },
    /// Asks for a version of the report.
    Compile,
    /// The version is there.
    CompileDone {
        /// Its number.
        report_version: u32,
    },
    /// The version could not be compiled.
    CompileFailed {
        /// Why.
        error: String,
    },
    /// Hands the draft to quality assurance.
    SendToQa {
        /// Version handed over.
        report_version: u32,
    },
    /// The quality assurer signs the version off.
    SignOff {
        /// Version signed off.
        report_version: u32,
    },
    /// The quality assurer returns the draft.
    ReturnFromQa {
        /// What must be put right.
        reasons: Vec<String>,
    },
    /// Delivers the draft to the body (DR-24).
    SendForFactualAccuracy {
        /// Version delivered.
        report_version: u32,
    },
    /// Ends the check of factual accuracy: by the body, which has no more
    /// points, or by the inspectorate once the window has closed.
    CloseFactualAccuracy,
    /// Gives the body the final report.
    Embargo {
        /// Version given.
        report_version: u32,
    },
    /// Gives other entitled recipients their copy, after the embargo.
    ReleaseToStatutory {
        /// Version given.
        report_version: u32,
    },
    /// Takes the final report back before it is public, to put it right.
    Recall {
        /// What is wrong.
        reason: String,
    },
    /// Makes the report public.
    Publish {
        /// Version published.
        report_version: u32,
    },
    /// Publishes a corrected version (DR-30).
    Correct {
        /// The corrected version.
        report_version: u32,
        /// What was corrected, for the public.
        note: String,
    },
    /// The body publishes its response (DR-31).
    Respond {
        /// The response.
        response: Uuid,
    },
    /// Begins to follow recommendations up.
    StartFollowUp,
    /// Records a follow-up of the recommendations.
    RecordFollowUp {
        /// Which of the two.
        point: FollowUp,
    },
    /// Ends the inspection.
    Close,
    /// Ends the inspection without a report, or takes the report back.
    Withdraw {
        /// Why; public once a report was.
        reason: String,
    },
    /// Asks for a pause or a deferral; work goes on until it is decided.
    RequestHold {
        /// Identifier of the hold.
        hold: Uuid,
        /// What is asked for.
        kind: HoldKind,
        /// Who asks.
        requester: Requester,
        /// Why.
        reason: String,
    },
    /// Decides on a pause or a deferral (DR-37).
    DecideHold {
        /// The hold asked for.
        hold: Uuid,
        /// The decision.
        answer: HoldAnswer,
        /// Why.
        reason: String,
    },
    /// The body complains about the draft within the window, which holds
    /// publication at once (DR-38).
    LodgeComplaint {
        /// Identifier of the complaint and its hold.
        hold: Uuid,
        /// What it is about.
        reason: String,
    },
    /// Ends a hold; for a complaint, with the decision on it (DR-37, DR-38).
    Resume {
        /// The hold.
        hold: Uuid,
        /// What was decided, and why.
        decision: String,
    },
}

/// An action without its particulars.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// [`Action::Notify`].
    Notify,
    /// [`Action::Refreeze`].
    Refreeze,
    /// [`Action::NameTeam`].
    NameTeam,
    /// [`Action::Schedule`].
    Schedule,
    /// [`Action::Reschedule`].
    Reschedule,
    /// [`Action::OpenEvidence`].
    OpenEvidence,
    /// [`Action::DeclareEvidenceComplete`].
    DeclareEvidenceComplete,
    /// [`Action::StartFieldwork`].
    StartFieldwork,
    /// [`Action::RecordProvisional`].
    RecordProvisional,
    /// [`Action::RecordNextDayCall`].
    RecordNextDayCall,
    /// [`Action::Compile`].
    Compile,
    /// [`Action::CompileDone`].
    CompileDone,
    /// [`Action::CompileFailed`].
    CompileFailed,
    /// [`Action::SendToQa`].
    SendToQa,
    /// [`Action::SignOff`].
    SignOff,
    /// [`Action::ReturnFromQa`].
    ReturnFromQa,
    /// [`Action::SendForFactualAccuracy`].
    SendForFactualAccuracy,
    /// [`Action::CloseFactualAccuracy`].
    CloseFactualAccuracy,
    /// [`Action::Embargo`].
    Embargo,
    /// [`Action::ReleaseToStatutory`].
    ReleaseToStatutory,
    /// [`Action::Recall`].
    Recall,
    /// [`Action::Publish`].
    Publish,
    /// [`Action::Correct`].
    Correct,
    /// [`Action::Respond`].
    Respond,
    /// [`Action::StartFollowUp`].
    StartFollowUp,
    /// [`Action::RecordFollowUp`].
    RecordFollowUp,
    /// [`Action::Close`].
    Close,
    /// [`Action::Withdraw`].
    Withdraw,
    /// [`Action::RequestHold`].
    RequestHold,
    /// [`Action::DecideHold`].
    DecideHold,
    /// [`Action::LodgeComplaint`].
    LodgeComplaint,
    /// [`Action::Resume`].
    Resume,
}

impl ActionKind {
    /// All kinds, in the order of a usual inspection.
    pub const ALL: [Self; 32] = [
        Self::Notify,
        Self::Refreeze,
        Self::NameTeam,
        Self::Schedule,
        Self::Reschedule,
        Self::OpenEvidence,
        Self::DeclareEvidenceComplete,
        Self::StartFieldwork,
        Self::RecordProvisional,
        Self::RecordNextDayCall,
        Self::Compile,
        Self::CompileDone,
        Self::CompileFailed,
        Self::SendToQa,
        Self::SignOff,
        Self::ReturnFromQa,
        Self::SendForFactualAccuracy,
        Self::CloseFactualAccuracy,
        Self::Embargo,
        Self::ReleaseToStatutory,
        Self::Recall,
        Self::Publish,
        Self::Correct,
        Self::Respond,
        Self::StartFollowUp,
        Self::RecordFollowUp,
        Self::Close,
        Self::Withdraw,
        Self::RequestHold,
        Self::DecideHold,
        Self::LodgeComplaint,
        Self::Resume,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Refreeze => "refreeze",
            Self::NameTeam => "name_team",
            Self::Schedule => "schedule",
            Self::Reschedule => "reschedule",
            Self::OpenEvidence => "open_evidence",
            Self::DeclareEvidenceComplete => "declare_evidence_complete",
            Self::StartFieldwork => "start_fieldwork",
            Self::RecordProvisional => "record_provisional",
            Self::RecordNextDayCall => "record_next_day_call",
            Self::Compile => "compile",
            Self::CompileDone => "compile_done",
            Self::CompileFailed => "compile_failed",
            Self::SendToQa => "send_to_qa",
            Self::SignOff => "sign_off",
            Self::ReturnFromQa => "return_from_qa",
            Self::SendForFactualAccuracy => "send_for_factual_accuracy",
            Self::CloseFactualAccuracy => "close_factual_accuracy",
            Self::Embargo => "embargo",
            Self::ReleaseToStatutory => "release_to_statutory",
            Self::Recall => "recall",
            Self::Publish => "publish",
            Self::Correct => "correct",
            Self::Respond => "respond",
            Self::StartFollowUp => "start_follow_up",
            Self::RecordFollowUp => "record_follow_up",
            Self::Close => "close",
            Self::Withdraw => "withdraw",
            Self::RequestHold => "request_hold",
            Self::DecideHold => "decide_hold",
            Self::LodgeComplaint => "lodge_complaint",
            Self::Resume => "resume",
        }
    }
}

impl Action {
    /// The action as the body may know of it: that the draft was returned or
    /// could not be compiled, not what is said of a draft it does not have.
    #[must_use]
    pub fn as_told_to_body(self) -> Self {
        match self {
            Self::ReturnFromQa { .. } => Self::ReturnFromQa {
                reasons: Vec::new(),
            },
            Self::CompileFailed { .. } => Self::CompileFailed {
                error: String::new(),
            },
            other => other,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::Notify { .. } => ActionKind::Notify,
            Self::Refreeze { .. } => ActionKind::Refreeze,
            Self::NameTeam { .. } => ActionKind::NameTeam,
            Self::Schedule { .. } => ActionKind::Schedule,
            Self::Reschedule { .. } => ActionKind::Reschedule,
            Self::OpenEvidence => ActionKind::OpenEvidence,
            Self::DeclareEvidenceComplete => ActionKind::DeclareEvidenceComplete,
            Self::StartFieldwork => ActionKind::StartFieldwork,
            Self::RecordProvisional { .. } => ActionKind::RecordProvisional,
            Self::RecordNextDayCall { .. } => ActionKind::RecordNextDayCall,
            Self::Compile => ActionKind::Compile,
            Self::CompileDone { .. } => ActionKind::CompileDone,
            Self::CompileFailed { .. } => ActionKind::CompileFailed,
            Self::SendToQa { .. } => ActionKind::SendToQa,
            Self::SignOff { .. } => ActionKind::SignOff,
            Self::ReturnFromQa { .. } => ActionKind::ReturnFromQa,
            Self::SendForFactualAccuracy { .. } => ActionKind::SendForFactualAccuracy,
            Self::CloseFactualAccuracy => ActionKind::CloseFactualAccuracy,
            Self::Embargo { .. } => ActionKind::Embargo,
            Self::ReleaseToStatutory { .. } => ActionKind::ReleaseToStatutory,
            Self::Recall { .. } => ActionKind::Recall,
            Self::Publish { .. } => ActionKind::Publish,
            Self::Correct { .. } => ActionKind::Correct,
            Self::Respond { .. } => ActionKind::Respond,
            Self::StartFollowUp => ActionKind::StartFollowUp,
            Self::RecordFollowUp { .. } => ActionKind::RecordFollowUp,
            Self::Close => ActionKind::Close,
            Self::Withdraw { .. } => ActionKind::Withdraw,
            Self::RequestHold { .. } => ActionKind::RequestHold,
            Self::DecideHold { .. } => ActionKind::DecideHold,
            Self::LodgeComplaint { .. } => ActionKind::LodgeComplaint,
            Self::Resume { .. } => ActionKind::Resume,
        }
    }
}

/// What a body or an inspector may ask for. A complaint holds too, but is
/// lodged, not asked for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Before fieldwork.
    Deferral,
    /// From fieldwork on.
    Pause,
}

impl HoldKind {
    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Deferral => "a deferral",
            Self::Pause => "a pause",
        }
    }
}

/// Who asks for a hold (domain.md 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Requester {
    /// The responsible body.
    ResponsibleBody,
    /// The head of a member school.
    MemberSchool {
        /// The school.
        urn: Urn,
    },
    /// The inspectors.
    Inspectors,
}

/// Decision on a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum HoldAnswer {
    /// Granted.
    Granted {
        /// Working day on which it is to be resumed or looked at again.
        review_on: NaiveDate,
    },
    /// Declined; the inspection goes on.
    Declined,
}

/// When recommendations are followed up (domain.md 3.3); the months are in
/// the policy.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// First, after about four months.
    First,
    /// Final, after about twelve months.
    Final,
}
