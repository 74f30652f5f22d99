//! A report rich enough to exercise every rendering.
// Each test file uses some of it.
#![allow(dead_code, unreachable_pub, unused_imports)]

mod annexes;
mod hostile;
mod narrative;
mod pages;

use annexes::{SCHOOLS, evidence, hash, schools};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{
    Urn,
    body::{BodyKind, IdentifierScheme},
    report::*,
};
use group_inspection_render::{Copies, PageFacts, PublicationStatus, SiteFacts, VersionFacts};
pub use hostile::{HOSTILE, hostile};
pub use pages::{entries, feed_entries, feed_facts, paging, tombstone};
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn urn(number: u32) -> Urn {
    Urn::try_from(900_000 + number).unwrap()
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + number)
}

pub fn passage(id: &str, text: &str, evidence: &[&str]) -> Passage {
    Passage {
        id: id.to_owned(),
        text: text.to_owned(),
        evidence: evidence.iter().map(ToString::to_string).collect(),
    }
}

pub fn facts() -> PageFacts {
    PageFacts {
        site: SiteFacts {
            service_name: "Group Inspection".to_owned(),
            origin: "https://reports.example.org".to_owned(),
            base_path: String::new(),
            notice: None,
            footer: Vec::new(),
        },
        published_at: moment("2026-11-20T09:30:00Z"),
        version: 1,
        latest_version: 1,
        status: PublicationStatus::Current,
        public_note: None,
        history: vec![VersionFacts {
            version: 1,
            published_at: moment("2026-11-20T09:30:00Z"),
            status: PublicationStatus::Current,
            note: None,
        }],
        copies: Copies::default(),
    }
}

/// Twelve schools, four frameworks, five weaknesses.
pub fn report() -> Report {
    let count = |label: &str, count| CountLine {
        label: label.to_owned(),
        count,
    };
    let person = |name: &str, role: &str, employer: &str| TeamLine {
        name: name.to_owned(),
        role: role.to_owned(),
        employer_type: employer.to_owned(),
    };
    Report {
        schema_version: SCHEMA_VERSION,
        report_id: id(1),
        version: 1,
        front: FrontPanel {
            group_name: "Three Rivers and Saltaire Vale Learning Partnership".to_owned(),
            body_id: id(2),
            body_kind: BodyKind::MultiAcademyTrust,
            identifiers: vec![
                Identifier { scheme: IdentifierScheme::CompaniesHouse, value: "00000000".to_owned() },
                Identifier { scheme: IdentifierScheme::GiasGroupId, value: "TR90001".to_owned() },
            ],
            inspection_id: id(3),
            reference: "GI-2026-0001".to_owned(),
            basis: "Scheduled inspection with the agreement of the responsible body".to_owned(),
            open_schools: 12,
            membership_as_at: day("2026-09-14"),
            opened_on: day("2026-09-07"),
            evidence_to: Some(day("2026-10-16")),
            team: vec![
                person("Imogen Achterberg", "Lead inspector", "Inspectorate (HMI)"),
                person("Tomasz Okonjo", "Practitioner", "Serving leader of a multi-academy trust"),
                person("Siân Ŵyn-Hughes", "Practitioner", "Serving leader of a diocese"),
            ],
            statement: NO_GRADE_STATEMENT.to_owned(),
        },
        summary: narrative::summary(),
        context: Context {
            passages: vec![passage(
                "context.scope",
                "The partnership runs 12 schools in three local authorities. It employs the \
                 leaders of attendance and inclusion centrally. Each school sets its own \
                 curriculum with help from subject networks.",
                &["E28"],
            )],
            phases: vec![count("Primary", 7), count("Secondary", 3), count("16 plus", 1), count("Not applicable", 1)],
            places: vec![count("Wessborough", 5), count("Northmarsh", 4), count("Saltaire Vale", 3)],
            joined: vec![
                MovementLine { urn: urn(12), name: SCHOOLS[11].0.to_owned(), on: day("2025-09-01"), estimated: false },
                MovementLine { urn: urn(11), name: SCHOOLS[10].0.to_owned(), on: day("2025-04-01"), estimated: true },
            ],
            left: Vec::new(),
            size_over_time: [("2023-09-01", 8), ("2024-09-01", 10), ("2025-09-01", 12), ("2026-09-14", 12)]
                .map(|(on, schools)| SizePoint { on: day(on), schools })
                .to_vec(),
        },
        patterns: narrative::patterns(),
        responses: narrative::responses(),
        shared_practice: narrative::shared_practice(),
        recommendations: narrative::recommendations(),
        method: Method {
            passages: vec![passage(
                "method.scope",
                "The team visited four schools, chosen to include each phase and each local \
                 authority. It used evidence the group already held where it could.",
                &["E26", "E28"],
            )],
            evidence_counts: vec![count("published outcomes", 24), count("documents", 3), count("surveys", 2), count("visits", 1), count("meetings", 1), count("data", 1)],
            submissions: vec![SubmissionLine { id: id(70), received_at: moment("2026-09-21T08:00:00Z"), sha256: hash(70) }],
            sources: vec![
                SourceLine {
                    title: "Establishments and groups".to_owned(),
                    file_name: "edubasealldata20260914.csv".to_owned(),
                    as_at: day("2026-09-14"),
                    sha256: hash(71),
                },
                SourceLine {
                    title: "School inspections and outcomes".to_owned(),
                    file_name: "Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Aug_2026.csv".to_owned(),
                    as_at: day("2026-08-31"),
                    sha256: hash(72),
                },
            ],
            policy_version: "2026-1".to_owned(),
            rules_version: "1".to_owned(),
            annex: None,
        },
        group_response: Some(GroupResponse {
            received_on: day("2026-11-12"),
            paragraphs: vec![
                "We thank the team for the care with which it listened to our schools.".to_owned(),
                "We accept the recommendations. Our board will publish its plan in January.".to_owned(),
            ],
        }),
        schools: schools(),
        accountability: narrative::accountability(),
        burden: narrative::burden(),
        value: narrative::value(),
        evidence: evidence(),
    }
}

/// The report that the rules of the core compile from their own fixture.
pub fn compiled() -> Report {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../core/tests/fixtures/report.json"
    );
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
