//! Wake-ups between processes, by Redis.
//!
//! Redis carries hints and nothing else. Without it workers find their jobs
//! at the next look at the ledger; nothing is lost and no call waits for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::StreamExt;
use group_inspection_store::wake::{LocalWake, Wake};
use group_inspection_telemetry::measure::wake::{WakeUp, Way, connected, wake_up};
use redis::{
    Client, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::settings::Backoff;

/// Channel on which the name of a queue is published.
pub const CHANNEL: &str = "gi:wake";

/// How wake-ups travel by Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long a reply may take. The library's own half second makes one
    /// slow reply end a connection.
    pub response_timeout: Duration,
    /// How long connecting may take.
    pub connection_timeout: Duration,
    /// Wake-ups that wait to be published; more are dropped.
    pub waiting: usize,
    /// Pauses between attempts to listen again.
    pub reconnect: Backoff,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            response_timeout: Duration::from_secs(5),
            connection_timeout: Duration::from_secs(5),
            waiting: 256,
            reconnect: Backoff {
                first: Duration::from_millis(200),
                most: Duration::from_secs(15),
            },
        }
    }
}

impl Settings {
    fn manager(self) -> ConnectionManagerConfig {
        ConnectionManagerConfig::new()
            .set_response_timeout(Some(self.response_timeout))
            .set_connection_timeout(Some(self.connection_timeout))
            .set_number_of_retries(1)
    }
}

/// Wakes the workers of this process at once and those of others by Redis.
#[derive(Debug, Clone)]
pub struct RedisWake {
    local: Arc<LocalWake>,
    publish: mpsc::Sender<String>,
}

impl RedisWake {
    /// Wake-ups by the Redis of `client`, which need not be there yet. Must be
    /// called within a runtime.
    ///
    /// # Errors
    /// If its settings cannot be used.
    pub fn new(
        client: Client,
        local: Arc<LocalWake>,
        settings: Settings,
    ) -> Result<Self, RedisError> {
        let manager = ConnectionManager::new_lazy_with_config(client, settings.manager())?;
        let (publish, queues) = mpsc::channel(settings.waiting.max(1));
        // Ends when the last wake that feeds it is dropped.
        tokio::spawn(forward(manager, queues));
        Ok(Self { local, publish })
    }
}

/// Asks the Redis of `client` for a sign of life.
///
/// # Errors
/// If there is none in time.
pub async fn reach(client: Client, settings: Settings) -> Result<(), RedisError> {
    let mut manager = ConnectionManager::new_with_config(client, settings.manager()).await?;
    redis::cmd("PING").exec_async(&mut manager).await
}

impl Wake for RedisWake {
    fn wake(&self, queue: &str) {
        self.local.wake(queue);
        // Full means that Redis is away or slow: a hint more would not help.
        if self.publish.try_send(queue.to_owned()).is_err() {
            wake_up(WakeUp::Dropped);
        }
    }
}

async fn forward(manager: ConnectionManager, mut queues: mpsc::Receiver<String>) {
    let mut away = false;
    while let Some(queue) = queues.recv().await {
        let mut connection = manager.clone();
        let published: Result<(), RedisError> = redis::cmd("PUBLISH")
            .arg(CHANNEL)
            .arg(&queue)
            .query_async(&mut connection)
            .await;
        connected(Way::Send, published.is_ok());
        wake_up(match published {
            Ok(()) => WakeUp::Sent,
            Err(_) => WakeUp::Failed,
        });
        match published {
            Ok(()) if away => {
                away = false;
                tracing::info!("wake-ups travel by Redis again");
            }
            Ok(()) => {}
            Err(error) if !away => {
                away = true;
                // The cause may name the address and with it a password.
                let reason = error.category();
                tracing::warn!(reason, "wake-ups do not travel by Redis; pick-up is slower");
            }
            Err(_) => {}
        }
    }
}

/// Listening to the wake-ups of other processes.
#[derive(Debug)]
pub struct Listening {
    /// Goes on until it is aborted.
    pub task: JoinHandle<()>,
    /// Whether wake-ups are heard now.
    pub is_heard: Arc<AtomicBool>,
}

/// Turns wake-ups of other processes into wake-ups of this one, for `queues`
/// only. Must be called within a runtime.
#[must_use]
pub fn listen(
    client: Client,
    local: Arc<LocalWake>,
    queues: Vec<String>,
    settings: Settings,
) -> Listening {
    let is_heard = Arc::new(AtomicBool::new(false));
    let ear = Ear {
        client,
        local,
        queues,
        wait: settings.connection_timeout,
        is_heard: Arc::clone(&is_heard),
    };
    let task = tokio::spawn(async move {
        let mut failures = 0_u32;
        loop {
            let heard = ear.hear().await;
            ear.note(false);
            // It worked for a while: begin with short pauses again.
            failures = if heard.listened {
                1
            } else {
                failures.saturating_add(1)
            };
            if failures == 1 {
                tracing::warn!(reason = %heard.reason, "wake-ups by Redis are not heard");
            }
            sleep(settings.reconnect.pause(failures)).await;
        }
    });
    Listening { task, is_heard }
}

struct Heard {
    listened: bool,
    reason: String,
}

struct Ear {
    client: Client,
    local: Arc<LocalWake>,
    queues: Vec<String>,
    wait: Duration,
    is_heard: Arc<AtomicBool>,
}

impl Ear {
    fn note(&self, is_heard: bool) {
        self.is_heard.store(is_heard, Ordering::Relaxed);
        connected(Way::Hear, is_heard);
    }

    async fn hear(&self) -> Heard {
        let connect = async {
            let mut subscription = self.client.get_async_pubsub().await?;
            subscription.subscribe(CHANNEL).await?;
            Ok::<_, RedisError>(subscription)
        };
        let mut subscription = match timeout(self.wait, connect).await {
            Ok(Ok(subscription)) => subscription,
            Ok(Err(error)) => {
                return Heard {
                    listened: false,
                    reason: error.category().to_owned(),
                };
            }
            Err(_) => {
                return Heard {
                    listened: false,
                    reason: "connecting took too long".to_owned(),
                };
            }
        };
        self.note(true);
        tracing::info!("wake-ups by Redis are heard");
        // Any number of them may have been missed until now.
        for queue in &self.queues {
            self.local.wake(queue);
        }
        let mut messages = subscription.on_message();
        while let Some(message) = messages.next().await {
            if let Ok(queue) = message.get_payload::<String>()
                && self.queues.contains(&queue)
            {
                wake_up(WakeUp::Heard);
                self.local.wake(&queue);
            }
        }
        Heard {
            listened: true,
            reason: "the connection was closed".to_owned(),
        }
    }
}
