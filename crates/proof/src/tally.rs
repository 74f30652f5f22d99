//! Shares with their intervals.

use statrs::distribution::{Beta, ContinuousCDF};

/// So many of so many, with a 95% interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// Sum of what was counted; a whole number unless it is a sum of shares.
    pub hits: f64,
    /// Sum of its squares.
    pub squares: f64,
    /// Out of.
    pub all: u32,
}

impl Share {
    /// Counts one case with a value from 0 to 1.
    pub fn add(&mut self, value: f64) {
        self.hits += value;
        self.squares += value * value;
        self.all += 1;
    }

    /// Adds all cases of `other`.
    pub fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.squares += other.squares;
        self.all += other.all;
    }

    /// The share; 0 of nothing.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.hits / f64::from(self.all.max(1))
    }

    /// The 95% interval. For yes and no it is Clopper and Pearson's, which is
    /// exact; a mean of values between has the normal one.
    #[must_use]
    pub fn interval(&self) -> (f64, f64) {
        let n = f64::from(self.all);
        if self.all == 0 {
            return (0.0, 1.0);
        }
        let yes_or_no = (self.hits - self.squares).abs() < 1e-9;
        if yes_or_no {
            let quantile =
                |a: f64, b: f64, at: f64| Beta::new(a, b).map_or(0.0, |beta| beta.inverse_cdf(at));
            let low = if self.hits < 0.5 {
                0.0
            } else {
                quantile(self.hits, n - self.hits + 1.0, 0.025)
            };
            let high = if self.hits > n - 0.5 {
                1.0
            } else {
                quantile(self.hits + 1.0, n - self.hits, 0.975)
            };
            return (low, high);
        }
        let mean = self.mean();
        let error = ((self.squares / n - mean * mean).max(0.0) / n).sqrt();
        (
            (mean - 1.96 * error).max(0.0),
            (mean + 1.96 * error).min(1.0),
        )
    }
}
