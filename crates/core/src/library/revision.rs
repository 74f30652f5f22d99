//! Revisions of an item: what was held, when, and what took its place.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Sensitivity;
use crate::digest::Digest;

/// One revision of an item: immutable, known by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Identifier: the one that findings name.
    pub id: Uuid,
    /// Digest of the content.
    pub sha256: Digest,
    /// First day it describes.
    pub effective_from: NaiveDate,
    /// Last day it describes.
    pub effective_to: NaiveDate,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// Who or what produced it.
    pub source: String,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// Why it takes the place of the one before; `None` for the first.
    pub reason: Option<String>,
}

/// The revisions of one item, oldest first; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Revisions {
    first: Revision,
    later: Vec<Revision>,
}

/// Why a revision cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevisionRefusal {
    /// The period ends before it begins.
    #[error("the period ends before it begins")]
    PeriodReversed,
    /// Content and dates are those of the newest revision.
    #[error("this is the newest revision already")]
    Unchanged,
    /// It would be received before the one it follows.
    #[error("the revision is received before the one it follows")]
    ReceivedBefore,
    /// It has the identifier of an earlier one.
    #[error("revision {0} exists already")]
    Repeated(Uuid),
    /// It does not say why.
    #[error("a revision needs a reason")]
    NoReason,
}

impl Revisions {
    /// An item as first received.
    ///
    /// # Errors
    ///
    /// [`RevisionRefusal::PeriodReversed`].
    pub fn new(first: Revision) -> Result<Self, RevisionRefusal> {
        if first.effective_to < first.effective_from {
            return Err(RevisionRefusal::PeriodReversed);
        }
        Ok(Self {
            first,
            later: Vec::new(),
        })
    }

    /// The item with these revisions, oldest first, as the store kept them;
    /// `None` without any.
    #[must_use]
    pub fn from_history(history: Vec<Revision>) -> Option<Self> {
        let mut history = history.into_iter();
        let first = history.next()?;
        Some(Self {
            first,
            later: history.collect(),
        })
    }

    /// The newest revision.
    #[must_use]
    pub fn current(&self) -> &Revision {
        self.later.last().unwrap_or(&self.first)
    }

    /// All revisions, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Revision> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The revision that was the newest at a moment; `None` before the first
    /// was received.
    #[must_use]
    pub fn as_known_at(&self, moment: DateTime<Utc>) -> Option<&Revision> {
        self.iter()
            .filter(|revision| revision.received_at <= moment)
            .last()
    }

    /// Adds a revision. Earlier ones stay as they are: what rests on them
    /// goes on resting on them.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn revise(&mut self, next: Revision) -> Result<(), RevisionRefusal> {
        let current = self.current();
        if next.effective_to < next.effective_from {
            return Err(RevisionRefusal::PeriodReversed);
        }
        if next.received_at < current.received_at {
            return Err(RevisionRefusal::ReceivedBefore);
        }
        if self.iter().any(|earlier| earlier.id == next.id) {
            return Err(RevisionRefusal::Repeated(next.id));
        }
        let says = |revision: &Revision| {
            (
                revision.sha256,
                revision.effective_from,
                revision.effective_to,
                revision.sensitivity,
            )
        };
        if says(&next) == says(current) && next.source == current.source {
            return Err(RevisionRefusal::Unchanged);
        }
        if next
            .reason
            .as_ref()
            .is_none_or(|reason| reason.trim().is_empty())
        {
            return Err(RevisionRefusal::NoReason);
        }
        self.later.push(next);
        Ok(())
    }
}
