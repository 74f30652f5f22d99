//! Two versions of the program work side by side during an upgrade.

use group_inspection_store::{
    jobs::{self, Kind},
    ledger::{Job, NewJob},
};
use group_inspection_worker::{Handlers, Settings, sweeper::sweep_once};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Bench, KIND, Probe, in_virtual_time, patient, probe};

/// What a newer program writes.
fn newer(max_attempts: i16) -> NewJob {
    NewJob {
        kind_version: 2,
        ..probe(max_attempts)
    }
}

/// A worker looks, and leaves the job as it was.
async fn is_left(bench: &Bench, handlers: Handlers, id: Uuid) {
    let mut worker = bench.worker(patient(), handlers);
    worker.until(|counts| counts.polls >= 1).await;
    worker.settle().await;
    worker.stop().await;
    let job = bench.job(id).await;
    assert_eq!((job.state.as_str(), job.attempts), ("ready", 0));
    assert_eq!(job.last_error_code, None);
}

#[test]
fn a_kind_that_a_worker_does_not_know_waits_for_one_that_does() {
    in_virtual_time(async |bench| {
        let id = bench.enqueue(probe(1)).await;
        is_left(&bench, Handlers::new(), id).await;
        let handler = Probe::done();
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
    });
}

#[test]
fn what_is_newer_than_a_worker_knows_stays_in_the_ledger_and_holds_nothing_up() {
    in_virtual_time(async |bench| {
        let id = bench.enqueue(newer(1)).await;
        let handler = Probe::done();
        is_left(&bench, handler.handlers(), id).await;
        let known = bench.enqueue(probe(1)).await;
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        assert_eq!(bench.job(known).await.state, "done");
        assert_eq!(bench.job(id).await.state, "ready");
        assert_eq!(handler.runs().len(), 1);
    });
}

#[test]
fn the_death_of_a_newer_job_is_for_those_who_know_what_follows() {
    in_virtual_time(async |bench| {
        let id = bench.enqueue(newer(1)).await;
        bench
            .sql(
                "UPDATE job SET state = 'running', attempts = 1, lease_owner = 'gone', \
                 lease_until = '2000-01-01T00:00:00Z'",
            )
            .await;
        let handler = Probe::done();
        let swept = sweep_once(&bench.store, &handler.handlers(), &Settings::default())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(swept.dead, 0);
        assert_eq!(bench.job(id).await.state, "running");
        assert_eq!(handler.buried(), Vec::<Uuid>::new());
        bench.sql("UPDATE job SET kind_version = 1").await;
        let swept = sweep_once(&bench.store, &handler.handlers(), &Settings::default())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(swept.dead, 1);
        assert_eq!(handler.buried(), [id]);
    });
}

#[test]
fn a_job_written_before_an_upgrade_is_read_after_it() {
    in_virtual_time(async |bench| {
        let report_id = Uuid::from_u128(7);
        let id = bench
            .enqueue(NewJob {
                queue: jobs::Publish::QUEUE,
                kind: jobs::Publish::KIND,
                kind_version: 1,
                payload: json!({ "report_id": report_id, "version": 3 }),
                ..probe(1)
            })
            .await;
        let read = |job: &Job| jobs::Publish::from_job(job);
        let job = bench.job(id).await;
        let publish = read(&job).unwrap();
        assert_eq!((publish.report_id, publish.version), (report_id, 3));
        assert_eq!(
            serde_json::to_value(&publish.action).unwrap(),
            json!({ "action": "publish", "report_version": 3 })
        );
        // What it means today is what today's version says.
        let today = Job {
            kind_version: jobs::Publish::VERSION,
            payload: serde_json::to_value(&publish).unwrap(),
            ..job.clone()
        };
        assert_eq!(read(&today).unwrap(), publish);
        // And neither a newer one nor another kind is taken for it.
        for other in [
            Job {
                kind_version: jobs::Publish::VERSION + 1,
                ..today.clone()
            },
            Job {
                kind: KIND.to_owned(),
                ..today
            },
        ] {
            assert_eq!(read(&other), None);
        }
        assert_eq!(
            jobs::newest_version(jobs::Publish::KIND),
            Some(jobs::Publish::VERSION)
        );
    });
}
