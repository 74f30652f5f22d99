//! Notifications: one row per recipient, event and report version (DR-29).
//!
//! The row is written with the change it tells of, and so is the job that
//! sends it. Its identifier goes out with every try; what is sent is decided
//! once, when the row is written.

mod beside;
mod escalation;
mod log;
mod offices;
mod receipts;
mod replays;
mod tries;

pub use escalation::{escalate, escalate_if_failing, escalate_later, fail_all_of};
pub use log::{Attempt, Filter, Unsettled, deliveries, delivery, prune, unsettled};
pub use receipts::{Receipt, note_receipt, without_receipt};
pub use replays::{Range, Replayed, begin_range, replay, replay_some};
pub use tries::{
    Arrived, Outcome, Then, Try, failing_since, give_up, has_been_tried, record_arrivals,
    record_try,
};

pub(crate) use beside::tell_beside;
pub(crate) use offices::tell_offices;
pub(crate) use replays::reopen;

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::{PgConnection, prelude::*, sql_query, sql_types};
use group_inspection_core::notice;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Tx,
    jobs::{self, Kind},
    ledger::NewJob,
    recipients,
    schema::{email_contact, notification, responsible_body, webhook_endpoint},
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
    /// Report it is about, unless it is about an endpoint.
    pub report_id: Option<Uuid>,
    /// Version of the report.
    pub version: i32,
    /// `webhook` or `email`.
    pub channel: String,
    /// Endpoint or contact.
    pub recipient_id: Uuid,
    /// `waiting`, `accepted` by a mail service, `delivered` or `failed`.
    pub state: String,
    /// What is sent: `type`, `timestamp` and `data`.
    pub payload: Value,
    /// When the event happened.
    pub created_at: DateTime<Utc>,
    /// When it was accepted, delivered or given up.
    pub finished_at: Option<DateTime<Utc>>,
    /// Notification to an endpoint that this mail stands in for.
    pub escalates: Option<Uuid>,
    /// What the mail service calls it.
    pub provider_id: Option<String>,
    /// What became of it there.
    pub receipt: Option<String>,
    /// When that was known.
    pub receipt_at: Option<DateTime<Utc>>,
}

impl Notification {
    /// The channel.
    ///
    /// # Errors
    /// If the stored name is not known.
    pub fn channel(&self) -> Result<Channel, Error> {
        Channel::from_code(&self.channel)
    }

    /// The identifier that goes out: mail that stands in for a call has the
    /// one of the call.
    #[must_use]
    pub fn sent_id(&self) -> Uuid {
        self.escalates.unwrap_or(self.id)
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

/// A notification to be written.
struct New<'a> {
    event: &'a str,
    body: Uuid,
    report: Option<Uuid>,
    version: i32,
    recipient: Uuid,
    payload: &'a Value,
    escalates: Option<Uuid>,
}

/// Where a notification goes once it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To an endpoint that answers, as far as is known.
    Endpoint,
    /// To an endpoint that fails.
    FailingEndpoint,
    /// To an endpoint that is not called any more.
    DisabledEndpoint,
    Mail,
}

/// Writes one notification, and the job that sends it, for each recipient of
/// `body` that is told of `event`; returns how many. Recipients that already
/// have one for the same event and version get no other. `data` is what the
/// recipient is told; the mail uses its `group_name`, `reference`, `links`,
/// `public_note` and `reason`.
///
/// What is for an endpoint that is not called any more is noted as failed, so
/// that it can be sent again later, and goes by mail instead.
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
    type Row = (Uuid, String, Option<DateTime<Utc>>, Option<Vec<String>>);
    let endpoints: Vec<Row> = webhook_endpoint::table
        .filter(webhook_endpoint::body_id.eq(body))
        .filter(webhook_endpoint::state.ne("deleted"))
        .order(webhook_endpoint::id)
        .select((
            webhook_endpoint::id,
            webhook_endpoint::state,
            webhook_endpoint::failing_since,
            webhook_endpoint::events,
        ))
        .load(tx.connection())?;
    let contacts: Vec<Uuid> = email_contact::table
        .filter(email_contact::body_id.eq(body))
        .filter(email_contact::state.eq("active"))
        .filter(email_contact::tells.eq(recipients::Tells::Everything.code()))
        .order(email_contact::id)
        .select(email_contact::id)
        .load(tx.connection())?;
    let payload = payload(tx, event, data);
    // Mail first: a contact that is told anyway is not told once more.
    let ways =
        contacts
            .into_iter()
            .map(|id| (id, Way::Mail))
            .chain(
                endpoints
                    .into_iter()
                    .filter_map(|(id, state, failing, events)| {
                        let wanted =
                            events.is_none_or(|events| events.iter().any(|name| name == event));
                        let way = match (state.as_str(), failing) {
                            ("active", None) => Way::Endpoint,
                            ("active", Some(_)) => Way::FailingEndpoint,
                            _ => Way::DisabledEndpoint,
                        };
                        wanted.then_some((id, way))
                    }),
            );
    let mut written = 0;
    for (recipient, way) in ways {
        let new = New {
            event,
            body,
            report: Some(report_id),
            version,
            recipient,
            payload: &payload,
            escalates: None,
        };
        if write(tx, &new, way)?.is_some() {
            written += 1;
        }
    }
    Ok(written)
}

/// Writes a notification that says nothing but that the endpoint is reached;
/// returns its identifier.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn test(tx: &mut Tx<'_>, endpoint: Uuid) -> Result<Uuid, Error> {
    let endpoint = recipients::locked_endpoint(tx, endpoint)?;
    let data = json!({ "endpoint_id": endpoint.id, "body_id": endpoint.body_id });
    let payload = payload(tx, notice::TEST, &data);
    let new = New {
        event: notice::TEST,
        body: endpoint.body_id,
        report: None,
        version: 0,
        recipient: endpoint.id,
        payload: &payload,
        escalates: None,
    };
    write(tx, &new, Way::Endpoint)?
        .ok_or_else(|| Error::Internal("a test was not written".to_owned()))
}

/// Tells every contact of a body by mail that an endpoint is not called any
/// more.
fn tell_disabled(
    tx: &mut Tx<'_>,
    endpoint: Uuid,
    body: Uuid,
    url: &str,
    reason: &str,
) -> Result<(), Error> {
    let contacts: Vec<Uuid> = email_contact::table
        .filter(email_contact::body_id.eq(body))
        .filter(email_contact::state.eq("active"))
        .order(email_contact::id)
        .select(email_contact::id)
        .load(tx.connection())?;
    let data = json!({
        "endpoint_id": endpoint,
        "body_id": body,
        "url": url,
        "reason": reason,
    });
    let payload = payload(tx, notice::ENDPOINT_DISABLED, &data);
    for recipient in contacts {
        let new = New {
            event: notice::ENDPOINT_DISABLED,
            body,
            report: None,
            version: 0,
            recipient,
            payload: &payload,
            escalates: None,
        };
        write(tx, &new, Way::Mail)?;
    }
    Ok(())
}

fn payload(tx: &Tx<'_>, event: &str, data: &Value) -> Value {
    json!({
        "type": event,
        "timestamp": tx.now().to_rfc3339_opts(SecondsFormat::AutoSi, true),
        "data": data,
    })
}

/// Writes a notification and what follows from it, unless the recipient has
/// one for the same event and version.
fn write(tx: &mut Tx<'_>, new: &New<'_>, way: Way) -> Result<Option<Uuid>, Error> {
    let (id, now) = (tx.new_id(), tx.now());
    let channel = match way {
        Way::Mail => Channel::Email,
        _ => Channel::Webhook,
    };
    let dropped = way == Way::DisabledEndpoint;
    let written = diesel::insert_into(notification::table)
        .values((
            notification::id.eq(id),
            notification::event.eq(new.event),
            notification::body_id.eq(new.body),
            notification::report_id.eq(new.report),
            notification::version.eq(new.version),
            notification::channel.eq(channel.code()),
            notification::recipient_id.eq(new.recipient),
            notification::state.eq(if dropped { "failed" } else { "waiting" }),
            notification::payload.eq(new.payload),
            notification::created_at.eq(now),
            notification::finished_at.eq(dropped.then_some(now)),
            notification::escalates.eq(new.escalates),
        ))
        .on_conflict((
            notification::event,
            notification::report_id,
            notification::version,
            notification::recipient_id,
        ))
        .do_nothing()
        .execute(tx.connection())?;
    if written == 0 {
        return Ok(None);
    }
    match way {
        Way::DisabledEndpoint => {
            escalate(tx, id)?;
        }
        _ => {
            enqueue(tx, id, new.recipient, way)?;
        }
    }
    Ok(Some(id))
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

/// A notification with what is needed to send it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToSend {
    /// The notification.
    pub notification: Notification,
    /// Name of the body that is told.
    pub body: String,
    /// The endpoint, if it goes to one.
    pub target: Option<recipients::Target>,
}

/// Notifications with what is needed to send them, in the order of `ids`;
/// `None` for one that is not there.
///
/// # Errors
/// If the database fails.
pub fn to_send(
    connection: &mut PgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<Option<ToSend>>, Error> {
    let found: Vec<(Notification, String)> = notification::table
        .filter(notification::id.eq_any(ids))
        .inner_join(responsible_body::table.on(responsible_body::id.eq(notification::body_id)))
        .select((Notification::as_select(), responsible_body::name))
        .load(connection)?;
    let endpoints: Vec<Uuid> = found
        .iter()
        .filter(|(notification, _)| notification.channel == Channel::Webhook.code())
        .map(|(notification, _)| notification.recipient_id)
        .collect();
    let targets = recipients::targets(connection, &endpoints, now)?;
    let mut found: HashMap<Uuid, ToSend> = found
        .into_iter()
        .map(|(notification, body)| {
            let target = targets.get(&notification.recipient_id).cloned();
            let one = ToSend {
                notification,
                body,
                target,
            };
            (one.notification.id, one)
        })
        .collect();
    Ok(ids.iter().map(|id| found.remove(id)).collect())
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
        if enqueue_again(tx, id)? {
            adopted.push(id);
        }
    }
    Ok(adopted)
}

/// Writes the job that sends a notification there is.
fn enqueue_again(tx: &mut Tx<'_>, id: Uuid) -> Result<bool, Error> {
    let (channel, recipient): (String, Uuid) = notification::table
        .find(id)
        .select((notification::channel, notification::recipient_id))
        .first(tx.connection())?;
    let way = match Channel::from_code(&channel)? {
        Channel::Email => Way::Mail,
        Channel::Webhook => match failing_since(tx.connection(), recipient)? {
            Some(_) => Way::FailingEndpoint,
            None => Way::Endpoint,
        },
    };
    enqueue(tx, id, recipient, way)
}

fn enqueue(tx: &mut Tx<'_>, id: Uuid, recipient: Uuid, way: Way) -> Result<bool, Error> {
    let job = jobs::Notify {
        notification_id: id,
    }
    .job(id.to_string(), None)?;
    let (queue, lane) = match way {
        Way::Mail => (jobs::MAIL, None),
        Way::FailingEndpoint => (jobs::NOTIFY_AGAIN, Some(recipient)),
        Way::Endpoint | Way::DisabledEndpoint => (jobs::NOTIFY, Some(recipient)),
    };
    let job = NewJob { queue, ..job };
    Ok(tx.enqueue_in(&job, lane)?.is_some())
}
