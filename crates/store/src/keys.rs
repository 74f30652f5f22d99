//! API keys: shown once, kept as a hash.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::inspection::Role;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx,
    actor::Scope,
    audit,
    schema::{api_key, responsible_body},
};

/// Beginning of every key, for secret scanners.
pub const PREFIX: &str = "gik_";

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What the key is for.
    pub name: String,
    /// What its holder may do.
    pub scopes: Vec<Scope>,
    /// The one body its holder is limited to.
    pub body: Option<Uuid>,
    /// In which role its holder acts on inspections.
    pub role: Option<Role>,
    /// The person who holds it; a system has none.
    pub person: Option<Uuid>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a key; returns its identifier and the secret, which is not kept.
///
/// # Errors
/// [`Error::NotFound`] if the body is not known, or if the database fails.
pub fn create(tx: &mut Tx<'_>, new: &NewKey) -> Result<(Uuid, String), Error> {
    if let Some(body) = new.body {
        responsible_body::table
            .find(body)
            .select(responsible_body::id)
            .first::<Uuid>(tx.connection())?;
    }
    let id = tx.new_id();
    let now = tx.now();
    let secret = format!("{PREFIX}{}", hex::encode(tx.new_secret()));
    let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.code()).collect();
    diesel::insert_into(api_key::table)
        .values((
            api_key::id.eq(id),
            api_key::name.eq(&new.name),
            api_key::secret_sha256.eq(digest(&secret).as_slice()),
            api_key::scopes.eq(&scopes),
            api_key::body_id.eq(new.body),
            api_key::created_at.eq(now),
            api_key::expires_at.eq(new.expires_at),
            api_key::role.eq(new.role.map(Role::code)),
            api_key::person_id.eq(new.person),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "key.created",
        subject_kind: "key",
        subject_id: id.to_string(),
        reason: None,
        data: serde_json::json!({ "name": new.name, "scopes": scopes, "body": new.body, "role": new.role, "person": new.person }),
    })?;
    Ok((id, secret))
}

/// The actor a secret stands for, unless it is unknown, expired or revoked.
///
/// The secret has 256 random bits, so a plain hash is enough, and finding the
/// hash by an index reveals nothing of a secret.
///
/// # Errors
/// [`Error::NotFound`] without a valid key, or if the database fails.
pub fn authenticate(
    connection: &mut PgConnection,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Actor, Error> {
    type Row = (
        Uuid,
        Vec<String>,
        Option<Uuid>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<String>,
        Option<Uuid>,
    );
    let (id, scopes, body, expires_at, revoked_at, role, person) = api_key::table
        .filter(api_key::secret_sha256.eq(digest(secret).as_slice()))
        .select((
            api_key::id,
            api_key::scopes,
            api_key::body_id,
            api_key::expires_at,
            api_key::revoked_at,
            api_key::role,
            api_key::person_id,
        ))
        .first::<Row>(connection)?;
    if revoked_at.is_some() || expires_at.is_some_and(|end| end <= now) {
        return Err(Error::NotFound);
    }
    let actor = Actor::key(
        id,
        scopes.iter().filter_map(|code| Scope::from_code(code)),
        body,
    );
    Ok(match role.as_deref().and_then(Role::from_code) {
        Some(role) => actor.acting_as(role, person.unwrap_or(id)),
        None => actor,
    })
}

/// Notes that a key was used today; at most one write per key and day.
///
/// # Errors
/// If the database fails.
pub fn note_use(connection: &mut PgConnection, id: Uuid, today: NaiveDate) -> Result<(), Error> {
    diesel::update(
        api_key::table.find(id).filter(
            api_key::last_used_on
                .is_null()
                .or(api_key::last_used_on.lt(today)),
        ),
    )
    .set(api_key::last_used_on.eq(today))
    .execute(connection)?;
    Ok(())
}

/// Revokes a key at once.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn revoke(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<(), Error> {
    let now = tx.now();
    let changed = diesel::update(
        api_key::table
            .find(id)
            .filter(api_key::revoked_at.is_null()),
    )
    .set(api_key::revoked_at.eq(now))
    .execute(tx.connection())?;
    if changed == 0 {
        return Err(Error::NotFound);
    }
    tx.audit(&audit::Event {
        action: "key.revoked",
        subject_kind: "key",
        subject_id: id.to_string(),
        reason: Some(reason),
        data: serde_json::json!({}),
    })
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
