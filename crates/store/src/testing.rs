//! Databases for tests.
//!
//! With `GROUP_INSPECTION_TEST_DATABASE_URL` each test gets a database of its
//! own on that server, cloned from a migrated template. Without it, each test
//! has an embedded database, reused from test to test after emptying it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot have its database should stop there"
)]

use std::{
    mem,
    sync::{Arc, Mutex, Once, PoisonError},
};

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use group_inspection_embedded::Embedded;
use uuid::Uuid;

use crate::{
    Environment, Settings, Store,
    environment::{ManualClock, SequentialIds},
    migrate,
    wake::{LocalWake, Wake},
};

/// Environment variable that names the administrative database of a server.
pub const SERVER_VARIABLE: &str = "GROUP_INSPECTION_TEST_DATABASE_URL";

/// A migrated, empty database for one test.
#[derive(Debug)]
pub struct TestDatabase {
    home: Home,
    url: String,
}

#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each running test"
)]
enum Home {
    Embedded(Option<Embedded>),
    Server { admin: String, name: String },
}

static IDLE: Mutex<Vec<Embedded>> = Mutex::new(Vec::new());
static TEMPLATE: Once = Once::new();

impl TestDatabase {
    /// A database.
    #[must_use]
    pub fn new() -> Self {
        match std::env::var(SERVER_VARIABLE) {
            Ok(admin) => Self::on_server(admin),
            Err(_) => Self::embedded(),
        }
    }

    /// Whether tests run on a server, where several connections are possible.
    #[must_use]
    pub fn is_server() -> bool {
        std::env::var_os(SERVER_VARIABLE).is_some()
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Settings that fit it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        match self.home {
            Home::Embedded(_) => Settings::embedded(&self.url),
            Home::Server { .. } => Settings {
                connections: 8,
                ..Settings::server(&self.url)
            },
        }
    }

    /// A connection of the test's own. The embedded database has one
    /// connection in all: drop this before a store is opened.
    #[must_use]
    pub fn connection(&self) -> PgConnection {
        PgConnection::establish(&self.url).expect("a connection to the test database")
    }

    /// A store over it with a clock that stands still, identifiers in
    /// sequence and wake-ups within the process.
    pub async fn store(&self) -> TestStore {
        let clock = Arc::new(ManualClock::at(start_of_tests()));
        let wake = Arc::new(LocalWake::default());
        let environment = Environment {
            clock: Arc::clone(&clock) as Arc<dyn crate::Clock>,
            ids: Arc::new(SequentialIds::default()),
        };
        let store = Store::connect(
            self.settings(),
            environment,
            Arc::clone(&wake) as Arc<dyn Wake>,
        )
        .await
        .expect("a store over the test database");
        TestStore { store, clock, wake }
    }

    fn embedded() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let embedded = idle.unwrap_or_else(|| {
            let embedded = Embedded::temporary().expect("the embedded database");
            let mut connection = PgConnection::establish(embedded.url()).expect("a connection");
            migrate::run(&mut connection).expect("the migrations");
            embedded
        });
        let url = embedded.url().to_owned();
        Self {
            home: Home::Embedded(Some(embedded)),
            url,
        }
    }

    fn on_server(admin: String) -> Self {
        let template = format!("gi_template_{}", std::process::id());
        TEMPLATE.call_once(|| {
            let mut connection = PgConnection::establish(&admin).expect("the test server");
            connection
                .batch_execute(&format!("DROP DATABASE IF EXISTS {template}"))
                .expect("dropping an old template");
            sql_query(format!("CREATE DATABASE {template}"))
                .execute(&mut connection)
                .expect("a template database");
            let mut connection =
                PgConnection::establish(&with_database(&admin, &template)).expect("the template");
            migrate::run(&mut connection).expect("the migrations");
        });
        let name = format!("gi_test_{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::establish(&admin).expect("the test server");
        sql_query(format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .execute(&mut connection)
            .expect("a test database");
        let url = with_database(&admin, &name);
        Self {
            home: Home::Server { admin, name },
            url,
        }
    }
}

impl Default for TestDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        match &mut self.home {
            Home::Embedded(embedded) => {
                // A panicking test may have left a transaction or a
                // connection open: let that instance go.
                let Some(embedded) = embedded.take() else {
                    return;
                };
                if std::thread::panicking() {
                    return;
                }
                if empty(embedded.url()).is_ok() {
                    IDLE.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(embedded);
                }
            }
            Home::Server { admin, name } => {
                let name = mem::take(name);
                if let Ok(mut connection) = PgConnection::establish(admin) {
                    let _ = sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                        .execute(&mut connection);
                }
            }
        }
    }
}

/// A store and the parts of its environment that a test moves.
#[derive(Debug, Clone)]
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its wake-ups.
    pub wake: Arc<LocalWake>,
}

/// Time at which the clock of a test starts: a Tuesday.
#[must_use]
pub fn start_of_tests() -> DateTime<Utc> {
    "2026-09-15T09:00:00Z".parse().expect("a valid time")
}

fn empty(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut connection = PgConnection::establish(url)?;
    connection.batch_execute(
        "DO $$ DECLARE names text; BEGIN \
         SELECT string_agg(quote_ident(tablename), ', ') INTO names FROM pg_tables \
         WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'; \
         EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE'; \
         END $$; ALTER SEQUENCE inspection_reference RESTART",
    )?;
    Ok(())
}

fn with_database(admin: &str, name: &str) -> String {
    let (base, query) = admin.split_once('?').unwrap_or((admin, ""));
    let (server, _) = base.rsplit_once('/').expect("a URL with a database");
    if query.is_empty() {
        format!("{server}/{name}")
    } else {
        format!("{server}/{name}?{query}")
    }
}
