//! Making, rotating and revoking keys.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::inspection::Role;
use uuid::Uuid;

use super::{
    NewKey,
    secret::{digest, secret},
};
use crate::{
    Actor, Error, Seek, Tx,
    actor::Scope,
    audit,
    error::Conflict,
    lifecycle, people,
    schema::{api_key, responsible_body},
    seek::sought,
};

/// How long the secret before a rotation may go on working, at the most.
pub const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(90);

/// Roles of people who are on record.
const ON_RECORD: [Role; 5] = [
    Role::LeadInspector,
    Role::Inspector,
    Role::Practitioner,
    Role::QualityAssurer,
    Role::DecisionMaker,
];

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_key)]
pub struct Key {
    /// Identifier.
    pub id: Uuid,
    /// What the key is for.
    pub name: String,
    /// Codes of what its holder may do.
    pub scopes: Vec<String>,
    /// The one body its holder is limited to.
    pub body_id: Option<Uuid>,
    /// Code of the role its holder acts in.
    pub role: Option<String>,
    /// The person who holds it.
    pub person_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When its secret was last replaced.
    pub rotated_at: Option<DateTime<Utc>>,
    /// Until when the secret before works.
    pub previous_until: Option<DateTime<Utc>>,
    /// The last day on which it was used.
    pub last_used_on: Option<NaiveDate>,
}

impl Key {
    /// `active`, `expired` or `revoked`.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.expires_at.is_some_and(|end| end <= now) {
            "expired"
        } else {
            "active"
        }
    }
}

/// How a key is rotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// How long the present secret goes on working.
    pub overlap: TimeDelta,
    /// Ends a rotation before this one, if one is still under way.
    pub end_previous: bool,
    /// Why.
    pub reason: String,
}

/// Who may manage keys: whoever may make a key may act in any role by it.
fn authorise(actor: &Actor) -> Result<(), Error> {
    lifecycle::authorise(actor, &[Role::Operator])?;
    if actor.may(Scope::Admin) && actor.body().is_none() {
        Ok(())
    } else {
        Err(Error::forbidden(
            "11",
            "keys are managed by whoever runs the platform",
        ))
    }
}

/// Makes a key; returns its identifier and the secret, which is not kept.
///
/// # Errors
/// [`Error::NotFound`] if the body is not known, [`Error::Forbidden`], a
/// refusal of an end that has passed or of a person who is not on record, or
/// if the database fails.
pub fn create(tx: &mut Tx<'_>, new: &NewKey) -> Result<(Uuid, String), Error> {
    authorise(tx.actor())?;
    if let Some(body) = new.body {
        responsible_body::table
            .find(body)
            .select(responsible_body::id)
            .first::<Uuid>(tx.connection())?;
    }
    let now = tx.now();
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::refused("API-KEY", "the end of the key has passed"));
    }
    if new.role == Some(Role::System) {
        return Err(Error::refused(
            "API-KEY",
            "no key acts as the service itself",
        ));
    }
    if let (Some(role), Some(person)) = (new.role, new.person)
        && ON_RECORD.contains(&role)
    {
        match people::get(tx.connection(), person) {
            Err(Error::NotFound) => {
                return Err(Error::refused("API-KEY", "no such person is on record"));
            }
            other => other?,
        };
    }
    let id = tx.new_id();
    let secret = secret(tx.new_secret());
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
        data: serde_json::json!({
            "name": new.name, "scopes": scopes, "body": new.body, "role": new.role,
            "person": new.person, "expires_at": new.expires_at,
        }),
    })?;
    Ok((id, secret))
}

/// One key.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn get(connection: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Key, Error> {
    authorise(actor)?;
    Ok(api_key::table
        .find(id)
        .select(Key::as_select())
        .first(connection)?)
}

/// A page of the keys, by identifier, which is the order of making.
///
/// # Errors
/// [`Error::Forbidden`], or if the database fails.
pub fn list(
    connection: &mut PgConnection,
    actor: &Actor,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Key>, Error> {
    authorise(actor)?;
    let query = api_key::table
        .limit(limit)
        .select(Key::as_select())
        .into_boxed();
    let query = sought!(query, *seek, ascending api_key::id);
    Ok(seek.ordered(query.load(connection)?))
}

/// The key, locked, if it still works.
fn working(tx: &mut Tx<'_>, id: Uuid) -> Result<Key, Error> {
    authorise(tx.actor())?;
    let key = api_key::table
        .find(id)
        .select(Key::as_select())
        .for_update()
        .first(tx.connection())?;
    match key.state(tx.now()) {
        "active" => Ok(key),
        state => Err(Error::Conflict(Conflict::KeyState {
            state: state.to_owned(),
        })),
    }
}

/// Gives a key a new secret, which is not kept; the present one goes on
/// working for a while.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Conflict::KeyState`] for a key
/// that does not work any more, [`Conflict::KeyRotating`] while the secret
/// before still works, a refusal of too long an overlap, or if the database
/// fails.
pub fn rotate(tx: &mut Tx<'_>, id: Uuid, rotation: &Rotation) -> Result<String, Error> {
    if rotation.overlap < TimeDelta::zero() || rotation.overlap > LONGEST_OVERLAP {
        return Err(Error::refused(
            "API-KEY",
            format!(
                "the overlap is {} days at the most",
                LONGEST_OVERLAP.num_days()
            ),
        ));
    }
    let key = working(tx, id)?;
    let now = tx.now();
    if let Some(until) = key.previous_until.filter(|until| *until > now)
        && !rotation.end_previous
    {
        return Err(Error::Conflict(Conflict::KeyRotating { until }));
    }
    let until = now + rotation.overlap;
    let secret = secret(tx.new_secret());
    diesel::update(api_key::table.find(id))
        .set((
            api_key::previous_sha256.eq(api_key::secret_sha256.nullable()),
            api_key::previous_until.eq(until),
            api_key::secret_sha256.eq(digest(&secret).as_slice()),
            api_key::rotated_at.eq(now),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "key.rotated",
        subject_kind: "key",
        subject_id: id.to_string(),
        reason: Some(&rotation.reason),
        data: serde_json::json!({ "previous_until": until }),
    })?;
    Ok(secret)
}

/// Revokes a key at once, with the secret before its rotation. One that is
/// revoked already stays so.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Conflict::KeyState`], or if
/// the database fails.
pub fn revoke(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<(), Error> {
    working(tx, id)?;
    let now = tx.now();
    diesel::update(api_key::table.find(id))
        .set(api_key::revoked_at.eq(now))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "key.revoked",
        subject_kind: "key",
        subject_id: id.to_string(),
        reason: Some(reason),
        data: serde_json::json!({}),
    })
}
