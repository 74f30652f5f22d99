//! How many jobs several claimers get through on one ledger.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{RunQueryDsl, sql_query, sql_types::BigInt};
use group_inspection_store::{
    Actor, Store,
    ledger::{self, Ending, Known},
    wake::NoWake,
};

use crate::{config::Config, database, failure::Failure, output::say};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Finished jobs that the ledger holds.
    #[arg(long, default_value_t = 1_000_000)]
    finished: i64,
    /// Jobs of each round, one claimed at a time.
    #[arg(long, default_value_t = 4_000)]
    jobs: i64,
    /// Claimers at the same time, a round for each number.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2, 4, 8, 16])]
    claimers: Vec<u32>,
}

const QUEUE: &str = "bench";
const LEASE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Fills the ledger of the configured database, which should be empty, and
/// claims and ends jobs.
pub(super) async fn run(config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let most = arguments.claimers.iter().copied().max().unwrap_or(1);
    let mut config = config.in_folder(folder.path());
    config.database.connections = most;
    let database = database::open(&config, Arc::new(NoWake)).await?;
    let store = &database.store;
    store.migrate().await?;
    for finished in [0, arguments.finished] {
        fill(store, finished, "done").await?;
        for claimers in &arguments.claimers {
            fill(store, arguments.jobs, "ready").await?;
            let (jobs, took) = round(store, *claimers).await?;
            say(&format!(
                "{finished} finished jobs, {claimers} claimers: {:.0} jobs/s claimed and ended, \
                 one at a time ({jobs} in {:.2} s)",
                f64::from(jobs) / took.as_secs_f64(),
                took.as_secs_f64(),
            ));
        }
    }
    Ok(())
}

/// Writes jobs in `state`.
async fn fill(store: &Store, jobs: i64, state: &'static str) -> Result<(), Failure> {
    const FILL: &str = "\
        INSERT INTO job (id, queue, kind, kind_version, payload, state, max_attempts, run_at, \
                         created_at, finished_at) \
        SELECT gen_random_uuid(), 'bench', 'bench', 1, '{}', $2, 3, now(), now(), \
               CASE WHEN $2 = 'done' THEN now() END \
        FROM generate_series(1, $1)";
    store
        .write(&Actor::operator("bench"), move |tx| {
            sql_query("SET LOCAL statement_timeout = 0").execute(tx.connection())?;
            sql_query(FILL)
                .bind::<BigInt, _>(jobs)
                .bind::<diesel::sql_types::Text, _>(state)
                .execute(tx.connection())?;
            sql_query("ANALYZE job").execute(tx.connection())?;
            Ok(())
        })
        .await?;
    Ok(())
}

/// All jobs that are ready, by so many claimers; a transaction to claim each,
/// another to end it.
async fn round(store: &Store, claimers: u32) -> Result<(u32, Duration), Failure> {
    let began = Instant::now();
    let working: Vec<_> = (0..claimers)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let actor = Actor::operator("bench");
                let owner = format!("claimer {number}");
                let mut ended = 0_u32;
                loop {
                    let name = owner.clone();
                    let claimed = store
                        .write(&actor, move |tx| {
                            let now = tx.now();
                            let known = Known::default().with(QUEUE, 1);
                            ledger::claim(tx.connection(), QUEUE, &name, now, LEASE, 1, &known)
                        })
                        .await?;
                    let Some(job) = claimed.into_iter().next() else {
                        return Ok::<_, Failure>(ended);
                    };
                    let name = owner.clone();
                    store
                        .write(&actor, move |tx| {
                            let now = tx.now();
                            ledger::end(tx.connection(), job.id, &name, now, &Ending::Done)
                        })
                        .await?;
                    ended += 1;
                }
            })
        })
        .collect();
    let mut jobs = 0;
    for claimer in working {
        jobs += claimer
            .await
            .map_err(|error| Failure::because("a claimer", error))??;
    }
    Ok((jobs, began.elapsed()))
}
