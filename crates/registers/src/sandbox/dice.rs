//! Randomness that gives the same numbers on every platform.
//!
//! Every thing of the sandbox (the layout, a group, a site) has its own
//! `ChaCha8` stream, so a school can be drawn again without its neighbours.
//! Nothing here calls the platform's mathematics library, whose last digit
//! differs between systems: normal numbers are sums of uniform ones and the
//! logistic function uses only the four operations.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of random numbers is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// Which schools and groups there are.
    Layout = 1,
    /// Effect and weakness of one group.
    Group = 2,
    /// Size, ages and place of one site.
    Site = 3,
    /// Inspections of one site.
    Inspections = 4,
}

/// One stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of thing `index` for `purpose`.
    pub(super) fn of(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(((purpose as u64) << 48) | index);
        Self(rng)
    }

    /// A whole number below `limit` (0 for a limit of 0).
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(limit);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A standard normal number: the sum of twelve uniform ones less six,
    /// which has mean 0 and variance 1 and never leaves -6..6.
    pub(super) fn normal(&mut self) -> f64 {
        let mut sum = 0_u32;
        for _ in 0..6 {
            let two = self.0.next_u32();
            sum += (two & 0xffff) + (two >> 16);
        }
        // Twelve halves: each 16-bit number stands for the middle of its step.
        (f64::from(sum) + 6.0) / 65_536.0 - 6.0
    }

    /// One of `items`, or `fallback` when there is none.
    pub(super) fn one<T: Copy>(&mut self, items: &[T], fallback: T) -> T {
        let n = u32::try_from(items.len()).unwrap_or(u32::MAX);
        items
            .get(self.below(n) as usize)
            .copied()
            .unwrap_or(fallback)
    }

    /// One of `items` by weight; the last one when weights are all zero.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, u32)], fallback: T) -> T {
        let total: u32 = items.iter().map(|(_, weight)| *weight).sum();
        let mut left = self.below(total);
        for (item, weight) in items {
            if left < *weight {
                return *item;
            }
            left -= weight;
        }
        fallback
    }

    /// Puts `items` in random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(u32::try_from(last + 1).unwrap_or(u32::MAX));
            items.swap(last, other as usize);
        }
    }
}

/// The logistic function 1 / (1 + exp(-x)).
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// exp(x) from the four operations only: x is halved to below 1/1024, a short
/// series is taken, and the result is squared back.
fn exp(x: f64) -> f64 {
    let x = x.clamp(-60.0, 60.0);
    let y = x / 65_536.0;
    let mut power = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0 * (1.0 + y / 4.0)));
    for _ in 0..16 {
        power *= power;
    }
    power
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn exponential_is_close_to_the_platform() {
        for x in [-30.0_f64, -3.2, -0.1, 0.0, 0.7, 5.0, 30.0] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-9, "{x}");
        }
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut dice = Dice::of(7, Purpose::Site, 3);
        let drawn: Vec<f64> = (0..20_000).map(|_| dice.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03, "{mean}");
        assert!((variance - 1.0).abs() < 0.05, "{variance}");
    }

    #[test]
    fn streams_are_separate_and_repeatable() {
        let draw = |index| Dice::of(7, Purpose::Site, index).below(1_000_000);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut dice = Dice::of(1, Purpose::Layout, 0);
        for _ in 0..200 {
            assert_eq!(dice.weighted(&[('a', 0), ('b', 3), ('c', 0)], 'z'), 'b');
        }
    }
}
