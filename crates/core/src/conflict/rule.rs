//! The rules on conflicts of interest, C01 to C22 (domain.md 4.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a match leads to, from harmless to excluding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing found.
    Clear,
    /// Recorded and shown to the responsible body; no block.
    Disclose,
    /// A decision-maker must record a decision.
    Refer,
    /// The person cannot be assigned. Nothing overrides this (DR-14).
    Bar,
}

/// A rule of the table in domain.md 4.2.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Rule {
    /// Holds a post in the body or a member school.
    C01,
    /// Held such a post within the look-back.
    C02,
    /// Held such a post before the look-back.
    C03,
    /// Advised, trained or reviewed the group for it.
    C04,
    /// Applied for, or negotiates, a post or contract with the group.
    C05,
    /// Was offered employment by the group during the inspection.
    C06,
    /// Has close family in the group.
    C07,
    /// Has a close friendship or known dispute with a leader of the group.
    C08,
    /// Has a financial interest in the group.
    C09,
    /// Comes from a local competitor.
    C10,
    /// The employer has an interest in taking over or merging.
    C11,
    /// The employer shares an organisation with the group.
    C12,
    /// The group inspected the person's own group.
    C13,
    /// Inspected the group or a member school before.
    C14,
    /// Reviewed the group for another authority.
    C15,
    /// Lives in the catchment of a member school.
    C16,
    /// Spoke, campaigned or litigated in public about the group.
    C17,
    /// Took a gift or hospitality from the group.
    C18,
    /// Did casework for or against staff of the group.
    C19,
    /// Belongs to the religious body that appoints governors.
    C20,
    /// The declaration is missing, too old, or not confirmed for this group.
    C21,
    /// Is named in a current concern that touches the group.
    C22,
}

impl Rule {
    /// All rules, in order.
    pub const ALL: [Self; 22] = [
        Self::C01,
        Self::C02,
        Self::C03,
        Self::C04,
        Self::C05,
        Self::C06,
        Self::C07,
        Self::C08,
        Self::C09,
        Self::C10,
        Self::C11,
        Self::C12,
        Self::C13,
        Self::C14,
        Self::C15,
        Self::C16,
        Self::C17,
        Self::C18,
        Self::C19,
        Self::C20,
        Self::C21,
        Self::C22,
    ];

    /// Stable code used in the database and over REST: "C01" to "C22".
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::C01 => "C01",
            Self::C02 => "C02",
            Self::C03 => "C03",
            Self::C04 => "C04",
            Self::C05 => "C05",
            Self::C06 => "C06",
            Self::C07 => "C07",
            Self::C08 => "C08",
            Self::C09 => "C09",
            Self::C10 => "C10",
            Self::C11 => "C11",
            Self::C12 => "C12",
            Self::C13 => "C13",
            Self::C14 => "C14",
            Self::C15 => "C15",
            Self::C16 => "C16",
            Self::C17 => "C17",
            Self::C18 => "C18",
            Self::C19 => "C19",
            Self::C20 => "C20",
            Self::C21 => "C21",
            Self::C22 => "C22",
        }
    }

    /// The rule with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// The worst a match of this rule leads to.
    #[must_use]
    pub const fn at_worst(self) -> Outcome {
        match self {
            Self::C01
            | Self::C02
            | Self::C04
            | Self::C05
            | Self::C06
            | Self::C07
            | Self::C09
            | Self::C10
            | Self::C11
            | Self::C14
            | Self::C15
            | Self::C21
            | Self::C22 => Outcome::Bar,
            Self::C03
            | Self::C08
            | Self::C12
            | Self::C13
            | Self::C17
            | Self::C18
            | Self::C19
            | Self::C20 => Outcome::Refer,
            Self::C16 => Outcome::Disclose,
        }
    }

    /// Whether a match is an incident to be handled outside the inspection as
    /// well.
    #[must_use]
    pub const fn is_incident(self) -> bool {
        matches!(self, Self::C06)
    }

    /// Whether a match speaks of paperwork rather than of the person's
    /// impartiality: it stops work, and casts no doubt on work done.
    #[must_use]
    pub const fn is_administrative(self) -> bool {
        matches!(self, Self::C21)
    }

    /// Category in which a match is stated to the responsible body and in
    /// public. It names no person and no fact.
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Self::C01 | Self::C02 | Self::C03 => Category::Employment,
            Self::C04 => Category::Advice,
            Self::C05 | Self::C06 => Category::Application,
            Self::C07 | Self::C08 => Category::Personal,
            Self::C09 | Self::C18 => Category::Financial,
            Self::C10 => Category::Neighbouring,
            Self::C11 => Category::Transfer,
            Self::C12 => Category::Partnership,
            Self::C13 | Self::C14 => Category::Inspection,
            Self::C15 => Category::Review,
            Self::C16 => Category::Residence,
            Self::C17 => Category::PublicPosition,
            Self::C19 => Category::Casework,
            Self::C20 => Category::Faith,
            Self::C21 => Category::Declaration,
            Self::C22 => Category::Concern,
        }
    }
}

/// Category of an interest, as stated to the responsible body and in public.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// C01 to C03.
    Employment,
    /// C04.
    Advice,
    /// C05, C06.
    Application,
    /// C07, C08.
    Personal,
    /// C09, C18.
    Financial,
    /// C10.
    Neighbouring,
    /// C11.
    Transfer,
    /// C12.
    Partnership,
    /// C13, C14.
    Inspection,
    /// C15.
    Review,
    /// C16.
    Residence,
    /// C17.
    PublicPosition,
    /// C19.
    Casework,
    /// C20.
    Faith,
    /// C21.
    Declaration,
    /// C22.
    Concern,
}

impl Category {
    /// Words for the responsible body and the public.
    #[must_use]
    pub const fn public_text(self) -> &'static str {
        match self {
            Self::Employment => "work or governance in the group at some time",
            Self::Advice => "paid advice or training",
            Self::Application => "an application for, or offer of, work",
            Self::Personal => "a personal relationship",
            Self::Financial => "a financial interest, gift or hospitality",
            Self::Neighbouring => "an employer with schools nearby",
            Self::Transfer => "an interest of the employer in a transfer of schools",
            Self::Partnership => "an organisation that the employer and the group share",
            Self::Inspection => "earlier inspection work",
            Self::Review => "work on the group for another authority",
            Self::Residence => "living near a member school",
            Self::PublicPosition => "a public position on the group",
            Self::Casework => "casework for a professional association or union",
            Self::Faith => "membership of a religious body linked to the group",
            Self::Declaration => "a declaration that is not complete",
            Self::Concern => "an open matter handled elsewhere",
        }
    }
}
