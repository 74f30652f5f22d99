//! Every test statistic against SciPy, on a committed table whose header
//! names the version and the calls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeMap;

use group_inspection_core::pattern::exact::{Tail, conditional, poisson_binomial};
use proptest::prelude::*;
use statrs::distribution::{Binomial, Discrete, Hypergeometric};

const TABLE: &str = include_str!("data/exact_tests.csv");

fn numbers(cell: &str) -> Vec<f64> {
    cell.split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect()
}

/// Upper tail of one row by the functions of this repository.
fn ours(test: &str, first: &str, second: &str, k: usize, sizes: &[f64]) -> f64 {
    let size = |at: usize| sizes[at] as usize;
    let mass = match test {
        "poisson_binomial" => poisson_binomial(&numbers(first)),
        "fisher" => conditional(&vec![0.3; size(0)], &vec![0.3; size(1)], size(2)),
        "fisher_noncentral" => conditional(
            &vec![numbers(first)[0]; size(0)],
            &vec![numbers(second)[0]; size(1)],
            size(2),
        ),
        "sign" => poisson_binomial(&vec![0.5; size(0)]),
        "binomial" => poisson_binomial(&vec![numbers(first)[0]; size(0)]),
        other => panic!("unknown test {other}"),
    };
    Tail::new(&mass, k, 0).p()
}

#[test]
fn tails_agree_with_scipy() {
    let mut rows: BTreeMap<&str, u32> = BTreeMap::new();
    let table = TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>());
    for row in table {
        let [test, first, second, k, sizes, expected] = row[..] else {
            panic!("a row has six cells: {row:?}");
        };
        let expected: f64 = expected.parse().unwrap();
        let got = ours(test, first, second, k.parse().unwrap(), &numbers(sizes));
        // SciPy takes the tail from one, so its own error is absolute.
        let allowed = 1e-13 + 1e-10 * expected;
        assert!(
            (got - expected).abs() <= allowed,
            "{test} {first} {second} {k} {sizes}: {got:e}, SciPy {expected:e}"
        );
        *rows.entry(test).or_default() += 1;
    }
    assert!(
        rows.len() == 5 && rows.values().all(|count| *count >= 15),
        "{rows:?}"
    );
}

fn chances(most: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.001..0.999_f64, 1..=most)
}

proptest! {
    #[test]
    fn probabilities_add_up(chances in chances(60)) {
        let mass = poisson_binomial(&chances);
        prop_assert_eq!(mass.len(), chances.len() + 1);
        prop_assert!((mass.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let mean: f64 = (0_u32..).zip(&mass).map(|(hits, part)| f64::from(hits) * part).sum();
        prop_assert!((mean - chances.iter().sum::<f64>()).abs() < 1e-9);
    }

    #[test]
    fn equal_chances_give_the_distributions_of_statrs(
        chance in 0.01..0.99_f64,
        inside in 1_usize..20,
        outside in 1_usize..20,
        total in 0_usize..40,
    ) {
        let binomial = Binomial::new(chance, inside as u64).unwrap();
        for (hits, part) in (0_u64..).zip(poisson_binomial(&vec![chance; inside])) {
            prop_assert!((binomial.pmf(hits) - part).abs() < 1e-10);
        }
        prop_assume!(total <= inside + outside);
        let all = (inside + outside) as u64;
        let fisher = Hypergeometric::new(all, inside as u64, total as u64).unwrap();
        let ours = conditional(&vec![chance; inside], &vec![chance; outside], total);
        for (hits, part) in (0_u64..).zip(ours) {
            prop_assert!((fisher.pmf(hits) - part).abs() < 1e-10);
        }
    }

    #[test]
    fn a_common_shift_of_the_odds_does_not_move_the_conditional_test(
        inside in chances(8),
        outside in chances(8),
        factor in 0.1..10.0_f64,
        total in 0_usize..8,
    ) {
        prop_assume!(total <= inside.len() + outside.len());
        let shifted = |chances: &[f64]| -> Vec<f64> {
            chances
                .iter()
                .map(|p| factor * p / (1.0 - p + factor * p))
                .collect()
        };
        let plain = conditional(&inside, &outside, total);
        let moved = conditional(&shifted(&inside), &shifted(&outside), total);
        prop_assert_eq!(plain.len(), moved.len());
        for (a, b) in plain.iter().zip(&moved) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn no_test_claims_more_than_its_level(chances in chances(20), level in 0.0001..0.5_f64, least in 1_usize..4) {
        let mass = poisson_binomial(&chances);
        let exceeds: f64 = (0..mass.len())
            .filter(|hits| Tail::new(&mass, *hits, least).p() <= level)
            .map(|hits| mass[hits])
            .sum();
        prop_assert!(exceeds <= level + 1e-12);
        let attainable = Tail::new(&mass, 0, least).attainable(level);
        prop_assert!((attainable - exceeds).abs() < 1e-9, "{} {}", attainable, exceeds);
    }
}
