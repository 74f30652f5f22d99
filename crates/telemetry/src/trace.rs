//! Traces: what work belongs together, over processes and days.
//!
//! A request brings a `traceparent` (W3C Trace Context) or begins a trace. Jobs
//! it causes carry it in their rows, and what jobs send carries it on. Without
//! a collector no spans are made, and what was brought is handed on as it is.

use std::fmt;

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Name of the header.
pub const HEADER: &str = "traceparent";

/// A place in a trace, as written into headers and job rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    /// Reads a header. Later versions of the header begin like this one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Versions after 00 may have more, after another hyphen.
        let mut parts = text.trim().splitn(5, '-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |part: &str, length: usize| {
            part.len() == length
                && part
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        let is_nothing = |part: &str| part.bytes().all(|b| b == b'0');
        let is_usable = is_hex(version, 2)
            && version != "ff"
            && (version != "00" || parts.next().is_none())
            && is_hex(trace, 32)
            && !is_nothing(trace)
            && is_hex(span, 16)
            && !is_nothing(span)
            && is_hex(flags, 2);
        is_usable.then(|| Self(format!("00-{trace}-{span}-{flags}")))
    }

    fn of(context: &SpanContext) -> Option<Self> {
        context.is_valid().then(|| {
            Self(format!(
                "00-{}-{}-{:02x}",
                context.trace_id(),
                context.span_id(),
                context.trace_flags().to_u8() & TraceFlags::SAMPLED.to_u8()
            ))
        })
    }

    /// As a header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Identifier of the trace.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.part(1)
    }

    fn part(&self, index: usize) -> &str {
        self.0.split('-').nth(index).unwrap_or_default()
    }

    fn context(&self) -> Option<Context> {
        let flags = u8::from_str_radix(self.part(3), 16).ok()?;
        let remote = SpanContext::new(
            TraceId::from_hex(self.part(1)).ok()?,
            SpanId::from_hex(self.part(2)).ok()?,
            TraceFlags::new(flags & TraceFlags::SAMPLED.to_u8()),
            true,
            TraceState::NONE,
        );
        Some(Context::new().with_remote_span_context(remote))
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes `span` follow on from `parent`, and returns what work within it hands
/// on: the place of `span`, or `parent` where no spans are made. To be called
/// before the span is entered. Fills the field `trace_id` of the span.
#[must_use]
pub fn follow(span: &Span, parent: Option<&TraceParent>) -> Option<TraceParent> {
    if let Some(context) = parent.and_then(TraceParent::context) {
        // An error means that no spans are made.
        let _ = span.set_parent(context);
    }
    let place = place(span).or_else(|| parent.cloned());
    if let Some(place) = &place {
        span.record("trace_id", place.trace_id());
    }
    place
}

/// The place of a span in its trace; `None` where no spans are made.
#[must_use]
pub fn place(span: &Span) -> Option<TraceParent> {
    TraceParent::of(span.context().span().span_context())
}

/// Names the span of a request after the template of its route, and marks it
/// as failed if the answer says that we failed.
pub fn answered(span: &Span, method: &str, route: Option<&str>, status: u16) {
    if place(span).is_none() {
        return;
    }
    let route = route.unwrap_or("unmatched");
    span.context()
        .span()
        .update_name(format!("{method} {route}"));
    span.set_attribute("http.route", route.to_owned());
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(opentelemetry::trace::Status::error("server error"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_as_the_standard_has_it() {
        let read = TraceParent::parse(GIVEN).unwrap();
        assert_eq!(read.as_str(), GIVEN);
        assert_eq!(read.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        let later = GIVEN.replacen("00", "cc", 1) + "-what-the-future-holds";
        assert_eq!(TraceParent::parse(&later), Some(read));
        for wrong in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0\u{e9}",
        ] {
            assert_eq!(TraceParent::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn without_a_collector_what_was_brought_is_handed_on() {
        let given = TraceParent::parse(GIVEN);
        let span = tracing::info_span!("request", trace_id = tracing::field::Empty);
        assert_eq!(follow(&span, given.as_ref()), given);
        assert_eq!(follow(&span, None), None);
    }
}
