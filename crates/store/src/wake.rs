//! Wake-ups: how a worker learns at once that a queue has work.
//!
//! A wake-up is only a hint. It may be lost or doubled; the ledger is the
//! truth, and the worker also looks at it on a timer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::Notify;

/// What is woken, as if it were a queue, when a report was published or
/// withdrawn.
pub const PUBLISHED: &str = "published";

/// Tells workers that a queue may have work.
pub trait Wake: Send + Sync + 'static {
    /// Called after the transaction that wrote the job has committed. Must
    /// not block.
    fn wake(&self, queue: &str);
}

/// Wake-ups between the tasks of one process.
#[derive(Debug, Default)]
pub struct LocalWake {
    queues: Mutex<BTreeMap<String, Arc<Notify>>>,
}

impl LocalWake {
    /// The signal of one queue. Register interest in it before looking at the
    /// ledger, so that no wake-up falls in between.
    #[must_use]
    pub fn signal(&self, queue: &str) -> Arc<Notify> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry(queue.to_owned()).or_default())
    }
}

impl Wake for LocalWake {
    fn wake(&self, queue: &str) {
        // `notify_one` keeps one wake-up for a worker that is not waiting yet.
        self.signal(queue).notify_one();
    }
}

/// Wakes nobody: for commands that only write, and for tests of the timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoWake;

impl Wake for NoWake {
    fn wake(&self, _queue: &str) {}
}
