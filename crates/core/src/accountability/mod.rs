//! Arrangements by which responsible bodies are already held to account
//! (domain.md 5.2, DR-36). Kept as data with dates, so that a report shows
//! what applied when its inspection opened.

mod register;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    body::BodyKind,
    language::guard_text,
    report::{AccountabilityAnnex, AccountabilityRow},
    submission::MAX_LINE,
};

/// Version of the register that ships with the service.
pub const VERSION: &str = "accountability-2026-1";

/// One entry of the register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AccountabilityEntry")]
pub struct Entry {
    /// Kinds of body it applies to.
    pub kinds: Vec<BodyKind>,
    /// Name.
    pub arrangement: String,
    /// Statutory or legal basis.
    pub basis: String,
    /// How often.
    pub frequency: String,
    /// What is published.
    pub output: String,
    /// Where it was read; without one the entry rests on background knowledge
    /// and is shown as still to be verified.
    #[serde(default)]
    pub source: Option<String>,
    /// Day on which the source was last read.
    #[serde(default)]
    pub checked_on: Option<NaiveDate>,
    /// First day it applies; `None` for as long as the register looks back.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// First day on which it no longer applies.
    #[serde(default)]
    pub until: Option<NaiveDate>,
}

impl Entry {
    fn applies(&self, kind: BodyKind, as_at: NaiveDate) -> bool {
        self.kinds.contains(&kind)
            && self.from.is_none_or(|from| from <= as_at)
            && self.until.is_none_or(|until| as_at < until)
    }

    fn row(&self) -> AccountabilityRow {
        AccountabilityRow {
            arrangement: self.arrangement.clone(),
            basis: self.basis.clone(),
            frequency: self.frequency.clone(),
            output: self.output.clone(),
            verified: self.source.is_some(),
            source: self.source.clone(),
            checked_on: self.checked_on,
        }
    }
}

/// The register: entries in the order annex B lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Name of this state of the register.
    pub version: String,
    /// Entries.
    pub entries: Vec<Entry>,
}

impl Default for Register {
    /// The register that ships with the service.
    fn default() -> Self {
        Self {
            version: VERSION.to_owned(),
            entries: register::ARRANGEMENTS
                .iter()
                .map(register::BuiltIn::entry)
                .collect(),
        }
    }
}

/// What is wrong with an entry, by its place from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A text is empty or longer than a line may be.
    #[error("{field} has 1 to {MAX_LINE} characters")]
    Text {
        /// Entry.
        entry: usize,
        /// Field.
        field: &'static str,
    },
    /// It applies to no kind of body.
    #[error("an entry applies to at least one kind of body")]
    NoKind {
        /// Entry.
        entry: usize,
    },
    /// A source without the day on which it was read, or the other way round.
    #[error("a source and the day it was checked belong together")]
    Unchecked {
        /// Entry.
        entry: usize,
    },
    /// It was checked after today.
    #[error("the day it was checked lies in the future")]
    CheckedLater {
        /// Entry.
        entry: usize,
    },
    /// It ends before it begins.
    #[error("the entry ends before it begins")]
    Reversed {
        /// Entry.
        entry: usize,
    },
    /// Another entry says the same of the same kind and time.
    #[error("the entry stands twice")]
    Twice {
        /// Entry.
        entry: usize,
    },
    /// A text holds what a report may not say (DR-03).
    #[error("{field} holds a term of a grade: {found}")]
    Language {
        /// Entry.
        entry: usize,
        /// Field.
        field: &'static str,
        /// Words found.
        found: String,
    },
}

impl Flaw {
    /// Place of the entry, from 0, and the field if it is one.
    #[must_use]
    pub const fn place(&self) -> (usize, Option<&'static str>) {
        match self {
            Self::Text { entry, field } | Self::Language { entry, field, .. } => {
                (*entry, Some(*field))
            }
            Self::NoKind { entry } => (*entry, Some("kinds")),
            Self::Unchecked { entry } | Self::CheckedLater { entry } => {
                (*entry, Some("checked_on"))
            }
            Self::Reversed { entry } => (*entry, Some("until")),
            Self::Twice { entry } => (*entry, None),
        }
    }
}

impl Register {
    /// Everything wrong with the entries, as they would stand on `today`.
    #[must_use]
    pub fn flaws(&self, today: NaiveDate) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let mut seen = BTreeSet::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let texts = [
                ("arrangement", Some(&entry.arrangement)),
                ("basis", Some(&entry.basis)),
                ("frequency", Some(&entry.frequency)),
                ("output", Some(&entry.output)),
                ("source", entry.source.as_ref()),
            ];
            for (field, text) in texts.into_iter().filter_map(|(f, t)| Some((f, t?))) {
                if text.trim().is_empty() || text.chars().count() > MAX_LINE {
                    flaws.push(Flaw::Text {
                        entry: place,
                        field,
                    });
                }
                flaws.extend(guard_text(text).into_iter().map(|term| Flaw::Language {
                    entry: place,
                    field,
                    found: term.found,
                }));
            }
            if entry.kinds.is_empty() {
                flaws.push(Flaw::NoKind { entry: place });
            }
            if entry.source.is_some() != entry.checked_on.is_some() {
                flaws.push(Flaw::Unchecked { entry: place });
            }
            if entry.checked_on.is_some_and(|day| day > today) {
                flaws.push(Flaw::CheckedLater { entry: place });
            }
            if let (Some(from), Some(until)) = (entry.from, entry.until)
                && until <= from
            {
                flaws.push(Flaw::Reversed { entry: place });
            }
            if !seen.insert((&entry.kinds, &entry.arrangement, entry.from)) {
                flaws.push(Flaw::Twice { entry: place });
            }
        }
        flaws
    }

    /// The entries that ever apply to a kind of body.
    #[must_use]
    pub fn of_kind(&self, kind: BodyKind) -> Self {
        let of_kind = |entry: &&Entry| entry.kinds.contains(&kind);
        Self {
            version: self.version.clone(),
            entries: self.entries.iter().filter(of_kind).cloned().collect(),
        }
    }

    /// Arrangements for a kind of body on a day; empty means none found.
    #[must_use]
    pub fn rows(&self, kind: BodyKind, as_at: NaiveDate) -> Vec<AccountabilityRow> {
        self.entries
            .iter()
            .filter(|entry| entry.applies(kind, as_at))
            .map(Entry::row)
            .collect()
    }

    /// Annex B for a kind of body on a day.
    #[must_use]
    pub fn annex(&self, kind: BodyKind, as_at: NaiveDate) -> AccountabilityAnnex {
        AccountabilityAnnex {
            as_at,
            rows: self.rows(kind, as_at),
        }
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
            Register::default()
                .rows(kind, as_at)
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
            Register::default()
                .rows(BodyKind::MultiAcademyTrust, day(as_at))
                .iter()
                .any(|row| row.arrangement.contains("proprietor"))
        };
        assert!(!proprietor("2026-04-28"));
        assert!(proprietor("2026-04-29"));
    }

    #[test]
    fn dr_02_the_register_itself_passes_the_guard() {
        assert_eq!(Register::default().flaws(day("2026-09-15")), []);
    }

    #[test]
    fn dr_36_an_entry_names_its_source_and_the_day_it_was_checked() {
        let mut register = Register::default();
        let flaws = |register: &Register| register.flaws(day("2026-09-15"));
        let first = register.entries[0].clone();
        register.entries[0].checked_on = None;
        assert_eq!(flaws(&register), [Flaw::Unchecked { entry: 0 }]);
        register.entries[0].checked_on = Some(day("2026-09-16"));
        assert_eq!(flaws(&register), [Flaw::CheckedLater { entry: 0 }]);
        register.entries[0] = Entry {
            kinds: Vec::new(),
            output: " ".to_owned(),
            from: Some(day("2026-01-01")),
            until: Some(day("2026-01-01")),
            ..first.clone()
        };
        let places: Vec<_> = flaws(&register).iter().map(Flaw::place).collect();
        assert_eq!(
            places,
            [(0, Some("output")), (0, Some("kinds")), (0, Some("until"))]
        );
        register.entries[0] = first.clone();
        register.entries.push(Entry {
            frequency: "Every year, with an overall grade of good".to_owned(),
            ..first
        });
        let last = register.entries.len() - 1;
        assert!(flaws(&register).contains(&Flaw::Twice { entry: last }));
        assert!(
            flaws(&register)
                .iter()
                .any(|flaw| matches!(flaw, Flaw::Language { .. }))
        );
    }
}
