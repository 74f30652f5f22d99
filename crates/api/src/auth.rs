//! Who calls: API keys, access tokens, scopes and what a caller may know of.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_store::{
    Actor, Error,
    actor::Scope,
    keys::{self, Holder},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    frame::{RequestId, Traced},
    oidc::{self, Refusal},
    problem::{Code, Problem},
    state::AppState,
};

/// Keys remembered at the most; beyond that the memory starts afresh.
const REMEMBERED: usize = 4_096;

/// Seconds after which a caller may try again when an issuer is away.
const RETRY_ISSUER: &str = "30";

/// Keys that were accepted a moment ago.
///
/// A key is remembered by its hash. Refusals are not remembered, so a new key
/// works at once.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    accepted: Mutex<HashMap<[u8; 32], (Holder, Instant)>>,
    noted: Mutex<HashMap<String, NaiveDate>>,
}

impl KeyCache {
    fn find(&self, hash: &[u8; 32], trust: Duration, now: DateTime<Utc>) -> Option<Actor> {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted
            .get(hash)
            .filter(|(holder, since)| {
                since.elapsed() < trust && holder.until.is_none_or(|end| now < end)
            })
            .map(|(holder, _)| holder.actor.clone())
    }

    /// Whether the key was accepted before, however long ago.
    fn knows(&self, hash: &[u8; 32]) -> bool {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.contains_key(hash)
    }

    fn forget(&self, hash: &[u8; 32]) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.remove(hash);
    }

    /// Asks the database about a key again at its next use.
    pub(crate) fn doubt(&self, id: Uuid) {
        let name = Actor::key(id, [], None);
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.retain(|_, (holder, _)| holder.actor.name() != name.name());
    }

    fn remember(&self, hash: [u8; 32], holder: Holder) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if accepted.len() >= REMEMBERED {
            accepted.clear();
        }
        accepted.insert(hash, (holder, Instant::now()));
    }

    /// Whether the use of a key is still to be noted for today.
    fn first_today(&self, name: &str, today: NaiveDate) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= REMEMBERED {
            noted.clear();
        }
        noted.insert(name.to_owned(), today) != Some(today)
    }
}

/// The holder of a valid API key or access token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    actor: Actor,
}

impl Caller {
    /// Who it is, for the store.
    pub(crate) const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Needs `scope` for something whose existence is no secret.
    pub(crate) fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.actor.may(scope) {
            Ok(())
        } else {
            Err(Problem::because(
                Code::Forbidden,
                format!("The scope {} is needed.", scope.code()),
            ))
        }
    }

    /// Needs `scope` for something whose existence only its holders may know.
    pub(crate) fn require_quietly(&self, scope: Scope) -> Result<(), Problem> {
        self.require(scope)
            .map_err(|_| Problem::new(Code::NotFound))
    }

    /// Needs a caller that is not limited to one body.
    pub(crate) fn unlimited(&self) -> Result<(), Problem> {
        if self.actor.body().is_none() {
            Ok(())
        } else {
            Err(Problem::because(
                Code::Forbidden,
                "This key is limited to one responsible body.",
            ))
        }
    }

    /// Needs a caller who is not a responsible body's, for something that does
    /// not exist for those.
    pub(crate) fn of_no_body(&self) -> Result<(), Problem> {
        if self.actor.is_of_a_body() {
            Err(Problem::new(Code::NotFound))
        } else {
            Ok(())
        }
    }

    /// Needs to know of `body`.
    pub(crate) fn sees(&self, body: Uuid) -> Result<(), Problem> {
        if self.actor.sees(body) {
            Ok(())
        } else {
            Err(Problem::new(Code::NotFound))
        }
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate(&request).await })
    }
}

fn refused() -> Problem {
    Problem::new(Code::Unauthenticated)
        .header("www-authenticate", "Bearer realm=\"group-inspection\"")
}

async fn authenticate(request: &HttpRequest) -> Result<Caller, Problem> {
    let state = request
        .app_data::<Data<AppState>>()
        .ok_or_else(|| Problem::internal("the state is not configured"))?;
    let now = state.now();
    if !request.headers().contains_key(header::AUTHORIZATION) {
        state.gate.stranger(request, request.head(), now).await?;
        return Err(refused());
    }
    let actor = match bearer(request) {
        Some(Credential::Key(secret)) => key(state, request, secret).await?,
        Some(Credential::Token(token)) => token_holder(state, request, &token).await?,
        None => {
            state.gate.may_try(request, request.head(), now)?;
            return Err(failed(state, request, refused()).await);
        }
    };
    state.gate.caller(request, actor.name(), now).await?;
    note_use(state, &actor).await?;
    let extensions = request.extensions();
    let actor = match extensions.get::<RequestId>() {
        Some(id) => actor.on_request(id.as_str().to_owned()),
        None => actor,
    };
    let traced = extensions.get::<Traced>();
    Ok(Caller {
        actor: actor.traced(traced.and_then(|Traced(place)| place.clone())),
    })
}

/// Who holds an API key.
async fn key(state: &AppState, request: &HttpRequest, secret: String) -> Result<Actor, Problem> {
    let now = state.now();
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    if let Some(actor) = state.keys.find(&hash, state.limits.key_trust, now) {
        return Ok(actor);
    }
    // A key that was good before is looked up whatever others at its address
    // did.
    if !state.keys.knows(&hash) {
        state.gate.may_try(request, request.head(), now)?;
    }
    match look_up(state, secret).await? {
        Some(holder) => {
            let actor = holder.actor.clone();
            state.keys.remember(hash, holder);
            Ok(actor)
        }
        None => {
            state.keys.forget(&hash);
            Err(failed(state, request, refused()).await)
        }
    }
}

/// Who holds an access token. It is checked without asking the database, so a
/// good one is taken whatever others at its address did.
async fn token_holder(
    state: &AppState,
    request: &HttpRequest,
    token: &str,
) -> Result<Actor, Problem> {
    let Some(issuers) = &state.issuers else {
        return Err(failed(state, request, refused()).await);
    };
    match issuers.authenticate(token, state.now()).await {
        Ok(actor) => Ok(actor),
        Err(Refusal::Invalid(reason)) => {
            tracing::info!(reason, "an access token is refused");
            let problem = Problem::new(Code::Unauthenticated).header(
                "www-authenticate",
                "Bearer realm=\"group-inspection\", error=\"invalid_token\"",
            );
            Err(failed(state, request, problem).await)
        }
        Err(Refusal::NoKeys) => Err(Problem::because(
            Code::Unavailable,
            "The issuer of the token does not answer.",
        )
        .header("retry-after", RETRY_ISSUER)),
    }
}

/// Counts a credential that is not valid.
async fn failed(state: &AppState, request: &HttpRequest, problem: Problem) -> Problem {
    let counted = state
        .gate
        .failed(request, request.head(), state.now())
        .await;
    counted.err().unwrap_or(problem)
}

/// What a caller sends to be known by.
enum Credential {
    Key(String),
    Token(String),
}

fn bearer(request: &HttpRequest) -> Option<Credential> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = headers.next()?.to_str().ok()?;
    let (scheme, sent) = value.split_once(' ')?;
    let sent = sent.trim();
    if headers.next().is_some() || !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    if keys::is_well_formed(sent) {
        Some(Credential::Key(sent.to_owned()))
    } else if oidc::is_token_like(sent) {
        Some(Credential::Token(sent.to_owned()))
    } else {
        None
    }
}

/// Who holds the key; nobody if it is not valid.
async fn look_up(state: &AppState, secret: String) -> Result<Option<Holder>, Problem> {
    let now = state.now();
    let found = state
        .store
        .read(move |connection| keys::authenticate(connection, &secret, now))
        .await;
    match found {
        Ok(holder) => Ok(Some(holder)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

async fn note_use(state: &AppState, actor: &Actor) -> Result<(), Problem> {
    let today = state.today();
    let id = actor
        .name()
        .strip_prefix("key:")
        .and_then(|id| id.parse::<Uuid>().ok());
    if let Some(id) = id
        && state.keys.first_today(actor.name(), today)
    {
        state
            .store
            .write(actor, move |tx| keys::note_use(tx.connection(), id, today))
            .await?;
    }
    Ok(())
}
