//! Who acts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Role in which somebody acts on an inspection (domain.md 11).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A system of the responsible body.
    Integrator,
    /// A leader of the responsible body.
    BodyLeader,
    /// Plans and runs inspections.
    OperationsOfficer,
    /// The HMI who leads this inspection.
    LeadInspector,
    /// An HMI on the team.
    Inspector,
    /// A serving leader on the team.
    Practitioner,
    /// Assures quality, from outside the team.
    QualityAssurer,
    /// Decides on conflicts, holds, complaints and withdrawals.
    DecisionMaker,
    /// Runs the platform.
    Operator,
    /// A job of the service itself.
    System,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 10] = [
        Self::Integrator,
        Self::BodyLeader,
        Self::OperationsOfficer,
        Self::LeadInspector,
        Self::Inspector,
        Self::Practitioner,
        Self::QualityAssurer,
        Self::DecisionMaker,
        Self::Operator,
        Self::System,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Integrator => "integrator",
            Self::BodyLeader => "body_leader",
            Self::OperationsOfficer => "operations_officer",
            Self::LeadInspector => "lead_inspector",
            Self::Inspector => "inspector",
            Self::Practitioner => "practitioner",
            Self::QualityAssurer => "quality_assurer",
            Self::DecisionMaker => "decision_maker",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Name for use inside a sentence, with its article.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Integrator => "a system of the responsible body",
            Self::BodyLeader => "a leader of the responsible body",
            Self::OperationsOfficer => "an operations officer",
            Self::LeadInspector => "the lead inspector",
            Self::Inspector => "an inspector",
            Self::Practitioner => "a practitioner",
            Self::QualityAssurer => "a quality assurer",
            Self::DecisionMaker => "a decision maker",
            Self::Operator => "an operator of the platform",
            Self::System => "the service itself",
        }
    }
}

/// Who acts, and in which role.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Role.
    pub role: Role,
    /// The person; for systems, the key or job.
    pub id: Uuid,
}
