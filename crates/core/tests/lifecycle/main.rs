//! The life of an inspection, through the public face of the module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod clocks;
mod examples;
mod gates;
mod properties;
mod telling;
mod world;
