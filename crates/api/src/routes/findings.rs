//! Findings of inspectors.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::{
    finding::{Content, Finding, Reason, Revision},
    inspection::Role,
};
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
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(state_finding).service(list).service(change);
}

/// A finding to be stated.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewFinding)]
struct NewFindingView {
    /// What it says and rests on: `section`, `theme`, `bearing`, `statement`,
    /// `schools` and at least one identifier in `evidence`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Content>()))))]
    content: Content,
    /// Why it is new after the body has heard provisional feedback: `text`
    /// and the identifier of the `evidence` (DR-25).
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Reason>>()))))]
    reason: Option<Reason>,
}

/// A finding with all its revisions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
struct FindingView {
    /// Identifier.
    id: Uuid,
    /// Whether it was withdrawn.
    withdrawn: bool,
    /// Revisions, oldest first.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Revision>>()))))]
    revisions: Vec<Revision>,
}

impl From<&Finding> for FindingView {
    fn from(finding: &Finding) -> Self {
        Self {
            id: finding.id(),
            withdrawn: finding.current().withdrawn,
            revisions: finding.history().cloned().collect(),
        }
    }
}

/// State a finding
///
/// By the lead, an inspector or a practitioner of the team. It rests on
/// evidence held for the inspection (DR-11) and passes the language guard
/// (DR-03). After provisional feedback it needs a reason and evidence (DR-25).
#[utoipa::path(
    tag = "findings",
    request_body = NewFindingView,
    responses((status = 201, body = FindingView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/findings")]
async fn state_finding(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewFindingView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let finding = tx.new_id();
        let NewFindingView { content, reason } = value.clone();
        editorial::state(tx, id, finding, content, reason)?;
        let stated = one(&editorial::list(tx.connection(), id)?, finding)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/findings"),
            &stated,
        )?)
    })
    .await
}

fn one(findings: &[Finding], id: Uuid) -> Result<FindingView, Error> {
    findings
        .iter()
        .find(|finding| finding.id() == id)
        .map(FindingView::from)
        .ok_or(Error::NotFound)
}

/// Findings of an inspection, with every revision
///
/// For the inspectorate alone: the body hears them as feedback and reads them
/// in the draft.
#[utoipa::path(
    tag = "findings",
    params(PageQuery),
    responses((status = 200, body = paging::Page<FindingView>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/findings")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let findings = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            let reads = matches!(
                actor.role(),
                Some(
                    Role::LeadInspector
                        | Role::Inspector
                        | Role::Practitioner
                        | Role::QualityAssurer
                        | Role::DecisionMaker
                        | Role::System
                )
            );
            if !reads {
                return Err(Error::NotFound);
            }
            editorial::list(connection, id)
        })
        .await?;
    let views: Vec<FindingView> = findings.iter().map(FindingView::from).collect();
    paging::whole(&request, "findings", &query, views, |one| {
        one.id.to_string()
    })
}

/// A change of a finding.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct FindingChange {
    /// What it says now; without it the finding is withdrawn.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Content>>()))))]
    content: Option<Content>,
    /// Why: `text` and the identifier of the `evidence`. Needed for a change
    /// of meaning after provisional feedback (DR-25).
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Reason>>()))))]
    reason: Option<Reason>,
}

/// Change or withdraw a finding
#[utoipa::path(
    tag = "findings",
    request_body = FindingChange,
    responses((status = 201, body = FindingView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/findings/{finding}/revisions")]
async fn change(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, finding) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<FindingChange>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let FindingChange { content, reason } = value.clone();
        editorial::change(tx, id, finding, content, reason)?;
        let changed = one(&editorial::list(tx.connection(), id)?, finding)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/findings"),
            &changed,
        )?)
    })
    .await
}
