//! Dead letters: jobs that were given up, and what an operator decides on
//! each. Every decision has a reason and an entry of the audit log.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Tx, audit, imports,
    jobs::{self, Kind},
    ledger::Job,
    notifications, operations,
    schema::job,
};

/// What came of a decision on a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was carried out.
    Taken,
    /// The job is not dead, perhaps because somebody else decided first.
    NotDead,
    /// An equal job waits or runs already.
    AlreadyWaiting,
    /// The job cannot be run again; this is what to do instead.
    Elsewhere(&'static str),
}

/// What to do instead of running a job of this kind again; `None` if it can
/// be run again.
///
/// The end of these jobs has changed the state of what they work on, so a new
/// one begins from there.
#[must_use]
pub fn instead_of_retry(kind: &str) -> Option<&'static str> {
    match kind {
        jobs::Compile::KIND => Some("Ask for the compilation again at the inspection."),
        jobs::Scan::KIND => Some("The file was refused. Its sender sends it again."),
        _ => None,
    }
}

/// Dead letters, the latest first.
///
/// # Errors
/// If the database fails.
pub fn list(connection: &mut PgConnection, limit: i64) -> Result<Vec<Job>, Error> {
    Ok(job::table
        .filter(job::state.eq("dead"))
        .order((job::finished_at.desc(), job::id))
        .limit(limit)
        .select(Job::as_select())
        .load(connection)?)
}

/// Runs a dead job again, with all its attempts, and reopens what its end had
/// closed: its operation, its import or its notification.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn retry(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<Decision, Error> {
    let Some(dead) = lock(tx, id)? else {
        return Ok(Decision::NotDead);
    };
    if let Some(instead) = instead_of_retry(&dead.kind) {
        return Ok(Decision::Elsewhere(instead));
    }
    if has_live_equal(tx, id)? {
        return Ok(Decision::AlreadyWaiting);
    }
    let due = tx.ledger_now()?;
    diesel::update(job::table.find(id))
        .set((
            job::state.eq("ready"),
            job::attempts.eq(0),
            job::run_at.eq(due),
            job::finished_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    if let Some(jobs::Import { import_id }) = jobs::Import::from_job(&dead) {
        imports::set_state(tx, import_id, "waiting")?;
    }
    if let Some(jobs::Notify { notification_id }) = jobs::Notify::from_job(&dead) {
        notifications::reopen(tx.connection(), notification_id)?;
    }
    if let Some(operation) = dead.operation_id {
        operations::reopen(tx.connection(), operation)?;
    }
    tx.wake(&dead.queue);
    note(tx, &dead, "job.retried", reason)?;
    Ok(Decision::Taken)
}

/// Closes a dead job for good. What it was to do stays undone.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn cancel(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<Decision, Error> {
    let Some(dead) = lock(tx, id)? else {
        return Ok(Decision::NotDead);
    };
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    diesel::update(job::table.find(id))
        .set((
            job::state.eq("cancelled"),
            job::finished_at.eq(now),
            job::cancelled_by.eq(by),
            job::cancel_reason.eq(reason),
        ))
        .execute(tx.connection())?;
    note(tx, &dead, "job.cancelled", reason)?;
    Ok(Decision::Taken)
}

/// The job, locked, if it is dead.
fn lock(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Job>, Error> {
    let found: Job = job::table
        .find(id)
        .select(Job::as_select())
        .for_update()
        .first(tx.connection())?;
    Ok((found.state == "dead").then_some(found))
}

fn has_live_equal(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, Error> {
    let (kind, key): (String, Option<String>) = job::table
        .find(id)
        .select((job::kind, job::dedupe_key))
        .first(tx.connection())?;
    let Some(key) = key else { return Ok(false) };
    Ok(diesel::select(diesel::dsl::exists(
        job::table
            .filter(job::kind.eq(kind))
            .filter(job::dedupe_key.eq(key))
            .filter(job::state.eq_any(["ready", "running"])),
    ))
    .get_result(tx.connection())?)
}

fn note(tx: &mut Tx<'_>, dead: &Job, action: &'static str, reason: &str) -> Result<(), Error> {
    tx.audit(&audit::Event {
        action,
        subject_kind: "job",
        subject_id: dead.id.to_string(),
        reason: Some(reason),
        data: json!({
            "kind": dead.kind,
            "attempts": dead.attempts,
            "last_error_code": dead.last_error_code,
        }),
    })
}
