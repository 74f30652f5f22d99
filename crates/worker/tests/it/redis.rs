//! Wake-ups by Redis, where the environment names one.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use group_inspection_store::wake::{LocalWake, Wake};
use group_inspection_worker::redis_wake::{self, RedisWake};
use redis::Client;
use tokio::time::timeout;

const VARIABLE: &str = "GROUP_INSPECTION_TEST_REDIS_URL";
const AT_MOST: Duration = Duration::from_secs(30);

#[tokio::test]
#[ignore = "needs Redis, named by GROUP_INSPECTION_TEST_REDIS_URL"]
async fn with_redis_a_wake_up_reaches_another_process() {
    let client = Client::open(std::env::var(VARIABLE).unwrap()).unwrap();
    let settings = redis_wake::Settings::default();
    let queues = vec!["reports".to_owned()];
    let here = Arc::new(LocalWake::default());
    let there = Arc::new(LocalWake::default());
    let heard = there.signal("reports");
    let listener = redis_wake::listen(client.clone(), Arc::clone(&there), queues, settings);
    // The first wake-up says that it listens.
    timeout(AT_MOST, heard.notified()).await.unwrap();
    assert!(listener.is_heard.load(Ordering::Relaxed));

    let wake = RedisWake::new(client, Arc::clone(&here), settings).unwrap();
    wake.wake("another");
    wake.wake("reports");
    timeout(AT_MOST, heard.notified()).await.unwrap();
    timeout(AT_MOST, here.signal("reports").notified())
        .await
        .unwrap();
    listener.task.abort();
}

#[tokio::test]
async fn without_redis_the_own_process_is_woken_all_the_same() {
    let here = Arc::new(LocalWake::default());
    let settings = redis_wake::Settings {
        waiting: 4,
        connection_timeout: Duration::from_millis(50),
        ..redis_wake::Settings::default()
    };
    // Nothing listens on this port.
    let client = Client::open("redis://127.0.0.1:1/").unwrap();
    let wake = RedisWake::new(client.clone(), Arc::clone(&here), settings).unwrap();
    let listener = redis_wake::listen(client, Arc::clone(&here), Vec::new(), settings);
    for _ in 0..1000 {
        wake.wake("reports");
    }
    timeout(AT_MOST, here.signal("reports").notified())
        .await
        .unwrap();
    assert!(!listener.task.is_finished());
    assert!(!listener.is_heard.load(Ordering::Relaxed));
    listener.task.abort();
}
