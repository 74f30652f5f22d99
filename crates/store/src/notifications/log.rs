//! The log of deliveries: what was sent to whom, and what came of each try.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*, sql_query, sql_types};
use uuid::Uuid;

use super::{Notification, get};
use crate::{
    Actor, Error, Seek, recipients,
    schema::{delivery_attempt, notification, responsible_body},
    seek::sought,
};

/// One try as read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = delivery_attempt)]
pub struct Attempt {
    /// Number of the try, from 1.
    pub attempt: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// `delivered`, `refused`, `unreachable` or `blocked`.
    pub outcome: String,
    /// Status of the answer, if there was one.
    pub status: Option<i16>,
    /// What went wrong, in words of this service.
    pub detail: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i32,
    /// When the next try is due, if there will be one.
    pub next_at: Option<DateTime<Utc>>,
    /// Class of what went wrong, such as `timeout`.
    pub error: Option<String>,
}

/// What notifications to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only to this endpoint or contact.
    pub recipient: Option<Uuid>,
    /// Only in this state.
    pub state: Option<String>,
    /// Only of this event.
    pub event: Option<String>,
    /// Which page of them.
    pub seek: Seek<Uuid>,
    /// At the most so many.
    pub limit: i64,
}

/// Notifications to a body, newest first.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, or if the database
/// fails.
pub fn deliveries(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Uuid,
    filter: &Filter,
) -> Result<Vec<Notification>, Error> {
    recipients::visible(connection, actor, body)?;
    let mut query = notification::table
        .filter(notification::body_id.eq(body))
        .limit(filter.limit)
        .select(Notification::as_select())
        .into_boxed();
    if let Some(recipient) = filter.recipient {
        query = query.filter(notification::recipient_id.eq(recipient));
    }
    if let Some(state) = &filter.state {
        query = query.filter(notification::state.eq(state));
    }
    if let Some(event) = &filter.event {
        query = query.filter(notification::event.eq(event));
    }
    query = sought!(query, filter.seek, descending notification::id);
    Ok(filter.seek.ordered(query.load(connection)?))
}

/// One notification and its tries, oldest first.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delivery(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
) -> Result<(Notification, Vec<Attempt>), Error> {
    let (notification, _) = get(connection, id)?;
    if !actor.sees(notification.body_id) {
        return Err(Error::NotFound);
    }
    let attempts = delivery_attempt::table
        .filter(delivery_attempt::notification_id.eq(id))
        .order(delivery_attempt::attempt)
        .select(Attempt::as_select())
        .load(connection)?;
    Ok((notification, attempts))
}

/// A notification with the name of its body and its last try, for operators.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsettled {
    /// The notification.
    pub notification: Notification,
    /// Name of the body that is to be told.
    pub body_name: String,
    /// The last try, if there was one.
    pub last: Option<Attempt>,
}

/// Notifications to all bodies that were given up or still wait, failed ones
/// first, then the oldest.
///
/// # Errors
/// If the database fails.
pub fn unsettled(connection: &mut PgConnection, limit: i64) -> Result<Vec<Unsettled>, Error> {
    let rows: Vec<(Notification, String)> = notification::table
        .inner_join(responsible_body::table.on(responsible_body::id.eq(notification::body_id)))
        .filter(notification::state.eq_any(["waiting", "failed"]))
        .order((notification::state, notification::id))
        .limit(limit)
        .select((Notification::as_select(), responsible_body::name))
        .load(connection)?;
    let ids: Vec<Uuid> = rows.iter().map(|(found, _)| found.id).collect();
    let tries: Vec<(Uuid, Attempt)> = delivery_attempt::table
        .filter(delivery_attempt::notification_id.eq_any(&ids))
        .distinct_on(delivery_attempt::notification_id)
        .order((
            delivery_attempt::notification_id,
            delivery_attempt::attempt.desc(),
        ))
        .select((delivery_attempt::notification_id, Attempt::as_select()))
        .load(connection)?;
    let mut last: HashMap<Uuid, Attempt> = tries.into_iter().collect();
    Ok(rows
        .into_iter()
        .map(|(notification, body_name)| Unsettled {
            last: last.remove(&notification.id),
            notification,
            body_name,
        })
        .collect())
}

/// Deletes notifications that were settled before `before`, with their tries,
/// at most `limit` of them; returns how many. Those that wait stay.
///
/// # Errors
/// If the database fails.
pub fn prune(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<usize, Error> {
    // Mail that stands in for a call goes first or with it.
    const OLD: &str = "\
        WITH old AS (SELECT n.id FROM notification n \
                     WHERE n.state <> 'waiting' AND n.created_at < $1 \
                     AND NOT EXISTS (SELECT 1 FROM notification e WHERE e.escalates = n.id) \
                     ORDER BY n.created_at LIMIT $2), \
             tries AS (DELETE FROM delivery_attempt a USING old \
                       WHERE a.notification_id = old.id RETURNING 1) \
        SELECT id FROM old";
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::Uuid)]
        id: Uuid,
    }
    let old: Vec<Row> = sql_query(OLD)
        .bind::<sql_types::Timestamptz, _>(before)
        .bind::<sql_types::BigInt, _>(limit)
        .load(connection)?;
    let ids: Vec<Uuid> = old.into_iter().map(|row| row.id).collect();
    Ok(
        diesel::delete(notification::table.filter(notification::id.eq_any(ids)))
            .execute(connection)?,
    )
}
