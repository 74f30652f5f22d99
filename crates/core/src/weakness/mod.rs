//! Weaknesses and the group's response to them (DR-10, domain.md 11.1).

mod derive;
mod recurrence;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use derive::{Derived, derive, unrecorded};
pub use recurrence::{Recurred, recurrences};

use crate::{Urn, evidence::EvidenceItem, theme::Theme};

/// Where a weakness came to light.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum WeaknessSource {
    /// A published school inspection outcome.
    PublishedSchoolOutcome,
    /// A monitoring inspection of a school.
    MonitoringInspection,
    /// The group's own review.
    GroupReview,
    /// A complaint or concern.
    ComplaintOrConcern,
    /// An audit.
    Audit,
    /// A denominational inspection.
    DenominationalInspection,
    /// A local area inspection.
    LocalAreaInspection,
    /// An inspector's observation.
    InspectorObservation,
}

impl WeaknessSource {
    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PublishedSchoolOutcome => "a published school inspection outcome",
            Self::MonitoringInspection => "a monitoring inspection",
            Self::GroupReview => "the group's own review",
            Self::ComplaintOrConcern => "a complaint or concern",
            Self::Audit => "an audit",
            Self::DenominationalInspection => "a denominational inspection",
            Self::LocalAreaInspection => "a local area inspection",
            Self::InspectorObservation => "an inspector's observation",
        }
    }
}

/// Who identified a weakness first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IdentifiedBy {
    /// The group, before any inspection.
    GroupBeforeInspection,
    /// The group, after a school inspection.
    GroupAfterSchoolInspection,
    /// Inspectors.
    Inspectors,
    /// Someone else.
    ThirdParty,
}

impl IdentifiedBy {
    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::GroupBeforeInspection => "the group, before inspection",
            Self::GroupAfterSchoolInspection => "the group, after a school inspection",
            Self::Inspectors => "inspectors",
            Self::ThirdParty => "a third party",
        }
    }
}

/// How far a weakness reaches.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// One school.
    OneSchool,
    /// Several schools.
    SeveralSchools,
    /// The whole group.
    WholeGroup,
    /// A central function.
    CentralFunction,
}

/// Kind of action taken on a weakness.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A change of leadership or staffing.
    LeadershipOrStaffing,
    /// Curriculum or teaching.
    CurriculumOrTeaching,
    /// Safeguarding.
    Safeguarding,
    /// Special educational needs, disability and inclusion.
    Inclusion,
    /// Attendance or behaviour.
    AttendanceOrBehaviour,
    /// Governance.
    Governance,
    /// Finance or resources.
    FinanceOrResources,
    /// Support from outside the group.
    ExternalSupport,
    /// A structural change.
    StructuralChange,
}

/// What is known of an action's impact. Describes one weakness only and is
/// never rolled up over a group (guards DR-02).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ImpactState {
    /// Impact is not due yet.
    NotYetDue,
    /// It is too early to see impact.
    TooEarlyToSee,
    /// There is evidence of impact; needs evidence dated after the action.
    EvidenceOfImpact,
    /// The evidence of impact is mixed.
    MixedEvidence,
    /// There is no evidence of impact.
    NoEvidenceOfImpact,
    /// The weakness has grown.
    Worsened,
}

impl ImpactState {
    /// Words for readers, as a clause.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotYetDue => "impact is not yet due",
            Self::TooEarlyToSee => "it is too early to see impact",
            Self::EvidenceOfImpact => "there is evidence of impact",
            Self::MixedEvidence => "the evidence of impact is mixed",
            Self::NoEvidenceOfImpact => "there is no evidence of impact",
            Self::Worsened => "the weakness has grown",
        }
    }
}

/// A weakness as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Weakness {
    /// Identifier.
    pub id: Uuid,
    /// What the weakness is, in a sentence.
    pub statement: String,
    /// Topic.
    pub theme: Theme,
    /// Where it came to light.
    pub source: WeaknessSource,
    /// Who identified it first.
    pub identified_by: IdentifiedBy,
    /// How far it reaches.
    pub reach: Reach,
    /// Member schools concerned; empty for a central function.
    pub schools: Vec<Urn>,
    /// When it was first known.
    pub first_known: NaiveDate,
    /// Evidence of the weakness itself.
    pub evidence: Vec<Uuid>,
}

/// An action on a weakness, with what is known of its impact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WeaknessAction")]
pub struct Action {
    /// Identifier.
    pub id: Uuid,
    /// The weakness it responds to.
    pub weakness: Uuid,
    /// Kind.
    pub kind: ActionKind,
    /// What was done.
    pub description: String,
    /// When it began.
    pub started: NaiveDate,
    /// When it ended, if it has.
    pub completed: Option<NaiveDate>,
    /// What is known of its impact.
    pub impact: ImpactState,
    /// Evidence that the impact state rests on.
    pub impact_basis: Vec<Uuid>,
}

/// Why an action may not claim evidence of impact (DR-10).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImpactRule {
    /// It names no evidence.
    #[error("evidence of impact needs at least one item of evidence")]
    NoBasis,
    /// It names evidence that is not held.
    #[error("evidence {0} is not held for this inspection")]
    UnknownEvidence(Uuid),
    /// All the evidence it names describes the time before the action.
    #[error("evidence of impact needs an item that describes days after the action began")]
    NotAfterAction,
}

/// Checks that an action which claims evidence of impact has at least one
/// item of evidence dated after it began (DR-10). An item is dated by the
/// last day it describes. Other states need no evidence.
///
/// # Errors
///
/// The first rule that the action breaks.
pub fn check_impact<'a>(
    action: &Action,
    evidence: impl IntoIterator<Item = &'a EvidenceItem>,
) -> Result<(), ImpactRule> {
    if action.impact != ImpactState::EvidenceOfImpact {
        return Ok(());
    }
    if action.impact_basis.is_empty() {
        return Err(ImpactRule::NoBasis);
    }
    let held: BTreeMap<Uuid, NaiveDate> = evidence
        .into_iter()
        .filter(|item| action.impact_basis.contains(&item.id))
        .map(|item| (item.id, item.effective_to))
        .collect();
    let mut after = false;
    for id in &action.impact_basis {
        let effective_to = held.get(id).ok_or(ImpactRule::UnknownEvidence(*id))?;
        after |= *effective_to > action.started;
    }
    if after {
        Ok(())
    } else {
        Err(ImpactRule::NotAfterAction)
    }
}
