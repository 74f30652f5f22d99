//! Items of evidence with their revisions, as far as a reader may open them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    conflict::{Attempt, Scope, permits},
    evidence::EvidenceItem,
    inspection::Role,
    library::{Reader, may_read},
};
use uuid::Uuid;

use crate::{
    Actor, Error, lifecycle, reports,
    submissions::{self, ItemKind},
};

/// An item of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The sender's name for it.
    pub reference: Option<String>,
    /// Revisions, oldest first; never empty. The last is the current one.
    pub revisions: Vec<EvidenceItem>,
}

/// In what role an actor reads evidence.
fn reader(actor: &Actor) -> Reader {
    match actor.role() {
        Some(Role::Integrator | Role::BodyLeader) => Reader::ResponsibleBody,
        Some(Role::LeadInspector) => Reader::LeadInspector,
        Some(Role::Inspector) => Reader::Hmi,
        Some(Role::Practitioner) => Reader::Practitioner,
        Some(Role::QualityAssurer | Role::DecisionMaker) => Reader::QualityAssurer,
        None if actor.body().is_some() => Reader::ResponsibleBody,
        Some(Role::OperationsOfficer | Role::Operator | Role::System) | None => {
            Reader::OperationsOfficer
        }
    }
}

/// Items of an inspection that the actor may open, in the order in which they
/// were first received. An item is as sensitive as its most sensitive
/// revision; one that may not be opened is not shown at all.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn library(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Item>, Error> {
    let loaded = lifecycle::load(connection, actor, inspection)?;
    let limits = match actor.acting() {
        Some(by) => crate::people::limits(connection, &loaded, by, now)?,
        None => Vec::new(),
    };
    let known = submissions::items(connection, inspection)?;
    let read: Vec<EvidenceItem> = reports::of_kind(&known, ItemKind::Evidence)?;
    let references = known
        .into_iter()
        .filter(|item| item.kind == ItemKind::Evidence)
        .map(|item| item.reference);
    let mut items: Vec<Item> = Vec::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (reference, revision) in references.zip(read) {
        let place = match &reference {
            Some(name) => *named.entry(name.clone()).or_insert(items.len()),
            None => items.len(),
        };
        match items.get_mut(place) {
            Some(item) => item.revisions.push(revision),
            None => items.push(Item {
                reference,
                revisions: vec![revision],
            }),
        }
    }
    let reader = reader(actor);
    items.retain(|item| {
        item.revisions.iter().all(|revision| {
            may_read(reader, revision.sensitivity) && permits(&limits, &opening(revision)).is_ok()
        })
    });
    Ok(items)
}

/// Opening an item, as mitigations see it (DR-18).
fn opening(item: &EvidenceItem) -> Attempt {
    Attempt::OpenEvidence(Scope {
        schools: item.schools.iter().copied().collect(),
        themes: item.themes.iter().copied().collect(),
        evidence: BTreeSet::from([item.id]),
        with: BTreeSet::new(),
    })
}
