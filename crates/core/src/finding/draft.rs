//! Editing a compiled draft block by block.
//!
//! A block is a passage of the report, addressed by its identifier. An edit
//! says which text it was made over, so that nobody overwrites what they have
//! not seen.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Reason, same_words};
use crate::{
    digest::Digest,
    language,
    report::{Passage, Report},
    submission::MAX_STATEMENT,
};

/// An edit of one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Identifier of the edit.
    pub id: Uuid,
    /// Identifier of the block: [`Passage::id`].
    pub block: String,
    /// Digest of the text that the edit was made over; see [`digest`].
    pub base: Digest,
    /// The new text.
    pub text: String,
    /// Who made it.
    pub author: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Why; needed for a change of meaning after provisional feedback (DR-25).
    pub reason: Option<Reason>,
}

/// Why an edit does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditRefusal {
    /// The draft has no such block.
    #[error("the draft has no block {0}")]
    UnknownBlock(String),
    /// The block's text is not the one the edit was made over.
    #[error("block {block} has changed since the edit was made")]
    Conflict {
        /// Block.
        block: String,
        /// Digest of its text now.
        current: Digest,
    },
    /// The new text is empty.
    #[error("the text is empty")]
    Empty,
    /// The new text is too long.
    #[error("the text has {length} characters; {MAX_STATEMENT} are allowed")]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// The meaning changes after provisional feedback without a reason and
    /// evidence (DR-25).
    #[error("a change of meaning after provisional feedback needs a reason and evidence")]
    ReasonNeeded,
    /// The reason is empty.
    #[error("the reason is empty")]
    EmptyReason,
    /// The reason names evidence that is not held for the inspection.
    #[error("evidence {0} is not held for this inspection")]
    UnknownEvidence(Uuid),
    /// The text uses language that a report may not carry (DR-02, DR-08).
    #[error("the text uses language that a report may not carry")]
    Language(Vec<language::Finding>),
}

/// The digest by which an edit names the text it was made over.
#[must_use]
pub fn digest(text: &str) -> Digest {
    Digest::of(text)
}

/// Every block of a draft, in the order of the report.
#[must_use]
pub fn blocks(report: &Report) -> Vec<&Passage> {
    let mut all: Vec<&Passage> = report.summary.iter().collect();
    all.extend(&report.context.passages);
    all.push(&report.patterns.introduction);
    for pattern in report
        .patterns
        .key
        .iter()
        .chain(&report.patterns.observations)
    {
        all.push(&pattern.statement);
        all.extend(&pattern.detail);
    }
    all.push(&report.responses.introduction);
    all.extend(&report.responses.findings);
    for weakness in &report.responses.weaknesses {
        all.extend([&weakness.statement, &weakness.effectiveness]);
        all.extend(&weakness.gaps);
    }
    all.extend(&report.shared_practice);
    all.extend(report.recommendations.iter().map(|r| &r.text));
    all.extend(&report.method.passages);
    all
}

fn block_mut<'a>(report: &'a mut Report, id: &str) -> Option<&'a mut Passage> {
    let patterns = &mut report.patterns;
    let patterns = std::iter::once(&mut patterns.introduction).chain(
        patterns
            .key
            .iter_mut()
            .chain(&mut patterns.observations)
            .flat_map(|p| std::iter::once(&mut p.statement).chain(&mut p.detail)),
    );
    let responses = std::iter::once(&mut report.responses.introduction)
        .chain(&mut report.responses.findings)
        .chain(report.responses.weaknesses.iter_mut().flat_map(|weakness| {
            [&mut weakness.statement, &mut weakness.effectiveness]
                .into_iter()
                .chain(&mut weakness.gaps)
        }));
    report
        .summary
        .iter_mut()
        .chain(&mut report.context.passages)
        .chain(patterns)
        .chain(responses)
        .chain(&mut report.shared_practice)
        .chain(report.recommendations.iter_mut().map(|r| &mut r.text))
        .chain(&mut report.method.passages)
        .find(|passage| passage.id == id)
}

/// The draft with one edit applied, read anew by the guard. `held` is the
/// evidence held for the inspection; `feedback_given` says whether provisional
/// feedback was given.
///
/// # Errors
///
/// The first rule that the edit breaks. Language that the draft had before
/// does not count against the edit.
pub fn apply(
    report: &Report,
    edit: &Edit,
    held: &BTreeSet<Uuid>,
    feedback_given: bool,
) -> Result<Report, EditRefusal> {
    let mut edited = report.clone();
    let passage = block_mut(&mut edited, &edit.block)
        .ok_or_else(|| EditRefusal::UnknownBlock(edit.block.clone()))?;
    let current = digest(&passage.text);
    if current != edit.base {
        return Err(EditRefusal::Conflict {
            block: edit.block.clone(),
            current,
        });
    }
    let length = edit.text.chars().count();
    if edit.text.trim().is_empty() {
        return Err(EditRefusal::Empty);
    }
    if length > MAX_STATEMENT {
        return Err(EditRefusal::TooLong { length });
    }
    match &edit.reason {
        Some(reason) if reason.text.trim().is_empty() => return Err(EditRefusal::EmptyReason),
        Some(reason) if !held.contains(&reason.evidence) => {
            return Err(EditRefusal::UnknownEvidence(reason.evidence));
        }
        Some(_) | None => {}
    }
    if feedback_given && edit.reason.is_none() && !same_words(&passage.text, &edit.text) {
        return Err(EditRefusal::ReasonNeeded);
    }
    edit.text.trim().clone_into(&mut passage.text);
    let mut found = language::guard(&edited);
    if !found.is_empty() {
        let before = language::guard(report);
        found.retain(|finding| !before.contains(finding));
    }
    if found.is_empty() {
        Ok(edited)
    } else {
        Err(EditRefusal::Language(found))
    }
}
