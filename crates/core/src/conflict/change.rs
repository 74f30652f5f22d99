//! What follows when the facts about a person or a group change (DR-17).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Assessment, Decision, Match, Outcome, Ruling};

/// A finding, as far as people have worked on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRef {
    /// Finding.
    pub id: Uuid,
    /// Who wrote or edited it, and who wrote the evidence it rests on.
    pub people: BTreeSet<Uuid>,
}

/// Who is to be told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// The person concerned.
    Person,
    /// The lead: that the person's work pauses, not why.
    Lead,
    /// Decision-makers.
    DecisionMakers,
    /// The quality assurer: findings are to be reviewed.
    QualityAssurer,
    /// The responsible body: a category it has not seen before.
    ResponsibleBody,
}

/// What follows from a new assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// Access ends at once.
    pub access_lost: bool,
    /// A decision must be made before there is access again.
    pub decision_needed: bool,
    /// Findings the person worked on, to be reviewed.
    pub findings_to_review: BTreeSet<Uuid>,
    /// Whether it is an incident (C06).
    pub incident: bool,
    /// Who is to be told.
    pub notify: BTreeSet<Notify>,
    /// Matches that were not there before. Restricted (DR-35).
    pub new_matches: Vec<Match>,
}

/// Compares two assessments of the same person and inspection. `decision` is
/// the latest, if any.
///
/// Access is lost when the new assessment bars, or holds anything that the
/// decision does not cover. Findings are reviewed when a new match refers or
/// bars: a mere disclosure, or a declaration that has run out (C21), stops the
/// work until it is dealt with but casts no doubt on what was done.
#[must_use]
pub fn reassess(
    before: &Assessment,
    after: &Assessment,
    decision: Option<&Decision>,
    findings: &[FindingRef],
) -> Change {
    let known: BTreeSet<String> = before.matches().iter().map(Match::key).collect();
    let new_matches: Vec<Match> = after
        .matches()
        .iter()
        .filter(|one| !known.contains(&one.key()))
        .cloned()
        .collect();
    let admitted = |decision: &&Decision| *decision.ruling() != Ruling::Exclude;
    let stands = |decision: &Decision, now: &Assessment| {
        now.outcome() != Outcome::Bar
            && decision.covers(now)
            && now.declaration() == Some(decision.declaration())
    };
    let had_access = decision
        .filter(admitted)
        .is_some_and(|decision| stands(decision, before));
    let has_access = decision
        .filter(admitted)
        .is_some_and(|decision| stands(decision, after));
    let access_lost = had_access && !has_access;
    let excluded = decision
        .is_some_and(|decision| *decision.ruling() == Ruling::Exclude && stands(decision, after));
    let decision_needed = after.outcome() != Outcome::Bar && !has_access && !excluded;
    let doubt = new_matches
        .iter()
        .any(|one| one.outcome >= Outcome::Refer && !one.rule.is_administrative());
    let findings_to_review: BTreeSet<Uuid> = findings
        .iter()
        .filter(|finding| doubt && finding.people.contains(&after.person()))
        .map(|finding| finding.id)
        .collect();
    let incident = new_matches.iter().any(|one| one.rule.is_incident());
    let mut notify = BTreeSet::new();
    if access_lost {
        notify.extend([Notify::Person, Notify::Lead]);
    }
    if (decision_needed && !new_matches.is_empty()) || access_lost || incident {
        notify.insert(Notify::DecisionMakers);
    }
    if !findings_to_review.is_empty() {
        notify.extend([Notify::Lead, Notify::QualityAssurer]);
    }
    if !after.categories().is_subset(&before.categories()) {
        notify.insert(Notify::ResponsibleBody);
    }
    Change {
        access_lost,
        decision_needed,
        findings_to_review,
        incident,
        notify,
        new_matches,
    }
}
