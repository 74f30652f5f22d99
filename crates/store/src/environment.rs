//! Time, identifiers and randomness, injected so that tests decide them.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

/// Source of the present time.
pub trait Clock: Send + Sync + 'static {
    /// Now, UTC, in whole microseconds (what the database keeps).
    fn now(&self) -> DateTime<Utc>;

    /// Whether it is the clock of one machine among several. Each may be wrong,
    /// so what several processes must agree on, the job ledger, goes by the
    /// clock of the database instead.
    fn is_one_of_several(&self) -> bool {
        false
    }
}

/// Source of identifiers and of randomness.
pub trait Ids: Send + Sync + 'static {
    /// A new identifier that sorts by `now`.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
    /// Unpredictable bytes for secrets.
    fn secret(&self) -> [u8; 32];
    /// A number from 0 up to but not including 1, for jitter.
    fn fraction(&self) -> f64;
}

/// What a store takes from its surroundings.
#[derive(Clone)]
pub struct Environment {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and randomness.
    pub ids: Arc<dyn Ids>,
}

impl Environment {
    /// The machine's clock and random source.
    #[must_use]
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        }
    }
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").finish_non_exhaustive()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn is_one_of_several(&self) -> bool {
        true
    }
}

/// Version 7 UUIDs and the operating system's random source.
#[derive(Debug, Clone, Copy)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let mut random = [0_u8; 10];
        rand::rng().fill_bytes(&mut random);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0_u8; 32];
        rand::rng().fill_bytes(&mut secret);
        secret
    }

    fn fraction(&self) -> f64 {
        f64::from(rand::rng().next_u32()) / (f64::from(u32::MAX) + 1.0)
    }
}

/// The machine's clock, moved on by hand: for demonstrations of what takes
/// weeks.
#[derive(Debug, Default)]
pub struct MovedClock(Mutex<TimeDelta>);

impl MovedClock {
    /// Moves the clock on to `to`, unless it is there already.
    pub fn move_to(&self, to: DateTime<Utc>) {
        let behind = to - self.now();
        if behind > TimeDelta::zero() {
            let mut ahead = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *ahead += behind;
        }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock, forward or back.
    pub fn advance(&self, by: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Identifiers in a fixed sequence: the same calls give the same identifiers.
#[derive(Debug, Default)]
pub struct SequentialIds(Mutex<u64>);

impl SequentialIds {
    fn step(&self) -> u64 {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        *count
    }
}

impl Ids for SequentialIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let mut random = [0_u8; 10];
        random[2..].copy_from_slice(&self.step().to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [7_u8; 32];
        secret[..8].copy_from_slice(&self.step().to_be_bytes());
        secret
    }

    fn fraction(&self) -> f64 {
        0.5
    }
}
