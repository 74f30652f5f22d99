//! Which action is possible where, and for whom (domain.md 3.3 and 11).

use super::{
    action::ActionKind,
    actor::Role::{
        self, BodyLeader, DecisionMaker, Inspector, Integrator, LeadInspector, OperationsOfficer,
        Operator, QualityAssurer, System,
    },
    refusal::Refusal,
    state::State::{
        self, Closed, CompileFailed, Compiling, Draft, Drafting, Embargoed, EvidenceOpen,
        FactualAccuracy, Fieldwork, FollowUp, Notified, Provisional, Published, Qa, Responding,
        Scheduled, Withdrawn,
    },
};

/// Where an action leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The state stays.
    Same,
    /// To a state.
    State(State),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// Action.
    pub action: ActionKind,
    /// States in which it is possible.
    pub from: &'static [State],
    /// Where it leads.
    pub to: To,
    /// Who may take it.
    pub by: &'static [Role],
    /// Whether it is possible under a hold.
    pub under_hold: bool,
    /// Why it is there and why these roles take it.
    pub why: &'static str,
}

const fn row(
    action: ActionKind,
    from: &'static [State],
    to: To,
    by: &'static [Role],
    why: &'static str,
) -> Transition {
    Transition {
        action,
        from,
        to,
        by,
        under_hold: false,
        why,
    }
}

const fn even_under_hold(row: Transition) -> Transition {
    Transition {
        under_hold: true,
        ..row
    }
}

const OPEN: &[State] = &[
    Notified,
    Scheduled,
    EvidenceOpen,
    Fieldwork,
    Provisional,
    Compiling,
    CompileFailed,
    Drafting,
    Qa,
    FactualAccuracy,
    Responding,
    Embargoed,
    Published,
    FollowUp,
];
const BEFORE_QA: &[State] = &[
    Notified,
    Scheduled,
    EvidenceOpen,
    Fieldwork,
    Provisional,
    Drafting,
];
/// States after delivery of a draft and before publication; whether one was
/// delivered is for the complaint's window to tell.
const WITH_THE_DRAFT: &[State] = &[
    Compiling,
    CompileFailed,
    Drafting,
    Qa,
    FactualAccuracy,
    Responding,
    Embargoed,
];

/// Every possible transition: one row for each kind of action.
pub const TRANSITIONS: &[Transition] = &[
    row(
        ActionKind::Notify,
        &[Draft],
        To::State(Notified),
        &[OperationsOfficer],
        "The body learns of the inspection, its basis and its well-being contact at once.",
    ),
    row(
        ActionKind::Refreeze,
        BEFORE_QA,
        To::Same,
        &[OperationsOfficer],
        "Membership changed after the freeze.",
    ),
    row(
        ActionKind::NameTeam,
        BEFORE_QA,
        To::Same,
        &[OperationsOfficer],
        "The body must know who inspects to be able to object.",
    ),
    row(
        ActionKind::Schedule,
        &[Notified],
        To::State(Scheduled),
        &[OperationsOfficer],
        "The team is free of undecided conflicts and the window to object has closed.",
    ),
    row(
        ActionKind::Reschedule,
        &[Scheduled, EvidenceOpen],
        To::Same,
        &[OperationsOfficer],
        "Planned days have become impossible.",
    ),
    row(
        ActionKind::OpenEvidence,
        &[Scheduled],
        To::State(EvidenceOpen),
        &[OperationsOfficer, System],
        "The body can submit once it knows what is asked and when inspectors come.",
    ),
    row(
        ActionKind::DeclareEvidenceComplete,
        &[EvidenceOpen],
        To::Same,
        &[BodyLeader, Integrator],
        "Only the body can give up the rest of its own time.",
    ),
    row(
        ActionKind::StartFieldwork,
        &[EvidenceOpen],
        To::State(Fieldwork),
        &[LeadInspector],
        "Notice has run and the planned days have come.",
    ),
    row(
        ActionKind::RecordProvisional,
        &[Fieldwork],
        To::State(Provisional),
        &[LeadInspector],
        "The body hears the findings before they are written up.",
    ),
    row(
        ActionKind::RecordNextDayCall,
        &[Provisional],
        To::Same,
        &[LeadInspector, OperationsOfficer],
        "The body may call about what was left unresolved.",
    ),
    row(
        ActionKind::Compile,
        &[Provisional, CompileFailed, Drafting],
        To::State(Compiling),
        &[LeadInspector, OperationsOfficer, Operator, System],
        "Evidence is complete, a failed compilation is tried again, or evidence changed.",
    ),
    even_under_hold(row(
        ActionKind::CompileDone,
        &[Compiling],
        To::State(Drafting),
        &[System],
        "The worker reports a version; work begun before a hold is not lost.",
    )),
    even_under_hold(row(
        ActionKind::CompileFailed,
        &[Compiling],
        To::State(CompileFailed),
        &[System],
        "The worker reports that it gave up.",
    )),
    row(
        ActionKind::SendToQa,
        &[Drafting, Responding],
        To::State(Qa),
        &[LeadInspector],
        "The lead holds the draft to be ready, or took in the body's points.",
    ),
    row(
        ActionKind::SignOff,
        &[Qa, Published, FollowUp, Closed],
        To::Same,
        &[QualityAssurer],
        "Somebody outside the team vouches for the version, be it the first or a correction.",
    ),
    row(
        ActionKind::ReturnFromQa,
        &[Qa],
        To::State(Drafting),
        &[QualityAssurer],
        "The draft is not sound yet.",
    ),
    row(
        ActionKind::SendForFactualAccuracy,
        &[Qa],
        To::State(FactualAccuracy),
        &[LeadInspector, OperationsOfficer],
        "The body checks the facts before anyone else reads them.",
    ),
    row(
        ActionKind::CloseFactualAccuracy,
        &[FactualAccuracy],
        To::State(Responding),
        &[BodyLeader, LeadInspector, OperationsOfficer, System],
        "The body has no more points, or its time is over.",
    ),
    row(
        ActionKind::Embargo,
        &[Responding, Qa],
        To::State(Embargoed),
        &[OperationsOfficer],
        "Every gate to publication is met; the body reads the final report first.",
    ),
    row(
        ActionKind::ReleaseToStatutory,
        &[Embargoed],
        To::Same,
        &[OperationsOfficer, System],
        "Those entitled to an early copy come after the body and before the public.",
    ),
    row(
        ActionKind::Recall,
        &[Embargoed],
        To::State(Drafting),
        &[OperationsOfficer, DecisionMaker],
        "An error, or a complaint that was upheld, is put right before the public reads it.",
    ),
    row(
        ActionKind::Publish,
        &[Embargoed],
        To::State(Published),
        &[OperationsOfficer, System],
        "The embargo is over and nothing holds publication.",
    ),
    row(
        ActionKind::Correct,
        &[Published, FollowUp, Closed],
        To::Same,
        &[OperationsOfficer],
        "A published report is never changed, only followed by a version that says why.",
    ),
    even_under_hold(row(
        ActionKind::Respond,
        &[Published, FollowUp],
        To::Same,
        &[BodyLeader],
        "The group answers in its own words; a hold takes no right from it.",
    )),
    row(
        ActionKind::StartFollowUp,
        &[Published],
        To::State(FollowUp),
        &[OperationsOfficer, LeadInspector, System],
        "The group has responded, or its time is over.",
    ),
    row(
        ActionKind::RecordFollowUp,
        &[FollowUp],
        To::Same,
        &[LeadInspector, Inspector],
        "An inspector looks at what became of the recommendations.",
    ),
    row(
        ActionKind::Close,
        &[FollowUp],
        To::State(Closed),
        &[OperationsOfficer],
        "The final follow-up is done.",
    ),
    even_under_hold(row(
        ActionKind::Withdraw,
        &[
            Draft,
            Notified,
            Scheduled,
            EvidenceOpen,
            Fieldwork,
            Provisional,
            Compiling,
            CompileFailed,
            Drafting,
            Qa,
            FactualAccuracy,
            Responding,
            Embargoed,
            Published,
            FollowUp,
            Closed,
        ],
        To::State(Withdrawn),
        &[DecisionMaker],
        "The inspection cannot stand; whoever carried it out does not decide that.",
    )),
    even_under_hold(row(
        ActionKind::RequestHold,
        OPEN,
        To::Same,
        &[BodyLeader, LeadInspector, OperationsOfficer],
        "Circumstances may be exceptional; heads of schools ask through the office.",
    )),
    even_under_hold(row(
        ActionKind::DecideHold,
        OPEN,
        To::Same,
        &[OperationsOfficer, DecisionMaker],
        "A duty desk decides, never the person who asked.",
    )),
    even_under_hold(row(
        ActionKind::LodgeComplaint,
        WITH_THE_DRAFT,
        To::Same,
        &[BodyLeader, OperationsOfficer],
        "A complaint about the draft must be heard before the report is public.",
    )),
    even_under_hold(row(
        ActionKind::Resume,
        OPEN,
        To::Same,
        &[OperationsOfficer, DecisionMaker],
        "The reason for the hold is gone, or the complaint is decided.",
    )),
];

/// The row of an action.
#[must_use]
pub fn transition(action: ActionKind) -> Option<&'static Transition> {
    TRANSITIONS.iter().find(|row| row.action == action)
}

/// Whether `role` may take `action` in `state`, holds and particulars aside.
///
/// # Errors
///
/// [`Refusal::RoleMayNot`] or [`Refusal::WrongState`].
pub fn permits(
    state: State,
    action: ActionKind,
    role: Role,
) -> Result<&'static Transition, Refusal> {
    let wrong_state = Refusal::WrongState { action, state };
    let row = transition(action).ok_or_else(|| wrong_state.clone())?;
    if !row.by.contains(&role) {
        return Err(Refusal::RoleMayNot { action, role });
    }
    if !row.from.contains(&state) {
        return Err(wrong_state);
    }
    Ok(row)
}
