//! The database, and Redis beside it.

use super::given::{Given, Shown, or_none, without_secret};
use crate::failure::Failure;

/// Where what all processes share is kept.
#[derive(Clone)]
pub(crate) struct DatabaseSettings {
    /// PostgreSQL server; `None` for the embedded database.
    pub(crate) url: Option<String>,
    /// Connections to the server at the most.
    pub(crate) connections: u32,
    /// Redis, for wake-ups between processes and for counts of requests.
    pub(crate) redis_url: Option<String>,
}

impl DatabaseSettings {
    pub(super) const NAMES: &[&str] = &["DATABASE_URL", "DATABASE_CONNECTIONS", "REDIS_URL"];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            url: given.owned("DATABASE_URL"),
            connections: given.parsed("DATABASE_CONNECTIONS", "16")?,
            redis_url: given.owned("REDIS_URL"),
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let url = self.url.as_deref();
        vec![
            (
                "DATABASE_URL",
                url.map_or("embedded".to_owned(), without_secret),
            ),
            ("DATABASE_CONNECTIONS", self.connections.to_string()),
            (
                "REDIS_URL",
                or_none(self.redis_url.as_deref().map(without_secret)),
            ),
        ]
    }
}
