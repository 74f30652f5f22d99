//! Tokens that this process has taken from a shared bucket in advance, so that
//! not every request asks Redis.

use super::{Standing, rate::Rate, shared::Reply};

/// How long leased tokens may lie unused. What is left then goes back with the
/// next question.
const HOLD: i64 = 250_000_000;
/// How long one question may keep others from asking for a lease, and how long
/// "none left" is believed at the most.
const ASKING: i64 = 1_000_000_000;
/// A lease is this part of the quota at the most.
const PART: u32 = 50;
/// And never more than this.
const MOST: u32 = 1_000;

/// Tokens leased for one client.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lease {
    left: u32,
    size: u32,
    until: i64,
    asking_until: i64,
    empty_until: i64,
    token_at: i64,
    /// What the shared bucket last said.
    there: Reply,
}

/// What to do about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Leased tokens, or their known lack, answer it.
    Known(Standing),
    /// The shared bucket is to be asked for `want` and given `back`.
    Ask {
        /// Tokens to ask for.
        want: u32,
        /// Tokens to give back.
        back: u32,
        /// Whether what is granted beyond this request is a lease.
        lease: bool,
    },
}

impl Lease {
    /// The next step for a request. The lease grows while it is used up
    /// quickly and shrinks to what is used.
    pub(super) fn step(&mut self, rate: Rate, now: i64) -> Step {
        if let Some(refusal) = self.look(rate, now) {
            return Step::Known(refusal);
        }
        let held = now < self.until.min(now + HOLD);
        if held && self.left > 0 {
            self.left -= 1;
            return Step::Known(self.standing(rate, true, 0));
        }
        if now < self.asking_until.min(now + ASKING) {
            return Step::Ask {
                want: 1,
                back: 0,
                lease: false,
            };
        }
        let most = (rate.quota() / PART).clamp(1, MOST);
        let used = self.size.saturating_sub(self.left);
        let next = if held { self.size * 2 } else { used };
        self.size = next.clamp(1, most);
        self.asking_until = now + ASKING;
        let back = std::mem::take(&mut self.left);
        Step::Ask {
            want: self.size,
            back,
            lease: true,
        }
    }

    /// Takes in what the shared bucket said to a question of `now`.
    pub(super) fn replied(&mut self, rate: Rate, now: i64, lease: bool, reply: Reply) -> Standing {
        self.there = reply;
        if lease {
            self.asking_until = 0;
        }
        if reply.granted == 0 {
            self.empty_until = now + reply.token_in.min(ASKING);
            self.token_at = now + reply.token_in;
            return self.standing(rate, false, reply.token_in);
        }
        if lease {
            self.left += reply.granted - 1;
            self.until = now + HOLD;
        }
        self.standing(rate, true, 0)
    }

    /// No answer came.
    pub(super) fn unanswered(&mut self) {
        self.asking_until = 0;
    }

    /// The refusal of a request that is not made, as far as is known here.
    pub(super) fn look(&self, rate: Rate, now: i64) -> Option<Standing> {
        let empty = self.left == 0 && now < self.empty_until.min(now + ASKING);
        empty.then(|| self.standing(rate, false, self.token_at - now))
    }

    /// Whether nothing is lost by forgetting it.
    pub(super) const fn is_idle(&self, now: i64) -> bool {
        self.until <= now && self.asking_until <= now && self.empty_until <= now
    }

    fn standing(&self, rate: Rate, allowed: bool, token_in: i64) -> Standing {
        Standing::new(
            rate,
            allowed,
            self.there.left.saturating_add(self.left),
            self.there.full_in,
            token_in,
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn granted(granted: u32) -> Reply {
        Reply {
            granted,
            left: 100,
            full_in: 0,
            token_in: 0,
        }
    }

    /// Sends `requests`, `gap` apart; returns how often Redis was asked.
    fn asked(lease: &mut Lease, rate: Rate, from: i64, requests: i64, gap: i64) -> usize {
        let mut asked = 0;
        for request in 0..requests {
            let now = from + request * gap;
            match lease.step(rate, now) {
                Step::Known(standing) => assert!(standing.allowed),
                Step::Ask {
                    want, lease: owner, ..
                } => {
                    asked += 1;
                    assert!(lease.replied(rate, now, owner, granted(want)).allowed);
                }
            }
        }
        asked
    }

    #[test]
    fn a_busy_client_seldom_asks_and_a_quiet_one_keeps_nothing() {
        let rate = Rate::new(60_000, 60).unwrap();
        let mut lease = Lease::default();
        let busy = asked(&mut lease, rate, 10_000_000_000, 10_000, 100_000);
        assert!(busy < 40, "{busy}");
        let quiet = asked(&mut lease, rate, 20_000_000_000, 20, 1_000_000_000);
        assert_eq!(quiet, 20);
        assert_eq!(lease.size, 1);
    }

    #[test]
    fn what_was_not_used_goes_back_with_the_next_question() {
        let rate = Rate::new(60_000, 60).unwrap();
        let mut lease = Lease {
            size: 10,
            ..Lease::default()
        };
        lease.replied(rate, 0, true, granted(10));
        assert!(matches!(lease.step(rate, 1), Step::Known(_)));
        let Step::Ask { want, back, .. } = lease.step(rate, HOLD + 1) else {
            panic!("not asked")
        };
        assert_eq!((want, back), (2, 8));
    }

    #[test]
    fn while_one_request_asks_others_do_not_wait_for_it() {
        let rate = Rate::new(60_000, 60).unwrap();
        let mut lease = Lease::default();
        assert!(matches!(lease.step(rate, 5), Step::Ask { lease: true, .. }));
        let other = Step::Ask {
            want: 1,
            back: 0,
            lease: false,
        };
        assert_eq!(lease.step(rate, 6), other);
        // The first never came back: its connection was lost.
        assert!(matches!(
            lease.step(rate, 5 + ASKING),
            Step::Ask { lease: true, .. }
        ));
    }

    #[test]
    fn that_there_are_none_is_believed_for_a_second_at_the_most() {
        let rate = Rate::new(1, 3_600).unwrap();
        let mut lease = Lease::default();
        lease.step(rate, 0);
        let none = Reply {
            granted: 0,
            left: 0,
            full_in: rate.window(),
            token_in: rate.window(),
        };
        let refused = lease.replied(rate, 0, true, none);
        assert_eq!((refused.allowed, refused.retry_after), (false, 3_600));
        assert!(matches!(lease.step(rate, 10), Step::Known(standing) if !standing.allowed));
    }
}
