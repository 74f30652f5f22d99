//! People and teams: who is fit to inspect on a day, what a team needs
//! (DR-13, DR-27), and which team to propose.
//!
//! Whether a person is partial is the matter of [`crate::conflict`].

mod composition;
mod home;
mod person;
mod policy;
mod proposal;
mod qualification;
#[cfg(test)]
mod tests;

pub use composition::{
    Assembled, Duties, DutyFault, Fault, Note, Seat, Seated, assemble, cap, separate_duties,
};
pub use home::{Home, HomeGroup};
pub use person::{Capacity, Engagement, Institution, Level, Office, Person, Post};
pub use policy::{TeamBand, TeamPolicy};
pub use proposal::{Candidate, LeftOut, Proposal, ProposedTeam, Request, Shortfall, Why, propose};
pub use qualification::{
    DayRange, Endorsement, Gate, GateReason, Qualifications, Requirement, fit,
};
