//! The database, and Redis beside it.

use redis::{Client, RedisError, TlsCertificates};

use super::given::{Given, Shown, or_none, without_secret, wrong};
use crate::failure::Failure;

/// Where what all processes share is kept.
#[derive(Clone)]
pub(crate) struct DatabaseSettings {
    /// PostgreSQL server; `None` for the embedded database.
    pub(crate) url: Option<String>,
    /// Connections to the server at the most.
    pub(crate) connections: u32,
    redis: Option<Redis>,
}

/// Redis, which is connected to when it is first needed.
#[derive(Clone)]
struct Redis {
    client: Client,
    url: String,
    /// Whether one authority is trusted instead of those of this machine.
    has_authority: bool,
}

impl DatabaseSettings {
    pub(super) const NAMES: &[&str] = &[
        "DATABASE_URL",
        "DATABASE_CONNECTIONS",
        "REDIS_URL",
        "REDIS_CA",
    ];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            url: given.owned("DATABASE_URL"),
            connections: given.parsed("DATABASE_CONNECTIONS", "16")?,
            redis: Redis::read(given)?,
        })
    }

    /// Redis, for wake-ups between processes and for counts of requests.
    pub(crate) fn redis(&self) -> Option<Client> {
        self.redis.as_ref().map(|redis| redis.client.clone())
    }

    pub(super) fn shown(&self) -> Shown {
        let url = self.url.as_deref();
        let redis = self.redis.as_ref();
        let authority = match redis {
            Some(redis) if redis.has_authority => "one of our own alone",
            _ => "those this machine trusts",
        };
        vec![
            (
                "DATABASE_URL",
                url.map_or("embedded".to_owned(), without_secret),
            ),
            ("DATABASE_CONNECTIONS", self.connections.to_string()),
            (
                "REDIS_URL",
                or_none(redis.map(|redis| without_secret(&redis.url))),
            ),
            ("REDIS_CA", authority.to_owned()),
        ]
    }
}

impl Redis {
    fn read(given: &Given) -> Result<Option<Self>, Failure> {
        let authority = given.owned("REDIS_CA");
        let Some(url) = given.owned("REDIS_URL") else {
            return match authority {
                None => Ok(None),
                Some(_) => Err(wrong("REDIS_CA", "there is no REDIS_URL")),
            };
        };
        // What is wrong with an address may name it, and with it a password.
        let unusable = |error: RedisError| error.category().to_owned();
        let plain =
            Client::open(url.as_str()).map_err(|error| wrong("REDIS_URL", unusable(error)))?;
        let has_authority = authority.is_some();
        let client = match authority {
            None => plain,
            Some(pem) if pem.contains("BEGIN CERTIFICATE") => Client::build_with_tls(
                url.as_str(),
                TlsCertificates {
                    client_tls: None,
                    root_cert: Some(pem.into_bytes()),
                },
            )
            .map_err(|error| wrong("REDIS_CA", unusable(error)))?,
            Some(_) => return Err(wrong("REDIS_CA", "holds no certificate in PEM")),
        };
        Ok(Some(Self {
            client,
            url,
            has_authority,
        }))
    }
}
