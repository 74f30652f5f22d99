//! The audit log as a tamper-evident chain: who did what to what, why, and
//! what it was before and after.
//!
//! The hash of a link is `SHA-256(domain || previous || canonical)`, where
//! `domain` is [`DOMAIN`], `previous` the 32 bytes of the hash before it
//! ([`Digest::ZERO`] for the first link) and `canonical` the bytes of
//! [`Entry::canonical_bytes`]. An entry that is changed, taken out, moved or
//! put in breaks the chain there. A tail that is cut off, or a chain that is
//! rewritten whole, shows against an [`Head`] kept elsewhere.
//!
//! Entries hold digests of what changed and no personal data beyond the
//! actor's identifier, so retention (DR-40) never needs to touch the chain.

mod verify;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::digest::Digest;
pub use verify::{Broken, Fault, verify, verify_from};

/// First bytes of everything hashed here; the number is the version of the
/// canonical form.
pub const DOMAIN: &[u8] = b"group-inspection/audit/1\n";

/// What is recorded of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Identifier.
    pub id: Uuid,
    /// When the change was complete, UTC, to the microsecond.
    pub completed_at: DateTime<Utc>,
    /// Who made it: the identifier of a person, key or job.
    pub actor: String,
    /// What was done, such as `report.published`.
    pub action: String,
    /// Kind of what it was done to, such as `report`.
    pub subject_kind: String,
    /// Identifier of what it was done to.
    pub subject_id: String,
    /// Why, where a reason is needed or was given.
    pub reason: Option<String>,
    /// Digest of the subject before; `None` if it did not exist.
    pub before: Option<Digest>,
    /// Digest of the subject after; `None` if it no longer exists.
    pub after: Option<Digest>,
}

impl Entry {
    /// The bytes that are hashed for this entry at `position`, in this order:
    /// position (8 bytes), identifier (16 bytes), completion in microseconds
    /// since 1970 (8 bytes, signed), actor, action, kind and identifier of the
    /// subject, reason, digest before, digest after.
    ///
    /// Numbers are big-endian. A text is its length in bytes (8 bytes) and its
    /// UTF-8 bytes. The last three begin with a byte 1, or are a single byte 0
    /// if absent; a digest is its 32 bytes.
    #[must_use]
    pub fn canonical_bytes(&self, position: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(position.to_be_bytes());
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.completed_at.timestamp_micros().to_be_bytes());
        for text in [
            &self.actor,
            &self.action,
            &self.subject_kind,
            &self.subject_id,
        ] {
            add_text(&mut bytes, text);
        }
        bytes.push(u8::from(self.reason.is_some()));
        if let Some(reason) = &self.reason {
            add_text(&mut bytes, reason);
        }
        for digest in [&self.before, &self.after] {
            bytes.push(u8::from(digest.is_some()));
            if let Some(digest) = digest {
                bytes.extend(digest.as_bytes());
            }
        }
        bytes
    }
}

fn add_text(bytes: &mut Vec<u8>, text: &str) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// The end of a chain: all that is needed to append to it, and, kept where
/// the chain's keeper cannot write, to prove later that nothing was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of links so far, which is the position of the last one.
    pub position: u64,
    /// Hash of the last link.
    pub hash: Digest,
    /// When the last change was complete, UTC; `None` before the first link.
    pub completed_at: Option<DateTime<Utc>>,
}

impl Head {
    /// The head of a chain without links.
    pub const EMPTY: Self = Self {
        position: 0,
        hash: Digest::ZERO,
        completed_at: None,
    };
}

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Position in the chain, from 1.
    pub position: u64,
    /// What happened.
    pub entry: Entry,
    /// Hash of the link before.
    pub previous: Digest,
    /// Hash of this link.
    pub hash: Digest,
}

impl Link {
    /// The head of the chain that ends here.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head {
            position: self.position,
            hash: self.hash,
            completed_at: Some(self.entry.completed_at),
        }
    }

    fn expected_hash(&self) -> Digest {
        Digest::of_parts([
            DOMAIN,
            self.previous.as_bytes(),
            &self.entry.canonical_bytes(self.position),
        ])
    }
}

/// The link that appends `entry` after `head`. The store calls this while it
/// holds the lock on the chain.
///
/// The log is listed by completion time, so a clock that was set back counts
/// as standing still: the entry's time is the later of its own and the one
/// before. Times are cut to the microsecond, which is what a database keeps.
#[must_use]
pub fn append(head: &Head, mut entry: Entry) -> Link {
    if let Ok(cut) = entry
        .completed_at
        .duration_trunc(TimeDelta::microseconds(1))
    {
        entry.completed_at = cut;
    }
    if let Some(last) = head.completed_at {
        entry.completed_at = entry.completed_at.max(last);
    }
    let mut link = Link {
        position: head.position.saturating_add(1),
        entry,
        previous: head.hash,
        hash: Digest::ZERO,
    };
    link.hash = link.expected_hash();
    link
}

#[cfg(test)]
mod tests;
