//! Calls to endpoints through the ledger and the sender, next to a bare loop
//! that posts the same signed bytes to the same receiver.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use group_inspection_core::body::BodyKind;
use group_inspection_store::{
    Actor, Store,
    bodies::{self, NewBody},
    jobs::{self, Kind},
    notifications::{self, Filter},
    recipients::{self, Signature, Wanted},
    wake::{LocalWake, Wake},
};
use group_inspection_worker::{
    Handlers, Settings, Worker, handlers, mail,
    settings::Queue,
    webhook::{self, Sender},
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    config::Config,
    database,
    failure::Failure,
    output::say,
    service::{self, until},
};

/// Rounds; the median counts.
const ROUNDS: usize = 3;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Notifications in each round.
    #[arg(long, default_value_t = 10_000)]
    notifications: usize,
    /// Endpoints they go to, all at one receiver.
    #[arg(long, default_value_t = 64)]
    endpoints: usize,
    /// Calls at once of the bare loop.
    #[arg(long, default_value_t = 32)]
    at_once: usize,
    /// Slots of the queue; those of the settings unless given.
    #[arg(long)]
    slots: Option<usize>,
    /// Milliseconds that the receiver takes for each call, as one does that is
    /// reached over a network and keeps what it is sent.
    #[arg(long, default_value_t = 0)]
    receiver_takes: u64,
}

/// What is posted, as it was signed.
#[derive(Clone)]
struct Signed {
    url: String,
    id: String,
    timestamp: String,
    signature: String,
    body: Vec<u8>,
}

/// Runs the command.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let config = config.in_folder(folder.path());
    let wake = Arc::new(LocalWake::default());
    let database = database::open(&config, Arc::clone(&wake) as Arc<dyn Wake>).await?;
    let store = database.store.clone();
    store.migrate().await?;
    let (url, calls) = receiver(Duration::from_millis(arguments.receiver_takes))?;
    let endpoints = endpoints(&store, &url, arguments.endpoints).await?;
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let bare = bare(&arguments, &signed(&url)?, &calls).await?;
        let ours = ours(&config, &store, &wake, &arguments, &endpoints, &calls).await?;
        let rate = |time: Duration| arguments.notifications as f64 / time.as_secs_f64();
        let ratio = bare.as_secs_f64() / ours.as_secs_f64();
        say(&format!(
            "round {round}: {:.0} a second through the ledger, {:.0} by a bare loop: {:.0} %",
            rate(ours),
            rate(bare),
            ratio * 100.0
        ));
        ratios.push(ratio);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ROUNDS / 2).copied().unwrap_or_default();
    say(&format!("median: {:.0} %", median * 100.0));
    Ok(())
}

/// A receiver on a thread of its own that reads each call and accepts it.
fn receiver(takes: Duration) -> Result<(String, Arc<AtomicUsize>), Failure> {
    let doing = "starting a receiver";
    let listener =
        TcpListener::bind("127.0.0.1:0").map_err(|error| Failure::because(doing, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::because(doing, error))?;
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let counted = Arc::clone(&counted);
                App::new().default_service(web::to(move |body: web::Bytes| {
                    if !body.is_empty() {
                        counted.fetch_add(1, Ordering::Relaxed);
                    }
                    async move {
                        if !takes.is_zero() {
                            tokio::time::sleep(takes).await;
                        }
                        HttpResponse::NoContent().finish()
                    }
                }))
            });
            // Calls fail if it cannot listen, and the bench with them.
            match server.workers(1).disable_signals().listen(listener) {
                Ok(server) => server.run().await,
                Err(error) => Err(error),
            }
        })
    });
    Ok((format!("http://{address}/"), calls))
}

async fn endpoints(store: &Store, url: &str, many: usize) -> Result<Vec<uuid::Uuid>, Failure> {
    let wanted = Wanted::all_at(url);
    Ok(store
        .write(&Actor::operator("bench"), move |tx| {
            let body = bodies::create(
                tx,
                &NewBody {
                    kind: BodyKind::IndependentGroup,
                    name: "A group that is told much".to_owned(),
                    opened: None,
                    identifiers: Vec::new(),
                },
            )?;
            (0..many)
                .map(|_| {
                    recipients::create_endpoint(tx, body, &wanted, Signature::Shared)
                        .map(|(id, _)| id)
                })
                .collect()
        })
        .await?)
}

/// A call as the sender makes it.
fn signed(url: &str) -> Result<Signed, Failure> {
    let now = chrono::Utc::now();
    let id = uuid::Uuid::from_u128(7).to_string();
    let body = serde_json::json!({
        "data": { "body_id": id, "endpoint_id": id },
        "timestamp": now,
        "type": "endpoint.test",
    })
    .to_string()
    .into_bytes();
    let signature = standardwebhooks::Webhook::from_bytes(vec![7; 32])
        .and_then(|webhook| webhook.sign(&id, now.timestamp(), &body))
        .map_err(|error| Failure::because("signing", error))?;
    Ok(Signed {
        url: url.to_owned(),
        id,
        timestamp: now.timestamp().to_string(),
        signature,
        body,
    })
}

/// The bare loop: one client, as many calls at once.
async fn bare(
    arguments: &Arguments,
    signed: &Signed,
    calls: &AtomicUsize,
) -> Result<Duration, Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Failure::because("a client", error))?;
    let before = calls.load(Ordering::Relaxed);
    let left = Arc::new(AtomicUsize::new(arguments.notifications));
    let began = Instant::now();
    let mut loops = JoinSet::new();
    for _ in 0..arguments.at_once {
        let (client, signed, left) = (client.clone(), signed.clone(), Arc::clone(&left));
        loops.spawn(async move {
            let take = |left: usize| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
            {
                client
                    .post(&signed.url)
                    .header("content-type", "application/json")
                    .header("webhook-id", &signed.id)
                    .header("webhook-timestamp", &signed.timestamp)
                    .header("webhook-signature", &signed.signature)
                    .body(signed.body.clone())
                    .send()
                    .await?
                    .bytes()
                    .await?;
            }
            Ok::<(), reqwest::Error>(())
        });
    }
    while let Some(ended) = loops.join_next().await {
        ended
            .map_err(|error| Failure::because("the bare loop", error))?
            .map_err(|error| Failure::because("the bare loop", error))?;
    }
    let took = began.elapsed();
    expect(calls, before, arguments.notifications)?;
    Ok(took)
}

/// Through the ledger and the sender: written first, then sent.
async fn ours(
    config: &Config,
    store: &Store,
    wake: &Arc<LocalWake>,
    arguments: &Arguments,
    endpoints: &[uuid::Uuid],
    calls: &AtomicUsize,
) -> Result<Duration, Failure> {
    let many = arguments.notifications;
    let to: Vec<uuid::Uuid> = endpoints.iter().copied().cycle().take(many).collect();
    for some in to.chunks(500) {
        let some = some.to_vec();
        store
            .write(&Actor::operator("bench"), move |tx| {
                some.iter()
                    .try_for_each(|endpoint| notifications::test(tx, *endpoint).map(drop))
            })
            .await?;
    }
    let before = calls.load(Ordering::Relaxed);
    let usual = Settings::default();
    let queues: Vec<Queue> = usual
        .queues
        .iter()
        .filter(|queue| queue.name == jobs::NOTIFY)
        .map(|queue| Queue {
            name: queue.name.clone(),
            concurrency: arguments.slots.unwrap_or(queue.concurrency),
        })
        .collect();
    let settings = Settings { queues, ..usual };
    let sender = Sender::new(webhook::Settings {
        allow_loopback: true,
        ..settings.webhook.clone()
    })
    .map_err(|error| Failure::because("the sender", error))?;
    let channel = mail::Maildir::open(config.files.data_dir.join("mail"), &config.mail.from)
        .map_err(|error| Failure::because("the mail folder", error))?;
    let notify = handlers::Notify::new(sender, Arc::new(channel), service::site(config, None));
    let worker = Worker::new(
        store.clone(),
        Arc::clone(wake),
        settings,
        Handlers::new().with(jobs::Notify::KIND, notify),
    );
    let mut counts = worker.counts();
    let (stop, stopped) = watch::channel(false);
    let began = Instant::now();
    let working = tokio::spawn(worker.run(until(stopped)));
    let many_done = u64::try_from(many).unwrap_or(u64::MAX);
    counts
        .wait_for(|counts| counts.done + counts.dead + counts.retried >= many_done)
        .await
        .map_err(|error| Failure::because("the worker", error))?;
    let took = began.elapsed();
    stop.send_replace(true);
    let _ = working.await;
    expect(calls, before, many)?;
    let body_of = endpoints.first().copied();
    let waiting = store
        .read(move |connection| {
            let Some(endpoint) = body_of else {
                return Ok(0);
            };
            let actor = Actor::operator("bench");
            let body = recipients::endpoint(connection, &actor, endpoint)?.body_id;
            let filter = Filter {
                state: Some("waiting".to_owned()),
                limit: 1,
                ..Filter::default()
            };
            Ok(notifications::deliveries(connection, &actor, body, &filter)?.len())
        })
        .await?;
    if waiting > 0 {
        return Err(Failure::because(
            "the ledger",
            "something was not delivered",
        ));
    }
    Ok(took)
}

/// Every call has arrived once.
fn expect(calls: &AtomicUsize, before: usize, many: usize) -> Result<(), Failure> {
    let arrived = calls.load(Ordering::Relaxed) - before;
    if arrived == many {
        Ok(())
    } else {
        Err(Failure::because(
            "the receiver",
            format!("{arrived} calls arrived instead of {many}"),
        ))
    }
}
