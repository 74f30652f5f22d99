//! One run of one job: its lease, its time-out and its ending.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use group_inspection_store::{
    Error,
    jobs::queue_of_retries,
    ledger::{self, Ending, Job, Recorded},
    steps,
};
use group_inspection_telemetry::{
    measure::job::{self as measured, Ran, Step},
    trace::{self, TraceParent},
};
use tokio::{
    task::{JoinError, JoinHandle},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};
use tracing::{Instrument, field::Empty};

use crate::{
    Failure, JobContext, Outcome,
    handler::delta,
    ledger_backend::Claimed,
    problem,
    shared::{Common, Done, actor, bury},
};

/// How long a run that was cut off may take to notice.
const STOP: Duration = Duration::from_secs(1);

/// How a run ended.
enum Verdict {
    Ran(Result<Outcome, Failure>),
    /// The lease went to someone else; the ending is theirs.
    LeaseLost,
    /// The drain time is over.
    Abandoned,
}

/// Runs a claimed job and records how it ended.
pub(crate) async fn execute(common: Common, claimed: Claimed) {
    let Claimed { job, owner, slot } = claimed;
    let span = tracing::info_span!(
        "job",
        otel.kind = "consumer",
        otel.name = %job.kind,
        id = %job.id,
        kind = %job.kind,
        attempt = job.attempts,
        request_id = job.request_id.as_deref(),
        trace_id = Empty,
    );
    let brought = job.trace_parent.as_deref().and_then(TraceParent::parse);
    let traced = trace::follow(&span, brought.as_ref());
    async {
        steps::reach(&job.kind, "claimed");
        let context = context(&common, job.clone(), traced);
        // A side task: neither a busy handler nor a full worker starves it.
        let lease = Side(tokio::spawn(keep_lease(
            Common::clone(&common),
            job.clone(),
            owner.as_ref().to_owned(),
        )));
        let began = Instant::now();
        let (verdict, lease) = run(&common, context.clone(), lease).await;
        let took = began.elapsed();
        let (kind, attempts) = (common.known_kind(&job.kind), job.attempts);
        let came = match verdict {
            Verdict::Ran(result) => {
                let came = record(&common, &context, &owner, result).await;
                drop(lease);
                came
            }
            Verdict::LeaseLost => {
                common.count(|counts| counts.lost += 1);
                tracing::warn!("the lease was lost while the job ran");
                Ran::Lost
            }
            Verdict::Abandoned => {
                drop(lease);
                tracing::warn!("the job was cut off and given back");
                common.release(&owner, vec![job.clone()]).await;
                Ran::CutOff
            }
        };
        measured::ran(kind, came, attempts, took);
    }
    .instrument(span)
    .await;
    drop(slot);
}

fn context(common: &Common, job: Job, traced: Option<TraceParent>) -> JobContext {
    let policy = common.settings.policy(&job.kind);
    let now = common.store.environment().clock.now();
    JobContext {
        job,
        traced,
        store: common.store.clone(),
        deadline: now + delta(policy.timeout),
        retry: policy.retry.clone(),
        stopping: common.stopping.subscribe(),
    }
}

async fn run(common: &Common, context: JobContext, mut lease: Side<()>) -> (Verdict, Side<()>) {
    let kind = context.job.kind.clone();
    let Some(handler) = common.handlers.get(&kind) else {
        // During an upgrade another process may know it.
        let failure = Failure::retryable(problem::UNKNOWN_KIND, "no worker knows this kind of job");
        return (Verdict::Ran(Err(failure)), lease);
    };
    let mut abandoning = common.abandoning.subscribe();
    let limit = common.settings.policy(&kind).timeout;
    // A task of its own, so that a panic ends in a value and a time-out can
    // cut the run off.
    let mut handler = Side(tokio::spawn(
        async move { handler.run(&context).await }.in_current_span(),
    ));
    let verdict = tokio::select! {
        biased;
        result = &mut handler => Verdict::Ran(result.unwrap_or_else(|error| Err(panicked(&error)))),
        () = sleep(limit) => Verdict::Ran(Err(Failure::retryable(
            problem::TIMED_OUT,
            "the job took too long",
        ))),
        _ = &mut lease => Verdict::LeaseLost,
        _ = abandoning.wait_for(|abandon| *abandon) => Verdict::Abandoned,
    };
    // Cut off or not, the run is over before anything is recorded of it;
    // unless it never yields, which must not hold the ending up.
    handler.0.abort();
    if !handler.0.is_finished() && timeout(STOP, &mut handler).await.is_err() {
        tracing::error!("a handler goes on after it was cut off");
    }
    (verdict, lease)
}

fn panicked(error: &JoinError) -> Failure {
    tracing::error!(%error, "a handler panicked");
    Failure::retryable(problem::PANICKED, "the job stopped unexpectedly")
}

/// Renews the lease until it is lost.
async fn keep_lease(common: Common, job: Job, owner: String) {
    let mut ticks = interval(common.settings.renew_every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        match common.renew(&job, &owner).await {
            Ok(true) => {}
            Ok(false) => return,
            // The next tick comes well before the lease ends.
            Err(error) => {
                measured::ledger_failed(Step::Renew);
                tracing::warn!(%error, "a lease was not renewed");
            }
        }
    }
}

async fn record(
    common: &Common,
    context: &JobContext,
    owner: &str,
    result: Result<Outcome, Failure>,
) -> Ran {
    let ending = ending(context, result);
    let mut abandoning = common.abandoning.subscribe();
    for failures in 1..=common.settings.record_tries {
        match write_ending(common, &context.job, owner, ending.clone()).await {
            Ok(recorded) => {
                steps::reach(&context.job.kind, "ended");
                return note(common, &ending, recorded);
            }
            Err(error) => {
                measured::ledger_failed(Step::End);
                tracing::warn!(%error, failures, "the ending of a job was not recorded");
            }
        }
        tokio::select! {
            () = sleep(common.settings.trouble.pause(failures)) => {}
            _ = abandoning.wait_for(|abandon| *abandon) => break,
        }
    }
    // The lease expires, the sweeper finds the job, and it runs again.
    tracing::error!("the ending of a job is left to the sweeper");
    Ran::Unrecorded
}

fn ending(context: &JobContext, result: Result<Outcome, Failure>) -> Ending {
    match result {
        Ok(Outcome::Done) => Ending::Done,
        Ok(Outcome::SnoozeUntil(at)) => Ending::Snooze { at },
        Err(Failure::Retryable { code, text }) => Ending::Retry {
            code,
            text,
            at: context.scheduled(),
        },
        Err(Failure::Later { code, text, at }) => Ending::Retry { code, text, at },
        Err(Failure::Permanent { code, text }) => Ending::Dead { code, text },
    }
}

async fn write_ending(
    common: &Common,
    job: &Job,
    owner: &str,
    ending: Ending,
) -> Result<Recorded, Error> {
    if ending == Ending::Done {
        let done = Done {
            id: job.id,
            kind: job.kind.clone(),
            owner: owner.to_owned(),
        };
        return common.done.call(&common.store, done).await;
    }
    let (job, owner) = (job.clone(), owner.to_owned());
    let handlers = common.handlers.clone();
    let again = queue_of_retries(&job.kind, &job.queue);
    let moved = (again != job.queue).then(|| again.to_owned());
    let recorded = common
        .store
        .write(&actor(), move |tx| {
            let recorded = ledger::conclude(tx, job.id, &owner, &ending)?;
            if recorded == Recorded::Dead
                && let Ending::Retry { code, text, .. } | Ending::Dead { code, text } = &ending
            {
                bury(tx, &handlers, &job, code, text)?;
            }
            steps::reach(&job.kind, "ending");
            Ok(recorded)
        })
        .await?;
    if let Some(queue) = moved.filter(|_| recorded == Recorded::Again) {
        // Whoever serves it works out anew when its next job is due.
        common.store.wake().wake(&queue);
    }
    Ok(recorded)
}

fn note(common: &Common, ending: &Ending, recorded: Recorded) -> Ran {
    match (recorded, ending) {
        (Recorded::Over, _) => tracing::debug!("the job is done"),
        (Recorded::Again, Ending::Snooze { at }) => tracing::debug!(%at, "the job is snoozed"),
        (Recorded::Again, Ending::Retry { code, at, .. }) => {
            // The text may repeat what a report or a recipient says; it is in
            // the ledger.
            tracing::warn!(code, %at, "the job failed and will be tried again");
        }
        (Recorded::LeaseLost, _) => tracing::warn!("the lease was lost before the job ended"),
        (Recorded::Again | Recorded::Dead, _) => {}
    }
    let came = match (recorded, ending) {
        (Recorded::Over, _) => Ran::Done,
        (Recorded::Dead, _) => Ran::Dead,
        (Recorded::Again, Ending::Snooze { .. }) => Ran::Snoozed,
        (Recorded::Again, _) => Ran::Retried,
        (Recorded::LeaseLost, _) => Ran::Lost,
    };
    common.count(|counts| match came {
        Ran::Done => counts.done += 1,
        Ran::Dead => counts.dead += 1,
        Ran::Snoozed => counts.snoozed += 1,
        Ran::Retried => counts.retried += 1,
        Ran::Lost | Ran::CutOff | Ran::Unrecorded => counts.lost += 1,
    });
    came
}

/// A task that ends with whoever waits for it.
struct Side<T>(JoinHandle<T>);

impl<T> Future for Side<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<T> Drop for Side<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
