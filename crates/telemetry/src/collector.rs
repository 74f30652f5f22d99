//! Sending spans to a collector, by OTLP over HTTP.
//!
//! Spans wait in a queue of fixed size that a thread of its own empties. When
//! the collector is away the queue fills and further spans are dropped: nothing
//! that is traced ever waits.

use std::{fmt, time::Duration};

use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanKind, TraceId, TracerProvider},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, Sampler, SamplingResult, SdkTracer,
        SdkTracerProvider, ShouldSample,
    },
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
    /// Share of requests whose traces are kept.
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

/// Which spans are kept. What a request says of its own trace is not heard:
/// anybody at all could have everything kept. The choice goes by the trace's
/// identifier, so services with the same share keep the same traces, and what
/// follows from a request goes by what was chosen for it.
#[derive(Debug, Clone)]
struct Share {
    of_requests: Sampler,
    of_others: Sampler,
}

impl Share {
    fn of(share: f64) -> Self {
        Self {
            of_requests: Sampler::TraceIdRatioBased(share),
            of_others: Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))),
        }
    }
}

impl ShouldSample for Share {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let sampler = if *span_kind == SpanKind::Server {
            &self.of_requests
        } else {
            &self.of_others
        };
        sampler.should_sample(parent_context, trace_id, name, span_kind, attributes, links)
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
            .with_sampler(Share::of(settings.share))
            .with_resource(
                Resource::builder_empty()
                    .with_attribute(KeyValue::new("service.name", settings.service.clone()))
                    .with_attribute(KeyValue::new("service.version", settings.version))
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

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceState};
    use opentelemetry_sdk::trace::SamplingDecision;

    use super::*;

    fn kept(share: f64, kind: &SpanKind, says: TraceFlags) -> bool {
        let trace = TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        let parent = SpanContext::new(trace, SpanId::from(7), says, true, TraceState::NONE);
        let around = Context::new().with_remote_span_context(parent);
        let result = Share::of(share).should_sample(Some(&around), trace, "", kind, &[], &[]);
        result.decision == SamplingDecision::RecordAndSample
    }

    #[test]
    fn a_request_does_not_decide_whether_its_trace_is_kept() {
        for says in [TraceFlags::SAMPLED, TraceFlags::NOT_SAMPLED] {
            assert!(!kept(0.0, &SpanKind::Server, says));
            assert!(kept(1.0, &SpanKind::Server, says));
        }
    }

    #[test]
    fn what_follows_from_a_request_goes_by_what_was_chosen_for_it() {
        for kind in [SpanKind::Consumer, SpanKind::Client, SpanKind::Internal] {
            for share in [0.0, 1.0] {
                assert!(kept(share, &kind, TraceFlags::SAMPLED));
                assert!(!kept(share, &kind, TraceFlags::NOT_SAMPLED));
            }
        }
    }
}
