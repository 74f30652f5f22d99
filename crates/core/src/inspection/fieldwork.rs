//! When fieldwork may be held.

use super::{
    clock::ClockKind, clocks::newest, decide::Setting, due::Due, history::Inspection,
    refusal::Refusal,
};
use crate::calendar::Period;
use chrono::{DateTime, Utc};

/// Whether fieldwork may be planned for these days: working days after a
/// clear notice, not too many, and with schools open on enough of them
/// (domain.md 3.3 and 9.5).
pub(super) fn check(
    planned: Period,
    inspection: &Inspection,
    at: DateTime<Utc>,
    setting: &Setting<'_>,
) -> Result<(), Refusal> {
    let days = setting.days;
    let policy = &setting.policy.lifecycle;
    if planned.last < planned.first {
        return Err(Refusal::FieldworkReversed);
    }
    for day in [planned.first, planned.last] {
        if !days.counts(day)? {
            return Err(Refusal::NotAWorkingDay(day));
        }
    }
    let notice = newest(ClockKind::Notice, inspection, at, days, policy);
    match notice.map(|clock| clock.due) {
        Some(Due::On { day: notice_to, .. }) if planned.first <= notice_to => {
            return Err(Refusal::NoticeTooShort {
                notice_to,
                earliest: days.next(notice_to)?,
            });
        }
        Some(Due::BeyondCalendar { covered_to }) => {
            return Err(Refusal::BeyondCalendar { covered_to });
        }
        Some(Due::WhenResumed { .. }) => return Err(Refusal::OnHold),
        Some(Due::On { .. }) | None => {}
    }
    let mut working: u32 = 0;
    let mut open: u32 = 0;
    for day in planned.days() {
        working += u32::from(days.counts(day)?);
        open += u32::from(days.schools_open(day)?);
    }
    if working > policy.fieldwork_working_days {
        return Err(Refusal::FieldworkTooLong {
            planned: working,
            maximum: policy.fieldwork_working_days,
        });
    }
    // Fieldwork shorter than the minimum is held with open schools throughout.
    let needed = policy.school_days_minimum.min(working);
    if open < needed {
        return Err(Refusal::SchoolsClosed { open, needed });
    }
    Ok(())
}
