//! Idempotency keys: the key, the effect and the saved answer are one
//! transaction, so a key is never left half used.

use chrono::TimeDelta;
use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Bool, Text},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    Error, Tx,
    error::Conflict,
    prepared::prepared,
    schema::idempotency::{self, dsl},
};

/// How long a key is kept. Published in the API guide.
pub const KEPT: TimeDelta = TimeDelta::hours(48);

/// A request that carries an idempotency key.
#[derive(Debug, Clone)]
pub struct KeyedRequest {
    /// Name of the caller.
    pub client: String,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// The key, unquoted.
    pub key: String,
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
}

/// An answer as saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedAnswer {
    /// HTTP status.
    pub status: u16,
    /// Header names and values that belong to the answer.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// Whether this is a replay of an earlier answer.
    pub replayed: bool,
}

/// Runs `work` once per key: the first request does the work, later ones get
/// its answer.
///
/// # Errors
/// [`Conflict::IdempotencyRunning`] while another request with the key runs,
/// [`Conflict::IdempotencyReused`] if the key was used for another request,
/// and whatever `work` returns; then the key stays unused.
pub fn once(
    tx: &mut Tx<'_>,
    request: &KeyedRequest,
    work: impl FnOnce(&mut Tx<'_>) -> Result<SavedAnswer, Error>,
) -> Result<SavedAnswer, Error> {
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let lock = lock_name(request);
    let taken: Taken =
        prepared("SELECT pg_try_advisory_xact_lock(hashtextextended({}, 0)) AS taken")
            .bind::<Text, _>(&lock)
            .get_result(tx.connection())?;
    if !taken.taken {
        return Err(Error::Conflict(Conflict::IdempotencyRunning));
    }
    if let Some(saved) = find(tx.connection(), request)? {
        return saved;
    }
    let answer = work(tx)?;
    let now = tx.now();
    let headers = serde_json::to_value(&answer.headers)
        .map_err(|error| Error::internal("saving an answer", error))?;
    diesel::insert_into(idempotency::table)
        .values((
            dsl::client.eq(&request.client),
            dsl::method.eq(&request.method),
            dsl::path.eq(&request.path),
            dsl::key.eq(&request.key),
            dsl::fingerprint.eq(request.fingerprint.as_slice()),
            dsl::status.eq(i16::try_from(answer.status).unwrap_or(i16::MAX)),
            dsl::headers.eq(headers),
            dsl::body.eq(&answer.body),
            dsl::created_at.eq(now),
            dsl::expires_at.eq(now + KEPT),
        ))
        .execute(tx.connection())?;
    Ok(answer)
}

type Found = Option<Result<SavedAnswer, Error>>;

fn find(connection: &mut PgConnection, request: &KeyedRequest) -> Result<Found, Error> {
    let row = dsl::idempotency
        .find((
            &request.client,
            &request.method,
            &request.path,
            &request.key,
        ))
        .select((dsl::fingerprint, dsl::status, dsl::headers, dsl::body))
        .first::<(Vec<u8>, i16, Value, Vec<u8>)>(connection)
        .optional()?;
    Ok(row.map(|(fingerprint, status, headers, body)| {
        if fingerprint != request.fingerprint {
            return Err(Error::Conflict(Conflict::IdempotencyReused));
        }
        Ok(SavedAnswer {
            status: u16::try_from(status).unwrap_or_default(),
            headers: serde_json::from_value(headers)
                .map_err(|error| Error::internal("reading a saved answer", error))?,
            body,
            replayed: true,
        })
    }))
}

/// Deletes keys that have expired; returns how many.
///
/// # Errors
/// If the database fails.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize, Error> {
    let now = tx.now();
    Ok(
        diesel::delete(dsl::idempotency.filter(dsl::expires_at.lt(now)))
            .execute(tx.connection())?,
    )
}

fn lock_name(request: &KeyedRequest) -> String {
    let mut hash = Sha256::new();
    for part in [
        &request.client,
        &request.method,
        &request.path,
        &request.key,
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
