//! Deliveries of notifications.

use std::time::Duration;

use metrics::histogram;

use super::http::class;
use crate::names::DELIVERY_SECONDS;

/// A try has ended. `channel` and `outcome` are those of the delivery log.
pub fn tried(channel: &'static str, outcome: &'static str, status: Option<u16>, took: Duration) {
    histogram!(
        DELIVERY_SECONDS.name,
        "channel" => channel,
        "outcome" => outcome,
        "answer" => status.map_or("none", class),
    )
    .record(took);
}
