//! Everything a report is compiled from.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Urn,
    accountability::Register,
    body::{BodyKind, MemberRole},
    burden,
    evidence::{Bearing, EvidenceItem},
    finding::{Section, draft::Edit},
    outcome::PublishedOutcome,
    pattern::{Quintile, Reference},
    policy::Policy,
    report::{GroupResponse, Identifier, SourceLine, SubmissionLine, TeamLine},
    sampling::{Central, Plan},
    theme::Theme,
    value,
    weakness::{Action, Weakness},
};

/// Facts that one version of a report is compiled from. The same inputs give
/// the same report (DR-28).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Identifier of the report, the same over its versions.
    pub report_id: Uuid,
    /// Version of the report, from 1.
    pub version: u32,
    /// The inspection.
    pub inspection: InspectionFacts,
    /// The responsible body as frozen.
    pub body: BodyFacts,
    /// Members as frozen (DR-05).
    pub members: Vec<MemberFacts>,
    /// Schools that left within the look-back of the policy.
    pub leavers: Vec<LeaverFacts>,
    /// Number of member schools on earlier days, oldest first.
    pub size_over_time: Vec<(NaiveDate, u32)>,
    /// Published outcomes of member schools and their predecessors, with the
    /// file each was read from.
    pub outcomes: Vec<OutcomeFact>,
    /// Evidence held for the inspection, in any order.
    pub evidence: Vec<EvidenceItem>,
    /// Weaknesses recorded, in any order.
    pub weaknesses: Vec<Weakness>,
    /// Actions recorded, in any order.
    pub actions: Vec<Action>,
    /// What inspectors found, withdrawn findings aside; in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingFact>,
    /// Edits of blocks of the draft, oldest first. One whose text is no longer
    /// there is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Submissions used.
    pub submissions: Vec<SubmissionLine>,
    /// Register files used.
    pub sources: Vec<SourceLine>,
    /// What was recorded of burden as the inspection went.
    #[serde(default)]
    pub recorded: burden::Recorded,
    /// What was recorded of value since.
    #[serde(default)]
    pub value: value::Recorded,
    /// The accountability register in force (DR-36).
    #[serde(default)]
    pub accountability: Register,
    /// What is held centrally and what by schools.
    #[serde(default, skip_serializing_if = "Central::is_empty")]
    pub central: Central,
    /// The sample of schools, once drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Plan>,
    /// What the report says of the team's interests (domain.md 4.2); nothing
    /// before a team is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interests: Option<String>,
    /// The group's published response, once given.
    pub group_response: Option<GroupResponse>,
    /// Policy in force.
    pub policy: Policy,
    /// The national reference; without it, published outcomes cannot be told
    /// from chance and support observations only.
    #[serde(default)]
    pub reference: Option<Reference>,
}

/// A finding as it now stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFact {
    /// Identifier.
    pub id: Uuid,
    /// Part of the report it belongs to.
    pub section: Section,
    /// Theme.
    pub theme: Theme,
    /// What it shows.
    pub bearing: Bearing,
    /// The finding in sentences.
    pub statement: String,
    /// Schools it is about; none for the centre or the group.
    pub schools: BTreeSet<Urn>,
    /// Items it rests on.
    pub evidence: BTreeSet<Uuid>,
}

/// The inspection as opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionFacts {
    /// Identifier.
    pub id: Uuid,
    /// Human reference, such as `GI-2026-0001`.
    pub reference: String,
    /// Basis, in words for readers.
    pub basis: String,
    /// When it was opened, UTC.
    pub opened_at: DateTime<Utc>,
    /// Day the membership was frozen.
    pub membership_as_at: NaiveDate,
    /// Team as named in public.
    pub team: Vec<TeamLine>,
}

/// The responsible body as frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyFacts {
    /// Identifier.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: BodyKind,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
}

/// A member school as frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// School.
    pub urn: Urn,
    /// Name.
    pub name: String,
    /// Phase as published.
    pub phase: String,
    /// Type as published.
    pub establishment_type: String,
    /// Local authority.
    pub local_authority: String,
    /// How it relates to the body.
    pub role: MemberRole,
    /// The day it joined.
    pub joined: NaiveDate,
    /// Whether that day is known only approximately.
    pub joined_estimated: bool,
    /// Predecessor schools whose history is carried, nearest first.
    pub predecessors: Vec<Urn>,
    /// Pupils on roll, where published.
    pub pupils: Option<u32>,
    /// Quintile of the income deprivation affecting children index, where
    /// published.
    #[serde(default)]
    pub deprivation: Option<Quintile>,
    /// Whether it is open (or open but proposed to close) at the freeze.
    pub open: bool,
}

/// A school that left the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaverFacts {
    /// School.
    pub urn: Urn,
    /// Name.
    pub name: String,
    /// First day on which it was no longer a member.
    pub left: NaiveDate,
    /// Whether that day is known only approximately.
    pub estimated: bool,
}

/// A published outcome and the register file it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeFact {
    /// Member school the outcome counts for; `outcome.urn_at_time` may be a
    /// predecessor.
    pub member: Urn,
    /// Outcome.
    pub outcome: PublishedOutcome,
    /// SHA-256 of the file, in hexadecimal.
    pub source_sha256: String,
    /// Title of the file.
    pub source_title: String,
}
