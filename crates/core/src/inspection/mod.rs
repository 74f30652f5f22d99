//! The life of an inspection: states, who may do what and why, and the clocks
//! that run (domain.md 3.3).
//!
//! An [`Inspection`] is its history: the actions that were accepted, with who
//! took them and when. State, holds and clocks are worked out from it and
//! never kept beside it. [`decide`] says whether an action may be taken and
//! gives the [`Event`] to store; [`Inspection::apply`] adds it.
//!
//! Pause, deferral and complaint are holds laid over a state and not states:
//! an inspection under hold is still where it was, and several holds may lie
//! over it at once. While any does, the clocks stand still.
//!
//! A superseded report is a matter of its versions ([`crate::publication`]),
//! not a state: the inspection stays published.

mod action;
mod actor;
mod clock;
mod clocks;
mod decide;
mod due;
mod fieldwork;
mod history;
mod holds;
mod overdue;
mod policy;
mod refusal;
mod standing;
mod state;
mod table;

pub use action::{Action, ActionKind, FollowUp, HoldAnswer, HoldKind, Requester};
pub use actor::{Actor, Role};
pub use clock::{Clock, ClockKind, ClockState, Nature, Stop};
pub use clocks::{clocks, urgent_alert};
pub use decide::{Allowed, Facts, Setting, allowed_actions, decide};
pub use due::Due;
pub use history::{Cause, Event, Hold, Inspection, Misfit, Opening, Request, Team};
pub use overdue::{Matter, Overdue, UrgentMatter, Watched, overdue};
pub use policy::LifecyclePolicy;
pub use refusal::Refusal;
pub use state::State;
pub use table::{TRANSITIONS, To, Transition, permits, transition};
