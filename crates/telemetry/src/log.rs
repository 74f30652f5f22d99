//! The log: JSON lines on standard error, or text for a person at a terminal.
//! And spans for a collector, if there is one.

use std::io::IsTerminal;

use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::collector::Sending;

/// What becomes a span of a trace: our own, and transactions.
fn traced() -> Targets {
    Targets::new()
        .with_target("group_inspection", Level::INFO)
        .with_target("group_inspection_store::pool", Level::DEBUG)
}

/// Libraries that write what they send and receive, headers and bodies
/// included. No setting makes them say more than this.
const TELLTALES: [&str; 9] = [
    "actix_http",
    "h2",
    "hyper",
    "hyper_util",
    "lettre",
    "object_store",
    "redis",
    "reqwest",
    "rustls",
];

fn discretion() -> Targets {
    Targets::new()
        .with_default(Level::TRACE)
        .with_targets(TELLTALES.map(|target| (target, Level::INFO)))
}

/// The filter that a setting asks for.
///
/// # Errors
/// If it cannot be read.
pub fn filter(directives: &str) -> Result<EnvFilter, String> {
    EnvFilter::builder()
        .parse(directives)
        .map_err(|error| error.to_string())
}

/// Starts the log; once in the life of a process.
pub fn start(filter: EnvFilter, sending: Option<&Sending>) {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = if std::io::stderr().is_terminal() {
        log.boxed()
    } else {
        log.json().boxed()
    };
    let spans = sending.map(|sending| {
        tracing_opentelemetry::layer()
            .with_tracer(sending.tracer())
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(traced())
    });
    tracing_subscriber::registry()
        .with(log.with_filter(filter.and(discretion())))
        .with(spans)
        .init();
}
