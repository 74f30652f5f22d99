//! Findings of inspectors: what they say, what they rest on, and every change
//! to them (DR-11, DR-25).

pub mod draft;
mod feedback;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use feedback::{Comparison, Provisional, Standing, compare};

use crate::{
    Urn,
    evidence::Bearing,
    language::{Term, guard_text_naming},
    submission::MAX_STATEMENT,
    theme::Theme,
};

/// Part of the report a finding belongs to (domain.md 9.1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Section 3: key patterns in school quality.
    Pattern,
    /// Section 4: the group's response to weaknesses.
    Response,
    /// Section 5: practice that might be shared.
    Practice,
    /// Section 7: limits of what could be found out.
    Limits,
}

/// Identifiers of evidence: at least one (DR-11), each once, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Uuid>", into = "Vec<Uuid>")]
#[schemars(with = "Vec<Uuid>", extend("minItems" = 1))]
pub struct EvidenceIds(BTreeSet<Uuid>);

/// No evidence is named where some is needed (DR-11).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at least one item of evidence is needed")]
pub struct NoEvidence;

impl EvidenceIds {
    /// The identifiers, in order.
    pub fn iter(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<Uuid>> for EvidenceIds {
    type Error = NoEvidence;

    fn try_from(ids: Vec<Uuid>) -> Result<Self, NoEvidence> {
        if ids.is_empty() {
            Err(NoEvidence)
        } else {
            Ok(Self(ids.into_iter().collect()))
        }
    }
}

impl From<EvidenceIds> for Vec<Uuid> {
    fn from(ids: EvidenceIds) -> Self {
        ids.0.into_iter().collect()
    }
}

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Part of the report it belongs to.
    pub section: Section,
    /// Topic.
    pub theme: Theme,
    /// Whether it is about a strength, a weakness or neither.
    pub bearing: Bearing,
    /// The finding in a sentence or two.
    pub statement: String,
    /// Member schools concerned; empty means the group's centre.
    pub schools: BTreeSet<Urn>,
    /// Evidence it rests on.
    pub evidence: EvidenceIds,
}

/// Something by which two statements of a finding differ in meaning.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// Part of the report.
    Section,
    /// Topic.
    Theme,
    /// Strength, weakness or neither.
    Bearing,
    /// Words.
    Statement,
    /// Schools concerned.
    Schools,
    /// Evidence.
    Evidence,
}

impl Content {
    /// How `other` differs from this in meaning; nothing if only typography
    /// does (DR-25).
    #[must_use]
    pub fn differs(&self, other: &Self) -> BTreeSet<Aspect> {
        [
            (Aspect::Section, self.section != other.section),
            (Aspect::Theme, self.theme != other.theme),
            (Aspect::Bearing, self.bearing != other.bearing),
            (
                Aspect::Statement,
                !same_words(&self.statement, &other.statement),
            ),
            (Aspect::Schools, self.schools != other.schools),
            (Aspect::Evidence, self.evidence != other.evidence),
        ]
        .into_iter()
        .filter_map(|(aspect, differs)| differs.then_some(aspect))
        .collect()
    }
}

/// Whether two texts differ in typography only: white space, the shape of
/// quotation marks, dashes and ellipses. Case, punctuation and figures can
/// change a meaning.
#[must_use]
pub fn same_words(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}

/// The text without typography.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '‘' | '’' | '‚' | '′' => plain.push('\''),
            '“' | '”' | '„' | '″' => plain.push('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => plain.push('-'),
            '…' => plain.push_str("..."),
            '\u{AD}' | '\u{200B}' | '\u{FEFF}' => {}
            other => plain.push(other),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a finding changed after provisional feedback (DR-25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The reason, in words for the responsible body.
    pub text: String,
    /// Evidence that the change rests on.
    pub evidence: Uuid,
}

/// One state of a finding in its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// Number within the finding, from 1.
    pub number: u32,
    /// What the finding says.
    pub content: Content,
    /// Whether the finding is withdrawn from here on.
    pub withdrawn: bool,
    /// Who wrote the revision.
    pub author: Uuid,
    /// When it was recorded, UTC.
    pub recorded_at: DateTime<Utc>,
    /// Why, where a reason is needed or was given.
    pub reason: Option<Reason>,
}

/// A finding with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    id: Uuid,
    first: Revision,
    later: Vec<Revision>,
}

/// A change to a finding, or its first statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What the finding is to say.
    pub content: Content,
    /// Whether it is to be withdrawn.
    pub withdrawn: bool,
    /// Who writes it.
    pub author: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Why, where a reason is needed or given.
    pub reason: Option<Reason>,
}

/// What a change is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Evidence held for the inspection.
    pub held: &'a BTreeSet<Uuid>,
    /// Member schools as frozen (DR-05).
    pub members: &'a BTreeSet<Urn>,
    /// Names of the group and its schools, which are no terms of a text.
    pub names: &'a [&'a str],
    /// The provisional feedback, once given.
    pub provisional: Option<&'a Provisional>,
}

/// Why a finding may not be stated or changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The statement is empty.
    #[error("the statement is empty")]
    NoStatement,
    /// The statement is too long.
    #[error("the statement has {length} characters; {MAX_STATEMENT} are allowed")]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// The statement uses language that a report may not carry (DR-02).
    #[error("the statement uses language that a report may not carry")]
    Language(Vec<Term>),
    /// It names evidence that is not held for the inspection.
    #[error("evidence {0} is not held for this inspection")]
    UnknownEvidence(Uuid),
    /// It names a school that is not a member as frozen.
    #[error("school {0} is not a member school")]
    NotAMember(Urn),
    /// The meaning changes after provisional feedback without a reason and
    /// evidence (DR-25).
    #[error("a change of meaning after provisional feedback needs a reason and evidence")]
    ReasonNeeded(BTreeSet<Aspect>),
    /// The reason is empty.
    #[error("the reason is empty")]
    EmptyReason,
    /// Nothing changes.
    #[error("the finding says this already")]
    Unchanged,
    /// The finding was withdrawn.
    #[error("the finding was withdrawn")]
    Withdrawn,
    /// It would be recorded before what it follows.
    #[error("the change is dated before the revision it follows")]
    DatedBefore,
}

impl Finding {
    /// A finding as first stated. After provisional feedback a new finding is
    /// a change of meaning, and needs a reason and evidence (DR-25).
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn state(id: Uuid, change: Change, facts: Facts<'_>) -> Result<Self, Refusal> {
        check(&change, facts)?;
        if facts.provisional.is_some() && change.reason.is_none() {
            return Err(Refusal::ReasonNeeded(BTreeSet::from([Aspect::Statement])));
        }
        Ok(Self {
            id,
            first: revision(1, change),
            later: Vec::new(),
        })
    }

    /// The finding with this history, in order, as the store kept it; `None`
    /// if the revisions are not numbered from 1.
    #[must_use]
    pub fn from_history(id: Uuid, history: Vec<Revision>) -> Option<Self> {
        let numbered = history.iter().zip(1..).all(|(r, n)| r.number == n);
        let mut history = history.into_iter();
        let first = history.next().filter(|_| numbered)?;
        Some(Self {
            id,
            first,
            later: history.collect(),
        })
    }

    /// Identifier.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// The newest revision.
    #[must_use]
    pub fn current(&self) -> &Revision {
        self.later.last().unwrap_or(&self.first)
    }

    /// All revisions, oldest first.
    pub fn history(&self) -> impl Iterator<Item = &Revision> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The finding with one more revision.
    #[must_use]
    pub fn with(mut self, revision: Revision) -> Self {
        self.later.push(revision);
        self
    }
}

/// The revision that a change to a finding makes. Once provisional feedback is
/// given, a change of meaning needs a reason and evidence (DR-25).
///
/// # Errors
///
/// The first rule that the change breaks.
pub fn revise(finding: &Finding, change: Change, facts: Facts<'_>) -> Result<Revision, Refusal> {
    let current = finding.current();
    if current.withdrawn {
        return Err(Refusal::Withdrawn);
    }
    check(&change, facts)?;
    if change.at < current.recorded_at {
        return Err(Refusal::DatedBefore);
    }
    if change.content == current.content && !change.withdrawn {
        return Err(Refusal::Unchanged);
    }
    let mut aspects = current.content.differs(&change.content);
    if change.withdrawn {
        aspects.insert(Aspect::Statement);
    }
    if facts.provisional.is_some() && !aspects.is_empty() && change.reason.is_none() {
        return Err(Refusal::ReasonNeeded(aspects));
    }
    Ok(revision(current.number.saturating_add(1), change))
}

fn revision(number: u32, change: Change) -> Revision {
    Revision {
        number,
        content: change.content,
        withdrawn: change.withdrawn,
        author: change.author,
        recorded_at: change.at,
        reason: change.reason,
    }
}

fn check(change: &Change, facts: Facts<'_>) -> Result<(), Refusal> {
    let content = &change.content;
    let length = content.statement.chars().count();
    if content.statement.trim().is_empty() {
        return Err(Refusal::NoStatement);
    }
    if length > MAX_STATEMENT {
        return Err(Refusal::TooLong { length });
    }
    let terms = guard_text_naming(&content.statement, facts.names);
    if !terms.is_empty() {
        return Err(Refusal::Language(terms));
    }
    if let Some(school) = content.schools.difference(facts.members).next() {
        return Err(Refusal::NotAMember(*school));
    }
    let named = content
        .evidence
        .iter()
        .chain(change.reason.iter().map(|reason| reason.evidence));
    if let Some(unknown) = named.into_iter().find(|id| !facts.held.contains(id)) {
        return Err(Refusal::UnknownEvidence(unknown));
    }
    match &change.reason {
        Some(reason) if reason.text.trim().is_empty() => Err(Refusal::EmptyReason),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
