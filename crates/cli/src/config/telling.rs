//! What the service tells of itself.

use super::given::{Given, Shown, or_none, without_secret, wrong};
use crate::failure::Failure;

/// What the service tells of itself.
#[derive(Clone)]
pub(crate) struct TellingSettings {
    /// What is logged; `None` for what the command usually does.
    pub(crate) log: Option<String>,
    /// Collector of traces; `None` for none.
    pub(crate) traces: Option<Traces>,
}

/// Where traces go.
#[derive(Clone)]
pub(crate) struct Traces {
    /// Address of the collector, for OTLP over HTTP.
    pub(crate) endpoint: String,
    /// Share of the traces that begin here which are kept.
    pub(crate) share: f64,
}

impl TellingSettings {
    pub(super) const NAMES: &[&str] = &["LOG", "OTLP_ENDPOINT", "OTLP_SAMPLING"];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            log: given.owned("LOG"),
            traces: traces(given)?,
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let traces = self.traces.as_ref();
        vec![
            (
                "LOG",
                self.log.as_deref().unwrap_or("our events").to_owned(),
            ),
            (
                "OTLP_ENDPOINT",
                or_none(traces.map(|traces| without_secret(&traces.endpoint))),
            ),
            ("OTLP_SAMPLING", or_none(traces.map(|traces| traces.share))),
        ]
    }
}

fn traces(given: &Given) -> Result<Option<Traces>, Failure> {
    let share: f64 = given.parsed("OTLP_SAMPLING", "1")?;
    if !(0.0..=1.0).contains(&share) {
        return Err(wrong("OTLP_SAMPLING", "must be a share, from 0 to 1"));
    }
    let Some(endpoint) = given.owned("OTLP_ENDPOINT") else {
        return Ok(None);
    };
    let is_http = url::Url::parse(&endpoint)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_http {
        return Err(wrong(
            "OTLP_ENDPOINT",
            "must be an address such as http://collector:4318",
        ));
    }
    Ok(Some(Traces { endpoint, share }))
}
