//! E-mail contacts of a body.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::json;
use uuid::Uuid;

use super::{record, require_body, visible};
use crate::{Actor, Error, Tx, schema::email_contact};

/// Longest e-mail address (RFC 5321).
const LONGEST_ADDRESS: usize = 254;
/// Longest name of a contact's role.
const LONGEST_ROLE: usize = 200;

/// What a contact is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// Every event.
    Everything,
    /// What an endpoint of the body did not accept, and what becomes of
    /// endpoints.
    WhatFailed,
}

impl Tells {
    /// Name as stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::WhatFailed => "what_failed",
        }
    }
}

/// An e-mail contact as read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = email_contact)]
pub struct Contact {
    /// Identifier.
    pub id: Uuid,
    /// Body whose reports the contact is told of.
    pub body_id: Option<Uuid>,
    /// E-mail address.
    pub address: String,
    /// What the contact does for the body.
    pub role: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// Who added it.
    pub created_by: String,
    /// `everything`, or `what_failed` for what an endpoint did not accept.
    pub tells: String,
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
    tells: Tells,
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
            email_contact::tells.eq(tells.code()),
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
        json!({ "body": body, "role": role, "tells": tells.code() }),
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
    let body: Option<Uuid> = email_contact::table
        .find(id)
        .filter(email_contact::state.eq("active"))
        .select(email_contact::body_id)
        .for_update()
        .first(tx.connection())?;
    if !body.is_some_and(|body| tx.actor().sees(body)) {
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
pub(super) fn is_address(address: &str) -> bool {
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
