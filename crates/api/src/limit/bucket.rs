//! A bucket of tokens, kept as the time at which it will be full.

use super::rate::Rate;

/// A bucket of tokens. Times are nanoseconds since any fixed moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bucket {
    full_at: i64,
}

/// How a bucket is after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// Whether there was a token.
    pub(super) allowed: bool,
    /// Tokens left.
    pub(super) left: u32,
    /// Nanoseconds until it is full.
    pub(super) full_in: i64,
    /// Nanoseconds until there is a token.
    pub(super) token_in: i64,
}

impl Bucket {
    /// Takes one token, if there is one.
    pub(super) fn take(&mut self, rate: Rate, now: i64) -> Level {
        let (window, cost) = (rate.full(), rate.cost());
        // A clock that was set back must not empty the bucket for long.
        let full_at = self.full_at.clamp(now, now + window);
        let allowed = full_at + cost <= now + window;
        self.full_at = if allowed { full_at + cost } else { full_at };
        let free = now + window - self.full_at;
        Level {
            allowed,
            left: u32::try_from(free / cost).unwrap_or(rate.quota()),
            full_in: self.full_at - now,
            token_in: (cost - free).max(0),
        }
    }

    /// How it would be after a request that is not made.
    pub(super) fn look(mut self, rate: Rate, now: i64) -> Level {
        self.take(rate, now)
    }

    /// Whether nothing is known that a new bucket would not say too.
    pub(super) const fn is_full(&self, now: i64) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn a_full_bucket_gives_its_quota_at_once_and_then_one_by_one() {
        let rate = Rate::new(3, 60).unwrap();
        let mut bucket = Bucket::default();
        let now = 1_000 * SECOND;
        let left: Vec<u32> = (0..3).map(|_| bucket.take(rate, now).left).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = bucket.take(rate, now);
        assert!(!refused.allowed);
        assert_eq!(refused.token_in, 20 * SECOND);
        assert_eq!(refused.full_in, 60 * SECOND);
        assert!(!bucket.take(rate, now + 20 * SECOND - 1).allowed);
        assert!(bucket.take(rate, now + 20 * SECOND).allowed);
        assert!(!bucket.take(rate, now + 20 * SECOND).allowed);
        assert!(bucket.is_full(now + 81 * SECOND) && !bucket.is_full(now + 79 * SECOND));
    }

    #[test]
    fn a_quota_that_does_not_divide_the_window_is_given_in_full() {
        for quota in [1, 7, 999, 60_000, 999_999_937] {
            let rate = Rate::new(quota, 60).unwrap();
            let mut bucket = Bucket::default();
            assert_eq!(bucket.take(rate, SECOND).left, quota - 1);
        }
        let rate = Rate::new(7, 60).unwrap();
        let mut bucket = Bucket::default();
        assert_eq!(
            (0..20)
                .filter(|_| bucket.take(rate, SECOND).allowed)
                .count(),
            7
        );
    }

    #[test]
    fn looking_takes_nothing() {
        let rate = Rate::new(1, 60).unwrap();
        let mut bucket = Bucket::default();
        for _ in 0..5 {
            assert!(bucket.look(rate, SECOND).allowed);
        }
        bucket.take(rate, SECOND);
        assert!(!bucket.look(rate, SECOND).allowed);
    }

    #[test]
    fn a_clock_set_back_refuses_for_a_window_at_the_most() {
        let rate = Rate::new(2, 60).unwrap();
        let mut bucket = Bucket::default();
        bucket.take(rate, 100_000 * SECOND);
        let now = 1_000 * SECOND;
        assert!(!bucket.take(rate, now).allowed);
        assert!(bucket.take(rate, now + 30 * SECOND).allowed);
    }
}
