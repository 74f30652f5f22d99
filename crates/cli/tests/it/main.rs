//! Tests of the program as a whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod adjacent;
mod backup;
mod commands;
mod conformance;
mod killed;
mod process;
