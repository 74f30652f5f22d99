//! Attachments: quarantined until found clean. Only a clean one can be read.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{archive::Limits, media::MediaType};
use crate::{digest::Digest, language::prose::length};

/// Where an attachment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "state", deny_unknown_fields)]
#[schemars(rename = "AttachmentState")]
pub enum State {
    /// Its bytes have arrived; nothing has been checked.
    Received,
    /// It keeps every limit and waits for the scanner.
    Quarantined {
        /// Its type.
        media: MediaType,
    },
    /// The scanner found nothing.
    Clean {
        /// Its type.
        media: MediaType,
        /// The scanner and the version of what it knows.
        scanner: String,
        /// When it was scanned, UTC.
        scanned_at: DateTime<Utc>,
    },
    /// The scanner found something.
    Infected {
        /// The scanner's name for it.
        threat: String,
        /// When it was scanned, UTC.
        scanned_at: DateTime<Utc>,
    },
    /// It breaks a limit.
    Refused {
        /// Why, in words for the sender.
        reason: String,
    },
}

/// What happens to an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It keeps every limit of [`super::media`] and [`super::archive`].
    Accepted(MediaType),
    /// It breaks one.
    Refused(String),
    /// The scanner found nothing.
    FoundClean {
        /// The scanner and the version of what it knows.
        scanner: String,
        /// When, UTC.
        at: DateTime<Utc>,
    },
    /// The scanner found something.
    FoundInfected {
        /// The scanner's name for it.
        threat: String,
        /// When, UTC.
        at: DateTime<Utc>,
    },
}

/// An attachment of an item of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Identifier.
    pub id: Uuid,
    /// Name as sent.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Digest of the bytes, which is also where they are kept.
    pub sha256: Digest,
    /// Where it stands.
    pub state: State,
}

/// A step that an attachment cannot take from where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the attachment is not waiting for this")]
pub struct OutOfTurn;

/// An attachment cannot be read yet, or ever.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    /// It waits to be checked.
    #[error("the attachment is in quarantine")]
    Waiting,
    /// It was refused.
    #[error("the attachment was refused")]
    Refused,
    /// It is infected.
    #[error("the attachment is infected")]
    Infected,
}

/// An item has as many attachments as it may have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an item has at most {maximum} attachments")]
pub struct TooMany {
    /// Attachments allowed.
    pub maximum: u32,
}

/// Whether an item with this many attachments may have one more. Refused and
/// infected ones do not count: nobody reads them.
///
/// # Errors
///
/// [`TooMany`] if it may not.
pub fn check_room(attached: &[Attachment], limits: &Limits) -> Result<(), TooMany> {
    let counting = attached.iter().filter(|other| match other.state {
        State::Received | State::Quarantined { .. } | State::Clean { .. } => true,
        State::Infected { .. } | State::Refused { .. } => false,
    });
    if length(counting.count()) < limits.files {
        Ok(())
    } else {
        Err(TooMany {
            maximum: limits.files,
        })
    }
}

/// Leave to read the bytes of a clean attachment. Whoever serves bytes takes
/// one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readable<'a> {
    attachment: &'a Attachment,
    media: MediaType,
}

impl<'a> Readable<'a> {
    /// The attachment.
    #[must_use]
    pub const fn attachment(&self) -> &'a Attachment {
        self.attachment
    }

    /// Its type, under which it is served.
    #[must_use]
    pub const fn media(&self) -> MediaType {
        self.media
    }
}

impl Attachment {
    /// Takes a step: received, quarantined, then clean or infected; refused
    /// from either of the first two. A clean one may be scanned again, as
    /// scanners learn.
    ///
    /// # Errors
    ///
    /// [`OutOfTurn`]; a refused or infected attachment takes no step.
    pub fn take(&mut self, event: Event) -> Result<(), OutOfTurn> {
        self.state = match (&self.state, event) {
            (State::Received, Event::Accepted(media)) => State::Quarantined { media },
            (State::Received | State::Quarantined { .. }, Event::Refused(reason)) => {
                State::Refused { reason }
            }
            (
                State::Quarantined { media } | State::Clean { media, .. },
                Event::FoundClean { scanner, at },
            ) => State::Clean {
                media: *media,
                scanner,
                scanned_at: at,
            },
            (
                State::Quarantined { .. } | State::Clean { .. },
                Event::FoundInfected { threat, at },
            ) => State::Infected {
                threat,
                scanned_at: at,
            },
            (State::Received, Event::FoundClean { .. } | Event::FoundInfected { .. })
            | (State::Quarantined { .. }, Event::Accepted(_))
            | (State::Clean { .. }, Event::Accepted(_) | Event::Refused(_))
            | (State::Infected { .. } | State::Refused { .. }, _) => return Err(OutOfTurn),
        };
        Ok(())
    }

    /// Leave to read it.
    ///
    /// # Errors
    ///
    /// Unless it is clean.
    pub const fn readable(&self) -> Result<Readable<'_>, NotReadable> {
        match self.state {
            State::Clean { media, .. } => Ok(Readable {
                attachment: self,
                media,
            }),
            State::Received | State::Quarantined { .. } => Err(NotReadable::Waiting),
            State::Refused { .. } => Err(NotReadable::Refused),
            State::Infected { .. } => Err(NotReadable::Infected),
        }
    }
}
