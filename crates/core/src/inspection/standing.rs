//! What stands in the way of an action: whatever its particulars, and because
//! of them.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    action::{Action, ActionKind, FollowUp},
    actor::{Actor, Role},
    clock::{Clock, ClockKind},
    clocks::newest,
    decide::Setting,
    due::Due,
    fieldwork,
    history::Inspection,
    holds,
    refusal::Refusal,
};
use crate::{
    calendar::day_in_england,
    publication::{Gates, Unmet},
};

/// The clock of a window, if it is open.
fn open(
    kind: ClockKind,
    inspection: &Inspection,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<Option<Clock>, Refusal> {
    let clock = newest(
        kind,
        inspection,
        at,
        setting.days,
        &setting.policy.lifecycle,
    )
    .filter(|clock| clock.state.is_open());
    match clock {
        // Whether a window has closed cannot be told beyond the calendar.
        Some(Clock {
            due: Due::BeyondCalendar { covered_to },
            ..
        }) if day_in_england(at) > covered_to => Err(Refusal::BeyondCalendar { covered_to }),
        clock => Ok(clock),
    }
}

/// Refuses while a window is open.
fn closed(
    kind: ClockKind,
    inspection: &Inspection,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
    refusal: impl FnOnce(Option<NaiveDate>) -> Refusal,
) -> Result<(), Refusal> {
    match open(kind, inspection, at, setting)? {
        Some(clock) => Err(refusal(clock.due.day())),
        None => Ok(()),
    }
}

/// What refuses an action whatever its particulars.
pub(super) fn standing(
    inspection: &Inspection,
    action: ActionKind,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let is_closed = |kind, refusal: fn(Option<NaiveDate>) -> Refusal| {
        closed(kind, inspection, at, setting, refusal)
    };
    match action {
        ActionKind::Notify | ActionKind::Refreeze => enough_schools(setting),
        ActionKind::Schedule => team_settled(inspection, at, setting),
        ActionKind::StartFieldwork => {
            is_closed(ClockKind::Notice, |until| Refusal::NoticeRuns { until })?;
            is_closed(ClockKind::Evidence, |until| Refusal::EvidenceOpen { until })?;
            team_settled(inspection, at, setting)?;
            on_a_planned_day(inspection, at)
        }
        ActionKind::Compile => is_closed(ClockKind::NextDayCall, |until| {
            Refusal::NextDayCallOpen { until }
        }),
        ActionKind::SendToQa => gates(inspection, setting, |gates| gates.before_qa()),
        ActionKind::SignOff | ActionKind::ReturnFromQa => independent(inspection, by, setting),
        ActionKind::SendForFactualAccuracy => {
            gates(inspection, setting, |gates| gates.before_delivery())
        }
        ActionKind::CloseFactualAccuracy => {
            if by.role == Role::BodyLeader {
                Ok(())
            } else {
                is_closed(ClockKind::FactualAccuracy, |until| {
                    Refusal::FactualAccuracyOpen { until }
                })
            }
        }
        ActionKind::Embargo | ActionKind::Correct => {
            gates(inspection, setting, |gates| gates.unmet())
        }
        ActionKind::ReleaseToStatutory => {
            is_closed(ClockKind::Embargo, |until| Refusal::EmbargoRuns { until })
        }
        ActionKind::Publish => {
            is_closed(ClockKind::Embargo, |until| Refusal::EmbargoRuns { until })?;
            is_closed(ClockKind::Complaint, |until| Refusal::ComplaintWindowOpen {
                until,
            })?;
            if inspection.early_copy().is_none() {
                return Err(Refusal::StatutoryCopiesFirst);
            }
            gates(inspection, setting, |gates| gates.unmet())
        }
        ActionKind::Respond => {
            if inspection.has(ActionKind::Respond) {
                Err(Refusal::AlreadyResponded)
            } else if open(ClockKind::Response, inspection, at, setting)?.is_none() {
                Err(Refusal::ResponseWindowClosed)
            } else {
                Ok(())
            }
        }
        ActionKind::StartFollowUp => is_closed(ClockKind::Response, |until| {
            Refusal::ResponseWindowOpen { until }
        }),
        ActionKind::Close => {
            if inspection.followed_up(FollowUp::Final)
                || setting.policy.lifecycle.final_follow_up_months == 0
            {
                Ok(())
            } else {
                Err(Refusal::FinalFollowUpMissing)
            }
        }
        ActionKind::LodgeComplaint => open(ClockKind::Complaint, inspection, at, setting)?
            .map(|_| ())
            .ok_or(Refusal::ComplaintWindowClosed),
        ActionKind::NameTeam
        | ActionKind::Reschedule
        | ActionKind::OpenEvidence
        | ActionKind::DeclareEvidenceComplete
        | ActionKind::RecordProvisional
        | ActionKind::RecordNextDayCall
        | ActionKind::CompileDone
        | ActionKind::CompileFailed
        | ActionKind::Recall
        | ActionKind::RecordFollowUp
        | ActionKind::Withdraw
        | ActionKind::RequestHold
        | ActionKind::DecideHold
        | ActionKind::Resume => Ok(()),
    }
}

/// What refuses an action because of its particulars.
pub(super) fn particulars(
    inspection: &Inspection,
    action: &Action,
    by: Actor,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    match action {
        Action::Notify {
            wellbeing_contact,
            membership_as_at,
        } => {
            present("wellbeing_contact", wellbeing_contact)?;
            not_in_future(*membership_as_at, at)
        }
        Action::Refreeze {
            membership_as_at,
            reason,
        } => {
            present("reason", reason)?;
            not_in_future(*membership_as_at, at)
        }
        Action::NameTeam { lead, members } => {
            if members.contains(lead) {
                Ok(())
            } else {
                Err(Refusal::LeadNotOnTeam)
            }
        }
        Action::Schedule { fieldwork } => fieldwork::check(*fieldwork, inspection, at, setting),
        Action::Reschedule { fieldwork, reason } => {
            present("reason", reason)?;
            fieldwork::check(*fieldwork, inspection, at, setting)
        }
        Action::RecordProvisional { findings } => {
            if findings.is_empty() {
                Err(Refusal::NoFindings)
            } else {
                Ok(())
            }
        }
        Action::RecordNextDayCall { note } => present("note", note),
        Action::CompileFailed { error } => present("error", error),
        Action::ReturnFromQa { reasons } => {
            present("reasons", reasons.first().map_or("", String::as_str))?;
            reasons
                .iter()
                .try_for_each(|reason| present("reasons", reason))
        }
        Action::CompileDone { report_version }
        | Action::SendToQa { report_version }
        | Action::SignOff { report_version }
        | Action::SendForFactualAccuracy { report_version }
        | Action::Embargo { report_version }
        | Action::ReleaseToStatutory { report_version }
        | Action::Publish { report_version } => is_newest(*report_version, setting),
        Action::Correct {
            report_version,
            note,
        } => {
            present("note", note)?;
            is_newest(*report_version, setting)?;
            match inspection.final_version() {
                Some(published) if *report_version <= published => {
                    Err(Refusal::NotACorrection { published })
                }
                Some(_) | None => Ok(()),
            }
        }
        Action::RecordFollowUp { point } => {
            if inspection.followed_up(*point) {
                Err(Refusal::AlreadyFollowedUp)
            } else {
                Ok(())
            }
        }
        Action::Recall { reason } | Action::Withdraw { reason } => present("reason", reason),
        Action::RequestHold {
            hold,
            kind,
            requester,
            reason,
        } => {
            present("reason", reason)?;
            holds::requestable(inspection, *hold, *kind, *requester, by)
        }
        Action::DecideHold {
            hold,
            answer,
            reason,
        } => {
            present("reason", reason)?;
            holds::decidable(inspection, *hold, *answer, by, at, setting)
        }
        Action::LodgeComplaint { hold, reason } => {
            present("reason", reason)?;
            holds::unused(inspection, *hold)
        }
        Action::Resume { hold, decision } => {
            present("decision", decision)?;
            holds::resumable(inspection, *hold, by, setting)
        }
        Action::OpenEvidence
        | Action::DeclareEvidenceComplete
        | Action::StartFieldwork
        | Action::Compile
        | Action::CloseFactualAccuracy
        | Action::Respond { .. }
        | Action::StartFollowUp
        | Action::Close => Ok(()),
    }
}

fn present(field: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        Err(Refusal::Blank { field })
    } else {
        Ok(())
    }
}

fn enough_schools(setting: &Setting<'_>) -> Result<(), Refusal> {
    let (open, needed) = (
        setting.facts.open_member_schools,
        setting.policy.minimum_open_schools,
    );
    if open < needed {
        Err(Refusal::TooFewSchools { open, needed })
    } else {
        Ok(())
    }
}

fn not_in_future(day: NaiveDate, at: DateTime<Utc>) -> Result<(), Refusal> {
    if day > day_in_england(at) {
        Err(Refusal::FreezeInFuture(day))
    } else {
        Ok(())
    }
}

/// A team is named, without undecided conflicts, and the body has had its say.
fn team_settled(
    inspection: &Inspection,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    if inspection.team().is_none() {
        return Err(Refusal::NoTeam);
    }
    if setting.facts.conflicts_undecided > 0 {
        return Err(Refusal::ConflictsUndecided(
            setting.facts.conflicts_undecided,
        ));
    }
    closed(ClockKind::Objection, inspection, at, setting, |until| {
        Refusal::ObjectionWindowOpen { until }
    })?;
    if setting.facts.objections_undecided > 0 {
        return Err(Refusal::ObjectionsUndecided(
            setting.facts.objections_undecided,
        ));
    }
    Ok(())
}

fn on_a_planned_day(inspection: &Inspection, at: DateTime<Utc>) -> Result<(), Refusal> {
    match inspection.fieldwork() {
        Some(planned) if !planned.contains(day_in_england(at)) => Err(Refusal::NotAFieldworkDay {
            first: planned.first,
            last: planned.last,
        }),
        Some(_) | None => Ok(()),
    }
}

fn gates(
    inspection: &Inspection,
    setting: &Setting<'_>,
    unmet: fn(&Gates<'_>) -> Vec<Unmet>,
) -> Result<(), Refusal> {
    let unmet = unmet(&Gates::of(inspection, &setting.facts.checks));
    if unmet.is_empty() {
        Ok(())
    } else {
        Err(Refusal::GatesUnmet(unmet))
    }
}

fn is_newest(named: u32, setting: &Setting<'_>) -> Result<(), Refusal> {
    let newest = setting.facts.checks.report_version;
    if newest == Some(named) {
        Ok(())
    } else {
        Err(Refusal::StaleVersion { named, newest })
    }
}

/// Neither on the team nor the report's author (DR-26, DR-27).
pub(super) fn independent(
    inspection: &Inspection,
    by: Actor,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let on_team = inspection
        .team()
        .is_some_and(|team| team.members.contains(&by.id));
    if on_team || setting.facts.checks.author == Some(by.id) {
        Err(Refusal::NotIndependent)
    } else {
        Ok(())
    }
}
