//! Bank holidays of England and Wales, by rule.
//!
//! The rules give the standard days with their substitutes; proclaimed days
//! and moved days are listed with the year. Source: Banking and Financial
//! Dealings Act 1971 and the proclamations since, as published on gov.uk.

use std::io::{self, Write};

use chrono::{Datelike, NaiveDate, Weekday};

use super::days::{after, day};

/// First and last year of the file.
const YEARS: std::ops::RangeInclusive<i32> = 2015..=2028;

/// One bank holiday as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BankHoliday {
    pub(super) date: NaiveDate,
    title: &'static str,
    substitute: bool,
    bunting: bool,
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm printed in
/// Nature, 1876).
pub(super) fn easter_sunday(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = h + l - 7 * m + 114;
    let month = u32::try_from(sum / 31).unwrap_or(4);
    let of_month = u32::try_from(sum % 31 + 1).unwrap_or(1);
    day(year, month, of_month)
}

/// The bank holidays of a year, in order.
pub(super) fn of_year(year: i32) -> Vec<BankHoliday> {
    let plain = |date, title| BankHoliday {
        date,
        title,
        substitute: false,
        bunting: true,
    };
    let quiet = |date, title| BankHoliday {
        bunting: false,
        ..plain(date, title)
    };
    let mut all = Vec::with_capacity(10);

    let new_year = day(year, 1, 1);
    let shift = match new_year.weekday() {
        Weekday::Sat => 2,
        Weekday::Sun => 1,
        _ => 0,
    };
    all.push(BankHoliday {
        substitute: shift > 0,
        ..plain(after(new_year, shift), "New Year’s Day")
    });

    let easter = easter_sunday(year);
    all.push(quiet(after(easter, -2), "Good Friday"));
    let monday = after(easter, 1);
    // The published file of 2020 shows Easter Monday without bunting.
    all.push(if year == 2020 {
        quiet(monday, "Easter Monday")
    } else {
        plain(monday, "Easter Monday")
    });

    all.push(if year == 2020 {
        plain(day(2020, 5, 8), "Early May bank holiday (VE day)")
    } else {
        plain(first_monday(year, 5), "Early May bank holiday")
    });
    if year == 2023 {
        all.push(plain(
            day(2023, 5, 8),
            "Bank holiday for the coronation of King Charles III",
        ));
    }
    if year == 2022 {
        all.push(plain(day(2022, 6, 2), "Spring bank holiday"));
        all.push(plain(day(2022, 6, 3), "Platinum Jubilee bank holiday"));
    } else {
        all.push(plain(last_monday(year, 5), "Spring bank holiday"));
    }
    all.push(plain(last_monday(year, 8), "Summer bank holiday"));
    if year == 2022 {
        all.push(quiet(
            day(2022, 9, 19),
            "Bank Holiday for the State Funeral of Queen Elizabeth II",
        ));
    }

    let christmas = day(year, 12, 25);
    let (christmas_shift, boxing_shift) = match christmas.weekday() {
        Weekday::Fri => (0, 2),
        Weekday::Sat => (2, 2),
        Weekday::Sun => (2, 0),
        _ => (0, 0),
    };
    all.push(BankHoliday {
        substitute: christmas_shift > 0,
        ..plain(after(christmas, christmas_shift), "Christmas Day")
    });
    all.push(BankHoliday {
        substitute: boxing_shift > 0,
        ..plain(after(christmas, 1 + boxing_shift), "Boxing Day")
    });
    all.sort_by_key(|holiday| holiday.date);
    all
}

fn first_monday(year: i32, month: u32) -> NaiveDate {
    let first = day(year, month, 1);
    let ahead = (7 - i64::from(first.weekday().num_days_from_monday())) % 7;
    after(first, ahead)
}

fn last_monday(year: i32, month: u32) -> NaiveDate {
    let last = day(year, month, 31);
    after(last, -i64::from(last.weekday().num_days_from_monday()))
}

/// Writes the file in the shape gov.uk publishes; only the division this
/// service needs has events.
pub(super) fn write(out: &mut dyn Write) -> io::Result<u64> {
    let events: Vec<serde_json::Value> = YEARS
        .flat_map(of_year)
        .map(|holiday| {
            serde_json::json!({
                "title": holiday.title,
                "date": holiday.date.to_string(),
                "notes": if holiday.substitute { "Substitute day" } else { "" },
                "bunting": holiday.bunting,
            })
        })
        .collect();
    let rows = events.len() as u64;
    let file = serde_json::json!({
        "england-and-wales": { "division": "england-and-wales", "events": events },
        "scotland": { "division": "scotland", "events": [] },
        "northern-ireland": { "division": "northern-ireland", "events": [] },
    });
    serde_json::to_writer_pretty(&mut *out, &file)?;
    out.write_all(b"\n")?;
    Ok(rows)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn dates(year: i32) -> Vec<String> {
        of_year(year).iter().map(|h| h.date.to_string()).collect()
    }

    #[test]
    fn known_years_are_as_published() {
        assert_eq!(
            dates(2022),
            [
                "2022-01-03",
                "2022-04-15",
                "2022-04-18",
                "2022-05-02",
                "2022-06-02",
                "2022-06-03",
                "2022-08-29",
                "2022-09-19",
                "2022-12-26",
                "2022-12-27"
            ]
        );
        assert_eq!(
            dates(2026),
            [
                "2026-01-01",
                "2026-04-03",
                "2026-04-06",
                "2026-05-04",
                "2026-05-25",
                "2026-08-31",
                "2026-12-25",
                "2026-12-28"
            ]
        );
        assert_eq!(dates(2020)[3], "2020-05-08");
        assert_eq!(dates(2016)[6..], ["2016-12-26", "2016-12-27"]);
        assert_eq!(dates(2027)[6..], ["2027-12-27", "2027-12-28"]);
    }
}
