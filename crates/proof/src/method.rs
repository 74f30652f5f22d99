//! Other ways to decide which candidates are findings.

use group_inspection_core::pattern::{Candidate, Kind, TestPolicy, control, exact::Tail};

/// A way to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// What reports use: Heyse's step-up for discrete tests, and a line for
    /// each test.
    Chosen,
    /// Heyse (2011): step-up for discrete tests, without a line.
    StepUp,
    /// Benjamini and Hochberg (1995), as if p-values were continuous.
    BenjaminiHochberg,
    /// Benjamini and Hochberg on mid-p-values.
    MidP,
    /// Benjamini and Yekutieli (2001), for any dependence.
    BenjaminiYekutieli,
    /// Tarone (1990): Bonferroni over the tests that could succeed.
    Tarone,
    /// Bonferroni over all tests.
    Bonferroni,
    /// Every p-value up to the level, without control.
    Uncontrolled,
    /// Two schools make a pattern.
    Naive,
}

impl Method {
    /// All of them, the chosen one first.
    pub const ALL: [Self; 9] = [
        Self::Chosen,
        Self::StepUp,
        Self::BenjaminiHochberg,
        Self::MidP,
        Self::BenjaminiYekutieli,
        Self::Tarone,
        Self::Bonferroni,
        Self::Uncontrolled,
        Self::Naive,
    ];

    /// Name for tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "discrete step-up with a line (chosen)",
            Self::StepUp => "discrete step-up alone",
            Self::BenjaminiHochberg => "Benjamini-Hochberg",
            Self::MidP => "Benjamini-Hochberg, mid-p",
            Self::BenjaminiYekutieli => "Benjamini-Yekutieli",
            Self::Tarone => "Tarone-Bonferroni",
            Self::Bonferroni => "Bonferroni",
            Self::Uncontrolled => "each test by itself",
            Self::Naive => "two or more schools",
        }
    }

    /// Whether each candidate is a finding at `level`.
    #[must_use]
    pub fn decide(
        self,
        candidates: &[Candidate],
        tests: &[Tail],
        policy: &TestPolicy,
    ) -> Vec<bool> {
        let level = policy.level();
        let p: Vec<f64> = tests.iter().map(Tail::p).collect();
        let m = count(tests.len());
        match self {
            Self::Chosen => control::discoveries(tests, policy),
            Self::StepUp => control::adjusted(tests)
                .into_iter()
                .map(|adjusted| adjusted <= level)
                .collect(),
            Self::BenjaminiHochberg => step_up(&p, level),
            Self::MidP => step_up(&tests.iter().map(Tail::mid_p).collect::<Vec<_>>(), level),
            Self::BenjaminiYekutieli => {
                let harmonic: f64 = (1..=tests.len()).map(|k| 1.0 / count(k)).sum();
                step_up(&p, level / harmonic.max(1.0))
            }
            Self::Tarone => {
                let line = tarone(tests, level);
                p.iter().map(|p| *p <= line).collect()
            }
            Self::Bonferroni => p.iter().map(|p| *p * m <= level).collect(),
            Self::Uncontrolled => p.iter().map(|p| *p <= level).collect(),
            Self::Naive => candidates
                .iter()
                .map(|candidate| {
                    candidate.claim.kind == Kind::Widespread && candidate.schools().len() >= 2
                })
                .collect(),
        }
    }
}

fn step_up(p: &[f64], level: f64) -> Vec<bool> {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let m = count(p.len());
    let line = (1..=sorted.len())
        .zip(&sorted)
        .filter(|(rank, p)| **p <= level * count(*rank) / m)
        .map(|(_, p)| *p)
        .last();
    p.iter()
        .map(|p| line.is_some_and(|line| *p <= line))
        .collect()
}

/// The smallest k for which at most k tests could give a p-value of level / k
/// or less; the line is level / k.
fn tarone(tests: &[Tail], level: f64) -> f64 {
    for k in 1..=tests.len().max(1) {
        let line = level / count(k);
        let able = tests
            .iter()
            .filter(|test| test.attainable(line) > 0.0)
            .count();
        if able <= k {
            return line;
        }
    }
    0.0
}

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
