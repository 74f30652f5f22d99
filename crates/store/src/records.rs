//! Records: things whose rules are in the core, kept as they stand and with
//! every earlier revision.
//!
//! A record is written by one transaction that has read what its rule needs.
//! The store knows who made it, to what it belongs and how often it changed;
//! what it says is the core's.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Error, Seek, Tx, audit,
    error::Conflict,
    schema::{record, record_revision},
    seek::sought,
    typed::Typed,
};

/// A kind of record.
pub trait Record: Serialize + DeserializeOwned + 'static {
    /// Stable name, in the database and in the audit log.
    const KIND: &'static str;
}

/// What a record belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owner {
    /// Inspection.
    pub inspection: Option<Uuid>,
    /// Responsible body.
    pub body: Option<Uuid>,
    /// Person.
    pub person: Option<Uuid>,
}

impl Owner {
    /// An inspection.
    #[must_use]
    pub const fn inspection(id: Uuid) -> Self {
        Self {
            inspection: Some(id),
            body: None,
            person: None,
        }
    }

    /// A person.
    #[must_use]
    pub const fn person(id: Uuid) -> Self {
        Self {
            inspection: None,
            body: None,
            person: Some(id),
        }
    }

    /// A responsible body.
    #[must_use]
    pub const fn body(id: Uuid) -> Self {
        Self {
            inspection: None,
            body: Some(id),
            person: None,
        }
    }

    /// The same, and a person too.
    #[must_use]
    pub const fn and_person(mut self, id: Uuid) -> Self {
        self.person = Some(id);
        self
    }
}

/// A record as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held<T> {
    /// Identifier.
    pub id: Uuid,
    /// What it belongs to.
    pub owner: Owner,
    /// Grows with every change.
    pub revision: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: String,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// What it says.
    pub value: T,
}

type Row<T> = (
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    i64,
    DateTime<Utc>,
    String,
    DateTime<Utc>,
    Typed<T>,
);

fn read<T: Record>(row: Row<T>) -> Held<T> {
    let (id, inspection, body, person, revision, created_at, created_by, changed_at, Typed(value)) =
        row;
    Held {
        id,
        owner: Owner {
            inspection,
            body,
            person,
        },
        revision,
        created_at,
        created_by,
        changed_at,
        value,
    }
}

macro_rules! columns {
    () => {
        (
            record::id,
            record::inspection_id,
            record::body_id,
            record::person_id,
            record::revision,
            record::created_at,
            record::created_by,
            record::changed_at,
            record::content,
        )
    };
}

fn content<T: Record>(value: &T) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value)
        .map_err(|error| Error::internal(&format!("keeping a {}", T::KIND), error))
}

/// Keeps a new record.
///
/// # Errors
/// [`Conflict::IdentifierReused`] if there is one with this identifier, or if
/// the database fails.
pub fn insert<T: Record>(
    tx: &mut Tx<'_>,
    id: Uuid,
    owner: Owner,
    value: &T,
    reason: Option<&str>,
) -> Result<(), Error> {
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    let content = content(value)?;
    let inserted = diesel::insert_into(record::table)
        .values((
            record::kind.eq(T::KIND),
            record::id.eq(id),
            record::inspection_id.eq(owner.inspection),
            record::body_id.eq(owner.body),
            record::person_id.eq(owner.person),
            record::content.eq(&content),
            record::created_at.eq(now),
            record::created_by.eq(by),
            record::changed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.connection())?;
    if inserted == 0 {
        return Err(Error::Conflict(Conflict::IdentifierReused));
    }
    kept::<T>(tx, id, owner, 1, &content, reason, None)
}

/// One record.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get<T: Record>(connection: &mut PgConnection, id: Uuid) -> Result<Held<T>, Error> {
    let row: Row<T> = record::table
        .find((T::KIND, id))
        .select(columns!())
        .first(connection)?;
    Ok(read(row))
}

/// One record, locked until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn lock<T: Record>(tx: &mut Tx<'_>, id: Uuid) -> Result<Held<T>, Error> {
    let row: Row<T> = record::table
        .find((T::KIND, id))
        .select(columns!())
        .for_update()
        .first(tx.connection())?;
    Ok(read(row))
}

/// All records of what is given, in the order of their making.
///
/// # Errors
/// If the database fails.
pub fn of<T: Record>(connection: &mut PgConnection, owner: Owner) -> Result<Vec<Held<T>>, Error> {
    let mut query = record::table
        .filter(record::kind.eq(T::KIND))
        .select(columns!())
        .order(record::number)
        .into_boxed();
    if let Some(inspection) = owner.inspection {
        query = query.filter(record::inspection_id.eq(inspection));
    }
    if let Some(body) = owner.body {
        query = query.filter(record::body_id.eq(body));
    }
    if let Some(person) = owner.person {
        query = query.filter(record::person_id.eq(person));
    }
    Ok(query
        .load::<Row<T>>(connection)?
        .into_iter()
        .map(read)
        .collect())
}

/// Identifiers of the records of a kind whose content has a value in a member.
///
/// # Errors
/// If the database fails.
pub(crate) fn naming<T: Record>(
    connection: &mut PgConnection,
    member: &'static str,
    value: impl Serialize,
) -> Result<Vec<Uuid>, Error> {
    let names = serde_json::json!({ member: value });
    Ok(record::table
        .filter(record::kind.eq(T::KIND))
        .filter(record::content.contains(names))
        .order(record::number)
        .select(record::id)
        .load(connection)?)
}

/// A page of the records of a kind, by identifier, at most `limit`.
///
/// # Errors
/// If the database fails.
pub fn page<T: Record>(
    connection: &mut PgConnection,
    owner: Owner,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Held<T>>, Error> {
    let mut query = record::table
        .filter(record::kind.eq(T::KIND))
        .select(columns!())
        .limit(limit)
        .into_boxed();
    if let Some(inspection) = owner.inspection {
        query = query.filter(record::inspection_id.eq(inspection));
    }
    if let Some(body) = owner.body {
        query = query.filter(record::body_id.eq(body));
    }
    if let Some(person) = owner.person {
        query = query.filter(record::person_id.eq(person));
    }
    query = sought!(query, *seek, ascending record::id);
    Ok(seek
        .ordered(query.load::<Row<T>>(connection)?)
        .into_iter()
        .map(read)
        .collect())
}

/// Keeps the one record of a kind that an inspection has, over the revision
/// the caller has seen; 0 is that of a record there is not. Returns the new
/// one. The inspection is locked.
///
/// # Errors
/// [`Conflict::StaleRevision`], or if the database fails.
pub(crate) fn keep_over<T: Record>(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    expected: i64,
    value: &T,
) -> Result<i64, Error> {
    let owner = Owner::inspection(inspection);
    let earlier = of::<T>(tx.connection(), owner)?.into_iter().next();
    match earlier {
        Some(held) => replace(tx, held.id, Some(expected), value, None),
        None if expected != 0 => Err(Error::Conflict(Conflict::StaleRevision { current: 0 })),
        None => {
            let id = tx.new_id();
            insert(tx, id, owner, value, None)?;
            Ok(1)
        }
    }
}

/// Whether a caller has seen the present revision of the one record of a kind
/// that an inspection has.
///
/// # Errors
/// [`Conflict::StaleRevision`], or if the database fails.
pub(crate) fn is_seen<T: Record>(
    connection: &mut PgConnection,
    inspection: Uuid,
    expected: i64,
) -> Result<(), Error> {
    match revision_of::<T>(connection, inspection)? {
        current if current == expected => Ok(()),
        current => Err(Error::Conflict(Conflict::StaleRevision { current })),
    }
}

/// Revision of the one record of a kind that an inspection has; 0 without.
pub(crate) fn revision_of<T: Record>(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<i64, Error> {
    let held = of::<T>(connection, Owner::inspection(inspection))?;
    Ok(held.first().map_or(0, |held| held.revision))
}

/// Replaces what a record says, and keeps what it said. `expected` is the
/// revision the caller has seen, where it named one.
///
/// # Errors
/// [`Error::NotFound`], [`Conflict::StaleRevision`], or if the database
/// fails.
pub fn replace<T: Record>(
    tx: &mut Tx<'_>,
    id: Uuid,
    expected: Option<i64>,
    value: &T,
    reason: Option<&str>,
) -> Result<i64, Error> {
    let (current, before, inspection, body, person) = record::table
        .find((T::KIND, id))
        .select((
            record::revision,
            record::content,
            record::inspection_id,
            record::body_id,
            record::person_id,
        ))
        .for_update()
        .first::<(
            i64,
            serde_json::Value,
            Option<Uuid>,
            Option<Uuid>,
            Option<Uuid>,
        )>(tx.connection())?;
    if expected.is_some_and(|expected| expected != current) {
        return Err(Error::Conflict(Conflict::StaleRevision { current }));
    }
    let content = content(value)?;
    if content == before {
        return Ok(current);
    }
    let revision = current + 1;
    let now = tx.now();
    diesel::update(record::table.find((T::KIND, id)))
        .set((
            record::content.eq(&content),
            record::revision.eq(revision),
            record::changed_at.eq(now),
        ))
        .execute(tx.connection())?;
    let owner = Owner {
        inspection,
        body,
        person,
    };
    kept::<T>(tx, id, owner, revision, &content, reason, Some(&before))?;
    Ok(revision)
}

/// Revisions of a record, oldest first: number, when, by whom, why, and what
/// it said.
///
/// # Errors
/// If the database fails.
pub fn revisions<T: Record>(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Vec<Revision<T>>, Error> {
    Ok(record_revision::table
        .filter(record_revision::kind.eq(T::KIND))
        .filter(record_revision::id.eq(id))
        .order(record_revision::revision)
        .select((
            record_revision::revision,
            record_revision::at,
            record_revision::actor,
            record_revision::reason,
            record_revision::content,
        ))
        .load::<(i64, DateTime<Utc>, String, Option<String>, Typed<T>)>(connection)?
        .into_iter()
        .map(|(number, at, by, reason, Typed(value))| Revision {
            number,
            at,
            by,
            reason,
            value,
        })
        .collect())
}

/// A record as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision<T> {
    /// Its number, from 1.
    pub number: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Why, where a reason was given.
    pub reason: Option<String>,
    /// What it said.
    pub value: T,
}

/// Deletes a record with all its revisions, as retention has it (domain.md
/// 9.4).
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn delete<T: Record>(tx: &mut Tx<'_>, id: Uuid, reason: &str) -> Result<(), Error> {
    let deleted = diesel::delete(record::table.find((T::KIND, id))).execute(tx.connection())?;
    if deleted == 0 {
        return Err(Error::NotFound);
    }
    tx.audit(&audit::Event {
        action: "record.deleted",
        subject_kind: T::KIND,
        subject_id: id.to_string(),
        reason: Some(reason),
        data: serde_json::json!({}),
    })
}

/// Replaces what a record says and forgets what it said before, as retention
/// has it (domain.md 9.4). The audit log keeps the hashes.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn redact<T: Record>(tx: &mut Tx<'_>, id: Uuid, value: &T, reason: &str) -> Result<(), Error> {
    let revision = replace(tx, id, None, value, Some(reason))?;
    diesel::delete(
        record_revision::table
            .filter(record_revision::kind.eq(T::KIND))
            .filter(record_revision::id.eq(id))
            .filter(record_revision::revision.lt(revision)),
    )
    .execute(tx.connection())?;
    Ok(())
}

/// The revision, and the audit log's word of it: hashes before and after,
/// never the content.
fn kept<T: Record>(
    tx: &mut Tx<'_>,
    id: Uuid,
    owner: Owner,
    revision: i64,
    content: &serde_json::Value,
    reason: Option<&str>,
    before: Option<&serde_json::Value>,
) -> Result<(), Error> {
    let now = tx.now();
    let by = tx.actor().name().to_owned();
    diesel::insert_into(record_revision::table)
        .values((
            record_revision::kind.eq(T::KIND),
            record_revision::id.eq(id),
            record_revision::revision.eq(revision),
            record_revision::at.eq(now),
            record_revision::actor.eq(by),
            record_revision::reason.eq(reason),
            record_revision::content.eq(content),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: if before.is_none() {
            "record.made"
        } else {
            "record.changed"
        },
        subject_kind: T::KIND,
        subject_id: id.to_string(),
        reason,
        data: serde_json::json!({
            "inspection": owner.inspection,
            "body": owner.body,
            "person": owner.person,
            "revision": revision,
            "before_sha256": before.map(sha256),
            "after_sha256": sha256(content),
        }),
    })
}

fn sha256(content: &serde_json::Value) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(content.to_string()))
}
