//! Dashboards, alerts and the runbook against the list of metrics; and the
//! recorder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)]

mod files;
mod query;
mod recorder;
