//! What may be asked of one school (domain.md 6.2).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SamplingPolicy;

/// Contacts with one school for one inspection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contacts {
    /// Days on which it was or will be contacted.
    pub days: BTreeSet<NaiveDate>,
    /// Requests made of it.
    pub asks: u32,
}

/// A further contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// Day.
    pub on: NaiveDate,
    /// Whether it asks the school to supply something.
    pub asks: bool,
}

/// A limit that a contact would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactLimit {
    /// Days of contact.
    #[error("a school is contacted on {0} days at the most")]
    Days(u32),
    /// Requests.
    #[error("a school gets {0} requests at the most")]
    Asks(u32),
}

impl Contacts {
    /// The contacts with one more.
    ///
    /// # Errors
    ///
    /// The limit it would exceed.
    pub fn with(&self, contact: Contact, policy: &SamplingPolicy) -> Result<Self, ContactLimit> {
        let mut next = self.clone();
        next.days.insert(contact.on);
        next.asks = next.asks.saturating_add(u32::from(contact.asks));
        let grows = next.days.len() > self.days.len();
        if grows && u32::try_from(next.days.len()).unwrap_or(u32::MAX) > policy.contact_days {
            return Err(ContactLimit::Days(policy.contact_days));
        }
        if contact.asks && next.asks > policy.asks {
            return Err(ContactLimit::Asks(policy.asks));
        }
        Ok(next)
    }

    /// Whether a visit on a further day is still within the limits.
    #[must_use]
    pub fn leaves_room(&self, policy: &SamplingPolicy) -> bool {
        u32::try_from(self.days.len()).unwrap_or(u32::MAX) < policy.contact_days
    }
}
