//! Counts of schools and the shares they tell.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::outcome::ScaleEnd;

/// Schools by the end of an area's scale that their current outcome lies at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// At the end that the framework follows up.
    pub weak: u32,
    /// Where the framework expects every school to be.
    pub middle: u32,
    /// Above that.
    pub strong: u32,
}

impl Counts {
    /// Adds one school.
    pub fn add(&mut self, end: ScaleEnd) {
        match end {
            ScaleEnd::Weak => self.weak += 1,
            ScaleEnd::Middle => self.middle += 1,
            ScaleEnd::Strong => self.strong += 1,
        }
    }

    /// Adds all schools of `other`.
    pub const fn merge(&mut self, other: Self) {
        self.weak += other.weak;
        self.middle += other.middle;
        self.strong += other.strong;
    }

    /// All schools less those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            weak: self.weak.saturating_sub(other.weak),
            middle: self.middle.saturating_sub(other.middle),
            strong: self.strong.saturating_sub(other.strong),
        }
    }

    /// Schools at one end.
    #[must_use]
    pub const fn at(self, end: ScaleEnd) -> u32 {
        match end {
            ScaleEnd::Weak => self.weak,
            ScaleEnd::Middle => self.middle,
            ScaleEnd::Strong => self.strong,
        }
    }

    /// All schools.
    #[must_use]
    pub const fn all(self) -> u32 {
        self.weak + self.middle + self.strong
    }
}

/// How common an outcome is among comparable schools.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Smoothed share.
    pub mean: f64,
    /// Standard error of the share: how well England's schools tell it.
    pub error: f64,
}

impl Rate {
    /// A share known from so many schools.
    pub(super) fn known_from(mean: f64, schools: f64) -> Self {
        Self {
            mean,
            error: (mean * (1.0 - mean) / schools.max(1.0)).sqrt(),
        }
    }
}
