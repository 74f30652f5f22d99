//! One limit over all clients.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{
    bucket::{Bucket, Level},
    lease::{Lease, Step},
    rate::Rate,
    shared::Shared,
};

/// Parts of the memory of clients, each with a lock of its own.
const SHARDS: usize = 16;
/// Clients remembered in each part at the most.
const REMEMBERED: usize = 8_192;

/// Where a client stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Whether the request is within the limit.
    pub(crate) allowed: bool,
    /// The limit.
    pub(crate) rate: Rate,
    /// Requests left.
    pub(crate) left: u32,
    /// Seconds until the whole quota is there again.
    pub(crate) full_in: i64,
    /// Seconds after which a refused request may be sent again.
    pub(crate) retry_after: i64,
}

impl Standing {
    /// From nanoseconds to whole seconds, rounded up.
    pub(super) fn new(rate: Rate, allowed: bool, left: u32, full_in: i64, token_in: i64) -> Self {
        let seconds = |nanos: i64| (nanos.max(0) + 999_999_999) / 1_000_000_000;
        Self {
            allowed,
            rate,
            left: left.min(rate.quota()),
            full_in: seconds(full_in),
            retry_after: seconds(token_in).max(1),
        }
    }
}

#[derive(Debug, Default)]
struct Client {
    bucket: Bucket,
    lease: Lease,
}

/// A limit over all clients: in this process, or shared by Redis.
#[derive(Debug)]
pub(super) struct Limiter {
    name: &'static str,
    rate: Rate,
    shared: Option<Arc<Shared>>,
    hasher: RandomState,
    shards: [Mutex<HashMap<String, Client>>; SHARDS],
}

impl Limiter {
    pub(super) fn new(name: &'static str, rate: Rate, shared: Option<Arc<Shared>>) -> Self {
        Self {
            name,
            rate,
            shared,
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Takes a token of `client`. Without an answer from Redis this process
    /// goes by its own count.
    pub(super) async fn take(&self, client: &str, now: DateTime<Utc>) -> Standing {
        let now = nanos(now);
        let Some(shared) = &self.shared else {
            return self.own(client, now);
        };
        let step = self.with(client, now, |client| client.lease.step(self.rate, now));
        match step {
            Step::Known(standing) => standing,
            Step::Ask { want, back, lease } => {
                let key = format!("gi:rate:{}:{client}", self.name);
                match shared.take(key, self.rate, want, back, now).await {
                    Some(reply) => self.with(client, now, |client| {
                        client.lease.replied(self.rate, now, lease, reply)
                    }),
                    None => {
                        self.with(client, now, |client| client.lease.unanswered());
                        self.own(client, now)
                    }
                }
            }
        }
    }

    /// The refusal that another request of `client` would get, as far as this
    /// process knows without asking.
    pub(super) fn look(&self, client: &str, now: DateTime<Utc>) -> Option<Standing> {
        let now = nanos(now);
        let clients = self.shard(client);
        let known = clients.get(client)?;
        if self.shared.is_some()
            && let Some(refusal) = known.lease.look(self.rate, now)
        {
            return Some(refusal);
        }
        let level = known.bucket.look(self.rate, now);
        (!level.allowed).then(|| self.standing(level))
    }

    fn own(&self, client: &str, now: i64) -> Standing {
        let level = self.with(client, now, |client| client.bucket.take(self.rate, now));
        self.standing(level)
    }

    fn standing(&self, level: Level) -> Standing {
        Standing::new(
            self.rate,
            level.allowed,
            level.left,
            level.full_in,
            level.token_in,
        )
    }

    fn with<T>(&self, client: &str, now: i64, work: impl FnOnce(&mut Client) -> T) -> T {
        let mut clients = self.shard(client);
        if let Some(known) = clients.get_mut(client) {
            return work(known);
        }
        if clients.len() >= REMEMBERED {
            clients.retain(|_, client| !(client.bucket.is_full(now) && client.lease.is_idle(now)));
            // More clients at once than can be told apart: they start afresh.
            if clients.len() >= REMEMBERED {
                clients.clear();
            }
        }
        work(clients.entry(client.to_owned()).or_default())
    }

    fn shard(&self, client: &str) -> MutexGuard<'_, HashMap<String, Client>> {
        let hash = self.hasher.hash_one(client);
        let index = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        let [first, ..] = &self.shards;
        let shard = self.shards.get(index).unwrap_or(first);
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nanos(now: DateTime<Utc>) -> i64 {
    now.timestamp_nanos_opt().unwrap_or(i64::MAX / 4)
}
