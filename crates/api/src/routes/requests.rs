//! Requests for evidence.

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::request::{Addressee, Basis, Material, Period, Request};
use group_inspection_store::{
    Error,
    actor::Scope,
    evidence::{self, KeptRequest},
    lifecycle,
    records::Held,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(ask)
        .service(list)
        .service(allow)
        .service(respond);
}

/// A request for evidence.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvidenceRequest)]
struct NewRequest {
    /// What the material is to show, in a sentence for those who are asked.
    purpose: String,
    /// On what basis it exists: `statutory`, `normal_business` or
    /// `made_for_inspection`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Basis>()))))]
    basis: Basis,
    /// What it is in the collect-once list.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Material>()))))]
    material: Material,
    /// Which of it exactly; needed for `other`.
    #[serde(default)]
    detail: Option<String>,
    /// Days it is to describe: `from` and `to`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Period>()))))]
    period: Period,
    /// Who is asked: `{"kind": "centre"}` or `{"kind": "school", "urn": …}`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Addressee>()))))]
    addressee: Addressee,
    /// Minutes it is expected to take them.
    expected_minutes: u32,
    /// Why it is asked for although it is held (DR-22).
    #[serde(default)]
    reason: Option<String>,
}

/// A request as made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvidenceRequest)]
struct RequestView {
    /// Identifier.
    id: Uuid,
    /// The request, who made it and when, what already answered it, and why it
    /// was made all the same.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<evidence::Asked>()))))]
    asked: evidence::Asked,
    /// What answered it.
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<evidence::Answer>>()))))]
    answer: Option<evidence::Answer>,
}

impl From<Held<KeptRequest>> for RequestView {
    fn from(held: Held<KeptRequest>) -> Self {
        Self {
            id: held.id,
            asked: held.value.asked,
            answer: held.value.answer,
        }
    }
}

/// Ask for evidence
///
/// By the lead, an inspector or an operations officer. What is held, published
/// or answered by an earlier request, in any inspection of the body, is not
/// asked for again unless a reason is given (DR-22). Caps on requests are
/// passed only with leave from somebody else.
#[utoipa::path(
    operation_id = "ask_for_evidence",
    tag = "evidence",
    request_body = NewRequest,
    responses((status = 201, body = RequestView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/evidence-requests")]
async fn ask(
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
        move |tx, new: NewRequest| {
            let made = tx.new_id();
            let asking = evidence::Asking {
                request: Request {
                    id: made,
                    purpose: new.purpose,
                    basis: new.basis,
                    material: new.material,
                    detail: new.detail,
                    period: new.period,
                    addressee: new.addressee,
                    expected_minutes: new.expected_minutes,
                },
                reason: new.reason,
            };
            evidence::ask(tx, id, asking)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/evidence-requests"),
                &one(tx, id, made)?,
            )?)
        },
    )
    .await
}

fn one(
    tx: &mut group_inspection_store::Tx<'_>,
    inspection: Uuid,
    id: Uuid,
) -> Result<RequestView, Error> {
    evidence::requests(tx.connection(), inspection)?
        .into_iter()
        .find(|held| held.id == id)
        .map(RequestView::from)
        .ok_or(Error::NotFound)
}

/// Requests of an inspection, in the order in which they were made
#[utoipa::path(
    tag = "evidence",
    params(PageQuery),
    responses((status = 200, body = paging::Page<RequestView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/evidence-requests")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let found = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            evidence::requests(connection, id)
        })
        .await?;
    let views: Vec<RequestView> = found.into_iter().map(RequestView::from).collect();
    paging::whole(&request, "evidence-requests", &query, views, |one| {
        one.id.to_string()
    })
}

/// Leave to make one request beyond a cap.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestLeave {
    /// Who may make it.
    asker: Uuid,
    /// Why.
    reason: String,
}

/// Leave as given.
#[derive(Debug, Serialize, ToSchema)]
struct RequestLeaveGiven {
    /// Identifier.
    id: Uuid,
}

/// Allow one request beyond a cap
///
/// By a quality assurer or a decision maker, for somebody else. The next
/// request of that person that needs it uses it up.
#[utoipa::path(
    operation_id = "give_request_leave",
    tag = "evidence",
    request_body = RequestLeave,
    responses((status = 201, body = RequestLeaveGiven)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/evidence-requests/leave")]
async fn allow(
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
        move |tx, leave: RequestLeave| {
            let mut fields = Fields::default();
            let reason = fields.line("/reason", &leave.reason, 1_000);
            fields.finish()?;
            let given = evidence::allow(tx, id, leave.asker, &reason)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/evidence-requests"),
                &RequestLeaveGiven { id: given },
            )?)
        },
    )
    .await
}

/// An answer to a request.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestAnswer {
    /// Items of evidence that answer it, submitted before.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    evidence: BTreeSet<Uuid>,
    /// What there is to say, or why there is nothing to send.
    #[serde(default)]
    remark: Option<String>,
}

/// Answer a request with evidence that was submitted
///
/// By the responsible body. What is sent counts as held from then on, for
/// this inspection and later ones.
#[utoipa::path(
    tag = "evidence",
    operation_id = "answer_evidence_request",
    request_body = RequestAnswer,
    responses((status = 201, body = RequestView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/evidence-requests/{request}/answer")]
async fn respond(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, asked) = place.into_inner();
    keyed::post(
        &state,
        &caller,
        &request,
        payload,
        move |tx, sent: RequestAnswer| {
            let mut fields = Fields::default();
            let remark = sent
                .remark
                .as_deref()
                .map(|remark| fields.line("/remark", remark, 1_000));
            fields.finish()?;
            evidence::answer(tx, id, asked, sent.evidence, remark)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/evidence-requests"),
                &one(tx, id, asked)?,
            )?)
        },
    )
    .await
}
