//! What one inspection takes. A report says what it rests on; an inspection
//! that holds more than anybody can read says nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kinds of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Items of evidence.
    Evidence,
    /// Weaknesses.
    Weakness,
    /// Actions.
    Action,
}

/// Different items that one inspection holds of each kind at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    /// Items of evidence.
    pub evidence: u32,
    /// Weaknesses.
    pub weaknesses: u32,
    /// Actions.
    pub actions: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            evidence: 5_000,
            weaknesses: 300,
            actions: 1_500,
        }
    }
}

/// A cap that a submission would pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one inspection takes {cap} different {} at the most, and this submission would pass that", .kind.plural())]
pub struct Full {
    /// Of what.
    pub kind: Kind,
    /// How many.
    pub cap: u32,
}

impl Kind {
    const fn plural(self) -> &'static str {
        match self {
            Self::Evidence => "items of evidence",
            Self::Weakness => "weaknesses",
            Self::Action => "actions",
        }
    }
}

impl Caps {
    /// Whether these are the usual ones.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// How many of a kind an inspection takes.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> u32 {
        match kind {
            Kind::Evidence => self.evidence,
            Kind::Weakness => self.weaknesses,
            Kind::Action => self.actions,
        }
    }

    /// What to say when an inspection would hold more of a kind.
    #[must_use]
    pub const fn full(&self, kind: Kind) -> Full {
        Full {
            kind,
            cap: self.of(kind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_inspection_names_its_cap() {
        let caps = Caps {
            weaknesses: 3,
            ..Caps::default()
        };
        let full = caps.full(Kind::Weakness).to_string();
        assert!(full.contains("takes 3 different weaknesses"), "{full}");
    }
}
