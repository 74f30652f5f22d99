//! Numbers that are policy: versioned configuration, never constants in code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    burden, disclosure::Thresholds, inspection::LifecyclePolicy, language::PlainPolicy,
    library::archive::Limits, pattern::TestPolicy, report::AnnexLimits, request::Caps,
    retention::Periods,
};
use crate::{conflict::ConflictPolicy, sampling::SamplingPolicy, submission, team::TeamPolicy};

/// Policy in force for an inspection. A report records the version it used.
///
/// Defaults are those proposed in domain.md 3.3, 6.2 and 9.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Name of this set of numbers.
    pub version: String,
    /// Clocks and other numbers of the lifecycle.
    pub lifecycle: LifecyclePolicy,
    /// Open member schools a body needs for an inspection (DR-01).
    pub minimum_open_schools: u32,
    /// Member schools a key pattern needs (DR-07).
    pub pattern_minimum_schools: u32,
    /// Evidence types a key pattern needs (DR-07).
    pub pattern_minimum_evidence_types: u32,
    /// Key patterns shown at the most (domain.md 9.1).
    pub pattern_maximum: u32,
    /// How patterns in published outcomes are told from chance.
    pub pattern_tests: TestPolicy,
    /// From how many schools on quantity words are used (DR-08); below it the
    /// text gives counts only.
    pub quantity_words_from: u32,
    /// Recommendations at the most (domain.md 9.1).
    pub recommendation_maximum: u32,
    /// Calendar months from opening to the due date of a recommendation.
    pub recommendation_due_months: u32,
    /// Years of joining and leaving shown in the context (domain.md 9.1).
    pub movement_years: u32,
    /// Years of published outcomes that inform patterns.
    pub outcome_years: u32,
    /// Requests to the body at the most (domain.md 6.2).
    pub burden_requests_maximum: u32,
    /// Share of needed items to be satisfied from what is held, in per cent
    /// (domain.md 6.2).
    pub burden_reuse_per_cent_minimum: u32,
    /// Leader hours at the most, by size band (domain.md 6.2).
    pub burden_hours: Vec<HoursBand>,
    /// Limits and prices of the burden ledger (domain.md 6.2).
    pub burden: burden::Caps,
    /// Words a published group response may have (domain.md 9.1).
    pub response_words_maximum: u32,
    /// Conflicts of interest (domain.md 4.2).
    pub conflict: ConflictPolicy,
    /// Samples and the batch stage (domain.md 2).
    pub sampling: SamplingPolicy,
    /// People and teams (DR-13).
    pub team: TeamPolicy,
    /// Limits of attachments.
    pub attachments: Limits,
    /// Thresholds of disclosure control (domain.md 9.4).
    pub disclosure: Thresholds,
    /// Limits of plain English (domain.md 9.1, 9.2).
    pub plain_english: PlainPolicy,
    /// Caps on requests for evidence (domain.md 6.2).
    pub requests: Caps,
    /// How long records are kept (domain.md 9.4).
    pub retention: Periods,
    /// What one inspection takes of each kind of item.
    // Written where it differs: a version that does not know it yet, beside
    // this one on the same database, reads the rest.
    #[serde(skip_serializing_if = "submission::Caps::is_default")]
    pub submissions: submission::Caps,
    /// From when on the annex of evidence lists less than everything.
    #[serde(skip_serializing_if = "AnnexLimits::is_default")]
    pub annex: AnnexLimits,
}

/// Leader hours an inspection may take for groups up to a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursBand {
    /// Largest number of schools in this band; `None` for no limit.
    pub up_to_schools: Option<u32>,
    /// Hours.
    pub hours: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: "2026-2".to_owned(),
            lifecycle: LifecyclePolicy::default(),
            minimum_open_schools: 2,
            pattern_minimum_schools: 2,
            pattern_minimum_evidence_types: 2,
            pattern_maximum: 7,
            pattern_tests: TestPolicy::default(),
            quantity_words_from: 10,
            recommendation_maximum: 7,
            recommendation_due_months: 12,
            movement_years: 3,
            outcome_years: 6,
            burden_requests_maximum: 25,
            burden_reuse_per_cent_minimum: 70,
            burden_hours: vec![
                HoursBand {
                    up_to_schools: Some(5),
                    hours: 40,
                },
                HoursBand {
                    up_to_schools: Some(15),
                    hours: 80,
                },
                HoursBand {
                    up_to_schools: Some(40),
                    hours: 140,
                },
                HoursBand {
                    up_to_schools: None,
                    hours: 220,
                },
            ],
            burden: burden::Caps::default(),
            response_words_maximum: 1_000,
            conflict: ConflictPolicy::default(),
            sampling: SamplingPolicy::default(),
            team: TeamPolicy::default(),
            attachments: Limits::default(),
            disclosure: Thresholds::default(),
            plain_english: PlainPolicy::default(),
            requests: Caps::default(),
            retention: Periods::default(),
            submissions: submission::Caps::default(),
            annex: AnnexLimits::default(),
        }
    }
}
