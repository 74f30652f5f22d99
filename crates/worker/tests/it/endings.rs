//! How a job can end, and what is recorded of it.

use std::time::Duration;

use group_inspection_store::Error;
use group_inspection_store::{Tx, ledger::Job};
use group_inspection_worker::{Failure, Handler, Handlers, JobContext, Outcome, Running};

use crate::support::{KIND, Probe, actor, in_virtual_time, patient, probe};

#[test]
fn a_job_of_a_rolled_back_transaction_never_runs() {
    in_virtual_time(async |bench| {
        let probe_handler = Probe::done();
        let mut worker = bench.worker(patient(), probe_handler.handlers());
        let failed = bench
            .store
            .write(&actor(), |tx| {
                tx.enqueue(&probe(3))?;
                Err::<(), _>(Error::NotFound)
            })
            .await;
        assert!(matches!(failed, Err(Error::NotFound)));
        let kept = bench.enqueue(probe(3)).await;
        worker.until(|counts| counts.done == 1).await;
        worker.settle().await;
        worker.stop().await;
        let ran: Vec<_> = probe_handler
            .runs()
            .into_iter()
            .map(|(id, ..)| id)
            .collect();
        assert_eq!(ran, [kept]);
    });
}

#[test]
fn a_job_that_keeps_failing_is_claimed_exactly_so_often_and_on_schedule() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async { Err(Failure::retryable("probe", "not yet")) });
        let mut worker = bench.worker(patient(), handler.handlers());
        let operation = bench.begin_operation().await;
        let id = bench
            .enqueue(group_inspection_store::ledger::NewJob {
                operation_id: Some(operation),
                ..probe(5)
            })
            .await;
        worker.until(|counts| counts.retried == 1).await;
        assert_eq!(bench.operation(operation).await.state, "running");
        let counts = worker.until(|counts| counts.dead == 1).await;
        assert_eq!((counts.claimed, counts.retried), (5, 4));
        worker.stop().await;

        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("dead", 5));
        assert_eq!(job.last_error_code.as_deref(), Some("probe"));
        assert_eq!(handler.buried(), [id]);
        let operation = bench.operation(operation).await;
        assert_eq!(operation.state, "failed");
        assert_eq!(
            operation.problem,
            Some(serde_json::json!({
                "type": "/problems/probe", "title": "not yet", "status": 500, "code": "probe",
            }))
        );

        let runs = handler.runs();
        assert_eq!(
            runs.iter().map(|run| run.1).collect::<Vec<_>>(),
            [1, 2, 3, 4, 5]
        );
        let pauses: Vec<_> = runs.windows(2).map(|pair| pair[1].2 - pair[0].2).collect();
        for (pause, due) in pauses.iter().zip([5, 60, 600, 600]) {
            let late = *pause - chrono::TimeDelta::seconds(due);
            assert!((0..100).contains(&late.num_milliseconds()), "{pauses:?}");
        }
    });
}

#[test]
fn a_permanent_failure_is_not_tried_again() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async { Err(Failure::permanent("probe", "never")) });
        let mut worker = bench.worker(patient(), handler.handlers());
        let id = bench.enqueue(probe(5)).await;
        worker.until(|counts| counts.dead == 1).await;
        worker.stop().await;
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("dead", 1));
        assert_eq!(handler.buried(), [id]);
    });
}

#[test]
fn a_failure_can_name_its_own_time() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|context: JobContext| async move {
            if context.job.attempts > 1 {
                return Ok(Outcome::Done);
            }
            let at = context.now() + chrono::TimeDelta::hours(7);
            Err(Failure::Later {
                code: "probe".into(),
                text: "busy".into(),
                at,
            })
        });
        let mut worker = bench.worker(patient(), handler.handlers());
        bench.enqueue(probe(5)).await;
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        let runs = handler.runs();
        assert_eq!((runs[1].2 - runs[0].2).num_minutes(), 7 * 60);
    });
}

#[test]
fn a_panic_is_a_failure_that_may_go_away() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|context: JobContext| async move {
            assert!(context.job.attempts > 1, "a panic of the test's own");
            Ok(Outcome::Done)
        });
        let mut worker = bench.worker(patient(), handler.handlers());
        let id = bench.enqueue(probe(5)).await;
        worker.until(|counts| counts.retried == 1).await;
        let job = bench.job(id).await;
        assert_eq!(job.last_error_code.as_deref(), Some("job_panicked"));
        // What a panic says stays in the logs.
        assert_eq!(
            job.last_error.as_deref(),
            Some("the job stopped unexpectedly")
        );
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        assert_eq!(bench.job(id).await.attempts, 2);
    });
}

#[test]
fn a_job_that_takes_too_long_is_cut_off_and_tried_again() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|context: JobContext| async move {
            if context.job.attempts == 1 {
                assert_eq!((context.deadline - context.now()).num_seconds(), 60);
                futures::future::pending::<()>().await;
            }
            Ok(Outcome::Done)
        });
        let mut worker = bench.worker(patient(), handler.handlers());
        let id = bench.enqueue(probe(5)).await;
        worker.until(|counts| counts.retried == 1).await;
        let job = bench.job(id).await;
        assert_eq!(job.last_error_code.as_deref(), Some("job_timed_out"));
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        let runs = handler.runs();
        assert_eq!((runs[1].2 - runs[0].2).num_seconds(), 65);
    });
}

#[test]
fn a_snooze_does_not_count_as_an_attempt() {
    in_virtual_time(async |bench| {
        let start = bench.now();
        let handler = Probe::new(move |context: JobContext| async move {
            if context.now() - start < chrono::TimeDelta::hours(3) {
                return Ok(Outcome::SnoozeUntil(
                    context.now() + chrono::TimeDelta::hours(1),
                ));
            }
            Ok(Outcome::Done)
        });
        let mut worker = bench.worker(patient(), handler.handlers());
        let id = bench.enqueue(probe(1)).await;
        let counts = worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        assert_eq!(counts.snoozed, 3);
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("done", 1));
        assert_eq!(handler.runs().len(), 4);
    });
}

struct BadAftermath;

impl Handler for BadAftermath {
    fn run<'a>(&'a self, _: &'a JobContext) -> Running<'a> {
        Box::pin(async { Err(Failure::permanent("probe", "never")) })
    }

    fn buried(&self, tx: &mut Tx<'_>, _: &Job) -> Result<(), Error> {
        // Breaks the transaction, not just the call.
        diesel::connection::SimpleConnection::batch_execute(tx.connection(), "SELECT 1 / 0")?;
        Ok(())
    }
}

#[test]
fn an_aftermath_that_fails_does_not_keep_a_job_alive() {
    in_virtual_time(async |bench| {
        let handlers = Handlers::new().with(KIND, BadAftermath);
        let mut worker = bench.worker(patient(), handlers);
        let id = bench.enqueue(probe(5)).await;
        worker.until(|counts| counts.dead == 1).await;
        worker.stop().await;
        assert_eq!(bench.job(id).await.state, "dead");
    });
}

#[test]
fn the_recording_of_an_ending_outlives_a_failing_database() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|context: JobContext| async move {
            let away = |tx: &mut Tx<'_>| {
                let sql = "ALTER TABLE job RENAME TO job_away";
                Ok(diesel::connection::SimpleConnection::batch_execute(
                    tx.connection(),
                    sql,
                )?)
            };
            context.store.write(&actor(), away).await?;
            Ok(Outcome::Done)
        });
        let mut worker = bench.worker(patient(), handler.handlers());
        let id = bench.enqueue(probe(5)).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
        bench.sql("ALTER TABLE job_away RENAME TO job").await;
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        let job = bench.job(id).await;
        assert_eq!((job.state.as_str(), job.attempts), ("done", 1));
    });
}
