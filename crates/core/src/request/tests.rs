#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(from: &str, to: &str) -> Period {
    Period {
        from: day(from),
        to: day(to),
    }
}

fn urn(n: u32) -> Urn {
    Urn::try_from(n).unwrap()
}

fn asking() -> Asking {
    Asking {
        request: Request {
            id: id(1),
            purpose: "To see how the board followed up attendance.".to_owned(),
            basis: Basis::NormalBusiness,
            material: Material::BoardMinutes,
            detail: None,
            period: period("2025-09-01", "2026-03-31"),
            addressee: Addressee::Centre,
            expected_minutes: 20,
        },
        by: id(70),
        at: DateTime::from_timestamp(1_780_000_000, 0).unwrap(),
        reason: None,
        sign_off: None,
    }
}

fn minutes(item: u128, from: &str, to: &str) -> Holding {
    Holding {
        item: id(item),
        material: Material::BoardMinutes,
        period: period(from, to),
        of: Addressee::Centre,
    }
}

fn try_ask(asking: Asking, holdings: &[Holding], made: &[Asked]) -> Result<Asked, Vec<Refusal>> {
    ask(
        asking,
        Facts {
            holdings,
            made,
            sample: &BTreeSet::from([urn(900_001)]),
            policy: &Policy::default(),
        },
    )
}

fn signed() -> Option<SignOff> {
    Some(SignOff {
        by: id(71),
        reason: "The lead has no other way.".to_owned(),
    })
}

#[test]
fn dr_22_what_is_held_is_not_asked_for_without_a_reason() {
    let holdings = [
        minutes(11, "2026-01-01", "2026-12-31"),
        minutes(10, "2025-01-01", "2025-12-31"),
    ];
    let held: BTreeSet<HeldBy> = [HeldBy::Item(id(10)), HeldBy::Item(id(11))].into();
    assert_eq!(
        try_ask(asking(), &holdings, &[]),
        Err(vec![Refusal::Held(held.clone())])
    );
    let mut with_reason = asking();
    with_reason.reason = Some("The copies held cannot be read.".to_owned());
    let asked = try_ask(with_reason.clone(), &holdings, &[]).unwrap();
    assert!(asked.asks_twice());
    assert_eq!(asked.held, held);
    with_reason.reason = Some("  ".to_owned());
    assert!(try_ask(with_reason, &holdings, &[]).is_err());
}

#[test]
fn dr_22_what_is_held_in_part_or_of_another_may_be_asked_for() {
    let mut school = minutes(10, "2025-01-01", "2026-12-31");
    school.of = Addressee::School(urn(900_001));
    let mut plans = minutes(10, "2025-01-01", "2026-12-31");
    plans.material = Material::ImprovementPlans;
    for holdings in [
        vec![],
        vec![minutes(10, "2025-09-02", "2026-12-31")],
        vec![minutes(10, "2025-01-01", "2026-03-30")],
        vec![
            minutes(10, "2025-01-01", "2025-12-31"),
            minutes(11, "2026-01-02", "2026-12-31"),
        ],
        vec![school],
        vec![plans],
    ] {
        assert!(!try_ask(asking(), &holdings, &[]).unwrap().asks_twice());
    }
}

#[test]
fn dr_22_what_others_publish_is_held() {
    let mut officers = asking();
    officers.request.material = Material::CompanyOfficers;
    let held = BTreeSet::from([HeldBy::Holder(Holder::CompaniesHouse)]);
    assert_eq!(try_ask(officers, &[], &[]), Err(vec![Refusal::Held(held)]));
    let mut unpublished = asking();
    unpublished.request.material = Material::UnpublishedOutcomes;
    unpublished.reason = Some("Because.".to_owned());
    unpublished.sign_off = signed();
    assert_eq!(
        try_ask(unpublished, &[], &[]),
        Err(vec![Refusal::NeverAsked])
    );
}

#[test]
fn caps_are_passed_only_with_a_sign_off_by_another() {
    let cap = |cap, made, maximum| Err(vec![Refusal::Cap { cap, made, maximum }]);
    let one = try_ask(asking(), &[], &[]).unwrap();
    let many = vec![one; 25];
    assert_eq!(try_ask(asking(), &[], &many), cap(Cap::Requests, 25, 25));
    assert!(try_ask(asking(), &[], &many[..24]).is_ok());

    let to_school = |n| {
        let mut asking = asking();
        asking.request.addressee = Addressee::School(urn(n));
        asking
    };
    let first = try_ask(to_school(900_001), &[], &[]).unwrap();
    assert_eq!(
        try_ask(to_school(900_001), &[], &[first]),
        cap(Cap::School, 1, 1)
    );
    assert_eq!(
        try_ask(to_school(900_002), &[], &[]),
        cap(Cap::School, 0, 0)
    );

    let mut made_for_it = asking();
    made_for_it.request.basis = Basis::MadeForInspection;
    assert_eq!(
        try_ask(made_for_it.clone(), &[], &[]),
        cap(Cap::MadeForInspection, 0, 0)
    );
    made_for_it.sign_off = signed();
    assert!(
        try_ask(made_for_it.clone(), &[], &[])
            .unwrap()
            .sign_off
            .is_some()
    );
    made_for_it.by = id(71);
    assert_eq!(try_ask(made_for_it, &[], &[]), Err(vec![Refusal::SignOff]));
}

#[test]
fn a_request_says_what_it_is_for_and_what_it_takes() {
    let mut empty = asking();
    empty.request.purpose = " ".to_owned();
    empty.request.material = Material::Other;
    empty.request.expected_minutes = 0;
    empty.request.period = period("2026-02-01", "2026-01-31");
    assert_eq!(
        try_ask(empty, &[], &[]),
        Err(vec![
            Refusal::NoPurpose,
            Refusal::NoDetail,
            Refusal::Minutes,
            Refusal::PeriodReversed
        ])
    );
}

#[test]
fn the_collect_once_list_is_whole() {
    let distinct: BTreeSet<Material> = Material::ALL.into();
    assert_eq!(distinct.len(), Material::ALL.len());
    let codes = |need| -> Vec<String> {
        Material::ALL
            .into_iter()
            .filter(|material| {
                material.need() == need && material.availability() == Availability::MustBeAsked
            })
            .map(|material| {
                serde_json::to_value(material)
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(
        codes(Need::KnownWeaknesses),
        ["risk_register", "improvement_plans", "board_minutes"]
    );
    assert!(codes(Need::SchoolQuality).is_empty());
}

proptest! {
    /// Whether a period is covered, day by day.
    #[test]
    fn dr_22_held_means_every_day_is_covered(
        spans in proptest::collection::vec((0_u64..40, 0_u64..20), 0..5),
        from in 0_u64..40,
        days in 0_u64..20,
    ) {
        let start = day("2026-01-01");
        let at = |n: u64| start + chrono::Days::new(n);
        let holdings: Vec<Holding> = spans
            .iter()
            .map(|(from, days)| Holding {
                period: Period { from: at(*from), to: at(from + days) },
                ..minutes(10, "2026-01-01", "2026-01-01")
            })
            .collect();
        let mut request = asking().request;
        request.period = Period { from: at(from), to: at(from + days) };
        let covered = (from..=from + days).all(|n| {
            spans.iter().any(|(first, days)| (*first..=first + days).contains(&n))
        });
        prop_assert_eq!(!held(&request, &holdings).is_empty(), covered);
    }
}
