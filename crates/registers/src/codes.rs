//! Coded values of Get Information About Schools.

use serde::{Deserialize, Serialize};

/// Whether a school is open. Codes as GIAS publishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EstablishmentStatus {
    /// `1`.
    Open,
    /// `2`.
    Closed,
    /// `3`: open, but proposed to close.
    OpenProposedToClose,
    /// `4`.
    ProposedToOpen,
}

impl EstablishmentStatus {
    /// All values, in the order of their GIAS codes.
    pub const ALL: [Self; 4] = [
        Self::Open,
        Self::Closed,
        Self::OpenProposedToClose,
        Self::ProposedToOpen,
    ];

    /// Whether pupils attend the school: status 1 and 3.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::OpenProposedToClose)
    }

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::OpenProposedToClose => "open_proposed_to_close",
            Self::ProposedToOpen => "proposed_to_open",
        }
    }

    /// Code in GIAS.
    #[must_use]
    pub const fn gias_code(self) -> &'static str {
        match self {
            Self::Open => "1",
            Self::Closed => "2",
            Self::OpenProposedToClose => "3",
            Self::ProposedToOpen => "4",
        }
    }

    /// Name in GIAS.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Closed => "Closed",
            Self::OpenProposedToClose => "Open, but proposed to close",
            Self::ProposedToOpen => "Proposed to open",
        }
    }

    pub(crate) fn from_gias_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.gias_code() == code)
    }

    pub(crate) fn from_gias_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| same(it.label(), name))
    }
}

/// Phase of education. Codes 0 to 7 as GIAS publishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// `0`: special schools, pupil referral units, colleges and others.
    NotApplicable,
    /// `1`.
    Nursery,
    /// `2`.
    Primary,
    /// `3`.
    MiddleDeemedPrimary,
    /// `4`.
    Secondary,
    /// `5`.
    MiddleDeemedSecondary,
    /// `6`.
    SixteenPlus,
    /// `7`.
    AllThrough,
}

impl Phase {
    /// All values, in the order of their GIAS codes.
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

    /// Code in GIAS.
    #[must_use]
    pub const fn gias_code(self) -> &'static str {
        match self {
            Self::NotApplicable => "0",
            Self::Nursery => "1",
            Self::Primary => "2",
            Self::MiddleDeemedPrimary => "3",
            Self::Secondary => "4",
            Self::MiddleDeemedSecondary => "5",
            Self::SixteenPlus => "6",
            Self::AllThrough => "7",
        }
    }

    /// Name in GIAS.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotApplicable => "Not applicable",
            Self::Nursery => "Nursery",
            Self::Primary => "Primary",
            Self::MiddleDeemedPrimary => "Middle deemed primary",
            Self::Secondary => "Secondary",
            Self::MiddleDeemedSecondary => "Middle deemed secondary",
            Self::SixteenPlus => "16 plus",
            Self::AllThrough => "All-through",
        }
    }

    pub(crate) fn from_gias_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.gias_code() == code)
    }

    pub(crate) fn from_gias_name(name: &str) -> Option<Self> {
        // 2018 files write "All through".
        Self::ALL.into_iter().find(|it| same(it.label(), name))
    }
}

/// Status of a group. GIAS publishes words, not numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupStatus {
    /// `OPEN`.
    Open,
    /// `CLOSED`.
    Closed,
    /// `PROPOSED_TO_OPEN`.
    ProposedToOpen,
    /// `PROPOSED_TO_CLOSE`: open until its closed date.
    ProposedToClose,
    /// `CREATED_IN_ERROR`.
    CreatedInError,
}

impl GroupStatus {
    /// All values.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Closed,
        Self::ProposedToOpen,
        Self::ProposedToClose,
        Self::CreatedInError,
    ];

    /// Whether the group exists now.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::ProposedToClose)
    }

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::ProposedToOpen => "proposed_to_open",
            Self::ProposedToClose => "proposed_to_close",
            Self::CreatedInError => "created_in_error",
        }
    }

    /// Name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Closed => "Closed",
            Self::ProposedToOpen => "Proposed to open",
            Self::ProposedToClose => "Open, but proposed to close",
            Self::CreatedInError => "Created in error",
        }
    }

    pub(crate) fn from_words(words: &str) -> Option<Self> {
        let known = |it: &Self| same(it.label(), words) || same(it.code(), words);
        Self::ALL.into_iter().find(known)
    }
}

/// GIAS group types: code and name.
const GROUP_TYPES: [(&str, &str); 9] = [
    ("01", "Federation"),
    ("02", "Trust"),
    ("05", "School sponsor"),
    ("06", "Multi-academy trust"),
    ("07", "Umbrella trust"),
    ("08", "Children's Centres Group"),
    ("09", "Children's Centres Collaboration"),
    ("10", "Single-academy trust"),
    ("11", "Secure single-academy trust"),
];

/// The two-character group type code of a code or name.
pub(crate) fn group_type(code_or_name: &str) -> Option<&'static str> {
    let known =
        |(code, name): &&(&str, &'static str)| *code == code_or_name || same(name, code_or_name);
    GROUP_TYPES.iter().find(known).map(|(code, _)| *code)
}

/// How one school follows from another. `Predecessor` on a row means that the
/// linked school came before the row's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkType {
    /// `Predecessor`.
    Predecessor,
    /// `Predecessor - merged`.
    PredecessorMerged,
    /// `Predecessor - amalgamated`.
    PredecessorAmalgamated,
    /// `Predecessor - Split School`.
    PredecessorSplit,
    /// `Successor`.
    Successor,
    /// `Successor - merged`.
    SuccessorMerged,
    /// `Successor - amalgamated`.
    SuccessorAmalgamated,
    /// `Successor - Split School`.
    SuccessorSplit,
    /// `Result of Amalgamation`.
    ResultOfAmalgamation,
    /// Any other, verbatim: sixth form centres, expansions, closures.
    Other(String),
}

/// Link types of the 17 known ones that have no variant of their own.
const OTHER_LINK_TYPES: [&str; 8] = [
    "Sixth Form Centre School",
    "Sixth Form Centre Link",
    "Other",
    "Merged - expansion in school capacity and changer in age range",
    "Merged - change in age range",
    "Merged - expansion of school capacity",
    "Expansion",
    "Closure",
];

impl LinkType {
    const NAMED: [Self; 9] = [
        Self::Predecessor,
        Self::PredecessorMerged,
        Self::PredecessorAmalgamated,
        Self::PredecessorSplit,
        Self::Successor,
        Self::SuccessorMerged,
        Self::SuccessorAmalgamated,
        Self::SuccessorSplit,
        Self::ResultOfAmalgamation,
    ];

    /// Name in GIAS.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Predecessor => "Predecessor",
            Self::PredecessorMerged => "Predecessor - merged",
            Self::PredecessorAmalgamated => "Predecessor - amalgamated",
            Self::PredecessorSplit => "Predecessor - Split School",
            Self::Successor => "Successor",
            Self::SuccessorMerged => "Successor - merged",
            Self::SuccessorAmalgamated => "Successor - amalgamated",
            Self::SuccessorSplit => "Successor - Split School",
            Self::ResultOfAmalgamation => "Result of Amalgamation",
            Self::Other(words) => words,
        }
    }

    /// Whether the linked school came before the row's own.
    #[must_use]
    pub const fn is_predecessor(&self) -> bool {
        matches!(
            self,
            Self::Predecessor
                | Self::PredecessorMerged
                | Self::PredecessorAmalgamated
                | Self::PredecessorSplit
        )
    }

    /// Whether the linked school came after the row's own.
    #[must_use]
    pub const fn is_successor(&self) -> bool {
        matches!(
            self,
            Self::Successor
                | Self::SuccessorMerged
                | Self::SuccessorAmalgamated
                | Self::SuccessorSplit
        )
    }

    /// The link type of these words, and whether they are known.
    pub(crate) fn from_words(words: &str) -> (Self, bool) {
        if let Some(named) = Self::NAMED.into_iter().find(|it| same(it.label(), words)) {
            return (named, true);
        }
        let known = OTHER_LINK_TYPES.iter().any(|other| same(other, words));
        (Self::Other(words.to_owned()), known)
    }
}

/// Compares words whatever their case and what stands between them.
fn same(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
        let kept = text.chars().filter(|char| char.is_alphanumeric());
        kept.flat_map(char::to_lowercase)
    }
    letters(one).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_agree() {
        for status in EstablishmentStatus::ALL {
            let code = EstablishmentStatus::from_gias_code(status.gias_code());
            assert_eq!(code, EstablishmentStatus::from_gias_name(status.label()));
        }
        for phase in Phase::ALL {
            let code = Phase::from_gias_code(phase.gias_code());
            assert_eq!(code, Phase::from_gias_name(phase.label()));
        }
        assert_eq!(
            Phase::from_gias_name("All through"),
            Some(Phase::AllThrough)
        );
        assert_eq!(
            GroupStatus::from_words("PROPOSED_TO_OPEN"),
            Some(GroupStatus::ProposedToOpen)
        );
        assert_eq!(GroupStatus::from_words("Dormant"), None);
        assert_eq!(group_type("Children’s Centres Group"), Some("08"));
        assert_eq!(group_type("99"), None);
    }

    #[test]
    fn link_types_beyond_the_known_are_kept() {
        assert_eq!(
            LinkType::from_words("Successor - Split School"),
            (LinkType::SuccessorSplit, true)
        );
        assert!(LinkType::from_words("Expansion").1);
        assert_eq!(
            LinkType::from_words("Moved"),
            (LinkType::Other("Moved".into()), false)
        );
    }
}
