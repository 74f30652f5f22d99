//! The domain of ungraded group inspections: pure rules, no I/O.
//!
//! Every rule takes time, identifiers and configuration as arguments, so the
//! same inputs always give the same result. Rule numbers (`DR-01` to `DR-40`)
//! name the domain rules listed in `docs/ARCHITECTURE.md`.

pub mod accountability;
pub mod audit;
pub mod body;
pub mod burden;
pub mod calendar;
pub mod compile;
pub mod conflict;
pub mod digest;
pub mod disclosure;
pub mod evidence;
pub mod factual_accuracy;
pub mod finding;
pub mod language;
pub mod library;
pub mod membership;
pub mod outcome;
pub mod oversight;
pub mod pattern;
pub mod policy;
pub mod recommendation;
pub mod report;
pub mod request;
pub mod response;
pub mod retention;
pub mod sampling;
pub mod school;
pub mod submission;
pub mod survey;
pub mod team;
pub mod theme;
pub mod urgent;
pub mod urn;
pub mod value;
pub mod weakness;

pub use urn::Urn;
