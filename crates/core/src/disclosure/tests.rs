#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn cell(row: usize, column: usize) -> Cell {
    Cell::new([
        ("school", format!("s{row}").as_str()),
        ("year", format!("y{column}").as_str()),
    ])
}

fn school_by_year(rows: &[Vec<u64>]) -> Vec<(Cell, u64)> {
    rows.iter()
        .enumerate()
        .flat_map(|(row, counts)| {
            counts
                .iter()
                .enumerate()
                .map(move |(column, count)| (cell(row, column), *count))
        })
        .collect()
}

fn table(rows: &[Vec<u64>]) -> Counts {
    let mut counts = Counts::new();
    counts
        .add_table(&["school", "year"], school_by_year(rows))
        .unwrap();
    counts.hide_small(&Thresholds::default());
    counts
}

#[test]
fn dr_34_small_counts_are_shown_as_c() {
    let thresholds = Thresholds::default();
    let mut counts = Counts::new();
    for n in [0, 1, 5, 6] {
        counts
            .add(Cell::new([("school", n.to_string().as_str())]), n)
            .unwrap();
    }
    counts.hide_small(&thresholds);
    let protected = counts.protect().unwrap();
    let shown: Vec<Shown> = protected.cells.values().copied().collect();
    assert_eq!(
        serde_json::to_string(&shown).unwrap(),
        r#"[0,"c","c",6]"#,
        "without a total nothing else needs to go"
    );
    assert_eq!(
        serde_json::from_str::<Vec<Shown>>(r#"[0,"c","c",6]"#).unwrap(),
        shown
    );
}

#[test]
fn dr_34_a_single_small_count_takes_a_rectangle_with_it() {
    let protected = table(&[vec![3, 20, 30], vec![40, 10, 60], vec![70, 80, 90]])
        .protect()
        .unwrap();
    assert_eq!(protected.primary, BTreeSet::from([cell(0, 0)]));
    assert_eq!(
        protected.secondary,
        BTreeSet::from([cell(0, 1), cell(1, 0), cell(1, 1)])
    );
    assert_eq!(
        protected.cells[&Cell::default()],
        Shown::Number(403),
        "the grand total stays"
    );
}

#[test]
fn dr_34_two_ones_that_sum_to_two_are_not_enough() {
    let mut counts = Counts::new();
    let parts = [("a", 1), ("b", 1), ("c", 50)].map(|(name, n)| (Cell::new([("x", name)]), n));
    counts.add_table(&["x"], parts).unwrap();
    counts.hide_small(&Thresholds::default());
    let protected = counts.protect().unwrap();
    assert_eq!(
        protected.cells[&Cell::new([("x", "c")])],
        Shown::SUPPRESSED,
        "a reader who knows that neither is zero would know both"
    );
}

#[test]
fn dr_34_tables_that_share_a_margin_are_protected_together() {
    let years = |dimension, rows: [(&str, [u64; 2]); 2]| -> Vec<(Cell, u64)> {
        rows.iter()
            .flat_map(|(name, counts)| {
                counts
                    .iter()
                    .zip(["2025", "2026"])
                    .map(|(n, year)| (Cell::new([(dimension, *name), ("year", year)]), *n))
            })
            .collect()
    };
    let mut counts = Counts::new();
    counts
        .add_table(
            &["school", "year"],
            years("school", [("s", [4, 30]), ("t", [26, 30])]),
        )
        .unwrap();
    counts
        .add_table(
            &["phase", "year"],
            years("phase", [("p", [10, 40]), ("q", [20, 20])]),
        )
        .unwrap();
    counts.hide_small(&Thresholds::default());
    let protected = counts.protect().unwrap();
    assert!(attacker_pins(&counts, &protected).is_empty());
    assert_eq!(protected.primary.len(), 1);

    let contradiction = counts.add_table(
        &["phase", "year"],
        years("phase", [("p", [11, 40]), ("q", [20, 20])]),
    );
    assert!(matches!(
        contradiction,
        Err(Contradiction::TwoCounts { .. })
    ));
}

#[test]
fn dr_34_what_follows_from_public_counts_cannot_be_protected() {
    let mut counts = table(&[vec![3, 20]]);
    for public in [cell(0, 1), Cell::new([("school", "s0")]), Cell::default()] {
        counts.already_public(public);
    }
    counts.already_public(Cell::new([("year", "y1")]));
    assert!(matches!(
        counts.protect(),
        Err(DisclosureError::Unprotectable(_))
    ));
}

#[test]
fn dr_34_a_hidden_zero_does_not_follow_from_a_total_of_zero() {
    let mut counts = table(&[vec![0, 0], vec![0, 30]]);
    counts.hide(cell(0, 0));
    let protected = counts.protect().unwrap();
    let shown = |row: &str| protected.cells[&Cell::new([("school", row)])];
    assert_eq!(protected.cells[&cell(0, 0)], Shown::SUPPRESSED);
    assert!(shown("s0") == Shown::SUPPRESSED || protected.cells[&cell(0, 1)] == Shown::SUPPRESSED);
}

#[test]
fn dr_34_percentages_need_a_denominator_and_give_no_small_count_away() {
    let thresholds = Thresholds::default();
    assert_eq!(thresholds.percentage(6, 12), Shown::Number(50));
    assert_eq!(thresholds.percentage(0, 11), Shown::Number(0));
    assert_eq!(thresholds.percentage(2, 300), Shown::SUPPRESSED);
    assert_eq!(thresholds.percentage(298, 300), Shown::SUPPRESSED);
    assert_eq!(thresholds.percentage(10, 10), Shown::SUPPRESSED);
    assert_eq!(thresholds.percentage(13, 12), Shown::SUPPRESSED);
    assert_eq!(
        thresholds.percentage(u64::MAX, u64::MAX),
        Shown::Number(100)
    );
    assert!(!thresholds.phase_may_be_shown(2) && thresholds.phase_may_be_shown(3));
    let none = Thresholds {
        percentage_denominator_minimum: 0,
        ..thresholds
    };
    assert_eq!(none.percentage(0, 0), Shown::SUPPRESSED);
}

#[test]
fn dr_34_a_large_table_is_protected_in_reasonable_time() {
    let rows: Vec<Vec<u64>> = (0..120_u64)
        .map(|row| {
            (0..12)
                .map(|column| (row * 37 + column * 61) % 41)
                .collect()
        })
        .collect();
    let protected = table(&rows).protect().unwrap();
    assert!(protected.secondary.len() < protected.primary.len());
}

/// Everything a reader knows: the sums, what is shown, and, where it is so,
/// that nothing suppressed is zero. Gives the suppressed cells with a single possible
/// value, by looking through all other values near and far.
fn attacker_pins(counts: &Counts, protected: &Protected) -> Vec<Cell> {
    let truth: BTreeMap<Cell, i64> = counts
        .truth()
        .map(|(cell, n)| (cell.clone(), i64::try_from(n).unwrap()))
        .collect();
    let hidden: Vec<Cell> = protected
        .cells
        .iter()
        .filter(|(_, shown)| shown.number().is_none())
        .map(|(cell, _)| cell.clone())
        .collect();
    let sums: Vec<(Vec<(usize, i64)>, i64)> = counts
        .joined()
        .map(|sum| {
            let mut terms = Vec::new();
            let mut known = 0;
            let sides = std::iter::once((&sum.total, 1)).chain(sum.parts.iter().map(|p| (p, -1)));
            for (cell, side) in sides {
                match hidden.iter().position(|h| h == cell) {
                    Some(index) => terms.push((index, side)),
                    None => known += side * truth[cell],
                }
            }
            (terms, known)
        })
        .collect();
    let values: Vec<i64> = hidden.iter().map(|cell| truth[cell]).collect();
    let near = i64::from(values.iter().all(|n| *n > 0));
    let far = values.iter().max().copied().unwrap_or(0) + 3;
    (0..hidden.len())
        .filter(|pinned| {
            !(near..=far).filter(|n| *n != values[*pinned]).any(|n| {
                let mut bounds = vec![(near, far); hidden.len()];
                bounds[*pinned] = (n, n);
                solvable(bounds, &sums)
            })
        })
        .map(|index| hidden[index].clone())
        .collect()
}

/// Whether whole numbers within `bounds` satisfy every sum: interval
/// propagation, and splitting of the widest interval.
fn solvable(mut bounds: Vec<(i64, i64)>, sums: &[(Vec<(usize, i64)>, i64)]) -> bool {
    loop {
        let before = bounds.clone();
        for (terms, known) in sums {
            for (index, side) in terms {
                let (mut low, mut high) = (*known, *known);
                for (other, side) in terms.iter().filter(|(other, _)| other != index) {
                    let (l, h) = bounds[*other];
                    low += if *side > 0 { l } else { -h };
                    high += if *side > 0 { h } else { -l };
                }
                // side * x + rest = 0, with rest in low..=high
                let (l, h) = if *side > 0 {
                    (-high, -low)
                } else {
                    (low, high)
                };
                let bound = &mut bounds[*index];
                *bound = (bound.0.max(l), bound.1.min(h));
                if bound.0 > bound.1 {
                    return false;
                }
            }
            if terms.is_empty() && *known != 0 {
                return false;
            }
        }
        if bounds == before {
            break;
        }
    }
    let widest = (0..bounds.len()).max_by_key(|index| bounds[*index].1 - bounds[*index].0);
    match widest.map(|index| (index, bounds[index])) {
        Some((index, (low, high))) if low < high => {
            let middle = low + (high - low) / 2;
            let mut left = bounds.clone();
            left[index] = (low, middle);
            bounds[index] = (middle + 1, high);
            solvable(left, sums) || solvable(bounds, sums)
        }
        _ => true,
    }
}

fn small_table() -> impl Strategy<Value = Vec<Vec<u64>>> {
    let count = prop_oneof![3 => 0_u64..7, 2 => 6_u64..15];
    (1_usize..4, 1_usize..4).prop_flat_map(move |(rows, columns)| {
        proptest::collection::vec(proptest::collection::vec(count.clone(), columns), rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn dr_34_no_reader_can_pin_a_suppressed_cell(rows in small_table()) {
        let counts = table(&rows);
        let protected = counts.protect().unwrap();
        for (cell, n) in counts.truth() {
            match protected.cells[cell] {
                Shown::Number(shown) => {
                    prop_assert_eq!(shown, n);
                    prop_assert!(!Thresholds::default().is_small(n));
                }
                Shown::Symbol(_) => prop_assert!(n > 0),
            }
        }
        prop_assert_eq!(attacker_pins(&counts, &protected), []);
    }

    /// Sums of the national view are hidden whatever they are, even zero.
    #[test]
    fn dr_34_what_is_hidden_for_other_reasons_is_safe_too(
        rows in small_table(),
        hidden in proptest::collection::vec((0_usize..3, 0_usize..3), 0..4),
    ) {
        let mut counts = Counts::new();
        counts.add_table(&["school", "year"], school_by_year(&rows)).unwrap();
        for (row, column) in hidden {
            counts.hide(cell(row, column));
        }
        let protected = counts.protect().unwrap();
        prop_assert_eq!(attacker_pins(&counts, &protected), []);
    }

    /// Showing any one of the cells that were suppressed in addition would
    /// give a cell away.
    #[test]
    fn dr_34_nothing_is_suppressed_needlessly(rows in small_table()) {
        let counts = table(&rows);
        let protected = counts.protect().unwrap();
        for extra in &protected.secondary {
            let mut looser = protected.clone();
            let shown = counts.truth().find(|(cell, _)| *cell == extra).unwrap().1;
            looser.cells.insert(extra.clone(), Shown::Number(shown));
            prop_assert!(!attacker_pins(&counts, &looser).is_empty());
        }
    }

    #[test]
    fn dr_34_linked_tables_give_nothing_away(
        schools in proptest::collection::vec(proptest::collection::vec(0_u64..12, 2), 2..4),
        split in proptest::collection::vec(0_u64..100, 2),
    ) {
        let mut counts = Counts::new();
        counts.add_table(&["school", "year"], school_by_year(&schools)).unwrap();
        let phases: Vec<(Cell, u64)> = split.iter().enumerate().flat_map(|(column, part)| {
            let total: u64 = schools.iter().map(|row| row[column]).sum();
            let first = part % (total + 1);
            [("primary", first), ("secondary", total - first)].map(|(phase, n)| {
                (Cell::new([("phase", phase), ("year", format!("y{column}").as_str())]), n)
            })
        }).collect();
        counts.add_table(&["phase", "year"], phases).unwrap();
        counts.hide_small(&Thresholds::default());
        let protected = counts.protect().unwrap();
        prop_assert_eq!(attacker_pins(&counts, &protected), []);
    }
}
