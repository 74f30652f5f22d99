//! Being told to stop.

use std::{sync::Arc, time::Duration};

use group_inspection_worker::{JobContext, Outcome};
use tokio::{sync::Notify, time::Instant};

use crate::support::{Probe, in_virtual_time, patient, probe};

#[test]
fn a_running_job_finishes_and_nothing_else_begins() {
    in_virtual_time(async |bench| {
        let go = Arc::new(Notify::new());
        let handler = {
            let go = Arc::clone(&go);
            Probe::new(move |context: JobContext| {
                let go = Arc::clone(&go);
                async move {
                    go.notified().await;
                    assert!(context.is_stopping());
                    Ok(Outcome::Done)
                }
            })
        };
        let first = bench.enqueue(probe(3)).await;
        let second = bench.enqueue(probe(3)).await;
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.until(|counts| counts.claimed == 1).await;
        worker.settle().await;
        let (task, counts) = worker.tell_to_stop();
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(!task.is_finished(), "it waits for the job");
        assert_eq!(bench.job(first).await.state, "running");
        go.notify_one();
        task.await.unwrap().unwrap();

        assert_eq!(bench.job(first).await.state, "done");
        let second = bench.job(second).await;
        assert_eq!((second.state.as_str(), second.attempts), ("ready", 0));
        assert_eq!((counts.borrow().released, counts.borrow().claimed), (0, 1));
    });
}

#[test]
fn a_job_that_does_not_finish_in_time_is_given_back() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async { futures::future::pending().await });
        let id = bench.enqueue(probe(3)).await;
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.until(|counts| counts.claimed == 1).await;
        worker.settle().await;
        let before = Instant::now();
        let counts = worker.stop().await;
        assert_eq!(before.elapsed().as_secs(), 30);
        assert_eq!(counts.released, 1);
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("ready", 0));
        assert_eq!(job.lease_owner, None);
    });
}

#[test]
fn an_idle_worker_stops_at_once() {
    in_virtual_time(async |bench| {
        let worker = bench.worker(patient(), Probe::done().handlers());
        worker.settle().await;
        let before = Instant::now();
        worker.stop().await;
        assert_eq!(before.elapsed(), Duration::ZERO);
    });
}

#[test]
fn a_worker_told_to_stop_while_it_claims_gives_the_claim_back_or_runs_it() {
    for polls in 0..8 {
        in_virtual_time(async |bench| {
            let handler = Probe::done();
            let id = bench.enqueue(probe(3)).await;
            let worker = bench.worker(patient(), handler.handlers());
            for _ in 0..polls {
                tokio::task::yield_now().await;
            }
            worker.stop().await;
            let job = bench.job(id).await;
            let end = (job.state.as_str(), job.attempts);
            assert!(
                end == ("ready", 0) || end == ("done", 1),
                "{polls}: {end:?}"
            );
        });
    }
}
