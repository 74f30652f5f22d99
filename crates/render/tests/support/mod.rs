//! A report rich enough to exercise every rendering.
#![allow(dead_code, unreachable_pub)]

mod narrative;
mod pages;

use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{
    Urn,
    body::{BodyKind, IdentifierScheme, MemberRole},
    evidence::EvidenceType,
    outcome::{Area, Framework, InspectionEvent},
    report::*,
};
use group_inspection_render::{Copies, PageFacts, PublicationStatus, SiteFacts, VersionFacts};
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

fn hash(number: usize) -> String {
    let part = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number as u64 + 1);
    format!("{part:016x}").repeat(4)
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

const SCHOOLS: [(&str, &str, &str, &str); 12] = [
    (
        "Ashcombe Primary School",
        "Primary",
        "Wessborough",
        "2016-09-01",
    ),
    (
        "Bellweather Church of England Voluntary Aided Junior and Infant School and Nursery",
        "Primary",
        "Wessborough",
        "2018-04-01",
    ),
    (
        "Castle Street Academy",
        "Secondary",
        "Wessborough",
        "2016-09-01",
    ),
    (
        "Dunmere Infant School",
        "Primary",
        "Northmarsh",
        "2019-09-01",
    ),
    (
        "Eastfield Community School",
        "Secondary",
        "Northmarsh",
        "2020-01-01",
    ),
    (
        "Fairholme Special School",
        "Not applicable",
        "Wessborough",
        "2021-09-01",
    ),
    (
        "Greenlanes Primary School",
        "Primary",
        "Wessborough",
        "2022-02-01",
    ),
    (
        "Hollin Bank Primary School",
        "Primary",
        "Saltaire Vale",
        "2023-09-01",
    ),
    (
        "Ivybridge Road Primary School",
        "Primary",
        "Saltaire Vale",
        "2024-01-01",
    ),
    (
        "Juniper Hall Sixth Form College",
        "16 plus",
        "Northmarsh",
        "2024-09-01",
    ),
    (
        "Kestrel Park Academy",
        "Secondary",
        "Saltaire Vale",
        "2025-04-01",
    ),
    (
        "Ŵyndham & St Brannoc’s R.C. Primary School",
        "Primary",
        "Northmarsh",
        "2025-09-01",
    ),
];

fn outcomes(index: u32, joined: NaiveDate) -> Vec<OutcomeLine> {
    let area = |area, outcome: &str| AreaLine {
        area,
        outcome: outcome.to_owned(),
    };
    let line = |number: u32, framework, event, started: &str, areas| OutcomeLine {
        evidence: format!("E{number}"),
        framework,
        event,
        started: day(started),
        urn_at_time: urn(index),
        inherited: day(started) < joined,
        concern: None,
        text_outcome: None,
        areas,
    };
    let mut list = Vec::new();
    if index % 3 == 1 {
        list.push(line(
            index,
            Framework::ReportCard,
            InspectionEvent::Full,
            "2026-03-10",
            vec![
                area(Area::SafeguardingStandards, "Met"),
                area(Area::Inclusion, "Expected standard"),
                area(Area::CurriculumAndTeaching, "Strong standard"),
                area(Area::Achievement, "Expected standard"),
                area(Area::AttendanceAndBehaviour, "Needs attention"),
                area(Area::PersonalDevelopmentAndWellbeing, "Expected standard"),
                area(Area::LeadershipAndGovernance, "Expected standard"),
            ],
        ));
    }
    if index % 3 != 0 {
        list.push(line(
            12 + index,
            Framework::EducationInspection,
            InspectionEvent::Full,
            "2022-05-17",
            vec![
                area(Area::OverallEffectiveness, "Good"),
                area(Area::QualityOfEducation, "Good"),
                area(Area::BehaviourAndAttitudes, "Requires improvement"),
                area(Area::PersonalDevelopment, "Good"),
                area(Area::LeadershipAndManagement, "Good"),
                area(Area::SafeguardingEffective, "Yes"),
            ],
        ));
    } else if index == 3 {
        let mut earlier = line(
            24,
            Framework::CommonInspection,
            InspectionEvent::Full,
            "2017-11-07",
            vec![area(Area::OverallEffectiveness, "Inadequate")],
        );
        earlier.concern = Some("Special measures".to_owned());
        earlier.urn_at_time = urn(103);
        list.push(earlier);
    } else if index == 6 {
        let mut visit = line(
            18,
            Framework::EducationInspection,
            InspectionEvent::Ungraded,
            "2024-02-06",
            Vec::new(),
        );
        visit.text_outcome = Some("School remains Good".to_owned());
        list.push(visit);
    }
    list
}

fn schools() -> Vec<SchoolRecord> {
    (1..)
        .zip(SCHOOLS)
        .map(|(index, (name, phase, place, joined))| SchoolRecord {
            urn: urn(index),
            name: name.to_owned(),
            phase: phase.to_owned(),
            establishment_type: match index % 3 {
                0 => "Academy sponsor led",
                1 => "Academy converter",
                _ => "Free schools",
            }
            .to_owned(),
            local_authority: place.to_owned(),
            role: MemberRole::Responsible,
            joined: day(joined),
            joined_estimated: index == 4,
            predecessors: if index == 3 {
                vec![urn(103)]
            } else {
                Vec::new()
            },
            outcomes: outcomes(index, day(joined)),
        })
        .collect()
}

fn evidence() -> Vec<EvidenceRecord> {
    const ITEMS: [(EvidenceType, &str, &str); 8] = [
        (
            EvidenceType::Document,
            "Board attendance report, autumn term 2025",
            "Group, board papers",
        ),
        (
            EvidenceType::Visit,
            "Visit notes, Castle Street Academy and Eastfield Community School",
            "Inspection team",
        ),
        (
            EvidenceType::Survey,
            "Survey of parents, spring 2026",
            "Group, survey system",
        ),
        (
            EvidenceType::Meeting,
            "Meeting with the directors of inclusion and of school improvement",
            "Inspection team",
        ),
        (
            EvidenceType::Data,
            "Pupil absence in schools, 2024 to 2025",
            "Department for Education",
        ),
        (
            EvidenceType::Document,
            "Central attendance strategy, board minute 14_2025_final_v3_signed_scan.pdf",
            "Group, board papers",
        ),
        (
            EvidenceType::Document,
            "Safeguarding audit 2025",
            "Diocese of Wessborough",
        ),
        (
            EvidenceType::Survey,
            "Survey of staff, summer 2026",
            "Group, survey system",
        ),
    ];
    let published = (1..=24).map(|number: usize| EvidenceRecord {
        id: format!("E{number}"),
        evidence_type: EvidenceType::PublishedOutcome,
        title: format!("Published outcome of inspection 10{number:06}"),
        source: "State-funded school inspections and outcomes".to_owned(),
        effective_from: day("2022-05-17"),
        effective_to: day("2022-05-18"),
        received_on: None,
        sha256: hash(number),
        item: None,
        inspection_number: Some(format!("10{number:06}")),
        schools: vec![urn(u32::try_from((number - 1) % 12 + 1).unwrap())],
    });
    let items = (25..)
        .zip(ITEMS)
        .map(|(number, (kind, title, source))| EvidenceRecord {
            id: format!("E{number}"),
            evidence_type: kind,
            title: title.to_owned(),
            source: source.to_owned(),
            effective_from: day("2025-09-01"),
            effective_to: day("2026-03-31"),
            received_on: Some(day("2026-09-21")),
            sha256: hash(number),
            item: Some(id(number as u128)),
            inspection_number: None,
            schools: match number {
                25 | 27 => (1..=12).map(urn).collect(),
                26 => vec![urn(3), urn(5)],
                28 => Vec::new(),
                _ => (1..=7).map(urn).collect(),
            },
        });
    published.chain(items).collect()
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

/// Texts that would do harm if any rendering took them for markup.
pub const HOSTILE: [&str; 9] = [
    "#panic(\"no\") #{ 1/0 } [x] $ x^2 $ *b* _i_ @ref <label> `raw` \\ // /* */",
    "<script>alert('x')</script> & \"quotes\" ]]> &amp; <!-- -->",
    "Emoji 🏫👩🏽‍🏫 and flags 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "שלום עולם and مرحبا بالعالم and \u{202E}reversed\u{202C}",
    "漢字 ไทย देवनागरी ᚠᚢᚦ",
    "control \u{0}\u{1}\u{8}\u{b}\u{1b}\u{7f}\u{85} end \u{feff}\u{fffe}\u{ffff}",
    "private \u{e000}\u{f8ff}\u{10fffd} joined e\u{301}\u{327}\u{20dd} soft\u{ad}hyphen",
    "line\none\r\ntwo\u{2028}three\ttab\u{a0}nbsp ----- ===== = Heading\n== Sub\n- item",
    "averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongunbrokenword",
];

/// The report with every free text replaced by hostile ones.
pub fn hostile() -> Report {
    fn replace(value: &mut serde_json::Value, next: &mut usize, name: &str) {
        use serde_json::Value;
        const FREE: [&str; 24] = [
            "text",
            "group_name",
            "reference",
            "basis",
            "value",
            "name",
            "role_",
            "employer_type",
            "label",
            "heading",
            "how_found",
            "description",
            "owner",
            "title",
            "file_name",
            "source_",
            "paragraphs",
            "phase",
            "establishment_type",
            "local_authority",
            "concern",
            "text_outcome",
            "arrangement",
            "measure",
        ];
        match value {
            Value::String(text) if FREE.contains(&name) => {
                *text = HOSTILE[*next % HOSTILE.len()].to_owned();
                *next += 1;
            }
            Value::Array(items) => items.iter_mut().for_each(|item| replace(item, next, name)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    replace(field, next, name);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(report()).unwrap();
    replace(&mut value, &mut 0, "");
    let mut report: Report = serde_json::from_value(value).unwrap();
    report.front.group_name = HOSTILE.join(" ");
    report.evidence[0].source = HOSTILE[1].to_owned();
    // References to nothing, identifiers that are no good anchors, doubles.
    report.summary[0]
        .evidence
        .push("E999 \"><script>".to_owned());
    report.summary[0].id = "a b\"><#label".to_owned();
    let double = report.evidence[0].clone();
    report.evidence.push(double);
    let double = report.schools[0].clone();
    report.schools.push(double);
    report
}
