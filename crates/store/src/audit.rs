//! The audit log: who did what to which thing, when and why. Append-only.

use chrono::{DateTime, Utc};
use diesel::{Insertable, PgConnection, RunQueryDsl, prelude::*};

use crate::{Error, schema::audit_event};

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

#[derive(Insertable)]
#[diesel(table_name = audit_event)]
struct Row<'a> {
    at: DateTime<Utc>,
    actor: &'a str,
    action: &'a str,
    subject_kind: &'a str,
    subject_id: &'a str,
    reason: Option<&'a str>,
    request_id: Option<&'a str>,
    data: &'a serde_json::Value,
}

pub(crate) fn write(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    actor: &crate::Actor,
    event: &Event<'_>,
) -> Result<(), Error> {
    diesel::insert_into(audit_event::table)
        .values(Row {
            at,
            actor: actor.name(),
            action: event.action,
            subject_kind: event.subject_kind,
            subject_id: &event.subject_id,
            reason: event.reason,
            request_id: actor.request_id(),
            data: &event.data,
        })
        .execute(connection)?;
    Ok(())
}

/// An entry as read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = audit_event)]
pub struct Entry {
    /// Position in the log.
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
