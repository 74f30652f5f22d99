//! The England that is told in memory is the one in the files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod sandbox_england;

use std::collections::{BTreeMap, BTreeSet};

use group_inspection_core::{Urn, outcome::Framework, pattern::Point};
use group_inspection_registers::{
    Reader, Record,
    sandbox::{Scene, ToldGroup, ToldSchool, walk, walk_groups},
};
use sandbox_england::{LATEST_2025, LATEST_2026, england, small};

fn points(file: &[u8], name: &str) -> BTreeMap<Urn, BTreeSet<Point>> {
    Reader::open(file, Some(name))
        .unwrap()
        .map(|row| match row.unwrap() {
            Record::SchoolOutcomes(school) => (
                school.urn,
                school.outcomes.iter().flat_map(Point::of).collect(),
            ),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn told() -> BTreeMap<Urn, BTreeSet<Point>> {
    let mut told = BTreeMap::new();
    walk(&small(), None, &mut |school: ToldSchool<'_>| {
        told.insert(school.urn, school.points.iter().copied().collect());
    })
    .unwrap();
    told
}

#[test]
fn outcomes_are_those_of_the_files() {
    let england = england(&small());
    let told = told();
    let new = points(&england.files[LATEST_2026], LATEST_2026);
    let old = points(&england.files[LATEST_2025], LATEST_2025);
    assert_eq!(told.len(), 600);
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        new.keys().collect::<Vec<_>>()
    );
    let mut cards = 0;
    for (urn, points) in &told {
        let mut of_files = new[urn].clone();
        of_files.extend(old.get(urn).into_iter().flatten());
        // The files cannot tell of a first inspection that a later one has
        // displaced in the new file, of a school that is not in the old one.
        let missing: Vec<_> = of_files.difference(points).collect();
        assert!(missing.is_empty(), "{urn}: {missing:?}");
        let is_card = |point: &&Point| point.framework == Framework::ReportCard;
        assert_eq!(
            points.iter().filter(is_card).collect::<Vec<_>>(),
            new[urn].iter().filter(is_card).collect::<Vec<_>>()
        );
        cards += usize::from(points.iter().any(|point| is_card(&point)));
    }
    assert_eq!(cards as u64, england.summary.report_cards);
}

#[test]
fn groups_are_those_with_a_planted_truth() {
    let mut planted = 0;
    walk_groups(&small(), &mut |group: ToldGroup| {
        assert!(group.members > 0);
        planted += u64::from(group.weakness.is_some());
    })
    .unwrap();
    assert_eq!(planted, england(&small()).summary.planted_weaknesses);
}

#[test]
fn a_twist_moves_outcomes_and_nothing_else() {
    let down = |scene: &Scene| if scene.joined { -50.0 } else { 0.0 };
    let mut weak = 0;
    walk(&small(), Some(&down), &mut |school: ToldSchool<'_>| {
        let joined = school.joined.filter(|_| school.body.is_some());
        for point in school.points {
            let since = joined.is_some_and(|joined| point.started >= joined);
            let at_the_end = point.end() == group_inspection_core::outcome::ScaleEnd::Weak;
            assert!(
                at_the_end || !since || point.dated > point.started,
                "{point:?}"
            );
            weak += u32::from(since);
        }
    })
    .unwrap();
    assert!(weak > 1_000, "{weak}");
}
