//! What came of each try, and what follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::notice;
use uuid::Uuid;

use super::{Channel, escalate, escalate_later, fail_all_of, tell_disabled};
use crate::{
    Error, Tx, jobs, recipients,
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
            delivery_attempt::took_ms
                .eq(i32::try_from(made.took.num_milliseconds()).unwrap_or(i32::MAX)),
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
    let row = webhook_endpoint::table.find(endpoint);
    if made.outcome == Outcome::Delivered {
        let recovered = diesel::update(row.filter(webhook_endpoint::failing_since.is_not_null()))
            .set(webhook_endpoint::failing_since.eq(None::<DateTime<Utc>>))
            .execute(tx.connection())?;
        if recovered > 0 {
            // It answers again: what waits need not wait for its schedule.
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
    } else {
        diesel::update(row.filter(webhook_endpoint::failing_since.is_null()))
            .set(webhook_endpoint::failing_since.eq(made.at))
            .execute(tx.connection())?;
    }
    Ok(())
}
