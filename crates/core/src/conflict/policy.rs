//! Numbers of the conflict rules that are policy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Policy on conflicts of interest (domain.md 4.2). Look-backs are in
/// calendar months before the planned first day of fieldwork.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConflictPolicy {
    /// Name of this set of rules and numbers; part of every assessment.
    pub version: String,
    /// Employment, advice, applications, family, earlier inspections, public
    /// positions and casework (C02, C04, C05, C07, C14, C17, C19).
    pub look_back_months: u32,
    /// Interests in transfers (C11).
    pub transfer_months: u32,
    /// Inspections of the person's own group by the group (C13).
    pub reciprocity_months: u32,
    /// Earlier inspections of the group that count, whatever their date (C14).
    pub earlier_inspections: u32,
    /// Reviews for other authorities (C15).
    pub review_months: u32,
    /// Gifts and hospitality (C18).
    pub gift_months: u32,
    /// Value above which a gift counts (C18), pence.
    pub gift_pence: u64,
    /// Value above which a financial interest is material (C09), pence.
    pub material_pence: u64,
    /// Months after publication in which an offer bars (C06).
    pub offer_months: u32,
    /// Distance up to which schools of the same phase bar (C10), metres.
    pub bar_metres: u32,
    /// Distance up to which schools of the same phase refer (C10), metres.
    pub refer_metres: u32,
    /// Months for which a declaration counts (C21, DR-20).
    pub declaration_months: u32,
}

impl Default for ConflictPolicy {
    fn default() -> Self {
        Self {
            version: "conflict-2026-1".to_owned(),
            look_back_months: 72,
            transfer_months: 36,
            reciprocity_months: 36,
            earlier_inspections: 2,
            review_months: 36,
            gift_months: 12,
            gift_pence: 2_500,
            material_pence: 100_000,
            offer_months: 12,
            bar_metres: 5_000,
            refer_metres: 10_000,
            declaration_months: 12,
        }
    }
}
