//! Why an action may not be taken.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    action::{ActionKind, HoldKind},
    actor::Role,
    state::State,
};
use crate::{calendar::CalendarError, language::prose, publication::Unmet};

/// Why an action may not be taken, in words for the person who tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state does not allow it.
    #[error("this is not possible while the inspection is in the state {}", .state.code())]
    WrongState {
        /// Action.
        action: ActionKind,
        /// State.
        state: State,
    },
    /// The role does not allow it.
    #[error("this is not for {} to do", .role.label())]
    RoleMayNot {
        /// Action.
        action: ActionKind,
        /// Role.
        role: Role,
    },
    /// A hold lies over the inspection.
    #[error("the inspection is on hold; resume it first")]
    OnHold,
    /// The moment is earlier than the last event.
    #[error("something was recorded at {last}; nothing can be recorded before it")]
    BackInTime {
        /// Moment of the last event.
        last: DateTime<Utc>,
    },
    /// A text is needed.
    #[error("{field} must not be empty")]
    Blank {
        /// Field of the action.
        field: &'static str,
    },
    /// Too few open member schools at the freeze.
    #[error("the body has {open} open member schools; an inspection needs {needed}")]
    TooFewSchools {
        /// Open member schools.
        open: u32,
        /// Needed by policy.
        needed: u32,
    },
    /// Membership cannot be frozen for a day that has not come.
    #[error("membership cannot be frozen as at {0}, which is still to come")]
    FreezeInFuture(NaiveDate),
    /// No team has been named.
    #[error("no team has been named")]
    NoTeam,
    /// The lead is not among the members named.
    #[error("the lead inspector is not among the members of the team")]
    LeadNotOnTeam,
    /// Somebody else leads this inspection.
    #[error("somebody else leads this inspection")]
    NotTheLead,
    /// Conflicts of interest wait for a decision.
    #[error("{0} of the team's declarations of interest are not decided")]
    ConflictsUndecided(u32),
    /// The body may still object to the team.
    #[error("the body may still object to members of the team{}", prose_until(*.until))]
    ObjectionWindowOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The body's objections wait for a decision.
    #[error("{0} objections to members of the team are not decided")]
    ObjectionsUndecided(u32),
    /// Days of fieldwork end before they begin.
    #[error("the last day of fieldwork is before the first")]
    FieldworkReversed,
    /// A day of fieldwork is not a working day.
    #[error("{0} is not a working day on which fieldwork can be held")]
    NotAWorkingDay(NaiveDate),
    /// Fieldwork would begin before notice has run.
    #[error("notice runs up to {notice_to}; fieldwork can begin on {earliest}")]
    NoticeTooShort {
        /// Last day of notice.
        notice_to: NaiveDate,
        /// First day on which fieldwork can begin.
        earliest: NaiveDate,
    },
    /// Notice has not run.
    #[error("the body's notice has not run{}", prose_until(*.until))]
    NoticeRuns {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// Fieldwork would take too long.
    #[error("fieldwork would take {planned} working days; it may take {maximum}")]
    FieldworkTooLong {
        /// Working days planned.
        planned: u32,
        /// Working days allowed.
        maximum: u32,
    },
    /// Schools are closed on too many days of fieldwork.
    #[error("schools are open on {open} days of fieldwork; {needed} are needed")]
    SchoolsClosed {
        /// Days with open schools.
        open: u32,
        /// Days needed.
        needed: u32,
    },
    /// It is not one of the days planned for fieldwork.
    #[error("fieldwork is planned from {first} to {last}; move it first")]
    NotAFieldworkDay {
        /// First day planned.
        first: NaiveDate,
        /// Last day planned.
        last: NaiveDate,
    },
    /// The body may still submit evidence.
    #[error("the body may still submit evidence{}", prose_until(*.until))]
    EvidenceOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The body may still call about the feedback.
    #[error("the body may still call about what was left unresolved{}", prose_until(*.until))]
    NextDayCallOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// Feedback covers no finding.
    #[error("feedback must name the findings it covered")]
    NoFindings,
    /// The action names another version than the newest.
    #[error("this names version {named} of the report, but the newest is {}", or_none(*.newest))]
    StaleVersion {
        /// Version named.
        named: u32,
        /// Newest version, if there is one.
        newest: Option<u32>,
    },
    /// Gates that lie before this step are not met.
    #[error("{}", all(.0))]
    GatesUnmet(Vec<Unmet>),
    /// The person is on the team, or wrote the report.
    #[error("this is for somebody who is not on the team and did not write the report")]
    NotIndependent,
    /// The body may still comment on the draft.
    #[error("the body may still comment on the draft{}", prose_until(*.until))]
    FactualAccuracyOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The body may still complain about the draft.
    #[error("the body may still complain about the draft{}", prose_until(*.until))]
    ComplaintWindowOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The window in which a complaint holds publication is not open.
    #[error("a complaint holds publication only within the window after delivery of the draft")]
    ComplaintWindowClosed,
    /// The body's embargo has not run.
    #[error("the body has the final report for itself{}", prose_until(*.until))]
    EmbargoRuns {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The entitled recipients have no copy of the version yet.
    #[error("those entitled to an early copy do not have this version yet")]
    StatutoryCopiesFirst,
    /// The version is not newer than the public one.
    #[error("a correction needs a version after {published}")]
    NotACorrection {
        /// The public version.
        published: u32,
    },
    /// The group has responded already.
    #[error("the group has published its response already")]
    AlreadyResponded,
    /// The group's time to respond is over.
    #[error("the group's time to respond is over")]
    ResponseWindowClosed,
    /// The group may still respond.
    #[error("the group may still respond{}", prose_until(*.until))]
    ResponseWindowOpen {
        /// Until when, if that is known.
        until: Option<NaiveDate>,
    },
    /// The follow-up is recorded already.
    #[error("this follow-up is recorded already")]
    AlreadyFollowedUp,
    /// The final follow-up is missing.
    #[error("the final follow-up is not recorded")]
    FinalFollowUpMissing,
    /// A hold of that kind is not for this state.
    #[error("{} is not possible in the state {}", .kind.label(), .state.code())]
    WrongHold {
        /// What was asked for.
        kind: HoldKind,
        /// State.
        state: State,
    },
    /// Somebody asks in another's name.
    #[error("the body asks for itself or a member school, and the lead for the inspectors")]
    WrongRequester,
    /// A pause or deferral is in place or asked for already.
    #[error("a pause or deferral is in place or asked for already")]
    HoldExists,
    /// The identifier of a hold is in use.
    #[error("{0} is in use for another hold")]
    HoldIdUsed(Uuid),
    /// There is no such hold to decide or end.
    #[error("there is no hold {0} for this")]
    NoHold(Uuid),
    /// Nobody decides on their own request.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// The day to look at a hold again has passed.
    #[error("the day to resume, {0}, must not be in the past")]
    ReviewInPast(NaiveDate),
    /// The calendar of bank holidays does not reach far enough.
    #[error("{0}")]
    Calendar(#[from] CalendarError),
    /// A deadline that this step rests on lies beyond the calendar.
    #[error("the calendar of bank holidays ends on {covered_to}; import a later one")]
    BeyondCalendar {
        /// Last day covered.
        covered_to: NaiveDate,
    },
}

impl Refusal {
    /// Stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.entry().0
    }

    /// The rule that refuses: a domain rule (`DR-01` to `DR-40`) or a section
    /// of the domain's description.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.entry().1
    }

    const fn entry(&self) -> (&'static str, &'static str) {
        match self {
            Self::WrongState { .. } => ("wrong-state", "3.3"),
            Self::RoleMayNot { .. } => ("role-may-not", "11"),
            Self::OnHold => ("on-hold", "DR-37"),
            Self::BackInTime { .. } => ("back-in-time", "3.3"),
            Self::Blank { .. } => ("blank", "3.3"),
            Self::TooFewSchools { .. } => ("too-few-schools", "DR-01"),
            Self::FreezeInFuture(_) => ("freeze-in-future", "DR-05"),
            Self::NoTeam => ("no-team", "3.3"),
            Self::LeadNotOnTeam => ("lead-not-on-team", "DR-13"),
            Self::NotTheLead => ("not-the-lead", "11"),
            Self::ConflictsUndecided(_) => ("conflicts-undecided", "DR-15"),
            Self::ObjectionWindowOpen { .. } => ("objection-window-open", "DR-19"),
            Self::ObjectionsUndecided(_) => ("objections-undecided", "DR-19"),
            Self::FieldworkReversed => ("fieldwork-reversed", "3.3"),
            Self::NotAWorkingDay(_) => ("not-a-working-day", "DR-23"),
            Self::NoticeTooShort { .. } => ("notice-too-short", "DR-23"),
            Self::NoticeRuns { .. } => ("notice-runs", "DR-23"),
            Self::FieldworkTooLong { .. } => ("fieldwork-too-long", "3.3"),
            Self::SchoolsClosed { .. } => ("schools-closed", "9.5"),
            Self::NotAFieldworkDay { .. } => ("not-a-fieldwork-day", "3.3"),
            Self::EvidenceOpen { .. } => ("evidence-open", "3.3"),
            Self::NextDayCallOpen { .. } => ("next-day-call-open", "3.3"),
            Self::NoFindings => ("no-findings", "3.3"),
            Self::StaleVersion { .. } => ("stale-version", "DR-28"),
            Self::GatesUnmet(_) => ("gates-unmet", "DR-26"),
            Self::NotIndependent => ("not-independent", "DR-27"),
            Self::FactualAccuracyOpen { .. } => ("factual-accuracy-open", "DR-24"),
            Self::ComplaintWindowOpen { .. } => ("complaint-window-open", "DR-38"),
            Self::ComplaintWindowClosed => ("complaint-window-closed", "DR-38"),
            Self::EmbargoRuns { .. } => ("embargo-runs", "9.5"),
            Self::StatutoryCopiesFirst => ("statutory-copies-first", "9.5"),
            Self::NotACorrection { .. } => ("not-a-correction", "DR-30"),
            Self::AlreadyResponded => ("already-responded", "DR-31"),
            Self::ResponseWindowClosed => ("response-window-closed", "DR-31"),
            Self::ResponseWindowOpen { .. } => ("response-window-open", "DR-31"),
            Self::AlreadyFollowedUp => ("already-followed-up", "3.3"),
            Self::FinalFollowUpMissing => ("final-follow-up-missing", "3.3"),
            Self::WrongHold { .. } => ("wrong-hold", "3.3"),
            Self::WrongRequester => ("wrong-requester", "DR-37"),
            Self::HoldExists => ("hold-exists", "DR-37"),
            Self::HoldIdUsed(_) => ("hold-id-used", "DR-37"),
            Self::NoHold(_) => ("no-hold", "DR-37"),
            Self::OwnRequest => ("own-request", "DR-37"),
            Self::ReviewInPast(_) => ("review-in-past", "DR-37"),
            Self::Calendar(_) | Self::BeyondCalendar { .. } => ("beyond-calendar", "DR-23"),
        }
    }
}

fn prose_until(until: Option<NaiveDate>) -> String {
    until.map_or_else(String::new, |until| {
        format!(", up to {}", prose::day(until))
    })
}

fn or_none(version: Option<u32>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| version.to_string())
}

fn all(unmet: &[Unmet]) -> String {
    let words: Vec<String> = unmet.iter().map(ToString::to_string).collect();
    words.join("; ")
}
