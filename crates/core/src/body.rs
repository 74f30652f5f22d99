//! Responsible bodies: kinds, identifiers and dated membership.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Kind of responsible body (domain.md 5.1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// Multi-academy trust (GIAS group type 06).
    MultiAcademyTrust,
    /// Single-academy trust (GIAS group type 10).
    SingleAcademyTrust,
    /// Secure single-academy trust (GIAS group type 11).
    SecureSingleAcademyTrust,
    /// Federation of maintained schools (GIAS group type 01).
    Federation,
    /// Foundation trust of maintained schools (GIAS group type 02, "Trust").
    FoundationTrust,
    /// Umbrella trust (GIAS group type 07).
    UmbrellaTrust,
    /// School sponsor that is not the same body as a trust (GIAS group type 05).
    SchoolSponsor,
    /// Local authority as maintainer of schools (from establishment columns).
    LocalAuthority,
    /// Diocese (from establishment columns).
    Diocese,
    /// Independent school group, created over REST.
    IndependentGroup,
    /// Group of non-maintained special schools, created over REST.
    NonMaintainedSpecialGroup,
}

impl BodyKind {
    /// All kinds, in the order lists show them.
    pub const ALL: [Self; 11] = [
        Self::MultiAcademyTrust,
        Self::SingleAcademyTrust,
        Self::SecureSingleAcademyTrust,
        Self::Federation,
        Self::FoundationTrust,
        Self::UmbrellaTrust,
        Self::SchoolSponsor,
        Self::LocalAuthority,
        Self::Diocese,
        Self::IndependentGroup,
        Self::NonMaintainedSpecialGroup,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MultiAcademyTrust => "multi_academy_trust",
            Self::SingleAcademyTrust => "single_academy_trust",
            Self::SecureSingleAcademyTrust => "secure_single_academy_trust",
            Self::Federation => "federation",
            Self::FoundationTrust => "foundation_trust",
            Self::UmbrellaTrust => "umbrella_trust",
            Self::SchoolSponsor => "school_sponsor",
            Self::LocalAuthority => "local_authority",
            Self::Diocese => "diocese",
            Self::IndependentGroup => "independent_group",
            Self::NonMaintainedSpecialGroup => "non_maintained_special_group",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Name for readers.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::MultiAcademyTrust => "Multi-academy trust",
            Self::SingleAcademyTrust => "Single-academy trust",
            Self::SecureSingleAcademyTrust => "Secure single-academy trust",
            Self::Federation => "Federation",
            Self::FoundationTrust => "Foundation trust",
            Self::UmbrellaTrust => "Umbrella trust",
            Self::SchoolSponsor => "School sponsor",
            Self::LocalAuthority => "Local authority",
            Self::Diocese => "Diocese",
            Self::IndependentGroup => "Independent school group",
            Self::NonMaintainedSpecialGroup => "Non-maintained special school group",
        }
    }

    /// The kind of a GIAS group type code ("01".."11"); `None` for children's
    /// centre groups (08, 09), which do not run schools, and unknown codes.
    #[must_use]
    pub fn from_gias_group_type(code: &str) -> Option<Self> {
        match code {
            "01" => Some(Self::Federation),
            "02" => Some(Self::FoundationTrust),
            "05" => Some(Self::SchoolSponsor),
            "06" => Some(Self::MultiAcademyTrust),
            "07" => Some(Self::UmbrellaTrust),
            "10" => Some(Self::SingleAcademyTrust),
            "11" => Some(Self::SecureSingleAcademyTrust),
            _ => None,
        }
    }
}

/// Scheme of an identifier of a body. The identifiers are not interchangeable.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierScheme {
    /// GIAS group unique identifier (digits).
    GiasUid,
    /// GIAS group id (TRnnnnn, SPnnnnn, UTnnnnn, free text for some).
    GiasGroupId,
    /// Companies House number, eight characters.
    CompaniesHouse,
    /// UK provider reference number, eight digits.
    Ukprn,
    /// Three-digit local authority code.
    LaCode,
    /// Diocese code (CEnn, RCnn).
    DioceseCode,
    /// Registered charity number.
    Charity,
    /// Identifier in the scheme of the system that created the body.
    External,
}

impl IdentifierScheme {
    /// All schemes.
    pub const ALL: [Self; 8] = [
        Self::GiasUid,
        Self::GiasGroupId,
        Self::CompaniesHouse,
        Self::Ukprn,
        Self::LaCode,
        Self::DioceseCode,
        Self::Charity,
        Self::External,
    ];

    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GiasUid => "gias_uid",
            Self::GiasGroupId => "gias_group_id",
            Self::CompaniesHouse => "companies_house",
            Self::Ukprn => "ukprn",
            Self::LaCode => "la_code",
            Self::DioceseCode => "diocese_code",
            Self::Charity => "charity",
            Self::External => "external",
        }
    }

    /// The scheme with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.code() == code)
    }
}

/// How a member school relates to a body (DR-06).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    /// The body is legally responsible for the school; at most one per date.
    Responsible,
    /// The body is associated with the school: diocese, sponsor, local
    /// authority of a federated school, foundation trust.
    Associate,
}

impl MemberRole {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Responsible => "responsible",
            Self::Associate => "associate",
        }
    }
}
