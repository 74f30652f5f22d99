//! The batch stage: which member schools to look at and why, which school
//! inspections feed the group inspection, and what is held centrally
//! (domain.md 2).

mod batch;
mod central;
mod contact;
mod plan;
mod policy;
mod stratum;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Counted, MemberInspection, NotCounted, NotCountedWhy, Term, Window, batch};
pub use central::{Central, CentralError, Function, HeldBy, Holding};
pub use contact::{Contact, ContactLimit, Contacts};
pub use plan::{Chosen, Excluded, ExcludedWhy, FrameSchool, Plan, StratumLine, draw};
pub use policy::SamplingPolicy;
pub use stratum::{SchoolSize, Stratum, TimeInGroup};
