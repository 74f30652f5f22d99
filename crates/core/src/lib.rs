//! The domain of ungraded group inspections: pure rules, no I/O.
//!
//! Every rule takes time, identifiers and configuration as arguments, so the
//! same inputs always give the same result. Rule numbers (`DR-01` to `DR-40`)
//! name the domain rules listed in `docs/ARCHITECTURE.md`.

pub mod body;
pub mod compile;
pub mod evidence;
pub mod outcome;
pub mod policy;
pub mod report;
pub mod theme;
pub mod urn;
pub mod weakness;

pub use urn::Urn;
