//! The long-running roles: `serve`, `work` and `all`.

use std::{net::TcpListener, sync::Arc, time::Duration};

use group_inspection_api::{AppState, Limits};
use group_inspection_core::{framework::Frameworks, policy::Policy};
use group_inspection_ops::OpsState;
use group_inspection_render::{FooterLink, SiteFacts};
use group_inspection_store::{
    Actor, Store,
    blob::Blobs,
    jobs::{self, Kind},
    ledger, steps,
    wake::{LocalWake, PUBLISHED, Wake},
};
use group_inspection_worker::{Handlers, Settings, Worker, handlers, mail, redis_wake, webhook};
use tokio::sync::watch;

use crate::{
    config::Config,
    database::{self, Database},
    failure::Failure,
    observe, output,
};

/// Which roles this process takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roles {
    /// The API and the public pages.
    Serve,
    /// The worker.
    Work,
    /// Both.
    All,
}

/// Leases on a database that one process uses: nobody else could take over,
/// and a long import may keep the one connection from renewing them.
const EMBEDDED_LEASE: Duration = Duration::from_secs(3600);

/// How long a request waits for Redis to count it.
pub(crate) const COUNT_WITHIN: Duration = Duration::from_millis(250);
/// How long handing a mail to the server may take.
const MAIL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the scanner may take over one file.
const SCAN_TIMEOUT: Duration = Duration::from_secs(60);

/// Facts of the public pages.
pub(crate) fn site(config: &Config, notice: Option<String>) -> SiteFacts {
    SiteFacts {
        service_name: config.http.service_name.clone(),
        origin: config.http.public_url.clone(),
        base_path: String::new(),
        notice,
        footer: vec![FooterLink {
            label: "For developers".to_owned(),
            href: "/openapi.json".to_owned(),
        }],
    }
}

/// Frameworks that inspections may take place under.
pub(crate) fn frameworks() -> Result<Frameworks, Failure> {
    Frameworks::built_in().map_err(|error| Failure::because("the frameworks", error))
}

/// Uploads and attachments: where the settings say, or below the data folder.
pub(crate) fn blobs(config: &Config) -> Result<Blobs, Failure> {
    match &config.files.objects_url {
        None => Ok(Blobs::folder(&config.files.data_dir.join("uploads"))?),
        Some(url) => {
            // The client of the object store takes the process's own.
            let _ = rustls::crypto::ring::default_provider().install_default();
            Ok(Blobs::at(url, std::env::vars())?)
        }
    }
}

/// The scanner of attachments, if there is one.
pub(crate) fn scanner(config: &Config) -> Result<Option<handlers::scan::Scanner>, Failure> {
    config
        .files
        .scanner
        .as_deref()
        .map(|address| handlers::scan::Scanner::at(address, SCAN_TIMEOUT))
        .transpose()
        .map_err(|error| Failure::Setting {
            name: "GROUP_INSPECTION_SCANNER".to_owned(),
            problem: error.to_string(),
        })
}

/// The way mail leaves: Notify, a mail server, or a folder.
fn mail_channel(config: &Config, store: &Store) -> Result<Arc<dyn mail::MailChannel>, Failure> {
    if let Some(settings) = &config.mail.notify {
        let clock = Arc::clone(&store.environment().clock);
        return Ok(Arc::new(
            mail::govuk_notify::GovUkNotify::new(settings.clone(), clock)
                .map_err(|error| Failure::because("GOV.UK Notify", error))?,
        ));
    }
    Ok(match &config.mail.smtp_url {
        Some(url) => Arc::new(
            mail::Smtp::new(url, &config.mail.from, MAIL_TIMEOUT)
                .map_err(|error| Failure::because("the SMTP server", error))?,
        ),
        None => Arc::new(
            mail::Maildir::open(config.files.data_dir.join("mail"), &config.mail.from)
                .map_err(|error| Failure::because("the mail folder", error))?,
        ),
    })
}

/// A worker with all handlers.
pub(crate) fn worker(
    config: &Config,
    store: Store,
    wake: Arc<LocalWake>,
    site: SiteFacts,
    is_server: bool,
) -> Result<Worker, Failure> {
    let mut settings = match &config.fault_steps {
        None => Settings::default(),
        Some(_) => Settings::hasty(),
    };
    if !is_server {
        settings.lease = EMBEDDED_LEASE;
    }
    let webhooks = webhook::Sender::new(webhook::Settings {
        allow_loopback: config.webhooks.allow_loopback,
        authorities: config.webhooks.authorities.clone(),
        ..webhook::Settings::default()
    })
    .map_err(|error| Failure::because("preparing webhooks", error))?;
    let channel = mail_channel(config, &store)?;
    let receipts = handlers::Receipts::new(Arc::clone(&channel), settings.receipts_after);
    let handlers = Handlers::new()
        .with(jobs::Import::KIND, handlers::Import::new(blobs(config)?))
        .with(jobs::Compile::KIND, handlers::Compile::new(site.clone()))
        .with(jobs::Publish::KIND, handlers::Publish::new(site.clone()))
        .with(jobs::Overdue::KIND, handlers::Overdue)
        .with(jobs::Rescreen::KIND, handlers::Rescreen)
        .with(
            jobs::Retention::KIND,
            handlers::Retention::new(blobs(config)?),
        )
        .with(
            jobs::Scan::KIND,
            handlers::Scan::new(
                blobs(config)?,
                Policy::default().attachments,
                scanner(config)?,
            ),
        )
        .with(jobs::Receipts::KIND, receipts)
        .with(jobs::Escalate::KIND, handlers::Escalate)
        .with(jobs::Replay::KIND, handlers::Replay)
        .with(
            jobs::Notify::KIND,
            handlers::Notify::new(webhooks, channel, site),
        );
    Ok(Worker::new(store, wake, settings, handlers))
}

/// Runs the roles until the process is told to stop.
pub(crate) async fn run(config: &Config, roles: Roles) -> Result<(), Failure> {
    if let Some(folder) = &config.fault_steps {
        steps::rehearse(folder.clone());
    }
    let local = Arc::new(LocalWake::default());
    let scrape = observe::record()?;
    let mut redis_heard = None;
    let wake: Arc<dyn Wake> = match config.database.redis() {
        Some(client) => {
            let settings = redis_wake::Settings::default();
            let mut queues = jobs::QUEUES.map(ToOwned::to_owned).to_vec();
            queues.push(PUBLISHED.to_owned());
            let listening =
                redis_wake::listen(client.clone(), Arc::clone(&local), queues, settings);
            redis_heard = Some(listening.is_heard);
            Arc::new(
                redis_wake::RedisWake::new(client, Arc::clone(&local), settings)
                    .map_err(|error| Failure::because("Redis", error))?,
            )
        }
        None => Arc::clone(&local) as Arc<dyn Wake>,
    };
    let database = database::open(config, wake).await?;
    let Database {
        store, is_server, ..
    } = &database;
    if !is_server && roles != Roles::All {
        return Err(Failure::Setting {
            name: "GROUP_INSPECTION_DATABASE_URL".to_owned(),
            problem: "must name a server for `serve` and `work` apart; the embedded database \
                      serves one process, so use `all`"
                .to_owned(),
        });
    }
    store.migrate().await?;
    if !is_server {
        reclaim(store).await?;
    }
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        told_to_stop().await;
        stop.send_replace(true);
    });
    let site = site(config, None);
    let serving = async {
        if roles == Roles::Work {
            return Ok(());
        }
        let listener = TcpListener::bind(config.http.bind).map_err(|error| {
            Failure::because(&format!("listening on {}", config.http.bind), error)
        })?;
        output::note(&format!("Serving on {}", config.http.public_url));
        let state = AppState::new(store.clone(), blobs(config)?, site.clone(), frameworks()?);
        let state = with_shelf(state, config, &local);
        let state = match config.database.redis() {
            Some(client) => state
                .counting_in(client, COUNT_WITHIN)
                .map_err(|error| Failure::because("Redis", error))?,
            None => state,
        };
        let state = match &config.oidc {
            Some(settings) => state
                .trusting(settings.clone())
                .map_err(|error| Failure::because("the issuers of tokens", error))?,
            None => state,
        };
        let state = state
            .with_receipts(config.mail.receipts_token.as_deref())
            .with_origins(&config.http.origins);
        let stopped = stopped.clone();
        serve(listener, state, until(stopped), config.http.drain).await
    };
    let working = async {
        if roles == Roles::Serve {
            return Ok(());
        }
        let worker = worker(
            config,
            store.clone(),
            Arc::clone(&local),
            site.clone(),
            *is_server,
        )?;
        worker
            .run(until(stopped.clone()))
            .await
            .map_err(|error| Failure::because("the worker", error))
    };
    let watching = async {
        let Some(address) = config.http.ops_bind else {
            return Ok(());
        };
        let listener = TcpListener::bind(address)
            .map_err(|error| Failure::because(&format!("listening on {address}"), error))?;
        output::note(&format!("Operator pages on http://{address}"));
        let state = OpsState {
            scrape,
            redis_heard,
            ..OpsState::new(store.clone(), &config.http.service_name)
        };
        watch_over(listener, state, until(stopped.clone())).await
    };
    tokio::try_join!(serving, working, watching).map(drop)
}

/// Serves the ops port on a thread of actix's own.
pub(crate) async fn watch_over(
    listener: TcpListener,
    state: OpsState,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    tokio::task::spawn_blocking(move || {
        actix_web::rt::System::new()
            .block_on(group_inspection_ops::serve(listener, state, shutdown))
    })
    .await
    .map_err(|error| Failure::because("the ops port", error))?
    .map_err(|error| Failure::because("the ops port", error))
}

/// How long a page of a report may be shown after a correction that this
/// process did not hear of.
const PAGE_TRUST: Duration = Duration::from_secs(1);

/// The state with the limits of the settings, and with pages of reports held
/// in memory until it hears of a publication.
pub(crate) fn with_shelf(state: AppState, config: &Config, local: &LocalWake) -> AppState {
    let state = state.with_limits(Limits {
        page_trust: PAGE_TRUST,
        rates: config.http.rates.clone(),
        ..Limits::default()
    });
    let (forget, signal) = (state.forgets_pages(), local.signal(PUBLISHED));
    tokio::spawn(async move {
        loop {
            signal.notified().await;
            forget();
        }
    });
    state
}

/// Serves on threads of actix's own, for as long as `drain` after `shutdown`.
pub(crate) async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + Send + 'static,
    drain: Duration,
) -> Result<(), Failure> {
    tokio::task::spawn_blocking(move || {
        actix_web::rt::System::new().block_on(group_inspection_api::serve(
            listener,
            state,
            shutdown,
            tokio::time::sleep(drain),
        ))
    })
    .await
    .map_err(|error| Failure::because("serving", error))?
    .map_err(|error| Failure::because("serving", error))
}

/// Takes back what a process before this one was working on.
pub(crate) async fn reclaim(store: &Store) -> Result<(), Failure> {
    store
        .write(&Actor::system("start"), |tx| {
            let now = tx.ledger_now()?;
            ledger::reclaim_all(tx.connection(), now)
        })
        .await?;
    Ok(())
}

/// Resolves once `stopped` shows true, or its sender has gone.
pub(crate) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Resolves on SIGTERM or Ctrl-C.
pub(crate) async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(_) => {
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
