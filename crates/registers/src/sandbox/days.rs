//! Days: how the files write them, and on which days inspections start.

use chrono::{Datelike, Duration, NaiveDate, Weekday};

use super::dice::Dice;
use super::holidays;

/// A day that is known to exist; the start of 1900 stands in for one that
/// does not.
pub(super) fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, of_month).unwrap_or_default()
}

/// `days` later (or earlier, when negative).
pub(super) fn after(date: NaiveDate, days: i64) -> NaiveDate {
    date.checked_add_signed(Duration::days(days))
        .unwrap_or(date)
}

/// Last day of the month of `date`.
pub(super) fn end_of_month(date: NaiveDate) -> NaiveDate {
    let (year, month) = if date.month() == 12 {
        (date.year() + 1, 1)
    } else {
        (date.year(), date.month() + 1)
    };
    after(day(year, month, 1), -1)
}

/// A first of a month from `years` (with weights), mostly in September, not
/// after `latest`.
pub(super) fn opening(years: &[(i32, u32)], latest: NaiveDate, dice: &mut Dice) -> NaiveDate {
    const MONTHS: [(u32, u32); 12] = [
        (1, 8),
        (2, 8),
        (3, 7),
        (4, 14),
        (5, 3),
        (6, 4),
        (7, 4),
        (8, 2),
        (9, 34),
        (10, 5),
        (11, 6),
        (12, 5),
    ];
    for _ in 0..8 {
        let date = day(dice.weighted(years, 2014), dice.weighted(&MONTHS, 9), 1);
        if date <= latest {
            return date;
        }
    }
    day(2014, 9, 1).min(latest)
}

/// The days of term on which an inspection of two days can start: Mondays to
/// Wednesdays outside school and bank holidays. Holidays of schools are
/// approximate; 2020-03-20 to 2021-04-30 had no inspections.
#[derive(Debug)]
pub(super) struct TermDays(Vec<NaiveDate>);

impl TermDays {
    /// Starting days from September 2012 to `last`.
    pub(super) fn until(last: NaiveDate) -> Self {
        let mut days = Vec::new();
        let mut date = day(2012, 9, 1);
        let mut year = 0;
        let mut bank = Vec::new();
        let mut easter = date;
        while date <= last {
            if date.year() != year {
                year = date.year();
                bank = holidays::of_year(year)
                    .into_iter()
                    .map(|h| h.date)
                    .collect();
                easter = holidays::easter_sunday(year);
            }
            if starts(date, easter) && !bank.contains(&date) && !bank.contains(&after(date, 1)) {
                days.push(date);
            }
            date = after(date, 1);
        }
        Self(days)
    }

    /// A starting day from `first` to `last`, both included.
    pub(super) fn draw(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        dice: &mut Dice,
    ) -> Option<NaiveDate> {
        let from = self.0.partition_point(|day| *day < first);
        let to = self.0.partition_point(|day| *day <= last);
        let count = u32::try_from(to.checked_sub(from)?).ok()?;
        if count == 0 {
            return None;
        }
        self.0.get(from + dice.below(count) as usize).copied()
    }
}

fn starts(date: NaiveDate, easter: NaiveDate) -> bool {
    if !matches!(date.weekday(), Weekday::Mon | Weekday::Tue | Weekday::Wed) {
        return false;
    }
    let month_day = date.month() * 100 + date.day();
    let from_easter = (date - easter).num_days();
    let holiday = matches!(month_day, 721..=905 | 1024..=1101 | 1217..=1231 | 101..=106 | 212..=221 | 524..=601)
        || (-7..=9).contains(&from_easter)
        || (day(2020, 3, 20)..=day(2021, 4, 30)).contains(&date);
    !holiday
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(end_of_month(day(2026, 7, 15)), day(2026, 7, 31));
        assert_eq!(end_of_month(day(2024, 2, 1)), day(2024, 2, 29));
        assert_eq!(end_of_month(day(2025, 12, 31)), day(2025, 12, 31));
    }

    #[test]
    fn inspections_start_on_days_of_term() {
        let days = TermDays::until(day(2026, 7, 31));
        assert!(days.0.contains(&day(2025, 11, 10)));
        assert!(!days.0.contains(&day(2026, 5, 4)), "bank holiday");
        assert!(!days.0.contains(&day(2026, 4, 6)), "Easter Monday");
        assert!(!days.0.contains(&day(2025, 8, 12)), "summer");
        assert!(days.0.iter().all(|d| d.weekday() != Weekday::Sun));
        assert!(days.0.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
