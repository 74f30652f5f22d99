//! What belongs together is one trace.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn children<'a>(spans: &'a [Span], of: &Span) -> Vec<&'a Span> {
    spans
        .iter()
        .filter(|span| span.trace_id == of.trace_id && span.parent_span_id == of.span_id)
        .collect()
}

fn named<'a>(spans: &[&'a Span], name: &str) -> Vec<&'a Span> {
    spans
        .iter()
        .copied()
        .filter(|span| span.name == name)
        .collect()
}

/// HTTP, ledger, job and webhook, each the child of the one before.
pub(crate) fn a_publication_is_one_trace(spans: &[Span]) {
    let all: Vec<&Span> = spans.iter().collect();
    let mut deliveries = 0;
    let publications = named(&all, "publish");
    assert!(
        !publications.is_empty(),
        "no publication among {}",
        spans.len()
    );
    for publication in publications {
        assert_eq!(publication.kind(), SpanKind::Consumer);
        let request = spans
            .iter()
            .find(|span| span.span_id == publication.parent_span_id)
            .expect("the request that caused it");
        assert_eq!(request.trace_id, publication.trace_id);
        assert_eq!(request.kind(), SpanKind::Server);
        assert!(
            request.name.starts_with("POST /v1/inspections/{id}/"),
            "{}",
            request.name
        );
        assert!(request.parent_span_id.is_empty(), "a trace begins with it");
        assert!(!named(&children(spans, request), "write").is_empty());

        let within = children(spans, publication);
        assert!(!named(&within, "write").is_empty());
        for notification in named(&within, "notify") {
            let sent = named(&children(spans, notification), "delivery");
            deliveries += sent.len();
            for delivery in sent {
                assert_eq!(delivery.kind(), SpanKind::Client);
                assert_eq!(delivery.trace_id, request.trace_id);
            }
        }
    }
    // A webhook and a mail for the publication and for the correction.
    assert!(deliveries >= 4, "{deliveries}");
}

pub(crate) fn what_was_brought_is_followed(spans: &[Span], brought: &str) {
    let parts: Vec<&str> = brought.split('-').collect();
    let followed = spans
        .iter()
        .find(|span| hex(&span.trace_id) == parts[1])
        .expect("a span of the trace that was brought");
    assert_eq!(hex(&followed.parent_span_id), parts[2]);
    assert_eq!(followed.name, "GET /livez");
}
