//! Compiling a report from what is known.

mod inputs;

pub use inputs::{
    BodyFacts, Inputs, InspectionFacts, LeaverFacts, MemberFacts, OutcomeFact, RequestFacts,
};
