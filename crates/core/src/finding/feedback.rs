//! Provisional feedback, and how final findings differ from it (DR-25).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Aspect, Content, Finding, Reason};

/// Provisional feedback as given: the revision of each finding that the
/// responsible body heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provisional {
    /// When it was given, UTC.
    pub given_at: DateTime<Utc>,
    /// Who gave it.
    pub given_by: Uuid,
    /// Revision by finding.
    pub findings: BTreeMap<Uuid, u32>,
}

impl Provisional {
    /// Freezes the newest revision of each finding that is not withdrawn.
    #[must_use]
    pub fn record<'a>(
        findings: impl IntoIterator<Item = &'a Finding>,
        given_at: DateTime<Utc>,
        given_by: Uuid,
    ) -> Self {
        Self {
            given_at,
            given_by,
            findings: findings
                .into_iter()
                .filter(|finding| !finding.current().withdrawn)
                .map(|finding| (finding.id(), finding.current().number))
                .collect(),
        }
    }
}

/// One finding, as heard and as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Finding.
    pub finding: Uuid,
    /// How it stands to what was heard.
    pub standing: Standing,
    /// What was heard; `None` if the finding came later.
    pub heard: Option<Content>,
    /// What the finding says now.
    pub says: Content,
    /// The reasons for every change since, oldest first.
    pub reasons: Vec<Reason>,
}

/// How a finding stands to what was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "aspects")]
pub enum Standing {
    /// It says the same.
    Same,
    /// Its meaning differs in these aspects.
    Changed(BTreeSet<Aspect>),
    /// It came later.
    Added,
    /// It was withdrawn since.
    Withdrawn,
}

/// Compares findings with what the responsible body heard, in order of their
/// identifiers. Findings withdrawn before the feedback, or stated and
/// withdrawn since, concern nobody and are left out.
#[must_use]
pub fn compare<'a>(
    provisional: &Provisional,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Vec<Comparison> {
    let mut compared: Vec<Comparison> = findings
        .into_iter()
        .filter_map(|finding| one(provisional, finding))
        .collect();
    compared.sort_by_key(|comparison| comparison.finding);
    compared
}

fn one(provisional: &Provisional, finding: &Finding) -> Option<Comparison> {
    let number = provisional.findings.get(&finding.id()).copied();
    let current = finding.current();
    let heard = number
        .and_then(|number| finding.history().find(|revision| revision.number == number))
        .map(|revision| revision.content.clone());
    let standing = match &heard {
        None if current.withdrawn => return None,
        None => Standing::Added,
        Some(_) if current.withdrawn => Standing::Withdrawn,
        Some(heard) => {
            let aspects = heard.differs(&current.content);
            if aspects.is_empty() {
                Standing::Same
            } else {
                Standing::Changed(aspects)
            }
        }
    };
    Some(Comparison {
        finding: finding.id(),
        standing,
        heard,
        says: current.content.clone(),
        reasons: finding
            .history()
            .filter(|revision| revision.number > number.unwrap_or(0))
            .filter_map(|revision| revision.reason.clone())
            .collect(),
    })
}
