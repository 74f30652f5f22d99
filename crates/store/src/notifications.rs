//! Notifications: one row per recipient, event and report version (DR-29).
//!
//! The row is written with the change it tells of, and so is the job that
//! sends it. Its identifier goes out with every try; what is sent is decided
//! once, when the row is written.

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use diesel::{PgConnection, prelude::*, sql_query, sql_types};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, audit,
    jobs::{self, Kind},
    recipients,
    schema::{delivery_attempt, email_contact, notification, responsible_body, webhook_endpoint},
};

/// How a notification travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A signed request to an endpoint.
    Webhook,
    /// A message to a contact.
    Email,
}

impl Channel {
    /// Name as stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Email => "email",
        }
    }

    fn from_code(code: &str) -> Result<Self, Error> {
        match code {
            "webhook" => Ok(Self::Webhook),
            "email" => Ok(Self::Email),
            _ => Err(Error::Internal(
                "a stored channel is not one this program knows".to_owned(),
            )),
        }
    }
}

/// A notification as read.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = notification)]
pub struct Notification {
    /// Identifier; goes out with every try.
    pub id: Uuid,
    /// What happened, such as `report.published`.
    pub event: String,
    /// Body that is told.
    pub body_id: Uuid,
    /// Report it is about.
    pub report_id: Uuid,
    /// Version of the report.
    pub version: i32,
    /// `webhook` or `email`.
    pub channel: String,
    /// Endpoint or contact.
    pub recipient_id: Uuid,
    /// `waiting`, `delivered` or `failed`.
    pub state: String,
    /// What is sent: `type`, `timestamp` and `data`.
    pub payload: Value,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// When it was delivered or given up.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Notification {
    /// The channel.
    ///
    /// # Errors
    /// If the stored name is not known.
    pub fn channel(&self) -> Result<Channel, Error> {
        Channel::from_code(&self.channel)
    }

    /// The bytes that are sent: the same for every try, whatever the order
    /// in which the database or the parser keeps the fields.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut payload = self.payload.clone();
        payload.sort_all_objects();
        payload.to_string().into_bytes()
    }
}

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
    /// What went wrong, or the beginning of the answer.
    pub detail: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i32,
    /// When the next try is due, if there will be one.
    pub next_at: Option<DateTime<Utc>>,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient accepted it.
    Delivered,
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
    /// What went wrong, or the beginning of the answer.
    pub detail: Option<String>,
    /// How long it took.
    pub took: TimeDelta,
    /// What follows.
    pub then: Then,
}

/// What follows a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was delivered.
    Delivered,
    /// Another try.
    TryAgain(DateTime<Utc>),
    /// Nothing: it is given up.
    GiveUp,
    /// It is given up, and the endpoint is not called any more.
    Disable(String),
}

/// What notifications to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only to this endpoint or contact.
    pub recipient: Option<Uuid>,
    /// Only older than this one.
    pub before: Option<Uuid>,
    /// At the most so many.
    pub limit: i64,
}

/// Writes one notification, and the job that sends it, for each recipient of
/// `body`; returns how many. Recipients that already have one for the same
/// event and version get no other. `data` is what the recipient is told; the
/// mail uses its `group_name`, `reference`, `links`, `public_note` and
/// `reason`.
///
/// # Errors
/// If the database fails.
pub fn fan_out(
    tx: &mut Tx<'_>,
    event: &str,
    body: Uuid,
    report_id: Uuid,
    version: i32,
    data: &Value,
) -> Result<usize, Error> {
    let endpoints: Vec<Uuid> = webhook_endpoint::table
        .filter(webhook_endpoint::body_id.eq(body))
        .filter(webhook_endpoint::state.eq("active"))
        .order(webhook_endpoint::id)
        .select(webhook_endpoint::id)
        .load(tx.connection())?;
    let contacts: Vec<Uuid> = email_contact::table
        .filter(email_contact::body_id.eq(body))
        .filter(email_contact::state.eq("active"))
        .order(email_contact::id)
        .select(email_contact::id)
        .load(tx.connection())?;
    let now = tx.now();
    let payload = json!({
        "type": event,
        "timestamp": now.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "data": data,
    });
    let recipients = endpoints
        .into_iter()
        .map(|id| (Channel::Webhook, id))
        .chain(contacts.into_iter().map(|id| (Channel::Email, id)));
    let mut written = 0;
    for (channel, recipient) in recipients {
        let id = tx.new_id();
        let new = diesel::insert_into(notification::table)
            .values((
                notification::id.eq(id),
                notification::event.eq(event),
                notification::body_id.eq(body),
                notification::report_id.eq(report_id),
                notification::version.eq(version),
                notification::channel.eq(channel.code()),
                notification::recipient_id.eq(recipient),
                notification::state.eq("waiting"),
                notification::payload.eq(&payload),
                notification::created_at.eq(now),
            ))
            .on_conflict((
                notification::event,
                notification::report_id,
                notification::version,
                notification::recipient_id,
            ))
            .do_nothing()
            .execute(tx.connection())?;
        if new == 1 {
            enqueue(tx, id)?;
            written += 1;
        }
    }
    Ok(written)
}

/// One notification, with the name of the body that is told.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<(Notification, String), Error> {
    Ok(notification::table
        .find(id)
        .inner_join(responsible_body::table.on(responsible_body::id.eq(notification::body_id)))
        .select((Notification::as_select(), responsible_body::name))
        .first(connection)?)
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
        .order(notification::id.desc())
        .limit(filter.limit)
        .select(Notification::as_select())
        .into_boxed();
    if let Some(recipient) = filter.recipient {
        query = query.filter(notification::recipient_id.eq(recipient));
    }
    if let Some(before) = filter.before {
        query = query.filter(notification::id.lt(before));
    }
    Ok(query.load(connection)?)
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

/// Records a try and what follows from it. Does nothing once the
/// notification was delivered.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn record_try(tx: &mut Tx<'_>, id: Uuid, made: &Try) -> Result<(), Error> {
    let (state, channel, recipient): (String, String, Uuid) = notification::table
        .find(id)
        .select((
            notification::state,
            notification::channel,
            notification::recipient_id,
        ))
        .for_update()
        .first(tx.connection())?;
    if state == "delivered" {
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
            delivery_attempt::detail.eq(&made.detail),
            delivery_attempt::took_ms
                .eq(i32::try_from(made.took.num_milliseconds()).unwrap_or(i32::MAX)),
            delivery_attempt::next_at.eq(next_at),
        ))
        .execute(tx.connection())?;
    match &made.then {
        Then::Delivered => finish(tx, id, "delivered")?,
        Then::TryAgain(_) => {}
        Then::GiveUp | Then::Disable(_) => finish(tx, id, "failed")?,
    }
    if Channel::from_code(&channel)? == Channel::Webhook {
        note_health(tx, recipient, made)?;
    }
    if let Then::Disable(reason) = &made.then {
        match recipients::disable_endpoint(tx, recipient, reason) {
            // It was deleted meanwhile.
            Err(Error::NotFound) => {}
            other => other?,
        }
    }
    Ok(())
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

/// Gives a waiting notification up without another try.
///
/// # Errors
/// If the database fails.
pub fn give_up(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    finish(tx, id, "failed")
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
    enqueue(tx, id)?;
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
        ))
        .execute(connection)?;
    Ok(())
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
        .filter(notification::state.ne("delivered"))
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

/// Writes jobs for notifications that wait since before `before` although no
/// job will send them; returns their identifiers. There should be none: each
/// one found is a defect.
///
/// # Errors
/// If the database fails.
pub fn adopt(tx: &mut Tx<'_>, before: DateTime<Utc>) -> Result<Vec<Uuid>, Error> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = sql_types::Uuid)]
        id: Uuid,
    }
    // A dead or cancelled job is a decision, not a loss.
    const ORPHANS: &str = "\
        SELECT n.id FROM notification n WHERE n.state = 'waiting' AND n.created_at < $1 \
        AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = $2 AND j.dedupe_key = n.id::text \
                        AND j.state <> 'done') \
        ORDER BY n.id LIMIT 100";
    let rows: Vec<Row> = sql_query(ORPHANS)
        .bind::<sql_types::Timestamptz, _>(before)
        .bind::<sql_types::Text, _>(jobs::Notify::KIND)
        .load(tx.connection())?;
    let mut adopted = Vec::new();
    for Row { id } in rows {
        if enqueue(tx, id)? {
            adopted.push(id);
        }
    }
    Ok(adopted)
}

fn enqueue(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, Error> {
    let job = jobs::Notify {
        notification_id: id,
    }
    .job(id.to_string(), None)?;
    Ok(tx.enqueue(&job)?.is_some())
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
        diesel::update(row.filter(webhook_endpoint::failing_since.is_not_null()))
            .set(webhook_endpoint::failing_since.eq(None::<DateTime<Utc>>))
            .execute(tx.connection())?;
    } else {
        diesel::update(row.filter(webhook_endpoint::failing_since.is_null()))
            .set(webhook_endpoint::failing_since.eq(made.at))
            .execute(tx.connection())?;
    }
    Ok(())
}
