//! What has to be known of an inspection before it takes a submission.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use diesel::{
    prelude::*,
    sql_types::{self, BigInt, Jsonb, Nullable, Text},
};
use group_inspection_core::{inspection::State, submission::Kind};
use uuid::Uuid;

use super::ItemKind;
use crate::{
    Error, Tx, error::Conflict, inspections::Frozen, lifecycle, people, prepared::prepared,
    typed::Typed,
};

/// An inspection that takes submissions, and what it holds already.
#[derive(Debug)]
pub struct Receiving {
    /// Identifier of the inspection.
    pub id: Uuid,
    /// What it is about.
    pub frozen: Arc<Frozen>,
    /// Items by their kind's code.
    held: BTreeMap<String, i64>,
}

/// Frozen facts that were read last. A group of a hundred schools has many, and
/// many submissions come to the same inspection.
#[derive(Debug, Default)]
pub(crate) struct FrozenCache(Mutex<HashMap<Uuid, (Version, Arc<Frozen>)>>);

/// Inspections of which facts are kept at the most.
const KEPT: usize = 128;

/// A row as one transaction left it: of two that fail or succeed with the same
/// revision, each has a number of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    revision: i64,
    transaction: String,
}

impl FrozenCache {
    fn last(&self, id: Uuid) -> Option<(Version, Arc<Frozen>)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(&id).cloned()
    }

    fn keep(&self, id: Uuid, version: Version, frozen: &Arc<Frozen>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(&id) {
            kept.clear();
        }
        kept.insert(id, (version, Arc::clone(frozen)));
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    body_id: Uuid,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Text)]
    transaction: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    frozen: Option<Typed<Frozen>>,
    #[diesel(sql_type = Jsonb)]
    held: Typed<BTreeMap<String, i64>>,
}

/// The facts are read only if they are not those that are known.
const READ: &str = "SELECT body_id, state, revision, xmin::text AS transaction, \
       CASE WHEN revision = {} AND xmin::text = {} THEN NULL ELSE frozen END AS frozen, \
       (SELECT coalesce(jsonb_object_agg(kind, items), jsonb_build_object()) FROM \
          (SELECT kind, sum(items) AS items FROM submitted_tally \
           WHERE inspection_id = inspection.id GROUP BY kind) AS tally) AS held \
   FROM inspection WHERE id = {} FOR SHARE";

/// The inspection if it takes submissions now. Keeps it from being closed
/// until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], [`Conflict::InspectionState`], or if the database
/// fails.
pub fn receiving(tx: &mut Tx<'_>, id: Uuid) -> Result<Receiving, Error> {
    let (actor, now) = (tx.actor(), tx.now());
    let known = tx.frozen().last(id);
    let (revision, transaction) = known.as_ref().map_or((0, ""), |(version, _)| {
        (version.revision, &version.transaction)
    });
    let row: Row = prepared(READ)
        .bind::<BigInt, _>(revision)
        .bind::<Text, _>(transaction)
        .bind::<sql_types::Uuid, _>(id)
        .get_result(tx.connection())?;
    if !actor.sees(row.body_id) {
        return Err(Error::NotFound);
    }
    let frozen = match (row.frozen, known) {
        (Some(Typed(frozen)), _) => {
            let frozen = Arc::new(frozen);
            let version = Version {
                revision: row.revision,
                transaction: row.transaction,
            };
            tx.frozen().keep(id, version, &frozen);
            frozen
        }
        (None, Some((_, frozen))) => frozen,
        (None, None) => return Err(Error::Internal("an inspection without facts".to_owned())),
    };
    // People of the team send what they saw; they need access as for reading.
    // The history is read for them alone: it is long, and submissions are many.
    if actor.acting().is_some_and(|by| people::is_of_team(by.role)) {
        lifecycle::open_to(tx.connection(), actor, id, now)?;
    }
    if State::from_code(&row.state).is_some_and(State::takes_evidence) {
        Ok(Receiving {
            id,
            frozen,
            held: row.held.0,
        })
    } else {
        Err(Error::Conflict(Conflict::InspectionState {
            state: row.state,
        }))
    }
}

impl Receiving {
    /// Refuses `new` items of a kind if there would be more than the policy of
    /// the inspection allows.
    pub(super) fn takes(&self, kind: ItemKind, new: usize) -> Result<(), Error> {
        let rule = match kind {
            ItemKind::Evidence => Kind::Evidence,
            ItemKind::Weakness => Kind::Weakness,
            ItemKind::Action => Kind::Action,
        };
        let caps = self.frozen.policy.submissions;
        let held = self.held.get(kind.code()).copied().unwrap_or_default();
        let after = held.saturating_add(i64::try_from(new).unwrap_or(i64::MAX));
        if new == 0 || after <= i64::from(caps.of(rule)) {
            Ok(())
        } else {
            Err(Error::refused("6.2", caps.full(rule).to_string()))
        }
    }
}
