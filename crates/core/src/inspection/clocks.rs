//! The clocks of an inspection, worked out from its history.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    action::{
        Action, ActionKind,
        FollowUp::{Final, First},
        HoldAnswer,
    },
    clock::{Clock, ClockKind, ClockState, Nature, Stop},
    due::{Length, due},
    history::{Event, Inspection},
    overdue::UrgentMatter,
    policy::LifecyclePolicy,
};
use crate::calendar::ClockDays;

/// What an event does to a clock.
enum Effect {
    /// Starts one, unless one runs already.
    Start(Length),
    /// Starts one in place of any that runs.
    Restart(Length),
    /// Brings what it waits for.
    Meet,
}

/// Kinds worked out from the history, in the order they are listed.
const OF_HISTORY: [ClockKind; 19] = [
    ClockKind::Notice,
    ClockKind::Objection,
    ClockKind::Evidence,
    ClockKind::FieldworkStart,
    ClockKind::Fieldwork,
    ClockKind::NextDayCall,
    ClockKind::Drafting,
    ClockKind::Qa,
    ClockKind::FactualAccuracy,
    ClockKind::Complaint,
    ClockKind::Responding,
    ClockKind::Embargo,
    ClockKind::Response,
    ClockKind::DraftTurnaround,
    ClockKind::PublicationTurnaround,
    ClockKind::FirstFollowUp,
    ClockKind::FinalFollowUp,
    ClockKind::HoldDecision,
    ClockKind::HoldReview,
];

/// What `event` does to the clock of `kind`, and the hold it is about, for
/// clocks that belong to a hold.
fn effect(
    kind: ClockKind,
    event: &Event,
    policy: &LifecyclePolicy,
) -> Option<(Effect, Option<Uuid>)> {
    use ActionKind as Did;
    use Effect::{Meet, Restart, Start};

    let did = event.action.kind();
    let fair = |days| Length::Working {
        days,
        with_open_schools: policy.school_days_minimum,
    };
    let effect = match (kind, did) {
        (ClockKind::Notice, Did::Notify) => Start(fair(policy.notice_working_days)),
        (ClockKind::Objection, Did::NameTeam) => {
            Restart(Length::working(policy.objection_working_days))
        }
        (ClockKind::Evidence, Did::OpenEvidence) => {
            Start(Length::working(policy.evidence_working_days))
        }
        (ClockKind::Evidence, Did::DeclareEvidenceComplete | Did::StartFieldwork) => Meet,
        (ClockKind::FieldworkStart, Did::Schedule | Did::Reschedule) => match &event.action {
            Action::Schedule { fieldwork } | Action::Reschedule { fieldwork, .. } => {
                Restart(Length::Day(fieldwork.first))
            }
            _ => return None,
        },
        (ClockKind::FieldworkStart, Did::StartFieldwork) => Meet,
        // The day on which fieldwork starts is its first.
        (ClockKind::Fieldwork, Did::StartFieldwork) => Start(Length::working(
            policy.fieldwork_working_days.saturating_sub(1),
        )),
        (ClockKind::Fieldwork, Did::RecordProvisional) => Meet,
        (ClockKind::NextDayCall, Did::RecordProvisional) => {
            Start(Length::working(policy.next_day_call_working_days))
        }
        (ClockKind::NextDayCall, Did::RecordNextDayCall) => Meet,
        // Compiling again does not give the lead a new clock.
        (ClockKind::Drafting, Did::CompileDone | Did::ReturnFromQa | Did::Recall) => {
            Start(Length::working(policy.drafting_working_days))
        }
        (ClockKind::Drafting, Did::SendToQa) => Meet,
        (ClockKind::Qa, Did::SendToQa) => Start(Length::working(policy.qa_working_days)),
        (ClockKind::Qa, Did::SignOff | Did::ReturnFromQa) => Meet,
        (ClockKind::FactualAccuracy, Did::SendForFactualAccuracy) => {
            Restart(fair(policy.factual_accuracy_working_days))
        }
        (ClockKind::FactualAccuracy, Did::CloseFactualAccuracy) => Meet,
        (ClockKind::Complaint, Did::SendForFactualAccuracy) => {
            Restart(fair(policy.complaint_working_days))
        }
        (ClockKind::Responding, Did::CloseFactualAccuracy) => {
            Start(Length::working(policy.responding_working_days))
        }
        (ClockKind::Responding, Did::SendToQa | Did::Embargo) => Meet,
        (ClockKind::Embargo, Did::Embargo) => Restart(Length::working(policy.embargo_working_days)),
        (ClockKind::Response, Did::Publish) => Start(Length::Calendar {
            days: policy.response_calendar_days,
        }),
        (ClockKind::Response, Did::Respond) => Meet,
        (ClockKind::DraftTurnaround, Did::RecordProvisional) => {
            Start(Length::working(policy.draft_turnaround_working_days))
        }
        (ClockKind::DraftTurnaround, Did::SendForFactualAccuracy) => Meet,
        (ClockKind::PublicationTurnaround, Did::RecordProvisional) => {
            Start(Length::working(policy.publication_turnaround_working_days))
        }
        (ClockKind::PublicationTurnaround, Did::Publish) => Meet,
        (ClockKind::FirstFollowUp, Did::Publish) => {
            Start(Length::Months(policy.first_follow_up_months))
        }
        (ClockKind::FinalFollowUp, Did::Publish) => {
            Start(Length::Months(policy.final_follow_up_months))
        }
        (ClockKind::FirstFollowUp | ClockKind::FinalFollowUp, Did::RecordFollowUp) => {
            match (kind, &event.action) {
                (ClockKind::FirstFollowUp, Action::RecordFollowUp { point: First })
                | (ClockKind::FinalFollowUp, Action::RecordFollowUp { point: Final }) => Meet,
                _ => return None,
            }
        }
        (ClockKind::HoldDecision | ClockKind::HoldReview, _) => {
            return effect_on_hold(kind, &event.action, policy);
        }
        _ => return None,
    };
    Some((effect, None))
}

fn effect_on_hold(
    kind: ClockKind,
    action: &Action,
    policy: &LifecyclePolicy,
) -> Option<(Effect, Option<Uuid>)> {
    let (effect, hold) = match (kind, action) {
        (ClockKind::HoldDecision, Action::RequestHold { hold, .. }) => (
            Effect::Start(Length::working(policy.hold_decision_working_days)),
            hold,
        ),
        (ClockKind::HoldDecision, Action::DecideHold { hold, .. })
        | (ClockKind::HoldReview, Action::Resume { hold, .. }) => (Effect::Meet, hold),
        (
            ClockKind::HoldReview,
            Action::DecideHold {
                hold,
                answer: HoldAnswer::Granted { review_on },
                ..
            },
        ) => (Effect::Start(Length::Day(*review_on)), hold),
        _ => return None,
    };
    Some((effect, Some(*hold)))
}

/// A clock as far as the history tells.
struct Run {
    subject: Option<Uuid>,
    started: DateTime<Utc>,
    length: Length,
    ended: Option<Ended>,
}

#[derive(Clone, Copy)]
enum Ended {
    Met(DateTime<Utc>),
    Lapsed(DateTime<Utc>),
}

/// All clocks that have been started by `now`, as they stand then: kind by
/// kind, oldest first.
#[must_use]
pub fn clocks(
    inspection: &Inspection,
    now: DateTime<Utc>,
    days: &ClockDays,
    policy: &LifecyclePolicy,
) -> Vec<Clock> {
    let stops = inspection.stops(now);
    OF_HISTORY
        .into_iter()
        .flat_map(|kind| of_kind(kind, inspection, now, days, policy, &stops))
        .collect()
}

/// The newest clock of one kind by `now`, if one has been started.
pub(super) fn newest(
    kind: ClockKind,
    inspection: &Inspection,
    now: DateTime<Utc>,
    days: &ClockDays,
    policy: &LifecyclePolicy,
) -> Option<Clock> {
    let stops = inspection.stops(now);
    of_kind(kind, inspection, now, days, policy, &stops).pop()
}

fn of_kind(
    kind: ClockKind,
    inspection: &Inspection,
    now: DateTime<Utc>,
    days: &ClockDays,
    policy: &LifecyclePolicy,
    stops: &[Stop],
) -> Vec<Clock> {
    runs(kind, inspection, now, policy)
        .into_iter()
        .filter_map(|run| show(kind, &run, stops, now, days))
        .collect()
}

fn runs(
    kind: ClockKind,
    inspection: &Inspection,
    now: DateTime<Utc>,
    policy: &LifecyclePolicy,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for event in inspection.history().iter().filter(|event| event.at <= now) {
        if matches!(event.action, Action::Close | Action::Withdraw { .. }) {
            for run in runs.iter_mut().filter(|run| run.ended.is_none()) {
                run.ended = Some(Ended::Lapsed(event.at));
            }
        }
        let Some((effect, subject)) = effect(kind, event, policy) else {
            continue;
        };
        let live = runs
            .iter_mut()
            .find(|run| run.ended.is_none() && run.subject == subject);
        let length = match (effect, live) {
            (Effect::Meet, Some(run)) => {
                run.ended = Some(Ended::Met(event.at));
                continue;
            }
            (Effect::Meet, None) | (Effect::Start(_), Some(_)) => continue,
            (Effect::Restart(length), Some(run)) => {
                run.ended = Some(Ended::Lapsed(event.at));
                length
            }
            (Effect::Start(length) | Effect::Restart(length), None) => length,
        };
        runs.push(Run {
            subject,
            started: event.at,
            length,
            ended: None,
        });
    }
    runs
}

/// The clock as it stands at `now`; `None` for one of no length.
fn show(
    kind: ClockKind,
    run: &Run,
    stops: &[Stop],
    now: DateTime<Utc>,
    days: &ClockDays,
) -> Option<Clock> {
    let stops = if kind.stops_under_hold() {
        during(run, stops)
    } else {
        Vec::new()
    };
    let due = due(run.started, run.length, &stops, days)?;
    let past = |moment: DateTime<Utc>| due.at().filter(|at| *at < moment);
    let state = match (kind.nature(), run.ended) {
        (Nature::Deadline, Some(Ended::Met(at))) if past(at).is_some() => {
            ClockState::MetLate { at }
        }
        (Nature::Window, Some(Ended::Met(at) | Ended::Lapsed(at))) if past(at).is_some() => {
            ClockState::Closed {
                at: past(at).unwrap_or(at),
            }
        }
        (Nature::Deadline | Nature::Window, Some(Ended::Met(at))) => ClockState::Met { at },
        (Nature::Deadline | Nature::Window, Some(Ended::Lapsed(at))) => ClockState::Lapsed { at },
        (nature, None) => match (past(now), nature) {
            (Some(since), Nature::Deadline) => ClockState::Overdue { since },
            (Some(at), Nature::Window) => ClockState::Closed { at },
            (None, Nature::Deadline | Nature::Window) => {
                if stops.iter().any(|stop| stop.until.is_none()) {
                    ClockState::Stopped
                } else {
                    ClockState::Running
                }
            }
        },
    };
    Some(Clock {
        kind,
        subject: run.subject,
        started: run.started,
        due,
        stops,
        state,
    })
}

/// The stops of a clock: those after its start and, if it has ended, before
/// its end.
fn during(run: &Run, stops: &[Stop]) -> Vec<Stop> {
    let ended = match run.ended {
        Some(Ended::Met(at) | Ended::Lapsed(at)) => Some(at),
        None => None,
    };
    stops
        .iter()
        .filter(|stop| stop.until.is_none_or(|until| until > run.started))
        .filter(|stop| ended.is_none_or(|ended| stop.from < ended))
        .map(|stop| Stop {
            from: stop.from,
            until: match (stop.until, ended) {
                (Some(until), Some(ended)) => Some(until.min(ended)),
                (until, ended) => until.or(ended),
            },
        })
        .collect()
}

/// The clock of an urgent matter (DR-33). It is kept apart from the history,
/// which others may read, and no hold stops it.
#[must_use]
pub fn urgent_alert(
    matter: &UrgentMatter,
    now: DateTime<Utc>,
    days: &ClockDays,
    policy: &LifecyclePolicy,
) -> Option<Clock> {
    let run = Run {
        subject: Some(matter.id),
        started: matter.noticed_at,
        length: Length::working(policy.urgent_alert_working_days),
        ended: matter
            .raised_at
            .filter(|raised| *raised <= now)
            .map(Ended::Met),
    };
    show(ClockKind::UrgentAlert, &run, &[], now, days)
}
