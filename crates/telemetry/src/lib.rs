//! What the service tells of itself while it runs.
//!
//! Every metric is described in [`names`] and recorded by a function of
//! [`measure`], so that its name and its labels are spelt in one place. The
//! crates that do the work call those functions; without a recorder they cost
//! next to nothing. The program alone installs one (feature `export`), and sends
//! the spans of [`trace`] to a collector if it is told of one.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

#[cfg(feature = "export")]
pub mod collector;
pub mod exposition;
#[cfg(feature = "export")]
pub mod log;
pub mod measure;
pub mod names;
#[cfg(feature = "export")]
mod process;
#[cfg(feature = "export")]
pub mod recorder;
pub mod trace;
