//! What inspections need, and who holds it already (the collect-once list of
//! domain.md 11.2).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What material is needed for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Membership and history of the group.
    MembershipAndHistory,
    /// Quality in the schools.
    SchoolQuality,
    /// Weaknesses that are known.
    KnownWeaknesses,
    /// The response to them.
    Response,
    /// What people say.
    PeoplesViews,
    /// Governance.
    Governance,
    /// Religious character.
    Faith,
    /// The local authority's work.
    LocalAuthority,
    /// Something else.
    Other,
}

/// Who holds or publishes material.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// Get Information About Schools.
    Gias,
    /// Ofsted.
    Ofsted,
    /// The Department for Education.
    Department,
    /// The Independent Schools Inspectorate.
    IndependentSchoolsInspectorate,
    /// Companies House.
    CompaniesHouse,
    /// The body's own website, by duty.
    BodyWebsite,
    /// A denominational inspectorate.
    DenominationalInspectorate,
}

/// Where material is to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "holder")]
pub enum Availability {
    /// It is public or held; asking for it needs a reason (DR-22).
    HeldBy(Holder),
    /// It must usually be asked for.
    MustBeAsked,
    /// It is never asked for.
    NeverAsked,
}

/// Material of an inspection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are those of the list.
pub enum Material {
    GroupLinksAndDates,
    PlannedJoinersAndLeavers,
    InspectionOutcomesAndReports,
    PerformanceTables,
    AbsenceAndSuspensions,
    IndependentSchoolReports,
    UnpublishedOutcomes,
    SchoolReportText,
    MonitoringLetters,
    WarningNotices,
    RiskRegister,
    ImprovementPlans,
    BoardMinutes,
    SchemeOfDelegation,
    TrusteesReportAndAccounts,
    PublishedNotices,
    DeploymentRecords,
    SupportLogs,
    ImpactReviews,
    ParentView,
    PublishedSurveys,
    OwnStaffSurvey,
    CallsToHeads,
    CompanyOfficers,
    RegisteredGovernors,
    StatutoryWebsitePages,
    SkillsAudit,
    InternalScrutinyReport,
    DenominationalReports,
    DiocesanProtocol,
    AreaSendReport,
    ChildrensServicesLetters,
    AuditorsAnnualReport,
    SchoolsCausingConcernLog,
    Other,
}

impl Material {
    /// All material, in the order of the list.
    pub const ALL: [Self; 35] = [
        Self::GroupLinksAndDates,
        Self::PlannedJoinersAndLeavers,
        Self::InspectionOutcomesAndReports,
        Self::PerformanceTables,
        Self::AbsenceAndSuspensions,
        Self::IndependentSchoolReports,
        Self::UnpublishedOutcomes,
        Self::SchoolReportText,
        Self::MonitoringLetters,
        Self::WarningNotices,
        Self::RiskRegister,
        Self::ImprovementPlans,
        Self::BoardMinutes,
        Self::SchemeOfDelegation,
        Self::TrusteesReportAndAccounts,
        Self::PublishedNotices,
        Self::DeploymentRecords,
        Self::SupportLogs,
        Self::ImpactReviews,
        Self::ParentView,
        Self::PublishedSurveys,
        Self::OwnStaffSurvey,
        Self::CallsToHeads,
        Self::CompanyOfficers,
        Self::RegisteredGovernors,
        Self::StatutoryWebsitePages,
        Self::SkillsAudit,
        Self::InternalScrutinyReport,
        Self::DenominationalReports,
        Self::DiocesanProtocol,
        Self::AreaSendReport,
        Self::ChildrensServicesLetters,
        Self::AuditorsAnnualReport,
        Self::SchoolsCausingConcernLog,
        Self::Other,
    ];

    /// What it is needed for.
    #[must_use]
    pub const fn need(self) -> Need {
        self.line().0
    }

    /// Where it is to be had.
    #[must_use]
    pub const fn availability(self) -> Availability {
        self.line().1
    }

    const fn line(self) -> (Need, Availability) {
        use Availability::{HeldBy, MustBeAsked, NeverAsked};
        match self {
            Self::GroupLinksAndDates => (Need::MembershipAndHistory, HeldBy(Holder::Gias)),
            Self::PlannedJoinersAndLeavers => (Need::MembershipAndHistory, MustBeAsked),
            Self::InspectionOutcomesAndReports => (Need::SchoolQuality, HeldBy(Holder::Ofsted)),
            Self::PerformanceTables | Self::AbsenceAndSuspensions => {
                (Need::SchoolQuality, HeldBy(Holder::Department))
            }
            Self::IndependentSchoolReports => (
                Need::SchoolQuality,
                HeldBy(Holder::IndependentSchoolsInspectorate),
            ),
            Self::UnpublishedOutcomes => (Need::SchoolQuality, NeverAsked),
            Self::SchoolReportText | Self::MonitoringLetters => {
                (Need::KnownWeaknesses, HeldBy(Holder::Ofsted))
            }
            Self::WarningNotices => (Need::KnownWeaknesses, HeldBy(Holder::Department)),
            Self::RiskRegister | Self::ImprovementPlans | Self::BoardMinutes => {
                (Need::KnownWeaknesses, MustBeAsked)
            }
            Self::SchemeOfDelegation | Self::PublishedNotices => {
                (Need::Response, HeldBy(Holder::BodyWebsite))
            }
            Self::TrusteesReportAndAccounts => (Need::Response, HeldBy(Holder::CompaniesHouse)),
            Self::DeploymentRecords | Self::SupportLogs | Self::ImpactReviews => {
                (Need::Response, MustBeAsked)
            }
            Self::ParentView => (Need::PeoplesViews, HeldBy(Holder::Ofsted)),
            Self::PublishedSurveys => (Need::PeoplesViews, HeldBy(Holder::BodyWebsite)),
            Self::OwnStaffSurvey | Self::CallsToHeads => (Need::PeoplesViews, MustBeAsked),
            Self::CompanyOfficers => (Need::Governance, HeldBy(Holder::CompaniesHouse)),
            Self::RegisteredGovernors => (Need::Governance, HeldBy(Holder::Gias)),
            Self::StatutoryWebsitePages => (Need::Governance, HeldBy(Holder::BodyWebsite)),
            Self::SkillsAudit | Self::InternalScrutinyReport => (Need::Governance, MustBeAsked),
            Self::DenominationalReports => {
                (Need::Faith, HeldBy(Holder::DenominationalInspectorate))
            }
            Self::DiocesanProtocol => (Need::Faith, MustBeAsked),
            Self::AreaSendReport | Self::ChildrensServicesLetters => {
                (Need::LocalAuthority, HeldBy(Holder::Ofsted))
            }
            Self::AuditorsAnnualReport => (Need::LocalAuthority, HeldBy(Holder::BodyWebsite)),
            Self::SchoolsCausingConcernLog => (Need::LocalAuthority, MustBeAsked),
            Self::Other => (Need::Other, MustBeAsked),
        }
    }
}
