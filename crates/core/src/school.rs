//! What the register says of a school's phase and place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Phase of education, as GIAS has it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Special schools, pupil referral units, colleges and others.
    NotApplicable,
    /// Nursery.
    Nursery,
    /// Primary.
    Primary,
    /// Middle, deemed primary.
    MiddleDeemedPrimary,
    /// Secondary.
    Secondary,
    /// Middle, deemed secondary.
    MiddleDeemedSecondary,
    /// 16 plus.
    SixteenPlus,
    /// All-through.
    AllThrough,
}

impl Phase {
    /// All phases, in the order of their GIAS codes.
    pub const ALL: [Self; 8] = [
        Self::NotApplicable,
        Self::Nursery,
        Self::Primary,
        Self::MiddleDeemedPrimary,
        Self::Secondary,
        Self::MiddleDeemedSecondary,
        Self::SixteenPlus,
        Self::AllThrough,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::Nursery => "nursery",
            Self::Primary => "primary",
            Self::MiddleDeemedPrimary => "middle_deemed_primary",
            Self::Secondary => "secondary",
            Self::MiddleDeemedSecondary => "middle_deemed_secondary",
            Self::SixteenPlus => "sixteen_plus",
            Self::AllThrough => "all_through",
        }
    }

    /// The phase with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.code() == code)
    }

    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotApplicable => "phase not applicable",
            Self::Nursery => "nursery",
            Self::Primary => "primary",
            Self::MiddleDeemedPrimary => "middle deemed primary",
            Self::Secondary => "secondary",
            Self::MiddleDeemedSecondary => "middle deemed secondary",
            Self::SixteenPlus => "16 plus",
            Self::AllThrough => "all-through",
        }
    }

    /// The phase that registers name so, whatever the case of letters.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        if label.eq_ignore_ascii_case("not applicable") {
            return Some(Self::NotApplicable);
        }
        Self::ALL
            .into_iter()
            .find(|phase| phase.label().eq_ignore_ascii_case(label))
    }

    /// Stages of education whose pupils the school admits, by which two
    /// schools compete: an all-through school competes with both primary and
    /// secondary schools.
    #[must_use]
    pub const fn stages(self) -> &'static [Stage] {
        match self {
            Self::NotApplicable => &[Stage::Other],
            Self::Nursery => &[Stage::Nursery],
            Self::Primary | Self::MiddleDeemedPrimary => &[Stage::Primary],
            Self::Secondary | Self::MiddleDeemedSecondary => &[Stage::Secondary],
            Self::SixteenPlus => &[Stage::SixteenPlus],
            Self::AllThrough => &[Stage::Primary, Stage::Secondary],
        }
    }
}

/// Stage of education by which schools compete for pupils.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nursery.
    Nursery,
    /// Primary.
    Primary,
    /// Secondary.
    Secondary,
    /// 16 plus.
    SixteenPlus,
    /// Special schools, pupil referral units and others without a phase.
    Other,
}

/// A point on the British National Grid, in metres.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct GridPoint {
    /// Metres east.
    pub easting: i32,
    /// Metres north; may be negative.
    pub northing: i32,
}

impl GridPoint {
    /// Straight-line distance in whole metres, rounded up, so that `5_000`
    /// means "at most 5 km".
    #[must_use]
    pub fn metres_to(self, other: Self) -> u64 {
        let east = u64::from(self.easting.abs_diff(other.easting));
        let north = u64::from(self.northing.abs_diff(other.northing));
        let square = east
            .saturating_mul(east)
            .saturating_add(north.saturating_mul(north));
        let root = square.isqrt();
        root + u64::from(root.saturating_mul(root) < square)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn distances_round_up_to_the_metre() {
        let at = |easting, northing| GridPoint { easting, northing };
        assert_eq!(at(0, 0).metres_to(at(3_000, 4_000)), 5_000);
        assert_eq!(at(0, 0).metres_to(at(3_000, 4_001)), 5_001);
        assert_eq!(at(-10, -10).metres_to(at(-10, -10)), 0);
        assert_eq!(at(0, -3).metres_to(at(4, 0)), 5);
    }

    #[test]
    fn codes_lead_back_to_their_phase() {
        for phase in Phase::ALL {
            assert_eq!(Phase::from_code(phase.code()), Some(phase));
            assert_eq!(
                serde_json::to_value(phase).unwrap(),
                serde_json::json!(phase.code())
            );
        }
    }
}
