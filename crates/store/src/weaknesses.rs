//! Weaknesses of a group: what was recorded, and what follows from published
//! outcomes (domain.md 11.1).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    compile::OutcomeFact,
    submission::{Batch, Link},
    weakness::{self, Action, Derived, Recurred, Weakness},
};
use uuid::Uuid;

use crate::{
    Actor, Error,
    inspections::Frozen,
    lifecycle::{self, Loaded},
    register, reports,
    submissions::{self, ItemKind, KnownItem},
};

/// The weaknesses of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weaknesses {
    /// As recorded by people and systems, each as it now stands.
    pub recorded: Vec<Weakness>,
    /// As they follow from published outcomes.
    pub derived: Vec<Derived>,
    /// Actions, each as it now stands.
    pub actions: Vec<Action>,
    /// Weaknesses that were known earlier in another member school.
    pub recurrences: Vec<Recurred>,
}

/// The weaknesses of an inspection's group.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn of(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    now: DateTime<Utc>,
) -> Result<Weaknesses, Error> {
    let loaded = lifecycle::open_to(connection, actor, inspection, now)?;
    let known = submissions::items(connection, inspection)?;
    let (recorded, actions) = current(&known)?;
    let derived = found(connection, &loaded)?;
    let all: Vec<Weakness> = recorded
        .iter()
        .chain(derived.iter().map(|derived| &derived.weakness))
        .cloned()
        .collect();
    Ok(Weaknesses {
        recurrences: weakness::recurrences(&all),
        recorded,
        derived,
        actions,
    })
}

/// Weaknesses that follow from published outcomes.
///
/// # Errors
/// If the database fails.
pub fn found(connection: &mut PgConnection, loaded: &Loaded) -> Result<Vec<Derived>, Error> {
    let outcomes = outcomes(connection, &loaded.frozen)?;
    Ok(derived(loaded, &outcomes))
}

/// What was published of the member schools, and of those they followed.
pub(crate) fn outcomes(
    connection: &mut PgConnection,
    frozen: &Frozen,
) -> Result<Vec<OutcomeFact>, Error> {
    Ok(register::outcomes(connection, &frozen.lineage())?
        .into_iter()
        .flat_map(|(member, outcomes)| {
            outcomes
                .into_iter()
                .map(move |(outcome, file)| OutcomeFact {
                    member,
                    outcome,
                    source_sha256: file.sha256,
                    source_title: file.title,
                })
        })
        .collect())
}

/// Weaknesses that follow from published outcomes, if the batch names what is
/// held under no other identifier.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn named(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    batch: &Batch,
    known: &[KnownItem],
) -> Result<Vec<Derived>, Error> {
    let unknown = batch.links().into_iter().any(|link| match link {
        Link::Id(named) => known.iter().all(|item| item.id != *named),
        Link::Reference(_) => false,
    });
    if !unknown {
        return Ok(Vec::new());
    }
    let loaded = lifecycle::load(connection, actor, id)?;
    found(connection, &loaded)
}

pub(crate) fn derived(loaded: &Loaded, outcomes: &[OutcomeFact]) -> Vec<Derived> {
    weakness::derive(
        &loaded.frozen.members,
        outcomes,
        day_in_england(loaded.inspection.opening().at),
        &loaded.frozen.policy,
    )
}

/// Weaknesses and actions as they now stand: one sent again under its name
/// takes the place of the earlier one, and what named that now names it.
pub(crate) fn current(known: &[KnownItem]) -> Result<(Vec<Weakness>, Vec<Action>), Error> {
    let newest: BTreeMap<(ItemKind, &str), Uuid> = known
        .iter()
        .filter_map(|item| Some(((item.kind, item.reference.as_deref()?), item.id)))
        .collect();
    let stands: BTreeMap<Uuid, Uuid> = known
        .iter()
        .filter_map(|item| {
            let newest = newest.get(&(item.kind, item.reference.as_deref()?))?;
            Some((item.id, *newest))
        })
        .collect();
    let current: Vec<KnownItem> = known
        .iter()
        .filter(|item| !item.superseded)
        .cloned()
        .collect();
    let weaknesses = reports::of_kind::<Weakness>(&current, ItemKind::Weakness)?;
    let mut actions = reports::of_kind::<Action>(&current, ItemKind::Action)?;
    for action in &mut actions {
        if let Some(newest) = stands.get(&action.weakness) {
            action.weakness = *newest;
        }
    }
    Ok((weaknesses, actions))
}
