//! What carries a job out, in terms that know nothing of the job library.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use group_inspection_store::{
    Actor, Error, Store, Tx,
    jobs::{self, Kind},
    ledger::{Job, Known},
};
use group_inspection_telemetry::trace::TraceParent;
use tokio::sync::watch;

use crate::{problem, settings::Schedule};

/// Carries out jobs of one kind.
///
/// A handler may run more than once for the same job, and may be cut off at
/// any await. It writes through the store and makes the second run harmless.
pub trait Handler: Send + Sync + 'static {
    /// Runs the job.
    ///
    /// Work that keeps a processor busy belongs on a blocking thread. Such
    /// work is not stopped by the time-out; only its result is ignored.
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a>;

    /// Called in the transaction that declares a job dead, whether its
    /// handler failed or its worker went away. Its failure is logged and does
    /// not keep the job alive.
    ///
    /// # Errors
    /// If the database fails.
    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        let _ = (tx, job);
        Ok(())
    }
}

/// A run in progress.
pub type Running<'a> = BoxFuture<'a, Result<Outcome, Failure>>;

/// How a run ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The job is done.
    Done,
    /// It is too early; look again then. Does not count as an attempt.
    SnoozeUntil(DateTime<Utc>),
}

/// How a run ended badly. Codes are stable; texts are shown to callers and
/// tell nothing internal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed later, as the schedule of the kind has it.
    Retryable {
        /// Stable code.
        code: String,
        /// What went wrong.
        text: String,
    },
    /// It may succeed from this time on, which whoever refused has named.
    Later {
        /// Stable code.
        code: String,
        /// What went wrong.
        text: String,
        /// When to try again.
        at: DateTime<Utc>,
    },
    /// It will never succeed.
    Permanent {
        /// Stable code.
        code: String,
        /// What went wrong.
        text: String,
    },
}

impl Failure {
    /// A failure that may go away.
    pub fn retryable(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Retryable {
            code: code.into(),
            text: text.into(),
        }
    }

    /// A failure that will not go away.
    pub fn permanent(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Permanent {
            code: code.into(),
            text: text.into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match &error {
            Error::NotFound => Self::permanent("not_found", "what the job is about is not there"),
            Error::Conflict(conflict) => Self::permanent("conflict", conflict.to_string()),
            Error::Forbidden(refusal) | Error::Refused(refusal) => {
                Self::permanent("refused", refusal.to_string())
            }
            Error::Unavailable(detail) => {
                tracing::warn!(%detail, "the database was not available to a job");
                Self::retryable("database_unavailable", "the database was not available")
            }
            Error::Internal(detail) => {
                tracing::error!(%detail, "a job met an internal failure of the store");
                Self::retryable("internal", "an internal failure")
            }
        }
    }
}

/// What a handler knows of the run.
#[derive(Debug, Clone)]
pub struct JobContext {
    /// The job as claimed.
    pub job: Job,
    /// Place of this run in its trace, if it has one.
    pub traced: Option<TraceParent>,
    /// The store.
    pub store: Store,
    /// When the run is cut off.
    pub deadline: DateTime<Utc>,
    pub(crate) retry: Schedule,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl JobContext {
    /// What the job needs to know.
    ///
    /// # Errors
    /// A permanent failure if the job is of another kind or version.
    pub fn payload<K: Kind>(&self) -> Result<K, Failure> {
        K::from_job(&self.job)
            .ok_or_else(|| Failure::permanent(problem::BAD_PAYLOAD, "the job cannot be read"))
    }

    /// Who the job acts as.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let actor = Actor::system("worker").traced(self.traced.clone());
        match &self.job.request_id {
            Some(request) => actor.on_request(request.clone()),
            None => actor,
        }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.store.environment().clock.now()
    }

    /// When the schedule would try again after a failure now; `None` if this
    /// is the last attempt. Drawn anew with every call.
    #[must_use]
    pub fn next_try(&self) -> Option<DateTime<Utc>> {
        (self.job.attempts < self.job.max_attempts).then(|| self.scheduled())
    }

    pub(crate) fn scheduled(&self) -> DateTime<Utc> {
        let fraction = self.store.environment().ids.fraction();
        self.now() + delta(self.retry.pause(self.job.attempts, fraction))
    }

    /// Whether the worker was told to stop: a good time to end early with a
    /// snooze, where the work can be taken up again.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}

/// A duration as the store's clock counts it.
pub(crate) fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Version of the payload of a kind that the store does not know of.
const FIRST: i16 = 1;

/// Handlers by kind of job.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<String, Arc<dyn Handler>>);

impl Handlers {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more.
    #[must_use]
    pub fn with(mut self, kind: &str, handler: impl Handler) -> Self {
        self.0.insert(kind.to_owned(), Arc::new(handler));
        self
    }

    /// What these handlers can carry out.
    #[must_use]
    pub fn known(&self) -> Known {
        self.0.keys().fold(Known::default(), |known, kind| {
            known.with(kind, jobs::newest_version(kind).unwrap_or(FIRST))
        })
    }

    /// The handler of a kind.
    #[must_use]
    pub fn get(&self, kind: &str) -> Option<Arc<dyn Handler>> {
        self.0.get(kind).map(Arc::clone)
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
