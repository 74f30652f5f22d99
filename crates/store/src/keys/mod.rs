//! API keys: shown once, kept as a hash.

mod manage;
mod secret;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::inspection::Role;
use subtle::ConstantTimeEq;
use uuid::Uuid;

pub use manage::{Key, LONGEST_OVERLAP, Rotation, create, get, list, revoke, rotate};
pub use secret::{PREFIX, is_well_formed};

use crate::{Actor, Error, actor::Scope, schema::api_key};

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

/// Who a secret stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The actor.
    pub actor: Actor,
    /// When the secret stops working, as far as is known.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_key)]
struct Row {
    id: Uuid,
    secret_sha256: Vec<u8>,
    previous_sha256: Option<Vec<u8>>,
    previous_until: Option<DateTime<Utc>>,
    scopes: Vec<String>,
    body_id: Option<Uuid>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    role: Option<String>,
    person_id: Option<Uuid>,
}

impl Row {
    /// Until when the secret with this hash works; `None` for none of this
    /// key. Compared in constant time.
    fn until(&self, hash: &[u8]) -> Option<Option<DateTime<Utc>>> {
        if bool::from(self.secret_sha256.as_slice().ct_eq(hash)) {
            return Some(self.expires_at);
        }
        let previous = self.previous_sha256.as_deref()?;
        if !bool::from(previous.ct_eq(hash)) {
            return None;
        }
        // The earlier of the two ends.
        Some(self.previous_until.into_iter().chain(self.expires_at).min())
    }
}

/// Who a secret stands for, unless it is unknown, expired or revoked.
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
) -> Result<Holder, Error> {
    let hash = secret::digest(secret);
    let row = api_key::table
        .filter(
            api_key::secret_sha256
                .eq(hash.as_slice())
                .or(api_key::previous_sha256.eq(hash.as_slice())),
        )
        .select(Row::as_select())
        .first(connection)?;
    let until = row.until(&hash).ok_or(Error::NotFound)?;
    if row.revoked_at.is_some() || until.is_some_and(|end| end <= now) {
        return Err(Error::NotFound);
    }
    let actor = Actor::key(
        row.id,
        row.scopes.iter().filter_map(|code| Scope::from_code(code)),
        row.body_id,
    );
    Ok(Holder {
        actor: match row.role.as_deref().and_then(Role::from_code) {
            Some(role) => actor.acting_as(role, row.person_id.unwrap_or(row.id)),
            None => actor,
        },
        until,
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
