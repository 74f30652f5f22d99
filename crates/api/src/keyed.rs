//! Changes asked for over REST, with and without an idempotency key.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use group_inspection_store::{
    Error, Tx,
    idempotency::{self, KeyedRequest, SavedAnswer},
    steps,
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    idempotency_key,
    problem::{Code, Problem},
    state::AppState,
};

const HEADER: &str = "idempotency-key";

/// Why a change stops and is undone.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The store says so.
    Store(Error),
    /// The caller is told more than the store knows.
    Problem(Box<Problem>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// The key of a request, with the fingerprint of what it asks for.
pub(crate) fn keyed(
    request: &HttpRequest,
    caller: &Caller,
    body_sha256: &[u8; 32],
) -> Result<KeyedRequest, Problem> {
    let key = key(request)?;
    let method = request.method().as_str().to_owned();
    let path = request.path().to_owned();
    let mut fingerprint = Sha256::new();
    for part in [method.as_str(), path.as_str(), request.query_string()] {
        fingerprint.update(part.as_bytes());
        fingerprint.update([0]);
    }
    fingerprint.update(body_sha256);
    Ok(KeyedRequest {
        client: caller.actor().name().to_owned(),
        method,
        path,
        key,
        fingerprint: fingerprint.finalize().into(),
    })
}

/// The key itself; asked for early, before a long upload.
pub(crate) fn key(request: &HttpRequest) -> Result<String, Problem> {
    let mut values = request.headers().get_all(HEADER);
    let value = values
        .next()
        .ok_or_else(|| Problem::new(Code::IdempotencyKeyMissing))?;
    let unusable = || Problem::new(Code::IdempotencyKeyInvalid);
    if values.next().is_some() {
        return Err(unusable());
    }
    idempotency_key::parse(value.to_str().map_err(|_| unusable())?.trim()).ok_or_else(unusable)
}

/// Makes a change once per key; the same request again gets the same answer.
pub(crate) async fn write_once<F>(
    state: &AppState,
    caller: &Caller,
    keyed: KeyedRequest,
    work: F,
) -> Result<SavedAnswer, Problem>
where
    F: Fn(&mut Tx<'_>) -> Result<SavedAnswer, Stop> + Send + 'static,
{
    write(state, caller, move |tx| {
        let mut stopped = None;
        let answer = idempotency::once(tx, &keyed, |tx| {
            work(tx).map_err(|stop| match stop {
                Stop::Store(error) => error,
                Stop::Problem(problem) => {
                    stopped = Some(problem);
                    undone()
                }
            })
        });
        match stopped {
            Some(problem) => Err(Stop::Problem(problem)),
            None => Ok(answer?),
        }
    })
    .await
}

/// [`write_once`], as a response.
pub(crate) async fn respond_once<F>(
    state: &AppState,
    caller: &Caller,
    keyed: KeyedRequest,
    work: F,
) -> Result<HttpResponse, Problem>
where
    F: Fn(&mut Tx<'_>) -> Result<SavedAnswer, Stop> + Send + 'static,
{
    Ok(answer::response(
        write_once(state, caller, keyed, work).await?,
    ))
}

/// Reads the JSON body of a request and makes the change it asks for, once per
/// key.
pub(crate) async fn post<T, F>(
    state: &AppState,
    caller: &Caller,
    request: &HttpRequest,
    payload: Payload,
    work: F,
) -> Result<HttpResponse, Problem>
where
    T: DeserializeOwned + Clone + Send + 'static,
    F: Fn(&mut Tx<'_>, T) -> Result<SavedAnswer, Stop> + Send + 'static,
{
    let Sent { value, sha256 } = body::json::<T>(request, payload, state.limits.json_bytes).await?;
    let keyed = keyed(request, caller, &sha256)?;
    respond_once(state, caller, keyed, move |tx| work(tx, value.clone())).await
}

/// An answer with a secret in it, and the same without.
pub(crate) struct Once {
    /// What the caller gets, this once.
    pub(crate) shown: SavedAnswer,
    /// What is kept for replays.
    pub(crate) kept: SavedAnswer,
}

/// [`respond_once`] for a change that yields a secret: the answer that is kept
/// for replays goes without it, so that it is nowhere but with the caller.
pub(crate) async fn respond_secretly<F>(
    state: &AppState,
    caller: &Caller,
    keyed: KeyedRequest,
    work: F,
) -> Result<HttpResponse, Problem>
where
    F: Fn(&mut Tx<'_>) -> Result<Once, Stop> + Send + 'static,
{
    let slot = Arc::new(Mutex::new(None));
    let fresh = Arc::clone(&slot);
    let answer = write_once(state, caller, keyed, move |tx| {
        let Once { shown, kept } = work(tx)?;
        *fresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(kept)
    })
    .await?;
    let shown = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(answer::response(match shown {
        Some(shown) if !answer.replayed => shown,
        _ => answer,
    }))
}

/// Makes a change that is safe to make again.
pub(crate) async fn write<T, F>(state: &AppState, caller: &Caller, work: F) -> Result<T, Problem>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T, Stop> + Send + 'static,
{
    // The store's errors cannot carry a whole problem; it goes round them.
    let stopped: Arc<Mutex<Option<Problem>>> = Arc::default();
    let slot = Arc::clone(&stopped);
    let result = state
        .store
        .write(caller.actor(), move |tx| {
            let changed = work(tx).map_err(|stop| match stop {
                Stop::Store(error) => error,
                Stop::Problem(problem) => {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(*problem);
                    undone()
                }
            })?;
            steps::reach("request", "committing");
            Ok(changed)
        })
        .await;
    steps::reach("request", "committed");
    let problem = stopped
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (result, problem) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(problem)) => Err(problem),
        (Err(error), None) => Err(error.into()),
    }
}

/// Stands in for a problem inside the store; never seen outside.
fn undone() -> Error {
    Error::refused("API", "undone")
}
