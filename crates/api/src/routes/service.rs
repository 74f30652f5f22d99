//! The service itself: health, its description, its problems.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::{
    HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use group_inspection_store::migrate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    openapi,
    problem::{Code, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(live)
        .service(ready)
        .service(description)
        .service(problems)
        .service(problem);
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process runs
#[utoipa::path(tag = "service", responses((status = 200, body = Health)))]
#[get("/livez")]
async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(Health { status: "ok" })
}

/// How long an answer about readiness holds.
const READY_FOR: Duration = Duration::from_secs(2);

/// When the database was last found ready.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Mutex<Option<Instant>>);

impl Readiness {
    fn is_fresh(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|since| since.elapsed() < READY_FOR)
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// Whether requests can be answered: the database is there, at the schema
/// this program needs
#[utoipa::path(tag = "service", responses((status = 200, body = Health)))]
#[get("/readyz")]
async fn ready(state: Data<AppState>) -> Result<HttpResponse, Problem> {
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
#[utoipa::path(tag = "service", responses((status = 200, body = serde_json::Value)))]
#[get("/openapi.json")]
async fn description() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(openapi::document())
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
    /// What it means and what to do about it.
    about: &'static str,
}

impl From<Code> for ProblemKind {
    fn from(code: Code) -> Self {
        Self {
            kind: code.path(),
            code,
            status: code.status(),
            title: code.title(),
            about: code.about(),
        }
    }
}

/// Every kind of problem
#[utoipa::path(tag = "service", responses((status = 200, body = Vec<ProblemKind>)))]
#[get("/problems")]
async fn problems() -> HttpResponse {
    let kinds: Vec<ProblemKind> = Code::ALL.iter().copied().map(ProblemKind::from).collect();
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(kinds)
}

/// One kind of problem
#[utoipa::path(tag = "service", responses((status = 200, body = ProblemKind)))]
#[get("/problems/{code}")]
async fn problem(code: Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::from_code(&code).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(ProblemKind::from(code)))
}
