//! `group-inspection demo`: the main job, end to end, on a fictional England.

mod casework;
mod client;
mod life;
mod people;
mod receiver;
mod story;

use std::{
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use group_inspection_api::AppState;
use group_inspection_core::{policy::Policy, team::TeamPolicy};
use group_inspection_ops::OpsState;
use group_inspection_registers::sandbox::{self, Plan};
use group_inspection_store::{
    Actor, Clock, Environment, Store,
    actor::Scope,
    environment::MovedClock,
    keys::{self, NewKey},
    wake::{LocalWake, Wake},
};
use tokio::sync::watch;

use crate::{
    config::Config,
    database,
    failure::Failure,
    output::say,
    service::{self, until},
};

use self::{client::Client, receiver::Receiver};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Stop once the report is published and the webhook has arrived.
    #[arg(long)]
    exit: bool,
    /// Open state-funded schools of the fictional England.
    #[arg(long, default_value_t = 240)]
    schools: u32,
    /// Seed of the fictional England.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// Sentence on every page of the demo.
const NOTICE: &str = "This is a demonstration. Every school, group and outcome is fictional.";

/// How long the demo waits for any one step.
const PATIENCE: Duration = Duration::from_secs(120);

/// Share of fictional schools with a report card: high, so that a small
/// England has something to report on.
const REPORT_CARDS: f64 = 0.8;

/// The policy in force, but for one thing: the small England of the demo has
/// one region, so nobody can come from another.
fn policy() -> Policy {
    Policy {
        version: "2026-1 for the demonstration".to_owned(),
        team: TeamPolicy {
            practitioner_from_elsewhere: false,
            ..TeamPolicy::default()
        },
        ..Policy::default()
    }
}

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    let began = Instant::now();
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let listener = listener(config)?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::because("the address", error))?;
    let config = Config {
        data_dir: folder.path().join("data"),
        public_url: format!("http://{address}"),
        bind: address,
        webhooks_allow_loopback: true,
        ..config.clone()
    };

    step(began, "Writing a fictional England");
    let (england, files) = england(&arguments, folder.path().join("england")).await?;
    say(&format!(
        "         {} establishments, {} of them open, in {} groups",
        england.establishments, england.open_schools, england.groups
    ));

    step(began, "Starting the database, the API and the worker");
    let wake = Arc::new(LocalWake::default());
    let clock = Arc::new(MovedClock::default());
    let environment = Environment {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..Environment::system()
    };
    let waker = Arc::clone(&wake) as Arc<dyn Wake>;
    let database = database::open_in(&config, waker, environment).await?;
    let store = database.store.clone();
    store.migrate().await?;
    let site = service::site(&config, Some(NOTICE.to_owned()));
    let (stop, stopped) = watch::channel(false);
    let worker = service::worker(
        &config,
        store.clone(),
        Arc::clone(&wake),
        site.clone(),
        database.is_server,
    )?;
    let working = tokio::spawn(worker.run(until(stopped.clone())));
    let state = AppState::new(
        store.clone(),
        service::blobs(&config)?,
        site,
        service::frameworks()?,
    )
    .with_policy(policy());
    let state = service::with_shelf(state, &wake);
    let serving = tokio::spawn(service::serve(listener, state, until(stopped.clone())));
    let ops = TcpListener::bind((config.bind.ip(), 0))
        .map_err(|error| Failure::because("listening", error))?;
    let operators = ops
        .local_addr()
        .map_err(|error| Failure::because("the address", error))?;
    let watching = tokio::spawn(service::watch_over(
        ops,
        OpsState {
            store: store.clone(),
            service_name: config.service_name.as_str().into(),
        },
        until(stopped.clone()),
    ));
    let receiver = Receiver::start(until(stopped.clone()))?;
    let key = key(&store).await?;
    let client = Client::new(&config.public_url, &key)?;

    let demo = story::Demo {
        store: &store,
        clock: &clock,
        client: &client,
        receiver: &receiver,
    };
    let published = story::tell(&demo, &files, |text| step(began, text)).await;
    let published = match published {
        Ok(published) => published,
        Err(failure) => {
            stop.send_replace(true);
            let _ = tokio::join!(working, serving, watching);
            return Err(failure);
        }
    };
    step(began, "Done");
    say("");
    say(&format!("  Report   {}", published.html));
    say(&format!("  PDF      {}", published.pdf));
    say(&format!("  JSON     {}", published.json));
    say(&format!("  Text     {}", published.text));
    say(&format!("  Feed     {}", published.feed));
    say(&format!("  API      {}/openapi.json", config.public_url));
    say("");

    if !arguments.exit {
        say(&format!("  API key  {key}"));
        say(&format!(
            "  Operators  http://{operators} (any name; the key is the password)"
        ));
        say("");
        say("Serving until you press Ctrl-C. Nothing is kept after that.");
        service::told_to_stop().await;
    }
    stop.send_replace(true);
    let (worked, served, watched) = tokio::join!(working, serving, watching);
    worked
        .map_err(|error| Failure::because("the worker", error))?
        .map_err(|error| Failure::because("the worker", error))?;
    served.map_err(|error| Failure::because("serving", error))??;
    watched.map_err(|error| Failure::because("the ops port", error))?
}

fn step(began: Instant, text: &str) {
    say(&format!("[{:5.1} s] {text}", began.elapsed().as_secs_f64()));
}

/// The address of the settings, or any free one if that is taken.
fn listener(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.bind)
        .or_else(|_| TcpListener::bind((config.bind.ip(), 0)))
        .map_err(|error| Failure::because("listening", error))
}

async fn england(
    arguments: &Arguments,
    folder: PathBuf,
) -> Result<(sandbox::Summary, Vec<PathBuf>), Failure> {
    let plan = Plan {
        schools: arguments.schools,
        seed: arguments.seed,
        report_cards: REPORT_CARDS,
        ..Plan::default()
    };
    let summary = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || sandbox::generate(&plan, &mut |_| {}, &folder)
    })
    .await
    .map_err(|error| Failure::because("writing the fictional England", error))?
    .map_err(|error| Failure::because("writing the fictional England", error))?;
    let files = summary
        .files
        .iter()
        .filter(|file| file.name.ends_with(".csv") || file.name == "bank-holidays.json")
        .map(|file| folder.join(&file.name))
        .collect();
    Ok((summary, files))
}

async fn key(store: &Store) -> Result<String, Failure> {
    let (_, secret) = store
        .write(&Actor::operator("demo"), |tx| {
            keys::create(
                tx,
                &NewKey {
                    name: "demo".to_owned(),
                    scopes: vec![Scope::Admin],
                    body: None,
                    role: None,
                    person: None,
                    expires_at: None,
                },
            )
        })
        .await?;
    Ok(secret)
}
