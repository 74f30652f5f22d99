//! What the parts of one worker have in common.

use std::sync::Arc;

use futures::future::BoxFuture;
use group_inspection_store::{
    Actor, Error, Store, Tx,
    ledger::{self, Job, Recorded},
    operations, steps, sweep,
};
use group_inspection_telemetry::measure::job as measured;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Handlers, Settings, batch::Batch, handler::delta, problem};

/// What a worker has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Looks at the ledger.
    pub polls: u64,
    /// Looks that failed.
    pub poll_failures: u64,
    /// Jobs claimed.
    pub claimed: u64,
    /// Jobs done.
    pub done: u64,
    /// Failures after which the job waits to be tried again.
    pub retried: u64,
    /// Snoozes.
    pub snoozed: u64,
    /// Jobs declared dead after a run.
    pub dead: u64,
    /// Runs whose lease was lost; nothing was recorded.
    pub lost: u64,
    /// Claims given back without an ending.
    pub released: u64,
    /// Leases renewed.
    pub renewed: u64,
    /// Sweeps finished.
    pub sweeps: u64,
}

/// A job that is done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    /// Who holds its lease.
    pub(crate) owner: String,
}

/// Records that jobs are done.
fn all_done(store: Store, done: Vec<Done>) -> BoxFuture<'static, Result<Vec<Recorded>, Error>> {
    Box::pin(async move {
        store
            .write(&actor(), move |tx| {
                let held: Vec<(Uuid, String)> = done
                    .iter()
                    .map(|done| (done.id, done.owner.clone()))
                    .collect();
                let recorded = ledger::conclude_done(tx, &held)?;
                for done in &done {
                    steps::reach(&done.kind, "ending");
                }
                Ok(recorded)
            })
            .await
    })
}

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) settings: Settings,
    pub(crate) handlers: Handlers,
    /// Endings of jobs that are done.
    pub(crate) done: Batch<Store, Done, Recorded>,
    /// No more claims.
    pub(crate) stopping: watch::Sender<bool>,
    /// No more running either.
    pub(crate) abandoning: watch::Sender<bool>,
    counts: watch::Sender<Counts>,
}

impl Shared {
    pub(crate) fn new(store: Store, settings: Settings, handlers: Handlers) -> Self {
        Self {
            store,
            settings,
            handlers,
            done: Batch::new(all_done),
            stopping: watch::Sender::new(false),
            abandoning: watch::Sender::new(false),
            counts: watch::Sender::new(Counts::default()),
        }
    }

    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        self.counts.send_modify(change);
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// The kind of a job, for labels: only what a handler is there for.
    pub(crate) fn known_kind<'a>(&self, kind: &'a str) -> &'a str {
        known_kind(&self.handlers, kind)
    }

    /// Gives claims up without an attempt being counted.
    pub(crate) async fn release(&self, owner: &str, jobs: Vec<Job>) {
        for job in jobs {
            let id = job.id;
            let owner = owner.to_owned();
            let released = self
                .store
                .write(&actor(), move |tx| {
                    ledger::release(tx.connection(), id, &owner)
                })
                .await;
            match released {
                Ok(()) => {
                    self.count(|counts| counts.released += 1);
                    // Another process may take it at once.
                    self.store.wake().wake(&job.queue);
                }
                // The lease expires by itself.
                Err(error) => tracing::warn!(%error, job = %id, "a claim was not given back"),
            }
        }
    }

    /// Extends the lease of a job; `false` if it is lost.
    pub(crate) async fn renew(&self, job: &Job, owner: &str) -> Result<bool, Error> {
        let (id, owner) = (job.id, owner.to_owned());
        let lease = delta(self.settings.lease);
        let held = self
            .store
            .write(&actor(), move |tx| {
                let until = tx.ledger_now()? + lease;
                ledger::renew(tx.connection(), id, &owner, until)
            })
            .await?;
        if held {
            self.count(|counts| counts.renewed += 1);
        }
        Ok(held)
    }
}

fn known_kind<'a>(handlers: &Handlers, kind: &'a str) -> &'a str {
    match handlers.get(kind) {
        Some(_) => kind,
        None => measured::UNKNOWN_KIND,
    }
}

pub(crate) fn actor() -> Actor {
    Actor::system("worker")
}

/// What follows from the death of a job, in the transaction that declares it.
pub(crate) fn bury(
    tx: &mut Tx<'_>,
    handlers: &Handlers,
    job: &Job,
    code: &str,
    text: &str,
) -> Result<(), Error> {
    tracing::error!(job = %job.id, kind = %job.kind, code, "a job is dead");
    measured::dead(known_kind(handlers, &job.kind));
    if let Some(operation) = job.operation_id {
        let now = tx.now();
        operations::fail(
            tx.connection(),
            operation,
            now,
            &problem::failed(code, text),
        )?;
    }
    let Some(handler) = handlers.get(&job.kind) else {
        return Ok(());
    };
    if let Err(error) = sweep::apart(tx, |tx| handler.buried(tx, job))? {
        tracing::error!(%error, job = %job.id, kind = %job.kind, "the aftermath of a dead job failed");
    }
    Ok(())
}

/// Shared state, as handed around.
pub(crate) type Common = Arc<Shared>;
