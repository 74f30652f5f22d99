//! Who may read the evidence of an inspection (DR-14, DR-15, DR-17, DR-20).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Assessment, Attempt, Breach, Decision, Mitigation, Outcome, Rule, Ruling, permits};

/// A person's place on an inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// Person.
    pub person: Uuid,
    /// Inspection.
    pub inspection: Uuid,
    /// First day on which the person is no longer assigned.
    pub withdrawn_on: Option<NaiveDate>,
}

/// Access, under the constraints of the decision. Only [`access()`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access<'a> {
    mitigations: &'a [Mitigation],
}

impl Access<'_> {
    /// Whether the person may do this (DR-18).
    ///
    /// # Errors
    ///
    /// The mitigation that forbids it; the caller logs it.
    pub fn permits(&self, attempt: &Attempt) -> Result<(), Breach> {
        permits(self.mitigations, attempt)
    }

    /// The constraints.
    #[must_use]
    pub const fn mitigations(&self) -> &[Mitigation] {
        self.mitigations
    }
}

/// Why there is no access.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// Assessment or decision belongs to another person or inspection.
    #[error("the record belongs to another person or inspection")]
    OtherAssignment,
    /// The person is no longer assigned.
    #[error("withdrawn on {on}")]
    Withdrawn {
        /// Since when.
        on: NaiveDate,
    },
    /// A rule bars the person (DR-14).
    #[error("barred by {rules:?}")]
    Barred {
        /// Rules.
        rules: BTreeSet<Rule>,
    },
    /// Nothing has been decided (DR-15).
    #[error("the declaration has not been decided")]
    Undecided,
    /// The person was excluded.
    #[error("excluded by decision")]
    Excluded,
    /// The decision has expired (DR-20).
    #[error("the decision counted until {on}")]
    Expired {
        /// Last day on which it counted.
        on: NaiveDate,
    },
    /// Something was found that the decider did not see, or the declaration
    /// is a new one (DR-17).
    #[error("facts have changed since the decision")]
    Superseded,
}

/// Whether a person may work on an inspection on a day. `assessment` is the
/// current one, `decision` the latest.
///
/// # Errors
///
/// Why not.
pub fn access<'a>(
    assignment: &Assignment,
    assessment: &Assessment,
    decision: Option<&'a Decision>,
    on: NaiveDate,
) -> Result<Access<'a>, Refusal> {
    let assigned = (assignment.person, assignment.inspection);
    if (assessment.person(), assessment.inspection()) != assigned {
        return Err(Refusal::OtherAssignment);
    }
    if let Some(withdrawn) = assignment.withdrawn_on.filter(|day| *day <= on) {
        return Err(Refusal::Withdrawn { on: withdrawn });
    }
    if assessment.outcome() == Outcome::Bar {
        return Err(Refusal::Barred {
            rules: assessment.barred_by(),
        });
    }
    let decision = decision.ok_or(Refusal::Undecided)?;
    if (decision.person(), decision.inspection()) != assigned {
        return Err(Refusal::OtherAssignment);
    }
    if *decision.ruling() == Ruling::Exclude {
        return Err(Refusal::Excluded);
    }
    if decision.expires_on() < on {
        return Err(Refusal::Expired {
            on: decision.expires_on(),
        });
    }
    if assessment.declaration() != Some(decision.declaration()) || !decision.covers(assessment) {
        return Err(Refusal::Superseded);
    }
    Ok(Access {
        mitigations: decision.mitigations(),
    })
}
