//! What the service tells of itself while it runs.
//!
//! Every metric is described in [`names`] and recorded by a function of
//! [`measure`], so that its name and its labels are spelt in one place. The
//! crates that do the work call those functions; without a recorder they cost
//! next to nothing. The program alone installs one (feature `export`).

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

pub mod exposition;
pub mod measure;
pub mod names;
#[cfg(feature = "export")]
pub mod recorder;
