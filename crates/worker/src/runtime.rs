//! The worker as a whole.

use std::sync::Arc;

use group_inspection_store::{Store, wake::LocalWake};
use tokio::{sync::watch, time::sleep};

use crate::{Counts, Handlers, Settings, ledger_backend, shared::Shared, sweeper};

/// Takes jobs from the ledger and carries them out.
pub struct Worker {
    shared: Arc<Shared>,
    wake: Arc<LocalWake>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("handlers", &self.shared.handlers)
            .finish_non_exhaustive()
    }
}

/// The worker could not go on.
#[derive(Debug, thiserror::Error)]
#[error("the worker ended: {0}")]
pub struct RunError(String);

impl Worker {
    /// A worker over `store` that listens to the wake-ups of `wake`.
    #[must_use]
    pub fn new(store: Store, wake: Arc<LocalWake>, settings: Settings, handlers: Handlers) -> Self {
        Self {
            shared: Arc::new(Shared::new(store, settings, handlers)),
            wake,
        }
    }

    /// What the worker has done since it started; changes can be awaited.
    #[must_use]
    pub fn counts(&self) -> watch::Receiver<Counts> {
        self.shared.counts()
    }

    /// Works until `shutdown` resolves. Then claims nothing more, lets what
    /// runs finish within the drain time, cuts the rest off and gives it back.
    ///
    /// # Errors
    /// If a queue could not be served any more.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> Result<(), RunError> {
        let shared = self.shared;
        let signals = shared
            .settings
            .queues
            .iter()
            .map(|queue| (queue.clone(), self.wake.signal(&queue.name)))
            .collect();
        let sweeper = tokio::spawn(sweeper::run(Arc::clone(&shared)));
        let stop = async {
            shutdown.await;
            tracing::info!("the worker was told to stop");
            shared.stopping.send_replace(true);
        };
        let result = {
            let mut serving = std::pin::pin!(ledger_backend::serve(&shared, signals, stop));
            tokio::select! {
                result = &mut serving => result,
                () = drained(&shared) => {
                    shared.abandoning.send_replace(true);
                    serving.await
                }
            }
        };
        shared.stopping.send_replace(true);
        if let Err(error) = sweeper.await {
            tracing::error!(%error, "the sweeper panicked");
        }
        result.map_err(|error| RunError(error.to_string()))
    }
}

async fn drained(shared: &Shared) {
    let mut stopping = shared.stopping.subscribe();
    // Ends only with the sender, which `shared` holds.
    let _ = stopping.wait_for(|stop| *stop).await;
    sleep(shared.settings.drain).await;
}
