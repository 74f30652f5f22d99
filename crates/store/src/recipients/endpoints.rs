//! Webhook endpoints of a body: their address, what they are told, and the
//! keys that calls are signed with.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::notice;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;
use uuid::Uuid;

use super::{record, require_body, visible};
use crate::{Actor, Error, Tx, error::Conflict, schema::webhook_endpoint};

/// Beginning of a shared secret, as Standard Webhooks has it.
pub const SECRET_PREFIX: &str = "whsec_";
/// Beginning of a private key.
pub const PRIVATE_PREFIX: &str = "whsk_";
/// Beginning of a public key.
pub const PUBLIC_PREFIX: &str = "whpk_";

/// Longest address of an endpoint.
const LONGEST_URL: usize = 2048;
/// Longest description of an endpoint.
const LONGEST_DESCRIPTION: usize = 200;

/// How calls are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// `v1`: HMAC-SHA256 with a secret that the receiver has too.
    Shared,
    /// `v1a`: ed25519; the receiver has the public key alone.
    Ed25519,
}

impl Signature {
    /// Name as shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shared => "hmac-sha256",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// A webhook endpoint as read. Its secret is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhook_endpoint)]
pub struct Endpoint {
    /// Identifier.
    pub id: Uuid,
    /// Body whose inspections it is told of.
    pub body_id: Uuid,
    /// Address that is called.
    pub url: String,
    /// `active` or `disabled`.
    pub state: String,
    /// Why it is disabled.
    pub disabled_reason: Option<String>,
    /// Since when every try has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Who added it.
    pub created_by: String,
    /// What it is for.
    pub description: String,
    /// Events it is told of; all of them if none are named.
    pub events: Option<Vec<String>>,
    /// Counts its changes.
    pub revision: i64,
    /// Key to verify calls with, if they are signed with ed25519.
    pub public_key: Option<String>,
    /// Until when calls are signed with the keys before as well.
    pub previous_until: Option<DateTime<Utc>>,
}

impl Endpoint {
    /// How calls are signed.
    #[must_use]
    pub const fn signature(&self) -> Signature {
        match self.public_key {
            Some(_) => Signature::Ed25519,
            None => Signature::Shared,
        }
    }
}

/// What may be said of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Address to call.
    pub url: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Events it is told of; all of them if none are named.
    pub events: Option<Vec<String>>,
}

impl Wanted {
    /// All events at an address.
    #[must_use]
    pub fn all_at(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            description: String::new(),
            events: None,
        }
    }

    fn check(&self) -> Result<(), Error> {
        let web = self.url.starts_with("https://") || self.url.starts_with("http://");
        let odd = |c: char| c.is_whitespace() || c.is_control();
        if !web || self.url.len() > LONGEST_URL || self.url.chars().any(odd) {
            return Err(Error::refused(
                "webhook-url",
                "the address of an endpoint is an https URL without spaces",
            ));
        }
        if self.description.chars().count() > LONGEST_DESCRIPTION
            || self.description.chars().any(char::is_control)
        {
            return Err(Error::refused(
                "webhook-description",
                "a description is one line of at most 200 characters",
            ));
        }
        let known = |event: &String| notice::EVENTS.contains(&event.as_str());
        match &self.events {
            Some(events) if events.is_empty() || !events.iter().all(known) => Err(Error::refused(
                "webhook-events",
                "an endpoint is told of all events, or of some that there are",
            )),
            _ => Ok(()),
        }
    }
}

/// What the receiver is shown of new keys, once.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// Secret that both sides have.
    pub secret: Option<String>,
    /// Public key; the private one stays here.
    pub public_key: Option<String>,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown")
            .field("public_key", &self.public_key)
            .finish_non_exhaustive()
    }
}

/// What a sender needs to know of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Address to call.
    pub url: String,
    /// Keys to sign with, the present one first; none once it was deleted.
    pub keys: Vec<String>,
    /// `active`, `disabled` or `deleted`.
    pub state: String,
    /// Since when every try has failed.
    pub failing_since: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("url", &self.url)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Target {
    /// Whether it may be called with `event`: a disabled endpoint may be
    /// tested before it is enabled again.
    #[must_use]
    pub fn takes(&self, event: &str) -> bool {
        match self.state.as_str() {
            "active" => true,
            "disabled" => event == notice::TEST,
            _ => false,
        }
    }
}

/// A new key: what is kept, and what is shown of it.
fn new_key(tx: &Tx<'_>, signature: Signature) -> Result<(String, Shown), Error> {
    let random = tx.new_secret();
    match signature {
        Signature::Shared => {
            let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(random));
            let shown = Shown {
                secret: Some(secret.clone()),
                public_key: None,
            };
            Ok((secret, shown))
        }
        Signature::Ed25519 => {
            let pair = Ed25519KeyPair::from_seed_unchecked(&random)
                .map_err(|error| Error::internal("an ed25519 key", error))?;
            let public = pair.public_key().as_ref();
            // Seed and public key, as libraries of Standard Webhooks keep it.
            let private = [random.as_slice(), public].concat();
            let shown = Shown {
                secret: None,
                public_key: Some(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(public))),
            };
            let kept = format!("{PRIVATE_PREFIX}{}", STANDARD.encode(private));
            Ok((kept, shown))
        }
    }
}

/// Adds a webhook endpoint; returns its identifier and what the receiver is
/// shown of its keys, once.
///
/// Whether the address may be called is decided when it is called: what a
/// name resolves to can change.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, a refusal for what
/// cannot be an endpoint, or if the database fails.
pub fn create_endpoint(
    tx: &mut Tx<'_>,
    body: Uuid,
    wanted: &Wanted,
    signature: Signature,
) -> Result<(Uuid, Shown), Error> {
    require_body(tx, body)?;
    wanted.check()?;
    let id = tx.new_id();
    let (secret, shown) = new_key(tx, signature)?;
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    diesel::insert_into(webhook_endpoint::table)
        .values((
            webhook_endpoint::id.eq(id),
            webhook_endpoint::body_id.eq(body),
            webhook_endpoint::url.eq(&wanted.url),
            webhook_endpoint::description.eq(&wanted.description),
            webhook_endpoint::events.eq(&wanted.events),
            webhook_endpoint::secret.eq(&secret),
            webhook_endpoint::public_key.eq(&shown.public_key),
            webhook_endpoint::state.eq("active"),
            webhook_endpoint::created_at.eq(now),
            webhook_endpoint::created_by.eq(by),
        ))
        .execute(tx.connection())?;
    let data = json!({
        "body": body,
        "url": wanted.url,
        "events": wanted.events,
        "signature": signature.code(),
    });
    record(tx, "webhook.created", "webhook", id, None, data)?;
    Ok((id, shown))
}

/// The endpoints of a body, oldest first.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, or if the database
/// fails.
pub fn endpoints(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Uuid,
) -> Result<Vec<Endpoint>, Error> {
    visible(connection, actor, body)?;
    Ok(webhook_endpoint::table
        .filter(webhook_endpoint::body_id.eq(body))
        .filter(webhook_endpoint::state.ne("deleted"))
        .order(webhook_endpoint::id)
        .select(Endpoint::as_select())
        .load(connection)?)
}

/// One endpoint.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn endpoint(connection: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Endpoint, Error> {
    let endpoint: Endpoint = webhook_endpoint::table
        .find(id)
        .filter(webhook_endpoint::state.ne("deleted"))
        .select(Endpoint::as_select())
        .first(connection)?;
    if actor.sees(endpoint.body_id) {
        Ok(endpoint)
    } else {
        Err(Error::NotFound)
    }
}

/// One endpoint, if it is one of `body`.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn endpoint_of(
    connection: &mut PgConnection,
    actor: &Actor,
    (body, id): (Uuid, Uuid),
) -> Result<Endpoint, Error> {
    let endpoint = endpoint(connection, actor, id)?;
    if endpoint.body_id == body {
        Ok(endpoint)
    } else {
        Err(Error::NotFound)
    }
}

/// Endpoints of all bodies that are disabled or fail, for operators.
///
/// # Errors
/// If the database fails.
pub fn ailing(connection: &mut PgConnection, limit: i64) -> Result<Vec<(Endpoint, String)>, Error> {
    use crate::schema::responsible_body;
    Ok(webhook_endpoint::table
        .inner_join(responsible_body::table.on(responsible_body::id.eq(webhook_endpoint::body_id)))
        .filter(webhook_endpoint::state.ne("deleted"))
        .filter(
            webhook_endpoint::state
                .eq("disabled")
                .or(webhook_endpoint::failing_since.is_not_null()),
        )
        .order((webhook_endpoint::failing_since, webhook_endpoint::id))
        .limit(limit)
        .select((Endpoint::as_select(), responsible_body::name))
        .load(connection)?)
}

/// Changes an endpoint that is at `revision`; returns its new revision. What
/// waits goes to the new address.
///
/// # Errors
/// [`Error::NotFound`], [`Conflict::Revision`], a refusal for what cannot be
/// an endpoint, or if the database fails.
pub fn change_endpoint(
    tx: &mut Tx<'_>,
    id: Uuid,
    revision: i64,
    wanted: &Wanted,
) -> Result<i64, Error> {
    let endpoint = locked_endpoint(tx, id)?;
    if endpoint.revision != revision {
        return Err(Error::Conflict(Conflict::StaleRevision {
            current: endpoint.revision,
        }));
    }
    wanted.check()?;
    let unchanged = endpoint.url == wanted.url
        && endpoint.description == wanted.description
        && endpoint.events == wanted.events;
    if unchanged {
        return Ok(revision);
    }
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::url.eq(&wanted.url),
            webhook_endpoint::description.eq(&wanted.description),
            webhook_endpoint::events.eq(&wanted.events),
            webhook_endpoint::revision.eq(revision + 1),
        ))
        .execute(tx.connection())?;
    let data = json!({
        "body": endpoint.body_id,
        "before": { "url": endpoint.url, "events": endpoint.events },
        "after": { "url": wanted.url, "events": wanted.events },
    });
    record(tx, "webhook.changed", "webhook", id, None, data)?;
    Ok(revision + 1)
}

/// Gives an endpoint new keys, perhaps of another kind. For `overlap`, calls
/// are signed with those before as well; keys older still are gone.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: Uuid,
    signature: Option<Signature>,
    overlap: TimeDelta,
) -> Result<(Endpoint, Shown), Error> {
    let endpoint = locked_endpoint(tx, id)?;
    let signature = signature.unwrap_or_else(|| endpoint.signature());
    let before: String = webhook_endpoint::table
        .find(id)
        .select(webhook_endpoint::secret)
        .first(tx.connection())?;
    let (secret, shown) = new_key(tx, signature)?;
    let until = tx.now() + overlap;
    let changed = diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::secret.eq(secret),
            webhook_endpoint::public_key.eq(&shown.public_key),
            webhook_endpoint::previous_secret.eq(before),
            webhook_endpoint::previous_until.eq(until),
            webhook_endpoint::revision.eq(endpoint.revision + 1),
        ))
        .returning(Endpoint::as_returning())
        .get_result(tx.connection())?;
    let data = json!({
        "body": endpoint.body_id,
        "signature": signature.code(),
        "previous_until": until,
    });
    record(tx, "webhook.rotated", "webhook", id, None, data)?;
    Ok((changed, shown))
}

/// Forgets keys whose overlap is over; returns how many.
///
/// # Errors
/// If the database fails.
pub fn forget_previous_keys(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now = tx.now();
    Ok(
        diesel::update(webhook_endpoint::table.filter(webhook_endpoint::previous_until.le(now)))
            .set((
                webhook_endpoint::previous_secret.eq(None::<String>),
                webhook_endpoint::previous_until.eq(None::<DateTime<Utc>>),
            ))
            .execute(tx.connection())?,
    )
}

/// Stops calling an endpoint; `false` if it was not called any more before.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn disable_endpoint(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<bool, Error> {
    let endpoint = locked_endpoint(tx, id)?;
    if endpoint.state == "disabled" {
        return Ok(false);
    }
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::state.eq("disabled"),
            webhook_endpoint::disabled_reason.eq(reason),
            webhook_endpoint::revision.eq(endpoint.revision + 1),
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.disabled", "webhook", id, Some(reason), data)?;
    Ok(true)
}

/// Calls a disabled endpoint again from now on.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn enable_endpoint(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    let endpoint = locked_endpoint(tx, id)?;
    if endpoint.state == "active" {
        return Ok(());
    }
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::state.eq("active"),
            webhook_endpoint::disabled_reason.eq(None::<String>),
            webhook_endpoint::failing_since.eq(None::<DateTime<Utc>>),
            webhook_endpoint::revision.eq(endpoint.revision + 1),
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.enabled", "webhook", id, None, data)
}

/// Removes an endpoint. Its deliveries stay on record; its keys do not.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delete_endpoint(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    let endpoint = locked_endpoint(tx, id)?;
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::state.eq("deleted"),
            webhook_endpoint::secret.eq(""),
            webhook_endpoint::previous_secret.eq(None::<String>),
            webhook_endpoint::previous_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.deleted", "webhook", id, None, data)
}

/// What a sender needs to know of an endpoint at `now`.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn target(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Target, Error> {
    targets(connection, &[id], now)?
        .remove(&id)
        .ok_or(Error::NotFound)
}

/// What a sender needs to know of endpoints, those that are there.
///
/// # Errors
/// If the database fails.
pub fn targets(
    connection: &mut PgConnection,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Target>, Error> {
    type Row = (
        Uuid,
        String,
        String,
        Option<String>,
        Option<DateTime<Utc>>,
        String,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Row> = webhook_endpoint::table
        .filter(webhook_endpoint::id.eq_any(ids))
        .select((
            webhook_endpoint::id,
            webhook_endpoint::url,
            webhook_endpoint::secret,
            webhook_endpoint::previous_secret,
            webhook_endpoint::previous_until,
            webhook_endpoint::state,
            webhook_endpoint::failing_since,
        ))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|(id, url, secret, previous, until, state, failing_since)| {
            let previous = previous.filter(|_| until.is_some_and(|until| until > now));
            let target = Target {
                url,
                keys: [Some(secret), previous]
                    .into_iter()
                    .flatten()
                    .filter(|key| !key.is_empty())
                    .collect(),
                state,
                failing_since,
            };
            (id, target)
        })
        .collect())
}

/// The endpoint, locked, if the actor sees it.
pub(crate) fn locked_endpoint(tx: &mut Tx<'_>, id: Uuid) -> Result<Endpoint, Error> {
    let endpoint: Endpoint = webhook_endpoint::table
        .find(id)
        .filter(webhook_endpoint::state.ne("deleted"))
        .select(Endpoint::as_select())
        .for_update()
        .first(tx.connection())?;
    if tx.actor().sees(endpoint.body_id) {
        Ok(endpoint)
    } else {
        Err(Error::NotFound)
    }
}
