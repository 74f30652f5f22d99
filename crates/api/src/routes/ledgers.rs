//! What an inspection took and what it gave.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path, Payload},
};
use group_inspection_core::{
    burden::{Measures, Passed},
    value::{Novelty, Recorded},
};
use group_inspection_store::{
    actor::Scope,
    ledgers::{self, Entry},
    lifecycle,
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
    /// An entry, by its kind.
    BurdenEntry = Entry;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(enter)
        .service(burden)
        .service(value)
        .service(state_novelty)
        .service(state_cost);
}

/// An entry as made.
#[derive(Debug, Serialize, ToSchema)]
struct BurdenEntryMade {
    /// Identifier.
    id: Uuid,
}

/// Enter what the inspection took
///
/// `kind` is `leader_time` (by the responsible body: `role`, `people`,
/// `minutes` of each), `meeting` (by the team: `attendees`, `minutes`),
/// `fieldwork` (by whoever did it: `on`), `contact` (by the team: `school`,
/// `on`) or `travel` (by an operations officer: `pence`). A contact beyond
/// what a school may be asked to bear is refused.
#[utoipa::path(
    tag = "ledgers",
    request_body(content = BurdenEntry, description = "The entry: `kind` and its particulars."),
    responses((status = 201, body = BurdenEntryMade)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/burden-entries")]
async fn enter(
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
        move |tx, entry: Entry| {
            let made = ledgers::enter(tx, id, entry)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/burden"),
                &BurdenEntryMade { id: made },
            )?)
        },
    )
    .await
}

/// Burden in figures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Burden)]
struct BurdenView {
    /// Measures; `null` says that nothing was recorded.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Measures>()))))]
    measures: Measures,
    /// Caps they pass.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<Passed>>()))))]
    passed: BTreeSet<Passed>,
}

/// What the inspection took so far
#[utoipa::path(
    operation_id = "read_burden",
    tag = "ledgers",
    responses((status = 200, body = BurdenView)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/burden")]
async fn burden(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let (measures, passed) = state
        .store
        .read(move |connection| ledgers::burden(connection, &actor, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(BurdenView { measures, passed }))
}

/// What was recorded of value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectionValue)]
struct ValueView {
    #[serde(flatten)]
    #[schema(value_type = serde_json::Value)]
    recorded: Recorded,
    /// Revisions of what can be changed, for `If-Match`; 0 where nothing is
    /// recorded.
    revisions: ValueRevisions,
}

/// Revisions of what can be changed.
#[derive(Debug, Serialize, ToSchema)]
struct ValueRevisions {
    /// Of what the group says of key patterns.
    pattern_novelty: i64,
    /// Of the cost.
    cost: i64,
}

/// What was recorded of the value of the inspection
#[utoipa::path(
    operation_id = "read_value",
    tag = "ledgers",
    responses((status = 200, body = ValueView)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/value")]
async fn value(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let view = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            let (pattern_novelty, cost) = ledgers::value_revisions(connection, id)?;
            Ok(ValueView {
                recorded: ledgers::since(connection, id)?,
                revisions: ValueRevisions {
                    pattern_novelty,
                    cost,
                },
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// What the group says of the key patterns.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PatternNovelty {
    /// By identifier of a pattern's statement: `new`, `partly_new` or
    /// `not_new`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeMap<String, Novelty>>()))))]
    patterns: BTreeMap<String, Novelty>,
}

/// Say which key patterns were new to the group
///
/// By a leader of the responsible body. That none was new is as good an answer
/// as any.
#[utoipa::path(
    operation_id = "state_pattern_novelty",
    tag = "ledgers",
    request_body = PatternNovelty,
    responses((status = 204, description = "Kept.", headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[put("/v1/inspections/{id}/pattern-novelty")]
async fn state_novelty(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let revision = if_match(&request)?;
    let Sent { value: sent, .. } =
        body::json::<PatternNovelty>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    fields.count("/patterns", sent.patterns.len(), 1, 100);
    fields.finish()?;
    let revision = keyed::write(&state, &caller, move |tx| {
        Ok(ledgers::novelty(tx, id, revision, sent.patterns.clone())?)
    })
    .await?;
    Ok(HttpResponse::NoContent()
        .insert_header(etag(revision))
        .finish())
}

/// What the inspection cost.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InspectionCost {
    /// Pence.
    pence: u64,
}

/// Record what the inspection cost the inspectorate
#[utoipa::path(
    tag = "ledgers",
    request_body = InspectionCost,
    responses((status = 204, description = "Kept.", headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[put("/v1/inspections/{id}/cost")]
async fn state_cost(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let revision = if_match(&request)?;
    let Sent { value: sent, .. } =
        body::json::<InspectionCost>(&request, payload, state.limits.json_bytes).await?;
    let revision = keyed::write(&state, &caller, move |tx| {
        Ok(ledgers::cost(tx, id, revision, sent.pence)?)
    })
    .await?;
    Ok(HttpResponse::NoContent()
        .insert_header(etag(revision))
        .finish())
}
