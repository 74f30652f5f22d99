//! Numbers of the analysis that are policy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How patterns in published outcomes are told from chance. The reasons for
/// each number are in `docs/patterns.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TestPolicy {
    /// False discoveries allowed among the discoveries of one report, in a
    /// thousand.
    pub false_discoveries_per_thousand: u32,
    /// Largest p-value of a discovery, in a hundred thousand, whatever else
    /// the report holds. It keeps false discoveries rare among those of all
    /// reports together.
    pub line_per_hundred_thousand: u32,
    /// How many schools of the next wider stratum a national rate is smoothed
    /// with.
    pub smoothing_schools: u32,
    /// Schools with an outcome in an area that England must have before the
    /// area is tested.
    pub thin_below_schools: u32,
    /// Largest number of pupils of a small and of a middle-sized school.
    pub size_limits: [u32; 2],
    /// Years after joining during which a school counts as newly joined.
    pub newly_joined_years: u32,
    /// First quintile of deprivation that counts as more deprived.
    pub more_deprived_from: u8,
}

impl Default for TestPolicy {
    fn default() -> Self {
        Self {
            false_discoveries_per_thousand: 50,
            line_per_hundred_thousand: 25,
            smoothing_schools: 50,
            thin_below_schools: 100,
            size_limits: [200, 700],
            newly_joined_years: 3,
            more_deprived_from: 4,
        }
    }
}

impl TestPolicy {
    /// Largest p-value of a discovery.
    #[must_use]
    pub fn line(&self) -> f64 {
        f64::from(self.line_per_hundred_thousand) / 100_000.0
    }

    /// False discoveries allowed, as a share.
    #[must_use]
    pub fn level(&self) -> f64 {
        f64::from(self.false_discoveries_per_thousand) / 1_000.0
    }
}
