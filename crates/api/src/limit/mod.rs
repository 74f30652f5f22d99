//! How often a client may ask: token buckets per caller and per address.

mod address;
mod bucket;
mod lease;
mod limiter;
mod rate;
mod shared;

use std::{sync::Arc, time::Duration};

use actix_web::{
    HttpMessage,
    dev::RequestHead,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use chrono::{DateTime, Utc};
use ipnet::IpNet;

pub use address::networks;
pub use rate::{NotARate, Rate};

pub(crate) use limiter::Standing;

use crate::problem::{Code, Problem};
use limiter::Limiter;
use shared::Shared;

/// Limits on how often a client may ask.
#[derive(Debug, Clone)]
pub struct RateLimits {
    /// On the API: for a caller over all addresses, and for an address without
    /// a caller.
    pub callers: Option<Rate>,
    /// On the public pages, for an address.
    pub public: Option<Rate>,
    /// On credentials that are not valid, for an address.
    pub failures: Option<Rate>,
    /// Proxies that are believed about where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            callers: Rate::new(60_000, 60),
            public: None,
            failures: Rate::new(30, 60),
            trusted_proxies: Vec::new(),
        }
    }
}

/// Which limit a standing is of.
#[derive(Debug, Clone, Copy)]
struct Shown {
    name: &'static str,
    standing: Standing,
}

/// All limits, with what was counted.
#[derive(Debug)]
pub(crate) struct Gate {
    callers: Option<Limiter>,
    public: Option<Limiter>,
    failures: Option<Limiter>,
    trusted: Vec<IpNet>,
    shared: Option<Arc<Shared>>,
}

impl Gate {
    pub(crate) fn new(limits: RateLimits) -> Self {
        Self::over(limits, None)
    }

    /// The same limits, counted together with other processes in the Redis
    /// of `client`. Must be called within a runtime.
    pub(crate) fn shared(
        limits: RateLimits,
        client: redis::Client,
        patience: Duration,
    ) -> Result<Self, redis::RedisError> {
        Ok(Self::over(
            limits,
            Some(Arc::new(Shared::new(client, patience)?)),
        ))
    }

    /// Other limits, counted where these are.
    pub(crate) fn with(&self, limits: RateLimits) -> Self {
        Self::over(limits, self.shared.clone())
    }

    fn over(limits: RateLimits, shared: Option<Arc<Shared>>) -> Self {
        let limiter =
            |name, rate: Option<Rate>| rate.map(|rate| Limiter::new(name, rate, shared.clone()));
        Self {
            callers: limiter("default", limits.callers),
            public: limiter("public", limits.public),
            failures: limiter("authentication", limits.failures),
            trusted: limits.trusted_proxies,
            shared,
        }
    }

    /// Counts a request of a caller.
    pub(crate) async fn caller(
        &self,
        request: &impl HttpMessage,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        counted(self.callers.as_ref(), request, name, now).await
    }

    /// Counts a request to the API without a caller.
    pub(crate) async fn stranger(
        &self,
        request: &impl HttpMessage,
        head: &RequestHead,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let name = self.address(head);
        counted(self.callers.as_ref(), request, &name, now).await
    }

    /// Counts a request for a public page.
    pub(crate) async fn reader(
        &self,
        request: &impl HttpMessage,
        head: &RequestHead,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        if self.public.is_none() {
            return Ok(());
        }
        let name = self.address(head);
        counted(self.public.as_ref(), request, &name, now).await
    }

    /// Refuses a credential unseen if too many of this address were not valid.
    pub(crate) fn may_try(
        &self,
        request: &impl HttpMessage,
        head: &RequestHead,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let Some(limiter) = &self.failures else {
            return Ok(());
        };
        match limiter.look(&self.address(head), now) {
            Some(refusal) => Err(refuse(request, limiter, refusal)),
            None => Ok(()),
        }
    }

    /// Counts a credential that is not valid.
    pub(crate) async fn failed(
        &self,
        request: &impl HttpMessage,
        head: &RequestHead,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        let Some(limiter) = &self.failures else {
            return Ok(());
        };
        let name = self.address(head);
        let standing = limiter.take(&name, now).await;
        if standing.allowed {
            return Ok(());
        }
        tracing::warn!("too many credentials that are not valid from one address");
        Err(refuse(request, limiter, standing))
    }

    fn address(&self, head: &RequestHead) -> String {
        address::counted_as(address::origin(head, &self.trusted))
    }
}

async fn counted(
    limiter: Option<&Limiter>,
    request: &impl HttpMessage,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    let standing = limiter.take(name, now).await;
    if !standing.allowed {
        return Err(refuse(request, limiter, standing));
    }
    request.extensions_mut().insert(Shown {
        name: limiter.name(),
        standing,
    });
    Ok(())
}

fn refuse(request: &impl HttpMessage, limiter: &Limiter, standing: Standing) -> Problem {
    request.extensions_mut().insert(Shown {
        name: limiter.name(),
        standing,
    });
    Problem::new(Code::RateLimited).header("retry-after", standing.retry_after.to_string())
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// Tells a client where it stands (draft-ietf-httpapi-ratelimit-headers).
pub(crate) fn tell(request: &impl HttpMessage, headers: &mut HeaderMap) {
    let Some(Shown { name, standing }) = request.extensions().get::<Shown>().copied() else {
        return;
    };
    let (quota, seconds) = (standing.rate.quota(), standing.rate.seconds());
    let policy = format!("\"{name}\";q={quota};w={seconds}");
    let now = format!("\"{name}\";r={};t={}", standing.left, standing.full_in);
    for (header, text) in [(POLICY, policy), (STANDING, now)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
}
