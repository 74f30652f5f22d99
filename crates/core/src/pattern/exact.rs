//! Exact tests of counts: no approximation, no simulation.
//!
//! Every test here is one-sided: it asks how often chance alone would give a
//! count as large as the one observed.

/// Probabilities below this are taken as none. It is far below any p-value
/// that matters, and keeps the cost of large groups near linear.
const NEGLIGIBLE: f64 = 1e-60;

/// Probabilities of 0, 1, … n hits in n independent trials with their own
/// chances (the Poisson binomial distribution), by direct convolution.
#[must_use]
pub fn poisson_binomial(chances: &[f64]) -> Vec<f64> {
    let mut mass = Vec::with_capacity(chances.len() + 1);
    mass.push(1.0);
    let mut first = 0;
    for chance in chances {
        let chance = chance.clamp(0.0, 1.0);
        let mut carried = 0.0;
        for held in mass.iter_mut().skip(first) {
            let moved = *held * chance;
            *held += carried - moved;
            carried = moved;
        }
        if carried > NEGLIGIBLE {
            mass.push(carried);
        }
        if let Some(held) = mass.get_mut(first)
            && *held < NEGLIGIBLE
        {
            *held = 0.0;
            first += 1;
        }
    }
    mass.resize(chances.len() + 1, 0.0);
    mass
}

/// Probabilities of 0, 1, … hits among the trials inside, given `total` hits
/// inside and outside together.
///
/// With one and the same chance for all trials this is the hypergeometric
/// distribution of Fisher's exact test; with one chance inside and another
/// outside it is Fisher's noncentral hypergeometric one. A shift of all
/// log-odds by the same amount cancels out, so how common hits are in the
/// group as a whole has no part in it. Empty when `total` cannot occur.
#[must_use]
pub fn conditional(inside: &[f64], outside: &[f64], total: usize) -> Vec<f64> {
    let within = poisson_binomial(inside);
    let without = poisson_binomial(outside);
    let joint: Vec<f64> = within
        .iter()
        .take(total + 1)
        .enumerate()
        .map(|(hits, mass)| mass * without.get(total - hits).copied().unwrap_or(0.0))
        .collect();
    let sum: f64 = joint.iter().sum();
    if sum > 0.0 {
        joint.into_iter().map(|mass| mass / sum).collect()
    } else {
        Vec::new()
    }
}

/// A one-sided exact test: what was observed, and every p-value it could
/// have given.
#[derive(Debug, Clone, PartialEq)]
pub struct Tail {
    observed: usize,
    least: usize,
    shared_by: f64,
    /// Probability of this many hits or more, from none on.
    at_least: Vec<f64>,
}

impl Tail {
    /// The test of `observed` hits against the probabilities `mass` of 0, 1, …
    /// hits. Fewer hits than `least` are never a discovery, whatever their
    /// probability.
    #[must_use]
    pub fn new(mass: &[f64], observed: usize, least: usize) -> Self {
        let mut at_least: Vec<f64> = Vec::with_capacity(mass.len());
        let mut sum = 0.0;
        for part in mass.iter().rev() {
            sum += part.max(0.0);
            at_least.push(sum.min(1.0));
        }
        at_least.reverse();
        Self {
            observed,
            least,
            shared_by: 1.0,
            at_least,
        }
    }

    /// The same test as one of so many that ask the same question of
    /// different parts of a group: its p-value is multiplied by their number
    /// (Bonferroni), so that together they claim as much as one test.
    #[must_use]
    pub fn shared_by(mut self, tests: u32) -> Self {
        self.shared_by = f64::from(tests.max(1));
        self
    }

    /// Probability of as many hits as observed or more, times the number of
    /// tests it is shared by; 1 for too few hits to be a discovery.
    #[must_use]
    pub fn p(&self) -> f64 {
        if self.observed < self.least {
            1.0
        } else {
            let tail = self.at_least.get(self.observed).copied().unwrap_or(1.0);
            (tail * self.shared_by).min(1.0)
        }
    }

    /// Probability, when chance alone is at work, that the test gives a
    /// p-value of at most `level`, for a level below 1.
    #[must_use]
    pub fn attainable(&self, level: f64) -> f64 {
        let possible = self.at_least.get(self.least..).unwrap_or(&[]);
        let first = possible.partition_point(|tail| *tail * self.shared_by > level);
        possible.get(first).copied().unwrap_or(0.0)
    }

    /// The mid-p-value: half of the probability of exactly the observed count
    /// is left out.
    #[must_use]
    pub fn mid_p(&self) -> f64 {
        if self.observed < self.least {
            return 1.0;
        }
        let from = |hits: usize| self.at_least.get(hits).copied().unwrap_or(0.0);
        let mid = (from(self.observed) + from(self.observed + 1)) / 2.0;
        (mid * self.shared_by).min(1.0)
    }
}
