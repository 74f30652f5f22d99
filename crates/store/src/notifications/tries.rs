//! What came of each try, and what follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{self, Array, Nullable},
};
use group_inspection_core::notice;
use uuid::Uuid;

use super::{Channel, escalate, escalate_later, fail_all_of, tell_disabled};
use crate::{
    Error, Tx, jobs,
    prepared::prepared,
    recipients,
    schema::{delivery_attempt, job, notification, webhook_endpoint},
};

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient accepted it.
    Delivered,
    /// A mail service has it.
    Accepted,
    /// The recipient answered, and did not accept it.
    Refused,
    /// There was no answer.
    Unreachable,
    /// The address may not be called.
    Blocked,
}

impl Outcome {
    /// Name as stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Blocked => "blocked",
        }
    }
}

/// A try to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Status of the answer.
    pub status: Option<u16>,
    /// Class of what went wrong, such as `timeout`.
    pub error: Option<&'static str>,
    /// What went wrong, in words of this service.
    pub detail: Option<String>,
    /// How long it took.
    pub took: TimeDelta,
    /// What follows.
    pub then: Then,
    /// When it goes by mail unless it was delivered until then.
    pub escalate_at: Option<DateTime<Utc>>,
}

/// What follows a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was delivered.
    Delivered,
    /// A mail service has it, and calls it so; what becomes of it is heard
    /// later.
    Accepted(String),
    /// Another try.
    TryAgain(DateTime<Utc>),
    /// Nothing: it is given up.
    GiveUp,
    /// It is given up, and the endpoint is not called any more.
    Disable(String),
}

/// Records a try and what follows from it. Does nothing once the
/// notification was delivered.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn record_try(tx: &mut Tx<'_>, id: Uuid, made: &Try) -> Result<(), Error> {
    let (state, event, channel, recipient): (String, String, String, Uuid) = notification::table
        .find(id)
        .select((
            notification::state,
            notification::event,
            notification::channel,
            notification::recipient_id,
        ))
        .for_update()
        .first(tx.connection())?;
    if state == "delivered" || state == "accepted" {
        return Ok(());
    }
    let last: Option<i32> = delivery_attempt::table
        .filter(delivery_attempt::notification_id.eq(id))
        .select(diesel::dsl::max(delivery_attempt::attempt))
        .first(tx.connection())?;
    let next_at = match &made.then {
        Then::TryAgain(at) => Some(*at),
        _ => None,
    };
    diesel::insert_into(delivery_attempt::table)
        .values((
            delivery_attempt::notification_id.eq(id),
            delivery_attempt::attempt.eq(last.unwrap_or(0) + 1),
            delivery_attempt::at.eq(made.at),
            delivery_attempt::outcome.eq(made.outcome.code()),
            delivery_attempt::status.eq(made.status.and_then(|code| i16::try_from(code).ok())),
            delivery_attempt::error.eq(made.error),
            delivery_attempt::detail.eq(&made.detail),
            delivery_attempt::took_ms.eq(milliseconds(made.took)),
            delivery_attempt::next_at.eq(next_at),
        ))
        .execute(tx.connection())?;
    match &made.then {
        Then::Delivered => finish(tx, id, "delivered")?,
        Then::Accepted(provider_id) => {
            finish(tx, id, "accepted")?;
            diesel::update(notification::table.find(id))
                .set(notification::provider_id.eq(provider_id))
                .execute(tx.connection())?;
        }
        Then::TryAgain(_) => {}
        Then::GiveUp | Then::Disable(_) => {
            finish(tx, id, "failed")?;
            escalate(tx, id)?;
        }
    }
    if Channel::from_code(&channel)? == Channel::Webhook && event != notice::TEST {
        note_health(tx, recipient, made)?;
        if let Some(at) = made.escalate_at {
            escalate_later(tx, id, at)?;
        }
    }
    if let Then::Disable(reason) = &made.then {
        match disable(tx, recipient, reason) {
            // It was deleted meanwhile.
            Err(Error::NotFound) => {}
            other => other?,
        }
    }
    Ok(())
}

/// A call that an endpoint accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// The notification.
    pub id: Uuid,
    /// When the try began.
    pub at: DateTime<Utc>,
    /// Status of the answer.
    pub status: Option<u16>,
    /// How long it took.
    pub took: TimeDelta,
}

/// Records calls that were accepted, all in one statement, and what follows
/// from them: the same as [`record_try`] of each with [`Then::Delivered`].
///
/// # Errors
/// If the database fails.
pub fn record_arrivals(tx: &mut Tx<'_>, made: &[Arrived]) -> Result<(), Error> {
    #[derive(QueryableByName)]
    struct Recovered {
        #[diesel(sql_type = sql_types::Uuid)]
        id: Uuid,
    }
    let now = tx.now();
    let ids: Vec<Uuid> = made.iter().map(|one| one.id).collect();
    let at: Vec<DateTime<Utc>> = made.iter().map(|one| one.at).collect();
    let statuses: Vec<Option<i16>> = made
        .iter()
        .map(|one| one.status.and_then(|code| i16::try_from(code).ok()))
        .collect();
    let took: Vec<i32> = made.iter().map(|one| milliseconds(one.took)).collect();
    let recovered: Vec<Recovered> = prepared(
        "WITH made AS MATERIALIZED ( \
            SELECT made.id, made.at, made.status, made.took, n.recipient_id, n.event, \
                   n.channel, n.state \
            FROM unnest({}, {}, {}, {}) AS made (id, at, status, took) \
            JOIN notification n ON n.id = made.id \
            WHERE n.state NOT IN ('delivered', 'accepted') ORDER BY n.id FOR UPDATE OF n), \
        tried AS ( \
            INSERT INTO delivery_attempt (notification_id, attempt, at, outcome, status, took_ms) \
            SELECT id, 1 + coalesce((SELECT max(attempt) FROM delivery_attempt \
                                     WHERE notification_id = made.id), 0), \
                   at, 'delivered', status, took \
            FROM made), \
        finished AS ( \
            UPDATE notification SET state = 'delivered', finished_at = {} \
            FROM made WHERE notification.id = made.id AND made.state = 'waiting') \
        SELECT DISTINCT e.id FROM made JOIN webhook_endpoint e ON e.id = made.recipient_id \
        WHERE made.channel = 'webhook' AND made.event <> {} AND e.failing_since IS NOT NULL \
        ORDER BY e.id",
    )
    .bind::<Array<sql_types::Uuid>, _>(&ids)
    .bind::<Array<sql_types::Timestamptz>, _>(&at)
    .bind::<Array<Nullable<sql_types::SmallInt>>, _>(&statuses)
    .bind::<Array<sql_types::Integer>, _>(&took)
    .bind::<sql_types::Timestamptz, _>(now)
    .bind::<sql_types::Text, _>(notice::TEST)
    .load(tx.connection())?;
    for endpoint in recovered {
        answers_again(tx, endpoint.id)?;
    }
    Ok(())
}

fn milliseconds(took: TimeDelta) -> i32 {
    i32::try_from(took.num_milliseconds()).unwrap_or(i32::MAX)
}

/// Stops calling an endpoint, says so, and sends what waits for it by mail.
fn disable(tx: &mut Tx<'_>, endpoint: Uuid, reason: &str) -> Result<(), Error> {
    if recipients::disable_endpoint(tx, endpoint, reason)? {
        let actor = tx.actor();
        let known = recipients::endpoint(tx.connection(), actor, endpoint)?;
        tracing::warn!(%endpoint, body = %known.body_id, reason, "a webhook endpoint is disabled");
        tell_disabled(tx, endpoint, known.body_id, &known.url, reason)?;
    }
    fail_all_of(tx, endpoint)
}

/// Since when every try to the endpoint has failed, if the last one did.
///
/// # Errors
/// If the database fails.
pub fn failing_since(
    connection: &mut PgConnection,
    endpoint: Uuid,
) -> Result<Option<DateTime<Utc>>, Error> {
    Ok(webhook_endpoint::table
        .find(endpoint)
        .select(webhook_endpoint::failing_since)
        .first(connection)
        .optional()?
        .flatten())
}

/// Whether a try was recorded.
///
/// # Errors
/// If the database fails.
pub fn has_been_tried(connection: &mut PgConnection, id: Uuid) -> Result<bool, Error> {
    Ok(diesel::select(diesel::dsl::exists(
        delivery_attempt::table.filter(delivery_attempt::notification_id.eq(id)),
    ))
    .get_result(connection)?)
}

/// Gives a waiting notification up without another try.
///
/// # Errors
/// If the database fails.
pub fn give_up(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    finish(tx, id, "failed")
}

fn finish(tx: &mut Tx<'_>, id: Uuid, state: &str) -> Result<(), Error> {
    let now = tx.now();
    diesel::update(
        notification::table
            .find(id)
            .filter(notification::state.eq("waiting")),
    )
    .set((
        notification::state.eq(state),
        notification::finished_at.eq(now),
    ))
    .execute(tx.connection())?;
    Ok(())
}

fn note_health(tx: &mut Tx<'_>, endpoint: Uuid, made: &Try) -> Result<(), Error> {
    if made.outcome == Outcome::Delivered {
        return answers_again(tx, endpoint);
    }
    diesel::update(
        webhook_endpoint::table
            .find(endpoint)
            .filter(webhook_endpoint::failing_since.is_null()),
    )
    .set(webhook_endpoint::failing_since.eq(made.at))
    .execute(tx.connection())?;
    Ok(())
}

fn answers_again(tx: &mut Tx<'_>, endpoint: Uuid) -> Result<(), Error> {
    let failed = webhook_endpoint::table
        .find(endpoint)
        .filter(webhook_endpoint::failing_since.is_not_null());
    let recovered = diesel::update(failed)
        .set(webhook_endpoint::failing_since.eq(None::<DateTime<Utc>>))
        .execute(tx.connection())?;
    if recovered > 0 {
        // What waits need not wait for its schedule.
        let now = tx.now();
        diesel::update(
            job::table
                .filter(job::lane.eq(endpoint))
                .filter(job::state.eq("ready"))
                .filter(job::run_at.gt(now)),
        )
        .set(job::run_at.eq(now))
        .execute(tx.connection())?;
        tx.wake(jobs::NOTIFY_AGAIN);
    }
    Ok(())
}
