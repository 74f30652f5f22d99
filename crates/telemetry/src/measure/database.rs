//! Connections and transactions.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::names::{
    DATABASE_CONNECTIONS_IN_USE, DATABASE_CONNECTIONS_MAX, DATABASE_RETRIES,
    DATABASE_TRANSACTION_SECONDS, DATABASE_WAIT_SECONDS, DATABASE_WAITING, DATABASE_WAITS,
};

/// A pool has so many connections.
pub fn pool(connections: u32) {
    gauge!(DATABASE_CONNECTIONS_MAX.name).set(connections);
}

/// A gauge that is one higher while this lives.
#[derive(Debug)]
pub struct Held(&'static str);

impl Held {
    fn of(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }

    /// A connection is in use.
    #[must_use]
    pub fn connection() -> Self {
        Self::of(DATABASE_CONNECTIONS_IN_USE.name)
    }

    /// Somebody found none free and waits for one.
    #[must_use]
    pub fn waiting() -> Self {
        counter!(DATABASE_WAITS.name).increment(1);
        Self::of(DATABASE_WAITING.name)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// The wait for a connection is over, whether there is one or not.
pub fn waited(took: Duration) {
    histogram!(DATABASE_WAIT_SECONDS.name).record(took);
}

/// What a transaction may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Read.
    Read,
    /// Write.
    Write,
    /// Change the schema.
    Migrate,
}

impl Mode {
    /// Value of the label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Migrate => "migrate",
        }
    }
}

/// How a transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Committed.
    Committed,
    /// Undone by our own rules: nothing is wrong.
    Refused,
    /// Undone because something is wrong.
    Failed,
}

impl Ended {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A transaction has ended.
pub fn transaction(mode: Mode, ended: Ended, took: Duration) {
    histogram!(
        DATABASE_TRANSACTION_SECONDS.name,
        "mode" => mode.as_str(),
        "outcome" => ended.as_str(),
    )
    .record(took);
}

/// A transaction is run again.
pub fn again() {
    counter!(DATABASE_RETRIES.name).increment(1);
}
