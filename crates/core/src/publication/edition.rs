//! Published versions of a report (DR-30).

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a published version stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// It is the one to read.
    Current,
    /// A later version corrects it; it stays readable.
    Superseded,
    /// It was taken back; the reason stays public in its place.
    Withdrawn {
        /// Why, for the public.
        reason: String,
    },
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Edition {
    /// Version of the report.
    pub report_version: u32,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// What it corrects, for the public; `None` for the first.
    pub note: Option<String>,
    /// How it stands.
    pub status: Status,
}

/// Why a version cannot be published, corrected or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// A report is first published once.
    #[error("a version is public already; publish a correction instead")]
    AlreadyPublic,
    /// Nothing is public.
    #[error("no version is public")]
    NothingPublic,
    /// A correction or withdrawal says why.
    #[error("a note for the public is needed")]
    NoNote,
    /// A correction comes after what it corrects.
    #[error("version {version} is not after version {published}")]
    NotLater {
        /// Version named.
        version: u32,
        /// Version that is public.
        published: u32,
    },
}

/// The published versions of one report, oldest first. A version is never
/// changed or removed; only its status moves on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Editions {
    editions: Vec<Edition>,
}

impl Editions {
    /// All of them, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Edition] {
        &self.editions
    }

    /// The one to read; `None` before publication and after withdrawal.
    #[must_use]
    pub fn current(&self) -> Option<&Edition> {
        self.editions
            .last()
            .filter(|edition| edition.status == Status::Current)
    }

    /// Publishes the first version.
    ///
    /// # Errors
    ///
    /// [`EditionError::AlreadyPublic`] if one was published before.
    pub fn publish(&mut self, report_version: u32, at: DateTime<Utc>) -> Result<(), EditionError> {
        if !self.editions.is_empty() {
            return Err(EditionError::AlreadyPublic);
        }
        self.add(report_version, at, None);
        Ok(())
    }

    /// Publishes a correction, which supersedes the current version.
    ///
    /// # Errors
    ///
    /// If nothing is public, the note is blank, or the version is not later.
    pub fn correct(
        &mut self,
        report_version: u32,
        note: &str,
        at: DateTime<Utc>,
    ) -> Result<(), EditionError> {
        let published = self
            .current()
            .ok_or(EditionError::NothingPublic)?
            .report_version;
        if note.trim().is_empty() {
            return Err(EditionError::NoNote);
        }
        if report_version <= published {
            return Err(EditionError::NotLater {
                version: report_version,
                published,
            });
        }
        if let Some(last) = self.editions.last_mut() {
            last.status = Status::Superseded;
        }
        self.add(report_version, at, Some(note.to_owned()));
        Ok(())
    }

    /// Takes the report back: every version gives way to the reason.
    ///
    /// # Errors
    ///
    /// If nothing is public or the reason is blank.
    pub fn withdraw(&mut self, reason: &str) -> Result<(), EditionError> {
        if self.current().is_none() {
            return Err(EditionError::NothingPublic);
        }
        if reason.trim().is_empty() {
            return Err(EditionError::NoNote);
        }
        for edition in &mut self.editions {
            edition.status = Status::Withdrawn {
                reason: reason.to_owned(),
            };
        }
        Ok(())
    }

    fn add(&mut self, report_version: u32, at: DateTime<Utc>, note: Option<String>) {
        self.editions.push(Edition {
            report_version,
            published_at: at,
            note,
            status: Status::Current,
        });
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

    #[test]
    fn dr_30_a_correction_is_a_later_version_with_a_note() {
        let at: DateTime<Utc> = "2026-06-01T09:00:00Z".parse().unwrap();
        let mut editions = Editions::default();
        assert_eq!(
            editions.correct(4, "note", at),
            Err(EditionError::NothingPublic)
        );
        editions.publish(3, at).unwrap();
        assert_eq!(editions.publish(4, at), Err(EditionError::AlreadyPublic));
        assert_eq!(editions.correct(4, " ", at), Err(EditionError::NoNote));
        assert_eq!(
            editions.correct(3, "note", at),
            Err(EditionError::NotLater {
                version: 3,
                published: 3
            })
        );
        editions.correct(4, "A date was wrong.", at).unwrap();
        assert_eq!(editions.all()[0].status, Status::Superseded);
        assert_eq!(editions.current().unwrap().report_version, 4);
    }

    #[test]
    fn dr_30_a_withdrawal_leaves_its_reason_in_place() {
        let at: DateTime<Utc> = "2026-06-01T09:00:00Z".parse().unwrap();
        let mut editions = Editions::default();
        editions.publish(1, at).unwrap();
        editions.correct(2, "note", at).unwrap();
        editions.withdraw("The evidence was not sound.").unwrap();
        assert_eq!(editions.all().len(), 2);
        assert_eq!(editions.current(), None);
        assert_eq!(editions.withdraw("again"), Err(EditionError::NothingPublic));
        assert_eq!(
            editions.correct(3, "note", at),
            Err(EditionError::NothingPublic)
        );
    }
}
