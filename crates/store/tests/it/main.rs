//! Tests of the store against a real database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    missing_docs
)]

mod audit;
mod blobs;
mod idempotency;
mod inspections;
mod ledger;
mod migrations;
mod register;
mod retention;
mod support;
mod weaknesses;
