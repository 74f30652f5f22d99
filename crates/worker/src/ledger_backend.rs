//! The one place that knows the job library: a backend over the ledger.
//!
//! The backend is a thin shell. All waiting happens in [`Feed::next`], an
//! ordinary async function, so each timer and signal is registered by being
//! polled and none can be forgotten between two polls. The feed
//!
//! * claims no more than there are free slots, so nothing claimed waits;
//! * registers interest in the wake-up before it looks, so no wake-up falls
//!   in between;
//! * keeps a failing database to itself: an error returned here would end the
//!   worker together with everything it runs.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use apalis::prelude::{
    Backend, Identity, Monitor, MonitorError, ParallelizeExt, Task, TaskBuilder, TaskId,
    WorkerBuilder, WorkerContext,
};
use apalis_core::backend::{BackendConfig, finalize::Ephemeral};
use chrono::{DateTime, Utc};
use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use group_inspection_store::{
    Error,
    ledger::{self, Job},
    operations, steps,
};
use group_inspection_telemetry::measure::job::{self as measured, Step};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

use crate::{
    execution,
    handler::delta,
    lanes::{LaneSlot, Lanes},
    settings::Queue,
    shared::{Common, actor},
};

/// Shortest pause between two looks when a job is due that another worker is
/// just taking.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);

/// A job with its claim and its slot.
pub(crate) struct Claimed {
    pub(crate) job: Job,
    /// Name under which the lease is held.
    pub(crate) owner: Arc<str>,
    /// Free again when the job has ended.
    pub(crate) slot: (OwnedSemaphorePermit, Option<LaneSlot>),
}

/// Serves the queues until `signal` resolves and everything running has
/// ended.
pub(crate) async fn serve(
    common: &Common,
    signals: Vec<(Queue, Arc<Notify>)>,
    signal: impl Future<Output = ()> + Send,
) -> Result<(), MonitorError> {
    let mut monitor = Monitor::new().should_restart(|worker, error| {
        tracing::error!(worker = worker.name(), %error, "a worker is started again");
        true
    });
    for (queue, wake) in signals {
        let common = Arc::clone(common);
        // Slots outlive a restart, as do the jobs that hold them.
        let slots = Arc::new(Semaphore::new(queue.concurrency.max(1)));
        let lanes = Lanes::new(common.settings.lane_slots, Arc::clone(&wake));
        monitor = monitor.register(move |restarts| {
            // A name is used for one start only: leases are held under it.
            let owner: Arc<str> = worker_name(&common, &queue.name).into();
            let feed = Feed {
                common: Arc::clone(&common),
                queue: queue.name.as_str().into(),
                owner: Arc::clone(&owner),
                slots: Arc::clone(&slots),
                lanes: Arc::clone(&lanes),
                wake: Arc::clone(&wake),
                ready: VecDeque::new(),
                failures: u32::try_from(restarts).unwrap_or(u32::MAX),
            };
            let common = Arc::clone(&common);
            WorkerBuilder::new(owner.as_ref())
                .backend(LedgerBackend::new(feed))
                // On tasks of their own, jobs survive a restart of the worker.
                .parallelize(tokio::spawn)
                .build(move |claimed: Claimed| execution::execute(Arc::clone(&common), claimed))
        });
    }
    monitor
        .run_with_signal(async {
            signal.await;
            Ok(())
        })
        .await
}

fn worker_name(common: &Common, queue: &str) -> String {
    let environment = common.store.environment();
    let start = environment.ids.next(environment.clock.now());
    format!("{queue}-{}-{}", std::process::id(), start.simple())
}

struct LedgerBackend {
    feed: BoxStream<'static, Claimed>,
    common: Common,
}

impl LedgerBackend {
    fn new(feed: Feed) -> Self {
        let common = Arc::clone(&feed.common);
        let feed = stream::unfold(feed, |mut feed| async move {
            feed.next().await.map(|claimed| (claimed, feed))
        });
        Self {
            feed: feed.fuse().boxed(),
            common,
        }
    }
}

impl Backend for LedgerBackend {
    type Task = Task<Claimed>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Self::Error>>> {
        self.feed.poll_next_unpin(cx).map(|next| {
            next.map(|claimed| {
                let id = TaskId::from_string(claimed.job.id);
                Ok(TaskBuilder::new(claimed).task_id(id).build())
            })
        })
    }

    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Self::Error>> {
        // The feed gives back what it holds and ends.
        self.common.stopping.send_replace(true);
        while let Poll::Ready(next) = self.feed.poll_next_unpin(cx) {
            if next.is_none() {
                return Poll::Ready(Ok(()));
            }
        }
        Poll::Pending
    }
}

impl BackendConfig for LedgerBackend {
    type Args = Claimed;
    type Id = String;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &Self::Config {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Self::Layer {
        Identity::new()
    }
}

/// Jobs of one queue, as they fall due and slots become free.
struct Feed {
    common: Common,
    queue: Arc<str>,
    owner: Arc<str>,
    slots: Arc<Semaphore>,
    lanes: Arc<Lanes>,
    wake: Arc<Notify>,
    ready: VecDeque<Claimed>,
    /// Failures in a row.
    failures: u32,
}

impl Feed {
    async fn next(&mut self) -> Option<Claimed> {
        let mut stopping = self.common.stopping.subscribe();
        if self.failures > 0 {
            let pause = self.common.settings.trouble.pause(self.failures);
            tokio::select! {
                () = sleep(pause) => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        }
        loop {
            if *stopping.borrow() {
                let held = self.ready.drain(..).map(|claimed| claimed.job).collect();
                self.common.release(&self.owner, held).await;
                return None;
            }
            if let Some(claimed) = self.ready.pop_front() {
                return Some(claimed);
            }
            // Slots first: while none is free, wake-ups are left for others.
            let mut free = tokio::select! {
                // Both may be ready: no claim is made just to be given back.
                biased;
                _ = stopping.wait_for(|stop| *stop) => continue,
                slots = free_slots(&self.slots) => slots,
            };
            let wake = Arc::clone(&self.wake);
            let mut woken = pin!(wake.notified());
            woken.as_mut().enable();
            let pause = match self.claim(free.len()).await {
                Ok((jobs, next_due)) => {
                    self.failures = 0;
                    self.hold(jobs, &mut free);
                    if !self.ready.is_empty() {
                        continue;
                    }
                    self.until(next_due)
                }
                Err(error) => {
                    self.failures = self.failures.saturating_add(1);
                    self.common.count(|counts| counts.poll_failures += 1);
                    measured::ledger_failed(Step::Claim);
                    tracing::warn!(%error, queue = %self.queue, "the ledger did not answer");
                    drop(free);
                    tokio::select! {
                        () = sleep(self.common.settings.trouble.pause(self.failures)) => {}
                        _ = stopping.wait_for(|stop| *stop) => {}
                    }
                    continue;
                }
            };
            drop(free);
            tokio::select! {
                () = woken => {}
                () = sleep(pause) => {}
                _ = stopping.wait_for(|stop| *stop) => {}
            }
        }
    }

    fn hold(&mut self, jobs: Vec<Job>, free: &mut Vec<OwnedSemaphorePermit>) {
        for job in jobs {
            if let Some(slot) = free.pop() {
                let lane = job.lane.map(|lane| self.lanes.take(lane));
                self.ready.push_back(Claimed {
                    job,
                    owner: Arc::clone(&self.owner),
                    slot: (slot, lane),
                });
            }
        }
    }

    fn until(&self, next_due: Option<DateTime<Utc>>) -> Duration {
        let interval = self.common.settings.poll_interval;
        let now = self.common.store.environment().clock.now();
        next_due.map_or(interval, |due| {
            let wait = (due - now).to_std().unwrap_or_default();
            wait.max(SHORTEST_PAUSE).min(interval)
        })
    }

    /// Claims on a task of its own: a claim that is being made is not dropped
    /// half-way, and one made too late is given back.
    async fn claim(&self, slots: usize) -> Result<(Vec<Job>, Option<DateTime<Utc>>), Error> {
        let common = Arc::clone(&self.common);
        let (queue, owner) = (Arc::clone(&self.queue), Arc::clone(&self.owner));
        let limit = i64::try_from(slots).unwrap_or(i64::MAX);
        let room = self.lanes.room();
        tokio::spawn(async move {
            let lease = delta(common.settings.lease);
            let (name, known) = (Arc::clone(&owner), common.handlers.known());
            let claimed = common
                .store
                .write(&actor(), move |tx| {
                    let now = tx.ledger_now()?;
                    let at = (now, lease);
                    let jobs = ledger::claim_within(
                        tx.connection(),
                        &queue,
                        &name,
                        at,
                        limit,
                        &room,
                        &known,
                    )?;
                    for operation in jobs.iter().filter_map(|job| job.operation_id) {
                        operations::progress(tx.connection(), operation, None)?;
                    }
                    let next_due = if jobs.is_empty() {
                        // By the clock of this process, which is what it waits by.
                        let ahead = now - tx.now();
                        ledger::next_due(tx.connection(), &queue, &room, &known)?
                            .map(|due| due - ahead)
                    } else {
                        None
                    };
                    for job in &jobs {
                        steps::reach(&job.kind, "claiming");
                    }
                    Ok((jobs, next_due))
                })
                .await;
            common.count(|counts| counts.polls += 1);
            let (jobs, next_due) = claimed?;
            if common.is_stopping() {
                common.release(&owner, jobs).await;
                return Ok((Vec::new(), next_due));
            }
            common.count(|counts| counts.claimed += jobs.len() as u64);
            for job in &jobs {
                let claimed = job.started_at.unwrap_or(job.run_at);
                let waited = (claimed - job.run_at).to_std().unwrap_or_default();
                measured::claimed(&job.queue, waited);
            }
            Ok((jobs, next_due))
        })
        .await
        .map_err(|error| Error::internal("claiming", error))?
    }
}

/// Every slot that is free, at least one.
async fn free_slots(slots: &Arc<Semaphore>) -> Vec<OwnedSemaphorePermit> {
    let mut free = Vec::new();
    // The semaphore is never closed.
    if let Ok(first) = Arc::clone(slots).acquire_owned().await {
        free.push(first);
    }
    // Jobs that were recorded together end together: let them.
    tokio::task::yield_now().await;
    while let Ok(more) = Arc::clone(slots).try_acquire_owned() {
        free.push(more);
    }
    free
}
