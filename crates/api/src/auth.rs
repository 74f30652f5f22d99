//! Who calls: API keys, scopes and what a caller may know of.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use chrono::NaiveDate;
use group_inspection_store::{
    Actor, Error,
    actor::Scope,
    keys::{self, PREFIX},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    frame::{RequestId, Traced},
    problem::{Code, Problem},
    state::AppState,
};

/// Keys remembered at the most; beyond that the memory starts afresh.
const REMEMBERED: usize = 4_096;
/// Length of a key: its prefix and 32 bytes in hexadecimal.
const KEY_LENGTH: usize = PREFIX.len() + 64;

/// Keys that were accepted a moment ago.
///
/// A key is remembered by its hash. Refusals are not remembered, so a new key
/// works at once.
#[derive(Debug, Default)]
pub(crate) struct KeyCache {
    accepted: Mutex<HashMap<[u8; 32], (Actor, Instant)>>,
    noted: Mutex<HashMap<String, NaiveDate>>,
}

impl KeyCache {
    fn find(&self, hash: &[u8; 32], trust: Duration) -> Option<Actor> {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted
            .get(hash)
            .filter(|(_, since)| since.elapsed() < trust)
            .map(|(actor, _)| actor.clone())
    }

    fn remember(&self, hash: [u8; 32], actor: &Actor) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if accepted.len() >= REMEMBERED {
            accepted.clear();
        }
        accepted.insert(hash, (actor.clone(), Instant::now()));
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

/// The holder of a valid API key.
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
    let secret = bearer(request).ok_or_else(refused)?;
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let actor = match state.keys.find(&hash, state.limits.key_trust) {
        Some(actor) => actor,
        None => {
            let actor = look_up(state, secret).await?;
            state.keys.remember(hash, &actor);
            actor
        }
    };
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

fn bearer(request: &HttpRequest) -> Option<String> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = headers.next()?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    (headers.next().is_none()
        && scheme.eq_ignore_ascii_case("bearer")
        && secret.len() == KEY_LENGTH
        && secret.starts_with(PREFIX))
    .then(|| secret.to_owned())
}

async fn look_up(state: &AppState, secret: String) -> Result<Actor, Problem> {
    let now = state.now();
    state
        .store
        .read(move |connection| keys::authenticate(connection, &secret, now))
        .await
        .map_err(|error| match error {
            Error::NotFound => refused(),
            other => other.into(),
        })
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
