//! The structured report: the one source of the HTML, PDF and JSON copies.
//!
//! Anatomy after domain.md 9.1. There is no field in which a grade of the
//! group could stand (DR-02).

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Urn,
    body::{BodyKind, IdentifierScheme, MemberRole},
    evidence::{Bearing, EvidenceType},
    outcome::{Area, Framework, InspectionEvent},
    pattern::{Fragility, Kind},
    theme::Theme,
    weakness::{ActionKind, IdentifiedBy, ImpactState, Reach, WeaknessSource},
};

/// Version of the report's JSON schema.
pub const SCHEMA_VERSION: u32 = 1;

/// Sentence that stands on the front of every report.
pub const NO_GRADE_STATEMENT: &str = "This report gives no grade to the group.";

/// A compiled report on one group, at one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of this structure.
    pub schema_version: u32,
    /// Identifier of the report, the same over its versions.
    pub report_id: Uuid,
    /// Version of the report, from 1.
    pub version: u32,
    /// Section 0: front panel.
    pub front: FrontPanel,
    /// Section 1: summary for parents and the public.
    pub summary: Vec<Passage>,
    /// Section 2: the group in context.
    pub context: Context,
    /// Section 3: key patterns in school quality.
    pub patterns: Patterns,
    /// Section 4: effectiveness of the group's response to weaknesses.
    pub responses: Responses,
    /// Section 5: what is working and might be shared.
    pub shared_practice: Vec<Passage>,
    /// Section 6: recommendations.
    pub recommendations: Vec<Recommendation>,
    /// Section 7: how we inspected.
    pub method: Method,
    /// Section 8: the group's published response, once given.
    pub group_response: Option<GroupResponse>,
    /// Annex A: member schools and their published outcomes.
    pub schools: Vec<SchoolRecord>,
    /// Annex B: accountability that applies to this kind of body.
    pub accountability: AccountabilityAnnex,
    /// Annex C: what the inspection asked for.
    pub burden: BurdenLedger,
    /// Annex C: what the inspection added.
    pub value: ValueLedger,
    /// Everything that passages rest on.
    pub evidence: Vec<EvidenceRecord>,
}

/// Section 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontPanel {
    /// Name of the group as frozen.
    pub group_name: String,
    /// Identifier of the responsible body in this service.
    pub body_id: Uuid,
    /// Kind of body.
    pub body_kind: BodyKind,
    /// Identifiers of the body.
    pub identifiers: Vec<Identifier>,
    /// Identifier of the inspection.
    pub inspection_id: Uuid,
    /// Human reference of the inspection, such as `GI-2026-0001`.
    pub reference: String,
    /// Basis on which the inspection took place, in words.
    pub basis: String,
    /// Number of open member schools at the freeze.
    pub open_schools: u32,
    /// Day the membership was frozen.
    pub membership_as_at: NaiveDate,
    /// Day the inspection was opened.
    pub opened_on: NaiveDate,
    /// Latest effective date of any evidence used.
    pub evidence_to: Option<NaiveDate>,
    /// Who inspected: name, role and type of employer.
    pub team: Vec<TeamLine>,
    /// Always [`NO_GRADE_STATEMENT`].
    pub statement: String,
}

/// One identifier of a body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// Scheme.
    pub scheme: IdentifierScheme,
    /// Value within the scheme.
    pub value: String,
}

/// One member of the inspection team as named in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamLine {
    /// Name.
    pub name: String,
    /// Role on the team.
    pub role: String,
    /// Type of employer.
    pub employer_type: String,
}

/// A paragraph of the report and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Identifier within the report, stable for the same content, such as
    /// `patterns.attendance_and_behaviour.weakness`; used as an HTML anchor
    /// with `.` for the parts.
    pub id: String,
    /// Plain text, one paragraph.
    pub text: String,
    /// Identifiers of entries in [`Report::evidence`].
    pub evidence: Vec<String>,
}

/// Section 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Paragraphs.
    pub passages: Vec<Passage>,
    /// Open member schools by phase, in GIAS order of phases.
    pub phases: Vec<CountLine>,
    /// Open member schools by local authority, most schools first.
    pub places: Vec<CountLine>,
    /// Schools that joined within the look-back of the policy, newest first.
    pub joined: Vec<MovementLine>,
    /// Schools that left within the look-back of the policy, newest first.
    pub left: Vec<MovementLine>,
    /// Number of member schools on each 1 September of the look-back and on
    /// the day of the freeze, oldest first.
    pub size_over_time: Vec<SizePoint>,
}

/// A label and a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountLine {
    /// Label.
    pub label: String,
    /// Count.
    pub count: u32,
}

/// A school that joined or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovementLine {
    /// School.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// The day it joined or left.
    pub on: NaiveDate,
    /// Whether the day is known only approximately.
    pub estimated: bool,
}

/// Number of member schools on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SizePoint {
    /// Day.
    pub on: NaiveDate,
    /// Member schools on that day.
    pub schools: u32,
}

/// Section 3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Patterns {
    /// Opening paragraph.
    pub introduction: Passage,
    /// Key patterns (DR-07), most schools first, then in the order of themes.
    pub key: Vec<Pattern>,
    /// What falls short of a key pattern.
    pub observations: Vec<Pattern>,
    /// How a pattern was told from a coincidence, in plain English.
    pub how_found: String,
    /// The national reference by which published outcomes were told from
    /// chance; `None` where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceLine>,
}

/// The national reference that a report used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceLine {
    /// Version of the rules it was counted by.
    pub rules: String,
    /// First day of inspections that count.
    pub from: NaiveDate,
    /// Day the newest file describes.
    pub as_at: NaiveDate,
    /// Schools counted.
    pub schools: u32,
    /// Files it was counted from.
    pub sources: Vec<SourceLine>,
    /// Tests on the group's outcomes that could have led to a finding.
    pub tests: u32,
}

/// How a pattern was told from chance.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// Chance would seldom give published outcomes like these.
    Outcomes,
    /// Different types of evidence agree.
    Agreement,
}

/// What in published outcomes chance would seldom give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeFinding {
    /// How the outcomes are alike.
    pub kind: Kind,
    /// Framework.
    pub framework: Framework,
    /// Area.
    pub area: Area,
    /// The part of the group in which they gather, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Schools that show it (n).
    pub schools: u32,
    /// Schools in which it could show (N).
    pub of_schools: u32,
    /// What would make it go away; empty for a finding that holds.
    pub fragile: Vec<Fragility>,
    /// The outcomes it rests on: identifiers in [`Report::evidence`].
    pub evidence: Vec<String>,
}

/// A key pattern or an observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Theme.
    pub theme: Theme,
    /// Whether it is about strengths or weaknesses; never `context`.
    pub bearing: Bearing,
    /// Short heading.
    pub heading: String,
    /// The pattern in a sentence, with n of N.
    pub statement: Passage,
    /// Member schools in which it shows (n).
    pub schools: Vec<Urn>,
    /// Open member schools with any evidence on the theme (N).
    pub of_schools: u32,
    /// Types of evidence it rests on.
    pub evidence_types: Vec<EvidenceType>,
    /// Counts of published outcomes since joining, per framework and area.
    pub outcome_counts: Vec<OutcomeCount>,
    /// How a key pattern was told from chance; `None` for an observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_by: Option<ToldBy>,
    /// What in its published outcomes chance would seldom give.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<OutcomeFinding>,
    /// Further paragraphs: contrast, confidence, why it matters.
    pub detail: Vec<Passage>,
}

/// Count of schools at one end of one area of one framework, since joining.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCount {
    /// Framework.
    pub framework: Framework,
    /// Area.
    pub area: Area,
    /// Schools at this end (n).
    pub schools: u32,
    /// Schools with an outcome in this area since joining (N).
    pub of_schools: u32,
}

/// Section 4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Responses {
    /// Opening paragraph.
    pub introduction: Passage,
    /// What inspectors found of the response as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Passage>,
    /// One entry per weakness, oldest first known first.
    pub weaknesses: Vec<WeaknessResponse>,
}

/// One weakness and the response to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeaknessResponse {
    /// Identifier of the weakness.
    pub weakness_id: Uuid,
    /// Theme.
    pub theme: Theme,
    /// The weakness in a sentence.
    pub statement: Passage,
    /// Where it came to light.
    pub source: WeaknessSource,
    /// Who identified it first.
    pub identified_by: IdentifiedBy,
    /// How far it reaches.
    pub reach: Reach,
    /// Member schools concerned.
    pub schools: Vec<Urn>,
    /// When it was first known.
    pub first_known: NaiveDate,
    /// What was done, oldest first.
    pub actions: Vec<ActionLine>,
    /// How effective the response has been so far, as a sentence.
    pub effectiveness: Passage,
    /// What is missing, if anything.
    pub gaps: Vec<Passage>,
    /// Whether the same weakness was seen earlier in another member school.
    pub recurrence: Recurrence,
}

/// Whether a weakness was seen earlier in another member school.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// It was.
    Yes,
    /// It was not.
    No,
    /// It cannot be told.
    Unknown,
}

/// One action on a weakness.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionLine {
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
    /// Evidence of the impact: identifiers in [`Report::evidence`].
    pub evidence: Vec<String>,
}

/// Section 6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    /// Number, from 1.
    pub number: u32,
    /// What is recommended and how it will be known to be done.
    pub text: Passage,
    /// Who is to act.
    pub owner: String,
    /// By when.
    pub due: NaiveDate,
    /// Weaknesses it answers.
    pub weaknesses: Vec<Uuid>,
}

/// Section 7.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// Paragraphs.
    pub passages: Vec<Passage>,
    /// Items of evidence by type.
    pub evidence_counts: Vec<CountLine>,
    /// Submissions used, oldest first (DR-28).
    pub submissions: Vec<SubmissionLine>,
    /// Register files used.
    pub sources: Vec<SourceLine>,
    /// Version of the policy (numbers that are rules) used.
    pub policy_version: String,
    /// Version of the compiler's rules.
    pub rules_version: String,
    /// Limits of the annex of evidence, where there is more than they let
    /// page, PDF and text list; without them everything is listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annex: Option<AnnexLimits>,
}

/// From when on page, PDF and text list less than all evidence. The JSON copy
/// always has everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnexLimits {
    /// Entries up to which the annex of evidence has them all. Beyond it the
    /// annex has those that are shown beside what rests on them.
    pub entries: u32,
    /// Entries then shown beside one passage at the most; the others are
    /// counted.
    pub beside_one: u32,
}

impl AnnexLimits {
    /// Whether these are the usual ones.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for AnnexLimits {
    fn default() -> Self {
        Self {
            entries: 400,
            beside_one: 8,
        }
    }
}

/// A submission the report used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionLine {
    /// Identifier.
    pub id: Uuid,
    /// When it was received, UTC.
    pub received_at: DateTime<Utc>,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// A register file the report used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceLine {
    /// What the file is.
    pub title: String,
    /// Name of the file.
    pub file_name: String,
    /// Day the file describes.
    pub as_at: NaiveDate,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Section 8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupResponse {
    /// When it was received.
    pub received_on: NaiveDate,
    /// Paragraphs, in the group's own words.
    pub paragraphs: Vec<String>,
}

/// Annex A: one member school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolRecord {
    /// School.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Phase as published.
    pub phase: String,
    /// Type as published.
    pub establishment_type: String,
    /// Local authority.
    pub local_authority: String,
    /// How the school relates to the body.
    pub role: MemberRole,
    /// The day it joined.
    pub joined: NaiveDate,
    /// Whether the day is known only approximately.
    pub joined_estimated: bool,
    /// Predecessor schools whose history is carried, nearest first.
    pub predecessors: Vec<Urn>,
    /// Published outcomes, newest first.
    pub outcomes: Vec<OutcomeLine>,
}

/// One published outcome in Annex A.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeLine {
    /// Entry in [`Report::evidence`].
    pub evidence: String,
    /// Framework.
    pub framework: Framework,
    /// Kind of inspection.
    pub event: InspectionEvent,
    /// First day of the inspection.
    pub started: NaiveDate,
    /// School inspected, which may be a predecessor.
    pub urn_at_time: Urn,
    /// Whether it is dated before the school joined (DR-09).
    pub inherited: bool,
    /// Category of concern in words, if any.
    pub concern: Option<String>,
    /// Text outcome, if any.
    pub text_outcome: Option<String>,
    /// Areas with their outcome as published.
    pub areas: Vec<AreaLine>,
}

/// One area of a published outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaLine {
    /// Area.
    pub area: Area,
    /// Outcome in the words of the framework.
    pub outcome: String,
}

/// Annex B.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountabilityAnnex {
    /// Day for which the register was read.
    pub as_at: NaiveDate,
    /// Rows; empty means none found, said with the date (DR-36).
    pub rows: Vec<AccountabilityRow>,
}

/// One arrangement by which this kind of body is already held to account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountabilityRow {
    /// Arrangement.
    pub arrangement: String,
    /// Statutory or legal basis.
    pub basis: String,
    /// How often.
    pub frequency: String,
    /// What is published.
    pub output: String,
    /// Whether the row rests on a source or on background knowledge that is
    /// still to be verified.
    pub verified: bool,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Day on which the source was last read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<NaiveDate>,
}

/// Annex C: burden (domain.md 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BurdenLedger {
    /// Lines of the ledger; a measure without any entry says so.
    pub lines: Vec<LedgerLine>,
}

/// Annex C: value (domain.md 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueLedger {
    /// Lines of the ledger; a measure without any entry says so.
    pub lines: Vec<LedgerLine>,
}

/// A line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerLine {
    /// What is measured.
    pub measure: String,
    /// What was found, in words and counts with the unit.
    pub finding: String,
    /// The limit that policy sets, if it does.
    pub limit: Option<String>,
}

/// Something that passages rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRecord {
    /// Identifier within the report: `E1`, `E2`, … in a stable order.
    pub id: String,
    /// Type.
    pub evidence_type: EvidenceType,
    /// Title.
    pub title: String,
    /// Who or what produced it.
    pub source: String,
    /// First day it describes.
    pub effective_from: NaiveDate,
    /// Last day it describes.
    pub effective_to: NaiveDate,
    /// Day it was received; `None` for what was already published.
    pub received_on: Option<NaiveDate>,
    /// SHA-256 of the content (an item of evidence) or of the register file
    /// (a published outcome), in hexadecimal.
    pub sha256: String,
    /// Identifier of the item of evidence in this service, if it is one.
    pub item: Option<Uuid>,
    /// Ofsted's inspection number, for a published outcome.
    pub inspection_number: Option<String>,
    /// Schools it is about.
    pub schools: Vec<Urn>,
}
