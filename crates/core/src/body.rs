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

/// The name of a body as readers write it. The register gives many names in
/// capitals; those are set in capital and small letters, and every other name
/// is left as it is. What has no vowel or holds a digit or a full stop is taken
/// for an abbreviation.
#[must_use]
pub fn readable_name(name: &str) -> String {
    /// Words that stay small inside a name.
    const SMALL: [&str; 12] = [
        "and", "of", "the", "in", "for", "at", "on", "by", "with", "to", "le", "de",
    ];
    /// Abbreviations with vowels.
    const KEPT: [&str; 10] = [
        "MAT", "CE", "RC", "UK", "STEM", "CIC", "ICT", "UTC", "II", "EAT",
    ];
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let vowel = |c: char| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y');
    let set = |(position, word): (usize, &str)| {
        let letters: String = word.chars().filter(|c| c.is_alphabetic()).collect();
        let small = word.to_lowercase();
        let abbreviation = KEPT.contains(&letters.as_str())
            || word.chars().any(|c| c.is_ascii_digit())
            || word.trim_end_matches('.').contains('.')
            || (letters.chars().count() > 1 && !letters.chars().any(vowel));
        if position > 0 && SMALL.contains(&small.as_str()) {
            return small;
        }
        if abbreviation && !matches!(letters.as_str(), "LTD" | "ST" | "MR" | "MRS" | "DR") {
            return word.to_owned();
        }
        capitalised(&small)
    };
    name.split(' ')
        .enumerate()
        .map(set)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first letter of each part of a word in capitals: "St-Mary", "(North)",
/// but "Mary's".
fn capitalised(word: &str) -> String {
    let mut text = String::with_capacity(word.len());
    let mut begins = true;
    for letter in word.chars() {
        if begins && letter.is_alphabetic() {
            text.extend(letter.to_uppercase());
        } else {
            text.push(letter);
        }
        begins = !letter.is_alphabetic() && !matches!(letter, '\'' | '’');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::readable_name;

    #[test]
    fn a_name_in_capitals_is_set_as_readers_write_it() {
        for (register, readers) in [
            (
                "FOXGLOVESPRING DIOCESAN ACADEMIES TRUST",
                "Foxglovespring Diocesan Academies Trust",
            ),
            (
                "THE TRUST OF ST MARY'S AND ALL SAINTS",
                "The Trust of St Mary's and All Saints",
            ),
            ("ELM-ASH (NORTH) MAT LTD", "Elm-Ash (North) MAT Ltd"),
            ("TLC 4 LEARNING", "TLC 4 Learning"),
            ("Larch MAT", "Larch MAT"),
            ("", ""),
        ] {
            assert_eq!(readable_name(register), readers);
        }
    }
}
