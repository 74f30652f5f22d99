//! Addresses of offices that are told of bodies: of authorities, of the
//! department, of the heads of schools.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::notice::{Addressee, Post};
use serde_json::json;
use uuid::Uuid;

use super::{contacts::is_address, record};
use crate::{Actor, Error, Tx, schema::email_contact};

/// Longest name of whose office it is.
const LONGEST_OF: usize = 200;

/// Somebody at an office.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct OfficeContact {
    /// Identifier.
    pub id: Uuid,
    /// Code of the office.
    pub post: String,
    /// Whose office it is, where there are several: code of an authority or a
    /// diocese, URN of a school, name of a sponsor or association. Without it,
    /// whoever's.
    pub of: Option<String>,
    /// E-mail address.
    pub address: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Code of an office, as stored and shown.
///
/// # Errors
/// If the office has none, which is a defect.
pub(crate) fn post_code(post: Post) -> Result<String, Error> {
    match serde_json::to_value(post) {
        Ok(serde_json::Value::String(code)) => Ok(code),
        _ => Err(Error::Internal("an office has no code".to_owned())),
    }
}

/// Adds an address of an office; returns its identifier. Adding it again
/// returns the one there is.
///
/// # Errors
/// A refusal for what cannot be an address, [`Error::NotFound`] for an actor
/// that is limited to a body, or if the database fails.
pub fn create_office_contact(
    tx: &mut Tx<'_>,
    post: Post,
    of: Option<&str>,
    address: &str,
) -> Result<Uuid, Error> {
    everywhere(tx.actor())?;
    if !is_address(address) {
        return Err(Error::refused(
            "contact-address",
            "this is not an e-mail address",
        ));
    }
    if of.is_some_and(|of| of.is_empty() || of.chars().count() > LONGEST_OF) {
        return Err(Error::refused(
            "contact-of",
            "whose office it is has 1 to 200 characters",
        ));
    }
    let code = post_code(post)?;
    let (id, now) = (tx.new_id(), tx.now());
    let by = tx.actor().name().to_owned();
    let written = diesel::insert_into(email_contact::table)
        .values((
            email_contact::id.eq(id),
            email_contact::address.eq(address),
            email_contact::role.eq(&code),
            email_contact::state.eq("active"),
            email_contact::created_at.eq(now),
            email_contact::created_by.eq(by),
            email_contact::post.eq(&code),
            email_contact::of_whom.eq(of),
        ))
        .on_conflict_do_nothing()
        .execute(tx.connection())?;
    if written == 0 {
        let actor = tx.actor();
        let known = office_contacts(tx.connection(), actor)?;
        return known
            .into_iter()
            .find(|held| {
                held.post == code
                    && held.of.as_deref() == of
                    && held.address.to_lowercase() == address.to_lowercase()
            })
            .map(|held| held.id)
            .ok_or(Error::NotFound);
    }
    let data = json!({ "post": code, "of": of });
    record(tx, "contact.created", "contact", id, None, data)?;
    Ok(id)
}

/// All addresses of offices, by office.
///
/// # Errors
/// [`Error::NotFound`] for an actor that is limited to a body, or if the
/// database fails.
pub fn office_contacts(
    connection: &mut PgConnection,
    actor: &Actor,
) -> Result<Vec<OfficeContact>, Error> {
    everywhere(actor)?;
    Ok(email_contact::table
        .filter(email_contact::post.is_not_null())
        .filter(email_contact::state.eq("active"))
        .order((
            email_contact::post,
            email_contact::of_whom,
            email_contact::id,
        ))
        .select((
            email_contact::id,
            email_contact::post.assume_not_null(),
            email_contact::of_whom,
            email_contact::address,
            email_contact::created_at,
        ))
        .load(connection)?)
}

/// Removes an address of an office.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delete_office_contact(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    everywhere(tx.actor())?;
    let gone = diesel::update(
        email_contact::table
            .find(id)
            .filter(email_contact::post.is_not_null())
            .filter(email_contact::state.eq("active")),
    )
    .set(email_contact::state.eq("deleted"))
    .execute(tx.connection())?;
    if gone == 0 {
        return Err(Error::NotFound);
    }
    record(tx, "contact.deleted", "contact", id, None, json!({}))
}

/// Who is there at an office: its own addresses, and those for whoever's.
pub(crate) fn at_office(
    connection: &mut PgConnection,
    office: &Addressee,
) -> Result<Vec<Uuid>, Error> {
    let mut query = email_contact::table
        .filter(email_contact::post.eq(post_code(office.post)?))
        .filter(email_contact::state.eq("active"))
        .order(email_contact::id)
        .select(email_contact::id)
        .into_boxed();
    query = match &office.of {
        Some(of) => query.filter(
            email_contact::of_whom
                .is_null()
                .or(email_contact::of_whom.is_not_distinct_from(of)),
        ),
        None => query.filter(email_contact::of_whom.is_null()),
    };
    Ok(query.load(connection)?)
}

fn everywhere(actor: &Actor) -> Result<(), Error> {
    match actor.body() {
        None => Ok(()),
        Some(_) => Err(Error::NotFound),
    }
}
