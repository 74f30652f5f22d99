//! A database, a clock, a worker and a handler that does as it is told.

use std::{
    future::Future,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, Utc};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use futures::future::BoxFuture;
use group_inspection_store::{
    Actor, Clock, Environment, Error, Store, Tx,
    environment::{ManualClock, SequentialIds},
    ledger::{self, Job, NewJob},
    operations::{self, Operation},
    testing::{TestDatabase, start_of_tests},
    wake::{LocalWake, Wake},
};
use group_inspection_worker::{
    Counts, Failure, Handler, Handlers, JobContext, Outcome, RunError, Running, Settings, Worker,
    settings::{KindPolicy, Queue, Schedule},
};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
    time::Instant,
};
use uuid::Uuid;

pub const QUEUE: &str = "reports";
pub const KIND: &str = "probe";
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// Shows the time of the runtime, which a paused runtime moves by itself.
pub struct RuntimeClock(Instant, DateTime<Utc>);

impl Clock for RuntimeClock {
    fn now(&self) -> DateTime<Utc> {
        self.1 + chrono::TimeDelta::from_std(self.0.elapsed()).unwrap()
    }
}

pub struct Bench {
    pub store: Store,
    pub wake: Arc<LocalWake>,
    /// Stands still in tests with real time.
    pub clock: Arc<ManualClock>,
}

/// A test in which time passes only while everything waits.
pub fn in_virtual_time(test: impl AsyncFnOnce(Bench)) {
    run(true, async |settings| {
        let wake = Arc::new(LocalWake::default());
        let waker = Arc::clone(&wake) as Arc<dyn Wake>;
        // Longer than any schedule: a hang is then an error, not a hang.
        let store = virtual_store(settings, waker).await;
        let clock = Arc::new(ManualClock::at(start_of_tests()));
        let whole = test(Bench { store, wake, clock });
        tokio::time::timeout(400 * DAY, whole)
            .await
            .expect("the test to end");
    });
}

/// The same, with wake-ups that all get lost.
pub fn in_virtual_time_without_wake_ups(test: impl AsyncFnOnce(Bench)) {
    run(true, async |settings| {
        let waker = Arc::new(group_inspection_store::wake::NoWake) as Arc<dyn Wake>;
        let store = virtual_store(settings, waker).await;
        let clock = Arc::new(ManualClock::at(start_of_tests()));
        let wake = Arc::new(LocalWake::default());
        let whole = test(Bench { store, wake, clock });
        tokio::time::timeout(400 * DAY, whole)
            .await
            .expect("the test to end");
    });
}

/// A test in which real time passes, but the store's clock stands still.
pub fn in_real_time(test: impl AsyncFnOnce(Bench)) {
    run(false, async |settings| {
        let wake = Arc::new(LocalWake::default());
        let clock = Arc::new(ManualClock::at(
            group_inspection_store::environment::SystemClock.now(),
        ));
        let environment = Environment {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(SequentialIds::default()),
        };
        let waker = Arc::clone(&wake) as Arc<dyn Wake>;
        let store = Store::connect(settings, environment, waker).await.unwrap();
        let whole = test(Bench { store, wake, clock });
        tokio::time::timeout(Duration::from_secs(120), whole)
            .await
            .expect("the test to end");
    });
}

async fn virtual_store(settings: group_inspection_store::Settings, wake: Arc<dyn Wake>) -> Store {
    let environment = Environment {
        clock: Arc::new(RuntimeClock(Instant::now(), start_of_tests())),
        ids: Arc::new(SequentialIds::default()),
    };
    Store::connect(settings, environment, wake).await.unwrap()
}

fn run(paused: bool, test: impl AsyncFnOnce(group_inspection_store::Settings)) {
    let database = TestDatabase::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(paused)
        .build()
        .unwrap();
    runtime.block_on(test(database.settings()));
    // Everything that holds a connection goes before the database does.
    drop(runtime);
    drop(database);
}

pub struct RunningWorker {
    pub counts: watch::Receiver<Counts>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), RunError>>,
}

impl RunningWorker {
    pub async fn until(&mut self, condition: impl FnMut(&Counts) -> bool) -> Counts {
        *self.counts.wait_for(condition).await.unwrap()
    }

    /// Lets everything come to rest. In virtual time only.
    pub async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    pub fn tell_to_stop(self) -> (JoinHandle<Result<(), RunError>>, watch::Receiver<Counts>) {
        self.stop.send(()).unwrap();
        (self.task, self.counts)
    }

    pub async fn stop(self) -> Counts {
        let (task, counts) = self.tell_to_stop();
        task.await.unwrap().unwrap();
        *counts.borrow()
    }
}

impl Bench {
    pub fn worker(&self, settings: Settings, handlers: Handlers) -> RunningWorker {
        self.worker_woken_by(&self.wake, settings, handlers)
    }

    pub fn worker_woken_by(
        &self,
        wake: &Arc<LocalWake>,
        settings: Settings,
        handlers: Handlers,
    ) -> RunningWorker {
        let worker = Worker::new(self.store.clone(), Arc::clone(wake), settings, handlers);
        let counts = worker.counts();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(worker.run(async {
            let _ = stopped.await;
        }));
        RunningWorker { counts, stop, task }
    }

    pub async fn enqueue(&self, job: NewJob) -> Uuid {
        self.write(move |tx| Ok(tx.enqueue(&job)?.expect("no such job yet")))
            .await
    }

    pub async fn job(&self, id: Uuid) -> Job {
        self.read(move |connection| ledger::get(connection, id))
            .await
    }

    pub async fn operation(&self, id: Uuid) -> Operation {
        self.read(move |connection| operations::get(connection, &actor(), id))
            .await
    }

    pub async fn begin_operation(&self) -> Uuid {
        self.write(|tx| operations::begin(tx, "probe", None, ("probe", Uuid::nil())))
            .await
    }

    pub async fn write<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.store.write(&actor(), change).await.unwrap()
    }

    pub async fn read<T: Send + 'static>(
        &self,
        query: impl Fn(&mut diesel::PgConnection) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.store.read(query).await.unwrap()
    }

    pub async fn sql(&self, text: &'static str) {
        self.write(move |tx| Ok(tx.connection().batch_execute(text)?))
            .await;
    }

    /// How many rows a query counts.
    pub async fn number(&self, count: &'static str) -> i64 {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            count: i64,
        }
        self.read(move |connection| {
            let row: Row = sql_query(count).get_result(connection)?;
            Ok(row.count)
        })
        .await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.store.environment().clock.now()
    }
}

pub fn actor() -> Actor {
    Actor::system("test")
}

pub fn probe(max_attempts: i16) -> NewJob {
    NewJob {
        queue: QUEUE,
        kind: KIND,
        kind_version: 1,
        payload: serde_json::json!({}),
        dedupe_key: None,
        max_attempts,
        run_at: None,
        operation_id: None,
    }
}

/// Looks at the ledger only when woken or when a job is due.
pub fn patient() -> Settings {
    Settings {
        poll_interval: DAY,
        sweep_every: DAY,
        ..one_queue(1)
    }
}

pub fn one_queue(concurrency: usize) -> Settings {
    let mut settings = Settings {
        queues: vec![Queue {
            name: QUEUE.to_owned(),
            concurrency,
        }],
        ..Settings::default()
    };
    settings.kinds.insert(
        KIND.to_owned(),
        KindPolicy {
            timeout: Duration::from_secs(60),
            retry: Schedule {
                name: "test",
                steps: [5, 60, 600].map(Duration::from_secs).to_vec(),
                jitter: 0.2,
            },
        },
    );
    settings
}

type Act = dyn Fn(JobContext) -> BoxFuture<'static, Result<Outcome, Failure>> + Send + Sync;

/// Job, attempt and time of a run.
pub type Run = (Uuid, i16, DateTime<Utc>);

/// Does as it is told, and remembers when it ran and what was buried.
#[derive(Clone)]
pub struct Probe {
    act: Arc<Act>,
    pub runs: Arc<Mutex<Vec<Run>>>,
    pub buried: Arc<Mutex<Vec<Uuid>>>,
}

impl Probe {
    pub fn new<F>(act: impl Fn(JobContext) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Outcome, Failure>> + Send + 'static,
    {
        Self {
            act: Arc::new(move |context| Box::pin(act(context))),
            runs: Arc::default(),
            buried: Arc::default(),
        }
    }

    pub fn done() -> Self {
        Self::new(|_| async { Ok(Outcome::Done) })
    }

    pub fn handlers(&self) -> Handlers {
        Handlers::new().with(KIND, self.clone())
    }

    pub fn runs(&self) -> Vec<Run> {
        self.runs.lock().unwrap().clone()
    }

    pub fn buried(&self) -> Vec<Uuid> {
        self.buried.lock().unwrap().clone()
    }
}

impl Handler for Probe {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        let job = &context.job;
        self.runs
            .lock()
            .unwrap()
            .push((job.id, job.attempts, context.now()));
        (self.act)(context.clone())
    }

    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        self.buried.lock().unwrap().push(job.id);
        let _ = tx;
        Ok(())
    }
}
