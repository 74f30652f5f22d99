//! The life of an inspection: actions, history and clocks.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_core::{
    framework::Frameworks,
    inspection::{Action, Allowed, Clock, Overdue, Role},
};
use group_inspection_store::{
    actor::Scope,
    lifecycle::{self, Kept},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::members::if_match;
use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::{core_bodies, of},
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

core_bodies! {
    /// An action with its particulars.
    InspectionAction = Action;
    /// A clock that ran out.
    OverdueClock = Overdue;
    /// Frameworks in force.
    FrameworksInForce = Frameworks;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(act)
        .service(actions)
        .service(history)
        .service(list_clocks)
        .service(overdue)
        .service(appoint)
        .service(frameworks);
}

/// What came of an action.
#[derive(Debug, Serialize, ToSchema)]
struct Acted {
    /// Place of the action in the history; absent while a job is still to
    /// carry it out.
    position: Option<i32>,
    /// State of the inspection now.
    state: String,
    /// The operation to follow, if a job carries the action out.
    operation_id: Option<Uuid>,
}

/// Take an action on an inspection
///
/// The body is `{"action": "notify", ...}` with the particulars of the action,
/// as `/schemas/action-1.json` describes them. The role of the key decides
/// which actions it may take; `GET` on this address lists them. A refusal
/// names the rule that stands in the way. `compile`, `publish` and `correct`
/// are carried out by a job: the answer is 202 with the operation to follow.
#[utoipa::path(
    operation_id = "take_action",
    tag = "inspections",
    request_body(content = InspectionAction, description = "The action, as described by /schemas/action-1.json."),
    responses(
        (status = 201, description = "The action was taken.", body = Acted),
        (status = 202, description = "A job carries the action out.", body = Acted),
    ),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/actions")]
async fn act(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<Action>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let acted = lifecycle::act(tx, id, value.clone())?;
        let view = Acted {
            position: acted.position,
            state: acted.state.code().to_owned(),
            operation_id: acted.operation,
        };
        Ok(match acted.operation {
            Some(operation) => answer::accepted(operation, &view)?,
            None => answer::created(format!("/v1/inspections/{id}/events"), &view)?,
        })
    })
    .await
}

/// An action, and whether the caller may take it now.
#[derive(Debug, Serialize, ToSchema)]
struct AllowedAction {
    /// Its code.
    action: &'static str,
    /// Why it is there and for whom.
    why: &'static str,
    /// Whether it may be taken now, its particulars aside.
    possible: bool,
    /// What stands in the way.
    refusal: Option<ActionRefusal>,
}

/// What stands in the way of an action.
#[derive(Debug, Serialize, ToSchema)]
struct ActionRefusal {
    /// Stable code.
    code: &'static str,
    /// Rule that refuses.
    rule: &'static str,
    /// In words.
    detail: String,
}

impl From<Allowed> for AllowedAction {
    fn from(allowed: Allowed) -> Self {
        Self {
            action: allowed.action.code(),
            why: allowed.why,
            possible: allowed.refusal.is_none(),
            refusal: allowed.refusal.map(|refusal| ActionRefusal {
                code: refusal.code(),
                rule: refusal.rule(),
                detail: refusal.to_string(),
            }),
        }
    }
}

/// Actions for the role of the caller, and what stands in the way of each
#[utoipa::path(
    operation_id = "list_allowed_actions",
    tag = "inspections",
    params(PageQuery),
    responses((status = 200, body = paging::Page<AllowedAction>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/actions")]
async fn actions(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let allowed: Vec<AllowedAction> = state
        .store
        .read(move |connection| lifecycle::allowed(connection, &actor, id, now))
        .await?
        .into_iter()
        .map(AllowedAction::from)
        .collect();
    paging::whole(&request, "allowed-actions", &query, allowed, |one| {
        one.action.to_owned()
    })
}

/// Something that happened to an inspection.
#[derive(Debug, Serialize, ToSchema)]
struct EventView {
    /// Its place, from 1.
    position: i32,
    /// When.
    at: DateTime<Utc>,
    /// In which role.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Role>()))))]
    role: Role,
    /// By whom: the person, or the key of a system.
    by: Uuid,
    /// What, with its particulars.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Action>()))))]
    action: Action,
}

impl From<Kept> for EventView {
    fn from(kept: Kept) -> Self {
        Self {
            position: kept.position,
            at: kept.event.at,
            role: kept.event.by.role,
            by: kept.event.by.id,
            action: kept.event.action,
        }
    }
}

/// What happened to an inspection, oldest first
#[utoipa::path(
    operation_id = "list_events",
    tag = "inspections",
    params(PageQuery),
    responses((status = 200, body = paging::Page<EventView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/events")]
async fn history(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let events: Vec<EventView> = state
        .store
        .read(move |connection| lifecycle::history_for(connection, &actor, id))
        .await?
        .into_iter()
        .map(EventView::from)
        .collect();
    paging::whole(&request, "events", &query, events, |one| {
        one.position.to_string()
    })
}

/// A clock of an inspection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clock)]
struct ClockView {
    /// What it measures, when it started, when it falls due, when it stood
    /// still and how it stands.
    #[serde(flatten)]
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Clock>()))))]
    clock: Clock,
}

impl ClockView {
    /// Tells it from the other clocks of the inspection.
    fn name(&self) -> String {
        let Clock {
            kind,
            subject,
            started,
            ..
        } = &self.clock;
        format!("{kind:?} {subject:?} {started}")
    }
}

/// The clocks of an inspection as they stand
///
/// Working days are those of England without the bank holidays imported. A
/// hold stops every clock.
#[utoipa::path(
    tag = "inspections",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ClockView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/clocks")]
async fn list_clocks(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let clocks: Vec<ClockView> = state
        .store
        .read(move |connection| lifecycle::clocks(connection, &actor, id, now))
        .await?
        .into_iter()
        .map(|clock| ClockView { clock })
        .collect();
    paging::whole(&request, "clocks", &query, clocks, ClockView::name)
}

/// What is overdue in inspections the caller may know of, longest first
///
/// The same is found by a job every hour, which tells the body what is for it
/// to know.
#[utoipa::path(
    operation_id = "list_overdue_clocks",
    tag = "inspections",
    params(PageQuery),
    responses((status = 200, body = paging::Page<OverdueClock>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/overdue")]
async fn overdue(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsRead)?;
    let (actor, now) = (caller.actor().clone(), state.now());
    let found = state
        .store
        .read(move |connection| lifecycle::overdue(connection, &actor, now))
        .await?;
    paging::whole(&request, "overdue", &query, found, |one| one.key.clone())
}

/// Who writes the report.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct AuthorAppointment {
    /// The person.
    person_id: Uuid,
    /// Why this person, or why another one now.
    reason: String,
}

/// Appoint the writer of the report
///
/// Who writes it neither leads the inspection nor assures its quality (DR-27).
/// `If-Match` names the revision of the inspection.
#[utoipa::path(
    operation_id = "appoint_author",
    tag = "inspections",
    request_body = AuthorAppointment,
    responses((status = 204)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[put("/v1/inspections/{id}/author")]
async fn appoint(
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
        body::json::<AuthorAppointment>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    let reason = fields.line("/reason", &value.reason, 1_000);
    fields.finish()?;
    keyed::write(&state, &caller, move |tx| {
        Ok(lifecycle::appoint_author(
            tx,
            id,
            Some(revision),
            value.person_id,
            &reason,
        )?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Frameworks that inspections may take place under
#[utoipa::path(
    operation_id = "read_frameworks",
    tag = "inspections",
    responses((status = 200, body = FrameworksInForce)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/frameworks")]
async fn frameworks(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsRead)?;
    Ok(HttpResponse::Ok().json(&*state.frameworks))
}
