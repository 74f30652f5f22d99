//! What a report must have passed before it is public, and what becomes of
//! published versions (DR-26, DR-27, DR-30, DR-38).
//!
//! The order of release is that of [`crate::inspection`]'s actions: the body
//! has the final report for an embargo, then those entitled to an early copy,
//! then everyone (domain.md 9.5).

mod edition;
mod gate;

pub use edition::{Edition, EditionError, Editions, Status};
pub use gate::{Check, Checks, FactualAccuracy, Gates, SignOff, Unmet};
