//! Retention: which class a record has, until when it is kept, and what is
//! due for deletion (DR-40, domain.md 9.4).
//!
//! A published version has no class here and no function takes one, so no
//! deletion of one can be written down.

use chrono::{DateTime, Months, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{audit::Entry, digest::Digest};

/// Class of a record that is deleted in time, with the day its time is
/// counted from. Until that day is known the record is kept.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", tag = "class", deny_unknown_fields)]
pub enum Class {
    /// Evidence and its attachments.
    Evidence {
        /// Day the report was published, or the inspection ended without one.
        published_on: Option<NaiveDate>,
    },
    /// A declaration of interests for an inspection.
    Declaration {
        /// Day the inspection ended.
        ended_on: Option<NaiveDate>,
    },
    /// A draft that was never published.
    Draft {
        /// Day the report was published, or the inspection ended without one.
        published_on: Option<NaiveDate>,
    },
    /// Free text of a survey response.
    SurveyText {
        /// Day it was received.
        received_on: NaiveDate,
    },
}

impl Class {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Evidence { .. } => "evidence",
            Self::Declaration { .. } => "declaration",
            Self::Draft { .. } => "draft",
            Self::SurveyText { .. } => "survey_text",
        }
    }

    /// Last day on which a record of this class is kept; `None` while its time
    /// has not begun.
    #[must_use]
    pub fn delete_after(self, periods: &Periods) -> Option<NaiveDate> {
        let (from, months) = match self {
            Self::Evidence { published_on } => (published_on?, periods.evidence_months),
            Self::Declaration { ended_on } => (ended_on?, periods.declaration_months),
            Self::Draft { published_on } => (published_on?, periods.draft_months),
            Self::SurveyText { received_on } => (received_on, periods.survey_text_months),
        };
        from.checked_add_months(Months::new(months))
    }
}

/// How long records are kept, in calendar months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Periods {
    /// Evidence, from publication.
    pub evidence_months: u32,
    /// Declarations, from the end of the inspection.
    pub declaration_months: u32,
    /// Drafts, from publication.
    pub draft_months: u32,
    /// Free text of surveys, from receipt.
    pub survey_text_months: u32,
}

impl Default for Periods {
    fn default() -> Self {
        Self {
            evidence_months: 72,
            declaration_months: 72,
            draft_months: 12,
            survey_text_months: 24,
        }
    }
}

/// Why a record is kept beyond its time.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// A complaint that is not settled.
    Complaint,
    /// Proceedings in a court or tribunal.
    Proceedings,
}

/// A record that is deleted in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Identifier within its class.
    pub id: Uuid,
    /// Class.
    pub class: Class,
    /// Why it is kept for now, if it is. When the hold ends, the record is
    /// due as if there had been none.
    pub hold: Option<Hold>,
}

/// A deletion that is due. Only [`due`] makes one; [`Deletion::entry`] goes
/// into the audit log in the transaction that carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Deletion {
    delete_after: NaiveDate,
    class: Class,
    id: Uuid,
}

impl Deletion {
    /// Identifier of the record within its class.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Class of the record.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// Last day on which the record was to be kept.
    #[must_use]
    pub const fn delete_after(&self) -> NaiveDate {
        self.delete_after
    }

    /// The entry of the audit log for a deletion that was carried out. `id` is
    /// the entry's own, `job` names who deleted, and `before` is the digest of
    /// what was deleted.
    #[must_use]
    pub fn entry(
        &self,
        id: Uuid,
        completed_at: DateTime<Utc>,
        job: String,
        before: Digest,
    ) -> Entry {
        Entry {
            id,
            completed_at,
            actor: job,
            action: "record.deleted".to_owned(),
            subject_kind: self.class.code().to_owned(),
            subject_id: self.id.to_string(),
            reason: Some(format!("Retention: kept until {}.", self.delete_after)),
            before: Some(before),
            after: None,
        }
    }
}

/// The deletions due on `today`, longest overdue first.
#[must_use]
pub fn due<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    today: NaiveDate,
    periods: &Periods,
) -> Vec<Deletion> {
    let mut due: Vec<Deletion> = records
        .into_iter()
        .filter(|record| record.hold.is_none())
        .filter_map(|record| {
            Some(Deletion {
                delete_after: record.class.delete_after(periods)?,
                class: record.class,
                id: record.id,
            })
        })
        .filter(|deletion| deletion.delete_after < today)
        .collect();
    due.sort_unstable();
    due
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record(n: u128, class: Class) -> Record {
        Record {
            id: Uuid::from_u128(n),
            class,
            hold: None,
        }
    }

    fn due_on(record: Record, today: &str) -> bool {
        !due([&record], day(today), &Periods::default()).is_empty()
    }

    #[test]
    fn dr_40_each_class_has_its_time() {
        let on = day("2026-02-28");
        let some = Some(on);
        for (class, last) in [
            (Class::Evidence { published_on: some }, "2032-02-28"),
            (Class::Declaration { ended_on: some }, "2032-02-28"),
            (Class::Draft { published_on: some }, "2027-02-28"),
            (Class::SurveyText { received_on: on }, "2028-02-28"),
        ] {
            let record = record(1, class);
            assert!(!due_on(record, last), "{class:?} is kept on its last day");
            let next = day(last).succ_opt().unwrap().to_string();
            assert!(due_on(record, &next), "{class:?} is due after it");
        }
    }

    #[test]
    fn dr_40_what_has_not_begun_to_count_is_kept() {
        for class in [
            Class::Evidence { published_on: None },
            Class::Declaration { ended_on: None },
            Class::Draft { published_on: None },
        ] {
            assert!(!due_on(record(1, class), "2999-01-01"));
        }
    }

    #[test]
    fn dr_40_a_draft_in_a_complaint_is_kept_until_it_is_settled() {
        let mut draft = record(
            1,
            Class::Draft {
                published_on: Some(day("2026-01-01")),
            },
        );
        draft.hold = Some(Hold::Complaint);
        assert!(!due_on(draft, "2030-01-01"));
        draft.hold = None;
        assert!(due_on(draft, "2030-01-01"));
    }

    #[test]
    fn dr_40_a_published_version_has_no_class() {
        for class in ["published", "published_version", "report", "version"] {
            let json = serde_json::json!({"class": class, "published_on": "2000-01-01"});
            assert!(serde_json::from_value::<Class>(json).is_err());
        }
    }

    #[test]
    fn dr_40_a_deletion_is_logged() {
        let class = Class::SurveyText {
            received_on: day("2020-01-01"),
        };
        let due = due([&record(1, class)], day("2026-01-01"), &Periods::default());
        let at = "2026-01-01T03:00:00Z".parse().unwrap();
        let digest = Digest::of("What was said.");
        let entry =
            due.first()
                .unwrap()
                .entry(Uuid::from_u128(2), at, "job:retention".to_owned(), digest);
        assert_eq!(entry.subject_kind, "survey_text");
        assert_eq!(entry.subject_id, Uuid::from_u128(1).to_string());
        assert_eq!((entry.before, entry.after), (Some(digest), None));
        assert_eq!(
            entry.reason.as_deref(),
            Some("Retention: kept until 2022-01-01.")
        );
    }

    proptest! {
        #[test]
        fn dr_40_nothing_is_deleted_early(from in 0_i64..8_000, now in 0_i64..8_000, class in 0_u8..4, held: bool) {
            let start = day("2020-01-01");
            let from = start + chrono::TimeDelta::days(from);
            let today = start + chrono::TimeDelta::days(now);
            let class = match class {
                0 => Class::Evidence { published_on: Some(from) },
                1 => Class::Declaration { ended_on: Some(from) },
                2 => Class::Draft { published_on: Some(from) },
                _ => Class::SurveyText { received_on: from },
            };
            let record = Record { hold: held.then_some(Hold::Proceedings), ..record(1, class) };
            let due = due([&record], today, &Periods::default());
            let kept_until = class.delete_after(&Periods::default()).unwrap();
            prop_assert_eq!(due.is_empty(), held || today <= kept_until);
        }
    }
}
