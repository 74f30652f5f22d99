//! Every number that is policy: how many, how often, how long.

use std::{collections::BTreeMap, time::Duration};

use group_inspection_store::jobs::{self, Kind};

use crate::{redis_wake, webhook};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// How the worker works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Queues that are served.
    pub queues: Vec<Queue>,
    /// Jobs of one lane of a queue, such as calls to one endpoint, that run at
    /// once in this process.
    pub lane_slots: usize,
    /// How long a worker sleeps at the most before it looks at the ledger
    /// again: the pick-up time when every wake-up is lost.
    pub poll_interval: Duration,
    /// How long a claim holds unless it is renewed.
    pub lease: Duration,
    /// How often the lease of a running job is renewed; well below `lease`.
    pub renew_every: Duration,
    /// How long running jobs may take to finish after the worker was told to
    /// stop. What still runs then is cut off and given back.
    pub drain: Duration,
    /// How often expired leases are swept up.
    pub sweep_every: Duration,
    /// How often the clocks of inspections are looked at.
    pub overdue_every: Duration,
    /// How often what has been kept for its time is deleted (DR-40).
    pub retention_every: Duration,
    /// How long finished jobs are kept.
    pub keep_finished: Duration,
    /// How often the mail service is asked for receipts that have not come.
    pub receipts_every: Duration,
    /// How long a receipt may take before it is asked for.
    pub receipts_after: Duration,
    /// How long the log of deliveries goes back.
    pub keep_deliveries: Duration,
    /// How long a notification may wait without a job before that counts as a
    /// defect and a job is made.
    pub adopt_after: Duration,
    /// Pauses while the database does not answer.
    pub trouble: Backoff,
    /// How often the recording of an ending is tried before it is left to the
    /// sweeper.
    pub record_tries: u32,
    /// How long a mail server may take to answer.
    pub mail_timeout: Duration,
    /// How webhooks are sent.
    pub webhook: webhook::Settings,
    /// How wake-ups travel by Redis.
    pub redis: redis_wake::Settings,
    /// Time-out and retries by kind of job.
    pub kinds: BTreeMap<String, KindPolicy>,
    /// Time-out and retries of any other kind.
    pub other: KindPolicy,
}

/// One queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Name.
    pub name: String,
    /// Jobs of it that run at once in this process.
    pub concurrency: usize,
}

/// How jobs of one kind are run.
#[derive(Debug, Clone, PartialEq)]
pub struct KindPolicy {
    /// How long one run may take.
    pub timeout: Duration,
    /// When a failed job is tried again.
    pub retry: Schedule,
}

/// When a failed job is tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Name, for logs.
    pub name: &'static str,
    /// Pause after the first failure, after the second, and so on. The last
    /// one repeats.
    pub steps: Vec<Duration>,
    /// Width of the band, as a part of the pause and around it, over which
    /// tries are spread so that they do not come all at once.
    pub jitter: f64,
}

/// Pauses that double up to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// First pause.
    pub first: Duration,
    /// Longest pause.
    pub most: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queues: jobs::QUEUES
                .into_iter()
                .map(|name| Queue {
                    name: name.to_owned(),
                    concurrency: match name {
                        // An import fills the database's hands by itself.
                        jobs::IMPORTS => 1,
                        // Most of a call's time here is waiting, for the
                        // receiver and for what is recorded together.
                        jobs::NOTIFY => 128,
                        jobs::NOTIFY_AGAIN => 32,
                        jobs::MAIL => 4,
                        _ => 2,
                    },
                })
                .collect(),
            lane_slots: 2,
            poll_interval: SECOND,
            lease: MINUTE,
            renew_every: 15 * SECOND,
            drain: 30 * SECOND,
            sweep_every: 30 * SECOND,
            overdue_every: HOUR,
            retention_every: 24 * HOUR,
            keep_finished: 7 * 24 * HOUR,
            receipts_every: 15 * MINUTE,
            receipts_after: 10 * MINUTE,
            keep_deliveries: 400 * 24 * HOUR,
            adopt_after: 5 * MINUTE,
            trouble: Backoff {
                first: Duration::from_millis(200),
                most: 10 * SECOND,
            },
            record_tries: 8,
            mail_timeout: 20 * SECOND,
            webhook: webhook::Settings::default(),
            redis: redis_wake::Settings::default(),
            kinds: BTreeMap::from([
                (
                    jobs::Import::KIND.to_owned(),
                    KindPolicy {
                        timeout: HOUR,
                        retry: Schedule::patient(),
                    },
                ),
                (
                    jobs::Compile::KIND.to_owned(),
                    KindPolicy {
                        timeout: 5 * MINUTE,
                        retry: Schedule::prompt(),
                    },
                ),
                (
                    jobs::Publish::KIND.to_owned(),
                    KindPolicy {
                        timeout: 5 * MINUTE,
                        retry: Schedule::prompt(),
                    },
                ),
                (
                    jobs::Notify::KIND.to_owned(),
                    KindPolicy {
                        timeout: MINUTE,
                        retry: Schedule::notification(),
                    },
                ),
            ]),
            other: KindPolicy {
                timeout: 5 * MINUTE,
                retry: Schedule::prompt(),
            },
        }
    }
}

impl Settings {
    /// The same in a hurry: what takes minutes takes seconds. For rehearsals
    /// of faults, which wait for each recovery.
    #[must_use]
    pub fn hasty() -> Self {
        let mut settings = Self {
            lease: 2 * SECOND,
            renew_every: SECOND / 2,
            drain: 4 * SECOND,
            sweep_every: SECOND / 2,
            trouble: Backoff {
                first: Duration::from_millis(100),
                most: SECOND,
            },
            ..Self::default()
        };
        for policy in settings
            .kinds
            .values_mut()
            .chain(std::iter::once(&mut settings.other))
        {
            for step in &mut policy.retry.steps {
                *step = (*step).min(SECOND);
            }
        }
        settings
    }

    /// How jobs of `kind` are run.
    #[must_use]
    pub fn policy(&self, kind: &str) -> &KindPolicy {
        self.kinds.get(kind).unwrap_or(&self.other)
    }
}

impl Schedule {
    /// For work that someone waits for.
    #[must_use]
    pub fn prompt() -> Self {
        Self {
            name: "prompt",
            steps: vec![
                2 * SECOND,
                10 * SECOND,
                30 * SECOND,
                2 * MINUTE,
                10 * MINUTE,
                30 * MINUTE,
                HOUR,
            ],
            jitter: 0.2,
        }
    }

    /// For long work.
    #[must_use]
    pub fn patient() -> Self {
        Self {
            name: "patient",
            steps: vec![30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR],
            jitter: 0.2,
        }
    }

    /// For recipients that may be away for days.
    #[must_use]
    pub fn notification() -> Self {
        Self {
            name: "notification",
            steps: vec![
                5 * SECOND,
                5 * MINUTE,
                30 * MINUTE,
                2 * HOUR,
                5 * HOUR,
                10 * HOUR,
                14 * HOUR,
                20 * HOUR,
                24 * HOUR,
            ],
            jitter: 0.2,
        }
    }

    /// Pause after the failure of claim number `attempt`, from 1. `fraction`
    /// is from 0 up to but not including 1; one half gives the pause itself.
    #[must_use]
    pub fn pause(&self, attempt: i16, fraction: f64) -> Duration {
        let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(0);
        let step = self.steps.get(index).or(self.steps.last());
        let factor = 1.0 + self.jitter.clamp(0.0, 1.0) * (fraction - 0.5);
        step.copied().unwrap_or(MINUTE).mul_f64(factor)
    }
}

impl Backoff {
    /// Pause after `failures` failures in a row, from 1.
    #[must_use]
    pub fn pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        self.first.saturating_mul(1 << doublings).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_of_a_schedule_repeats() {
        let schedule = Schedule::patient();
        let pauses: Vec<_> = (1..=6).map(|n| schedule.pause(n, 0.5).as_secs()).collect();
        assert_eq!(pauses, [30, 120, 600, 3600, 3600, 3600]);
    }

    #[test]
    fn jitter_stays_within_its_band() {
        let schedule = Schedule::notification();
        assert_eq!(schedule.pause(2, 0.0), Duration::from_secs(270));
        assert!(schedule.pause(2, 0.999_999) < Duration::from_secs(330));
    }

    #[test]
    fn a_notification_has_one_more_try_than_its_schedule_has_steps() {
        let steps = Schedule::notification().steps.len();
        assert_eq!(i16::try_from(steps), Ok(jobs::Notify::MAX_ATTEMPTS - 1));
    }

    #[test]
    fn backoff_doubles_up_to_its_limit() {
        let backoff = Settings::default().trouble;
        let pauses: Vec<_> = (1..=8).map(|n| backoff.pause(n).as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 6400, 10000, 10000]);
        assert_eq!(backoff.pause(u32::MAX), backoff.most);
    }

    #[test]
    fn leases_are_renewed_well_before_they_expire() {
        for settings in [Settings::default(), Settings::hasty()] {
            assert!(settings.renew_every * 3 <= settings.lease);
        }
    }
}
