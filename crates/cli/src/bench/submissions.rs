//! Submissions over REST, next to the same SQL sent by `pgbench`.

mod script;
pub(super) mod subject;

use std::{
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use group_inspection_api::{AppState, Limits, Rate, RateLimits};
use group_inspection_store::{Store, wake::NoWake};
use serde_json::{Value, json};
use tokio::{
    process::Command,
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use self::{script::Recorder, subject::Subject};
use super::spread;
use crate::{
    config::Config,
    database,
    failure::Failure,
    output::say,
    service::{self, until},
};

/// Arguments of the command.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Senders at the same time.
    #[arg(long, default_value_t = 16)]
    clients: u32,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// The pgbench program.
    #[arg(long, default_value = "pgbench")]
    pgbench: String,
}

/// Inspections the load is spread over.
const INSPECTIONS: usize = 32;

/// Measures both on the configured server, in a database that should be
/// empty.
pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let Some(url) = config.database.url.clone() else {
        return Err(Failure::Setting {
            name: "GROUP_INSPECTION_DATABASE_URL".to_owned(),
            problem: "must name an empty database on a server: pgbench needs one too".to_owned(),
        });
    };
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .map_err(|error| Failure::because("listening", error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::because("the address", error))?;
    let mut config = config.in_folder(folder.path());
    config.database.connections = arguments.clients;
    let recorder = Recorder::install()?;
    let database = database::open(&config, Arc::new(NoWake)).await?;
    let store = database.store.clone();
    store.migrate().await?;
    let subject = Subject::prepare(&store, folder.path(), INSPECTIONS).await?;
    let (stop, stopped) = watch::channel(false);
    let limited = state(&config, &store, GENEROUS)?;
    let serving = tokio::spawn(service::serve(
        listener,
        limited,
        until(stopped.clone()),
        Duration::ZERO,
    ));
    let without = TcpListener::bind(("127.0.0.1", 0))
        .map_err(|error| Failure::because("listening", error))?;
    let unlimited = without
        .local_addr()
        .map_err(|error| Failure::because("the address", error))?;
    let open = state(&config, &store, None)?;
    let serving_open = tokio::spawn(service::serve(
        without,
        open,
        until(stopped),
        Duration::ZERO,
    ));
    let load = Arc::new(Load {
        subject,
        next: AtomicU64::new(0),
    });
    let (address, unlimited) = (format!("http://{address}"), format!("http://{unlimited}"));

    // The first request also looks up the key; the second is like all others.
    let http = client()?;
    load.send(&http, &address).await?;
    recorder.start();
    let answer = load.send(&http, &address).await?;
    let statements = recorder.stop();
    let mut item = load.item(0);
    if let Some(fields) = item.as_object_mut() {
        // Last, and open at the end: what differs is put in by the script.
        fields.remove("title");
    }
    let content = format!(
        "{},\"title\":\"Attendance by school and week, part ",
        item.to_string().trim_end_matches('}')
    );
    let script = script::pgbench(&statements, &load.subject, &content, &answer)?;
    let path = folder.path().join("submission.sql");
    std::fs::write(&path, script).map_err(|error| Failure::because("the script", error))?;
    say(&format!(
        "one submission: {} statements in one transaction; {} senders, {} s each",
        statements.len(),
        arguments.clients,
        arguments.seconds
    ));

    // In turn, so that a machine that slows down hits all; the ratio is that
    // of a round.
    let (mut ours, mut bare, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ratios, mut costs) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        let (by_pgbench, limited, without) = (
            pgbench(&arguments, &url, &path).await?,
            measure(&load, &address, &arguments).await?,
            measure(&load, &unlimited, &arguments).await?,
        );
        bare.push(by_pgbench);
        ours.push(limited);
        open.push(without);
        ratios.push(100.0 * limited / by_pgbench);
        costs.push(100.0 * (1.0 - limited / without));
    }
    let half = median(&ours) / 2.0;
    paced(&load, &address, half, &arguments).await?;
    stop.send_replace(true);
    serving
        .await
        .map_err(|error| Failure::because("serving", error))??;
    serving_open
        .await
        .map_err(|error| Failure::because("serving", error))??;
    for (what, rates) in [
        ("pgbench, the same SQL", &bare),
        ("submissions over REST", &ours),
        ("the same without limits", &open),
    ] {
        say(&format!(
            "{what}: {:.0} a second {rates:.0?}",
            median(rates)
        ));
    }
    say(&format!(
        "REST / pgbench: {:.0} % {ratios:.0?}",
        median(&ratios)
    ));
    say(&format!(
        "what limits cost: {:.1} % {costs:.1?}",
        median(&costs)
    ));
    Ok(())
}

/// A limit that counts every request and refuses none.
const GENEROUS: Option<Rate> = Rate::new(60_000_000, 60);

/// The application, with this limit on callers.
fn state(config: &Config, store: &Store, callers: Option<Rate>) -> Result<AppState, Failure> {
    let rates = RateLimits {
        callers,
        public: callers,
        failures: callers,
        ..config.http.rates.clone()
    };
    let state = AppState::new(
        store.clone(),
        service::blobs(config)?,
        service::site(config, None),
        service::frameworks()?,
    )
    .with_limits(Limits {
        rates,
        ..Limits::default()
    });
    match config.database.redis() {
        Some(client) => state
            .counting_in(client, service::COUNT_WITHIN)
            .map_err(|error| Failure::because("Redis", error)),
        None => Ok(state),
    }
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Submissions at a steady rate, whether earlier ones were answered or not;
/// each is timed from when it was due.
async fn paced(
    load: &Arc<Load>,
    origin: &str,
    rate: f64,
    arguments: &Arguments,
) -> Result<(), Failure> {
    let http = client()?;
    let every = Duration::from_secs_f64(1.0 / rate.max(1.0));
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let mut sent = JoinSet::new();
    while Instant::now() < end {
        let due = ticks.tick().await;
        let (load, http, origin) = (Arc::clone(load), http.clone(), origin.to_owned());
        sent.spawn(async move {
            load.send(&http, &origin).await?;
            Ok::<_, Failure>(due.elapsed())
        });
    }
    let mut times = Vec::new();
    while let Some(one) = sent.join_next().await {
        times.push(one.map_err(|error| Failure::because("a sender", error))??);
    }
    times.sort();
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        let time = times.get(place.min(times.len().saturating_sub(1)));
        time.copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    say(&format!(
        "at half of that, {rate:.0} a second: median {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, n {}",
        at(0.5),
        at(0.95),
        at(0.99),
        times.len(),
    ));
    Ok(())
}

struct Load {
    subject: Subject,
    next: AtomicU64,
}

impl Load {
    /// Sends one submission that nobody sent before; returns the answer.
    async fn send(&self, http: &reqwest::Client, origin: &str) -> Result<String, Failure> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let inspection = self.subject.inspection(number);
        let path = format!("/v1/inspections/{inspection}/submissions");
        let answer = http
            .post(format!("{origin}{path}"))
            .bearer_auth(&self.subject.key)
            .header("idempotency-key", format!("\"bench-{number}\""))
            .json(&json!({ "items": [self.item(number)] }))
            .send()
            .await
            .map_err(|error| Failure::because(&path, error))?;
        let status = answer.status();
        let text = answer
            .text()
            .await
            .map_err(|error| Failure::because(&path, error))?;
        if status == reqwest::StatusCode::CREATED {
            Ok(text)
        } else {
            Err(Failure::because(&path, format!("{status}: {text}")))
        }
    }

    fn item(&self, number: u64) -> Value {
        json!({
            "type": "evidence", "evidence_type": "data",
            "title": format!("Attendance by school and week, part {number}"),
            "text": "Absence rose in the autumn term and fell from February.",
            "source": "The attendance team", "schools": self.subject.schools,
            "themes": ["attendance_and_behaviour"], "bearing": "context",
            "effective_from": "2025-09-01", "effective_to": "2026-01-31",
            "normal_business": true, "minutes": 10
        })
    }
}

fn client() -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Failure::because("the HTTP client", error))
}

/// Submissions a second.
async fn measure(load: &Arc<Load>, origin: &str, arguments: &Arguments) -> Result<f64, Failure> {
    // Each has a connection of its own; making one reads the system's certificates.
    let clients: Vec<_> = (0..arguments.clients)
        .map(|_| client())
        .collect::<Result<_, _>>()?;
    let began = Instant::now();
    let end = began + Duration::from_secs(arguments.seconds);
    let senders: Vec<_> = clients
        .into_iter()
        .map(|http| {
            let (load, origin) = (Arc::clone(load), origin.to_owned());
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let sent = Instant::now();
                    load.send(&http, &origin).await?;
                    times.push(sent.elapsed());
                }
                Ok::<_, Failure>(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for sender in senders {
        times.extend(
            sender
                .await
                .map_err(|error| Failure::because("a sender", error))??,
        );
    }
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    spread("a submission over REST", times);
    Ok(rate)
}

/// Transactions a second, as pgbench prints them.
async fn pgbench(arguments: &Arguments, url: &str, script: &Path) -> Result<f64, Failure> {
    let output = Command::new(&arguments.pgbench)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={}", arguments.clients))
        .arg(format!("--time={}", arguments.seconds))
        .arg("--file")
        .arg(script)
        .arg(url)
        .output()
        .await
        .map_err(|error| Failure::because(&arguments.pgbench, error))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let rate = printed
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|rate| rate.parse().ok());
    match rate {
        Some(rate) if output.status.success() => Ok(rate),
        _ => Err(Failure::because(
            &arguments.pgbench,
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )),
    }
}
