//! Arrangements by which responsible bodies are already held to account
//! (domain.md 5.2, DR-36). Kept as data with dates, so that a report shows
//! what applied when its inspection opened.

mod register;

use chrono::NaiveDate;

use crate::{
    body::BodyKind,
    report::{AccountabilityAnnex, AccountabilityRow},
};

/// Version of the register.
pub const VERSION: &str = "accountability-2026-1";

/// One entry of the register.
#[derive(Debug, Clone, Copy)]
pub struct Arrangement {
    /// Kinds of body it applies to.
    pub kinds: &'static [BodyKind],
    /// Name.
    pub name: &'static str,
    /// Statutory or legal basis.
    pub basis: &'static str,
    /// How often.
    pub frequency: &'static str,
    /// What is published.
    pub output: &'static str,
    /// Whether it was checked against a source.
    pub verified: bool,
    /// First day it applies, as year, month and day; `None` for as long as
    /// the register looks back.
    pub from: Option<(i32, u32, u32)>,
    /// First day on which it no longer applies.
    pub until: Option<(i32, u32, u32)>,
}

impl Arrangement {
    fn applies(&self, kind: BodyKind, as_at: NaiveDate) -> bool {
        let day = |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day);
        self.kinds.contains(&kind)
            && self.from.and_then(day).is_none_or(|from| from <= as_at)
            && self.until.and_then(day).is_none_or(|until| as_at < until)
    }
}

/// Arrangements for a kind of body on a day; empty means none found.
#[must_use]
pub fn rows(kind: BodyKind, as_at: NaiveDate) -> Vec<AccountabilityRow> {
    register::ARRANGEMENTS
        .iter()
        .filter(|arrangement| arrangement.applies(kind, as_at))
        .map(|arrangement| AccountabilityRow {
            arrangement: arrangement.name.to_owned(),
            basis: arrangement.basis.to_owned(),
            frequency: arrangement.frequency.to_owned(),
            output: arrangement.output.to_owned(),
            verified: arrangement.verified,
        })
        .collect()
}

/// Annex B for a kind of body on a day.
#[must_use]
pub fn annex(kind: BodyKind, as_at: NaiveDate) -> AccountabilityAnnex {
    AccountabilityAnnex {
        as_at,
        rows: rows(kind, as_at),
    }
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

    #[test]
    fn dr_36_rows_are_those_of_the_kind() {
        let as_at = day("2026-06-01");
        let names = |kind| -> Vec<String> {
            rows(kind, as_at)
                .into_iter()
                .map(|row| row.arrangement)
                .collect()
        };
        assert!(
            names(BodyKind::MultiAcademyTrust)
                .iter()
                .any(|name| name.contains("proprietor"))
        );
        assert!(
            !names(BodyKind::SingleAcademyTrust)
                .iter()
                .any(|name| name.contains("proprietor"))
        );
        assert!(names(BodyKind::LocalAuthority).len() >= 8);
        assert!(names(BodyKind::SchoolSponsor).is_empty());
        for kind in BodyKind::ALL {
            if kind != BodyKind::SchoolSponsor {
                assert!(!names(kind).is_empty(), "{kind:?}");
            }
        }
    }

    #[test]
    fn dr_36_rows_are_those_of_the_date() {
        let proprietor = |as_at| {
            rows(BodyKind::MultiAcademyTrust, day(as_at))
                .iter()
                .any(|row| row.arrangement.contains("proprietor"))
        };
        assert!(!proprietor("2026-04-28"));
        assert!(proprietor("2026-04-29"));
    }

    #[test]
    fn dr_02_the_register_itself_passes_the_guard() {
        for arrangement in register::ARRANGEMENTS {
            for text in [
                arrangement.name,
                arrangement.basis,
                arrangement.frequency,
                arrangement.output,
            ] {
                assert_eq!(crate::language::guard_text(text), [], "{text}");
            }
        }
    }
}
