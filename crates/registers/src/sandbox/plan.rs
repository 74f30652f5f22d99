//! What to generate, and what came of it.

use chrono::NaiveDate;

use super::days::day;
use super::rows::WrittenFile;

/// Name and version of this generator. A change of what it draws is a new
/// version.
pub const GENERATOR: &str = "sandbox 1";

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Open state-funded schools; England has 22,000. Closed schools, schools
    /// of other sectors and groups follow in proportion.
    pub schools: u32,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Day of the registers. Ofsted's last file is as at the end of its month.
    pub as_at: NaiveDate,
    /// Standard deviation of the groups' effects on the latent scale, on which
    /// schools without groups have one of 1.0. Zero: no group makes a
    /// difference.
    pub group_effect: f64,
    /// Share of groups of three or more schools that get a planted weakness in
    /// one area.
    pub planted_share: f64,
    /// Size of a planted weakness on the latent scale.
    pub planted_size: f64,
    /// Share of schools with a report card by 31 July 2026; earlier or later
    /// days have fewer or more in proportion.
    pub report_cards: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            schools: 2_000,
            seed: 1,
            as_at: day(2026, 7, 15),
            group_effect: 0.35,
            planted_share: 0.12,
            planted_size: 1.2,
            report_cards: 0.10,
        }
    }
}

impl Plan {
    /// Smallest England.
    pub const FEWEST_SCHOOLS: u32 = 20;
    /// Largest England whose numbers fit their columns.
    pub const MOST_SCHOOLS: u32 = 2_000_000;

    /// A plan without any planted association: no group effect, no weakness.
    #[must_use]
    pub fn null(self) -> Self {
        Self {
            group_effect: 0.0,
            planted_share: 0.0,
            ..self
        }
    }

    pub(super) fn check(&self) -> Result<(), SandboxError> {
        let wrong = |field, expected| Err(SandboxError::Plan { field, expected });
        let share = |x: f64| (0.0..=1.0).contains(&x);
        if !(Self::FEWEST_SCHOOLS..=Self::MOST_SCHOOLS).contains(&self.schools) {
            return wrong("schools", "from 20 to 2,000,000");
        }
        if !(day(2025, 12, 1)..=day(2027, 12, 31)).contains(&self.as_at) {
            return wrong("as_at", "from 2025-12-01 to 2027-12-31");
        }
        if !(0.0..=3.0).contains(&self.group_effect) {
            return wrong("group_effect", "from 0 to 3");
        }
        if !share(self.planted_share) {
            return wrong("planted_share", "from 0 to 1");
        }
        if !(0.0..=5.0).contains(&self.planted_size) {
            return wrong("planted_size", "from 0 to 5");
        }
        if !share(self.report_cards) {
            return wrong("report_cards", "from 0 to 1");
        }
        Ok(())
    }
}

/// How far generation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// File that is being written.
    pub file: String,
    /// Rows done.
    pub done: u64,
    /// Rows to do, as far as known.
    pub total: u64,
}

/// What was generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Establishments of all kinds and statuses.
    pub establishments: u64,
    /// Open state-funded schools.
    pub open_schools: u64,
    /// Groups of all types and statuses.
    pub groups: u64,
    /// Schools with a report card.
    pub report_cards: u64,
    /// Groups with a planted weakness.
    pub planted_weaknesses: u64,
    /// Files in the order they were written.
    pub files: Vec<WrittenFile>,
}

/// Why a fictional England could not be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// A value of the plan is out of range.
    #[error("the plan's {field} must be {expected}")]
    Plan {
        /// Field of [`Plan`].
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// A file or the folder cannot be written.
    #[error("cannot write {name}")]
    File {
        /// File or folder.
        name: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
}
