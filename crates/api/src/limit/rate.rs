//! A limit as it is set: so many requests within so many seconds.

use std::{fmt, str::FromStr};

/// So many requests within so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    quota: u32,
    seconds: u32,
}

/// What is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be REQUESTS/SECONDS, such as 6000/60, or off")]
pub struct NotARate;

impl Rate {
    /// Longest window, so that times stay far from the end of their numbers.
    const LONGEST: u32 = 86_400;

    /// A limit of `quota` requests within `seconds`; none of zero.
    #[must_use]
    pub const fn new(quota: u32, seconds: u32) -> Option<Self> {
        if quota == 0 || quota > 1_000_000_000 || seconds == 0 || seconds > Self::LONGEST {
            None
        } else {
            Some(Self { quota, seconds })
        }
    }

    /// A limit, or none for `off`.
    ///
    /// # Errors
    /// [`NotARate`] for anything else.
    pub fn or_off(text: &str) -> Result<Option<Self>, NotARate> {
        if text == "off" {
            Ok(None)
        } else {
            text.parse().map(Some)
        }
    }

    /// Requests.
    #[must_use]
    pub const fn quota(self) -> u32 {
        self.quota
    }

    /// Seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// Nanoseconds of the window.
    pub(super) const fn window(self) -> i64 {
        self.seconds as i64 * 1_000_000_000
    }

    /// Nanoseconds until one more request is allowed.
    pub(super) const fn cost(self) -> i64 {
        self.window() / self.quota as i64
    }

    /// Nanoseconds of a full bucket: the window, less what is lost to whole
    /// nanoseconds for each request, so that it holds the quota exactly.
    pub(super) const fn full(self) -> i64 {
        self.cost() * self.quota as i64
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (quota, seconds) = text.split_once('/').ok_or(NotARate)?;
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| NotARate);
        Self::new(number(quota)?, number(seconds)?).ok_or(NotARate)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.quota, self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_two_numbers_or_off() {
        assert_eq!(Rate::or_off("6000/60"), Ok(Rate::new(6_000, 60)));
        assert_eq!(Rate::or_off("off"), Ok(None));
        for wrong in ["", "60", "0/60", "60/0", "-1/60", "6/1/1", "OFF", "1/86401"] {
            assert_eq!(Rate::or_off(wrong), Err(NotARate), "{wrong}");
        }
    }
}
