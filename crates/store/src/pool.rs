//! Connections, and the two ways to use one.

use std::{
    cell::Cell,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{
    Connection, PgConnection, RunQueryDsl,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
    sql_query,
};
use group_inspection_telemetry::measure::database::{self as measured, Ended, Held, Mode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument;

use crate::{Actor, Environment, Error, Tx, migrate, submissions::FrozenCache, wake::Wake};

/// How to reach the database.
#[derive(Clone)]
pub struct Settings {
    /// PostgreSQL connection URL.
    pub url: String,
    /// Connections at the most; exactly one when embedded.
    pub connections: u32,
    /// How long a call waits for a free connection.
    pub wait: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock.
    pub lock_timeout: Duration,
}

impl Settings {
    /// Settings for a database server, with defaults for a small node.
    #[must_use]
    pub fn server(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 16,
            wait: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
        }
    }

    /// Settings for the embedded database: one connection, so callers wait
    /// for each other.
    #[must_use]
    pub fn embedded(url: impl Into<String>) -> Self {
        Self {
            connections: 1,
            wait: Duration::from_secs(120),
            ..Self::server(url)
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("Settings")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Session {
    statement_timeout: Duration,
    lock_timeout: Duration,
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Session {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        sql_query(format!(
            "SELECT set_config('timezone', 'UTC', false), \
             set_config('statement_timeout', '{}', false), \
             set_config('lock_timeout', '{}', false), \
             set_config('idle_in_transaction_session_timeout', '60000', false)",
            self.statement_timeout.as_millis(),
            self.lock_timeout.as_millis(),
        ))
        .execute(connection)
        .map(drop)
        .map_err(diesel::r2d2::Error::QueryError)
    }
}

type Connections = Pool<ConnectionManager<PgConnection>>;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    connections: Connections,
    // Callers queue here without holding a thread; at most as many threads
    // block on the pool as it has connections.
    permits: Arc<Semaphore>,
    wait: Duration,
    environment: Environment,
    frozen: Arc<FrozenCache>,
    wake: Arc<dyn Wake>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// How often a transaction is run again after a serialisation failure or a
/// deadlock.
const TRANSIENT_RETRIES: u32 = 3;

impl Store {
    /// Connects; does not migrate.
    ///
    /// # Errors
    /// If no connection can be made within the wait of the settings.
    pub async fn connect(
        settings: Settings,
        environment: Environment,
        wake: Arc<dyn Wake>,
    ) -> Result<Self, Error> {
        let Settings {
            url,
            connections,
            wait,
            statement_timeout,
            lock_timeout,
        } = settings;
        // libpq would have OpenSSL freed when the process ends, while threads of the
        // pool still connect: one command in nine ended by a broken memory access.
        #[cfg(feature = "tls")]
        openssl_sys::init();
        let pool = tokio::task::spawn_blocking(move || {
            Pool::builder()
                .max_size(connections)
                .min_idle(Some(1))
                .test_on_check_out(false)
                .idle_timeout(None)
                .max_lifetime(None)
                .connection_timeout(wait)
                .connection_customizer(Box::new(Session {
                    statement_timeout,
                    lock_timeout,
                }))
                .build(ConnectionManager::new(url))
        })
        .await
        .map_err(|error| Error::internal("connecting", error))?
        .map_err(|error| Error::Unavailable(error.to_string()))?;
        measured::pool(connections);
        Ok(Self {
            connections: pool,
            permits: Arc::new(Semaphore::new(connections as usize)),
            wait,
            environment,
            frozen: Arc::default(),
            wake,
        })
    }

    /// Time, identifiers and randomness of this store.
    #[must_use]
    pub const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The wake-ups this store sends after a commit.
    #[must_use]
    pub fn wake(&self) -> Arc<dyn Wake> {
        Arc::clone(&self.wake)
    }

    /// Connections in the pool, and callers' permits that are free now.
    #[must_use]
    pub fn occupancy(&self) -> (u32, usize) {
        (
            self.connections.max_size(),
            self.permits.available_permits(),
        )
    }

    /// Brings the schema up to date; returns what was applied.
    ///
    /// # Errors
    /// See [`migrate::run`].
    pub async fn migrate(&self) -> Result<Vec<String>, Error> {
        self.with_connection(Mode::Migrate, |connection| {
            migrate::run(connection).map_err(Failure::from)
        })
        .await
    }

    /// Brings an empty schema to exactly these versions.
    ///
    /// # Errors
    /// See [`migrate::run_to`].
    pub async fn migrate_to(&self, versions: Vec<String>) -> Result<(), Error> {
        self.with_connection(Mode::Migrate, move |connection| {
            migrate::run_to(connection, &versions).map_err(Failure::from)
        })
        .await
    }

    /// Runs `query` in one read-only, repeatable-read transaction, so that
    /// everything it reads belongs together.
    ///
    /// # Errors
    /// What `query` returns, or [`Error::Unavailable`] without a connection.
    pub async fn read<T, F>(&self, query: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, Error> + Send + 'static,
    {
        self.with_connection(Mode::Read, move |connection| {
            let began = Cell::new(false);
            connection
                .build_transaction()
                .read_only()
                .repeatable_read()
                .run(|connection| {
                    began.set(true);
                    query(connection).map_err(Failure::from)
                })
                .map_err(|failure| failure.or_stale(began.get()))
        })
        .await
    }

    /// Runs `change` in one transaction. Rows, audit events and jobs written
    /// through [`Tx`] become visible together; workers are woken after that.
    ///
    /// `change` may run again from the start if the database reports a
    /// serialisation failure or a deadlock.
    ///
    /// # Errors
    /// What `change` returns, or [`Error::Unavailable`] without a connection.
    /// After any error nothing was written, unless the connection broke while
    /// committing: then it is unknown, and idempotency keys exist for that.
    pub async fn write<T, F>(&self, actor: &Actor, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let actor = actor.clone();
        let environment = self.environment.clone();
        let (wake, frozen) = (Arc::clone(&self.wake), Arc::clone(&self.frozen));
        self.with_connection(Mode::Write, move |connection| {
            let mut tries = 0;
            loop {
                let began = Cell::new(false);
                let mut queues = Vec::new();
                let result = connection.transaction(|connection| {
                    began.set(true);
                    let mut tx = Tx::new(connection, &actor, &environment, &frozen, &mut queues);
                    change(&mut tx).map_err(Failure::from)
                });
                match result {
                    Ok(value) => {
                        for queue in queues {
                            wake.wake(&queue);
                        }
                        return Ok(value);
                    }
                    Err(failure) if tries < TRANSIENT_RETRIES && failure.is_transient() => {
                        tries += 1;
                        measured::again();
                    }
                    Err(failure) => return Err(failure.or_stale(began.get())),
                }
            }
        })
        .await
    }

    async fn with_connection<T, F>(&self, mode: Mode, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T, Failure> + Send + 'static,
    {
        // Of its own a transaction is no trace.
        let span = match tracing::Span::current() {
            around if around.is_none() => around,
            _ => tracing::debug_span!(
                "transaction",
                otel.name = mode.as_str(),
                otel.kind = "client",
                db.system.name = "postgresql",
            ),
        };
        let permit = self.permit().instrument(span.clone()).await?;
        let pool = self.connections.clone();
        tokio::task::spawn_blocking(move || {
            let _entered = span.entered();
            let _permit = permit;
            let _held = Held::connection();
            let began = Instant::now();
            let result = on_a_connection(&pool, work);
            measured::transaction(mode, ended(&result), began.elapsed());
            result
        })
        .await
        .map_err(|error| Error::internal("a database call did not finish", error))?
    }

    /// Leave to take a connection.
    async fn permit(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Held::waiting();
        let began = Instant::now();
        let permit = tokio::time::timeout(self.wait, permits.acquire_owned()).await;
        measured::waited(began.elapsed());
        permit
            .map_err(|_| Error::Unavailable("no connection became free in time".to_owned()))?
            .map_err(|error| Error::internal("connection permits", error))
    }
}

fn on_a_connection<T>(
    pool: &Connections,
    work: impl Fn(&mut PgConnection) -> Result<T, Failure>,
) -> Result<T, Error> {
    let connect = || {
        pool.get()
            .map_err(|error| Error::Unavailable(error.to_string()))
    };
    // Connections that died while they lay in the pool (the server restarted)
    // fail before any work; each is dropped for the next.
    for _ in 0..pool.max_size() {
        match work(&mut *connect()?) {
            Ok(value) => return Ok(value),
            Err(Failure::Stale(_)) => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    work(&mut *connect()?).map_err(Error::from)
}

/// What a transaction came to, for those who watch.
fn ended<T>(result: &Result<T, Error>) -> Ended {
    match result {
        Ok(_) => Ended::Committed,
        Err(Error::NotFound | Error::Conflict(_) | Error::Forbidden(_) | Error::Refused(_)) => {
            Ended::Refused
        }
        Err(Error::Unavailable(_) | Error::Internal(_)) => Ended::Failed,
    }
}

enum Failure {
    /// The transaction could not even begin: the connection is of no use.
    Stale(diesel::result::Error),
    /// Beginning or committing failed.
    Frame(diesel::result::Error),
    /// The work itself failed.
    Work(Error),
}

impl Failure {
    fn is_transient(&self) -> bool {
        match self {
            Self::Frame(error) | Self::Stale(error) => Error::is_transient(error),
            Self::Work(Error::Unavailable(text)) => {
                text.contains("deadlock detected") || text.contains("could not serialize")
            }
            Self::Work(_) => false,
        }
    }

    fn or_stale(self, began: bool) -> Self {
        match self {
            Self::Frame(error) if !began => Self::Stale(error),
            other => other,
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Frame(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Work(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Stale(error) | Failure::Frame(error) => error.into(),
            Failure::Work(error) => error,
        }
    }
}
