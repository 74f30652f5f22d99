//! Who is told of a body's reports: webhook endpoints and e-mail contacts.
//!
//! Both belong to one body and exist only for actors that see it.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, audit,
    schema::{email_contact, responsible_body, webhook_endpoint},
};

/// Beginning of every webhook secret, as Standard Webhooks has it.
pub const SECRET_PREFIX: &str = "whsec_";

/// Longest address of an endpoint.
const LONGEST_URL: usize = 2048;
/// Longest e-mail address (RFC 5321).
const LONGEST_ADDRESS: usize = 254;
/// Longest name of a contact's role.
const LONGEST_ROLE: usize = 200;

/// A webhook endpoint as read. Its secret is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhook_endpoint)]
pub struct Endpoint {
    /// Identifier.
    pub id: Uuid,
    /// Body whose reports it is told of.
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
}

/// An e-mail contact as read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = email_contact)]
pub struct Contact {
    /// Identifier.
    pub id: Uuid,
    /// Body whose reports the contact is told of.
    pub body_id: Uuid,
    /// E-mail address.
    pub address: String,
    /// What the contact does for the body.
    pub role: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Who added it.
    pub created_by: String,
}

/// What a sender needs to know of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Address to call.
    pub url: String,
    /// Secret to sign with.
    pub secret: String,
    /// Whether it may be called.
    pub active: bool,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target")
            .field("url", &self.url)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// Adds a webhook endpoint; returns its identifier and its secret, which is
/// not shown again.
///
/// Whether the address may be called is decided when it is called: what a
/// name resolves to can change.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, a refusal for an
/// address that cannot be one, or if the database fails.
pub fn create_endpoint(tx: &mut Tx<'_>, body: Uuid, url: &str) -> Result<(Uuid, String), Error> {
    require_body(tx, body)?;
    let web = url.starts_with("https://") || url.starts_with("http://");
    if !web || url.len() > LONGEST_URL || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::refused(
            "webhook-url",
            "the address of an endpoint is an https URL without spaces",
        ));
    }
    let id = tx.new_id();
    let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(tx.new_secret()));
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    diesel::insert_into(webhook_endpoint::table)
        .values((
            webhook_endpoint::id.eq(id),
            webhook_endpoint::body_id.eq(body),
            webhook_endpoint::url.eq(url),
            webhook_endpoint::secret.eq(&secret),
            webhook_endpoint::state.eq("active"),
            webhook_endpoint::created_at.eq(now),
            webhook_endpoint::created_by.eq(by),
        ))
        .execute(tx.connection())?;
    record(
        tx,
        "webhook.created",
        "webhook",
        id,
        None,
        json!({ "body": body, "url": url }),
    )?;
    Ok((id, secret))
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

/// Stops calling an endpoint. Doing so again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn disable_endpoint(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<(), Error> {
    let endpoint = locked_endpoint(tx, id)?;
    if endpoint.state == "disabled" {
        return Ok(());
    }
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::state.eq("disabled"),
            webhook_endpoint::disabled_reason.eq(reason),
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.disabled", "webhook", id, Some(reason), data)
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
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.enabled", "webhook", id, None, data)
}

/// Removes an endpoint. Its deliveries stay on record; its secret does not.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delete_endpoint(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    let endpoint = locked_endpoint(tx, id)?;
    diesel::update(webhook_endpoint::table.find(id))
        .set((
            webhook_endpoint::state.eq("deleted"),
            webhook_endpoint::secret.eq(""),
        ))
        .execute(tx.connection())?;
    let data = json!({ "body": endpoint.body_id });
    record(tx, "webhook.deleted", "webhook", id, None, data)
}

/// What a sender needs to know of an endpoint.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn target(connection: &mut PgConnection, id: Uuid) -> Result<Target, Error> {
    let (url, secret, state): (String, String, String) = webhook_endpoint::table
        .find(id)
        .select((
            webhook_endpoint::url,
            webhook_endpoint::secret,
            webhook_endpoint::state,
        ))
        .first(connection)?;
    Ok(Target {
        url,
        secret,
        active: state == "active",
    })
}

/// Adds an e-mail contact; returns its identifier. Adding the same address
/// again returns the contact there is.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, a refusal for an
/// address that cannot be one, or if the database fails.
pub fn create_contact(
    tx: &mut Tx<'_>,
    body: Uuid,
    address: &str,
    role: &str,
) -> Result<Uuid, Error> {
    require_body(tx, body)?;
    if !is_address(address) {
        return Err(Error::refused(
            "contact-address",
            "this is not an e-mail address",
        ));
    }
    if role.is_empty() || role.len() > LONGEST_ROLE || role.chars().any(char::is_control) {
        return Err(Error::refused(
            "contact-role",
            "a role is one line of at most 200 characters",
        ));
    }
    let id = tx.new_id();
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    let written = diesel::insert_into(email_contact::table)
        .values((
            email_contact::id.eq(id),
            email_contact::body_id.eq(body),
            email_contact::address.eq(address),
            email_contact::role.eq(role),
            email_contact::state.eq("active"),
            email_contact::created_at.eq(now),
            email_contact::created_by.eq(by),
        ))
        .on_conflict_do_nothing()
        .execute(tx.connection())?;
    if written == 0 {
        return Ok(email_contact::table
            .filter(email_contact::body_id.eq(body))
            .filter(email_contact::state.eq("active"))
            .filter(lower(email_contact::address).eq(lower(address)))
            .select(email_contact::id)
            .first(tx.connection())?);
    }
    // The address is personal data; the log names the contact only.
    record(
        tx,
        "contact.created",
        "contact",
        id,
        None,
        json!({ "body": body, "role": role }),
    )?;
    Ok(id)
}

/// The contacts of a body, oldest first.
///
/// # Errors
/// [`Error::NotFound`] for a body the actor does not see, or if the database
/// fails.
pub fn contacts(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Uuid,
) -> Result<Vec<Contact>, Error> {
    visible(connection, actor, body)?;
    Ok(email_contact::table
        .filter(email_contact::body_id.eq(body))
        .filter(email_contact::state.eq("active"))
        .order(email_contact::id)
        .select(Contact::as_select())
        .load(connection)?)
}

/// Removes a contact.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delete_contact(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    let body: Uuid = email_contact::table
        .find(id)
        .filter(email_contact::state.eq("active"))
        .select(email_contact::body_id)
        .for_update()
        .first(tx.connection())?;
    if !tx.actor().sees(body) {
        return Err(Error::NotFound);
    }
    diesel::update(email_contact::table.find(id))
        .set(email_contact::state.eq("deleted"))
        .execute(tx.connection())?;
    record(
        tx,
        "contact.deleted",
        "contact",
        id,
        None,
        json!({ "body": body }),
    )
}

/// Address of a contact, or `None` once it was removed.
///
/// # Errors
/// If the database fails.
pub fn address(connection: &mut PgConnection, id: Uuid) -> Result<Option<String>, Error> {
    Ok(email_contact::table
        .find(id)
        .filter(email_contact::state.eq("active"))
        .select(email_contact::address)
        .first(connection)
        .optional()?)
}

diesel::define_sql_function! {
    /// Lower case, as the unique index of addresses has it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// A plausible address: the mail server has the last word.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;:\"".contains(c);
    address.len() <= LONGEST_ADDRESS
        && !local.is_empty()
        && local.chars().all(|c| plain(c) && c != '@')
        && domain.chars().all(plain)
        && !domain.split('.').any(str::is_empty)
}

fn locked_endpoint(tx: &mut Tx<'_>, id: Uuid) -> Result<Endpoint, Error> {
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

fn require_body(tx: &mut Tx<'_>, body: Uuid) -> Result<(), Error> {
    let actor = tx.actor();
    visible(tx.connection(), actor, body)
}

pub(crate) fn visible(
    connection: &mut PgConnection,
    actor: &Actor,
    body: Uuid,
) -> Result<(), Error> {
    if !actor.sees(body) {
        return Err(Error::NotFound);
    }
    responsible_body::table
        .find(body)
        .select(responsible_body::id)
        .first::<Uuid>(connection)?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    action: &'static str,
    kind: &'static str,
    id: Uuid,
    reason: Option<&str>,
    data: Value,
) -> Result<(), Error> {
    tx.audit(&audit::Event {
        action,
        subject_kind: kind,
        subject_id: id.to_string(),
        reason,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["clerk@example.org", "a.b+c@trust.sch.uk", "x@localhost"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "clerk",
            "@example.org",
            "clerk@",
            "a b@example.org",
            "a@b@example.org",
            "a@example..org",
            "a@example.org\nBcc: b@example.org",
            "<a@example.org>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
