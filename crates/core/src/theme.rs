//! Themes: the topics by which published outcomes, evidence and weaknesses
//! are brought together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::outcome::Area;

/// Topic of evidence, of a weakness or of a published outcome.
///
/// A theme joins evidence about the same thing. It never joins the scales of
/// two frameworks: outcomes stay counted per framework and area (DR-04).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Safeguarding.
    Safeguarding,
    /// Inclusion, including special educational needs and disadvantage.
    Inclusion,
    /// Curriculum and teaching.
    CurriculumAndTeaching,
    /// Achievement.
    Achievement,
    /// Attendance and behaviour.
    AttendanceAndBehaviour,
    /// Personal development and well-being.
    PersonalDevelopment,
    /// Early years.
    EarlyYears,
    /// Post-16 provision.
    #[serde(rename = "post_16", alias = "post16")]
    Post16,
    /// Leadership and governance.
    LeadershipAndGovernance,
    /// Staff: recruitment, workload, development.
    Workforce,
    /// Money, estates and other resources.
    Resources,
}

impl Theme {
    /// All themes, in the order reports list them.
    pub const ALL: [Self; 11] = [
        Self::Safeguarding,
        Self::Inclusion,
        Self::CurriculumAndTeaching,
        Self::Achievement,
        Self::AttendanceAndBehaviour,
        Self::PersonalDevelopment,
        Self::EarlyYears,
        Self::Post16,
        Self::LeadershipAndGovernance,
        Self::Workforce,
        Self::Resources,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Safeguarding => "safeguarding",
            Self::Inclusion => "inclusion",
            Self::CurriculumAndTeaching => "curriculum_and_teaching",
            Self::Achievement => "achievement",
            Self::AttendanceAndBehaviour => "attendance_and_behaviour",
            Self::PersonalDevelopment => "personal_development",
            Self::EarlyYears => "early_years",
            Self::Post16 => "post_16",
            Self::LeadershipAndGovernance => "leadership_and_governance",
            Self::Workforce => "workforce",
            Self::Resources => "resources",
        }
    }

    /// Name for use inside a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Safeguarding => "safeguarding",
            Self::Inclusion => "inclusion",
            Self::CurriculumAndTeaching => "curriculum and teaching",
            Self::Achievement => "achievement",
            Self::AttendanceAndBehaviour => "attendance and behaviour",
            Self::PersonalDevelopment => "personal development and well-being",
            Self::EarlyYears => "early years",
            Self::Post16 => "post-16 provision",
            Self::LeadershipAndGovernance => "leadership and governance",
            Self::Workforce => "staffing",
            Self::Resources => "resources",
        }
    }

    /// Whether a weakness on this theme in one school could point at a person.
    #[must_use]
    pub const fn is_about_people(self) -> bool {
        matches!(self, Self::LeadershipAndGovernance | Self::Workforce)
    }

    /// The theme an area belongs to; `None` for overall effectiveness, which
    /// is no topic of its own.
    #[must_use]
    pub const fn of_area(area: Area) -> Option<Self> {
        match area {
            Area::SafeguardingStandards | Area::SafeguardingEffective => Some(Self::Safeguarding),
            Area::Inclusion => Some(Self::Inclusion),
            Area::CurriculumAndTeaching | Area::QualityOfEducation => {
                Some(Self::CurriculumAndTeaching)
            }
            Area::Achievement => Some(Self::Achievement),
            Area::AttendanceAndBehaviour | Area::BehaviourAndAttitudes => {
                Some(Self::AttendanceAndBehaviour)
            }
            Area::PersonalDevelopmentAndWellbeing | Area::PersonalDevelopment => {
                Some(Self::PersonalDevelopment)
            }
            Area::EarlyYears | Area::EarlyYearsProvision => Some(Self::EarlyYears),
            Area::Post16Provision | Area::SixthFormProvision => Some(Self::Post16),
            Area::LeadershipAndGovernance | Area::LeadershipAndManagement => {
                Some(Self::LeadershipAndGovernance)
            }
            Area::OverallEffectiveness => None,
        }
    }
}
