//! A PostgreSQL inside the process, for machines without a database server.
//!
//! The server is PostgreSQL 17 compiled to WebAssembly, with its code inside
//! the program. It has exactly one connection, and one process per data
//! folder; see `docs/adr/0002-embedded-postgresql.md`.

use std::path::{Path, PathBuf};

use pglite_oxide::{PgliteServer, extensions};

/// A running embedded database. Stops when dropped.
#[derive(Debug)]
pub struct Embedded {
    server: Option<PgliteServer>,
    // Declared after the server: removed once it has stopped.
    _folder: Option<tempfile::TempDir>,
    _socket: Option<tempfile::TempDir>,
    _lock: Option<std::fs::File>,
    url: String,
}

/// Why the embedded database does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process uses the folder.
    #[error(
        "the data folder {0} is in use by another process; the embedded database serves one \
         process at a time. Stop the other one, or use a PostgreSQL server by setting \
         GROUP_INSPECTION_DATABASE_URL"
    )]
    InUse(PathBuf),
    /// The folder cannot be used.
    #[error("the data folder {path} cannot be used: {cause}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// The database itself does not start.
    #[error(
        "the embedded database does not start on this machine: {0}. Use a PostgreSQL server \
         (15 or later) by setting GROUP_INSPECTION_DATABASE_URL"
    )]
    Start(String),
}

impl Embedded {
    /// Opens or creates the database in `folder`.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        let refuse = |cause| StartError::Folder {
            path: folder.to_owned(),
            cause,
        };
        std::fs::create_dir_all(folder).map_err(refuse)?;
        let lock = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("in-use.lock"))
            .map_err(refuse)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(StartError::InUse(folder.to_owned()));
            }
            Err(std::fs::TryLockError::Error(cause)) => return Err(refuse(cause)),
        }
        Self::start(
            PgliteServer::builder().path(folder.join("postgresql")),
            None,
            Some(lock),
        )
    }

    /// Starts an empty database that disappears with this value.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn temporary() -> Result<Self, StartError> {
        let folder = tempfile::tempdir().map_err(|cause| StartError::Folder {
            path: std::env::temp_dir(),
            cause,
        })?;
        let builder = PgliteServer::builder()
            .path(folder.path().join("postgresql"))
            .relaxed_durability(true);
        Self::start(builder, Some(folder), None)
    }

    #[cfg_attr(not(unix), expect(unused_mut, reason = "the socket is for Unix only"))]
    fn start(
        mut builder: pglite_oxide::PgliteServerBuilder,
        folder: Option<tempfile::TempDir>,
        lock: Option<std::fs::File>,
    ) -> Result<Self, StartError> {
        // Over TCP each statement waits 40 ms for a delayed acknowledgement.
        #[cfg(unix)]
        let socket = {
            let socket = tempfile::Builder::new()
                .prefix("gi")
                .tempdir()
                .map_err(|cause| StartError::Folder {
                    path: std::env::temp_dir(),
                    cause,
                })?;
            builder = builder.unix(socket.path().join(".s.PGSQL.5432"));
            Some(socket)
        };
        #[cfg(not(unix))]
        let socket = None;
        let server = builder
            .extension(extensions::BTREE_GIST)
            .extension(extensions::PG_TRGM)
            .start()
            .map_err(|error| StartError::Start(format!("{error:#}")))?;
        let url = server.database_url();
        Ok(Self {
            server: Some(server),
            _folder: folder,
            _socket: socket,
            _lock: lock,
            url,
        })
    }

    /// Where the one connection goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(server) = self.server.take()
            && let Err(error) = server.shutdown()
        {
            tracing::warn!(error = %format!("{error:#}"), "the embedded database did not stop cleanly");
        }
    }
}
