//! Findings that rest on the evidence of a person who was referred (DR-12).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::team::Engagement;

/// An item of evidence written by someone on the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuthoredItem {
    /// Item of evidence.
    pub evidence: Uuid,
    /// Who wrote it, and how that person is engaged; `None` if nobody on the
    /// team did.
    pub author: Option<(Uuid, Engagement)>,
}

/// A finding that needs an item of evidence owned by an HMI (DR-12).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("the finding rests on evidence by practitioners only, some of them referred")]
pub struct NeedsHmiEvidence {
    /// Items written by people who were referred.
    pub evidence: BTreeSet<Uuid>,
}

/// Whether a finding may rest on these items. `referred` are the people whose
/// assessment for this inspection refers. Contracted inspectors count as
/// practitioners do: they are not HMI.
///
/// # Errors
///
/// [`NeedsHmiEvidence`] if all items were written on the team, none of them
/// by an HMI who was not referred, and at least one by someone who was.
pub fn reliance(items: &[AuthoredItem], referred: &BTreeSet<Uuid>) -> Result<(), NeedsHmiEvidence> {
    let independent = items.iter().any(|item| match &item.author {
        None => true,
        Some((author, Engagement::Hmi)) => !referred.contains(author),
        Some((_, Engagement::Practitioner | Engagement::Contracted)) => false,
    });
    let evidence: BTreeSet<Uuid> = items
        .iter()
        .filter(|item| {
            item.author
                .is_some_and(|(author, _)| referred.contains(&author))
        })
        .map(|item| item.evidence)
        .collect();
    if independent || evidence.is_empty() {
        Ok(())
    } else {
        Err(NeedsHmiEvidence { evidence })
    }
}
