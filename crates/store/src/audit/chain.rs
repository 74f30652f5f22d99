//! Sealing events into the chain of `core::audit`, and checking it.
//!
//! Events become visible when their transaction commits. Sealing takes what is
//! visible, in one process at a time, and gives it positions: the log is in the
//! order of completion, and a transaction never waits for another one's link.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Binary, Bool, Text},
};
use group_inspection_core::{
    audit::{self, Head, Link},
    digest::Digest,
};
use serde_json::json;
use uuid::Uuid;

use super::Entry;
use crate::{
    Error, Seek, Tx,
    schema::{audit_event, audit_link, audit_unsealed},
};

/// Key of the advisory lock held while sealing.
const LOCK: i64 = 0x7365_616c; // "seal"

/// Links read at a time while checking.
const READ_AT_ONCE: i64 = 1_000;

/// An event in its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its place and hashes.
    pub link: Link,
    /// What happened.
    pub event: Entry,
}

/// A chain that was checked from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checked {
    /// Its head, to be kept where the keeper of the database cannot write.
    pub head: Head,
    /// Events that wait to be sealed.
    pub unsealed: u64,
    /// Events that neither are in the chain nor wait for it: zero, unless the
    /// end of the chain was cut off.
    pub unaccounted: u64,
}

/// The audit log is not what it was.
pub use group_inspection_core::audit::Broken as Tampered;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_link)]
struct LinkRow {
    position: i64,
    event_id: i64,
    completed_at: DateTime<Utc>,
    before_sha256: Option<Vec<u8>>,
    after_sha256: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

/// Seals up to `most` events that wait for it; returns how many were sealed,
/// which is none while another process seals.
///
/// # Errors
/// If the database fails.
pub fn seal(tx: &mut Tx<'_>, most: i64) -> Result<usize, Error> {
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let now = tx.now();
    let connection = tx.connection();
    let taken: Taken = sql_query("SELECT pg_try_advisory_xact_lock($1) AS taken")
        .bind::<BigInt, _>(LOCK)
        .get_result(connection)?;
    if !taken.taken {
        return Ok(0);
    }
    let waiting: Vec<i64> = audit_unsealed::table
        .order(audit_unsealed::event_id)
        .limit(most)
        .select(audit_unsealed::event_id)
        .load(connection)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let events: Vec<Entry> = audit_event::table
        .filter(audit_event::id.eq_any(&waiting))
        .order(audit_event::id)
        .select(Entry::as_select())
        .load(connection)?;
    let mut head = head(connection)?;
    let mut last = last_digests(connection, &events)?;
    let mut rows = Vec::with_capacity(events.len());
    for event in &events {
        let subject = (event.subject_kind.clone(), event.subject_id.clone());
        let after = digest_of(event)?;
        let before = last.insert(subject, after);
        let link = audit::append(&head, entry(event, now, before, after));
        head = link.head();
        rows.push(LinkRow {
            position: i64::try_from(link.position)
                .map_err(|error| Error::internal("the audit chain", error))?,
            event_id: event.id,
            completed_at: link.entry.completed_at,
            before_sha256: before.map(|digest| digest.as_bytes().to_vec()),
            after_sha256: after.as_bytes().to_vec(),
            previous: link.previous.as_bytes().to_vec(),
            hash: link.hash.as_bytes().to_vec(),
        });
    }
    // Fewer than what PostgreSQL takes as parameters of one statement.
    for some in rows.chunks(1_000) {
        diesel::insert_into(audit_link::table)
            .values(some)
            .execute(connection)?;
    }
    diesel::delete(audit_unsealed::table.filter(audit_unsealed::event_id.eq_any(&waiting)))
        .execute(connection)?;
    Ok(rows.len())
}

/// What the log says of an event, beyond what stands in its entry.
fn digest_of(event: &Entry) -> Result<Digest, Error> {
    let facts = json!([event.at, event.request_id, event.data]);
    serde_json::to_vec(&facts)
        .map(Digest::of)
        .map_err(|error| Error::internal("an audit event", error))
}

fn entry(
    event: &Entry,
    completed_at: DateTime<Utc>,
    before: Option<Digest>,
    after: Digest,
) -> audit::Entry {
    audit::Entry {
        id: Uuid::from_u128(u128::from(event.id.unsigned_abs())),
        completed_at,
        actor: event.actor.clone(),
        action: event.action.clone(),
        subject_kind: event.subject_kind.clone(),
        subject_id: event.subject_id.clone(),
        reason: event.reason.clone(),
        before,
        after: Some(after),
    }
}

fn head(connection: &mut PgConnection) -> Result<Head, Error> {
    let last: Option<LinkRow> = audit_link::table
        .order(audit_link::position.desc())
        .select(LinkRow::as_select())
        .first(connection)
        .optional()?;
    last.map_or(Ok(Head::EMPTY), |row| {
        Ok(Head {
            position: row.position.unsigned_abs(),
            hash: digest(&row.hash)?,
            completed_at: Some(row.completed_at),
        })
    })
}

type Subject = (String, String);

/// What was last sealed of the subjects of these events.
fn last_digests(
    connection: &mut PgConnection,
    events: &[Entry],
) -> Result<BTreeMap<Subject, Digest>, Error> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = Text)]
        kind: String,
        #[diesel(sql_type = Text)]
        id: String,
        #[diesel(sql_type = Binary)]
        after: Vec<u8>,
    }
    let mut subjects: Vec<(&str, &str)> = events
        .iter()
        .map(|event| (event.subject_kind.as_str(), event.subject_id.as_str()))
        .collect();
    subjects.sort_unstable();
    subjects.dedup();
    let (kinds, ids): (Vec<&str>, Vec<&str>) = subjects.into_iter().unzip();
    let found: Vec<Last> = sql_query(
        "SELECT asked.kind, asked.id, last.after_sha256 AS after \
         FROM unnest($1, $2) AS asked (kind, id) \
         CROSS JOIN LATERAL ( \
           SELECT link.after_sha256 FROM audit_event event \
           JOIN audit_link link ON link.event_id = event.id \
           WHERE event.subject_kind = asked.kind AND event.subject_id = asked.id \
           ORDER BY event.id DESC LIMIT 1) AS last",
    )
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(ids)
    .load(connection)?;
    found
        .into_iter()
        .map(|row| Ok(((row.kind, row.id), digest(&row.after)?)))
        .collect()
}

fn digest(bytes: &[u8]) -> Result<Digest, Error> {
    bytes
        .try_into()
        .map(Digest::from_bytes)
        .map_err(|error| Error::internal("a digest in the audit chain", error))
}

fn sealed((row, event): (LinkRow, Entry)) -> Result<Sealed, Error> {
    let before = row.before_sha256.as_deref().map(digest).transpose()?;
    // Made anew from the event as it is now, so that a change of it shows.
    let after = digest_of(&event)?;
    Ok(Sealed {
        link: Link {
            position: row.position.unsigned_abs(),
            entry: entry(&event, row.completed_at, before, after),
            previous: digest(&row.previous)?,
            hash: digest(&row.hash)?,
        },
        event,
    })
}

/// A page of the events in the order of completion, by position.
///
/// # Errors
/// If the database fails.
pub fn list(
    connection: &mut PgConnection,
    seek: &Seek<u64>,
    limit: i64,
) -> Result<Vec<Sealed>, Error> {
    let query = audit_link::table
        .inner_join(audit_event::table.on(audit_event::id.eq(audit_link::event_id)))
        .limit(limit)
        .select((LinkRow::as_select(), Entry::as_select()))
        .into_boxed();
    let position = audit_link::position;
    let stored = |at: u64| i64::try_from(at).unwrap_or(i64::MAX);
    let query = match *seek {
        Seek::Start => query.order(position),
        Seek::After(at) => query.filter(position.gt(stored(at))).order(position),
        Seek::Before(at) => query.filter(position.lt(stored(at))).order(position.desc()),
    };
    seek.ordered(query.load::<(LinkRow, Entry)>(connection)?)
        .into_iter()
        .map(sealed)
        .collect()
}

/// Checks the whole chain, also against heads kept elsewhere: without one, a
/// tail that was cut off cannot be noticed. The inner error says where the log
/// is no longer what it was.
///
/// # Errors
/// If the database fails.
pub fn check(
    connection: &mut PgConnection,
    anchors: &[Head],
) -> Result<Result<Checked, Tampered>, Error> {
    let mut head = Head::EMPTY;
    loop {
        let some = list(connection, &Seek::After(head.position), READ_AT_ONCE)?;
        let last = (some.len() as u64) < READ_AT_ONCE.unsigned_abs();
        // Anchors ahead of this part are for the parts to come.
        let reached = head.position + some.len() as u64;
        let due: Vec<Head> = anchors
            .iter()
            .filter(|anchor| last || anchor.position <= reached)
            .copied()
            .collect();
        match audit::verify_from(&head, some.iter().map(|sealed| &sealed.link), &due) {
            Ok(verified) => head = verified,
            Err(broken) => return Ok(Err(broken)),
        }
        if last {
            break;
        }
    }
    let unsealed: i64 = audit_unsealed::table.count().get_result(connection)?;
    let events: i64 = audit_event::table.count().get_result(connection)?;
    let unsealed = unsealed.unsigned_abs();
    Ok(Ok(Checked {
        head,
        unsealed,
        unaccounted: events.unsigned_abs().abs_diff(head.position + unsealed),
    }))
}
