//! Urgent matters, outside every report (DR-33).

use std::collections::BTreeSet;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_core::{
    Urn,
    urgent::{Audience, Kind, Notice, UrgentMatter},
};
use group_inspection_store::{Error, actor::Scope, urgent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(raise).service(list);
}

/// What was noticed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewUrgentMatter {
    /// `safeguarding`, `allegation_against_staff`, `health_and_safety` or
    /// `public_money`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Kind>()))))]
    kind: Kind,
    /// What was noticed; names no pupil.
    summary: String,
    /// Schools concerned.
    #[serde(default)]
    #[schema(value_type = Vec<u32>)]
    schools: BTreeSet<Urn>,
    /// Whether it concerns leaders of the responsible body: then they are not
    /// told.
    concerns_body_leaders: bool,
    /// When it was noticed.
    noticed_at: DateTime<Utc>,
}

/// An urgent matter as raised.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UrgentMatter)]
struct UrgentMatterView {
    /// Identifier.
    id: Uuid,
    /// What was noticed.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Notice>()))))]
    notice: Notice,
    /// When it was raised.
    raised_at: DateTime<Utc>,
    /// Whether that was later than one working day.
    raised_late: bool,
    /// Who is to be told.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<Audience>>()))))]
    audience: BTreeSet<Audience>,
}

impl From<UrgentMatter> for UrgentMatterView {
    fn from(matter: UrgentMatter) -> Self {
        Self {
            id: matter.id,
            notice: matter.notice,
            raised_at: matter.raised_at,
            raised_late: matter.raised_late,
            audience: matter.audience,
        }
    }
}

/// Raise an urgent matter
///
/// By anybody who works on the inspection, in any state, within one working
/// day. It stands outside the report and is known to its audience alone.
#[utoipa::path(
    operation_id = "raise_urgent_matter",
    tag = "inspections",
    request_body = NewUrgentMatter,
    responses((status = 201, body = UrgentMatterView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/urgent-matters")]
async fn raise(
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
        move |tx, new: NewUrgentMatter| {
            let notice = Notice {
                kind: new.kind,
                summary: new.summary,
                schools: new.schools,
                concerns_body_leaders: new.concerns_body_leaders,
                noticed_at: new.noticed_at,
            };
            let raised = urgent::raise(tx, id, notice)?;
            let actor = tx.actor();
            let matter = urgent::list(tx.connection(), actor, id)?
                .into_iter()
                .find(|matter| matter.id == raised)
                .ok_or(Error::NotFound)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/urgent-matters"),
                &UrgentMatterView::from(matter),
            )?)
        },
    )
    .await
}

/// Urgent matters that the caller is told of
#[utoipa::path(
    tag = "inspections",
    params(PageQuery),
    responses((status = 200, body = paging::Page<UrgentMatterView>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/urgent-matters")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let found = state
        .store
        .read(move |connection| urgent::list(connection, &actor, id))
        .await?;
    let views: Vec<UrgentMatterView> = found.into_iter().map(UrgentMatterView::from).collect();
    paging::whole(&request, "urgent-matters", &query, views, |one| {
        one.id.to_string()
    })
}
