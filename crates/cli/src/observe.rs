//! What the long-running roles tell of themselves.

use std::time::Duration;

use group_inspection_store::migrate;
use group_inspection_telemetry::{exposition::Scrape, recorder};

use crate::failure::Failure;

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
