#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod endings;
mod events;
mod fairness;
mod govuk_notify;
mod imports;
mod lease;
mod notify;
mod pick_up;
mod post;
mod receiver;
mod recipients;
mod redis;
mod scan;
mod shutdown;
mod ssrf;
mod support;
mod sweeper;
mod versions;
