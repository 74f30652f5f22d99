//! Key patterns and observations (DR-04, DR-07, DR-08, DR-09).
//!
//! A pattern counts member schools in which evidence points the same way. It
//! never counts outcomes of two frameworks together: those are counted per
//! framework and area beside it.

mod cluster;
mod prose;
mod sign;

pub(crate) use cluster::distinct;
pub use cluster::{Cluster, Found, Shortfall, find};
pub use prose::{Voice, how_found, write};
pub(crate) use prose::{brief, quote};
pub use sign::{Basis, Sign, Standing, standing, window_start};
pub(crate) use sign::{of_item, of_outcomes};
