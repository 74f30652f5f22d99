//! Published outcomes of school inspections, kept apart by framework (DR-04).
//!
//! Nothing here maps one framework's scale to another's, and nothing counts
//! outcomes of different frameworks together.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Urn;

/// Inspection framework in force on the first day of an inspection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Framework {
    /// Before 1 September 2015.
    #[serde(rename = "before_2015", alias = "before2015")]
    Before2015,
    /// Common inspection framework, from 1 September 2015.
    CommonInspection,
    /// Education inspection framework, from 1 September 2019. From September
    /// 2024 it has no overall effectiveness outcome.
    EducationInspection,
    /// Report cards, from 10 November 2025.
    ReportCard,
}

impl Framework {
    /// All frameworks, oldest first.
    pub const ALL: [Self; 4] = [
        Self::Before2015,
        Self::CommonInspection,
        Self::EducationInspection,
        Self::ReportCard,
    ];

    /// The framework in force on `start`, the first day of an inspection.
    ///
    /// Source: boundary dates of domain.md 3.5 (Ofsted's change of framework
    /// on 1 September 2015, 1 September 2019 and 10 November 2025).
    #[must_use]
    pub fn in_force_on(start: NaiveDate) -> Self {
        let from = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).is_some_and(|day| start >= day);
        if from(2025, 11, 10) {
            Self::ReportCard
        } else if from(2019, 9, 1) {
            Self::EducationInspection
        } else if from(2015, 9, 1) {
            Self::CommonInspection
        } else {
            Self::Before2015
        }
    }

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Before2015 => "before_2015",
            Self::CommonInspection => "common_inspection",
            Self::EducationInspection => "education_inspection",
            Self::ReportCard => "report_card",
        }
    }

    /// The framework with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == code)
    }

    /// Name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Before2015 => "Framework before September 2015",
            Self::CommonInspection => "Common inspection framework (2015 to 2019)",
            Self::EducationInspection => "Education inspection framework (2019 to 2025)",
            Self::ReportCard => "Report card (from November 2025)",
        }
    }
}

/// What kind of inspection produced the outcome.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum InspectionEvent {
    /// Full inspection with outcomes for areas (graded, section 5, report card).
    Full,
    /// Ungraded or short inspection (section 8) with one text outcome.
    Ungraded,
    /// Monitoring or other visit, with at most a text outcome.
    Monitoring,
}

impl InspectionEvent {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Ungraded => "ungraded",
            Self::Monitoring => "monitoring",
        }
    }
}

/// An area that inspectors report on. Areas belong to one family of
/// frameworks and are never mapped to each other.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    // Report card, from November 2025.
    /// Safeguarding standards (met or not met).
    SafeguardingStandards,
    /// Inclusion.
    Inclusion,
    /// Curriculum and teaching.
    CurriculumAndTeaching,
    /// Achievement.
    Achievement,
    /// Attendance and behaviour.
    AttendanceAndBehaviour,
    /// Personal development and well-being.
    PersonalDevelopmentAndWellbeing,
    /// Early years, where applicable (report card).
    EarlyYears,
    /// Post-16 provision, where applicable (report card).
    Post16Provision,
    /// Leadership and governance.
    LeadershipAndGovernance,
    // Frameworks before November 2025.
    /// Overall effectiveness (not given from September 2024).
    OverallEffectiveness,
    /// Quality of education.
    QualityOfEducation,
    /// Behaviour and attitudes.
    BehaviourAndAttitudes,
    /// Personal development.
    PersonalDevelopment,
    /// Effectiveness of leadership and management.
    LeadershipAndManagement,
    /// Whether safeguarding is effective.
    SafeguardingEffective,
    /// Early years provision, where applicable.
    EarlyYearsProvision,
    /// Sixth form provision, where applicable.
    SixthFormProvision,
}

impl Area {
    /// Areas of a report card, in the order a report card lists them.
    pub const REPORT_CARD: [Self; 9] = [
        Self::SafeguardingStandards,
        Self::Inclusion,
        Self::CurriculumAndTeaching,
        Self::Achievement,
        Self::AttendanceAndBehaviour,
        Self::PersonalDevelopmentAndWellbeing,
        Self::EarlyYears,
        Self::Post16Provision,
        Self::LeadershipAndGovernance,
    ];
    /// Areas of the frameworks before November 2025, in published order.
    pub const BEFORE_REPORT_CARD: [Self; 8] = [
        Self::OverallEffectiveness,
        Self::QualityOfEducation,
        Self::BehaviourAndAttitudes,
        Self::PersonalDevelopment,
        Self::LeadershipAndManagement,
        Self::SafeguardingEffective,
        Self::EarlyYearsProvision,
        Self::SixthFormProvision,
    ];

    /// Name as published.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SafeguardingStandards => "Safeguarding standards",
            Self::Inclusion => "Inclusion",
            Self::CurriculumAndTeaching => "Curriculum and teaching",
            Self::Achievement => "Achievement",
            Self::AttendanceAndBehaviour => "Attendance and behaviour",
            Self::PersonalDevelopmentAndWellbeing => "Personal development and well-being",
            Self::EarlyYears => "Early years",
            Self::Post16Provision => "Post-16 provision",
            Self::LeadershipAndGovernance => "Leadership and governance",
            Self::OverallEffectiveness => "Overall effectiveness",
            Self::QualityOfEducation => "Quality of education",
            Self::BehaviourAndAttitudes => "Behaviour and attitudes",
            Self::PersonalDevelopment => "Personal development",
            Self::LeadershipAndManagement => "Effectiveness of leadership and management",
            Self::SafeguardingEffective => "Safeguarding is effective",
            Self::EarlyYearsProvision => "Early years provision",
            Self::SixthFormProvision => "Sixth form provision",
        }
    }
}

/// A published outcome for one area, as published (DR-39 keeps the ways of
/// saying "none" apart).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AreaOutcome {
    /// Report card: exceptional.
    Exceptional,
    /// Report card: strong standard.
    StrongStandard,
    /// Report card: expected standard.
    ExpectedStandard,
    /// Report card: needs attention.
    NeedsAttention,
    /// Report card: urgent improvement.
    UrgentImprovement,
    /// Report card safeguarding: met.
    Met,
    /// Report card safeguarding: not met.
    NotMet,
    /// Before November 2025: `1`.
    Outstanding,
    /// Before November 2025: `2`.
    Good,
    /// Before November 2025: `3`.
    RequiresImprovement,
    /// Before November 2025: `4`.
    Inadequate,
    /// Before November 2025 safeguarding: yes.
    Yes,
    /// Before November 2025 safeguarding: no.
    No,
    /// `Not judged`: the inspection gave no outcome for this area.
    NotJudged,
    /// `0`: insufficient evidence.
    InsufficientEvidence,
    /// `8`, or "Not applicable": the area does not apply to this school.
    DoesNotApply,
    /// `9`: no outcome recorded for this area.
    NoneRecorded,
}

impl AreaOutcome {
    /// Outcomes that say something of a school, each framework's in the order
    /// of its own words.
    pub const PUBLISHED: [Self; 13] = [
        Self::Exceptional,
        Self::StrongStandard,
        Self::ExpectedStandard,
        Self::NeedsAttention,
        Self::UrgentImprovement,
        Self::Met,
        Self::NotMet,
        Self::Outstanding,
        Self::Good,
        Self::RequiresImprovement,
        Self::Inadequate,
        Self::Yes,
        Self::No,
    ];

    /// Wording as published.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exceptional => "Exceptional",
            Self::StrongStandard => "Strong standard",
            Self::ExpectedStandard => "Expected standard",
            Self::NeedsAttention => "Needs attention",
            Self::UrgentImprovement => "Urgent improvement",
            Self::Met => "Met",
            Self::NotMet => "Not met",
            Self::Outstanding => "Outstanding",
            Self::Good => "Good",
            Self::RequiresImprovement => "Requires improvement",
            Self::Inadequate => "Inadequate",
            Self::Yes => "Yes",
            Self::No => "No",
            Self::NotJudged => "Not judged",
            Self::InsufficientEvidence => "Insufficient evidence",
            Self::DoesNotApply => "Not applicable",
            Self::NoneRecorded => "None recorded",
        }
    }

    /// Which end of its own framework's scale the outcome lies at, if any.
    ///
    /// The weak end is what the framework itself follows up (needs attention,
    /// urgent improvement, not met; requires improvement, inadequate, no).
    /// The strong end is above what it expects of every school. The ends of
    /// two frameworks' scales are never compared.
    #[must_use]
    pub const fn end(self) -> Option<ScaleEnd> {
        match self {
            Self::Exceptional | Self::StrongStandard | Self::Outstanding => Some(ScaleEnd::Strong),
            Self::NeedsAttention
            | Self::UrgentImprovement
            | Self::NotMet
            | Self::RequiresImprovement
            | Self::Inadequate
            | Self::No => Some(ScaleEnd::Weak),
            Self::ExpectedStandard | Self::Met | Self::Good | Self::Yes => Some(ScaleEnd::Middle),
            Self::NotJudged
            | Self::InsufficientEvidence
            | Self::DoesNotApply
            | Self::NoneRecorded => None,
        }
    }
}

/// Where on its own scale an outcome for one school and area lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScaleEnd {
    /// What the framework follows up.
    Weak,
    /// What the framework expects.
    Middle,
    /// Above what the framework expects.
    Strong,
}

/// School category of concern as published.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// Special measures (`SM`).
    SpecialMeasures,
    /// Serious weaknesses (`SWK`).
    SeriousWeaknesses,
    /// Requires significant improvement (`RSI`).
    RequiresSignificantImprovement,
    /// Notice to improve (`NTI`, historic).
    NoticeToImprove,
}

impl Concern {
    /// Wording for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SpecialMeasures => "Special measures",
            Self::SeriousWeaknesses => "Serious weaknesses",
            Self::RequiresSignificantImprovement => "Requires significant improvement",
            Self::NoticeToImprove => "Notice to improve",
        }
    }
}

/// One published outcome of one inspection of one school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublishedOutcome {
    /// Ofsted's number of the inspection, unique together with `event`.
    pub inspection_number: String,
    /// Kind of inspection.
    pub event: InspectionEvent,
    /// Framework in force on `started`.
    pub framework: Framework,
    /// School the outcome is published for today.
    pub urn: Urn,
    /// School that was inspected; differs from `urn` where the outcome
    /// belongs to a predecessor.
    pub urn_at_time: Urn,
    /// First day of the inspection.
    pub started: NaiveDate,
    /// Last day of the inspection, where published.
    pub ended: Option<NaiveDate>,
    /// Day the inspection's report was published.
    pub published: Option<NaiveDate>,
    /// Ofsted's inspection type, verbatim.
    pub inspection_type: Option<String>,
    /// Category of concern; `None` means a full inspection found none, or the
    /// event has no category.
    pub concern: Option<Concern>,
    /// Outcome of an ungraded or monitoring inspection, verbatim.
    pub text_outcome: Option<String>,
    /// Outcomes by area, in published order; areas without any value are left
    /// out.
    pub areas: Vec<AreaResult>,
}

/// Outcome of one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AreaResult {
    /// Area.
    pub area: Area,
    /// Outcome as published.
    pub outcome: AreaOutcome,
    /// Day the outcome was given, where it may differ from the inspection's
    /// (report cards can be updated after monitoring).
    pub dated: Option<NaiveDate>,
}

impl PublishedOutcome {
    /// The outcome for `area`, if the inspection published one.
    #[must_use]
    pub fn area(&self, area: Area) -> Option<AreaOutcome> {
        self.areas
            .iter()
            .find(|result| result.area == area)
            .map(|result| result.outcome)
    }

    /// Whether the outcome is dated before the school joined (DR-09): shown
    /// and labelled, never evidence about the group's effect.
    #[must_use]
    pub fn is_inherited(&self, joined: NaiveDate) -> bool {
        self.started < joined
    }
}

/// What two statements of the same inspection say together: the newer one,
/// with what only the older one says filled in.
#[must_use]
pub fn combine(older: &PublishedOutcome, newer: &PublishedOutcome) -> PublishedOutcome {
    let mut combined = newer.clone();
    combined.ended = newer.ended.or(older.ended);
    combined.published = newer.published.or(older.published);
    combined.concern = newer.concern.or(older.concern);
    if combined.inspection_type.is_none() {
        combined.inspection_type.clone_from(&older.inspection_type);
    }
    if combined.text_outcome.is_none() {
        combined.text_outcome.clone_from(&older.text_outcome);
    }
    for area in &older.areas {
        match combined
            .areas
            .iter_mut()
            .find(|held| held.area == area.area)
        {
            Some(held) if held.outcome == area.outcome => held.dated = held.dated.or(area.dated),
            Some(_) => {}
            None => combined.areas.push(*area),
        }
    }
    combined
}
