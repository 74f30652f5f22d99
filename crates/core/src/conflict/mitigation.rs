//! Mitigations: constraints the system enforces (DR-18).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Urn, theme::Theme};

/// A constraint on a person's work on one inspection (domain.md 4.2).
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mitigation {
    /// Nothing to do with these schools.
    RecusedFromSchools {
        /// Schools.
        schools: BTreeSet<Urn>,
    },
    /// Does not lead on these themes, nor sign off findings on them.
    NotLeadOnThemes {
        /// Themes.
        themes: BTreeSet<Theme>,
    },
    /// Visits, writes, edits and signs off only with this HMI.
    PairedWithHmi {
        /// HMI.
        hmi: Uuid,
    },
    /// Does not see these items of evidence, nor work on what rests on them.
    NoAccessToEvidence {
        /// Evidence.
        evidence: BTreeSet<Uuid>,
    },
    /// Writes, edits and signs off findings only with someone else.
    NotSoleAuthor,
    /// The report says so; this limits nothing.
    DisclosedInReport,
}

/// What an attempt is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Schools; empty for the group's centre.
    pub schools: BTreeSet<Urn>,
    /// Themes.
    pub themes: BTreeSet<Theme>,
    /// Evidence opened, or on which a finding rests.
    pub evidence: BTreeSet<Uuid>,
    /// Other people who do it together with the person.
    pub with: BTreeSet<Uuid>,
}

/// Something a person tries to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "attempt", rename_all = "snake_case")]
pub enum Attempt {
    /// Open an item of evidence.
    OpenEvidence(Scope),
    /// Visit or contact schools.
    Visit(Scope),
    /// Write a finding.
    AuthorFinding(Scope),
    /// Edit a finding.
    EditFinding(Scope),
    /// Sign off a finding.
    SignOff(Scope),
    /// Take the lead on themes.
    LeadOnThemes(Scope),
}

impl Attempt {
    const fn scope(&self) -> &Scope {
        match self {
            Self::OpenEvidence(scope)
            | Self::Visit(scope)
            | Self::AuthorFinding(scope)
            | Self::EditFinding(scope)
            | Self::SignOff(scope)
            | Self::LeadOnThemes(scope) => scope,
        }
    }
}

/// An attempt that a mitigation forbids. It fails and is logged (DR-18).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("a mitigation forbids this: {mitigation:?}")]
pub struct Breach {
    /// The mitigation.
    pub mitigation: Mitigation,
}

/// Whether mitigations allow an attempt (DR-18).
///
/// # Errors
///
/// The first mitigation that forbids it.
pub fn permits(mitigations: &[Mitigation], attempt: &Attempt) -> Result<(), Breach> {
    match mitigations.iter().find(|one| forbids(one, attempt)) {
        Some(mitigation) => Err(Breach {
            mitigation: mitigation.clone(),
        }),
        None => Ok(()),
    }
}

fn forbids(mitigation: &Mitigation, attempt: &Attempt) -> bool {
    let scope = attempt.scope();
    match mitigation {
        Mitigation::RecusedFromSchools { schools } => !schools.is_disjoint(&scope.schools),
        Mitigation::NoAccessToEvidence { evidence } => !evidence.is_disjoint(&scope.evidence),
        Mitigation::NotLeadOnThemes { themes } => match attempt {
            Attempt::LeadOnThemes(_) | Attempt::SignOff(_) => !themes.is_disjoint(&scope.themes),
            Attempt::OpenEvidence(_)
            | Attempt::Visit(_)
            | Attempt::AuthorFinding(_)
            | Attempt::EditFinding(_) => false,
        },
        Mitigation::PairedWithHmi { hmi } => match attempt {
            Attempt::OpenEvidence(_) => false,
            Attempt::Visit(_)
            | Attempt::AuthorFinding(_)
            | Attempt::EditFinding(_)
            | Attempt::SignOff(_)
            | Attempt::LeadOnThemes(_) => !scope.with.contains(hmi),
        },
        Mitigation::NotSoleAuthor => match attempt {
            Attempt::OpenEvidence(_) | Attempt::Visit(_) | Attempt::LeadOnThemes(_) => false,
            Attempt::AuthorFinding(_) | Attempt::EditFinding(_) | Attempt::SignOff(_) => {
                scope.with.is_empty()
            }
        },
        Mitigation::DisclosedInReport => false,
    }
}
