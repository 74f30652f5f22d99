//! The harness itself, on small Englands.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use group_inspection_core::{pattern::analyse, policy::Policy};
use group_inspection_proof::{England, Method, Scenario, Settings, Share, run};

#[test]
fn the_same_settings_print_the_same_results() {
    let settings = Settings {
        schools: 800,
        englands: 1,
        seed: 5,
        speed_schools: Vec::new(),
        plots: None,
    };
    let print = || {
        let mut out = Vec::new();
        let summary = run(&settings, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), summary)
    };
    let (text, summary) = print();
    assert_eq!(text, print().0);
    assert_eq!(summary.studies.len(), Scenario::all().len());
    assert!(summary.speeds.is_empty());
    for study in &summary.studies {
        assert_eq!(study.methods.len(), Method::ALL.len(), "{}", study.name);
        let naive = study.methods[&Method::Naive].false_discovery.mean();
        assert!(naive > 0.25, "{}: {naive}", study.name);
        assert!(study.false_discovery().mean() < 0.02, "{}", study.name);
    }
}

#[test]
fn nothing_is_planted_in_a_null_england_and_about_a_third_in_a_mixed_one() {
    let policy = Policy::default();
    for scenario in Scenario::all() {
        let england = England::of(&scenario, 3_000, 3).unwrap();
        assert!(england.bodies.len() > 150);
        assert_eq!(england.schools().count(), 3_000);
        let large = england
            .bodies
            .iter()
            .filter(|body| body.group.is_some() && body.schools.len() >= 3);
        let (mut all, mut planted) = (0, 0);
        for body in large {
            all += 1;
            planted += u32::from(body.planting.is_some());
        }
        let expected = scenario.planted * f64::from(all);
        assert!((f64::from(planted) - expected).abs() <= 3.0 * expected.sqrt().max(0.1));
        let reference = england.reference(&policy);
        assert!(reference.schools() > 1_500);
        let tests: u32 = england
            .bodies
            .iter()
            .map(|body| analyse(&body.schools, &reference, &policy, england.opened_on).tests)
            .sum();
        assert!(tests > 300, "{}: {tests}", scenario.name);
    }
}

#[test]
fn a_planted_weakness_that_cannot_be_missed_is_found_where_it_is() {
    const HUGE: Scenario = Scenario {
        name: "huge",
        planted: 0.3,
        effects: &[group_inspection_proof::Effect::Weakness],
        sizes: &[4.0],
        report_cards: 0.9,
        ..Scenario::NULL
    };
    let policy = Policy::default();
    let england = England::of(&HUGE, 3_000, 8).unwrap();
    let reference = england.reference(&policy);
    let (mut found, mut all, mut elsewhere) = (0, 0, 0);
    for body in england.bodies.iter().filter(|body| body.schools.len() >= 8) {
        let findings = analyse(&body.schools, &reference, &policy, england.opened_on).findings;
        match body.planting {
            Some(_) => {
                all += 1;
                found += u32::from(!findings.is_empty());
            }
            None => elsewhere += u32::from(!findings.is_empty()),
        }
    }
    assert!(all >= 5 && found * 5 >= all * 4, "{found} of {all}");
    assert!(elsewhere <= 1, "{elsewhere}");
}

#[test]
fn intervals_are_clopper_and_pearsons() {
    // SciPy 1.17.1: binomtest(k, n).proportion_ci(method="exact").
    for (k, n, low, high) in [
        (0_u32, 20_u32, 0.0, 0.168_433_470_983_085_48),
        (3, 40, 0.015_742_179_851_041_527, 0.203_864_748_732_898_98),
        (20, 20, 0.831_566_529_016_914_5, 1.0),
    ] {
        let mut share = Share::default();
        for index in 0..n {
            share.add(if index < k { 1.0 } else { 0.0 });
        }
        let (got_low, got_high) = share.interval();
        assert!((got_low - low).abs() < 1e-6, "{k} {n}: {got_low}");
        assert!((got_high - high).abs() < 1e-6, "{k} {n}: {got_high}");
    }
}
