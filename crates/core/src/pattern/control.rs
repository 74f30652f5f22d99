//! Control of false discoveries: within a report, and over all reports.

use super::{TestPolicy, exact::Tail};

/// Which tests are discoveries: those whose own p-value is within the line of
/// the policy, and whose adjusted p-value is within the share of false
/// discoveries allowed in a report.
#[must_use]
pub fn discoveries(tests: &[Tail], policy: &TestPolicy) -> Vec<bool> {
    adjusted(tests)
        .into_iter()
        .zip(tests)
        .map(|(adjusted, test)| adjusted <= policy.level() && test.p() <= policy.line())
        .collect()
}

/// Adjusted p-values, in the order of the tests: a test is a discovery at
/// level `a` if its adjusted p-value is at most `a`.
///
/// The step-up procedure of Benjamini and Hochberg as made for discrete tests
/// by Heyse (2011): where Benjamini and Hochberg count every test as if it
/// could give any p-value, this counts what each test can really give. A test
/// on so few schools that it could never be a discovery costs the others
/// nothing. For the smallest p-value this is a union bound, which holds
/// however the tests depend on each other. `docs/patterns.md` compares it with
/// the alternatives.
#[must_use]
pub fn adjusted(tests: &[Tail]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = tests.iter().map(Tail::p).enumerate().collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut adjusted = vec![1.0; tests.len()];
    let mut least: f64 = 1.0;
    let mut rank = order.len();
    for (index, p) in order.into_iter().rev() {
        if p < 1.0 {
            least = least.min(expected(tests, p) / count(rank));
        }
        if let Some(slot) = adjusted.get_mut(index) {
            *slot = least;
        }
        rank -= 1;
    }
    adjusted
}

/// How many of the tests are expected to give a p-value of at most `level`
/// when chance alone is at work.
#[must_use]
pub fn expected(tests: &[Tail], level: f64) -> f64 {
    tests.iter().map(|test| test.attainable(level)).sum()
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
