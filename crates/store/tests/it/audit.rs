//! The audit log as a chain.

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use group_inspection_core::audit::{Fault, Head};
use group_inspection_store::{
    Seek, Store,
    audit::{self, Checked, Event, Tampered},
    testing::{TestDatabase, TestStore},
};
use serde_json::json;

use crate::support::actor;

async fn note(store: &Store, subject: &'static str, value: u32) {
    store
        .write(&actor(), move |tx| {
            tx.audit(&Event {
                action: "test.done",
                subject_kind: "test",
                subject_id: subject.to_owned(),
                reason: Some("because"),
                data: json!({ "value": value }),
            })
        })
        .await
        .unwrap();
}

async fn seal(store: &Store, most: i64) -> usize {
    store
        .write(&actor(), move |tx| audit::seal(tx, most))
        .await
        .unwrap()
}

async fn check(store: &Store, anchors: Vec<Head>) -> Result<Checked, Tampered> {
    store
        .read(move |connection| audit::check(connection, &anchors))
        .await
        .unwrap()
}

async fn sealed() -> (TestDatabase, TestStore, Head) {
    let database = TestDatabase::new();
    let store = database.store().await;
    for value in 0..5 {
        note(&store.store, if value == 3 { "b" } else { "a" }, value).await;
    }
    assert_eq!(seal(&store.store, 2).await, 2, "no more than asked for");
    assert_eq!(check(&store.store, vec![]).await.unwrap().unsealed, 3);
    assert_eq!(seal(&store.store, 100).await, 3);
    assert_eq!(seal(&store.store, 100).await, 0);
    let checked = check(&store.store, vec![]).await.unwrap();
    assert_eq!((checked.unsealed, checked.unaccounted), (0, 0));
    (database, store, checked.head)
}

/// Does to the log what only somebody with the database in hand can do.
async fn tamper(store: &Store, statement: &'static str) {
    store
        .write(&actor(), move |tx| {
            tx.connection().batch_execute(&format!(
                "ALTER TABLE audit_event DISABLE TRIGGER USER; \
                 ALTER TABLE audit_link DISABLE TRIGGER USER; {statement}; \
                 ALTER TABLE audit_event ENABLE TRIGGER USER; \
                 ALTER TABLE audit_link ENABLE TRIGGER USER"
            ))?;
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn events_are_chained_in_order_with_what_was_before() {
    let (_database, store, head) = sealed().await;
    assert_eq!(head.position, 5);
    let log = store
        .store
        .read(|connection| audit::list(connection, &Seek::After(1), 100))
        .await
        .unwrap();
    let positions: Vec<u64> = log.iter().map(|sealed| sealed.link.position).collect();
    assert_eq!(positions, [2, 3, 4, 5]);
    let of = |index: usize| &log[index].link.entry;
    assert_eq!(of(1).before, of(0).after);
    assert_eq!(of(2).before, None, "the first event of its subject");
    assert_eq!(of(3).before, of(1).after);
    assert_eq!(log[3].event.data, json!({ "value": 4 }));
    assert_eq!(check(&store.store, vec![head]).await.unwrap().head, head);
}

#[tokio::test]
async fn what_was_changed_or_taken_out_shows() {
    for (statement, position) in [
        (
            "UPDATE audit_event SET data = '{\"value\": 9}' WHERE data @> '{\"value\": 2}'",
            3,
        ),
        (
            "UPDATE audit_event SET reason = NULL WHERE data @> '{\"value\": 1}'",
            2,
        ),
        (
            "UPDATE audit_event SET at = at - interval '1 day' WHERE data @> '{\"value\": 0}'",
            1,
        ),
        (
            "UPDATE audit_link SET completed_at = completed_at + interval '1 s' WHERE position = 4",
            4,
        ),
        ("DELETE FROM audit_link WHERE position = 2", 2),
    ] {
        let (_database, store, _) = sealed().await;
        tamper(&store.store, statement).await;
        let broken = check(&store.store, vec![]).await.unwrap_err();
        assert_eq!(broken.position, position, "{statement}: {broken}");
    }
}

#[tokio::test]
async fn a_tail_cut_off_shows_by_its_events_or_against_a_head_kept_elsewhere() {
    let (_database, store, head) = sealed().await;
    tamper(&store.store, "DELETE FROM audit_link WHERE position = 5").await;
    assert_eq!(check(&store.store, vec![]).await.unwrap().unaccounted, 1);
    tamper(
        &store.store,
        "DELETE FROM audit_event WHERE data @> '{\"value\": 4}'",
    )
    .await;
    assert_eq!(check(&store.store, vec![]).await.unwrap().unaccounted, 0);
    let broken = check(&store.store, vec![head]).await.unwrap_err();
    assert_eq!(broken.fault, Fault::Truncated { anchored: 5 });
}

#[tokio::test]
async fn the_chain_itself_cannot_be_changed_by_accident() {
    let (_database, store, _) = sealed().await;
    for statement in [
        "UPDATE audit_link SET position = 9",
        "DELETE FROM audit_link",
    ] {
        let error = store
            .store
            .write(&actor(), move |tx| {
                Ok(sql_query(statement).execute(tx.connection())?)
            })
            .await
            .unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn a_clock_set_back_does_not_break_the_order() {
    let (_database, store, head) = sealed().await;
    store.clock.advance(-chrono::TimeDelta::days(1));
    note(&store.store, "a", 6).await;
    assert_eq!(seal(&store.store, 100).await, 1);
    let checked = check(&store.store, vec![head]).await.unwrap();
    assert_eq!(checked.head.completed_at, head.completed_at);
}
