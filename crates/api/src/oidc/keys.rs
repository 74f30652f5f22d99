//! The keys of an issuer: fetched, kept, and fetched again.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse},
};
use reqwest::{Client, redirect};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Refusal,
    ring_provider::{self, ALLOWED},
    settings::is_trustworthy,
};

/// Age at which keys are fetched again, if the issuer answers.
const REFRESH: TimeDelta = TimeDelta::minutes(15);
/// An issuer is asked this often at the most, whatever tokens name.
const PAUSE: TimeDelta = TimeDelta::seconds(30);
/// How long an issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of an issuer's answer at the most.
const LARGEST: usize = 256 * 1024;
/// Keys of an issuer that are kept at the most.
const MOST: usize = 64;

struct IssuerKey {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

struct KeySet {
    keys: Vec<IssuerKey>,
    fetched_at: DateTime<Utc>,
}

/// The keys of one issuer.
pub(super) struct Keys {
    issuer: String,
    max_age: TimeDelta,
    client: Client,
    held: RwLock<Option<Arc<KeySet>>>,
    /// When the issuer was last asked; held while it is.
    asked_at: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

impl Keys {
    pub(super) fn new(issuer: String, max_age: Duration) -> Result<Self, reqwest::Error> {
        Ok(Self {
            issuer,
            max_age: TimeDelta::from_std(max_age).unwrap_or(TimeDelta::MAX),
            client: Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                // Each thread has a run-time of its own, which a connection
                // could not outlive.
                .pool_max_idle_per_host(0)
                .timeout(PATIENCE)
                .build()?,
            held: RwLock::new(None),
            asked_at: tokio::sync::Mutex::new(None),
        })
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The key that a token names. The issuer is asked if nothing is held,
    /// what is held has aged, or the key is not among it.
    pub(super) async fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        now: DateTime<Utc>,
    ) -> Result<DecodingKey, Refusal> {
        let held = self.held();
        let found = held.as_ref().and_then(|set| set.find(id, algorithm));
        let age = held.as_ref().map(|set| now - set.fetched_at);
        if let (Some(key), Some(age)) = (&found, age)
            && age < REFRESH
        {
            return Ok(key.clone());
        }
        let usable = age.is_some_and(|age| age < self.max_age);
        let mut asked_at = match (&found, usable) {
            // Somebody is asking already, and what is held will do.
            (Some(key), true) => match self.asked_at.try_lock() {
                Ok(asked_at) => asked_at,
                Err(_) => return Ok(key.clone()),
            },
            _ => self.asked_at.lock().await,
        };
        if asked_at.is_none_or(|at| now - at >= PAUSE || now < at) {
            *asked_at = Some(now);
            match self.fetch(now).await {
                Ok(set) => self.hold(set),
                Err(reason) => {
                    tracing::warn!(issuer = %self.issuer, %reason, "the keys of an issuer cannot be had");
                }
            }
        }
        drop(asked_at);
        let held = self
            .held()
            .filter(|set| now - set.fetched_at < self.max_age)
            .ok_or(Refusal::NoKeys)?;
        held.find(id, algorithm)
            .ok_or(Refusal::Invalid("its key is not one of the issuer's"))
    }

    fn held(&self) -> Option<Arc<KeySet>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    fn hold(&self, set: KeySet) {
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(set));
    }

    async fn fetch(&self, now: DateTime<Utc>) -> Result<KeySet, String> {
        #[derive(Deserialize)]
        struct Discovery {
            issuer: String,
            jwks_uri: String,
        }
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let place = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        let discovery: Discovery = self.get(&place).await?;
        if discovery.issuer != self.issuer {
            return Err(format!("it calls itself {}", discovery.issuer));
        }
        if !is_trustworthy(&discovery.jwks_uri) {
            return Err("its keys are not at an https address".to_owned());
        }
        let set: Set = self.get(&discovery.jwks_uri).await?;
        // Keys of kinds that are not understood are no concern of ours.
        let keys: Vec<IssuerKey> = set
            .keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<Jwk>(key).ok())
            .filter_map(|key| IssuerKey::read(&key))
            .take(MOST)
            .collect();
        if keys.is_empty() {
            return Err("it has no key that can be used".to_owned());
        }
        tracing::info!(issuer = %self.issuer, keys = keys.len(), "the keys of an issuer were fetched");
        Ok(KeySet {
            keys,
            fetched_at: now,
        })
    }

    async fn get<T: DeserializeOwned>(&self, place: &str) -> Result<T, String> {
        let answer = self
            .client
            .get(place)
            .header("accept", "application/json")
            .send()
            .await
            .map_err(|error| error.without_url().to_string())?;
        if !answer.status().is_success() {
            return Err(format!("{place} answers {}", answer.status()));
        }
        let mut bytes = Vec::new();
        let mut pieces = answer.bytes_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| error.without_url().to_string())?;
            if bytes.len() + piece.len() > LARGEST {
                return Err(format!("{place} answers with too much"));
            }
            bytes.extend_from_slice(&piece);
        }
        serde_json::from_slice(&bytes).map_err(|error| format!("{place}: {error}"))
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl KeySet {
    /// The key with this identifier that may sign by the algorithm; without an
    /// identifier, the only one that may.
    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.algorithms.contains(&algorithm) && id.is_none_or(|id| key.id.as_deref() == Some(id))
        });
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Some(key.key.clone()),
            _ => None,
        }
    }
}

impl IssuerKey {
    /// A public key for signatures, with the algorithms it may sign by.
    fn read(key: &Jwk) -> Option<Self> {
        if !matches!(
            key.common.public_key_use,
            None | Some(PublicKeyUse::Signature)
        ) {
            return None;
        }
        let known = match &key.algorithm {
            AlgorithmParameters::RSA(_) => true,
            AlgorithmParameters::EllipticCurve(it) => it.curve == EllipticCurve::P256,
            AlgorithmParameters::OctetKeyPair(it) => it.curve == EllipticCurve::Ed25519,
            // A shared secret in a public document is nobody's key.
            _ => false,
        };
        if !known {
            return None;
        }
        let decoding = DecodingKey::from_jwk(key).ok()?;
        let stated = key.common.key_algorithm;
        let algorithms: Vec<Algorithm> = ALLOWED
            .into_iter()
            .filter(|algorithm| ring_provider::fits(*algorithm, decoding.family()))
            .filter(|algorithm| stated.is_none_or(|stated| is(stated, *algorithm)))
            .collect();
        (!algorithms.is_empty()).then(|| Self {
            id: key.common.key_id.clone(),
            algorithms,
            key: decoding,
        })
    }
}

fn is(stated: KeyAlgorithm, algorithm: Algorithm) -> bool {
    matches!(
        (stated, algorithm),
        (KeyAlgorithm::RS256, Algorithm::RS256)
            | (KeyAlgorithm::PS256, Algorithm::PS256)
            | (KeyAlgorithm::ES256, Algorithm::ES256)
            | (KeyAlgorithm::EdDSA, Algorithm::EdDSA)
    )
}
