use chrono::TimeDelta;
use diesel::PgConnection;
use group_inspection_store::{
    Clock, Error,
    ledger::{self, Ending, Known, NewJob, Recorded},
    testing::{TestDatabase, TestStore},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::actor;

const LEASE: TimeDelta = TimeDelta::seconds(30);

fn sweep(
    connection: &mut PgConnection,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<ledger::Sweep, Error> {
    ledger::sweep(connection, now, &known())
}

fn known() -> Known {
    Known::default().with("test", 1)
}

fn job(key: &str, max_attempts: i16) -> NewJob {
    NewJob {
        queue: "test",
        kind: "test",
        kind_version: 1,
        payload: json!({ "key": key }),
        dedupe_key: Some(key.to_owned()),
        max_attempts,
        run_at: None,
        operation_id: None,
    }
}

async fn enqueue(store: &TestStore, key: &'static str, max_attempts: i16) -> Option<Uuid> {
    store
        .store
        .write(&actor(), move |tx| tx.enqueue(&job(key, max_attempts)))
        .await
        .unwrap()
}

/// Runs a ledger call at the time of the test's clock.
async fn at<T: Send + 'static>(
    store: &TestStore,
    call: impl Fn(&mut PgConnection, chrono::DateTime<chrono::Utc>) -> Result<T, Error> + Send + 'static,
) -> T {
    let now = store.clock.now();
    store
        .store
        .write(&actor(), move |tx| call(tx.connection(), now))
        .await
        .unwrap()
}

async fn claim(store: &TestStore, owner: &'static str) -> Vec<ledger::Job> {
    at(store, move |connection, now| {
        ledger::claim(connection, "test", owner, now, LEASE, 10, &known())
    })
    .await
}

#[tokio::test]
async fn a_job_of_a_transaction_that_fails_does_not_exist() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let failed: Result<(), Error> = store
        .store
        .write(&actor(), |tx| {
            tx.enqueue(&job("a", 3))?;
            Err(Error::NotFound)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(claim(&store, "w1").await, []);
}

#[tokio::test]
async fn an_equal_live_job_is_not_written_twice() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let first = enqueue(&store, "a", 3).await.unwrap();
    assert_eq!(enqueue(&store, "a", 3).await, None);
    assert_eq!(claim(&store, "w1").await.len(), 1);
    assert_eq!(enqueue(&store, "a", 3).await, None, "it is running");
    at(&store, move |c, now| {
        ledger::end(c, first, "w1", now, &Ending::Done)
    })
    .await;
    assert!(enqueue(&store, "a", 3).await.is_some(), "it is over");
}

#[tokio::test]
async fn attempts_count_at_the_claim_and_end_among_the_dead() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let id = enqueue(&store, "a", 3).await.unwrap();
    for attempt in 1..=3 {
        let claimed = claim(&store, "w1").await;
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].attempts, attempt);
        let recorded = at(&store, move |c, now| {
            ledger::end(
                c,
                id,
                "w1",
                now,
                &Ending::Retry {
                    code: "test".to_owned(),
                    text: "not yet".to_owned(),
                    at: now,
                },
            )
        })
        .await;
        let expected = if attempt < 3 {
            Recorded::Again
        } else {
            Recorded::Dead
        };
        assert_eq!(recorded, expected);
    }
    assert_eq!(claim(&store, "w1").await, []);
    let dead = at(&store, move |c, _| ledger::get(c, id)).await;
    assert_eq!((dead.state.as_str(), dead.attempts), ("dead", 3));
    assert_eq!(dead.last_error_code.as_deref(), Some("test"));
}

#[tokio::test]
async fn a_worker_that_goes_away_gives_the_job_back_or_buries_it() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let id = enqueue(&store, "a", 2).await.unwrap();
    claim(&store, "w1").await;
    let early = at(&store, sweep).await;
    assert_eq!((early.returned, early.dead.len()), (0, 0));
    store.clock.advance(LEASE + TimeDelta::seconds(1));
    let swept = at(&store, sweep).await;
    assert_eq!((swept.returned, swept.dead.len()), (1, 0));
    assert_eq!(swept.due_queues, ["test"]);
    assert_eq!(claim(&store, "w2").await[0].attempts, 2);
    let late = at(&store, move |c, now| {
        ledger::end(c, id, "w1", now, &Ending::Done)
    })
    .await;
    assert_eq!(late, Recorded::LeaseLost, "the first worker comes too late");
    store.clock.advance(LEASE + TimeDelta::seconds(1));
    let swept = at(&store, sweep).await;
    assert_eq!(swept.dead.len(), 1);
    let dead = at(&store, move |c, _| ledger::get(c, id)).await;
    assert_eq!(dead.state, "dead");
}

#[tokio::test]
async fn a_renewed_lease_is_not_swept() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let id = enqueue(&store, "a", 2).await.unwrap();
    claim(&store, "w1").await;
    store.clock.advance(LEASE - TimeDelta::seconds(1));
    assert!(
        at(&store, move |c, now| ledger::renew(
            c,
            id,
            "w1",
            now + LEASE
        ))
        .await
    );
    assert!(
        !at(&store, move |c, now| ledger::renew(
            c,
            id,
            "w2",
            now + LEASE
        ))
        .await
    );
    store.clock.advance(TimeDelta::seconds(10));
    assert_eq!(at(&store, sweep).await.returned, 0);
}

#[tokio::test]
async fn to_snooze_or_to_release_is_no_attempt() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let id = enqueue(&store, "a", 1).await.unwrap();
    claim(&store, "w1").await;
    at(&store, move |c, now| {
        ledger::end(
            c,
            id,
            "w1",
            now,
            &Ending::Snooze {
                at: now + TimeDelta::minutes(1),
            },
        )
    })
    .await;
    assert_eq!(claim(&store, "w1").await, [], "too early");
    store.clock.advance(TimeDelta::minutes(1));
    assert_eq!(claim(&store, "w1").await[0].attempts, 1);
    at(&store, move |c, _| ledger::release(c, id, "w1")).await;
    assert_eq!(claim(&store, "w1").await[0].attempts, 1);
}

#[tokio::test]
async fn two_claimers_never_share_a_job() {
    let database = TestDatabase::new();
    let store = database.store().await;
    store
        .store
        .write(&actor(), |tx| {
            for number in 0..200 {
                tx.enqueue(&job(&number.to_string(), 1))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let mut claimers = Vec::new();
    for number in 0..8 {
        let store = store.clone();
        claimers.push(tokio::spawn(async move {
            let owner = ["a", "b", "c", "d", "e", "f", "g", "h"][number];
            let mut mine = Vec::new();
            loop {
                let claimed = claim(&store, owner).await;
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|job| job.id));
            }
        }));
    }
    let mut all = Vec::new();
    for claimer in claimers {
        all.extend(claimer.await.unwrap());
    }
    assert_eq!(all.len(), 200);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 200);
}

#[tokio::test]
async fn jobs_that_are_done_end_together_but_only_for_who_holds_them() {
    use Recorded::{LeaseLost, Over};
    let database = TestDatabase::new();
    let store = database.store().await;
    let mut ids = Vec::new();
    for key in ["a", "b", "c"] {
        ids.push(enqueue(&store, key, 2).await.unwrap());
    }
    assert_eq!(claim(&store, "w1").await.len(), 3);
    let held = vec![
        (ids[0], "w1".to_owned()),
        (ids[1], "w2".to_owned()),
        (ids[2], "w1".to_owned()),
        (Uuid::from_u128(9), "w1".to_owned()),
    ];
    let end = |held: Vec<(Uuid, String)>| {
        let store = store.store.clone();
        async move {
            store
                .write(&actor(), move |tx| ledger::conclude_done(tx, &held))
                .await
                .unwrap()
        }
    };
    assert_eq!(end(held.clone()).await, [Over, LeaseLost, Over, LeaseLost]);
    let over = at(&store, {
        let id = ids[0];
        move |c, _| ledger::get(c, id)
    })
    .await;
    assert_eq!(over.state, "done");
    assert_eq!(over.finished_at, Some(store.clock.now()));
    assert_eq!((over.lease_owner, over.lease_until), (None, None));
    assert_eq!(end(held).await, [LeaseLost; 4], "once");
    let other = at(&store, {
        let id = ids[1];
        move |c, _| ledger::get(c, id)
    })
    .await;
    assert_eq!(other.state, "running");
}
