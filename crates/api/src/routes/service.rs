//! The service itself: health, its description, its problems.

use std::{
    collections::HashMap,
    sync::{
        LazyLock, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use group_inspection_render::html;
use group_inspection_store::migrate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    answer, openapi,
    problem::{self, Code, Problem, Retry},
    routes::{published, schemas},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(live)
        .service(ready)
        .service(description)
        .service(reference)
        .service(reference_part)
        .service(schemas::index)
        .service(schemas::one)
        .service(problems)
        .service(problem_kind);
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process runs
#[utoipa::path(operation_id = "read_liveness", tag = "service", responses((status = 200, body = Health)))]
#[get("/livez")]
async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Health { status: "ok" })
}

/// How long an answer about readiness holds.
const READY_FOR: Duration = Duration::from_secs(2);

/// Whether requests are to be sent here.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    /// When the database was last found ready.
    found: Mutex<Option<Instant>>,
    is_ending: AtomicBool,
}

impl Readiness {
    /// Says no from now on: the service is about to stop.
    pub(crate) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to stop.
    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    fn is_fresh(&self) -> bool {
        self.found
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|since| since.elapsed() < READY_FOR)
    }

    fn note(&self) {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// Whether requests can be answered: the database is there, at the schema
/// this program needs
#[utoipa::path(operation_id = "read_readiness", tag = "service", responses((status = 200, body = Health)))]
#[get("/readyz")]
async fn ready(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    if state.readiness.is_ending() {
        return Err(Problem::because(
            Code::Unavailable,
            "The service is about to stop.",
        ));
    }
    if !state.readiness.is_fresh() {
        let pending = state.store.read(migrate::is_pending).await?;
        if pending {
            return Err(
                Problem::because(Code::Unavailable, "The schema is not up to date.")
                    .header("retry-after", "5"),
            );
        }
        state.readiness.note();
    }
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Health { status: "ok" }))
}

/// This description
#[utoipa::path(operation_id = "read_description", tag = "service", responses((status = 200, body = serde_json::Value)))]
#[get("/openapi.json")]
async fn description(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(openapi::marked(&state.deprecated))
}

/// The reference of the API, as a page
#[utoipa::path(
    operation_id = "show_reference",
    tag = "service",
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/reference")]
async fn reference(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    static PAGE: OnceLock<String> = OnceLock::new();
    let make = || html::reference(&state.site, &openapi::marked(&state.deprecated));
    published::send_page(&request, 200, PAGE.get_or_init(make).clone())
}

/// One part of the reference, as a page
#[utoipa::path(
    operation_id = "show_reference_part",
    tag = "service",
    params(("part" = String, Path)),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/reference/{part}")]
async fn reference_part(
    state: Data<AppState>,
    request: HttpRequest,
    part: Path<String>,
) -> Result<HttpResponse, Problem> {
    static PAGES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
    let known = PAGES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(part.as_str())
        .cloned();
    let page = match known {
        Some(page) => page,
        None => {
            let described = openapi::marked(&state.deprecated);
            let page = html::reference_part(&state.site, &described, &part)
                .ok_or_else(|| Problem::new(Code::NotFound))?;
            PAGES
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(part.into_inner(), page.clone());
            page
        }
    };
    Ok(published::send_page(&request, 200, page))
}

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemKind {
    /// Address that describes it: the `type` of problem documents.
    #[serde(rename = "type")]
    kind: String,
    /// Code.
    code: Code,
    /// HTTP status.
    status: u16,
    /// Short summary.
    title: &'static str,
    /// When it happens.
    when: &'static str,
    /// What the caller does about it.
    remedy: &'static str,
    /// Whether sending the request again can help.
    retry: Retry,
}

impl From<Code> for ProblemKind {
    fn from(code: Code) -> Self {
        Self {
            kind: code.path(),
            code,
            status: code.status(),
            title: code.title(),
            when: code.when(),
            remedy: code.remedy(),
            retry: code.retry(),
        }
    }
}

/// JSON for programs, a page for people.
fn negotiated(
    request: &HttpRequest,
    page: impl FnOnce() -> String,
    data: impl Serialize,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::VARY, "accept"));
    if answer::wants_page(request) {
        return response
            .content_type("text/html; charset=utf-8")
            .body(page());
    }
    response.json(data)
}

/// Every kind of problem
///
/// As a page for those who ask for one by `Accept: text/html`.
#[utoipa::path(
    operation_id = "list_problems",
    tag = "service",
    responses((
        status = 200,
        description = "All kinds.",
        content((Vec<ProblemKind> = "application/json"), (String = "text/html"))
    ))
)]
#[get("/problems")]
async fn problems(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let kinds: Vec<ProblemKind> = Code::ALL.iter().copied().map(ProblemKind::from).collect();
    let page = || {
        let all: Vec<_> = Code::ALL.iter().copied().map(problem::facts).collect();
        html::problems(&state.site, &all)
    };
    negotiated(&request, page, kinds)
}

/// One kind of problem
///
/// As a page for those who ask for one by `Accept: text/html`.
#[utoipa::path(
    operation_id = "read_problem",
    tag = "service",
    responses((
        status = 200,
        description = "The kind.",
        content((ProblemKind = "application/json"), (String = "text/html"))
    ))
)]
#[get("/problems/{code}")]
async fn problem_kind(
    state: Data<AppState>,
    request: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse, Problem> {
    let code = Code::from_code(&code).ok_or_else(|| Problem::new(Code::NotFound))?;
    let page = || html::problem(&state.site, &problem::facts(code));
    Ok(negotiated(&request, page, ProblemKind::from(code)))
}
