//! Religious characters.

/// Religious character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Faith {
    DoesNotApply,
    None,
    ChurchOfEngland,
    RomanCatholic,
    Methodist,
    Christian,
    Jewish,
    Muslim,
}

impl Faith {
    pub(super) const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::DoesNotApply => ("00", "Does not apply"),
            Self::None => ("06", "None"),
            Self::ChurchOfEngland => ("02", "Church of England"),
            Self::RomanCatholic => ("03", "Roman Catholic"),
            Self::Methodist => ("05", "Methodist"),
            Self::Christian => ("10", "Christian"),
            Self::Jewish => ("08", "Jewish"),
            Self::Muslim => ("15", "Muslim"),
        }
    }

    /// Ofsted's grouping.
    pub(super) const fn grouping(self) -> &'static str {
        match self {
            Self::DoesNotApply | Self::None => "Non-faith",
            Self::ChurchOfEngland | Self::RomanCatholic | Self::Methodist | Self::Christian => {
                "Christian"
            }
            Self::Jewish => "Jewish",
            Self::Muslim => "Muslim",
        }
    }
}
