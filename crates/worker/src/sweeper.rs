//! Sweeping up: leases of workers that went away, rows that are past their
//! time, and work that no one would do.

use std::sync::Arc;

use group_inspection_store::{
    Actor, Error, Store, audit, idempotency,
    jobs::{self, Kind},
    ledger::{self, LEASE_EXPIRED, NewJob},
    notifications, recipients, steps, sweep,
};
use group_inspection_telemetry::measure::job as measured;
use tokio::time::sleep;

use crate::{
    Handlers, Settings,
    handler::delta,
    shared::{Common, bury},
};

/// Audit events sealed in one transaction at the most.
const SEAL_AT_ONCE: i64 = 500;

/// Old deliveries deleted in one sweep at the most.
const PRUNE_AT_ONCE: i64 = 1_000;

/// What one sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs given back to their queue.
    pub returned: usize,
    /// Jobs declared dead.
    pub dead: usize,
    /// Notifications that had lost their job.
    pub adopted: usize,
    /// Idempotency keys, finished jobs and old deliveries deleted.
    pub pruned: usize,
    /// Queues with due work, woken.
    pub due_queues: Vec<String>,
}

/// Sweeps once, unless another process is sweeping; then returns `None`.
///
/// # Errors
/// If the database fails.
pub async fn sweep_once(
    store: &Store,
    handlers: &Handlers,
    settings: &Settings,
) -> Result<Option<Swept>, Error> {
    let handlers = handlers.clone();
    let keep = delta(settings.keep_finished);
    let keep_deliveries = delta(settings.keep_deliveries);
    let adopt_after = delta(settings.adopt_after);
    let overdue_every = delta(settings.overdue_every);
    let receipts_every = delta(settings.receipts_every);
    let retention_every = delta(settings.retention_every);
    let swept = store
        .write(&Actor::system("sweeper"), move |tx| {
            if !sweep::alone(tx)? {
                return Ok(None);
            }
            let now = tx.now();
            let due = tx.ledger_now()?;
            let found = ledger::sweep(tx.connection(), due, &handlers.known())?;
            for job in &found.dead {
                let text = "the worker went away during the last attempt";
                bury(tx, &handlers, job, LEASE_EXPIRED, text)?;
            }
            let adopted = notifications::adopt(tx, now - adopt_after)?;
            for id in &adopted {
                tracing::error!(notification = %id, "a notification waited without a job");
            }
            if handlers.get(jobs::Overdue::KIND).is_some() {
                // While one waits or runs, there is no other.
                let next = jobs::Overdue {}.job("hourly", None)?;
                tx.enqueue(&NewJob {
                    run_at: Some(now + overdue_every),
                    ..next
                })?;
            }
            if handlers.get(jobs::Retention::KIND).is_some() {
                let next = jobs::Retention {}.job("daily", None)?;
                tx.enqueue(&NewJob {
                    run_at: Some(now + retention_every),
                    ..next
                })?;
            }
            if handlers.get(jobs::Receipts::KIND).is_some() {
                let next = jobs::Receipts {}.job("now and then", None)?;
                tx.enqueue(&NewJob {
                    run_at: Some(now + receipts_every),
                    ..next
                })?;
            }
            recipients::forget_previous_keys(tx)?;
            let pruned = idempotency::prune(tx)?
                + ledger::prune(tx.connection(), due - keep)?
                + notifications::prune(tx.connection(), now - keep_deliveries, PRUNE_AT_ONCE)?;
            steps::reach("sweep", "committing");
            Ok(Some(Swept {
                returned: found.returned,
                dead: found.dead.len(),
                adopted: adopted.len(),
                pruned,
                due_queues: found.due_queues,
            }))
        })
        .await?;
    if let Some(swept) = &swept {
        let wake = store.wake();
        for queue in &swept.due_queues {
            wake.wake(queue);
        }
        if swept.returned > 0 || swept.dead > 0 {
            tracing::warn!(
                returned = swept.returned,
                dead = swept.dead,
                "jobs of workers that went away"
            );
        }
    }
    Ok(swept)
}

/// Seals the audit events that wait for it, some at a time so that no other
/// transaction waits long.
async fn seal(store: &Store) -> Result<(), Error> {
    loop {
        let sealed = store
            .write(&Actor::system("sealer"), |tx| {
                let sealed = audit::seal(tx, SEAL_AT_ONCE)?;
                if sealed > 0 {
                    steps::reach("seal", "committing");
                }
                Ok(sealed)
            })
            .await?;
        if sealed == 0 {
            return Ok(());
        }
        steps::reach("seal", "committed");
    }
}

fn note(common: &Common, swept: Option<&Swept>) {
    let swept = match swept {
        Some(swept) => measured::Swept::Done {
            returned: swept.returned as u64,
            dead: swept.dead as u64,
        },
        None => measured::Swept::Elsewhere,
    };
    measured::swept(swept, now(common));
}

fn failed(common: &Common) {
    measured::swept(measured::Swept::Failed, now(common));
}

/// Seconds since 1970.
fn now(common: &Common) -> f64 {
    let now = common.store.environment().clock.now();
    std::time::Duration::from_millis(u64::try_from(now.timestamp_millis()).unwrap_or_default())
        .as_secs_f64()
}

/// Sweeps and seals now and then until the worker stops.
pub(crate) async fn run(common: Common) {
    let mut stopping = common.stopping.subscribe();
    while !common.is_stopping() {
        let work = Arc::clone(&common);
        let swept = tokio::spawn(async move {
            seal(&work.store).await?;
            sweep_once(&work.store, &work.handlers, &work.settings).await
        });
        match swept.await {
            Ok(Ok(swept)) => {
                note(&common, swept.as_ref());
                common.count(|counts| counts.sweeps += 1);
            }
            Ok(Err(error)) => {
                failed(&common);
                tracing::warn!(%error, "a sweep failed");
            }
            Err(error) => {
                failed(&common);
                tracing::error!(%error, "a sweep panicked");
            }
        }
        tokio::select! {
            () = sleep(common.settings.sweep_every) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
    }
}
