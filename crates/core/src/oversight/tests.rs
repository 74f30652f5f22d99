#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use proptest::prelude::*;

use super::*;
use crate::language::shape::denied_properties;

const KINDS: [BodyKind; 3] = [
    BodyKind::MultiAcademyTrust,
    BodyKind::Federation,
    BodyKind::LocalAuthority,
];

fn one(body: u128, kind: BodyKind, day: &str) -> Inspected {
    Inspected {
        body: Uuid::from_u128(body),
        kind,
        published_on: day.parse().unwrap(),
        patterns: BTreeSet::from([(Theme::Inclusion, Bearing::Weakness)]),
        amounts: BTreeMap::from([(Amount::LeaderMinutes, 600), (Amount::Requests, 8)]),
    }
}

fn many(n: u128, kind: BodyKind, day: &str) -> Vec<Inspected> {
    (0..n).map(|body| one(body, kind, day)).collect()
}

fn line(overview: &Overview, kind: Option<BodyKind>, year: Option<i32>) -> &Line {
    let wanted = (kind, year);
    let of = |line: &&Line| (line.kind, line.year.map(SchoolYear::begins_in)) == wanted;
    overview.lines.iter().find(of).unwrap()
}

#[test]
fn a_school_year_begins_in_september() {
    let year = |day: &str| SchoolYear::of(day.parse().unwrap()).begins_in();
    assert_eq!(year("2026-08-31"), 2025);
    assert_eq!(year("2026-09-01"), 2026);
}

#[test]
fn what_many_inspections_cost_is_added_up() {
    let overview = overview(&many(8, KINDS[0], "2026-02-01"), &Thresholds::default()).unwrap();
    let line = line(&overview, Some(KINDS[0]), Some(2025));
    assert_eq!(line.inspections, Shown::Number(8));
    assert_eq!(line.amounts[&Amount::LeaderMinutes], Shown::Number(4_800));
    assert_eq!(line.amounts[&Amount::AskedTwice], Shown::Number(0));
    assert!(overview.found.iter().all(|f| f.reports == Shown::Number(8)));
    assert_eq!(overview.found.len(), 4);
}

#[test]
fn dr_34_few_bodies_are_not_singled_out() {
    let mut inspected = many(8, KINDS[0], "2026-02-01");
    inspected.extend(many(9, KINDS[1], "2026-02-01"));
    inspected.extend(many(2, KINDS[2], "2026-02-01"));
    let overview = overview(&inspected, &Thresholds::default()).unwrap();
    let of = |kind| line(&overview, kind, Some(2025));
    assert_eq!(of(Some(KINDS[2])).inspections, Shown::SUPPRESSED);
    assert_eq!(
        of(Some(KINDS[2])).amounts[&Amount::LeaderMinutes],
        Shown::SUPPRESSED
    );
    let hidden = KINDS
        .iter()
        .filter(|kind| of(Some(**kind)).inspections == Shown::SUPPRESSED)
        .count();
    assert!(hidden >= 2, "one alone would follow from the total");
    // Ten inspections of one body are still one body.
    let repeated: Vec<Inspected> = (0..10).map(|_| one(1, KINDS[0], "2026-02-01")).collect();
    let overview = super::overview(&repeated, &Thresholds::default()).unwrap();
    assert!(
        overview
            .lines
            .iter()
            .all(|l| l.inspections == Shown::SUPPRESSED)
    );
}

#[test]
fn dr_02_the_view_has_no_place_for_a_body_or_an_order() {
    let schema = schemars::schema_for!(Overview);
    assert_eq!(denied_properties(schema.as_value()), [""; 0]);
    let text = schema.as_value().to_string();
    for word in ["\"body\"", "\"name\"", "\"position\"", "\"order\"", "uuid"] {
        assert!(!text.contains(word), "{word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn dr_34_the_view_is_in_a_fixed_order_and_never_shows_few(
        sizes in proptest::collection::vec((0_usize..3, 2024_i32..2027, 0_u128..12), 0..9),
    ) {
        let mut inspected = Vec::new();
        for (kind, year, n) in sizes {
            inspected.extend(many(n, KINDS[kind], &format!("{year}-10-01")));
        }
        let thresholds = Thresholds::default();
        let view = overview(&inspected, &thresholds).unwrap();
        let order: Vec<Group> = view.lines.iter().map(|l| (l.kind, l.year)).collect();
        prop_assert!(order.is_sorted());
        inspected.reverse();
        prop_assert_eq!(&view, &overview(&inspected, &thresholds).unwrap());
        for line in &view.lines {
            let n = inspected.iter()
                .filter(|one| line.kind.is_none_or(|kind| kind == one.kind))
                .filter(|one| line.year.is_none_or(|year| year == SchoolYear::of(one.published_on)))
                .count() as u64;
            match line.inspections {
                Shown::Number(shown) => {
                    prop_assert_eq!(shown, n);
                    prop_assert!(!thresholds.is_small(n));
                }
                Shown::Symbol(_) => {
                    prop_assert!(line.amounts.values().all(|amount| amount.number().is_none()));
                }
            }
        }
    }
}
