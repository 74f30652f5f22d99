//! Schools and evidence of the test report.

use chrono::NaiveDate;
use group_inspection_core::{
    body::MemberRole,
    evidence::EvidenceType,
    outcome::{Area, Framework, InspectionEvent},
    report::*,
};

use super::{day, id, urn};

pub fn hash(number: usize) -> String {
    let part = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number as u64 + 1);
    format!("{part:016x}").repeat(4)
}

pub const SCHOOLS: [(&str, &str, &str, &str); 12] = [
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
    if !index.is_multiple_of(3) {
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

pub fn schools() -> Vec<SchoolRecord> {
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

pub fn evidence() -> Vec<EvidenceRecord> {
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
