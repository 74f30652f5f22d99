//! The background worker: takes jobs from the ledger and carries them out.
//!
//! The ledger is the queue; this crate claims from it, runs a [`Handler`] for
//! each job, records how it ended and sweeps up after workers that went away.
//! Types of the job library appear in one module only.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)
)]

mod batch;
mod execution;
pub mod handler;
pub mod handlers;
mod lanes;
mod ledger_backend;
pub mod mail;
pub mod problem;
pub mod redis_wake;
pub mod runtime;
pub mod settings;
mod shared;
pub mod sweeper;
pub mod webhook;

pub use handler::{Failure, Handler, Handlers, JobContext, Outcome, Running};
pub use redis_wake::RedisWake;
pub use runtime::{RunError, Worker};
pub use settings::Settings;
pub use shared::Counts;
