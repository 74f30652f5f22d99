//! Dates as the registers write them, and the as-at date of a file name.

use chrono::NaiveDate;

/// Months as Ofsted's file names abbreviate them.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads `dd-mm-yyyy` (GIAS schools and links), `dd/mm/yyyy` (GIAS groups,
/// Ofsted), `yyyy-mm-dd` and either with a time of day behind it (third-party
/// re-exports). Two-digit years are not dates here.
pub(crate) fn parse(text: &str) -> Option<NaiveDate> {
    let (date, time) = match text.find([' ', 'T']) {
        Some(at) => (text.get(..at)?, text.get(at.saturating_add(1)..)?),
        None => (text, ""),
    };
    if !time
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z'))
    {
        return None;
    }
    let mut parts = date.split(['-', '/']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    if first.len() == 4 && !date.contains('/') {
        day(first, second, third)
    } else {
        day(third, second, first)
    }
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !(1..=2).contains(&month.len()) || !(1..=2).contains(&day.len()) {
        return None;
    }
    if !(digits(year) && digits(month) && digits(day)) {
        return None;
    }
    let year = year.parse().ok().filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// The date a file is as at, from its name: the last date in it, written
/// `20260715`, `2026-07-15` or `31_Jul_2026`. Of a period
/// (`10_Nov_2025_to_31_Jul_2026`) that is the end.
#[must_use]
pub fn as_at(file_name: &str) -> Option<NaiveDate> {
    let base = file_name.rsplit(['/', '\\']).next()?;
    let words: Vec<&str> = base
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut in_words = words.windows(3).filter_map(|three| match three {
        [first, second, third] => spelled(first, second, third),
        _ => None,
    });
    in_words
        .next_back()
        .or_else(|| words.iter().rev().find_map(|word| compact(word)))
}

/// `31`, `Jul`, `2026`, or the numbers of an ISO date.
fn spelled(first: &str, second: &str, third: &str) -> Option<NaiveDate> {
    if first.len() == 4 {
        return plausible(day(first, second, third)?);
    }
    if third.len() != 4 {
        return None;
    }
    let lower = second.to_ascii_lowercase();
    let month = MONTHS
        .iter()
        .position(|name| lower.starts_with(name))
        .and_then(|at| u32::try_from(at).ok()?.checked_add(1))?;
    plausible(NaiveDate::from_ymd_opt(
        third.parse().ok()?,
        month,
        first.parse().ok()?,
    )?)
}

/// `name20260715`: eight digits at the end of a word.
fn compact(word: &str) -> Option<NaiveDate> {
    let at = word.len().checked_sub(8)?;
    let digits = word.get(at..)?;
    let before = word.get(..at)?;
    if before.ends_with(|char: char| char.is_ascii_digit())
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    plausible(NaiveDate::from_ymd_opt(
        year.parse().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
    )?)
}

/// The registers exist since the 1990s; other numbers in names are not dates.
fn plausible(date: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1990..=2100).contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn ymd(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn reads_every_way_the_registers_write_a_date() {
        for text in [
            "19-07-2010",
            "19/07/2010",
            "2010-07-19",
            "2010-07-19 00:00:00",
            "2010-07-19T00:00:00Z",
            "19/07/2010 00:00",
        ] {
            assert_eq!(parse(text), Some(ymd(2010, 7, 19)), "{text}");
        }
        for text in [
            "",
            "19-07-10",
            "31/02/2020",
            "2010",
            "19-07-2010-1",
            "19 July 2010",
            "00/00/0000",
            "+1/01/2020",
            "2010/07/19",
            "01/01/2020 noon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn file_names_carry_the_date() {
        let cases = [
            ("edubasealldata20260715.csv", Some(ymd(2026, 7, 15))),
            ("downloads/groups 20260715 (1).csv", Some(ymd(2026, 7, 15))),
            (
                "schools_-_latest_inspections_as_at_31_Jul_2026.csv",
                Some(ymd(2026, 7, 31)),
            ),
            (
                "in-year_inspections_10_Nov_2025_to_31_Jul_2026.csv",
                Some(ymd(2026, 7, 31)),
            ),
            ("as at 28 February 2026.csv", Some(ymd(2026, 2, 28))),
            ("links_2026-07-15.csv", Some(ymd(2026, 7, 15))),
            ("groups.csv", None),
            ("batch99999999.csv", None),
            ("", None),
        ];
        for (name, date) in cases {
            assert_eq!(as_at(name), date, "{name}");
        }
    }

    proptest! {
        #[test]
        fn formats_round_trip(days in 1_i32..800_000) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            for format in ["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d 00:00:00"] {
                prop_assert_eq!(parse(&date.format(format).to_string()), Some(date));
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in ".*") {
            let _ = parse(&text);
            let _ = as_at(&text);
        }
    }
}
