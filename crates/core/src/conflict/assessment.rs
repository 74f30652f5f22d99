//! What a check found.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Category, Outcome, Rule, Touch};
use crate::{
    Urn,
    team::{Capacity, Institution, Level},
};

/// A rule that applies, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Match {
    /// Rule.
    pub rule: Rule,
    /// What it leads to here.
    pub outcome: Outcome,
    /// The facts. Restricted (DR-35).
    pub because: Because,
    /// First day of the look-back; `None` if the rule has none.
    pub look_back_from: Option<NaiveDate>,
}

impl Match {
    /// The facts in words, for the decision-maker. Restricted (DR-35).
    #[must_use]
    pub fn explanation(&self) -> String {
        super::explain::explain(self)
    }

    /// Category for the responsible body and the public.
    #[must_use]
    pub const fn category(&self) -> Category {
        self.rule.category()
    }

    /// What a decision on this match is tied to: a change of the rule, its
    /// outcome or its facts gives another key.
    #[must_use]
    pub fn key(&self) -> String {
        sha256(self)
    }
}

/// The facts behind a match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Because {
    /// A post (C01 to C03).
    Post {
        /// Post.
        post: Uuid,
        /// Where.
        at: Institution,
        /// In which capacity.
        capacity: Capacity,
        /// How senior.
        level: Level,
        /// How that place belongs to the group.
        touch: Touch,
        /// Last day.
        to: Option<NaiveDate>,
    },
    /// A declared interest.
    Interest {
        /// Interest.
        interest: Uuid,
        /// Whom it concerns.
        about: Institution,
        /// How that belongs to the group.
        touch: Touch,
        /// When it ended or happened.
        to: Option<NaiveDate>,
        /// Value in pence, where it matters.
        pence: Option<u64>,
    },
    /// Schools near each other (C10): the pair that weighs most.
    Neighbours {
        /// School of the person's own group.
        theirs: Urn,
        /// Member school of the group under inspection.
        ours: Urn,
        /// Metres between them, where both places are known.
        metres: Option<u64>,
        /// Whether they are in one local authority.
        same_authority: bool,
        /// Whether both phases are known to be the same.
        same_phase: bool,
        /// Pairs of schools to which the rule applies.
        pairs: u32,
    },
    /// A transfer in which the person's own group has an interest (C11).
    Transfer {
        /// Transfer.
        transfer: Uuid,
        /// Body that has the interest.
        by: Uuid,
        /// Whom it concerns.
        concerning: Institution,
        /// How that belongs to the group.
        touch: Touch,
        /// When it ended.
        to: Option<NaiveDate>,
    },
    /// A sponsor, diocese, foundation or umbrella trust that both share (C12),
    /// or the person's own employer if it is one for the group.
    SharedBody {
        /// That body.
        body: Uuid,
    },
    /// A partnership of which both are part (C12).
    SharedPartnership {
        /// Partnership.
        partnership: Uuid,
        /// Form.
        form: super::PartnershipForm,
    },
    /// An inspection of the person's own group by someone of the group (C13).
    InspectedBy {
        /// Inspection.
        inspection: Uuid,
        /// Inspector.
        inspector: Uuid,
        /// Last day of fieldwork.
        on: NaiveDate,
    },
    /// An earlier inspection by the person (C14).
    Inspected {
        /// Inspection.
        inspection: Uuid,
        /// Whom.
        of: Institution,
        /// As lead.
        lead: bool,
        /// Last day of fieldwork.
        on: NaiveDate,
    },
    /// The state of the declaration (C21).
    Declaration {
        /// What is wrong.
        gap: DeclarationGap,
    },
    /// A concern in which the person is named (C22).
    Concern {
        /// Concern.
        concern: Uuid,
        /// How it belongs to the group.
        touch: Touch,
    },
}

/// What is wrong with a declaration (C21).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DeclarationGap {
    /// There is none.
    Missing,
    /// It was made by another person or for another inspection.
    ForAnother,
    /// It is dated after the day of the check.
    NotYetMade,
    /// It has expired.
    Expired {
        /// Last day on which it counted.
        counted_until: NaiveDate,
    },
    /// It was not confirmed since the list of schools was frozen.
    NotConfirmed {
        /// When the list was frozen.
        frozen_at: DateTime<Utc>,
    },
}

/// What all rules found about one person and one inspection.
///
/// Only [`super::Target::assess`] makes one: reading it back from the record
/// gives what was found then, and [`super::access()`] asks for a current one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    person: Uuid,
    inspection: Uuid,
    declaration: Option<Uuid>,
    outcome: Outcome,
    matches: Vec<Match>,
    rules_version: String,
    inputs_digest: String,
}

impl Assessment {
    pub(super) fn new(
        person: Uuid,
        inspection: Uuid,
        declaration: Option<Uuid>,
        matches: BTreeSet<Match>,
        rules_version: String,
        inputs_digest: String,
    ) -> Self {
        let matches: Vec<Match> = matches.into_iter().collect();
        Self {
            person,
            inspection,
            declaration,
            outcome: worst(&matches),
            matches,
            rules_version,
            inputs_digest,
        }
    }

    /// Person.
    #[must_use]
    pub const fn person(&self) -> Uuid {
        self.person
    }

    /// Inspection.
    #[must_use]
    pub const fn inspection(&self) -> Uuid {
        self.inspection
    }

    /// Declaration that was looked at.
    #[must_use]
    pub const fn declaration(&self) -> Option<Uuid> {
        self.declaration
    }

    /// The worst outcome of all matches; clear without any.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Matches, by rule.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// Version of rules and numbers.
    #[must_use]
    pub fn rules_version(&self) -> &str {
        &self.rules_version
    }

    /// SHA-256 of all that was looked at, in hexadecimal: equal digests mean
    /// equal inputs under equal rules.
    #[must_use]
    pub fn inputs_digest(&self) -> &str {
        &self.inputs_digest
    }

    /// Rules that bar.
    #[must_use]
    pub fn barred_by(&self) -> BTreeSet<Rule> {
        barred_by(&self.matches)
    }

    /// Categories for the responsible body, without the facts.
    #[must_use]
    pub fn categories(&self) -> BTreeSet<Category> {
        self.matches.iter().map(Match::category).collect()
    }
}

/// What the system's own facts say about a person before there is a
/// declaration. Good for proposing a team; nothing can be decided on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Prospect {
    outcome: Outcome,
    matches: Vec<Match>,
}

impl Prospect {
    pub(super) fn new(matches: BTreeSet<Match>) -> Self {
        let matches: Vec<Match> = matches.into_iter().collect();
        Self {
            outcome: worst(&matches),
            matches,
        }
    }

    /// The worst outcome of all matches.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Matches, by rule.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// Rules that bar.
    #[must_use]
    pub fn barred_by(&self) -> BTreeSet<Rule> {
        barred_by(&self.matches)
    }
}

fn worst(matches: &[Match]) -> Outcome {
    matches
        .iter()
        .map(|one| one.outcome)
        .max()
        .unwrap_or(Outcome::Clear)
}

fn barred_by(matches: &[Match]) -> BTreeSet<Rule> {
    matches
        .iter()
        .filter(|one| one.outcome == Outcome::Bar)
        .map(|one| one.rule)
        .collect()
}

/// SHA-256 of the JSON form, in hexadecimal. Types of this crate always have
/// one.
pub(super) fn sha256(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).unwrap_or_default();
    hex::encode(Sha256::digest(json))
}
