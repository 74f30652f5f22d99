//! Buckets that all processes share, in Redis.

use std::{
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
    time::Duration,
};

use redis::{
    Client, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::{runtime::Handle, time::timeout};

use super::rate::Rate;

/// How long Redis is left alone after it did not answer, in nanoseconds.
const REST: i64 = 1_000_000_000;

/// Takes tokens and gives some back, by the clock of Redis, in one step. A
/// bucket is the microsecond at which it will be full.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local want, back = tonumber(ARGV[3]), tonumber(ARGV[4])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
full = math.min(math.max(full - back * cost, now), now + window)
local free = math.max(math.floor((now + window - full) / cost + 0.001), 0)
local granted = math.min(want, free)
full = full + granted * cost
if full > now then
  redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil((full - now) / 1000) + 1)
else
  redis.call('DEL', KEYS[1])
end
local token = 0
if granted == 0 then token = math.max(math.ceil(full + cost - now - window), 1) end
return {granted, free - granted, math.ceil(full - now), token}
";

/// What the shared bucket says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reply {
    /// Tokens granted.
    pub(super) granted: u32,
    /// Tokens left.
    pub(super) left: u32,
    /// Nanoseconds until it is full.
    pub(super) full_in: i64,
    /// Nanoseconds until there is a token.
    pub(super) token_in: i64,
}

/// The connection to Redis.
pub(super) struct Shared {
    manager: ConnectionManager,
    /// The connection lives on the runtime that made it, which outlives those
    /// that serve requests.
    runtime: Handle,
    patience: Duration,
    rest_until: AtomicI64,
    away: AtomicBool,
}

impl Shared {
    /// Buckets in the Redis of `client`, which need not be there yet and may
    /// take so long to answer. Must be called within a runtime.
    pub(super) fn new(client: Client, patience: Duration) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(patience))
            .set_connection_timeout(Some(patience))
            .set_number_of_retries(1);
        Ok(Self {
            manager: ConnectionManager::new_lazy_with_config(client, config)?,
            runtime: Handle::current(),
            patience,
            rest_until: AtomicI64::new(0),
            away: AtomicBool::new(false),
        })
    }

    /// Takes `want` tokens and gives `back` some; `None` if Redis does not
    /// answer.
    pub(super) async fn take(
        &self,
        key: String,
        rate: Rate,
        want: u32,
        back: u32,
        now: i64,
    ) -> Option<Reply> {
        if now < self.rest_until.load(Ordering::Relaxed).min(now + REST) {
            return None;
        }
        let mut manager = self.manager.clone();
        #[allow(clippy::cast_precision_loss, reason = "below a day in microseconds")]
        let (window, cost) = (
            rate.window() / 1_000,
            rate.window() as f64 / 1_000.0 / f64::from(rate.quota()),
        );
        let asked = self.runtime.spawn(async move {
            let asked = redis::cmd("EVAL")
                .arg(TAKE)
                .arg(1)
                .arg(key)
                .arg(window)
                .arg(cost)
                .arg(want)
                .arg(back)
                .query_async::<(u32, u32, i64, i64)>(&mut manager)
                .await;
            asked.map_err(|error| error.category().to_owned())
        });
        let answer = match timeout(self.patience, asked).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no answer in time".to_owned()),
        };
        match answer {
            Ok((granted, left, full_in, token_in)) => {
                if self.away.swap(false, Ordering::Relaxed) {
                    tracing::info!("rate limits are shared by Redis again");
                }
                Some(Reply {
                    granted: granted.min(want),
                    left,
                    full_in: full_in.saturating_mul(1_000),
                    token_in: token_in.saturating_mul(1_000),
                })
            }
            Err(reason) => {
                self.rest_until.store(now + REST, Ordering::Relaxed);
                if !self.away.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%reason, "rate limits are not shared: Redis does not answer");
                }
                None
            }
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}
