//! The sample of schools, the batch stage and what is held centrally.

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path, Payload},
};
use group_inspection_core::sampling::{Batch, Holding, Plan, Term};
use group_inspection_store::{
    Error,
    actor::Scope,
    lifecycle,
    sample::{self, Terms},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{bodies::etag, members::if_match};
use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::{core_bodies, of},
    problem::Problem,
    state::AppState,
};

core_bodies! {
    /// The sample, and why it is as it is.
    SamplePlan = Plan;
    /// The batch stage.
    BatchStage = Batch;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read_terms)
        .service(replace_terms)
        .service(draw)
        .service(read_plan)
        .service(read_batch)
        .service(read_central)
        .service(replace_central);
}

/// The school terms.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SchoolTerms {
    /// Terms: `name`, `first` and `last` day.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Term>>()))))]
    terms: Vec<Term>,
}

/// School terms, oldest first
#[utoipa::path(
    operation_id = "read_school_terms",
    tag = "samples",
    responses((status = 200, body = SchoolTerms, headers(("ETag" = String, description = "The revision; 0 before there is one.")))),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/school-terms")]
async fn read_terms(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let (Terms(terms), revision) = state.store.read(sample::terms).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(SchoolTerms { terms }))
}

/// Replace the school terms
///
/// By an operations officer. The batch stage of an inspection counts the
/// school inspections of the last two terms before fieldwork.
#[utoipa::path(
    operation_id = "replace_school_terms",
    tag = "samples",
    params(("If-Match" = String, Header, description = "ETag of the terms as read.")),
    request_body = SchoolTerms,
    responses((status = 200, body = SchoolTerms, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[put("/v1/school-terms")]
async fn replace_terms(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsAct)?;
    caller.unlimited()?;
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<SchoolTerms>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    fields.count("/terms", value.terms.len(), 1, 200);
    fields.finish()?;
    let (terms, revision) = keyed::write(&state, &caller, move |tx| {
        let revision = sample::set_terms(tx, revision, value.terms.clone())?;
        let (Terms(terms), _) = sample::terms(tx.connection())?;
        Ok((terms, revision))
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(SchoolTerms { terms }))
}

/// A sample to be drawn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSample {
    /// Schools wanted.
    wanted: u32,
    /// Seed; without one it is made, and named in the plan.
    #[serde(default)]
    seed: Option<String>,
    /// Why it is drawn again, if it is.
    #[serde(default)]
    reason: Option<String>,
}

/// Draw the sample of member schools
///
/// Stratified by phase, time in the group, size and place. The plan says why
/// each school was chosen and why others could not be; the same seed draws the
/// same sample.
#[utoipa::path(
    operation_id = "draw_sample",
    tag = "samples",
    request_body = NewSample,
    responses((status = 201, body = SamplePlan)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/sample")]
async fn draw(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    keyed::post(
        &state,
        &caller,
        &request,
        payload,
        move |tx, new: NewSample| {
            let mut fields = Fields::default();
            let seed = new
                .seed
                .as_deref()
                .map(|seed| fields.line("/seed", seed, 200));
            let reason = new
                .reason
                .as_deref()
                .map(|reason| fields.line("/reason", reason, 1_000));
            fields.finish()?;
            sample::draw(tx, id, new.wanted, seed, reason.as_deref())?;
            let drawn: Plan = sample::plan(tx.connection(), id)?.ok_or(Error::NotFound)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/sample"),
                &drawn,
            )?)
        },
    )
    .await
}

/// The sample of member schools
#[utoipa::path(
    operation_id = "read_sample",
    tag = "samples",
    responses((status = 200, body = SamplePlan)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/sample")]
async fn read_plan(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let plan = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            sample::plan(connection, id)?.ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Ok().json(plan))
}

/// School inspections that feed the group inspection
///
/// Those of the last terms before fieldwork whose reports are published, and
/// why others do not count.
#[utoipa::path(
    operation_id = "read_batch_stage",
    tag = "samples",
    responses((status = 200, body = BatchStage)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/batch")]
async fn read_batch(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let batch: Batch = state
        .store
        .read(move |connection| sample::batch(connection, &actor, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(batch))
}

/// Who holds which function of the group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewCentralFunctions {
    /// Holdings: `function`, `held_by` (`centre`, `schools`, `shared`) and at
    /// least one identifier in `evidence`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Holding>>()))))]
    holdings: Vec<Holding>,
}

/// Who holds which function of the group, and of which nothing is recorded.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct CentralFunctions {
    /// Holdings: `function`, `held_by` (`centre`, `schools`, `shared`) and at
    /// least one identifier in `evidence`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Holding>>()))))]
    holdings: Vec<Holding>,
    /// Functions of which nothing is recorded.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<group_inspection_core::sampling::Function>>()))))]
    not_recorded: BTreeSet<group_inspection_core::sampling::Function>,
}

fn functions(central: &group_inspection_core::sampling::Central) -> CentralFunctions {
    CentralFunctions {
        holdings: central.holdings().cloned().collect(),
        not_recorded: central.not_recorded().into_iter().collect(),
    }
}

/// What is held centrally and what by schools
#[utoipa::path(
    operation_id = "read_central_functions",
    tag = "samples",
    responses((status = 200, body = CentralFunctions, headers(("ETag" = String, description = "Its revision.")))),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/central-functions")]
async fn read_central(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let (central, revision) = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            Ok((
                sample::central(connection, id)?,
                sample::central_revision(connection, id)?,
            ))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(functions(&central)))
}

/// Record what is held centrally and what by schools
///
/// By the lead or an inspector of the team. It says who does what, never how
/// well; each holding rests on evidence.
#[utoipa::path(
    operation_id = "replace_central_functions",
    tag = "samples",
    request_body = NewCentralFunctions,
    responses((status = 200, body = CentralFunctions, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[put("/v1/inspections/{id}/central-functions")]
async fn replace_central(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<NewCentralFunctions>(&request, payload, state.limits.json_bytes).await?;
    let (central, revision) = keyed::write(&state, &caller, move |tx| {
        let revision = sample::set_central(tx, id, revision, value.holdings.clone())?;
        Ok((sample::central(tx.connection(), id)?, revision))
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(functions(&central)))
}
