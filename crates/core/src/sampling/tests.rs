#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::{Urn, school::Phase};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn urn(number: u32) -> Urn {
    number.try_into().unwrap()
}

fn school(number: u32, phase: Phase, pupils: u32) -> FrameSchool {
    FrameSchool {
        urn: urn(100_000 + number),
        phase,
        pupils: Some(pupils),
        joined: day("2018-09-01"),
        place: "Camden".to_owned(),
        last_inspected: None,
        contacts: Contacts::default(),
    }
}

fn plan(frame: &[FrameSchool], wanted: u32, seed: &str) -> Plan {
    draw(
        frame,
        wanted,
        seed,
        day("2027-02-01"),
        &SamplingPolicy::default(),
    )
}

fn frame() -> Vec<FrameSchool> {
    let primary = (0..12).map(|n| school(n, Phase::Primary, 200));
    let secondary = (12..16).map(|n| school(n, Phase::Secondary, 900));
    let special = (16..18).map(|n| school(n, Phase::NotApplicable, 80));
    primary.chain(secondary).chain(special).collect()
}

#[test]
fn shares_are_proportional_with_one_for_each_stratum() {
    let shares = |wanted| -> Vec<(Option<Phase>, u32)> {
        let plan = plan(&frame(), wanted, "seed");
        let lines = plan.strata.iter();
        lines
            .map(|line| (line.stratum.phase, line.chosen))
            .collect()
    };
    let (special, primary, secondary) = (
        Some(Phase::NotApplicable),
        Some(Phase::Primary),
        Some(Phase::Secondary),
    );
    assert_eq!(shares(9), [(special, 1), (primary, 6), (secondary, 2)]);
    assert_eq!(shares(3), [(special, 1), (primary, 1), (secondary, 1)]);
    assert_eq!(shares(2), [(special, 0), (primary, 1), (secondary, 1)]);
    let small = plan(&frame(), 2, "seed");
    assert!(small.strata[0].why.starts_with("Not covered"));
}

#[test]
fn schools_inspected_of_late_or_contacted_enough_are_spared() {
    let mut frame = frame();
    frame[16].last_inspected = Some(day("2026-02-02"));
    frame[17].last_inspected = Some(day("2026-02-01"));
    frame[0].contacts.days = [day("2027-01-11"), day("2027-01-12")].into();
    let plan = plan(&frame, 18, "seed");
    let on = day("2026-02-02");
    assert_eq!(
        plan.excluded,
        [
            Excluded {
                urn: urn(100_000),
                why: ExcludedWhy::ContactedEnough
            },
            Excluded {
                urn: urn(100_016),
                why: ExcludedWhy::InspectedRecently { on }
            },
        ]
    );
    assert_eq!(plan.chosen.len(), 16);
}

#[test]
fn a_dropped_dimension_is_still_spread() {
    let mut frame: Vec<FrameSchool> = (0..20).map(|n| school(n, Phase::Primary, 200)).collect();
    frame[7].place = "Barnet".to_owned();
    frame[9].joined = day("2026-09-01");
    // Three strata in full, so a sample of two drops place and keeps time.
    let plan = plan(&frame, 2, "seed");
    let chosen: BTreeSet<Urn> = plan.chosen.iter().map(|one| one.urn).collect();
    assert_eq!(chosen, BTreeSet::from([urn(100_007), urn(100_009)]));
}

#[test]
fn a_school_is_contacted_on_two_days_and_asked_once() {
    let policy = SamplingPolicy::default();
    let contact = |on: &str, asks| Contact { on: day(on), asks };
    let none = Contacts::default();
    let one = none.with(contact("2027-03-02", true), &policy).unwrap();
    let again = one.with(contact("2027-03-02", true), &policy);
    assert_eq!(again, Err(ContactLimit::Asks(1)));
    let two = one.with(contact("2027-03-03", false), &policy).unwrap();
    let third = two.with(contact("2027-03-04", false), &policy);
    assert_eq!(third, Err(ContactLimit::Days(2)));
    assert!(two.with(contact("2027-03-02", false), &policy).is_ok());
}

#[test]
fn the_batch_stage_takes_published_inspections_of_two_terms() {
    let term = |name: &str, first, last| Term {
        name: name.to_owned(),
        first: day(first),
        last: day(last),
    };
    let terms = [
        term("spring 2027", "2027-01-04", "2027-03-25"),
        term("summer 2026", "2026-04-13", "2026-07-22"),
        term("autumn 2026", "2026-09-01", "2026-12-18"),
    ];
    let window = Window::before(day("2027-03-02"), &terms, &SamplingPolicy::default()).unwrap();
    assert_eq!(window.terms, ["autumn 2026", "spring 2027"]);
    assert_eq!(
        (window.first, window.last),
        (day("2026-09-01"), day("2027-03-01"))
    );
    assert_eq!(
        Window::before(day("2026-01-01"), &terms, &SamplingPolicy::default()),
        None
    );
    let inspection = |number, started, published: Option<&str>| MemberInspection {
        urn: urn(number),
        inspection_number: format!("{number}"),
        started: day(started),
        published: published.map(day),
    };
    let members = (100_000..100_004).map(urn).collect();
    let planned = [urn(100_000), urn(100_001)].into();
    let inspections = [
        inspection(100_000, "2026-09-01", Some("2026-10-10")),
        inspection(100_001, "2026-08-31", Some("2026-10-10")),
        inspection(100_002, "2027-03-02", Some("2027-03-30")),
        inspection(100_003, "2027-02-02", None),
        inspection(100_009, "2026-10-01", Some("2026-11-10")),
    ];
    let batch = batch(window, &inspections, &members, &planned, day("2027-04-01"));
    assert_eq!(batch.counted.len(), 1);
    assert!(batch.counted[0].planned);
    let why: Vec<NotCountedWhy> = batch.not_counted.iter().map(|one| one.why).collect();
    assert_eq!(
        why,
        [
            NotCountedWhy::BeforeWindow,
            NotCountedWhy::AfterWindow,
            NotCountedWhy::NotPublished,
            NotCountedWhy::NoMember,
        ]
    );
    assert_eq!(batch.missing, [urn(100_001)]);
}

#[test]
fn central_functions_stand_once_with_evidence_and_pass_the_guard() {
    let holding = |function, held_by| Holding {
        function,
        held_by,
        evidence: [Uuid::from_u128(7)].into(),
    };
    let held = [HeldBy::Centre, HeldBy::Schools, HeldBy::Shared];
    let all = || {
        let held = held.into_iter().cycle();
        Function::ALL
            .into_iter()
            .zip(held)
            .map(|(f, h)| holding(f, h))
    };
    let central = Central::new(all()).unwrap();
    assert_eq!(central.not_recorded(), []);
    for (sentence, evidence) in central.sentences() {
        assert_eq!(crate::language::guard_text(&sentence), [], "{sentence}");
        assert!(!evidence.is_empty());
    }
    let twice = Central::new(all().chain([holding(Function::Estates, HeldBy::Centre)]));
    assert_eq!(twice, Err(CentralError::Twice(Function::Estates)));
    let bare = Holding {
        evidence: BTreeSet::new(),
        ..holding(Function::Finance, HeldBy::Centre)
    };
    assert_eq!(
        Central::new([bare]),
        Err(CentralError::NoEvidence(Function::Finance))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn samples_can_be_drawn_again_and_their_shares_add_up(
        phases in proptest::collection::vec((0_usize..8, 0_u32..1_500), 0..60),
        wanted in 0_u32..70, seed in "[a-z]{0,8}",
    ) {
        let frame: Vec<FrameSchool> = (0..).zip(phases)
            .map(|(number, (phase, pupils))| school(number, Phase::ALL[phase], pupils))
            .collect();
        let first = plan(&frame, wanted, &seed);
        let mut turned = frame.clone();
        turned.reverse();
        prop_assert_eq!(&first, &plan(&turned, wanted, &seed));
        let expected = usize::try_from(wanted).unwrap().min(frame.len());
        prop_assert_eq!(first.chosen.len(), expected);
        let shares: u32 = first.strata.iter().map(|line| line.chosen).sum();
        prop_assert_eq!(usize::try_from(shares).unwrap(), expected);
        let schools: u32 = first.strata.iter().map(|line| line.schools).sum();
        prop_assert_eq!(usize::try_from(schools).unwrap(), frame.len());
        prop_assert!(first.strata.iter().all(|line| line.chosen <= line.eligible));
        if expected >= first.strata.len() {
            prop_assert!(first.strata.iter().all(|line| line.chosen >= 1));
        }
    }
}
