//! When a worker notices that there is work, and how much of it it takes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use group_inspection_store::{ledger::NewJob, wake::LocalWake};
use group_inspection_worker::{JobContext, Outcome, Settings};
use tokio::{sync::Semaphore, time::Instant};

use crate::support::{
    DAY, Probe, actor, in_virtual_time, in_virtual_time_without_wake_ups, one_queue, patient, probe,
};

#[test]
fn a_wake_up_is_followed_at_once() {
    in_virtual_time(async |bench| {
        let handler = Probe::done();
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.settle().await;
        assert_eq!(worker.counts.borrow().polls, 1, "one look at the start");
        let before = Instant::now();
        bench.enqueue(probe(1)).await;
        let counts = worker.until(|counts| counts.done == 1).await;
        // No timer had to fire: virtual time stood still.
        assert_eq!(before.elapsed(), Duration::ZERO);
        assert_eq!(counts.polls, 2, "one look more");
        worker.stop().await;
    });
}

#[test]
fn a_lost_wake_up_is_made_good_by_the_timer() {
    in_virtual_time_without_wake_ups(async |bench| {
        let handler = Probe::done();
        let settings = Settings {
            poll_interval: Duration::from_secs(1),
            sweep_every: DAY,
            ..one_queue(1)
        };
        let mut worker = bench.worker(settings, handler.handlers());
        for done in 1..=5 {
            worker.settle().await;
            let before = Instant::now();
            bench.enqueue(probe(1)).await;
            worker.until(|counts| counts.done == done).await;
            assert!(
                before.elapsed() <= Duration::from_millis(1010),
                "{:?}",
                before.elapsed()
            );
        }
        worker.stop().await;
    });
}

#[test]
fn an_idle_worker_keeps_looking() {
    in_virtual_time_without_wake_ups(async |bench| {
        let settings = Settings {
            poll_interval: Duration::from_secs(1),
            sweep_every: DAY,
            ..one_queue(4)
        };
        let mut worker = bench.worker(settings, Probe::done().handlers());
        let before = Instant::now();
        worker.until(|counts| counts.polls == 50).await;
        let passed = before.elapsed().as_secs_f64();
        assert!((48.0..51.0).contains(&passed), "{passed}");
        worker.stop().await;
    });
}

#[test]
fn no_wake_up_falls_between_a_look_and_the_wait() {
    in_virtual_time(async |bench| {
        // Each job writes the next one while its worker is looking, claiming
        // or about to wait; no timer helps.
        let handler = Probe::new(|context: JobContext| async move {
            let left = context.job.payload.as_u64().unwrap();
            if left > 0 {
                let next = NewJob {
                    payload: (left - 1).into(),
                    ..probe(1)
                };
                let write = move |tx: &mut group_inspection_store::Tx<'_>| tx.enqueue(&next);
                context.store.write(&actor(), write).await?;
            }
            Ok(Outcome::Done)
        });
        let settings = Settings {
            queues: one_queue(2).queues,
            ..patient()
        };
        let mut worker = bench.worker(settings, handler.handlers());
        let before = Instant::now();
        bench
            .enqueue(NewJob {
                payload: 60.into(),
                ..probe(1)
            })
            .await;
        worker.until(|counts| counts.done == 61).await;
        assert_eq!(before.elapsed(), Duration::ZERO);
        worker.stop().await;
    });
}

#[test]
fn a_worker_wakes_for_a_job_that_falls_due() {
    in_virtual_time(async |bench| {
        let handler = Probe::done();
        let mut worker = bench.worker(patient(), handler.handlers());
        let due = bench.now() + chrono::TimeDelta::seconds(90);
        bench
            .enqueue(NewJob {
                run_at: Some(due),
                ..probe(1)
            })
            .await;
        worker.until(|counts| counts.done == 1).await;
        worker.stop().await;
        let late = handler.runs()[0].2 - due;
        assert!((0..100).contains(&late.num_milliseconds()), "{late}");
    });
}

#[test]
fn no_more_is_claimed_than_can_run() {
    in_virtual_time(async |bench| {
        let (gate, running) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let most = Arc::new(AtomicUsize::new(0));
        let handler = {
            let (gate, most) = (Arc::clone(&gate), Arc::clone(&most));
            Probe::new(move |_| {
                let (gate, running, most) = (gate.clone(), running.clone(), most.clone());
                async move {
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    gate.acquire().await.unwrap().forget();
                    running.fetch_sub(1, Ordering::SeqCst);
                    Ok(Outcome::Done)
                }
            })
        };
        for _ in 0..10 {
            bench.enqueue(probe(1)).await;
        }
        let settings = Settings {
            queues: one_queue(3).queues,
            ..patient()
        };
        let mut worker = bench.worker(settings, handler.handlers());
        worker.settle().await;
        assert_eq!(
            bench
                .number("SELECT count(*) FROM job WHERE state = 'running'")
                .await,
            3
        );
        gate.add_permits(1);
        worker.until(|counts| counts.done == 1).await;
        worker.settle().await;
        assert_eq!(
            bench
                .number("SELECT count(*) FROM job WHERE state = 'running'")
                .await,
            3
        );
        gate.add_permits(9);
        worker.until(|counts| counts.done == 10).await;
        worker.stop().await;
        assert_eq!(most.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn two_workers_never_run_the_same_job() {
    in_virtual_time(async |bench| {
        let handler = Probe::new(|_| async {
            tokio::task::yield_now().await;
            Ok(Outcome::Done)
        });
        for _ in 0..60 {
            bench.enqueue(probe(3)).await;
        }
        let other = Arc::new(LocalWake::default());
        let settings = Settings {
            queues: one_queue(3).queues,
            ..patient()
        };
        let mut one = bench.worker(settings.clone(), handler.handlers());
        let mut two = bench.worker_woken_by(&other, settings, handler.handlers());
        let all = async {
            loop {
                let (first, second) = (one.counts.borrow().done, two.counts.borrow().done);
                if first + second == 60 {
                    return (first, second);
                }
                tokio::select! {
                    changed = one.counts.changed() => changed.unwrap(),
                    changed = two.counts.changed() => changed.unwrap(),
                }
            }
        };
        let (first, second) = all.await;
        assert!(first > 0 && second > 0, "both had some: {first}, {second}");
        one.stop().await;
        two.stop().await;
        let mut runs = BTreeMap::new();
        for (id, attempt, _) in handler.runs() {
            *runs.entry(id).or_insert(0) += 1;
            assert_eq!(attempt, 1);
        }
        assert_eq!(runs.len(), 60);
        assert!(runs.values().all(|times| *times == 1));
    });
}

#[test]
fn a_failing_database_does_not_end_the_worker() {
    in_virtual_time(async |bench| {
        let handler = Probe::done();
        let mut worker = bench.worker(patient(), handler.handlers());
        worker.settle().await;
        bench.enqueue(probe(1)).await;
        worker.until(|counts| counts.done == 1).await;
        bench.sql("ALTER TABLE job RENAME TO job_away").await;
        group_inspection_store::wake::Wake::wake(bench.wake.as_ref(), crate::support::QUEUE);
        worker.until(|counts| counts.poll_failures == 8).await;
        bench.sql("ALTER TABLE job_away RENAME TO job").await;
        bench.enqueue(probe(1)).await;
        let before = Instant::now();
        worker.until(|counts| counts.done == 2).await;
        assert!(
            before.elapsed() <= Duration::from_secs(11),
            "{:?}",
            before.elapsed()
        );
        worker.stop().await;
    });
}

/// Run by hand to see how long a pick-up takes in real time.
#[test]
#[ignore = "a measurement"]
fn measured_pick_up() {
    crate::support::in_real_time(async |bench| {
        let local = measure(&bench, &bench.wake).await;
        let mut told = format!("in process: {local}");
        if let Ok(url) = std::env::var("GROUP_INSPECTION_TEST_REDIS_URL") {
            let settings = group_inspection_worker::redis_wake::Settings::default();
            let client = redis::Client::open(url).unwrap();
            let there = Arc::new(LocalWake::default());
            let queues = vec![crate::support::QUEUE.to_owned()];
            let there_too = Arc::clone(&there);
            let listener = group_inspection_worker::redis_wake::listen(
                client.clone(),
                there_too,
                queues,
                settings,
            );
            there.signal(crate::support::QUEUE).notified().await;
            let publish =
                group_inspection_worker::RedisWake::new(client, Arc::clone(&bench.wake), settings)
                    .unwrap();
            let own = bench.wake.signal(crate::support::QUEUE);
            let relay = tokio::spawn(async move {
                loop {
                    own.notified().await;
                    // In place of the store's own wake, without an echo.
                    group_inspection_store::wake::Wake::wake(&publish, "relay");
                    group_inspection_store::wake::Wake::wake(&publish, crate::support::QUEUE);
                    own.notified().await;
                }
            });
            let by_redis = measure(&bench, &there).await;
            told = format!("{told}; by Redis: {by_redis}");
            relay.abort();
            listener.task.abort();
        }
        std::fs::write(std::env::temp_dir().join("pick-up.txt"), told).unwrap();
    });
}

async fn measure(bench: &crate::support::Bench, wake: &Arc<LocalWake>) -> String {
    let began = Arc::new(std::sync::Mutex::new(Vec::new()));
    let handler = {
        let began = Arc::clone(&began);
        Probe::new(move |_| {
            began.lock().unwrap().push(std::time::Instant::now());
            async { Ok(Outcome::Done) }
        })
    };
    let mut worker = bench.worker_woken_by(wake, patient(), handler.handlers());
    worker.until(|counts| counts.polls >= 1).await;
    let mut took = Vec::new();
    for done in 1..=200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        bench.enqueue(probe(1)).await;
        let committed = std::time::Instant::now();
        worker.until(|counts| counts.done == done).await;
        let last = *began.lock().unwrap().last().unwrap();
        took.push(last.saturating_duration_since(committed));
    }
    worker.stop().await;
    took.sort();
    format!(
        "median {:?}, 95 % {:?}, most {:?}",
        took[100], took[190], took[199]
    )
}
