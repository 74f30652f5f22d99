//! Submissions: batches of evidence, weaknesses and actions as other systems
//! send them, read and checked before anything is kept.
//!
//! [`parse`] reads the shape of a batch; [`check`] holds each item against
//! what is known of the inspection. Neither changes what was sent beyond
//! trimming texts and putting lists in order, and each reports every error it
//! finds with a JSON Pointer.

mod caps;
mod check;
mod digest;
mod error;
mod grade;
mod parse;
mod reader;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

pub use caps::{Caps, Full, Kind};
pub use check::check;
pub use error::{ErrorCode, FieldError};
pub use grade::is_grade_like;
pub use parse::parse;

use crate::{
    Urn,
    evidence::{Bearing, EvidenceItem, EvidenceType},
    library::Sensitivity,
    request::Material,
    theme::Theme,
    weakness::{Action, ActionKind, IdentifiedBy, ImpactState, Reach, Weakness, WeaknessSource},
};

/// Items of one batch at the most.
pub const MAX_ITEMS: usize = 500;
/// Minutes one item may be said to have taken: a thousand hours.
pub const MAX_MINUTES: u32 = 60_000;
/// Characters of a title or source at the most.
pub const MAX_LINE: usize = 300;
/// Characters of a statement or description at the most.
pub const MAX_STATEMENT: usize = 2_000;
/// Characters of the text of evidence at the most.
pub const MAX_TEXT: usize = 20_000;
/// Schools, themes or links of one item at the most.
pub const MAX_LIST: usize = 1_000;

/// A batch whose envelope could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The sender's own identifier: the same identifier with the same content
    /// is the same submission.
    pub submission_id: Option<Uuid>,
    /// Items in the order sent.
    pub items: Vec<Item>,
}

impl Batch {
    /// Names that the sender gives to items of the batch: what they meant
    /// before is looked up too.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items
            .iter()
            .filter_map(|item| item.reference.as_deref())
    }

    /// Every link of the batch, in order and once each: what must be looked up
    /// before the batch is checked.
    #[must_use]
    pub fn links(&self) -> BTreeSet<&Link> {
        self.items
            .iter()
            .filter_map(|item| item.content.as_ref().ok())
            .flat_map(Content::links)
            .collect()
    }
}

/// One item of a batch, if it could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The sender's name for the item, unique in the batch. A name used in an
    /// earlier batch means the newer item from now on.
    pub reference: Option<String>,
    /// What was sent, or what is wrong with it.
    pub content: Result<Content, Vec<FieldError>>,
}

/// What an item says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Evidence.
    Evidence(Evidence),
    /// A weakness.
    Weakness(NewWeakness),
    /// An action on a weakness.
    Action(NewAction),
}

impl Content {
    /// Kind of item, as the database and REST name it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Evidence(_) => "evidence",
            Self::Weakness(_) => "weakness",
            Self::Action(_) => "action",
        }
    }
}

impl Content {
    fn links(&self) -> Vec<&Link> {
        match self {
            Self::Evidence(_) => Vec::new(),
            Self::Weakness(weakness) => weakness.evidence.iter().collect(),
            Self::Action(action) => action
                .impact_basis
                .iter()
                .chain([&action.weakness])
                .collect(),
        }
    }
}

/// A link from one item to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Link {
    /// To something stored earlier, by its identifier.
    Id(Uuid),
    /// To an item of the same batch, or one stored earlier, by the sender's
    /// name for it.
    Reference(String),
}

/// Evidence as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Type.
    pub evidence_type: EvidenceType,
    /// Title.
    pub title: String,
    /// What the evidence says.
    pub text: String,
    /// Who or what produced it.
    pub source: String,
    /// Member schools it is about; empty means the group's centre.
    pub schools: Vec<Urn>,
    /// Topics.
    pub themes: Vec<Theme>,
    /// What it says about the topics.
    pub bearing: Bearing,
    /// First day it describes.
    pub effective_from: NaiveDate,
    /// Last day it describes.
    pub effective_to: NaiveDate,
    /// Whether it existed in normal business.
    pub normal_business: bool,
    /// Minutes it took to supply.
    pub minutes: u32,
    /// What it is in the collect-once list (DR-22).
    pub material: Option<Material>,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// Why it takes the place of what its name meant before.
    pub revision_reason: Option<String>,
}

impl Evidence {
    /// The item as kept.
    #[must_use]
    pub fn into_item(self, id: Uuid, sha256: String, received_at: DateTime<Utc>) -> EvidenceItem {
        EvidenceItem {
            id,
            sha256,
            evidence_type: self.evidence_type,
            title: self.title,
            text: self.text,
            source: self.source,
            schools: self.schools,
            themes: self.themes,
            bearing: self.bearing,
            effective_from: self.effective_from,
            effective_to: self.effective_to,
            received_at,
            normal_business: self.normal_business,
            minutes: self.minutes,
            reused: 0,
            material: self.material,
            sensitivity: self.sensitivity,
            revision_reason: self.revision_reason,
            superseded: false,
        }
    }
}

/// A weakness as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWeakness {
    /// What the weakness is, in a sentence.
    pub statement: String,
    /// Topic.
    pub theme: Theme,
    /// Where it came to light.
    pub source: WeaknessSource,
    /// Who identified it first.
    pub identified_by: IdentifiedBy,
    /// How far it reaches.
    pub reach: Reach,
    /// Member schools concerned.
    pub schools: Vec<Urn>,
    /// When it was first known.
    pub first_known: NaiveDate,
    /// Evidence of the weakness itself.
    pub evidence: Vec<Link>,
}

impl NewWeakness {
    /// The weakness as kept, with its links resolved to `evidence`.
    #[must_use]
    pub fn into_weakness(self, id: Uuid, evidence: Vec<Uuid>) -> Weakness {
        Weakness {
            id,
            statement: self.statement,
            theme: self.theme,
            source: self.source,
            identified_by: self.identified_by,
            reach: self.reach,
            schools: self.schools,
            first_known: self.first_known,
            evidence,
        }
    }
}

/// An action as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// The weakness it responds to.
    pub weakness: Link,
    /// Kind.
    pub kind: ActionKind,
    /// What was done.
    pub description: String,
    /// When it began.
    pub started: NaiveDate,
    /// When it ended, if it has.
    pub completed: Option<NaiveDate>,
    /// What is known of its impact.
    pub impact: ImpactState,
    /// Evidence that the impact state rests on.
    pub impact_basis: Vec<Link>,
}

impl NewAction {
    /// The action as kept, with its links resolved.
    #[must_use]
    pub fn into_action(self, id: Uuid, weakness: Uuid, impact_basis: Vec<Uuid>) -> Action {
        Action {
            id,
            weakness,
            kind: self.kind,
            description: self.description,
            started: self.started,
            completed: self.completed,
            impact: self.impact,
            impact_basis,
        }
    }
}

/// What an item is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Today, in London.
    pub today: NaiveDate,
    /// Member schools as frozen (DR-05).
    pub members: BTreeSet<Urn>,
    /// Names of the group and its schools, which are no terms of a text.
    pub names: Vec<String>,
    /// Evidence held for the inspection; at least what the batch links to.
    pub evidence: Vec<EvidenceItem>,
    /// Weaknesses held, with the hash of their content; at least what the
    /// batch links to.
    pub weaknesses: Vec<(Weakness, String)>,
    /// What is held, by the sender's name for it.
    pub references: BTreeMap<String, Uuid>,
}

/// Where a link leads once checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// To the item at this position of the same batch, which was accepted.
    Item(usize),
    /// To something stored earlier.
    Held(Uuid),
}

/// An item that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The sender's name for it.
    pub reference: Option<String>,
    /// SHA-256 of its content in hexadecimal (DR-21): the same whatever names
    /// the sender used, and whatever the order of schools and topics.
    pub sha256: String,
    /// What it says.
    pub content: Content,
    /// The weakness an action responds to.
    pub weakness: Option<Target>,
    /// Evidence it rests on, in the order of its content.
    pub evidence: Vec<Target>,
}

/// What came of checking one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It may be kept.
    Accepted(Box<Accepted>),
    /// It may not; here is everything found wrong with it.
    Rejected(Vec<FieldError>),
}

/// The items of `checked` that may be kept, with their position in the batch,
/// in an order in which links lead to items that come earlier: evidence, then
/// weaknesses, then actions.
#[must_use]
pub fn in_order_of_links(checked: &[Checked]) -> Vec<(usize, &Accepted)> {
    let mut accepted: Vec<(usize, &Accepted)> = checked
        .iter()
        .enumerate()
        .filter_map(|(position, item)| match item {
            Checked::Accepted(accepted) => Some((position, accepted.as_ref())),
            Checked::Rejected(_) => None,
        })
        .collect();
    accepted.sort_by_key(|(position, item)| {
        let rank = match item.content {
            Content::Evidence(_) => 0,
            Content::Weakness(_) => 1,
            Content::Action(_) => 2,
        };
        (rank, *position)
    });
    accepted
}
