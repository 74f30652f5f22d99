//! The check of factual accuracy: the body's points on the draft.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, Utc};
use group_inspection_core::factual_accuracy::{Decision, Place, Point, Reply};
use group_inspection_store::{Error, actor::Scope, editorial, lifecycle};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    keyed,
    openapi::core_types::of,
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(read)
        .service(make_point)
        .service(answer_point);
}

/// The body's points on a draft, each with its reply.
#[derive(Debug, Serialize, ToSchema)]
struct FactualAccuracy {
    /// Version of the report that the body has.
    draft_version: u32,
    /// End of the window.
    due: DateTime<Utc>,
    /// Points, in the order in which they were made.
    points: Vec<PointView>,
}

/// A point on the draft.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FactualPoint)]
struct PointView {
    /// The point: `id`, `place`, `quote`, `claim` and `evidence`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Point>()))))]
    point: Point,
    /// The reply, once given: `decision`, `reason`, `author` and `at`.
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Reply>>()))))]
    reply: Option<Reply>,
}

/// The body's points on the draft, with the replies
#[utoipa::path(
    tag = "factual-accuracy",
    responses((status = 200, body = FactualAccuracy)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/factual-accuracy")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let check = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            editorial::check_of(connection, id)
        })
        .await?
        .value
        .0;
    Ok(HttpResponse::Ok().json(FactualAccuracy {
        draft_version: check.draft_version(),
        due: check.due(),
        points: check
            .points()
            .map(|(point, reply)| PointView {
                point: point.clone(),
                reply: reply.cloned(),
            })
            .collect(),
    }))
}

/// A point to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewFactualPoint {
    /// Where in the draft: `{"block": id}` or `{"field": pointer}`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Place>()))))]
    place: Place,
    /// Words of the draft that the point is about.
    quote: String,
    /// What is right instead, and why.
    claim: String,
    /// Identifiers of evidence held for the inspection that shows it.
    #[serde(default)]
    evidence: Vec<Uuid>,
}

/// Make a point on the draft
///
/// By the body, within the window (DR-24).
#[utoipa::path(
    operation_id = "make_factual_point",
    tag = "factual-accuracy",
    request_body = NewFactualPoint,
    responses((status = 201, body = PointView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/factual-accuracy/points")]
async fn make_point(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewFactualPoint>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let NewFactualPoint {
            place,
            quote,
            claim,
            evidence,
        } = value.clone();
        let point = Point {
            id: tx.new_id(),
            place,
            quote,
            claim,
            evidence,
        };
        editorial::add_point(tx, id, point.clone())?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/factual-accuracy"),
            &PointView { point, reply: None },
        )?)
    })
    .await
}

/// A reply to a point.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewFactualReply {
    /// `accepted`, `partly` or `rejected`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Decision>()))))]
    decision: Decision,
    /// Why.
    reason: String,
}

/// Reply to a point of the body
///
/// By an inspector of the team; once. What is accepted needs a new version of
/// the report before it can be published (DR-24).
#[utoipa::path(
    operation_id = "reply_to_factual_point",
    tag = "factual-accuracy",
    request_body = NewFactualReply,
    responses((status = 201, body = PointView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/factual-accuracy/points/{point}/reply")]
async fn answer_point(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, point) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewFactualReply>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let reply = Reply {
            decision: value.decision,
            reason: value.reason.clone(),
            author: Uuid::nil(),
            at: tx.now(),
        };
        editorial::answer_point(tx, id, point, reply)?;
        let check = editorial::check_of(tx.connection(), id)?.value.0;
        let view = check
            .points()
            .find(|(made, _)| made.id == point)
            .map(|(made, reply)| PointView {
                point: made.clone(),
                reply: reply.cloned(),
            })
            .ok_or(Error::NotFound)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/factual-accuracy"),
            &view,
        )?)
    })
    .await
}
