//! A service on a fictional England, in one process, with a clock that can be
//! moved on: what the demo and practice run on.

use std::{
    net::{SocketAddr, TcpListener},
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
use tokio::{sync::watch, task::JoinHandle};

use super::client::Client;
use crate::{
    config::Config,
    database::{self, Database},
    failure::Failure,
    output::say,
    service::{self, until},
};

/// The fictional England.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct England {
    /// Open state-funded schools of the fictional England.
    #[arg(long, default_value_t = 240)]
    schools: u32,
    /// Seed of the fictional England.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

/// Share of fictional schools with a report card: high, so that a small
/// England has something to report on.
const REPORT_CARDS: f64 = 0.8;

/// The policy in force, but for one thing: the small England has one region,
/// so nobody can come from another.
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

type Task = JoinHandle<Result<(), Failure>>;

/// The service while it runs.
pub(crate) struct Stage {
    pub(crate) store: Store,
    pub(crate) clock: Arc<MovedClock>,
    /// Calls the API with a key that may do everything.
    pub(crate) client: Client,
    /// That key.
    pub(crate) key: String,
    /// Where the service is.
    pub(crate) origin: String,
    /// Where its ops port is.
    pub(crate) operators: SocketAddr,
    /// Register files of the fictional England.
    pub(crate) files: Vec<PathBuf>,
    began: Instant,
    stop: watch::Sender<bool>,
    tasks: Vec<(&'static str, Task)>,
    _database: Database,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Starts everything; `notice` stands on every page.
    pub(crate) async fn set(
        config: &Config,
        england: &England,
        notice: &str,
    ) -> Result<Self, Failure> {
        let began = Instant::now();
        let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
        let listener = listener(config)?;
        let address = listener
            .local_addr()
            .map_err(|error| Failure::because("the address", error))?;
        let mut config = config.in_folder(folder.path().join("data"));
        config.http.public_url = format!("http://{address}");
        config.http.bind = address;
        config.webhooks.allow_loopback = true;

        step(began, "Writing a fictional England");
        let (summary, files) = write(england, folder.path().join("england")).await?;
        say(&format!(
            "         {} establishments, {} of them open, in {} groups",
            summary.establishments, summary.open_schools, summary.groups
        ));

        step(began, "Starting the database, the API and the worker");
        let scrape = crate::observe::record()?;
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
        let site = service::site(&config, Some(notice.to_owned()));
        let (stop, stopped) = watch::channel(false);
        let worker = service::worker(
            &config,
            store.clone(),
            Arc::clone(&wake),
            site.clone(),
            database.is_server,
        )?;
        let working = worker.run(until(stopped.clone()));
        let working = tokio::spawn(async {
            working
                .await
                .map_err(|error| Failure::because("the worker", error))
        });
        let state = AppState::new(
            store.clone(),
            service::blobs(&config)?,
            site,
            service::frameworks()?,
        )
        .with_policy(policy());
        let state = service::with_shelf(state, &config, &wake);
        let serving = tokio::spawn(service::serve(
            listener,
            state,
            until(stopped.clone()),
            Duration::ZERO,
        ));
        let ops = TcpListener::bind((config.http.bind.ip(), 0))
            .map_err(|error| Failure::because("listening", error))?;
        let operators = ops
            .local_addr()
            .map_err(|error| Failure::because("the address", error))?;
        let watching = tokio::spawn(service::watch_over(
            ops,
            OpsState {
                scrape,
                ..OpsState::new(store.clone(), &config.http.service_name)
            },
            until(stopped),
        ));
        let key = key(&store).await?;
        Ok(Self {
            client: Client::new(&config.http.public_url, &key)?,
            store,
            clock,
            key,
            origin: config.http.public_url,
            operators,
            files,
            began,
            stop,
            tasks: vec![
                ("the worker", working),
                ("serving", serving),
                ("the ops port", watching),
            ],
            _database: database,
            _folder: folder,
        })
    }

    /// Says what comes next, and when.
    pub(crate) fn step(&self, text: &str) {
        step(self.began, text);
    }

    /// What ends once the stage is struck.
    pub(crate) fn until_struck(&self) -> impl Future<Output = ()> + Send + use<> {
        until(self.stop.subscribe())
    }

    /// Imports the fictional England over REST.
    pub(crate) async fn import(&self) -> Result<(), Failure> {
        self.step("Importing the registers over REST");
        let mut imports = Vec::new();
        for file in &self.files {
            imports.push(self.client.upload("/v1/imports", file).await?);
        }
        for begun in &imports {
            let result = self.client.follow(begun).await?;
            let file = result.pointer("/files/0").cloned().unwrap_or_default();
            say(&format!(
                "         {}: {} rows, {} rejected",
                super::text(&file, "/file_name")?,
                file.get("rows_read").cloned().unwrap_or_default(),
                file.get("rows_rejected").cloned().unwrap_or_default(),
            ));
        }
        Ok(())
    }

    /// Stops everything and waits for it.
    pub(crate) async fn strike(self) -> Result<(), Failure> {
        self.stop.send_replace(true);
        let mut failed = Ok(());
        for (name, task) in self.tasks {
            let ended = task
                .await
                .map_err(|error| Failure::because(name, error))
                .and_then(|ended| ended);
            failed = failed.and(ended);
        }
        failed
    }
}

fn step(began: Instant, text: &str) {
    say(&format!("[{:5.1} s] {text}", began.elapsed().as_secs_f64()));
}

/// The address of the settings, or any free one if that is taken.
fn listener(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.http.bind)
        .or_else(|_| TcpListener::bind((config.http.bind.ip(), 0)))
        .map_err(|error| Failure::because("listening", error))
}

async fn write(
    england: &England,
    folder: PathBuf,
) -> Result<(sandbox::Summary, Vec<PathBuf>), Failure> {
    let plan = Plan {
        schools: england.schools,
        seed: england.seed,
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
