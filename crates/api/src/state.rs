//! What every request shares.

use std::{sync::Arc, time::Duration};

use chrono::{NaiveDate, Utc};
use group_inspection_core::{framework::Frameworks, policy::Policy};
use group_inspection_render::SiteFacts;
use group_inspection_store::{Store, blob::Blobs};
use subtle::ConstantTimeEq;

use crate::{
    auth::KeyCache,
    cors::Origin,
    deprecation::{DEPRECATED, Deprecated},
    limit::{Gate, RateLimits},
    oidc::{Issuers, OidcSettings},
    routes::{Readiness, Shelf},
};

/// Limits on requests.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub json_bytes: usize,
    /// Bytes of a register file.
    pub import_bytes: u64,
    /// How long a body may take to arrive, whatever its length.
    pub body_patience: Duration,
    /// Bytes a second by which a longer one earns more time.
    pub body_bytes_per_second: u64,
    /// How long an accepted API key is trusted without asking the database,
    /// which is also how long a revoked key may go on working.
    pub key_trust: Duration,
    /// How long a page of a report is trusted without asking the database.
    /// Only with [`AppState::forgets_pages`] called upon each publication does
    /// a correction show at once.
    pub page_trust: Duration,
    /// Bytes of pages held in memory.
    pub page_bytes: usize,
    /// How often a client may ask.
    pub rates: RateLimits,
    /// How long calls to an endpoint that was given new keys are signed with
    /// those before as well.
    pub key_overlap: Duration,
    /// Notifications that are sent again at once at the most.
    pub replays: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 2 * 1024 * 1024,
            import_bytes: 512 * 1024 * 1024,
            body_patience: Duration::from_secs(30),
            body_bytes_per_second: 16 * 1024,
            key_trust: Duration::from_secs(5),
            page_trust: Duration::ZERO,
            page_bytes: 64 * 1024 * 1024,
            rates: RateLimits::default(),
            key_overlap: Duration::from_secs(24 * 3600),
            replays: 10_000,
        }
    }
}

/// A token that nobody may read in a log.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// Whether `given` is the token; takes as long whatever it is.
    #[must_use]
    pub fn is(&self, given: &[u8]) -> bool {
        given.ct_eq(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// What every request shares. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The store.
    pub store: Store,
    /// Uploads.
    pub blobs: Blobs,
    /// What public pages say of the service.
    pub site: Arc<SiteFacts>,
    /// Policy that new inspections are opened under.
    pub policy: Arc<Policy>,
    /// Frameworks that inspections may take place under.
    pub frameworks: Arc<Frameworks>,
    /// Limits on requests.
    pub limits: Arc<Limits>,
    /// Operations that are on their way out.
    pub deprecated: Arc<[Deprecated]>,
    /// Token that the mail service sends its receipts with; without one none
    /// are taken.
    pub receipts_token: Option<Token>,
    /// Origins whose pages may call; usually none.
    pub(crate) origins: Arc<[Origin]>,
    pub(crate) keys: Arc<KeyCache>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) issuers: Option<Arc<Issuers>>,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) shelf: Arc<Shelf>,
}

impl AppState {
    /// State over a store, with default policy and limits.
    #[must_use]
    pub fn new(store: Store, blobs: Blobs, site: SiteFacts, frameworks: Frameworks) -> Self {
        Self {
            store,
            blobs,
            site: Arc::new(site),
            policy: Arc::new(Policy::default()),
            frameworks: Arc::new(frameworks),
            limits: Arc::new(Limits::default()),
            deprecated: DEPRECATED.into(),
            receipts_token: None,
            origins: Arc::default(),
            keys: Arc::new(KeyCache::default()),
            gate: Arc::new(Gate::new(RateLimits::default())),
            issuers: None,
            readiness: Arc::new(Readiness::default()),
            shelf: Arc::new(Shelf::default()),
        }
    }

    /// The same state with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.gate = Arc::new(self.gate.with(limits.rates.clone()));
        self.limits = Arc::new(limits);
        self
    }

    /// The same state, counting requests together with other processes in the
    /// Redis of `client`, which need not be there yet. A request waits `patience`
    /// for it at the most, and is counted by this process alone then. Must be
    /// called within a runtime that outlives the service.
    ///
    /// # Errors
    /// If its settings cannot be used.
    pub fn counting_in(
        mut self,
        client: redis::Client,
        patience: Duration,
    ) -> Result<Self, redis::RedisError> {
        self.gate = Arc::new(Gate::shared(self.limits.rates.clone(), client, patience)?);
        Ok(self)
    }

    /// The same state, taking access tokens of issuers beside API keys.
    ///
    /// # Errors
    /// If no HTTP client can be had to ask the issuers for their keys.
    pub fn trusting(mut self, settings: OidcSettings) -> Result<Self, reqwest::Error> {
        self.issuers = Some(Arc::new(Issuers::new(settings)?));
        Ok(self)
    }

    /// The same state with other operations on their way out.
    #[must_use]
    pub fn with_deprecated(mut self, deprecated: &[Deprecated]) -> Self {
        self.deprecated = deprecated.into();
        self
    }

    /// The same state, taking receipts of the mail service with this token.
    #[must_use]
    pub fn with_receipts(mut self, token: Option<&str>) -> Self {
        self.receipts_token = token.map(|token| Token(Arc::from(token)));
        self
    }

    /// The same state, called by pages of these origins too.
    #[must_use]
    pub fn with_origins(mut self, origins: &[Origin]) -> Self {
        self.origins = origins.into();
        self
    }

    /// The same state with another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// What forgets the pages of reports, to be called when something was
    /// published or withdrawn. It keeps nothing else of the state alive, so
    /// whoever waits for such news does not hold the database open.
    pub fn forgets_pages(&self) -> impl Fn() + Send + Sync + 'static + use<> {
        let shelf = Arc::clone(&self.shelf);
        move || shelf.forget()
    }

    /// Now.
    pub(crate) fn now(&self) -> chrono::DateTime<Utc> {
        self.store.environment().clock.now()
    }

    /// Today, in London.
    pub(crate) fn today(&self) -> NaiveDate {
        london_day(self.now())
    }
}

/// The day in London at `now`.
pub(crate) fn london_day(now: chrono::DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&chrono_tz::Europe::London).date_naive()
}
