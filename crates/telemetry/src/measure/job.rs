//! The ledger, as the worker of this process sees it.

use std::time::Duration;

use metrics::{counter, gauge, histogram};

use crate::names::{
    JOB_ATTEMPTS, JOB_PICK_UP_SECONDS, JOB_RUN_SECONDS, JOBS_DEAD, LEASES_EXPIRED, LEDGER_FAILURES,
    SWEEP_LAST_SUCCESS, SWEEPS,
};

/// Kind of a job that no handler knows.
pub const UNKNOWN_KIND: &str = "unknown";

/// A job was claimed, so long after it fell due.
pub fn claimed(queue: &str, waited: Duration) {
    histogram!(JOB_PICK_UP_SECONDS.name, "queue" => queue.to_owned()).record(waited);
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran {
    /// The job is done.
    Done,
    /// It will be tried again.
    Retried,
    /// It was too early.
    Snoozed,
    /// It is dead.
    Dead,
    /// Its lease went to somebody else.
    Lost,
    /// It was cut off and given back.
    CutOff,
    /// What came of it could not be recorded.
    Unrecorded,
}

impl Ran {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Retried => "retried",
            Self::Snoozed => "snoozed",
            Self::Dead => "dead",
            Self::Lost => "lost",
            Self::CutOff => "cut_off",
            Self::Unrecorded => "unrecorded",
        }
    }
}

/// A run has ended; `attempts` counts it.
pub fn ran(kind: &str, outcome: Ran, attempts: i16, took: Duration) {
    histogram!(
        JOB_RUN_SECONDS.name,
        "kind" => kind.to_owned(),
        "outcome" => outcome.as_str(),
    )
    .record(took);
    if matches!(outcome, Ran::Done | Ran::Dead) {
        histogram!(
            JOB_ATTEMPTS.name,
            "kind" => kind.to_owned(),
            "outcome" => outcome.as_str(),
        )
        .record(f64::from(attempts));
    }
}

/// A job was declared dead.
pub fn dead(kind: &str) {
    counter!(JOBS_DEAD.name, "kind" => kind.to_owned()).increment(1);
}

/// What was to be done when the ledger did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Claim a job.
    Claim,
    /// Renew a lease.
    Renew,
    /// Record an ending.
    End,
}

/// The ledger did not answer.
pub fn ledger_failed(step: Step) {
    let step = match step {
        Step::Claim => "claim",
        Step::Renew => "renew",
        Step::End => "end",
    };
    counter!(LEDGER_FAILURES.name, "step" => step).increment(1);
}

/// A sweep has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// It found leases that had expired.
    Done {
        /// Jobs returned to their queue.
        returned: u64,
        /// Jobs that are dead now.
        dead: u64,
    },
    /// Another process was sweeping.
    Elsewhere,
    /// It failed.
    Failed,
}

/// A sweep has ended, at a time in seconds since 1970.
pub fn swept(swept: Swept, at: f64) {
    let outcome = match swept {
        Swept::Done { returned, dead } => {
            counter!(LEASES_EXPIRED.name, "outcome" => "returned").increment(returned);
            counter!(LEASES_EXPIRED.name, "outcome" => "dead").increment(dead);
            "done"
        }
        Swept::Elsewhere => "elsewhere",
        Swept::Failed => "failed",
    };
    counter!(SWEEPS.name, "outcome" => outcome).increment(1);
    if swept != Swept::Failed {
        gauge!(SWEEP_LAST_SUCCESS.name).set(at);
    }
}
