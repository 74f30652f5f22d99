//! Numbers of teams that are policy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Policy on people and teams (DR-13, domain.md 3.4, 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TeamPolicy {
    /// Days for which an annual update counts, its own day included.
    pub annual_update_days: u32,
    /// Calendar months for which an employer's endorsement counts.
    pub endorsement_months: u32,
    /// Calendar months for which training as a lead counts.
    pub lead_training_months: u32,
    /// Schools a body needs to be a multi-school group.
    pub multi_school_minimum: u32,
    /// People on a team at the most, by size band.
    pub caps: Vec<TeamBand>,
    /// Whether practitioners may outnumber HMIs.
    pub practitioners_may_outnumber: bool,
    /// Whether one practitioner at the least must come from another group in
    /// another region (domain.md 4.2). Without it, that none does is noted.
    pub practitioner_from_elsewhere: bool,
    /// Teams a proposal lists at the most.
    pub proposed_teams: u32,
}

/// People on a team for groups up to a size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamBand {
    /// Largest number of schools in this band; `None` for no limit.
    pub up_to_schools: Option<u32>,
    /// People, the lead included.
    pub people: u32,
}

impl Default for TeamPolicy {
    fn default() -> Self {
        let band = |up_to_schools, people| TeamBand {
            up_to_schools,
            people,
        };
        Self {
            annual_update_days: 365,
            endorsement_months: 12,
            lead_training_months: 24,
            multi_school_minimum: 2,
            caps: vec![
                band(Some(5), 3),
                band(Some(15), 4),
                band(Some(40), 6),
                band(None, 8),
            ],
            practitioners_may_outnumber: false,
            practitioner_from_elsewhere: true,
            proposed_teams: 3,
        }
    }
}
