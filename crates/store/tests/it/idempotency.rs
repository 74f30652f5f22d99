use chrono::TimeDelta;
use diesel::prelude::*;
use group_inspection_store::{
    Error,
    error::Conflict,
    idempotency::{self, KEPT, KeyedRequest, SavedAnswer},
    schema::audit_event,
    testing::{TestDatabase, TestStore},
};

use crate::support::actor;

fn request(fingerprint: u8) -> KeyedRequest {
    KeyedRequest {
        client: "key:1".to_owned(),
        method: "POST".to_owned(),
        path: "/v1/things".to_owned(),
        key: "abc".to_owned(),
        fingerprint: [fingerprint; 32],
    }
}

async fn send(store: &TestStore, fingerprint: u8, fail: bool) -> Result<SavedAnswer, Error> {
    store
        .store
        .write(&actor(), move |tx| {
            idempotency::once(tx, &request(fingerprint), |tx| {
                tx.audit(&group_inspection_store::audit::Event {
                    action: "thing.made",
                    subject_kind: "thing",
                    subject_id: "1".to_owned(),
                    reason: None,
                    data: serde_json::json!({}),
                })?;
                if fail {
                    return Err(Error::NotFound);
                }
                Ok(SavedAnswer {
                    status: 201,
                    headers: vec![("location".to_owned(), "/v1/things/1".to_owned())],
                    body: b"{}".to_vec(),
                    replayed: false,
                })
            })
        })
        .await
}

async fn effects(store: &TestStore) -> i64 {
    store
        .store
        .read(|connection| Ok(audit_event::table.count().get_result(connection)?))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_has_no_second_effect() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let first = send(&store, 1, false).await.unwrap();
    assert!(!first.replayed);
    let second = send(&store, 1, false).await.unwrap();
    assert!(second.replayed);
    assert_eq!((second.status, second.body), (first.status, first.body));
    assert_eq!(second.headers, first.headers);
    assert_eq!(effects(&store).await, 1);
}

#[tokio::test]
async fn the_key_with_another_request_is_a_conflict() {
    let database = TestDatabase::new();
    let store = database.store().await;
    send(&store, 1, false).await.unwrap();
    let error = send(&store, 2, false).await.unwrap_err();
    assert!(matches!(
        error,
        Error::Conflict(Conflict::IdempotencyReused)
    ));
    assert_eq!(effects(&store).await, 1);
}

#[tokio::test]
async fn a_failed_request_leaves_the_key_unused() {
    let database = TestDatabase::new();
    let store = database.store().await;
    assert!(send(&store, 1, true).await.is_err());
    assert!(!send(&store, 1, false).await.unwrap().replayed);
    assert_eq!(effects(&store).await, 1);
}

#[tokio::test]
async fn parallel_equal_requests_have_one_effect() {
    let database = TestDatabase::new();
    let store = database.store().await;
    let mut senders = Vec::new();
    for _ in 0..16 {
        let store = store.clone();
        senders.push(tokio::spawn(async move { send(&store, 1, false).await }));
    }
    let mut first = 0;
    for sender in senders {
        match sender.await.unwrap() {
            Ok(answer) if !answer.replayed => first += 1,
            Ok(_) | Err(Error::Conflict(Conflict::IdempotencyRunning)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(first, 1);
    assert_eq!(effects(&store).await, 1);
}

#[tokio::test]
async fn keys_expire_and_are_removed() {
    let database = TestDatabase::new();
    let store = database.store().await;
    send(&store, 1, false).await.unwrap();
    let prune = || async {
        store
            .store
            .write(&actor(), idempotency::prune)
            .await
            .unwrap()
    };
    assert_eq!(prune().await, 0);
    store.clock.advance(KEPT + TimeDelta::seconds(1));
    assert_eq!(prune().await, 1);
}
