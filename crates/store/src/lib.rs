//! Everything that is kept: the PostgreSQL schema, the queries, the job ledger
//! and the audit log.
//!
//! One rule for callers: a change is one closure given to [`Store::write`].
//! It runs in one transaction, knows its [`Actor`], and writes its rows, its
//! audit events and its job rows together or not at all.

pub mod accountability;
pub mod actor;
pub mod audit;
pub mod backup;
pub mod blob;
pub mod bodies;
pub mod dead_letters;
pub mod early_copies;
pub mod editorial;
pub mod environment;
pub mod error;
pub mod evidence;
pub mod idempotency;
pub mod imports;
pub mod inspections;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod ledgers;
pub mod lifecycle;
pub mod migrate;
pub mod notifications;
pub mod operations;
pub mod people;
mod pool;
mod prepared;
pub mod public;
pub mod recipients;
pub mod records;
pub mod register;
pub mod rehearsal;
pub mod reports;
pub mod retention;
pub mod sample;
pub mod schema;
mod seek;
pub mod steps;
pub mod submissions;
pub mod sweep;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod typed;
pub mod urgent;
pub mod vitals;
pub mod wake;
pub mod weaknesses;

pub use actor::Actor;
pub use environment::{Clock, Environment, Ids};
pub use error::Error;
pub use pool::{Settings, Store};
pub use seek::Seek;
pub use tx::Tx;
