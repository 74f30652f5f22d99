//! What must hold for any bytes that strangers send.
//!
//! Each target takes bytes, hands them to the code that reads them in service,
//! and panics if a property does not hold. `fuzz/` drives the targets with
//! coverage; the tests of this crate replay its corpus, in which every input
//! that once broke a property is kept.
//!
//! Files of the API and the worker are compiled here a second time, so that a
//! target builds without web server, database and typesetter.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)
)]

mod attachment;
mod cursors;
mod idempotency;
mod language;
mod registers;
mod submission;
mod webhook;

/// A target: its name, and what takes the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 7] = [
    ("attachment", attachment::target),
    ("cursor", cursors::target),
    ("idempotency_key", idempotency::target),
    ("language", language::target),
    ("register", registers::target),
    ("submission", submission::target),
    ("webhook", webhook::target),
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<fn(&[u8])> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}
