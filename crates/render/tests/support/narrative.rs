//! Findings of the test report.

use group_inspection_core::{
    evidence::{Bearing, EvidenceType},
    outcome::{Area, Framework},
    pattern::{Fragility, Kind},
    report::*,
    theme::Theme,
    weakness::{ActionKind, IdentifiedBy, ImpactState, Reach, WeaknessSource},
};

use super::{day, id, passage, urn};

pub fn summary() -> Vec<Passage> {
    vec![
        passage(
            "summary.1",
            "Pupils in seven of the 12 schools are absent more often than the schools want. The group knew this before inspection and has acted since 2024.",
            &["E1", "E4", "E25", "E29"],
        ),
        passage(
            "summary.2",
            "Teaching of early reading is planned in the same careful way in six primary schools.",
            &["E7", "E26"],
        ),
        passage(
            "summary.3",
            "The group responds quickly when one school tells it about a weakness. It is slower to ask whether other schools have the same one.",
            &["E28", "E31"],
        ),
    ]
}

fn pattern(
    theme: Theme,
    bearing: Bearing,
    heading: &str,
    statement: Passage,
    schools: std::ops::RangeInclusive<u32>,
    detail: Vec<Passage>,
) -> Pattern {
    Pattern {
        theme,
        bearing,
        heading: heading.to_owned(),
        statement,
        schools: schools.map(urn).collect(),
        of_schools: 12,
        evidence_types: vec![
            EvidenceType::PublishedOutcome,
            EvidenceType::Document,
            EvidenceType::Data,
        ],
        outcome_counts: vec![
            OutcomeCount {
                framework: Framework::ReportCard,
                area: Area::AttendanceAndBehaviour,
                schools: 3,
                of_schools: 4,
            },
            OutcomeCount {
                framework: Framework::EducationInspection,
                area: Area::BehaviourAndAttitudes,
                schools: 2,
                of_schools: 5,
            },
        ],
        told_by: None,
        findings: Vec::new(),
        detail,
    }
}

fn finding(part: Option<String>, fragile: Vec<Fragility>) -> OutcomeFinding {
    OutcomeFinding {
        kind: part
            .as_ref()
            .map_or(Kind::Widespread, |_| Kind::Concentrated),
        framework: Framework::EducationInspection,
        area: Area::BehaviourAndAttitudes,
        part,
        schools: 2,
        of_schools: 5,
        fragile,
        evidence: vec!["E1".to_owned(), "E4".to_owned()],
    }
}

pub fn patterns() -> Patterns {
    Patterns {
        introduction: passage(
            "patterns.introduction",
            "Two key patterns show across the group. Each rests on at least two types of evidence from at least two schools.",
            &[],
        ),
        key: vec![
            Pattern {
                told_by: Some(ToldBy::Outcomes),
                findings: vec![finding(None, Vec::new())],
                ..pattern(
                Theme::AttendanceAndBehaviour,
                Bearing::Weakness,
                "Attendance is a weakness in seven schools",
                passage(
                    "patterns.attendance_and_behaviour.weakness",
                    "A weakness in attendance and behaviour shows in seven of 12 schools with any evidence on the theme.",
                    &["E1", "E4", "E25", "E29"],
                ),
                1..=7,
                vec![
                    passage(
                        "patterns.attendance_and_behaviour.weakness.contrast",
                        "It does not show in the five schools that joined since 2023. These schools kept the attendance teams they had before they joined.",
                        &["E29", "E30"],
                    ),
                    passage(
                        "patterns.attendance_and_behaviour.weakness.matters",
                        "It matters because pupils who miss school fall behind, and because the schools share one central team.",
                        &[],
                    ),
                ],
            )},
            Pattern {
                told_by: Some(ToldBy::Agreement),
                ..pattern(
                Theme::CurriculumAndTeaching,
                Bearing::Strength,
                "Early reading is a strength in six schools",
                passage(
                    "patterns.curriculum_and_teaching.strength",
                    "A strength in curriculum and teaching shows in six of 12 schools with any evidence on the theme.",
                    &["E7", "E26"],
                ),
                7..=12,
                Vec::new(),
            )},
        ],
        observations: vec![Pattern {
            outcome_counts: Vec::new(),
            findings: vec![finding(
                Some("primary schools".to_owned()),
                vec![Fragility::OneSchool, Fragility::OneMonth],
            )],
            ..pattern(
                Theme::Workforce,
                Bearing::Weakness,
                "Training of new teachers",
                passage(
                    "patterns.workforce.weakness",
                    "Two schools have nobody to train new teachers.",
                    &["E32"],
                ),
                5..=6,
                Vec::new(),
            )
        }],
        how_found: "A pattern is called key when it shows in at least two schools and at least two types of evidence. What rests on less is listed as an observation.".to_owned(),
        reference: Some(ReferenceLine {
            rules: "reference-1".to_owned(),
            from: day("2021-09-01"),
            as_at: day("2026-08-31"),
            schools: 21_345,
            sources: vec![SourceLine {
                title: "Published outcomes in England".to_owned(),
                file_name: "outcomes.csv".to_owned(),
                as_at: day("2026-08-31"),
                sha256: "ab".repeat(32),
            }],
            tests: 48,
        }),
    }
}

fn action(
    kind: ActionKind,
    description: &str,
    started: &str,
    completed: Option<&str>,
    impact: ImpactState,
    evidence: &[&str],
) -> ActionLine {
    ActionLine {
        kind,
        description: description.to_owned(),
        started: day(started),
        completed: completed.map(day),
        impact,
        evidence: evidence.iter().map(ToString::to_string).collect(),
    }
}

pub fn responses() -> Responses {
    let weakness = |number: u128, theme: Theme, text: &str, known: &str, actions, gaps: bool| {
        let key = theme.code();
        WeaknessResponse {
            weakness_id: id(100 + number),
            theme,
            statement: passage(&format!("responses.{number}.{key}"), text, &["E25"]),
            source: [
                WeaknessSource::GroupReview,
                WeaknessSource::PublishedSchoolOutcome,
            ][usize::from(number.is_multiple_of(2))],
            identified_by: IdentifiedBy::GroupBeforeInspection,
            reach: [Reach::SeveralSchools, Reach::CentralFunction]
                [usize::from(number.is_multiple_of(2))],
            schools: (1..=u32::try_from(number).unwrap() + 1).map(urn).collect(),
            first_known: day(known),
            actions,
            effectiveness: passage(
                &format!("responses.{number}.{key}.effectiveness"),
                "Absence has fallen in four of the seven schools since the action began. In three schools it is too early to see.",
                &["E29", "E30"],
            ),
            gaps: if gaps {
                vec![passage(
                    &format!("responses.{number}.{key}.gap.1"),
                    "No one in the group's centre checks whether the action reaches pupils who move between schools.",
                    &["E28"],
                )]
            } else {
                Vec::new()
            },
            recurrence: [Recurrence::Yes, Recurrence::Unknown][usize::from(gaps)],
        }
    };
    Responses {
        findings: Vec::new(),
        introduction: passage(
            "responses.introduction",
            "Five weaknesses were looked at from the day they became known to the day of this inspection.",
            &["E25", "E28"],
        ),
        weaknesses: vec![
            weakness(
                1,
                Theme::AttendanceAndBehaviour,
                "Pupils who need most help with attendance wait too long for it.",
                "2023-11-20",
                vec![
                    action(
                        ActionKind::LeadershipOrStaffing,
                        "Appointed a director of attendance and four officers, each for three schools.",
                        "2024-02-01",
                        Some("2024-09-01"),
                        ImpactState::EvidenceOfImpact,
                        &["E29"],
                    ),
                    action(
                        ActionKind::AttendanceOrBehaviour,
                        "Calls home on the first day of absence in all schools.",
                        "2024-09-01",
                        None,
                        ImpactState::MixedEvidence,
                        &["E29", "E30"],
                    ),
                ],
                true,
            ),
            weakness(
                2,
                Theme::Inclusion,
                "Plans for pupils with special educational needs are not always known to their teachers.",
                "2022-06-10",
                vec![action(
                    ActionKind::Inclusion,
                    "One system for plans in all schools.",
                    "2023-01-09",
                    None,
                    ImpactState::TooEarlyToSee,
                    &[],
                )],
                true,
            ),
            weakness(
                3,
                Theme::LeadershipAndGovernance,
                "Local committees do not see the information that the board sees.",
                "2025-01-15",
                Vec::new(),
                false,
            ),
            weakness(
                4,
                Theme::Safeguarding,
                "Checks on visitors differ from school to school.",
                "2025-05-01",
                vec![action(
                    ActionKind::Safeguarding,
                    "One procedure for visitors, tested by unannounced visits.",
                    "2025-05-06",
                    Some("2025-07-18"),
                    ImpactState::EvidenceOfImpact,
                    &["E31"],
                )],
                false,
            ),
            weakness(
                5,
                Theme::Resources,
                "Two buildings are not fit for the number of pupils they have.",
                "2024-04-01",
                vec![action(
                    ActionKind::FinanceOrResources,
                    "A bid for funding.",
                    "2024-10-01",
                    Some("2025-03-31"),
                    ImpactState::NoEvidenceOfImpact,
                    &[],
                )],
                true,
            ),
        ],
    }
}

pub fn shared_practice() -> Vec<Passage> {
    vec![passage(
        "shared_practice.1",
        "Six primary schools plan early reading together and visit each other's lessons every half term.",
        &["E7", "E26"],
    )]
}

pub fn recommendations() -> Vec<Recommendation> {
    (1..=3)
        .map(|number| Recommendation {
            number,
            text: passage(
                &format!("recommendations.{number}"),
                "When one school tells of a weakness, ask every other school whether it has the same one, and report what was found to the board each term.",
                &["E28", "E31"],
            ),
            owner: "Board of trustees".to_owned(),
            due: day("2027-09-07"),
            weaknesses: vec![id(100 + u128::from(number)), id(105)],
        })
        .collect()
}

pub fn accountability() -> AccountabilityAnnex {
    let row = |arrangement: &str, basis: &str, verified| AccountabilityRow {
        arrangement: arrangement.to_owned(),
        basis: basis.to_owned(),
        frequency: "Every year".to_owned(),
        output: "Audited accounts on the group's website".to_owned(),
        verified,
        source: verified.then(|| "GOV.UK: Academy Trust Handbook".to_owned()),
        checked_on: verified.then(|| day("2026-08-31")),
    };
    AccountabilityAnnex {
        as_at: day("2026-09-14"),
        rows: vec![
            row(
                "External audit and annual accounts",
                "Academy Trust Handbook; Companies Act 2006",
                true,
            ),
            row("Budget forecast return", "Funding agreement", false),
        ],
    }
}

fn ledger(lines: &[(&str, &str, Option<&str>)]) -> Vec<LedgerLine> {
    lines
        .iter()
        .map(|(measure, finding, limit)| LedgerLine {
            measure: (*measure).to_owned(),
            finding: (*finding).to_owned(),
            limit: limit.map(ToOwned::to_owned),
        })
        .collect()
}

pub fn burden() -> BurdenLedger {
    BurdenLedger {
        lines: ledger(&[
            ("Requests to the group", "11 requests", Some("At most 25")),
            (
                "Evidence already held",
                "27 of 32 items",
                Some("At least 70 per cent"),
            ),
            ("Leaders' hours", "46 hours", Some("At most 80 hours")),
        ]),
    }
}

pub fn value() -> ValueLedger {
    ValueLedger {
        lines: ledger(&[
            (
                "Recommendations accepted by the group",
                "Nothing is recorded yet",
                None,
            ),
            (
                "Patterns not seen in any single school's report",
                "1 of 2",
                None,
            ),
        ]),
    }
}
