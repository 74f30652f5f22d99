//! Decisions on what a check found (DR-14, DR-16, DR-20).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Assessment, ConflictPolicy, Declaration, Mitigation, Outcome, Rule};
use crate::team::Office;

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "ruling", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ruling {
    /// The person may take part.
    Clear,
    /// The person may take part under constraints.
    ClearWith {
        /// Constraints; at least one.
        mitigations: Vec<Mitigation>,
    },
    /// The person may not take part.
    Exclude,
}

/// Who decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decider {
    /// Person.
    pub person: Uuid,
    /// Offices the person holds.
    pub offices: BTreeSet<Office>,
}

/// What is put on record, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deciding<'a> {
    /// What is decided.
    pub ruling: Ruling,
    /// Why.
    pub reasons: &'a str,
    /// Who decides.
    pub by: &'a Decider,
    /// Lead of the inspection.
    pub lead: Uuid,
    /// Day of the decision.
    pub on: NaiveDate,
}

/// A decision. It never changes; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    person: Uuid,
    inspection: Uuid,
    declaration: Uuid,
    ruling: Ruling,
    outcome: Outcome,
    reasons: String,
    decided_by: Uuid,
    decided_on: NaiveDate,
    expires_on: NaiveDate,
    rules_version: String,
    inputs_digest: String,
    covers: BTreeSet<String>,
}

impl Decision {
    /// Person decided on.
    #[must_use]
    pub const fn person(&self) -> Uuid {
        self.person
    }

    /// Inspection.
    #[must_use]
    pub const fn inspection(&self) -> Uuid {
        self.inspection
    }

    /// Declaration decided on.
    #[must_use]
    pub const fn declaration(&self) -> Uuid {
        self.declaration
    }

    /// What was decided.
    #[must_use]
    pub const fn ruling(&self) -> &Ruling {
        &self.ruling
    }

    /// What the check had found.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why. Restricted (DR-35).
    #[must_use]
    pub fn reasons(&self) -> &str {
        &self.reasons
    }

    /// Who decided.
    #[must_use]
    pub const fn decided_by(&self) -> Uuid {
        self.decided_by
    }

    /// When.
    #[must_use]
    pub const fn decided_on(&self) -> NaiveDate {
        self.decided_on
    }

    /// Last day on which the decision counts (DR-20).
    #[must_use]
    pub const fn expires_on(&self) -> NaiveDate {
        self.expires_on
    }

    /// Version of the rules under which it was made.
    #[must_use]
    pub fn rules_version(&self) -> &str {
        &self.rules_version
    }

    /// Digest of the inputs on which it was made.
    #[must_use]
    pub fn inputs_digest(&self) -> &str {
        &self.inputs_digest
    }

    /// Constraints on the person.
    #[must_use]
    pub fn mitigations(&self) -> &[Mitigation] {
        match &self.ruling {
            Ruling::ClearWith { mitigations } => mitigations,
            Ruling::Clear | Ruling::Exclude => &[],
        }
    }

    /// Whether everything found in `assessment` was before the decider: a new
    /// match, or one whose facts have changed, was not.
    #[must_use]
    pub fn covers(&self, assessment: &Assessment) -> bool {
        assessment
            .matches()
            .iter()
            .all(|one| self.covers.contains(&one.key()))
    }
}

/// Why a decision cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// A bar cannot be decided away (DR-14).
    #[error("rules {0:?} bar the person; a bar cannot be decided")]
    Barred(BTreeSet<Rule>),
    /// The decider is the person who declares (DR-16).
    #[error("the declarant cannot decide")]
    DeciderIsDeclarant,
    /// The decider leads the inspection (DR-16).
    #[error("the lead of the inspection cannot decide")]
    DeciderIsLead,
    /// The decider is no decision-maker.
    #[error("the decider does not hold the office of decision-maker")]
    NotADecisionMaker,
    /// Declaration and assessment do not belong together.
    #[error("the declaration is not the one that was assessed")]
    OtherDeclaration,
    /// No reasons were given.
    #[error("a decision needs reasons")]
    NoReasons,
    /// Clearing with mitigations without any.
    #[error("no mitigation was named")]
    NoMitigations,
    /// A mitigation names no school, theme or item of evidence.
    #[error("a mitigation names nothing: {0:?}")]
    EmptyMitigation(Mitigation),
    /// The declaration no longer counts (DR-20).
    #[error("the declaration counted until {0}")]
    Expired(NaiveDate),
}

/// Decides on an assessment. Assessments that clear or disclose are decided
/// too: until then there is no access (DR-15). The decision counts as long as
/// the declaration does (DR-20).
///
/// # Errors
///
/// [`DecisionError`]: above all, an assessment that bars cannot be decided.
pub fn decide(
    assessment: &Assessment,
    declaration: &Declaration,
    deciding: Deciding<'_>,
    policy: &ConflictPolicy,
) -> Result<Decision, DecisionError> {
    let Deciding {
        ruling,
        reasons,
        by: decider,
        lead,
        on,
    } = deciding;
    if assessment.outcome() == Outcome::Bar {
        return Err(DecisionError::Barred(assessment.barred_by()));
    }
    if decider.person == assessment.person() {
        return Err(DecisionError::DeciderIsDeclarant);
    }
    if decider.person == lead {
        return Err(DecisionError::DeciderIsLead);
    }
    if !decider.offices.contains(&Office::DecisionMaker) {
        return Err(DecisionError::NotADecisionMaker);
    }
    if declaration.person != assessment.person()
        || declaration.inspection != assessment.inspection()
        || assessment.declaration() != Some(declaration.id)
    {
        return Err(DecisionError::OtherDeclaration);
    }
    if reasons.trim().is_empty() {
        return Err(DecisionError::NoReasons);
    }
    check(&ruling)?;
    let expires_on = declaration.counts_until(policy);
    if expires_on < on {
        return Err(DecisionError::Expired(expires_on));
    }
    Ok(Decision {
        person: assessment.person(),
        inspection: assessment.inspection(),
        declaration: declaration.id,
        ruling,
        outcome: assessment.outcome(),
        reasons: reasons.trim().to_owned(),
        decided_by: decider.person,
        decided_on: on,
        expires_on,
        rules_version: assessment.rules_version().to_owned(),
        inputs_digest: assessment.inputs_digest().to_owned(),
        covers: assessment.matches().iter().map(super::Match::key).collect(),
    })
}

fn check(ruling: &Ruling) -> Result<(), DecisionError> {
    match ruling {
        Ruling::Clear | Ruling::Exclude => Ok(()),
        Ruling::ClearWith { mitigations } if mitigations.is_empty() => {
            Err(DecisionError::NoMitigations)
        }
        Ruling::ClearWith { mitigations } => {
            let empty = mitigations.iter().find(|one| match one {
                Mitigation::RecusedFromSchools { schools } => schools.is_empty(),
                Mitigation::NotLeadOnThemes { themes } => themes.is_empty(),
                Mitigation::NoAccessToEvidence { evidence } => evidence.is_empty(),
                Mitigation::PairedWithHmi { .. }
                | Mitigation::NotSoleAuthor
                | Mitigation::DisclosedInReport => false,
            });
            empty.map_or(Ok(()), |one| {
                Err(DecisionError::EmptyMitigation(one.clone()))
            })
        }
    }
}
