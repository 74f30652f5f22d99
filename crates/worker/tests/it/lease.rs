//! Leases: renewed while a job runs, given back when its worker goes away.

use std::time::Duration;

use chrono::TimeDelta;
use group_inspection_store::ledger::{self, Known, NewJob};
use group_inspection_worker::{Outcome, Settings, settings::KindPolicy};

use crate::support::{DAY, KIND, Probe, QUEUE, in_virtual_time, one_queue, patient, probe};

fn an_hour_long(mut settings: Settings) -> Settings {
    let retry = settings.policy(KIND).retry.clone();
    let timeout = Duration::from_secs(3600);
    settings
        .kinds
        .insert(KIND.to_owned(), KindPolicy { timeout, retry });
    settings
}

#[test]
fn the_lease_of_a_long_job_is_renewed() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async {
            tokio::time::sleep(Duration::from_secs(600)).await;
            Ok(Outcome::Done)
        });
        // A full worker, and a sweeper that would give the job to another.
        let settings = an_hour_long(Settings {
            sweep_every: Duration::from_secs(30),
            ..patient()
        });
        let mut worker = bench.worker(settings.clone(), handler.handlers());
        let id = bench.enqueue(probe(3)).await;
        worker.until(|counts| counts.claimed == 1).await;
        let mut other = bench.worker(settings, handler.handlers());
        worker.until(|counts| counts.done == 1).await;
        assert_eq!(other.until(|counts| counts.sweeps > 10).await.claimed, 0);
        other.stop().await;
        let counts = worker.stop().await;
        assert!((38..=40).contains(&counts.renewed), "{counts:?}");
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("done", 1));
        assert_eq!(handler.runs().len(), 1);
    });
}

#[test]
fn a_job_whose_worker_went_away_runs_again_and_the_attempt_counts() {
    in_virtual_time(async |bench| {
        let id = bench.enqueue(probe(3)).await;
        claim_and_vanish(&bench).await;
        let handler = Probe::done();
        let settings = Settings {
            sweep_every: Duration::from_secs(30),
            ..patient()
        };
        let mut worker = bench.worker(settings, handler.handlers());
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        let runs = handler.runs();
        assert_eq!(
            runs.iter().map(|run| (run.0, run.1)).collect::<Vec<_>>(),
            [(id, 2)]
        );
        // The lease was for a minute, and a sweep comes twice a minute.
        let waited = runs[0].2 - group_inspection_store::testing::start_of_tests();
        assert!((60..=91).contains(&waited.num_seconds()), "{waited}");
    });
}

#[test]
fn a_job_that_took_its_worker_with_it_on_the_last_attempt_is_dead() {
    in_virtual_time(async |bench| {
        let operation = bench.begin_operation().await;
        let id = bench
            .enqueue(NewJob {
                operation_id: Some(operation),
                ..probe(1)
            })
            .await;
        claim_and_vanish(&bench).await;
        let handler = Probe::done();
        let settings = Settings {
            sweep_every: Duration::from_secs(30),
            ..patient()
        };
        let mut worker = bench.worker(settings, handler.handlers());
        worker.until(|counts| counts.sweeps == 4).await;
        worker.stop().await;
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("dead", 1));
        assert!(handler.runs().is_empty());
        assert_eq!(handler.buried(), [id]);
        let operation = bench.operation(operation).await;
        assert_eq!(operation.state, "failed");
        assert_eq!(operation.problem.unwrap()["code"], "lease_expired");
    });
}

#[test]
fn a_run_that_lost_its_lease_is_cut_off_and_records_nothing() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async {
            tokio::time::sleep(DAY).await;
            Ok(Outcome::Done)
        });
        let settings = an_hour_long(patient());
        let mut worker = bench.worker(settings, handler.handlers());
        let id = bench.enqueue(probe(3)).await;
        worker.until(|counts| counts.claimed == 1).await;
        bench.sql("UPDATE job SET lease_owner = 'another'").await;
        worker.until(|counts| counts.lost == 1).await;
        worker.stop().await;
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("running", 1));
        assert_eq!(job.lease_owner.as_deref(), Some("another"));
    });
}

#[test]
fn every_start_of_a_worker_has_a_name_of_its_own() {
    in_virtual_time(async |bench| {
        let mut owners = Vec::new();
        for _ in 0..2 {
            let handler = Probe::new(|_| async {
                tokio::time::sleep(Duration::from_secs(20)).await;
                Ok(Outcome::Done)
            });
            let mut worker = bench.worker(one_queue(1), handler.handlers());
            let id = bench.enqueue(probe(3)).await;
            worker.until(|counts| counts.claimed == 1).await;
            owners.push(bench.job(id).await.lease_owner.unwrap());
            worker.until(|counts| counts.done == 1).await;
            worker.stop().await;
        }
        assert_ne!(owners[0], owners[1]);
    });
}

async fn claim_and_vanish(bench: &crate::support::Bench) {
    let claimed = bench
        .write(|tx| {
            let now = tx.now();
            ledger::claim(
                tx.connection(),
                QUEUE,
                "gone",
                now,
                TimeDelta::minutes(1),
                1,
                &Known::default().with(KIND, 1),
            )
        })
        .await;
    assert_eq!(claimed.len(), 1);
}
