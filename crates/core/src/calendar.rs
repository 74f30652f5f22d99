//! Working days in England (DR-23). Bank holidays are data, not code.

mod clock_days;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Europe::London;
use serde::{Deserialize, Serialize};

pub use clock_days::{ClockDays, MonthDay, Period, YearlyRest};

/// A dated list of bank holidays, and the years it is complete for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingDays {
    version: String,
    holidays: BTreeSet<NaiveDate>,
    first_year: i32,
    last_year: i32,
}

/// What a calendar cannot answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The list of holidays has no entry.
    #[error("the calendar {0} lists no bank holidays")]
    Empty(String),
    /// The question reaches into a year the list does not cover.
    #[error("the calendar {version} covers {first} to {last}, not {year}")]
    NotCovered {
        /// Version of the calendar.
        version: String,
        /// First year covered.
        first: i32,
        /// Last year covered.
        last: i32,
        /// Year asked for.
        year: i32,
    },
}

impl WorkingDays {
    /// A calendar of England-and-Wales bank holidays. It covers the years
    /// from its first to its last holiday; a year is covered whole.
    ///
    /// # Errors
    ///
    /// [`CalendarError::Empty`] without any holiday: a calendar that knows
    /// none would call every weekday a working day.
    pub fn new(
        version: impl Into<String>,
        holidays: impl IntoIterator<Item = NaiveDate>,
    ) -> Result<Self, CalendarError> {
        let version = version.into();
        let holidays: BTreeSet<NaiveDate> = holidays.into_iter().collect();
        match (holidays.first(), holidays.last()) {
            (Some(first), Some(last)) => Ok(Self {
                first_year: first.year(),
                last_year: last.year(),
                version,
                holidays,
            }),
            _ => Err(CalendarError::Empty(version)),
        }
    }

    /// Name of this version of the list.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// First and last year covered.
    #[must_use]
    pub const fn years(&self) -> (i32, i32) {
        (self.first_year, self.last_year)
    }

    /// Last day covered; whether a later day is a working day is not known.
    #[must_use]
    pub fn covered_to(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.last_year, 12, 31).unwrap_or(NaiveDate::MAX)
    }

    /// Whether `day` is neither at a weekend nor a bank holiday.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if its year is not covered.
    pub fn is_working_day(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        let year = day.year();
        if (self.first_year..=self.last_year).contains(&year) {
            Ok(!is_weekend(day) && !self.holidays.contains(&day))
        } else {
            Err(CalendarError::NotCovered {
                version: self.version.clone(),
                first: self.first_year,
                last: self.last_year,
                year,
            })
        }
    }

    /// The working day `days` working days after `from`. Counting starts on
    /// the day after `from`; zero gives `from` or the next working day.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if the count leaves the years covered.
    pub fn add_working_days(&self, from: NaiveDate, days: u32) -> Result<NaiveDate, CalendarError> {
        let mut day = from;
        for _ in 0..days {
            day = self.next_working_day(day)?;
        }
        self.on_or_after(day)
    }

    /// The first working day after `day`.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if it lies beyond the years covered.
    pub fn next_working_day(&self, day: NaiveDate) -> Result<NaiveDate, CalendarError> {
        self.on_or_after(tomorrow(day))
    }

    /// `day` itself if it is a working day, else the next one.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if it lies beyond the years covered.
    pub fn on_or_after(&self, day: NaiveDate) -> Result<NaiveDate, CalendarError> {
        let mut day = day;
        while !self.is_working_day(day)? {
            day = tomorrow(day);
        }
        Ok(day)
    }

    /// Working days after `from` up to and including `to`; zero if `to` is
    /// not later.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if either day is not covered.
    pub fn working_days_between(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<u32, CalendarError> {
        self.is_working_day(from)?;
        self.is_working_day(to)?;
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = tomorrow(day);
            count += u32::from(self.is_working_day(day)?);
        }
        Ok(count)
    }
}

/// The calendar day in England on which a moment falls (DR-23).
#[must_use]
pub fn day_in_england(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&London).date_naive()
}

/// The moment at which `day` begins in England.
#[must_use]
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    // Clocks change at one in the morning, so midnight exists once. The
    // fallback is for days outside what chrono can place in a time zone.
    let midnight = day.and_time(NaiveTime::MIN);
    midnight
        .and_local_timezone(London)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// The last second of `day` in England: when something due on it falls due.
#[must_use]
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(tomorrow(day)) - TimeDelta::seconds(1)
}

/// `day`, or the Monday after it if it falls on a weekend.
#[must_use]
pub fn next_weekday(day: NaiveDate) -> NaiveDate {
    let mut day = day;
    while is_weekend(day) && day < NaiveDate::MAX {
        day = tomorrow(day);
    }
    day
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn tomorrow(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> WorkingDays {
        WorkingDays::new(
            "test-2026",
            [
                "2026-01-01",
                "2026-04-03",
                "2026-04-06",
                "2026-05-04",
                "2026-05-25",
                "2026-08-31",
                "2026-12-25",
                "2026-12-28",
                "2027-01-01",
            ]
            .map(day),
        )
        .unwrap()
    }

    #[test]
    fn dr_23_weekends_and_bank_holidays_are_not_working_days() {
        let calendar = calendar();
        assert!(calendar.is_working_day(day("2026-04-02")).unwrap());
        assert!(!calendar.is_working_day(day("2026-04-03")).unwrap());
        assert!(!calendar.is_working_day(day("2026-04-04")).unwrap());
        assert!(!calendar.is_working_day(day("2026-04-06")).unwrap());
    }

    #[test]
    fn dr_23_deadlines_step_over_easter() {
        let calendar = calendar();
        assert_eq!(
            calendar.add_working_days(day("2026-04-02"), 1),
            Ok(day("2026-04-07"))
        );
        assert_eq!(
            calendar.add_working_days(day("2026-04-04"), 0),
            Ok(day("2026-04-07"))
        );
        assert_eq!(
            calendar.add_working_days(day("2026-04-01"), 5),
            Ok(day("2026-04-10"))
        );
        assert_eq!(
            calendar.next_working_day(day("2026-12-24")),
            Ok(day("2026-12-29"))
        );
        assert_eq!(
            calendar.working_days_between(day("2026-04-02"), day("2026-04-10")),
            Ok(4)
        );
        assert_eq!(
            calendar.working_days_between(day("2026-04-10"), day("2026-04-02")),
            Ok(0)
        );
    }

    #[test]
    fn dr_23_a_year_that_is_not_covered_is_an_error() {
        let calendar = calendar();
        let not_covered = |year| CalendarError::NotCovered {
            version: "test-2026".to_owned(),
            first: 2026,
            last: 2027,
            year,
        };
        assert_eq!(
            calendar.is_working_day(day("2028-02-01")),
            Err(not_covered(2028))
        );
        assert_eq!(
            calendar.add_working_days(day("2027-12-31"), 1),
            Err(not_covered(2028))
        );
        assert_eq!(
            calendar.working_days_between(day("2025-12-31"), day("2026-01-05")),
            Err(not_covered(2025))
        );
        assert!(WorkingDays::new("none", []).is_err());
    }

    #[test]
    fn dr_23_clocks_read_the_day_in_london() {
        let summer: DateTime<Utc> = "2026-06-30T23:30:00Z".parse().unwrap();
        let winter: DateTime<Utc> = "2026-11-30T23:30:00Z".parse().unwrap();
        assert_eq!(day_in_england(summer), day("2026-07-01"));
        assert_eq!(day_in_england(winter), day("2026-11-30"));
    }

    #[test]
    fn dr_23_a_day_ends_at_midnight_in_london() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        assert_eq!(end_of_day(day("2026-01-05")), at("2026-01-05T23:59:59Z"));
        assert_eq!(end_of_day(day("2026-07-06")), at("2026-07-06T22:59:59Z"));
        let hours = |text: &str| {
            let lasts = start_of_day(tomorrow(day(text))) - start_of_day(day(text));
            lasts.num_hours()
        };
        assert_eq!(hours("2026-03-28"), 24);
        assert_eq!(hours("2026-03-29"), 23);
        assert_eq!(hours("2026-10-25"), 25);
    }

    #[test]
    fn dr_23_clocks_may_rest_over_the_turn_of_the_year() {
        let rest = YearlyRest {
            first: MonthDay { month: 12, day: 24 },
            last: MonthDay { month: 1, day: 1 },
        };
        let days = ClockDays::new(
            calendar(),
            Some(rest),
            vec![Period {
                first: day("2026-12-21"),
                last: day("2027-01-04"),
            }],
        );
        assert_eq!(days.counts(day("2026-12-23")), Ok(true));
        for resting in ["2026-12-24", "2026-12-29", "2026-12-31", "2027-01-01"] {
            assert_eq!(days.counts(day(resting)), Ok(false), "{resting}");
        }
        assert_eq!(days.next(day("2026-12-23")), Ok(day("2027-01-04")));
        assert_eq!(days.schools_open(day("2026-12-18")), Ok(true));
        assert_eq!(days.schools_open(day("2026-12-21")), Ok(false));
        assert_eq!(days.schools_open(day("2027-01-05")), Ok(true));
        let within_a_year = YearlyRest {
            first: MonthDay { month: 8, day: 1 },
            last: MonthDay { month: 8, day: 31 },
        };
        let days = ClockDays::new(calendar(), Some(within_a_year), Vec::new());
        assert_eq!(days.next(day("2026-07-31")), Ok(day("2026-09-01")));
        assert_eq!(days.working().covered_to(), day("2027-12-31"));
    }
}
