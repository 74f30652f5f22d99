//! Addresses of the service, and how often a client may ask.

use std::{net::SocketAddr, time::Duration};

use group_inspection_api::{Origin, Rate, RateLimits, networks, origins};

use super::given::{Given, Shown, or_none, wrong};
use crate::failure::Failure;

/// Longest time between being told to stop and taking no more connections, in
/// seconds. Whoever runs containers kills what has not stopped some time later.
const LONGEST_DRAIN: u64 = 60;

/// How the service is reached.
#[derive(Clone)]
pub(crate) struct HttpSettings {
    /// Address of the API and the public pages.
    pub(crate) bind: SocketAddr,
    /// Address of the ops port; `None` for none. For a private network only.
    pub(crate) ops_bind: Option<SocketAddr>,
    /// Where the public reaches the service, without a slash at the end.
    pub(crate) public_url: String,
    /// Name of the service on pages and in mail.
    pub(crate) service_name: String,
    /// How long connections are taken after being told to stop, so that a
    /// proxy learns of it first.
    pub(crate) drain: Duration,
    /// How often a client may ask.
    pub(crate) rates: RateLimits,
    /// Origins whose pages may call the API.
    pub(crate) origins: Vec<Origin>,
}

impl HttpSettings {
    pub(super) const NAMES: &[&str] = &[
        "BIND",
        "OPS_BIND",
        "PUBLIC_URL",
        "SERVICE_NAME",
        "DRAIN",
        "RATE_LIMIT",
        "PUBLIC_RATE_LIMIT",
        "AUTH_FAILURE_LIMIT",
        "TRUSTED_PROXIES",
        "CORS_ORIGINS",
    ];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        let bind: SocketAddr = given.parsed("BIND", "127.0.0.1:8080")?;
        let public_url: String = given.parsed("PUBLIC_URL", &format!("http://{bind}"))?;
        let drain: u64 = given.parsed("DRAIN", "0")?;
        if drain > LONGEST_DRAIN {
            return Err(wrong(
                "DRAIN",
                format!("must be {LONGEST_DRAIN} seconds at the most"),
            ));
        }
        Ok(Self {
            bind,
            ops_bind: given.optional("OPS_BIND")?,
            public_url: public_url.trim_end_matches('/').to_owned(),
            service_name: given.parsed("SERVICE_NAME", "Group Inspection")?,
            drain: Duration::from_secs(drain),
            rates: rates(given)?,
            origins: origins(given.text("CORS_ORIGINS").unwrap_or_default())
                .map_err(|error| wrong("CORS_ORIGINS", error))?,
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let proxies = &self.rates.trusted_proxies;
        let networks: Vec<String> = proxies.iter().map(ToString::to_string).collect();
        let origins: Vec<String> = self.origins.iter().map(ToString::to_string).collect();
        vec![
            ("BIND", self.bind.to_string()),
            ("OPS_BIND", or_none(self.ops_bind)),
            ("PUBLIC_URL", self.public_url.clone()),
            ("SERVICE_NAME", self.service_name.clone()),
            ("DRAIN", self.drain.as_secs().to_string()),
            ("RATE_LIMIT", or_off(self.rates.callers)),
            ("PUBLIC_RATE_LIMIT", or_off(self.rates.public)),
            ("AUTH_FAILURE_LIMIT", or_off(self.rates.failures)),
            (
                "TRUSTED_PROXIES",
                or_none((!networks.is_empty()).then(|| networks.join(","))),
            ),
            (
                "CORS_ORIGINS",
                or_none((!origins.is_empty()).then(|| origins.join(","))),
            ),
        ]
    }
}

fn or_off(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "off".to_owned(), |rate| rate.to_string())
}

fn rates(given: &Given) -> Result<RateLimits, Failure> {
    let default = RateLimits::default();
    let rate = |name: &str, default: Option<Rate>| match given.text(name) {
        None => Ok(default),
        Some(text) => Rate::or_off(text).map_err(|error| wrong(name, error)),
    };
    Ok(RateLimits {
        callers: rate("RATE_LIMIT", default.callers)?,
        public: rate("PUBLIC_RATE_LIMIT", default.public)?,
        failures: rate("AUTH_FAILURE_LIMIT", default.failures)?,
        trusted_proxies: networks(given.text("TRUSTED_PROXIES").unwrap_or_default())
            .map_err(|problem| wrong("TRUSTED_PROXIES", problem))?,
    })
}
