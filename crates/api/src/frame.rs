//! What surrounds every request: its id, its line in the log, the headers of
//! its answer, and the body of a problem.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        ConnectionType, Method,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use group_inspection_render::html;
use group_inspection_telemetry::{
    measure::http::{InFlight, answered},
    trace::{self, TraceParent},
};
use tracing::{Instrument, field::Empty};
use uuid::Uuid;

use crate::{
    deprecation, limit,
    problem::{self, Problem},
    state::AppState,
};

/// Identifier of a request: the caller's own if it is sane, else a new one.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn of(request: &ServiceRequest) -> Self {
        let sane = |id: &&str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let sent = request
            .headers()
            .get(&REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(sane);
        Self(sent.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
}

/// Place of a request in its trace, if it has one; what it causes carries it.
#[derive(Debug, Clone)]
pub(crate) struct Traced(pub(crate) Option<TraceParent>);

impl Traced {
    fn brought_by(request: &ServiceRequest) -> Option<TraceParent> {
        let mut headers = request.headers().get_all(trace::HEADER);
        let header = headers.next()?.to_str().ok()?;
        // Two of them say nothing.
        headers
            .next()
            .is_none()
            .then(|| TraceParent::parse(header))?
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pages bring one stylesheet and nothing that runs.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost middleware.
pub(crate) async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = RequestId::of(&request);
    let began = Instant::now();
    let in_flight = InFlight::begin();
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    if method == Method::HEAD {
        // Answered like GET; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    let span = tracing::info_span!(
        "request",
        otel.kind = "server",
        request_id = %id.as_str(),
        trace_id = Empty,
        %method,
    );
    let brought = Traced::brought_by(&request);
    let traced = Traced(trace::follow(&span, brought.as_ref()));
    request.extensions_mut().insert(traced);
    let mut response = next
        .call(request)
        .instrument(span.clone())
        .await?
        .map_into_boxed_body();
    let status = response.status().as_u16();
    let asked = response.request().clone();
    limit::tell(&asked, response.headers_mut());
    if let Some(state) = asked.app_data::<Data<AppState>>().cloned() {
        deprecation::headers(&state.deprecated, &asked, response.headers_mut());
        if state.readiness.is_ending() {
            response
                .response_mut()
                .head_mut()
                .set_connection_type(ConnectionType::Close);
        }
    }
    headers(&id, asked, response.headers_mut());
    span.in_scope(|| {
        // The route's template, not the path, which may hold identifiers.
        let route = response.request().match_pattern();
        let took = began.elapsed();
        answered(route.as_deref(), method.as_str(), status, took);
        trace::answered(&span, method.as_str(), route.as_deref(), status);
        tracing::info!(
            status,
            route = route.as_deref().unwrap_or("-"),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    drop(in_flight);
    Ok(response)
}

/// The innermost middleware: counts readers, and gives problems their body.
pub(crate) async fn presented(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request.extensions().get::<RequestId>().cloned();
    // The router needs the request to itself; a handler's error has become a
    // response by here.
    let response = match readers_limit(&request).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(problem) => request.error_response(problem),
    };
    Ok(present_problem(response, id.as_ref()))
}

/// Counts a request for a public page. Those to the API are counted once it is
/// known who calls, and health checks not at all.
async fn readers_limit(request: &ServiceRequest) -> Result<(), Problem> {
    if request.path().starts_with("/v1/") || matches!(request.path(), "/livez" | "/readyz") {
        return Ok(());
    }
    match request.app_data::<Data<AppState>>() {
        Some(state) => {
            state
                .gate
                .reader(request, request.head(), state.now())
                .await
        }
        None => Ok(()),
    }
}

fn present_problem(response: ServiceResponse, id: Option<&RequestId>) -> ServiceResponse {
    let problem = response.response().extensions().get::<Problem>().cloned();
    let Some(problem) = problem else {
        return response;
    };
    let request = response.request().clone();
    let mut answer = page(&request, &problem)
        .unwrap_or_else(|| problem::response(&problem, id.map_or("", RequestId::as_str)));
    if !request.path().starts_with("/v1/") {
        let vary = HeaderValue::from_static("accept");
        answer.headers_mut().append(header::VARY, vary);
    }
    response.into_response(answer)
}

/// A page for people who followed a link; programs get the problem itself.
fn page(request: &HttpRequest, problem: &Problem) -> Option<HttpResponse> {
    let state = request.app_data::<Data<AppState>>()?;
    let accept = request.headers().get(header::ACCEPT)?.to_str().ok()?;
    if request.path().starts_with("/v1/") || !accept.contains("text/html") {
        return None;
    }
    let page = if problem.code == problem::Code::NotFound {
        html::not_found(&state.site)
    } else {
        html::error_page(
            &state.site,
            &html::Message {
                title: problem.code.title().to_owned(),
                paragraphs: vec![problem.detail.clone()],
            },
        )
    };
    let status = actix_web::http::StatusCode::from_u16(problem.code.status()).ok()?;
    let mut builder = HttpResponse::build(status);
    builder
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"));
    for (name, value) in &problem.headers {
        builder.insert_header((*name, value.as_str()));
    }
    Some(builder.body(page))
}

fn headers(id: &RequestId, request: HttpRequest, headers: &mut HeaderMap) {
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.starts_with("text/html"));
    let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let is_secure = request
        .app_data::<Data<AppState>>()
        .is_some_and(|state| state.site.origin.starts_with("https://"));
    if is_secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if request.path().starts_with("/v1/") {
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers.append(header::VARY, HeaderValue::from_static("authorization"));
    }
}
