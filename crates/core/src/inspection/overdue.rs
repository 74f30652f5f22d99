//! What is overdue, and who is told (domain.md 9.5 and 11).

use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    actor::Role,
    clock::{Clock, ClockKind, ClockState},
    clocks::{clocks, urgent_alert},
    due::Due,
    history::Inspection,
    policy::LifecyclePolicy,
};
use crate::calendar::{ClockDays, end_of_day};

/// An urgent matter as far as its clock needs it (DR-33). Its substance stays
/// elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrgentMatter {
    /// Identifier.
    pub id: Uuid,
    /// When it was noticed.
    pub noticed_at: DateTime<Utc>,
    /// When the alert was raised, if it was.
    pub raised_at: Option<DateTime<Utc>>,
}

/// An inspection to be looked at, with the days and policy it counts by.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// Inspection.
    pub inspection: &'a Inspection,
    /// Urgent matters noticed in it.
    pub urgent: &'a [UrgentMatter],
    /// Days its clocks count.
    pub days: &'a ClockDays,
    /// Its policy.
    pub policy: &'a LifecyclePolicy,
}

/// What somebody must be told of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", tag = "matter", content = "clock")]
pub enum Matter {
    /// A deadline has passed.
    Deadline(ClockKind),
    /// A clock reaches beyond the calendar of bank holidays, which ends soon
    /// or has ended: a later one must be imported.
    CalendarEnds(ClockKind),
}

/// Something overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overdue {
    /// The same whenever the same thing is found again: tell once per key.
    pub key: String,
    /// Inspection.
    pub inspection: Uuid,
    /// What it is.
    pub matter: Matter,
    /// The hold or urgent matter it belongs to, if any.
    pub subject: Option<Uuid>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Roles that are told.
    pub tell: Vec<Role>,
}

/// What is overdue at `now`, longest overdue first. Found again by every
/// call, with the same key, until it is done.
#[must_use]
pub fn overdue(watched: &[Watched<'_>], now: DateTime<Utc>) -> Vec<Overdue> {
    let mut found: Vec<Overdue> = watched
        .iter()
        .flat_map(|watched| {
            let urgent = watched
                .urgent
                .iter()
                .filter_map(|matter| urgent_alert(matter, now, watched.days, watched.policy));
            clocks(watched.inspection, now, watched.days, watched.policy)
                .into_iter()
                .chain(urgent)
                .filter_map(|clock| item(watched, &clock, now))
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_by(|a, b| (a.since, &a.key).cmp(&(b.since, &b.key)));
    found
}

fn item(watched: &Watched<'_>, clock: &Clock, now: DateTime<Utc>) -> Option<Overdue> {
    let (matter, since, tell) = match (clock.state, clock.due) {
        (ClockState::Overdue { since }, _) => (
            Matter::Deadline(clock.kind),
            since,
            clock.kind.tell().to_vec(),
        ),
        (ClockState::Running | ClockState::Stopped, Due::BeyondCalendar { covered_to }) => {
            let warning = TimeDelta::days(i64::from(watched.policy.calendar_warning_days));
            let since = end_of_day(covered_to) - warning;
            (
                Matter::CalendarEnds(clock.kind),
                (since <= now).then_some(since)?,
                vec![Role::OperationsOfficer, Role::Operator],
            )
        }
        (
            ClockState::Running
            | ClockState::Stopped
            | ClockState::Met { .. }
            | ClockState::MetLate { .. }
            | ClockState::Closed { .. }
            | ClockState::Lapsed { .. },
            Due::On { .. } | Due::WhenResumed { .. } | Due::BeyondCalendar { .. },
        ) => return None,
    };
    let inspection = watched.inspection.opening().inspection;
    let what = match matter {
        Matter::Deadline(_) => "overdue",
        Matter::CalendarEnds(_) => "calendar-ends",
    };
    let subject = clock
        .subject
        .map_or_else(String::new, |subject| format!(":{subject}"));
    Some(Overdue {
        key: format!(
            "{what}:{inspection}:{}:{}{subject}",
            clock.kind.code(),
            clock.started.timestamp_micros(),
        ),
        inspection,
        matter,
        subject: clock.subject,
        since,
        tell,
    })
}
