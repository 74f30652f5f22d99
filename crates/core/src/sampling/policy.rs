//! Numbers of sampling that are policy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Policy on the sample and the batch stage (domain.md 2, 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SamplingPolicy {
    /// Name of these numbers and of the method; part of every plan.
    pub version: String,
    /// Pupils up to which a school is small.
    pub small_up_to_pupils: u32,
    /// Pupils up to which a school is medium.
    pub medium_up_to_pupils: u32,
    /// Months in the group below which a school has joined of late.
    pub recent_months: u32,
    /// Months in the group from which a school is long-standing.
    pub established_months: u32,
    /// Months after an inspection in which a school is spared.
    pub spared_months: u32,
    /// Days on which a school may be contacted.
    pub contact_days: u32,
    /// Requests a school may get.
    pub asks: u32,
    /// School terms of the batch stage.
    pub batch_terms: u32,
}

impl Default for SamplingPolicy {
    fn default() -> Self {
        Self {
            version: "sampling-2026-1".to_owned(),
            small_up_to_pupils: 250,
            medium_up_to_pupils: 750,
            recent_months: 24,
            established_months: 60,
            spared_months: 12,
            contact_days: 2,
            asks: 1,
            batch_terms: 2,
        }
    }
}
