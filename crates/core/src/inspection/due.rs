//! When something falls due, across holds.

use chrono::{DateTime, Months, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::clock::Stop;
use crate::calendar::{CalendarError, ClockDays, day_in_england, end_of_day, start_of_day};

/// When a clock falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "when")]
pub enum Due {
    /// At the end of a day that counts.
    On {
        /// The day, in England.
        day: NaiveDate,
        /// Its last second.
        at: DateTime<Utc>,
    },
    /// The clock stands still; the day is known once it runs again.
    WhenResumed {
        /// Days of the clock's own kind that are left.
        days_left: u32,
    },
    /// The day lies beyond the calendar of bank holidays (DR-23).
    BeyondCalendar {
        /// Last day the calendar covers.
        covered_to: NaiveDate,
    },
}

impl Due {
    /// The moment, where it is known.
    #[must_use]
    pub const fn at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::On { at, .. } => Some(*at),
            Self::WhenResumed { .. } | Self::BeyondCalendar { .. } => None,
        }
    }

    /// The day in England, where it is known.
    #[must_use]
    pub const fn day(&self) -> Option<NaiveDate> {
        match self {
            Self::On { day, .. } => Some(*day),
            Self::WhenResumed { .. } | Self::BeyondCalendar { .. } => None,
        }
    }
}

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Working days, and days with open schools among them at the least.
    Working { days: u32, with_open_schools: u32 },
    /// Calendar days, then on to a day that counts.
    Calendar { days: u32 },
    /// Calendar months, then on to a day that counts.
    Months(u32),
    /// A given day, or the first day that counts after it.
    Day(NaiveDate),
}

impl Length {
    /// Working days without more.
    pub(super) const fn working(days: u32) -> Self {
        Self::Working {
            days,
            with_open_schools: 0,
        }
    }

    const fn is_zero(self) -> bool {
        match self {
            Self::Working { days, .. } | Self::Calendar { days } => days == 0,
            Self::Months(months) => months == 0,
            Self::Day(_) => false,
        }
    }
}

/// When a clock that started at a moment falls due; `None` for one of no
/// length.
///
/// Counting begins on the day after the start. A day is used up only if the
/// clock ran through the whole of it: neither the day of the start nor a day
/// that a hold touches counts. So nobody loses part of a day, and the days
/// used over all stretches between holds add up to the length.
pub(super) fn due(
    started: DateTime<Utc>,
    length: Length,
    stops: &[Stop],
    days: &ClockDays,
) -> Option<Due> {
    if length.is_zero() {
        return None;
    }
    Some(
        count(day_in_england(started), length, stops, days).unwrap_or(Due::BeyondCalendar {
            covered_to: days.working().covered_to(),
        }),
    )
}

fn count(
    start: NaiveDate,
    length: Length,
    stops: &[Stop],
    days: &ClockDays,
) -> Result<Due, CalendarError> {
    let length = in_days(start, length);
    let mut used: u32 = 0;
    let mut open: u32 = 0;
    // A clock set for a day may fall due on the day it starts.
    let first = match length {
        Length::Day(_) => start,
        Length::Working { .. } | Length::Calendar { .. } | Length::Months(_) => {
            start.succ_opt().unwrap_or(NaiveDate::MAX)
        }
    };
    let mut day = first;
    loop {
        match touching(day, stops) {
            Some(Stop { until: None, .. }) => {
                return Ok(Due::WhenResumed {
                    days_left: left(length, used, open, day),
                });
            }
            Some(Stop { until: Some(_), .. }) => {}
            None => {
                let over = match length {
                    Length::Working {
                        days: needed,
                        with_open_schools,
                    } => {
                        let counts = days.counts(day)?;
                        used += u32::from(counts);
                        open += u32::from(days.schools_open(day)?);
                        counts && used >= needed && open >= with_open_schools
                    }
                    Length::Calendar { days: needed } | Length::Months(needed) => {
                        used += 1;
                        used >= needed && days.counts(day)?
                    }
                    Length::Day(set) => day >= set && days.counts(day)?,
                };
                if over {
                    return Ok(Due::On {
                        day,
                        at: end_of_day(day),
                    });
                }
            }
        }
        // Every year ends; the calendar does so before the days do, unless
        // only calendar days were counted so far.
        day = day.succ_opt().unwrap_or(NaiveDate::MAX);
        if day > days.working().covered_to() {
            days.counts(day)?;
        }
    }
}

/// Months as the calendar days they are from `start` on.
fn in_days(start: NaiveDate, length: Length) -> Length {
    match length {
        Length::Months(months) => {
            let end = start
                .checked_add_months(Months::new(months))
                .unwrap_or(NaiveDate::MAX);
            Length::Calendar {
                days: u32::try_from((end - start).num_days()).unwrap_or(u32::MAX),
            }
        }
        Length::Working { .. } | Length::Calendar { .. } | Length::Day(_) => length,
    }
}

fn left(length: Length, used: u32, open: u32, day: NaiveDate) -> u32 {
    match length {
        Length::Working {
            days,
            with_open_schools,
        } => days
            .saturating_sub(used)
            .max(with_open_schools.saturating_sub(open)),
        Length::Calendar { days } | Length::Months(days) => days.saturating_sub(used),
        Length::Day(set) => u32::try_from((set - day).num_days()).unwrap_or(0),
    }
}

/// The stop that touches `day`; one without an end before any other.
fn touching(day: NaiveDate, stops: &[Stop]) -> Option<Stop> {
    let (begins, ends) = (start_of_day(day), end_of_day(day));
    stops
        .iter()
        .filter(|stop| {
            stop.from <= ends
                && stop
                    .until
                    .is_none_or(|until| until > begins && until > stop.from)
        })
        .min_by_key(|stop| stop.until.is_some())
        .copied()
}
