//! Inputs made from a seed: many shapes of group, always the same for the
//! same seed.
#![allow(dead_code)]

use std::{collections::BTreeMap, sync::Mutex};

use chrono::{Days, NaiveDate};
use group_inspection_core::{
    Urn,
    accountability::Register,
    body::{BodyKind, MemberRole},
    burden,
    compile::{BodyFacts, Inputs, InspectionFacts, LeaverFacts, MemberFacts, OutcomeFact},
    evidence::{Bearing, EvidenceItem, EvidenceType},
    library::Sensitivity,
    outcome::{Area, AreaOutcome, AreaResult, Framework, InspectionEvent, PublishedOutcome},
    pattern::{Point, Reference, Stratum},
    policy::Policy,
    report::{SubmissionLine, TeamLine},
    sampling::Central,
    theme::Theme,
    value,
    weakness::{Action, ActionKind, IdentifiedBy, ImpactState, Reach, Weakness, WeaknessSource},
};
use uuid::Uuid;

/// A small generator of numbers; quality does not matter here.
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    pub(crate) fn shuffle<T>(&mut self, entries: &mut [T]) {
        for index in (1..entries.len()).rev() {
            let other = usize::try_from(self.below(index as u64 + 1)).unwrap();
            entries.swap(index, other);
        }
    }

    fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.below(u64::MAX), self.below(u64::MAX))
    }

    fn day(&mut self, from: &str, days: u64) -> NaiveDate {
        day(from)
            .checked_add_days(Days::new(self.below(days)))
            .unwrap()
    }
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn urn(n: u64) -> Urn {
    Urn::try_from(900_000 + u32::try_from(n).unwrap()).unwrap()
}

const TYPES: [EvidenceType; 5] = [
    EvidenceType::Document,
    EvidenceType::Visit,
    EvidenceType::Survey,
    EvidenceType::Meeting,
    EvidenceType::Data,
];
const BEARINGS: [Bearing; 3] = [Bearing::Strength, Bearing::Weakness, Bearing::Context];
const REPORT_CARD: [AreaOutcome; 5] = [
    AreaOutcome::Exceptional,
    AreaOutcome::StrongStandard,
    AreaOutcome::ExpectedStandard,
    AreaOutcome::NeedsAttention,
    AreaOutcome::UrgentImprovement,
];
const EARLIER: [AreaOutcome; 5] = [
    AreaOutcome::Outstanding,
    AreaOutcome::Good,
    AreaOutcome::RequiresImprovement,
    AreaOutcome::Inadequate,
    AreaOutcome::NotJudged,
];
const TEXTS: [&str; 6] = [
    "Staff meet each week to plan lessons together. New staff join for their first term.",
    "Absence on Mondays fell after Easter.",
    "Pupils with special educational needs did not always get the help that was planned",
    "Board minutes show who does what. They do not show by when.",
    "Parents said that letters were clear.",
    "Leaders could not say how many places were free",
];

pub(crate) fn member(n: u64) -> MemberFacts {
    MemberFacts {
        urn: urn(n),
        name: format!("Fictional School {n}"),
        phase: "Primary".to_owned(),
        establishment_type: "Academy converter".to_owned(),
        local_authority: "Eastmarch".to_owned(),
        role: MemberRole::Responsible,
        joined: day("2018-09-01"),
        joined_estimated: false,
        predecessors: Vec::new(),
        pupils: Some(200),
        deprivation: None,
        open: true,
    }
}

pub(crate) fn outcome(school: u64, started: &str, area: Area, outcome: AreaOutcome) -> OutcomeFact {
    let started = day(started);
    OutcomeFact {
        member: urn(school),
        outcome: PublishedOutcome {
            inspection_number: format!("{school}-{started}"),
            event: InspectionEvent::Full,
            framework: Framework::in_force_on(started),
            urn: urn(school),
            urn_at_time: urn(school),
            started,
            ended: None,
            published: None,
            inspection_type: None,
            concern: None,
            text_outcome: None,
            areas: vec![AreaResult {
                area,
                outcome,
                dated: None,
            }],
        },
        source_sha256: "0".repeat(64),
        source_title: "Register of inspections".to_owned(),
    }
}

pub(crate) fn item(
    n: u64,
    kind: EvidenceType,
    bearing: Bearing,
    theme: Theme,
    schools: &[u64],
) -> EvidenceItem {
    EvidenceItem {
        id: Uuid::from_u64_pair(1, n),
        sha256: format!("{n:064}"),
        evidence_type: kind,
        title: format!("Record {n}"),
        text: "Staff meet each week.".to_owned(),
        source: "Group".to_owned(),
        schools: schools.iter().map(|school| urn(*school)).collect(),
        themes: vec![theme],
        bearing,
        effective_from: day("2026-01-10"),
        effective_to: day("2026-02-10"),
        received_at: "2026-09-05T10:00:00Z".parse().unwrap(),
        normal_business: true,
        minutes: 10,
        reused: 0,
        material: None,
        sensitivity: Sensitivity::Group,
        revision_reason: None,
        superseded: false,
    }
}

pub(crate) fn weakness(n: u64, theme: Theme, schools: &[u64]) -> Weakness {
    Weakness {
        id: Uuid::from_u64_pair(2, n),
        statement: "Pupils miss too many days".to_owned(),
        theme,
        source: WeaknessSource::GroupReview,
        identified_by: IdentifiedBy::GroupBeforeInspection,
        reach: if schools.len() == 1 {
            Reach::OneSchool
        } else {
            Reach::SeveralSchools
        },
        schools: schools.iter().map(|school| urn(*school)).collect(),
        first_known: day("2025-03-03"),
        evidence: Vec::new(),
    }
}

pub(crate) fn action(n: u64, weakness: u64, impact: ImpactState, basis: &[u64]) -> Action {
    Action {
        id: Uuid::from_u64_pair(3, n),
        weakness: Uuid::from_u64_pair(2, weakness),
        kind: ActionKind::AttendanceOrBehaviour,
        description: "The group set one routine".to_owned(),
        started: day("2026-01-12"),
        completed: None,
        impact,
        impact_basis: basis.iter().map(|n| Uuid::from_u64_pair(1, *n)).collect(),
    }
}

/// A group of this many schools about which nothing is known.
pub(crate) fn group(schools: u64) -> Inputs {
    Inputs {
        report_id: Uuid::from_u64_pair(9, 1),
        version: 1,
        inspection: InspectionFacts {
            id: Uuid::from_u64_pair(9, 2),
            reference: "GI-2026-0002".to_owned(),
            basis: "Agreed with the group".to_owned(),
            opened_at: "2026-09-02T08:00:00Z".parse().unwrap(),
            membership_as_at: day("2026-08-31"),
            team: Vec::new(),
        },
        body: BodyFacts {
            id: Uuid::from_u64_pair(9, 3),
            name: "Fictional Learning Trust".to_owned(),
            kind: BodyKind::MultiAcademyTrust,
            identifiers: Vec::new(),
        },
        members: (1..=schools).map(member).collect(),
        leavers: Vec::new(),
        size_over_time: Vec::new(),
        outcomes: Vec::new(),
        evidence: Vec::new(),
        weaknesses: Vec::new(),
        actions: Vec::new(),
        submissions: Vec::new(),
        sources: Vec::new(),
        recorded: burden::Recorded::default(),
        value: value::Recorded::default(),
        accountability: Register::default(),
        central: Central::default(),
        sample: None,
        findings: Vec::new(),
        edits: Vec::new(),
        interests: None,
        group_response: None,
        policy: Policy::default(),
        reference: None,
    }
}

/// A group of this many schools with everything that a seed brings.
pub(crate) fn any_group(schools: u64, seed: u64) -> Inputs {
    let mut seed = Seed(seed);
    let mut inputs = group(schools);
    inputs.body.kind = seed.pick(&BodyKind::ALL);
    for member in &mut inputs.members {
        member.joined = seed.day("2014-09-01", 4_300);
        member.open = seed.chance(95);
        member.joined_estimated = seed.chance(10);
        member.phase = seed
            .pick(&["Primary", "Secondary", "Not applicable", "All-through"])
            .to_owned();
        member.local_authority = format!("Place {}", seed.below(16));
        member.pupils = seed.chance(80).then_some(150);
        member.role = if seed.chance(80) {
            MemberRole::Responsible
        } else {
            MemberRole::Associate
        };
    }
    for n in 1..=schools {
        for _ in 0..seed.below(4) {
            let started = seed.day("2012-01-01", 5_300);
            let framework = Framework::in_force_on(started);
            let (areas, scale) = if framework == Framework::ReportCard {
                (&Area::REPORT_CARD[1..], REPORT_CARD)
            } else {
                (&Area::BEFORE_REPORT_CARD[..5], EARLIER)
            };
            let mut fact = outcome(n, "2020-01-01", Area::Inclusion, AreaOutcome::Met);
            fact.outcome.inspection_number = seed.below(1_000_000_000).to_string();
            fact.outcome.started = started;
            fact.outcome.framework = framework;
            fact.outcome.event = seed.pick(&[
                InspectionEvent::Full,
                InspectionEvent::Full,
                InspectionEvent::Ungraded,
            ]);
            fact.outcome.areas = areas
                .iter()
                .map(|area| AreaResult {
                    area: *area,
                    outcome: seed.pick(&scale),
                    dated: None,
                })
                .collect();
            inputs.outcomes.push(fact);
        }
    }
    for n in 0..seed.below(2 * schools + 2) {
        let about: Vec<u64> = (0..seed.below(5))
            .map(|_| 1 + seed.below(schools + 1))
            .collect();
        let kind = seed.pick(&TYPES);
        let bearing = seed.pick(&BEARINGS);
        let theme = seed.pick(&Theme::ALL);
        let mut new = item(n, kind, bearing, theme, &about);
        new.text = seed.pick(&TEXTS).to_owned();
        new.effective_from = seed.day("2023-01-01", 1_300);
        new.effective_to = new.effective_from + Days::new(seed.below(200));
        new.minutes = u32::try_from(seed.below(90)).unwrap();
        new.normal_business = seed.chance(90);
        inputs.evidence.push(new);
    }
    weaknesses(&mut inputs, &mut seed, schools);
    for n in 0..seed.below(4) {
        inputs.leavers.push(LeaverFacts {
            urn: urn(50_000 + n),
            name: format!("Leaver {n}"),
            left: seed.day("2022-01-01", 1_500),
            estimated: seed.chance(20),
        });
        inputs.submissions.push(SubmissionLine {
            id: seed.uuid(),
            received_at: "2026-09-05T10:00:00Z".parse().unwrap(),
            sha256: "1".repeat(64),
        });
        inputs.inspection.team.push(TeamLine {
            name: format!("Person {n}"),
            role: "Practitioner".to_owned(),
            employer_type: "Another group".to_owned(),
        });
    }
    if seed.chance(70) {
        inputs.reference = Some(reference(seed.pick(&[1, 20, 100])));
    }
    inputs
}

fn weaknesses(inputs: &mut Inputs, seed: &mut Seed, schools: u64) {
    let items = inputs.evidence.len() as u64;
    for n in 0..seed.below(14) {
        let about: Vec<u64> = (0..seed.below(6))
            .map(|_| 1 + seed.below(schools.max(1)))
            .collect();
        let mut new = weakness(n, seed.pick(&Theme::ALL), &about);
        new.statement = seed.pick(&TEXTS).to_owned();
        new.first_known = seed.day("2022-01-01", 1_600);
        new.source = seed.pick(&[
            WeaknessSource::PublishedSchoolOutcome,
            WeaknessSource::MonitoringInspection,
            WeaknessSource::GroupReview,
            WeaknessSource::ComplaintOrConcern,
            WeaknessSource::Audit,
            WeaknessSource::DenominationalInspection,
            WeaknessSource::LocalAreaInspection,
            WeaknessSource::InspectorObservation,
        ]);
        new.identified_by = seed.pick(&[
            IdentifiedBy::GroupBeforeInspection,
            IdentifiedBy::GroupAfterSchoolInspection,
            IdentifiedBy::Inspectors,
            IdentifiedBy::ThirdParty,
        ]);
        new.reach = seed.pick(&[
            Reach::OneSchool,
            Reach::SeveralSchools,
            Reach::WholeGroup,
            Reach::CentralFunction,
        ]);
        new.evidence = (0..seed.below(3))
            .map(|_| Uuid::from_u64_pair(1, seed.below(items + 1)))
            .collect();
        inputs.weaknesses.push(new);
        for k in 0..seed.below(4) {
            let state = seed.pick(&[
                ImpactState::NotYetDue,
                ImpactState::TooEarlyToSee,
                ImpactState::EvidenceOfImpact,
                ImpactState::MixedEvidence,
                ImpactState::NoEvidenceOfImpact,
                ImpactState::Worsened,
            ]);
            let basis: Vec<u64> = (0..seed.below(3)).map(|_| seed.below(items + 1)).collect();
            let mut new = action(n * 10 + k, n, state, &basis);
            new.started = seed.day("2024-01-01", 900);
            inputs.actions.push(new);
        }
    }
}

/// A fictional England of primary academies in which this many of a thousand
/// schools lie at the weak end of each area, and as many at the strong end.
pub(crate) fn reference(per_thousand: u32) -> Reference {
    static COUNTED: Mutex<BTreeMap<u32, Reference>> = Mutex::new(BTreeMap::new());
    COUNTED
        .lock()
        .unwrap()
        .entry(per_thousand)
        .or_insert_with(|| count_reference(per_thousand))
        .clone()
}

fn count_reference(per_thousand: u32) -> Reference {
    let mut builder = Reference::builder(day("2020-09-02"), day("2026-07-31"), Vec::new());
    let stratum = Stratum::of_published("Primary", "Academy converter", None);
    let point = |started: &str, area, outcome| Point {
        started: day(started),
        dated: day(started),
        framework: Framework::in_force_on(day(started)),
        area,
        outcome,
    };
    for n in 0..4_000_u32 {
        let (card, earlier) = if n % 1_000 < per_thousand {
            (REPORT_CARD[3], EARLIER[2])
        } else if n % 1_000 >= 1_000 - per_thousand {
            (REPORT_CARD[1], EARLIER[0])
        } else {
            (REPORT_CARD[2], EARLIER[1])
        };
        let points: Vec<Point> = if n < 2_000 {
            Area::REPORT_CARD[1..]
                .iter()
                .map(|area| point("2026-02-03", *area, card))
                .collect()
        } else {
            Area::BEFORE_REPORT_CARD[1..5]
                .iter()
                .map(|area| point("2023-02-07", *area, earlier))
                .collect()
        };
        builder.add(stratum, &points);
    }
    builder.build()
}

/// The same inputs in another order.
pub(crate) fn shuffled(inputs: &Inputs, seed: u64) -> Inputs {
    let mut seed = Seed(seed);
    let mut inputs = inputs.clone();
    seed.shuffle(&mut inputs.members);
    seed.shuffle(&mut inputs.leavers);
    seed.shuffle(&mut inputs.size_over_time);
    seed.shuffle(&mut inputs.outcomes);
    seed.shuffle(&mut inputs.evidence);
    seed.shuffle(&mut inputs.weaknesses);
    seed.shuffle(&mut inputs.actions);
    seed.shuffle(&mut inputs.submissions);
    seed.shuffle(&mut inputs.sources);
    seed.shuffle(&mut inputs.inspection.team);
    seed.shuffle(&mut inputs.body.identifiers);
    for item in &mut inputs.evidence {
        seed.shuffle(&mut item.schools);
        seed.shuffle(&mut item.themes);
    }
    for weakness in &mut inputs.weaknesses {
        seed.shuffle(&mut weakness.schools);
        seed.shuffle(&mut weakness.evidence);
    }
    inputs
}
