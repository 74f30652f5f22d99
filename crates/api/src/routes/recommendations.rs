//! What becomes of recommendations.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::NaiveDate;
use group_inspection_core::recommendation::{Step, Taken, Tracked};
use group_inspection_store::{Error, actor::Scope, editorial, lifecycle, records::Held};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    keyed,
    openapi::core_types::{core_bodies, of},
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

core_bodies! {
    /// A step, by its kind.
    RecommendationStep = Step;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(step);
}

/// A recommendation that is followed up.
#[derive(Debug, Serialize, ToSchema)]
struct FollowedRecommendation {
    /// Identifier.
    id: Uuid,
    /// Its number in the report.
    number: u32,
    /// Who is to act on it.
    owner: String,
    /// Until when.
    due: NaiveDate,
    /// `open`, `in_progress`, `evidence_submitted`, `met`, `not_met` or
    /// `superseded`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<group_inspection_core::recommendation::State>()))))]
    state: group_inspection_core::recommendation::State,
    /// Whether its day has passed without a decision.
    overdue: bool,
    /// Steps taken, oldest first.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Taken>>()))))]
    history: Vec<Taken>,
}

fn view(held: &Held<Tracked>, today: NaiveDate) -> FollowedRecommendation {
    let tracked = &held.value;
    FollowedRecommendation {
        id: held.id,
        number: tracked.number,
        owner: tracked.owner.clone(),
        due: tracked.due,
        state: tracked.state(),
        overdue: tracked.is_overdue(today),
        history: tracked.history().to_vec(),
    }
}

/// Recommendations that are followed up, in their order
#[utoipa::path(
    tag = "recommendations",
    params(PageQuery),
    responses((status = 200, body = paging::Page<FollowedRecommendation>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/recommendations")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, today) = (caller.actor().clone(), id.into_inner(), state.today());
    let tracked = state
        .store
        .read(move |connection| {
            lifecycle::load(connection, &actor, id)?;
            editorial::tracked(connection, id)
        })
        .await?;
    let views: Vec<FollowedRecommendation> = tracked.iter().map(|held| view(held, today)).collect();
    paging::whole(&request, "recommendations", &query, views, |one| {
        one.id.to_string()
    })
}

/// Take a step on a recommendation
///
/// The body begins (`begin`) and sends evidence (`submit_evidence`); an
/// inspector of the team decides (`return`, `meet`, `not_meet`, `supersede`).
/// "Met" needs evidence that was sent and a decision (DR-32).
#[utoipa::path(
    operation_id = "add_recommendation_step",
    tag = "recommendations",
    request_body(content = RecommendationStep, description = "The step: `kind` and its particulars."),
    responses((status = 201, body = FollowedRecommendation)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/recommendations/{recommendation}/steps")]
async fn step(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, recommendation) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<Step>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let today = state.today();
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        editorial::step(tx, id, recommendation, value.clone())?;
        let held = editorial::tracked(tx.connection(), id)?
            .into_iter()
            .find(|held| held.id == recommendation)
            .ok_or(Error::NotFound)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/recommendations"),
            &view(&held, today),
        )?)
    })
    .await
}
