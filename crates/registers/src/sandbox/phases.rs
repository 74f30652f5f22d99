//! Phases of education.

use super::kinds::Setting;

/// Phase of education.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    NotApplicable,
    Nursery,
    Primary,
    MiddleDeemedPrimary,
    Secondary,
    MiddleDeemedSecondary,
    SixteenPlus,
    AllThrough,
}

impl Phase {
    pub(super) const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::NotApplicable => ("0", "Not applicable"),
            Self::Nursery => ("1", "Nursery"),
            Self::Primary => ("2", "Primary"),
            Self::MiddleDeemedPrimary => ("3", "Middle deemed primary"),
            Self::Secondary => ("4", "Secondary"),
            Self::MiddleDeemedSecondary => ("5", "Middle deemed secondary"),
            Self::SixteenPlus => ("6", "16 plus"),
            Self::AllThrough => ("7", "All-through"),
        }
    }

    /// Ofsted's phase of a state-funded school.
    pub(super) const fn ofsted(self, setting: Setting) -> &'static str {
        match (setting, self) {
            (Setting::Special, _) => "Special",
            (Setting::Alternative, _) => "Alternative provision",
            (_, Self::Nursery) => "Nursery",
            (_, Self::Primary | Self::MiddleDeemedPrimary) => "Primary",
            _ => "Secondary",
        }
    }
}
