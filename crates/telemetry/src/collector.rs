//! Sending spans to a collector, by OTLP over HTTP.
//!
//! Spans wait in a queue of fixed size that a thread of its own empties. When
//! the collector is away the queue fills and further spans are dropped: nothing
//! that is traced ever waits.

use std::{fmt, time::Duration};

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider},
};

/// How long the collector may take over one batch.
const EXPORT_WITHIN: Duration = Duration::from_secs(5);
/// How long the last spans may take when the process stops.
const FLUSH_WITHIN: Duration = Duration::from_secs(3);
/// Spans that wait at the most.
const QUEUE: usize = 4_096;

/// Where spans go, and how many.
#[derive(Clone)]
pub struct Settings {
    /// Address of the collector, such as `http://collector:4318`.
    pub endpoint: String,
    /// Share of traces that are kept, of those that begin here.
    pub share: f64,
    /// Name of the service.
    pub service: String,
    /// Version of the program.
    pub version: &'static str,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold credentials.
        f.debug_struct("Settings")
            .field("share", &self.share)
            .finish_non_exhaustive()
    }
}

/// Spans cannot be sent.
#[derive(Debug)]
pub struct SetupError(String);

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "traces cannot be sent: {}", self.0)
    }
}

impl std::error::Error for SetupError {}

/// Sends spans while it lives.
#[derive(Debug)]
pub struct Sending {
    provider: SdkTracerProvider,
}

impl Sending {
    /// To the collector of the settings. Must be called outside a runtime: the
    /// client of the exporter blocks.
    ///
    /// # Errors
    /// If the address cannot be used.
    pub fn start(settings: &Settings) -> Result<Self, SetupError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client()?)
            .with_endpoint(traces_at(&settings.endpoint))
            .with_timeout(EXPORT_WITHIN)
            .build()
            .map_err(|error| SetupError(error.to_string()))?;
        let queue = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_span_processor(
                BatchSpanProcessor::builder(exporter)
                    .with_batch_config(queue)
                    .build(),
            )
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
                settings.share,
            ))))
            .with_resource(
                Resource::builder_empty()
                    .with_attribute(opentelemetry::KeyValue::new(
                        "service.name",
                        settings.service.clone(),
                    ))
                    .with_attribute(opentelemetry::KeyValue::new(
                        "service.version",
                        settings.version,
                    ))
                    .build(),
            )
            .build();
        Ok(Self { provider })
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.provider.tracer("group-inspection")
    }

    /// Sends what waits, for a few seconds at the most.
    pub fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH_WITHIN) {
            tracing::warn!(%error, "the last spans were not sent");
        }
    }
}

/// Asks the collector at `endpoint` to take an empty batch. Must be called
/// outside a runtime.
///
/// # Errors
/// If it does not, in words that name no credentials.
pub fn reach(endpoint: &str, within: Duration) -> Result<(), SetupError> {
    let answer = client()?
        .post(traces_at(endpoint))
        .timeout(within)
        .header("content-type", "application/x-protobuf")
        .send()
        .map_err(|error| SetupError(reason(&error).to_owned()))?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(SetupError(format!(
            "the collector answered {}",
            answer.status().as_u16()
        )))
    }
}

fn client() -> Result<reqwest::blocking::Client, SetupError> {
    // On a thread of its own: some callers are within a runtime.
    std::thread::spawn(|| {
        reqwest::blocking::Client::builder()
            .no_proxy()
            .timeout(EXPORT_WITHIN)
            .build()
    })
    .join()
    .map_err(|_| SetupError("the HTTP client could not be made".to_owned()))?
    .map_err(|error| SetupError(error.to_string()))
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "the collector did not answer in time"
    } else if error.is_connect() {
        "no connection to the collector"
    } else {
        "the collector could not be asked"
    }
}

fn traces_at(endpoint: &str) -> String {
    format!("{}/v1/traces", endpoint.trim_end_matches('/'))
}
