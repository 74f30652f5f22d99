//! Words for readers that the domain's types do not carry themselves.

use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{
    body::{IdentifierScheme, MemberRole},
    evidence::{Bearing, EvidenceType},
    language::prose,
    outcome::InspectionEvent,
    pattern::{Fragility, Kind},
    report::{Recurrence, ToldBy},
    weakness::{ActionKind, Reach},
};

pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

pub(crate) fn month(day: NaiveDate) -> String {
    day.format("%b %Y").to_string()
}

pub(crate) fn day_of(moment: DateTime<Utc>) -> String {
    date(moment.date_naive())
}

/// A span of days; a single day is named once.
pub(crate) fn span(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        date(from)
    } else {
        format!("{} to {}", date(from), date(to))
    }
}

/// A number with its digits in groups.
pub(crate) fn figures(number: usize) -> String {
    prose::figures(u32::try_from(number).unwrap_or(u32::MAX))
}

/// A number of things, as "1 school" or "12 schools".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

pub(crate) fn schools(number: usize) -> String {
    count(number, "school", "schools")
}

/// The text with its first letter in upper case.
pub(crate) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Parts joined as in a sentence: `a, b and c`.
pub(crate) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// Size of a file as readers are used to it.
pub(crate) fn size(bytes: u64) -> String {
    const KILO: u64 = 1_000;
    const MEGA: u64 = 1_000_000;
    if bytes < KILO {
        format!("{bytes} bytes")
    } else if bytes < MEGA {
        format!("{} kB", bytes.div_ceil(KILO))
    } else {
        format!("{}.{} MB", bytes / MEGA, bytes % MEGA / 100_000)
    }
}

/// First characters of a hash: enough to compare by eye.
pub(crate) fn fingerprint(sha256: &str) -> String {
    sha256.chars().take(12).collect()
}

pub(crate) const fn scheme(scheme: IdentifierScheme) -> &'static str {
    match scheme {
        IdentifierScheme::GiasUid => "GIAS group UID",
        IdentifierScheme::GiasGroupId => "GIAS group ID",
        IdentifierScheme::CompaniesHouse => "Companies House number",
        IdentifierScheme::Ukprn => "UKPRN",
        IdentifierScheme::LaCode => "Local authority code",
        IdentifierScheme::DioceseCode => "Diocese code",
        IdentifierScheme::Charity => "Charity number",
        IdentifierScheme::External => "Other identifier",
    }
}

pub(crate) const fn role(role: MemberRole) -> &'static str {
    match role {
        MemberRole::Responsible => "Responsible",
        MemberRole::Associate => "Associated",
    }
}

pub(crate) const fn event(event: InspectionEvent) -> &'static str {
    match event {
        InspectionEvent::Full => "Full inspection",
        InspectionEvent::Ungraded => "Ungraded inspection",
        InspectionEvent::Monitoring => "Monitoring visit",
    }
}

pub(crate) const fn bearing(bearing: Bearing) -> &'static str {
    match bearing {
        Bearing::Strength => "A strength",
        Bearing::Weakness => "A weakness",
        Bearing::Context => "Context",
    }
}

/// Which outcomes a pattern's counts are of, without a school's outcome word.
pub(crate) const fn counted_outcomes(bearing: Bearing) -> &'static str {
    match bearing {
        Bearing::Strength => "Schools above what the framework expects of every school",
        Bearing::Weakness => "Schools where the framework asks for follow-up",
        Bearing::Context => "Schools counted",
    }
}

pub(crate) const fn told_by(told: ToldBy) -> &'static str {
    match told {
        ToldBy::Outcomes => "Chance would seldom give published outcomes like these",
        ToldBy::Agreement => "Different types of evidence agree",
    }
}

pub(crate) const fn finding(kind: Kind) -> &'static str {
    match kind {
        Kind::Widespread => "Many schools have the same kind of outcome",
        Kind::Concentrated => "The weakness gathers in one part of the group",
        Kind::Direction => "Schools inspected twice moved the same way",
        Kind::Recurrence => "A weakness known in one school appeared later in others",
        Kind::Persistence => "A weakness was still there at the next inspection",
    }
}

/// What would make a finding go away.
pub(crate) const fn fragile(mark: Fragility) -> &'static str {
    match mark {
        Fragility::OneSchool => "Fragile: it would go away without one of the schools",
        Fragility::OneMonth => "Fragile: it would go away a month later",
    }
}

pub(crate) const fn evidence_type(kind: EvidenceType) -> &'static str {
    match kind {
        EvidenceType::PublishedOutcome => "Published school inspection outcome",
        EvidenceType::Document => "Document",
        EvidenceType::Visit => "Visit",
        EvidenceType::Survey => "Survey",
        EvidenceType::Meeting => "Meeting",
        EvidenceType::Data => "Data",
    }
}

pub(crate) const fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::OneSchool => "One school",
        Reach::SeveralSchools => "Several schools",
        Reach::WholeGroup => "The whole group",
        Reach::CentralFunction => "A central function",
    }
}

pub(crate) const fn action(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::LeadershipOrStaffing => "Leadership or staffing",
        ActionKind::CurriculumOrTeaching => "Curriculum or teaching",
        ActionKind::Safeguarding => "Safeguarding",
        ActionKind::Inclusion => "Inclusion",
        ActionKind::AttendanceOrBehaviour => "Attendance or behaviour",
        ActionKind::Governance => "Governance",
        ActionKind::FinanceOrResources => "Finance or resources",
        ActionKind::ExternalSupport => "Support from outside the group",
        ActionKind::StructuralChange => "Structural change",
    }
}

pub(crate) const fn recurrence(recurrence: Recurrence) -> &'static str {
    match recurrence {
        Recurrence::Yes => "Yes",
        Recurrence::No => "No",
        Recurrence::Unknown => "It cannot be told",
    }
}

/// `text` without characters that HTML, XML and plain text cannot carry: each
/// becomes the replacement character.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| {
            let code = u32::from(letter);
            let control = letter.is_control() && !matches!(letter, '\n' | '\t');
            let noncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
            if control || noncharacter {
                char::REPLACEMENT_CHARACTER
            } else {
                letter
            }
        })
        .collect()
}
