//! Days on which the clocks of an inspection run (DR-23, domain.md 9.5).

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CalendarError, WorkingDays, tomorrow};

/// Days from one to another, both included.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DayPeriod")]
pub struct Period {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

impl Period {
    /// Whether `day` is one of them.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The days, in order; none if the last is before the first.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first
            .iter_days()
            .take_while(move |day| *day <= self.last)
    }
}

/// A day of any year.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct MonthDay {
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

/// Days of every year on which clocks rest, both ends included; may run over
/// the turn of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearlyRest {
    /// First day of rest.
    pub first: MonthDay,
    /// Last day of rest.
    pub last: MonthDay,
}

impl YearlyRest {
    fn contains(&self, day: NaiveDate) -> bool {
        let day = MonthDay {
            month: day.month(),
            day: day.day(),
        };
        if self.first <= self.last {
            self.first <= day && day <= self.last
        } else {
            self.first <= day || day <= self.last
        }
    }
}

/// Working days as an inspection counts them: the calendar of working days
/// without the yearly rest, and what is known of the days on which the
/// group's schools are closed.
///
/// Closed schools do not stop a clock: an official working day counts whether
/// or not a provider operates (domain.md 3.3). They only keep the body from
/// being left with too few days on which its schools are open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockDays {
    working: WorkingDays,
    rest: Option<YearlyRest>,
    schools_closed: Vec<Period>,
}

impl ClockDays {
    /// Days counted by `working`, less the yearly rest; the schools of the
    /// group are closed in the periods given, and taken to be open otherwise.
    #[must_use]
    pub const fn new(
        working: WorkingDays,
        rest: Option<YearlyRest>,
        schools_closed: Vec<Period>,
    ) -> Self {
        Self {
            working,
            rest,
            schools_closed,
        }
    }

    /// The calendar of working days underneath.
    #[must_use]
    pub const fn working(&self) -> &WorkingDays {
        &self.working
    }

    /// Whether clocks count `day`: a working day outside the yearly rest.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if its year is not covered.
    pub fn counts(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        Ok(self.working.is_working_day(day)? && !self.rest.is_some_and(|rest| rest.contains(day)))
    }

    /// Whether `day` counts and the schools of the group are open.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if its year is not covered.
    pub fn schools_open(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        Ok(self.counts(day)?
            && !self
                .schools_closed
                .iter()
                .any(|closed| closed.contains(day)))
    }

    /// The first day after `day` that counts.
    ///
    /// # Errors
    ///
    /// [`CalendarError::NotCovered`] if it lies beyond the years covered.
    pub fn next(&self, day: NaiveDate) -> Result<NaiveDate, CalendarError> {
        let mut day = tomorrow(day);
        while !self.counts(day)? {
            day = tomorrow(day);
        }
        Ok(day)
    }
}
