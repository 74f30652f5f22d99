//! All inspections together.

use actix_web::{HttpResponse, get, web::Data};
use group_inspection_core::oversight::Overview;
use group_inspection_store::{actor::Scope, ledgers};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{auth::Caller, openapi::core_types::core_bodies, problem::Problem, state::AppState};

core_bodies! {
    /// The national view.
    NationalView = Overview;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read);
}

/// What inspections found, asked, cost and changed
///
/// By kind of body and school year. It names no body and puts none in an
/// order; numbers of few inspections are suppressed as `c`, and so is whatever
/// would give them away (DR-34).
#[utoipa::path(
    tag = "oversight",
    responses((status = 200, body = NationalView)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/oversight")]
async fn read(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsRead)?;
    let thresholds = state.policy.disclosure.clone();
    let overview: Overview = state
        .store
        .read(move |connection| ledgers::oversight(connection, &thresholds))
        .await?;
    Ok(HttpResponse::Ok().json(overview))
}
