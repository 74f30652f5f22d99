//! What the long-running roles tell of themselves.

use std::time::Duration;

use group_inspection_store::migrate;
use group_inspection_telemetry::{
    collector::{self, Sending},
    exposition::Scrape,
    log, recorder,
};

use crate::{config::Config, failure::Failure};

/// Starts the log, and the sending of traces if there is a collector. Must be
/// called before there is a runtime. `usual` is the filter unless the settings
/// have one.
pub(crate) fn start(config: &Config, usual: &str) -> Result<Option<Sending>, Failure> {
    let filter = config.telling.log.as_deref().unwrap_or(usual);
    let filter = log::filter(filter).map_err(|problem| Failure::Setting {
        name: "GROUP_INSPECTION_LOG".to_owned(),
        problem,
    })?;
    let sending = config
        .telling
        .traces
        .as_ref()
        .map(|traces| {
            Sending::start(&collector::Settings {
                endpoint: traces.endpoint.clone(),
                share: traces.share,
                service: config.http.service_name.clone(),
                version: env!("CARGO_PKG_VERSION"),
            })
        })
        .transpose()
        .map_err(|error| Failure::because("starting", error))?;
    log::start(filter, sending.as_ref());
    Ok(sending)
}

/// How often observations are sorted into their buckets; between two scrapes
/// they take memory.
const KEEP_UP_EVERY: Duration = Duration::from_secs(5);

/// Records metrics from now on. Must be called within a runtime, before the
/// database is opened.
pub(crate) fn record() -> Result<Scrape, Failure> {
    let recorded = recorder::install(env!("CARGO_PKG_VERSION"), migrate::newest())
        .map_err(|error| Failure::because("starting", error))?;
    let scrape = recorded.scrape();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(KEEP_UP_EVERY);
        loop {
            ticks.tick().await;
            recorded.keep_up();
        }
    });
    Ok(scrape)
}
