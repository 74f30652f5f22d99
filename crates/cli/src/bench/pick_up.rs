//! How soon a job starts once it is committed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use group_inspection_store::{
    Actor,
    ledger::NewJob,
    wake::{LocalWake, Wake},
};
use group_inspection_worker::{
    Handler, Handlers, JobContext, Outcome, Running, Settings, Worker, settings::Queue,
};
use tokio::sync::{mpsc, watch};

use super::spread;
use crate::{config::Config, database, failure::Failure, service::until};

const QUEUE: &str = "bench";

struct Report(mpsc::UnboundedSender<Instant>);

impl Handler for Report {
    fn run<'a>(&'a self, _context: &'a JobContext) -> Running<'a> {
        let _ = self.0.send(Instant::now());
        Box::pin(async { Ok(Outcome::Done) })
    }
}

/// Writes jobs one after another and waits for each to start.
pub(super) async fn run(config: &Config, jobs: u32) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let config = config.in_folder(folder.path());
    let wake = Arc::new(LocalWake::default());
    let database = database::open(&config, Arc::clone(&wake) as Arc<dyn Wake>).await?;
    database.store.migrate().await?;
    let (started, mut starts) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let settings = Settings {
        queues: vec![Queue {
            name: QUEUE.to_owned(),
            concurrency: 1,
        }],
        ..Settings::default()
    };
    let worker = Worker::new(
        database.store.clone(),
        wake,
        settings,
        Handlers::new().with(QUEUE, Report(started)),
    );
    let working = tokio::spawn(worker.run(until(stopped)));
    let actor = Actor::operator("bench");
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..jobs {
        database
            .store
            .write(&actor, |tx| {
                tx.enqueue(&NewJob {
                    queue: QUEUE,
                    kind: QUEUE,
                    kind_version: 1,
                    payload: serde_json::json!({}),
                    dedupe_key: None,
                    max_attempts: 1,
                    run_at: None,
                    operation_id: None,
                })
            })
            .await?;
        let committed = Instant::now();
        let start = starts
            .recv()
            .await
            .ok_or_else(|| Failure::because("the worker", "it has stopped"))?;
        times.push(start.saturating_duration_since(committed));
    }
    stop.send_replace(true);
    let _ = working.await;
    spread("pick-up after the commit, woken in the process", times);
    Ok(())
}
