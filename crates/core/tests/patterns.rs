//! Key patterns in published outcomes: told from chance, by example and by
//! property.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use chrono::NaiveDate;
use group_inspection_core::{
    compile::compile,
    evidence::{Bearing, EvidenceType},
    language::guard,
    outcome::{Area, AreaOutcome, Framework},
    pattern::{
        Fragility, Kind, Part, PhaseBand, Point, Reference, School, Stratum, analyse, control,
        exact::{Tail, poisson_binomial},
    },
    policy::Policy,
    report::ToldBy,
    theme::Theme,
};
use proptest::prelude::*;
use support::{Seed, any_group, day, group, item, outcome, reference, shuffled, urn};

const AREA: Area = Area::AttendanceAndBehaviour;

fn opened() -> NaiveDate {
    day("2026-09-02")
}

fn point(started: &str, area: Area, outcome: AreaOutcome) -> Point {
    Point {
        started: day(started),
        dated: day(started),
        framework: Framework::in_force_on(day(started)),
        area,
        outcome,
    }
}

fn school(n: u64, points: Vec<Point>) -> School {
    School {
        urn: urn(n),
        stratum: Stratum::of_published("Primary", "Academy converter", None),
        place: 1,
        pupils: Some(210),
        joined: day("2018-09-01"),
        points,
    }
}

/// A group in which the first `weak` of `all` schools are weak in one area.
fn schools(weak: u64, all: u64) -> Vec<School> {
    (1..=all)
        .map(|n| {
            let outcome = if n <= weak {
                AreaOutcome::NeedsAttention
            } else {
                AreaOutcome::ExpectedStandard
            };
            school(n, vec![point("2026-02-03", AREA, outcome)])
        })
        .collect()
}

#[test]
fn what_chance_would_seldom_give_is_found_and_what_it_often_gives_is_not() {
    let policy = Policy::default();
    let rare = analyse(&schools(4, 5), &reference(50), &policy, opened());
    let kinds: Vec<Kind> = rare.findings.iter().map(|f| f.claim.kind).collect();
    assert_eq!(kinds, [Kind::Widespread]);
    let finding = &rare.findings[0];
    assert_eq!((finding.hits, finding.of), (4, 5));
    assert_eq!(finding.schools, [urn(1), urn(2), urn(3), urn(4)]);
    // 5 choose 4 times 0.05 to the fourth, times 0.95, and the fifth power.
    assert!((finding.p - 3.0e-5).abs() < 3e-6, "{}", finding.p);
    let common = analyse(&schools(2, 5), &reference(50), &policy, opened());
    assert!(common.findings.is_empty());
    assert!(common.tests > 0);
}

#[test]
fn dr_04_each_framework_is_tested_by_itself() {
    let mut mixed = schools(2, 2);
    for n in 3..=4 {
        let weak = AreaOutcome::RequiresImprovement;
        mixed.push(school(
            n,
            vec![point("2023-02-07", Area::BehaviourAndAttitudes, weak)],
        ));
    }
    let found = analyse(&mixed, &reference(50), &Policy::default(), opened());
    assert!(found.findings.is_empty(), "{:?}", found.findings);
    let one = analyse(&schools(4, 4), &reference(50), &Policy::default(), opened());
    assert_eq!(one.findings.len(), 1);
}

#[test]
fn dr_09_inherited_outcomes_are_no_evidence_of_the_group() {
    let mut late = schools(4, 5);
    for school in &mut late {
        school.joined = day("2026-03-01");
    }
    let found = analyse(&late, &reference(50), &Policy::default(), opened());
    assert!(found.findings.is_empty());
    assert_eq!(found.tests, 0);
    let joined = group_inspection_core::pattern::joined_with(&late);
    assert_eq!((joined[0].schools.len(), joined[0].of), (4, 5));
}

#[test]
fn a_finding_that_one_school_undoes_is_marked() {
    let policy = Policy::default();
    let thin = analyse(&schools(3, 3), &reference(40), &policy, opened());
    assert_eq!(thin.findings[0].fragile, [Fragility::OneSchool]);
    let firm = analyse(&schools(8, 9), &reference(40), &policy, opened());
    assert!(firm.findings[0].fragile.is_empty());
}

#[test]
fn a_finding_that_a_month_undoes_is_marked() {
    let mut old = schools(0, 0);
    for n in 1..=5 {
        let weak = AreaOutcome::RequiresImprovement;
        old.push(school(
            n,
            vec![point("2020-09-10", Area::BehaviourAndAttitudes, weak)],
        ));
    }
    let found = analyse(&old, &reference(40), &Policy::default(), opened());
    assert_eq!(found.findings[0].fragile, [Fragility::OneMonth]);
}

#[test]
fn a_weakness_that_gathers_in_one_phase_is_found() {
    let mut all: Vec<School> = (1..=24)
        .map(|n| {
            let secondary = n <= 10;
            let outcome = if secondary {
                AreaOutcome::NeedsAttention
            } else {
                AreaOutcome::ExpectedStandard
            };
            let mut new = school(n, vec![point("2026-02-03", AREA, outcome)]);
            if secondary {
                new.stratum.phase = PhaseBand::Secondary;
            }
            new
        })
        .collect();
    all.rotate_left(7);
    let found = analyse(&all, &reference(300), &Policy::default(), opened());
    let gathered: Vec<_> = found
        .findings
        .iter()
        .filter(|finding| finding.claim.kind == Kind::Concentrated)
        .map(|finding| (finding.claim.part, finding.hits, finding.of, finding.rest))
        .collect();
    assert_eq!(
        gathered,
        [(
            Some(Part::Phase(PhaseBand::Secondary)),
            10,
            10,
            Some((0, 14))
        )]
    );
}

#[test]
fn schools_that_moved_the_same_way_are_found() {
    let area = Area::QualityOfEducation;
    let all: Vec<School> = (1..=14)
        .map(|n| {
            school(
                n,
                vec![
                    point("2025-03-04", area, AreaOutcome::Good),
                    point("2021-11-02", area, AreaOutcome::RequiresImprovement),
                ],
            )
        })
        .collect();
    let found = analyse(&all, &reference(100), &Policy::default(), opened());
    let up: Vec<_> = found
        .findings
        .iter()
        .filter(|finding| finding.claim.kind == Kind::Direction)
        .map(|finding| (finding.claim.bearing, finding.hits, finding.of))
        .collect();
    assert_eq!(up, [(Bearing::Strength, 14, 14)]);
}

#[test]
fn a_weakness_that_returns_elsewhere_is_found() {
    let mut all = schools(6, 7);
    for (index, school) in all.iter_mut().enumerate() {
        school.points[0].started = day("2026-01-07") + chrono::Days::new(7 * index as u64);
    }
    let found = analyse(&all, &reference(40), &Policy::default(), opened());
    let again = found
        .findings
        .iter()
        .find(|finding| finding.claim.kind == Kind::Recurrence)
        .unwrap();
    // The first school made it known; five of the six inspected later had it.
    assert_eq!((again.hits, again.of), (5, 6));
    assert_eq!(again.schools.len(), 6);
}

#[test]
fn a_weakness_still_there_at_the_next_inspection_is_found() {
    let area = Area::QualityOfEducation;
    let weak = AreaOutcome::RequiresImprovement;
    let mut builder = Reference::builder(day("2020-09-02"), day("2026-07-31"), Vec::new());
    let stratum = Stratum::of_published("Primary", "Academy converter", None);
    for n in 0..2_000 {
        let later = if n % 4 == 0 { weak } else { AreaOutcome::Good };
        builder.add(
            stratum,
            &[
                point("2021-11-02", area, weak),
                point("2024-03-05", area, later),
            ],
        );
    }
    let england = builder.build();
    let all: Vec<School> = (1..=9)
        .map(|n| {
            school(
                n,
                vec![
                    point("2021-11-02", area, weak),
                    point("2024-03-05", area, weak),
                ],
            )
        })
        .collect();
    let found = analyse(&all, &england, &Policy::default(), opened());
    let still = found
        .findings
        .iter()
        .find(|finding| finding.claim.kind == Kind::Persistence)
        .unwrap();
    assert_eq!((still.hits, still.of), (9, 9));
    assert!((still.p - 0.25_f64.powi(9)).abs() < 1e-6);
}

#[test]
fn a_groups_own_schools_are_left_out_of_its_reference() {
    let policy = Policy::default();
    let own = schools(30, 40);
    let mut with = Reference::builder(day("2020-09-02"), day("2026-07-31"), Vec::new());
    let mut without = with.clone();
    for school in &own {
        with.add(school.stratum, &school.points);
    }
    for n in 0..500 {
        let outcome = if n % 10 == 0 {
            AreaOutcome::NeedsAttention
        } else {
            AreaOutcome::ExpectedStandard
        };
        let points = [point("2026-02-03", AREA, outcome)];
        with.add(own[0].stratum, &points);
        without.add(own[0].stratum, &points);
    }
    let (with, without) = (with.build(), without.build());
    let p = |england: &Reference, schools: &[School]| {
        analyse(schools, england, &policy, opened()).findings[0].p
    };
    // Neither the group nor a copy of it moves the rate it is tested by: in
    // `without` it never stood, so nothing of it can be taken away.
    let stranger: Vec<School> = own
        .iter()
        .cloned()
        .map(|mut school| {
            school.joined = day("2018-09-02");
            school
        })
        .collect();
    assert!((p(&with, &own) - p(&with, &stranger)).abs() < 1e-300);
    assert!(p(&with, &own) > p(&without, &own));
}

#[test]
fn an_area_that_few_schools_of_england_have_is_not_tested() {
    let mut builder = Reference::builder(day("2020-09-02"), day("2026-07-31"), Vec::new());
    let expected = AreaOutcome::ExpectedStandard;
    for _ in 0..99 {
        builder.add(
            schools(0, 1)[0].stratum,
            &[point("2026-02-03", AREA, expected)],
        );
    }
    let found = analyse(
        &schools(5, 5),
        &builder.build(),
        &Policy::default(),
        opened(),
    );
    assert_eq!((found.findings.len(), found.tests), (0, 0));
}

#[test]
fn a_reference_survives_storage() {
    let england = reference(30);
    let text = serde_json::to_string(&england).unwrap();
    let back: Reference = serde_json::from_str(&text).unwrap();
    assert_eq!(back, england);
    assert!(text.len() < 20_000, "{}", text.len());
}

#[test]
fn dr_07_outcomes_that_chance_could_give_support_an_observation_only() {
    let mut inputs = group(5);
    inputs.outcomes = (1..=5)
        .map(|n| {
            let weak = n <= 2;
            let given = if weak {
                AreaOutcome::NeedsAttention
            } else {
                AreaOutcome::ExpectedStandard
            };
            outcome(n, "2026-02-03", AREA, given)
        })
        .collect();
    let theme = Theme::AttendanceAndBehaviour;
    inputs.evidence = vec![item(1, EvidenceType::Visit, Bearing::Weakness, theme, &[1])];
    inputs.reference = Some(reference(100));
    let why = |inputs: &_| {
        let report = compile(inputs);
        assert!(report.patterns.key.is_empty());
        let observation = &report.patterns.observations[0];
        assert_eq!(observation.told_by, None);
        observation.detail.last().unwrap().text.clone()
    };
    assert_eq!(
        why(&inputs),
        "This is an observation because chance could account for the published outcomes, and the \
         other evidence is not enough by itself."
    );
    inputs.reference = None;
    assert_eq!(
        why(&inputs),
        "This is an observation because the published outcomes could not be told from chance, and \
         the other evidence is not enough by itself."
    );
    // Repeating published outcomes in an item adds nothing to them.
    inputs.evidence.push(item(
        3,
        EvidenceType::PublishedOutcome,
        Bearing::Weakness,
        theme,
        &[1, 2],
    ));
    assert!(compile(&inputs).patterns.key.is_empty());
    // Two types of other evidence, from two schools, need no reference.
    inputs.evidence.push(item(
        2,
        EvidenceType::Survey,
        Bearing::Weakness,
        theme,
        &[2],
    ));
    let report = compile(&inputs);
    assert_eq!(report.patterns.key[0].told_by, Some(ToldBy::Agreement));
}

#[test]
fn dr_08_the_text_of_a_finding_is_n_of_n_and_passes_the_guard() {
    let mut inputs = group(7);
    let day_of = |n: u64| format!("2026-0{}-03", n.min(6));
    inputs.outcomes = (1..=7)
        .map(|n| outcome(n, &day_of(n), AREA, AreaOutcome::NeedsAttention))
        .collect();
    let theme = Theme::AttendanceAndBehaviour;
    inputs.evidence = vec![item(1, EvidenceType::Visit, Bearing::Weakness, theme, &[1])];
    inputs.reference = Some(reference(50));
    let report = compile(&inputs);
    let pattern = &report.patterns.key[0];
    assert_eq!(pattern.told_by, Some(ToldBy::Outcomes));
    let texts: Vec<&str> = pattern
        .detail
        .iter()
        .filter(|passage| passage.id.contains("chance"))
        .map(|passage| passage.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "On report cards (from November 2025), chance alone would seldom give as many outcomes \
             like these on attendance and behaviour.",
            "On report cards (from November 2025), a weakness on attendance and behaviour was \
             published in one school first, and all six schools inspected after that have it too. \
             Chance alone would seldom give this.",
        ]
    );
    assert!(guard(&report).is_empty(), "{:?}", guard(&report));
}

/// The words on chance in the first pattern or observation of the theme.
fn words(inputs: &group_inspection_core::compile::Inputs, theme: Theme) -> Vec<String> {
    let report = compile(inputs);
    assert!(guard(&report).is_empty(), "{:?}", guard(&report));
    report
        .patterns
        .key
        .iter()
        .chain(&report.patterns.observations)
        .filter(|pattern| pattern.theme == theme)
        .flat_map(|pattern| &pattern.detail)
        .filter(|passage| passage.id.contains("chance"))
        .map(|passage| {
            assert!(!passage.evidence.is_empty(), "{}", passage.id);
            passage.text.clone()
        })
        .collect()
}

#[test]
fn dr_08_a_concentrated_weakness_is_told_with_both_counts() {
    let mut inputs = group(24);
    inputs.reference = Some(reference(300));
    for (n, member) in (1_u64..).zip(&mut inputs.members) {
        let given = if n <= 10 {
            member.local_authority = "Westmarch".to_owned();
            AreaOutcome::NeedsAttention
        } else {
            AreaOutcome::ExpectedStandard
        };
        inputs.outcomes.push(outcome(n, "2026-02-03", AREA, given));
    }
    assert_eq!(
        words(&inputs, Theme::AttendanceAndBehaviour),
        [
            "On report cards (from November 2025), outcomes on attendance and behaviour that the \
             framework follows up gather in schools in Westmarch. Here all 10 schools have one; \
             elsewhere it is none of the 14 schools. Chance alone would seldom give this."
        ]
    );
}

#[test]
fn dr_08_moves_and_weaknesses_that_stay_are_told_with_counts() {
    let area = Area::QualityOfEducation;
    let weak = AreaOutcome::RequiresImprovement;
    let again = |first, second| {
        let mut inputs = group(14);
        let mut builder = Reference::builder(day("2020-09-02"), day("2026-07-31"), Vec::new());
        let stratum = Stratum::of_published("Primary", "Academy converter", None);
        for n in 0..2_000 {
            let later = if n % 4 == 0 { weak } else { AreaOutcome::Good };
            builder.add(
                stratum,
                &[
                    point("2021-11-02", area, weak),
                    point("2024-03-05", area, later),
                ],
            );
            builder.add(
                stratum,
                &[
                    point("2021-11-02", area, AreaOutcome::Good),
                    point("2024-03-05", area, AreaOutcome::Inadequate),
                ],
            );
        }
        inputs.reference = Some(builder.build());
        for n in 1..=14 {
            inputs.outcomes.push(outcome(n, "2021-11-02", area, first));
            inputs.outcomes.push(outcome(n, "2024-03-05", area, second));
        }
        words(&inputs, Theme::CurriculumAndTeaching)
    };
    assert_eq!(
        again(weak, AreaOutcome::Good),
        [
            "Under the education inspection framework (2019 to 2025), all 14 schools whose outcome \
             on quality of education changed moved up the scale. Chance alone would seldom give \
             this."
        ]
    );
    assert_eq!(
        again(weak, weak),
        [
            "Under the education inspection framework (2019 to 2025), all 14 schools with a \
             weakness on quality of education at one inspection have it at the next as well. \
             Chance alone would seldom give this."
        ]
    );
}

#[test]
fn adjusted_p_values_are_those_worked_out_by_hand() {
    // Chances of one half and a quarter, three schools each, all hits.
    let test = |chance: f64, hits: usize| Tail::new(&poisson_binomial(&[chance; 3]), hits, 1);
    let tests = [test(0.5, 3), test(0.25, 3), test(0.25, 0)];
    // At 1/64: the second and third can give it, the first not: 2/64.
    // At 1/8: the first gives 1/8, the others 1/64 each, over rank 2.
    let adjusted = control::adjusted(&tests);
    assert!((adjusted[1] - 2.0 / 64.0).abs() < 1e-12, "{adjusted:?}");
    assert!((adjusted[0] - (0.125 + 2.0 / 64.0) / 2.0).abs() < 1e-12);
    assert!((adjusted[2] - 1.0).abs() < f64::EPSILON);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_rows_has_no_part_in_the_result(seed in any::<u64>(), size in 4_u64..30) {
        let mut numbers = Seed(seed);
        let scale = [
            AreaOutcome::StrongStandard,
            AreaOutcome::ExpectedStandard,
            AreaOutcome::NeedsAttention,
            AreaOutcome::NeedsAttention,
        ];
        let mut all: Vec<School> = (1..=size)
            .map(|n| {
                let points = Area::REPORT_CARD[1..]
                    .iter()
                    .map(|area| point("2026-02-03", *area, numbers.pick(&scale)))
                    .collect();
                let mut new = school(n, points);
                new.pupils = Some(100 * (n as u32 % 9));
                new.place = n as u32 % 3;
                new
            })
            .collect();
        let england = reference(20);
        let policy = Policy::default();
        let before = analyse(&all, &england, &policy, opened());
        prop_assert!(before.tests > 0);
        numbers.shuffle(&mut all);
        for school in &mut all {
            numbers.shuffle(&mut school.points);
        }
        prop_assert_eq!(analyse(&all, &england, &policy, opened()), before);
    }

    #[test]
    fn reports_with_a_reference_do_not_depend_on_the_order_of_their_inputs(
        seed in any::<u64>(),
        size in 2_u64..20,
    ) {
        let mut inputs = any_group(size, seed);
        inputs.reference = Some(reference(1));
        let report = compile(&inputs);
        prop_assert!(guard(&report).is_empty(), "{:?}", guard(&report));
        prop_assert_eq!(compile(&shuffled(&inputs, seed ^ 7)), report);
    }
}
