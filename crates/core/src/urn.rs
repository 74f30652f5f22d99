//! Unique reference numbers of establishments.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Unique reference number of an establishment in Get Information About
/// Schools (GIAS).
///
/// Real numbers have six digits from 100000. Numbers from 900000 are used for
/// fictional schools only; a fictional England of more than 100,000 schools
/// needs a seventh digit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "u32", into = "u32")]
#[schemars(with = "u32")]
pub struct Urn(u32);

impl Urn {
    /// Lowest number that GIAS has issued.
    pub const MIN: u32 = 100_000;
    /// Highest number accepted (seven digits).
    pub const MAX: u32 = 9_999_999;
    /// First number that stands for a fictional school.
    pub const FIRST_FICTIONAL: u32 = 900_000;

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether the number lies in the range kept for fictional schools.
    #[must_use]
    pub const fn is_fictional(self) -> bool {
        self.0 >= Self::FIRST_FICTIONAL
    }
}

/// A number or text that is not a URN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a URN is a whole number from {} to {}", Urn::MIN, Urn::MAX)]
pub struct NotAUrn;

impl TryFrom<u32> for Urn {
    type Error = NotAUrn;

    fn try_from(value: u32) -> Result<Self, NotAUrn> {
        if (Self::MIN..=Self::MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(NotAUrn)
        }
    }
}

impl From<Urn> for u32 {
    fn from(urn: Urn) -> Self {
        urn.0
    }
}

impl FromStr for Urn {
    type Err = NotAUrn;

    fn from_str(text: &str) -> Result<Self, NotAUrn> {
        text.parse::<u32>().map_err(|_| NotAUrn)?.try_into()
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
