//! Disclosure control (DR-34, domain.md 9.4): small numbers are suppressed,
//! and so is whatever else would give them away, before anything is exported.

mod counts;
mod search;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use counts::{Cell, Contradiction, Counts, DisclosureError, Protected, Sum};

/// Thresholds of disclosure control. Defaults after domain.md 9.4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Counts from 1 to this are suppressed.
    pub suppress_up_to: u64,
    /// Smallest denominator of a percentage.
    pub percentage_denominator_minimum: u64,
    /// Responses from which on results of a survey may be shown.
    pub survey_responses_minimum: u64,
    /// Schools of a phase from which on pupil data by phase may be shown.
    pub phase_schools_minimum: u64,
    /// Bodies from which on their inspections may be shown together in the
    /// national view.
    pub oversight_bodies_minimum: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            suppress_up_to: 5,
            percentage_denominator_minimum: 11,
            survey_responses_minimum: 10,
            phase_schools_minimum: 3,
            oversight_bodies_minimum: 6,
        }
    }
}

impl Thresholds {
    /// Whether a count is small enough to be suppressed. Zero is not.
    #[must_use]
    pub const fn is_small(&self, count: u64) -> bool {
        count > 0 && count <= self.suppress_up_to
    }

    /// Whether results of a survey with this many responses may be shown.
    #[must_use]
    pub const fn survey_may_be_shown(&self, responses: u64) -> bool {
        responses >= self.survey_responses_minimum
    }

    /// Whether pupil data may be shown for a phase with this many schools.
    #[must_use]
    pub const fn phase_may_be_shown(&self, schools: u64) -> bool {
        schools >= self.phase_schools_minimum
    }

    /// A share of a whole as a whole percentage, rounded half up. It is
    /// suppressed if the whole is too small, or if the part, or what is left
    /// of the whole, is a small count that the percentage would give away.
    #[must_use]
    pub const fn percentage(&self, part: u64, whole: u64) -> Shown {
        let Some(rest) = whole.checked_sub(part) else {
            return Shown::SUPPRESSED;
        };
        if whole == 0
            || whole < self.percentage_denominator_minimum
            || self.is_small(part)
            || self.is_small(rest)
        {
            return Shown::SUPPRESSED;
        }
        // Wide enough for any 64-bit part.
        let (part, whole) = (part as u128, whole as u128);
        Shown::Number(((200 * part + whole) / (2 * whole)) as u64)
    }
}

/// A number as it may be shown: itself, or `c` for confidential (domain.md
/// 9.4, the symbol of the Department for Education).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Shown {
    /// The number.
    Number(u64),
    /// A symbol in its place.
    Symbol(Symbol),
}

impl Shown {
    /// A suppressed number.
    pub const SUPPRESSED: Self = Self::Symbol(Symbol::Confidential);

    /// The number, if it is shown.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Symbol(Symbol::Confidential) => None,
        }
    }
}

/// What stands in the place of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Symbol {
    /// Suppressed, because it is small or would give away a small number.
    #[serde(rename = "c")]
    Confidential,
}

#[cfg(test)]
mod tests;
