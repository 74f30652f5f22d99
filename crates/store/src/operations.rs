//! Operations: what a caller follows after a 202.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Actor, Error, Tx,
    schema::{job, operation},
};

/// An operation as read.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = operation)]
pub struct Operation {
    /// Identifier.
    pub id: Uuid,
    /// What it does, such as `compilation`.
    pub kind: String,
    /// `waiting`, `running`, `succeeded` or `failed`.
    pub state: String,
    /// Who asked for it.
    pub owner: String,
    /// Body it concerns, if any.
    pub body_id: Option<Uuid>,
    /// Kind of thing it works on.
    pub subject_kind: String,
    /// Identifier of that thing.
    pub subject_id: Uuid,
    /// How far it is.
    pub progress: Option<Value>,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed, as a problem document.
    pub problem: Option<Value>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Records a new operation; returns its identifier.
///
/// # Errors
/// If the database fails.
pub fn begin(
    tx: &mut Tx<'_>,
    kind: &str,
    body: Option<Uuid>,
    subject: (&str, Uuid),
) -> Result<Uuid, Error> {
    let id = tx.new_id();
    let now = tx.now();
    let owner = tx.actor().name().to_owned();
    diesel::insert_into(operation::table)
        .values((
            operation::id.eq(id),
            operation::kind.eq(kind),
            operation::state.eq("waiting"),
            operation::owner.eq(owner),
            operation::body_id.eq(body),
            operation::subject_kind.eq(subject.0),
            operation::subject_id.eq(subject.1),
            operation::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// The operation of a job of this kind and key that is not done yet.
pub(crate) fn live(tx: &mut Tx<'_>, kind: &str, key: &str) -> Result<Option<Uuid>, Error> {
    Ok(job::table
        .filter(job::kind.eq(kind))
        .filter(job::dedupe_key.eq(key))
        .filter(job::state.eq_any(["ready", "running"]))
        .select(job::operation_id)
        .first::<Option<Uuid>>(tx.connection())
        .optional()?
        .flatten())
}

/// Notes that work has begun, or how far it is. Does nothing once the
/// operation has ended.
///
/// # Errors
/// If the database fails.
pub fn progress(
    connection: &mut PgConnection,
    id: Uuid,
    progress: Option<&Value>,
) -> Result<(), Error> {
    diesel::update(
        operation::table
            .find(id)
            .filter(operation::finished_at.is_null()),
    )
    .set((
        operation::state.eq("running"),
        operation::progress.eq(progress),
    ))
    .execute(connection)?;
    Ok(())
}

/// Ends an operation well. Does nothing once it has ended.
///
/// # Errors
/// If the database fails.
pub fn succeed(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
    result: &Value,
) -> Result<(), Error> {
    diesel::update(
        operation::table
            .find(id)
            .filter(operation::finished_at.is_null()),
    )
    .set((
        operation::state.eq("succeeded"),
        operation::result.eq(result),
        operation::finished_at.eq(now),
    ))
    .execute(connection)?;
    Ok(())
}

/// Ends an operation badly. Does nothing once it has ended.
///
/// # Errors
/// If the database fails.
pub fn fail(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
    problem: &Value,
) -> Result<(), Error> {
    diesel::update(
        operation::table
            .find(id)
            .filter(operation::finished_at.is_null()),
    )
    .set((
        operation::state.eq("failed"),
        operation::problem.eq(problem),
        operation::finished_at.eq(now),
    ))
    .execute(connection)?;
    Ok(())
}

/// Opens an operation that failed again, because its job is run again.
///
/// # Errors
/// If the database fails.
pub(crate) fn reopen(connection: &mut PgConnection, id: Uuid) -> Result<(), Error> {
    diesel::update(
        operation::table
            .find(id)
            .filter(operation::state.eq("failed")),
    )
    .set((
        operation::state.eq("waiting"),
        operation::problem.eq(None::<Value>),
        operation::finished_at.eq(None::<DateTime<Utc>>),
    ))
    .execute(connection)?;
    Ok(())
}

/// One operation, if `actor` may know of it: who asked for it, whoever is not
/// limited to a body, and callers of the body it concerns.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Operation, Error> {
    let operation: Operation = operation::table
        .find(id)
        .select(Operation::as_select())
        .first(connection)?;
    let visible = operation.owner == actor.name()
        || actor.body().is_none()
        || operation.body_id.is_some_and(|body| actor.sees(body));
    if visible {
        Ok(operation)
    } else {
        Err(Error::NotFound)
    }
}
