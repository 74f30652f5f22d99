//! What is overdue, found on a schedule and told once (domain.md 9.5).

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    inspection::{self as rules, Overdue, Role, State, Watched},
    notice,
};
use serde_json::json;
use uuid::Uuid;

use super::{Loaded, calendar, load, lock};
use crate::{
    Actor, Error, Tx, notifications,
    records::{self, Owner, Record},
    schema::inspection,
};

impl Record for Overdue {
    const KIND: &'static str = "overdue";
}

/// Inspections whose clocks may run.
fn open(connection: &mut PgConnection) -> Result<Vec<Uuid>, Error> {
    let over: Vec<&str> = State::ALL
        .into_iter()
        .filter(|state| state.is_over() || *state == State::Draft)
        .map(State::code)
        .collect();
    Ok(inspection::table
        .filter(inspection::state.ne_all(over))
        .order(inspection::id)
        .select(inspection::id)
        .load(connection)?)
}

fn of(
    connection: &mut PgConnection,
    loaded: &Loaded,
    now: DateTime<Utc>,
) -> Result<Vec<Overdue>, Error> {
    let policy = &loaded.frozen.policy.lifecycle;
    let days = calendar::clock_days(connection, policy)?;
    Ok(rules::overdue(
        &[Watched {
            inspection: &loaded.inspection,
            // An urgent matter is on record once it is raised: none waits.
            urgent: &[],
            days: &days,
            policy,
        }],
        now,
    ))
}

/// What is overdue now, longest overdue first, in inspections the actor may
/// know of.
///
/// # Errors
/// If the database fails.
pub fn overdue(
    connection: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Vec<Overdue>, Error> {
    let mut found = Vec::new();
    for id in open(connection)? {
        match load(connection, actor, id) {
            Ok(loaded) => found.extend(of(connection, &loaded, now)?),
            Err(Error::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    found.sort_by(|a, b| (a.since, &a.key).cmp(&(b.since, &b.key)));
    Ok(found)
}

/// Finds what has become overdue and tells the body of what is for it to
/// know; everything once. Returns how much is new.
///
/// # Errors
/// If the database fails.
pub fn note_overdue(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now = tx.now();
    let mut new = 0;
    for id in open(tx.connection())? {
        let loaded = lock(tx, id)?;
        for overdue in of(tx.connection(), &loaded, now)? {
            let key = Uuid::new_v5(&Uuid::NAMESPACE_URL, overdue.key.as_bytes());
            match records::get::<Overdue>(tx.connection(), key) {
                Ok(_) => continue,
                Err(Error::NotFound) => {}
                Err(other) => return Err(other),
            }
            records::insert(tx, key, Owner::inspection(id), &overdue, None)?;
            new += 1;
            let for_body = overdue
                .tell
                .iter()
                .any(|role| matches!(role, Role::BodyLeader | Role::Integrator));
            if for_body {
                let details = json!({ "matter": overdue.matter, "since": overdue.since });
                notifications::tell_beside(tx, notice::OVERDUE, &loaded, details)?;
            }
        }
    }
    Ok(new)
}
