//! The database a command works on.

use std::sync::Arc;

use group_inspection_store::{Environment, Settings, Store, wake::Wake};

use crate::{config::Config, failure::Failure, output};

/// A store, and the embedded database below it if there is one.
pub(crate) struct Database {
    pub(crate) store: Store,
    // Stops with this value, after the store's connection has gone.
    #[cfg(feature = "embedded")]
    _embedded: Option<group_inspection_embedded::Embedded>,
    /// Whether other processes can use the database too.
    pub(crate) is_server: bool,
}

/// Connects to the server that the settings name, or starts the embedded
/// database below the data folder.
pub(crate) async fn open(config: &Config, wake: Arc<dyn Wake>) -> Result<Database, Failure> {
    open_in(config, wake, Environment::system()).await
}

/// The same, in surroundings of the caller's own.
pub(crate) async fn open_in(
    config: &Config,
    wake: Arc<dyn Wake>,
    environment: Environment,
) -> Result<Database, Failure> {
    match &config.database.url {
        Some(url) => {
            let settings = Settings {
                connections: config.database.connections,
                ..Settings::server(url)
            };
            let store = Store::connect(settings, environment, wake).await?;
            Ok(Database {
                store,
                #[cfg(feature = "embedded")]
                _embedded: None,
                is_server: true,
            })
        }
        None => embedded(config, wake, environment).await,
    }
}

#[cfg(feature = "embedded")]
async fn embedded(
    config: &Config,
    wake: Arc<dyn Wake>,
    environment: Environment,
) -> Result<Database, Failure> {
    let folder = config.files.data_dir.clone();
    let embedded =
        tokio::task::spawn_blocking(move || group_inspection_embedded::Embedded::open(&folder))
            .await
            .map_err(|error| Failure::because("starting the embedded database", error))?
            .map_err(|error| Failure::because("starting the embedded database", error))?;
    let store = Store::connect(Settings::embedded(embedded.url()), environment, wake).await?;
    Ok(Database {
        store,
        _embedded: Some(embedded),
        is_server: false,
    })
}

#[cfg(not(feature = "embedded"))]
async fn embedded(
    _config: &Config,
    _wake: Arc<dyn Wake>,
    _environment: Environment,
) -> Result<Database, Failure> {
    Err(Failure::Setting {
        name: "GROUP_INSPECTION_DATABASE_URL".to_owned(),
        problem: "must name a PostgreSQL server: this build has no embedded database".to_owned(),
    })
}

/// Brings the schema up to date and says what was done.
pub(crate) async fn migrate(config: &Config) -> Result<(), Failure> {
    let database = open(config, Arc::new(group_inspection_store::wake::NoWake)).await?;
    let applied = database.store.migrate().await?;
    if applied.is_empty() {
        output::say("The schema is up to date.");
    }
    for version in applied {
        output::say(&format!("Applied migration {version}."));
    }
    Ok(())
}
