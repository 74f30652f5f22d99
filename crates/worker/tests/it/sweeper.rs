//! What the sweeper does besides leases.

use chrono::TimeDelta;
use diesel::{Connection, RunQueryDsl, sql_query};
use group_inspection_store::testing::TestDatabase;
use group_inspection_worker::{Handlers, Settings, sweeper::sweep_once};

use crate::{
    post::{Group, group},
    support::{Probe, in_real_time, in_virtual_time, patient, probe},
};

#[test]
fn finished_jobs_go_after_a_while_and_dead_ones_stay() {
    in_real_time(async |bench| {
        for state in ["done", "cancelled", "dead"] {
            let id = bench.enqueue(probe(1)).await;
            bench
                .write(move |tx| {
                    let now = tx.now();
                    sql_query("UPDATE job SET state = $1, finished_at = $2 WHERE id = $3")
                        .bind::<diesel::sql_types::Text, _>(state)
                        .bind::<diesel::sql_types::Timestamptz, _>(now)
                        .bind::<diesel::sql_types::Uuid, _>(id)
                        .execute(tx.connection())?;
                    Ok(())
                })
                .await;
        }
        let settings = Settings::default();
        let sweep = async || {
            sweep_once(&bench.store, &Handlers::new(), &settings)
                .await
                .unwrap()
        };
        assert_eq!(sweep().await.unwrap().pruned, 0);
        bench
            .clock
            .advance(TimeDelta::days(7) + TimeDelta::seconds(1));
        assert_eq!(sweep().await.unwrap().pruned, 2);
        assert_eq!(
            bench
                .number("SELECT count(*) FROM job WHERE state = 'dead'")
                .await,
            1
        );
    });
}

#[test]
fn due_queues_are_woken() {
    in_virtual_time(async |bench| {
        // The job comes without a wake-up, as from a process without Redis.
        let mut worker = bench.worker(
            Settings {
                sweep_every: std::time::Duration::from_secs(30),
                ..patient()
            },
            Probe::done().handlers(),
        );
        worker.until(|counts| counts.sweeps == 1).await;
        worker.settle().await;
        bench
            .sql(
                "INSERT INTO job (id, queue, kind, kind_version, payload, state, max_attempts, \
                 run_at, created_at) SELECT gen_random_uuid(), 'reports', 'probe', 1, '{}', \
                 'ready', 1, '2026-01-01Z', '2026-01-01Z'",
            )
            .await;
        let before = tokio::time::Instant::now();
        worker.until(|counts| counts.done == 1).await;
        assert!(before.elapsed().as_secs() <= 30);
        worker.stop().await;
    });
}

#[test]
#[ignore = "needs a server: a second connection"]
fn on_a_server_one_process_sweeps_at_a_time() {
    let database = TestDatabase::new();
    let mut other = database.connection();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let test = database.store();
    let store = runtime.block_on(test).store;
    let sweep = || {
        let settings = Settings::default();
        runtime
            .block_on(sweep_once(&store, &Handlers::new(), &settings))
            .unwrap()
    };
    other
        .transaction(|connection| {
            sql_query("SELECT pg_advisory_xact_lock(x'7377656570'::bigint)").execute(connection)?;
            assert_eq!(sweep(), None);
            diesel::QueryResult::Ok(())
        })
        .unwrap();
    assert!(sweep().is_some());
}

#[test]
fn a_notification_that_lost_its_job_gets_another() {
    in_real_time(async |bench| {
        let Group { body, report } = group(&bench).await;
        bench
            .write(move |tx| {
                group_inspection_store::recipients::create_contact(
                    tx,
                    body,
                    "clerk@example.org",
                    "Clerk",
                    group_inspection_store::recipients::Tells::Everything,
                )
            })
            .await;
        bench
            .write(move |tx| crate::post::publish(tx, body, report))
            .await;
        bench.sql("DELETE FROM job").await;
        let settings = Settings::default();
        let sweep = async || {
            sweep_once(&bench.store, &Handlers::new(), &settings)
                .await
                .unwrap()
        };
        assert_eq!(sweep().await.unwrap().adopted, 0, "it may still come");
        bench.clock.advance(TimeDelta::minutes(6));
        assert_eq!(sweep().await.unwrap().adopted, 1);
        assert_eq!(sweep().await.unwrap().adopted, 0);
        bench
            .sql("UPDATE job SET state = 'dead', finished_at = now()")
            .await;
        assert_eq!(sweep().await.unwrap().adopted, 0, "a decision, not a loss");
    });
}
