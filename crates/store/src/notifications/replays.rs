//! Sending again: one notification, or all of a range.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::notice;
use serde_json::json;
use uuid::Uuid;

use super::enqueue_again;
use crate::{
    Error, Tx, audit,
    jobs::{self, Kind},
    operations, recipients,
    schema::notification,
};

/// What is sent again to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// From this time on.
    pub since: DateTime<Utc>,
    /// Before this time.
    pub until: DateTime<Utc>,
    /// Only these events; all if none are named.
    pub events: Option<Vec<String>>,
}

/// What came of sending some again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// How many have been sent again so far.
    pub so_far: i64,
    /// Whether that is all.
    pub is_all: bool,
}

/// Sends a notification again, with the same identifier and the same bytes.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn replay(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<(), Error> {
    let body: Uuid = notification::table
        .find(id)
        .select(notification::body_id)
        .for_update()
        .first(tx.connection())?;
    if !tx.actor().sees(body) {
        return Err(Error::NotFound);
    }
    reopen(tx.connection(), id)?;
    enqueue_again(tx, id)?;
    tx.audit(&audit::Event {
        action: "notification.replayed",
        subject_kind: "notification",
        subject_id: id.to_string(),
        reason: Some(reason),
        data: json!({ "body": body }),
    })
}

/// Lets a notification wait again, whatever became of it.
///
/// # Errors
/// If the database fails.
pub(crate) fn reopen(connection: &mut PgConnection, id: Uuid) -> Result<(), Error> {
    diesel::update(notification::table.find(id))
        .set((
            notification::state.eq("waiting"),
            notification::finished_at.eq(None::<DateTime<Utc>>),
            notification::receipt.eq(None::<String>),
            notification::receipt_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Begins to send again what an endpoint was to be told in a range; returns
/// the operation to follow.
///
/// # Errors
/// [`Error::NotFound`], a refusal for an endpoint that is disabled or a range
/// that is empty or holds more than `most`, or if the database fails.
pub fn begin_range(
    tx: &mut Tx<'_>,
    endpoint: Uuid,
    range: &Range,
    most: i64,
    reason: &str,
) -> Result<Uuid, Error> {
    let endpoint = recipients::locked_endpoint(tx, endpoint)?;
    if endpoint.state != "active" {
        return Err(Error::refused(
            "webhook-disabled",
            "nothing is sent again to an endpoint that is disabled; enable it first",
        ));
    }
    if range.since >= range.until {
        return Err(Error::refused("replay-range", "the range is empty"));
    }
    let known = |event: &String| notice::EVENTS.contains(&event.as_str());
    if range
        .events
        .as_ref()
        .is_some_and(|events| !events.iter().all(known))
    {
        return Err(Error::refused("webhook-events", "there is no such event"));
    }
    let within: i64 = of_range(endpoint.id, range)
        .count()
        .get_result(tx.connection())?;
    if within > most {
        return Err(Error::refused(
            "replay-range",
            format!("the range holds {within} notifications; {most} are sent again at once"),
        ));
    }
    let operation = operations::begin(
        tx,
        "replay",
        Some(endpoint.body_id),
        ("webhook_endpoint", endpoint.id),
    )?;
    let job = jobs::Replay {
        operation_id: operation,
        endpoint_id: endpoint.id,
        since: range.since,
        until: range.until,
        events: range.events.clone(),
    };
    tx.enqueue(&job.job(operation.to_string(), Some(operation))?)?;
    tx.audit(&audit::Event {
        action: "webhook.replayed",
        subject_kind: "webhook",
        subject_id: endpoint.id.to_string(),
        reason: Some(reason),
        data: json!({
            "body": endpoint.body_id,
            "since": range.since,
            "until": range.until,
            "events": range.events,
            "notifications": within,
        }),
    })?;
    Ok(operation)
}

/// Sends again up to `limit` notifications of a range that `operation` has
/// not sent again yet. What waits is not touched: it will be sent.
///
/// # Errors
/// If the database fails.
pub fn replay_some(
    tx: &mut Tx<'_>,
    operation: Uuid,
    endpoint: Uuid,
    range: &Range,
    limit: i64,
) -> Result<Replayed, Error> {
    let fresh = of_range(endpoint, range)
        .filter(notification::replayed_by.is_distinct_from(operation))
        .filter(notification::state.ne("waiting"))
        .order(notification::id)
        .limit(limit)
        .select(notification::id);
    let ids: Vec<Uuid> = fresh.load(tx.connection())?;
    for id in &ids {
        reopen(tx.connection(), *id)?;
        enqueue_again(tx, *id)?;
    }
    diesel::update(notification::table.filter(notification::id.eq_any(&ids)))
        .set(notification::replayed_by.eq(operation))
        .execute(tx.connection())?;
    let so_far: i64 = notification::table
        .filter(notification::recipient_id.eq(endpoint))
        .filter(notification::replayed_by.eq(operation))
        .count()
        .get_result(tx.connection())?;
    Ok(Replayed {
        so_far,
        is_all: i64::try_from(ids.len()).is_ok_and(|found| found < limit),
    })
}

/// What an endpoint was to be told in a range. A test is nothing to be told.
fn of_range<'a>(endpoint: Uuid, range: &'a Range) -> notification::BoxedQuery<'a, diesel::pg::Pg> {
    let query = notification::table
        .filter(notification::recipient_id.eq(endpoint))
        .filter(notification::created_at.ge(range.since))
        .filter(notification::created_at.lt(range.until))
        .filter(notification::event.ne(notice::TEST))
        .into_boxed();
    match &range.events {
        Some(events) => query.filter(notification::event.eq_any(events)),
        None => query,
    }
}
