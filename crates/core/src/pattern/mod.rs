//! Key patterns and observations (DR-04, DR-07, DR-08, DR-09).
//!
//! A pattern counts member schools in which evidence points the same way. It
//! never counts outcomes of two frameworks together: those are counted per
//! framework and area beside it.
//!
//! [`analyse`] tells what in a group's published outcomes chance would seldom
//! give, held against a national [`Reference`]; [`find`] joins that with other
//! evidence. Method and proof are in `docs/patterns.md`.

mod analysis;
mod candidate;
mod chance;
mod change;
mod cluster;
pub mod control;
mod counts;
pub mod exact;
mod propose;
mod prose;
mod reference;
mod school;
mod settings;
mod sign;

pub use analysis::{Analysis, Finding, Fragility, JoinedWith, analyse, candidates, joined_with};
pub use candidate::{Candidate, Claim, Kind, Part, Trial, parts};
pub use change::Change;
pub use counts::{Counts, Rate};
pub use reference::{REFERENCE_RULES, Reference, ReferenceBuilder};
pub use school::{NotAQuintile, PhaseBand, Point, Quintile, School, Stratum, TypeBand, current};
pub use settings::TestPolicy;

pub(crate) use cluster::distinct;
pub use cluster::{Cluster, Found, Shortfall, find};
pub use prose::{Voice, how_found, write};
pub(crate) use prose::{brief, quote};
pub use sign::{Basis, Sign, Standing, standing, window_start};
pub(crate) use sign::{of_item, of_outcomes};
