//! Correcting a mistaken fact: the only way out of a bar (domain.md 4.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Concern, Decider, Subject};
use crate::team::{Office, Post};

/// What a mistaken record is replaced by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "replacement", rename_all = "snake_case")]
pub enum Replacement {
    /// Nothing: there is no such fact.
    Nothing,
    /// Another post with the same identifier.
    Post {
        /// Post.
        post: Post,
    },
    /// The day on which a concern was closed.
    ConcernClosed {
        /// Day.
        on: chrono::NaiveDate,
    },
}

/// Facts that can be corrected. Interests are corrected by the person, with a
/// new declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Posts on record.
    pub posts: &'a [Post],
    /// Concerns.
    pub concerns: &'a [Concern],
}

impl<'a> From<&'a Subject> for Facts<'a> {
    fn from(subject: &'a Subject) -> Self {
        Self {
            posts: &subject.posts,
            concerns: &subject.concerns,
        }
    }
}

/// A correction that two officers have agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    fact: Uuid,
    replacement: Replacement,
    statement: String,
    proposed_by: Uuid,
    confirmed_by: Uuid,
}

impl Correction {
    /// Identifier of the mistaken record.
    #[must_use]
    pub const fn fact(&self) -> Uuid {
        self.fact
    }

    /// What it is replaced by.
    #[must_use]
    pub const fn replacement(&self) -> &Replacement {
        &self.replacement
    }

    /// What was wrong and how that is known. Restricted (DR-35).
    #[must_use]
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// Officers who proposed and confirmed it.
    #[must_use]
    pub const fn officers(&self) -> (Uuid, Uuid) {
        (self.proposed_by, self.confirmed_by)
    }

    /// The person's facts with the correction made, to be assessed anew.
    #[must_use]
    pub fn apply(&self, subject: &Subject) -> Subject {
        let mut subject = subject.clone();
        match &self.replacement {
            Replacement::Nothing => {
                subject.posts.retain(|post| post.id != self.fact);
                subject.concerns.retain(|concern| concern.id != self.fact);
            }
            Replacement::Post { post } => {
                for held in &mut subject.posts {
                    if held.id == self.fact {
                        held.clone_from(post);
                    }
                }
            }
            Replacement::ConcernClosed { on } => {
                for concern in &mut subject.concerns {
                    if concern.id == self.fact {
                        concern.closed_on = Some(*on);
                    }
                }
            }
        }
        subject
    }
}

/// Why a fact cannot be corrected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// One officer proposes and confirms.
    #[error("a second officer must confirm the correction")]
    SameOfficer,
    /// The person concerned corrects the own record.
    #[error("the person concerned cannot correct the record")]
    OwnRecord,
    /// The lead of the inspection takes part.
    #[error("the lead of the inspection cannot correct the record")]
    Lead,
    /// An officer is no decision-maker.
    #[error("{0} does not hold the office of decision-maker")]
    NotADecisionMaker(Uuid),
    /// There is no such record, or not of the kind of its replacement.
    #[error("there is no record {0} that could be so replaced")]
    NoSuchFact(Uuid),
    /// It does not say what was wrong.
    #[error("a correction needs a statement of what was wrong")]
    NoStatement,
}

/// Corrects a mistaken fact about `person`.
///
/// # Errors
///
/// [`CorrectionError`]: both officers hold the office of decision-maker, are
/// two people, and neither the person nor the lead.
pub fn correct(
    person: Uuid,
    facts: &Facts<'_>,
    (fact, replacement): (Uuid, Replacement),
    statement: &str,
    (proposed_by, confirmed_by): (&Decider, &Decider),
    lead: Uuid,
) -> Result<Correction, CorrectionError> {
    if proposed_by.person == confirmed_by.person {
        return Err(CorrectionError::SameOfficer);
    }
    for officer in [proposed_by, confirmed_by] {
        if officer.person == person {
            return Err(CorrectionError::OwnRecord);
        }
        if officer.person == lead {
            return Err(CorrectionError::Lead);
        }
        if !officer.offices.contains(&Office::DecisionMaker) {
            return Err(CorrectionError::NotADecisionMaker(officer.person));
        }
    }
    let post = facts.posts.iter().any(|post| post.id == fact);
    let concern = facts.concerns.iter().any(|concern| concern.id == fact);
    let known = match &replacement {
        Replacement::Nothing => post || concern,
        Replacement::Post { post: new } => post && new.id == fact,
        Replacement::ConcernClosed { .. } => concern,
    };
    if !known {
        return Err(CorrectionError::NoSuchFact(fact));
    }
    if statement.trim().is_empty() {
        return Err(CorrectionError::NoStatement);
    }
    Ok(Correction {
        fact,
        replacement,
        statement: statement.trim().to_owned(),
        proposed_by: proposed_by.person,
        confirmed_by: confirmed_by.person,
    })
}
