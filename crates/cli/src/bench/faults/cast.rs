//! Everybody who takes part: servers, proxies, processes, a disk, a receiver.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    client::Client,
    load::Load,
    processes::{Processes, Role},
    proxy::Proxy,
    receiver::Receiver,
    servers::{Postgres, Redis, SmallDisk, free_port},
    subject::Subject,
};
use crate::failure::Failure;
use group_inspection_store::{Environment, Settings, Store, wake::NoWake};

/// APIs and workers.
const EACH: usize = 2;

/// Everybody. Ended in the order written here.
pub(super) struct Cast {
    pub(super) processes: Arc<Processes>,
    pub(super) to_postgres: Proxy,
    pub(super) to_redis: Proxy,
    pub(super) redis: Redis,
    pub(super) postgres: Postgres,
    pub(super) disk: SmallDisk,
    pub(super) receiver: Receiver,
    /// Where steps are armed.
    pub(super) steps: PathBuf,
    /// A store of our own, with nothing between it and the server.
    pub(super) store: Store,
    pub(super) subject: Subject,
}

impl Cast {
    /// Brings everybody on, below `folder`.
    pub(super) async fn assemble(folder: &Path) -> Result<(Self, Load), Failure> {
        let doing = "a folder for the rehearsal";
        // PostgreSQL runs as another user.
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
            .map_err(|error| Failure::because(doing, error))?;
        let steps = folder.join("steps");
        fs::create_dir(&steps).map_err(|error| Failure::because(doing, error))?;
        let postgres = Postgres::start(folder)?;
        let redis = Redis::start(folder).await?;
        let disk = SmallDisk::mount(folder.join("data"))?;
        let to_postgres = Proxy::before(postgres.port).await?;
        let to_redis = Proxy::before(redis.port).await?;
        let receiver = Receiver::start()?;
        let store = Store::connect(
            Settings::server(postgres.url()),
            Environment::system(),
            Arc::new(NoWake),
        )
        .await?;
        store.migrate().await?;
        let subject = Subject::prepare(&store, &postgres.url(), folder, &receiver).await?;
        let inbox = subject.open().await?;

        let mut roles = Vec::new();
        let mut ports = Vec::new();
        for _ in 0..EACH {
            let port = free_port()?;
            ports.push(port);
            roles.push(Role::Api(port));
            roles.push(Role::Worker);
        }
        let environment = [
            ("DATABASE_URL", Postgres::url_by_way_of(to_postgres.port)),
            ("REDIS_URL", format!("redis://127.0.0.1:{}", to_redis.port)),
            ("DATA_DIR", disk.folder.display().to_string()),
            ("PUBLIC_URL", "https://reports.example".to_owned()),
            ("WEBHOOKS_ALLOW_LOOPBACK", "true".to_owned()),
            ("FAULT_STEPS", steps.display().to_string()),
        ]
        .map(|(name, value)| (format!("GROUP_INSPECTION_{name}"), value));
        let processes = Processes::start(environment.to_vec(), &folder.join("logs"), &roles)?;
        let client = Client::new(ports.clone(), subject.officer.clone())?;
        let sender = Client::new(ports, subject.sender.clone())?;
        for _ in 0..EACH {
            client.get("/readyz").await?;
        }
        let cast = Self {
            processes,
            to_postgres,
            to_redis,
            redis,
            postgres,
            disk,
            receiver,
            steps,
            store,
            subject,
        };
        Ok((cast, Load::new(client, sender, inbox.id)))
    }
}
