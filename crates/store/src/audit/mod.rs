//! The audit log: who did what to which thing, when and why. Append-only, and
//! sealed into a hash chain so that tampering shows.

mod chain;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, RunQueryDsl,
    prelude::*,
    sql_types::{Jsonb, Nullable, Text, Timestamptz},
};

pub use chain::{Checked, Sealed, Tampered, check, list, seal};

use crate::{Error, prepared::prepared, schema::audit_event};

/// An entry to be written.
#[derive(Debug)]
pub struct Event<'a> {
    /// What was done, such as `inspection.opened`.
    pub action: &'static str,
    /// Kind of the thing it was done to.
    pub subject_kind: &'static str,
    /// Identifier of that thing.
    pub subject_id: String,
    /// Why, in the actor's words.
    pub reason: Option<&'a str>,
    /// Further facts. Never secrets, never the text of evidence.
    pub data: serde_json::Value,
}

pub(crate) fn write(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    actor: &crate::Actor,
    event: &Event<'_>,
) -> Result<(), Error> {
    // One statement, so that no event is ever without its place in the queue
    // of those to be sealed.
    prepared(
        "WITH written AS ( \
           INSERT INTO audit_event \
             (at, actor, action, subject_kind, subject_id, reason, request_id, data) \
           VALUES ({}, {}, {}, {}, {}, {}, {}, {}) RETURNING id) \
         INSERT INTO audit_unsealed (event_id) SELECT id FROM written",
    )
    .bind::<Timestamptz, _>(at)
    .bind::<Text, _>(actor.name())
    .bind::<Text, _>(event.action)
    .bind::<Text, _>(event.subject_kind)
    .bind::<Text, _>(&event.subject_id)
    .bind::<Nullable<Text>, _>(event.reason)
    .bind::<Nullable<Text>, _>(actor.request_id())
    .bind::<Jsonb, _>(&event.data)
    .execute(connection)?;
    Ok(())
}

/// An entry as read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_event)]
pub struct Entry {
    /// Identifier, in the order of writing. Its place in the log is that of
    /// its [`Sealed`] link.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Kind of the thing.
    pub subject_kind: String,
    /// Identifier of the thing.
    pub subject_id: String,
    /// Why.
    pub reason: Option<String>,
    /// Request in which it happened.
    pub request_id: Option<String>,
    /// Further facts.
    pub data: serde_json::Value,
}

/// The log of one thing, oldest first.
///
/// # Errors
/// If the database fails.
pub fn of_subject(
    connection: &mut PgConnection,
    kind: &str,
    id: &str,
) -> Result<Vec<Entry>, Error> {
    Ok(audit_event::table
        .filter(audit_event::subject_kind.eq(kind))
        .filter(audit_event::subject_id.eq(id))
        .order(audit_event::id)
        .select(Entry::as_select())
        .load(connection)?)
}
