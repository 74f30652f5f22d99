//! The API over a real database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod access;
mod api_keys;
mod attachments;
mod audit;
mod bodies;
mod casework;
mod contract;
mod cors;
mod description;
mod early_copies;
mod errors;
mod examples;
mod forty;
mod headers;
mod hostile;
mod idempotency;
mod imports;
mod inspections;
mod life;
mod limits;
mod lists;
mod matrix;
mod oidc;
mod published;
mod recipients;
mod requests;
mod script;
mod site;
mod socket;
mod submissions;
mod test_app;
