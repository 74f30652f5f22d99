//! A slow or dead receiver delays nobody else.

use std::time::Duration;

use diesel::RunQueryDsl;
use group_inspection_store::{
    jobs::{self, Kind},
    notifications,
};
use group_inspection_worker::{Settings, settings::Queue};
use serde_json::json;
use uuid::Uuid;

use crate::{
    post::{Group, endpoint, group, post, publish, settings},
    receiver::{HANGS, Receiver},
    support::{Bench, in_real_time},
};

const OTHERS: usize = 50;

/// Eight slots, and receivers that hang for as long as the test runs.
fn slots() -> Settings {
    let mut settings = settings();
    settings.queues = [jobs::NOTIFY, jobs::NOTIFY_AGAIN, jobs::MAIL]
        .map(|name| Queue {
            name: name.to_owned(),
            concurrency: 8,
        })
        .to_vec();
    settings.webhook.timeout = Duration::from_secs(600);
    if let Some(kind) = settings.kinds.get_mut(jobs::Notify::KIND) {
        kind.timeout = Duration::from_secs(600);
    }
    // What hangs is cut off at the end.
    settings.drain = Duration::ZERO;
    settings
}

async fn tell(bench: &Bench, body: Uuid, report: Uuid, versions: i32) {
    bench
        .write(move |tx| {
            for version in 1..=versions {
                notifications::fan_out(tx, "report.published", body, report, version, &json!({}))?;
            }
            Ok(())
        })
        .await;
}

#[test]
fn a_receiver_that_hangs_holds_its_own_slots_only() {
    in_real_time(async |bench| {
        let slow = group(&bench).await;
        let hanging = Receiver::answering(&[HANGS; 2]).await;
        endpoint(&bench, slow.body, &hanging.url).await;
        // First in the queue, and more than there are slots.
        tell(&bench, slow.body, slow.report, 20).await;
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; OTHERS]).await;
        for _ in 0..OTHERS {
            endpoint(&bench, body, &receiver.url).await;
        }
        bench.write(move |tx| publish(tx, body, report)).await;
        let mut post = post(&bench, slots());
        let counts = post.worker.until(|counts| counts.done == 50).await;
        assert_eq!(counts.claimed, 52, "two of the twenty, and all others");
        assert_eq!(receiver.received().len(), OTHERS);
        let waiting = "SELECT count(*) FROM job WHERE state = 'ready' AND lane IS NOT NULL";
        assert_eq!(bench.number(waiting).await, 18);
        let counts = post.worker.stop().await;
        assert_eq!((counts.done, counts.retried), (50, 0));
    });
}

#[test]
fn receivers_that_are_known_to_fail_take_no_slot_from_others() {
    in_real_time(async |bench| {
        let slow = group(&bench).await;
        let mut hanging = Vec::new();
        // Enough of them to hold every slot.
        for _ in 0..8 {
            let receiver = Receiver::answering(&[HANGS]).await;
            endpoint(&bench, slow.body, &receiver.url).await;
            hanging.push(receiver);
        }
        bench
            .write(|tx| {
                let failing = "UPDATE webhook_endpoint SET failing_since = now()";
                diesel::sql_query(failing).execute(tx.connection())?;
                Ok(())
            })
            .await;
        tell(&bench, slow.body, slow.report, 1).await;
        let Group { body, report } = group(&bench).await;
        let receiver = Receiver::answering(&["200 OK"; OTHERS]).await;
        for _ in 0..OTHERS {
            endpoint(&bench, body, &receiver.url).await;
        }
        let mut post = post(&bench, slots());
        post.worker.until(|counts| counts.claimed == 8).await;
        bench.write(move |tx| publish(tx, body, report)).await;
        post.worker.until(|counts| counts.done == 50).await;
        let counts = post.worker.stop().await;
        assert_eq!((counts.done, counts.claimed), (50, 58));
    });
}
