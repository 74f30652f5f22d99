//! Conflicts of interest: rules C01 to C22 (domain.md 4.2), decisions on what
//! they find, and what follows for access to evidence (DR-12, DR-14 to DR-20,
//! DR-35).
//!
//! A [`Screen`] indexes what the system holds; [`Screen::target`] prepares an
//! inspection; [`Target::assess`] checks a person and gives an
//! [`Assessment`]; [`decide`] records a [`Decision`] on it; [`access()`]
//! answers whether, and under which mitigations, the person may work.
//!
//! Nothing turns a bar into access: [`decide`] refuses an assessment that
//! bars and [`access()`] refuses it whatever was decided. The only way out is
//! a fact that was wrong, corrected by one officer and confirmed by another
//! ([`correct`]), and a new assessment.

mod access;
mod assessment;
mod change;
mod check;
mod correction;
mod decision;
mod declaration;
mod explain;
mod facts;
mod interests;
mod links;
mod log;
mod mitigation;
mod neighbours;
mod objection;
mod policy;
mod reliance;
mod rule;
mod screen;
mod statement;
mod target;
#[cfg(test)]
mod tests;
mod visibility;

pub use access::{Access, Assignment, Refusal, access};
pub use assessment::{Assessment, Because, DeclarationGap, Match, Prospect};
pub use change::{Change, FindingRef, Notify, reassess};
pub use correction::{Correction, CorrectionError, Facts, Replacement, correct};
pub use decision::{Decider, Deciding, Decision, DecisionError, Ruling, decide};
pub use declaration::{
    Declaration, FamilyTie, Interest, InterestKind, PartnershipForm, Relation, Relationship,
    Restricted, ReviewCapacity,
};
pub use facts::{
    Concern, Membership, National, Occasion, Partnership, PastInspection, School, Subject, Transfer,
};
pub use log::LogEntry;
pub use mitigation::{Attempt, Breach, Mitigation, Scope, permits};
pub use objection::{Notice, Objection, ObjectionError, ObjectionOutcome, Settled, object};
pub use policy::ConflictPolicy;
pub use reliance::{AuthoredItem, NeedsHmiEvidence, reliance};
pub use rule::{Category, Outcome, Rule};
pub use screen::Screen;
pub use statement::{Handled, public_statement};
pub use target::{Target, Touch};
pub use visibility::{Viewer, Visibility, visibility};
