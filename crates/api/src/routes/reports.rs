//! Reports before and after publication: compile, read the draft, publish,
//! withdraw.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use group_inspection_core::report::Report;
use group_inspection_render::json::report_json;
use group_inspection_store::{Error, Tx, actor::Scope, reports};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::core_bodies,
    problem::{Code, Problem},
    state::AppState,
};

use super::operations::Begun;

core_bodies! {
    /// A report, as `/schemas/report-1.json` describes it.
    ReportDocument = Report;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(compile)
        .service(draft)
        .service(publish)
        .service(withdraw);
}

async fn ask(
    caller: &Caller,
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
    work: impl Fn(&mut Tx<'_>) -> Result<Uuid, Error> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let sha256 = no_body(request, payload, state).await?;
    let keyed = keyed::keyed(request, caller, &sha256)?;
    keyed::respond_once(state, caller, keyed, move |tx| {
        let operation = work(tx)?;
        Ok(answer::accepted(operation, &Begun::new(operation))?)
    })
    .await
}

/// Nothing is asked for beyond the address: the body is empty or `{}`.
#[derive(Debug, Deserialize)]
struct Nothing {}

async fn no_body(
    request: &HttpRequest,
    payload: Payload,
    state: &AppState,
) -> Result<[u8; 32], Problem> {
    if request.headers().contains_key("content-type") {
        let sent = body::json::<Nothing>(request, payload, state.limits.json_bytes).await?;
        return Ok(sent.sha256);
    }
    if body::content_length(request).is_some_and(|length| length > 0) {
        return Err(Problem::new(Code::UnsupportedMediaType));
    }
    Ok(Sha256::digest([]).into())
}

/// Ask for the report to be compiled
///
/// While a compilation waits or runs, asking again answers with the same
/// operation. Once a report is public this makes the version that a correction
/// publishes: it is signed off (`sign_off`) and published (`correct`).
#[utoipa::path(
    operation_id = "compile_report",
    tag = "reports",
    responses((status = 202, body = Begun)),
    extensions(("x-required-scope" = json!("inspections:write")))
)]
#[post("/v1/inspections/{id}/compilations")]
async fn compile(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsWrite)?;
    let id = id.into_inner();
    ask(&caller, &state, &request, payload, move |tx| {
        reports::request_compilation(tx, id)
    })
    .await
}

/// The draft of the report, compiled and not yet published
#[utoipa::path(
    operation_id = "read_draft_report",
    tag = "reports",
    responses((
        status = 200,
        description = "The report, as described by /schemas/report-1.json.",
        body = ReportDocument
    )),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/report")]
async fn draft(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let report = state
        .store
        .read(move |connection| reports::draft(connection, &actor, id, now))
        .await?;
    let json = report_json(&report).map_err(Problem::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(json))
}

/// Ask for the draft to be published
#[utoipa::path(
    operation_id = "publish_report",
    tag = "reports",
    responses((status = 202, body = Begun)),
    extensions(("x-required-scope" = json!("reports:publish")))
)]
#[post("/v1/inspections/{id}/publications")]
async fn publish(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::ReportsPublish)?;
    let id = id.into_inner();
    ask(&caller, &state, &request, payload, move |tx| {
        reports::request_publication(tx, id)
    })
    .await
}

/// Why a version is withdrawn.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewWithdrawal)]
struct NewWithdrawalView {
    /// Reason, for the public.
    reason: String,
}

/// A version that was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
struct Withdrawal {
    /// Report.
    report_id: Uuid,
    /// Version.
    version: u32,
    /// Reason, as shown to the public.
    reason: String,
}

/// Withdraw a published version
///
/// A page with the reason stays where the version was.
#[utoipa::path(
    operation_id = "withdraw_report",
    tag = "reports",
    request_body = NewWithdrawalView,
    responses((status = 201, body = Withdrawal)),
    extensions(("x-required-scope" = json!("reports:publish")))
)]
#[post("/v1/reports/{id}/versions/{version}/withdrawal")]
async fn withdraw(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, u32)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    // Published reports are public, so 403 gives nothing away.
    caller.require(Scope::ReportsPublish)?;
    let (id, version) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewWithdrawalView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    let reason = fields.line("/reason", &value.reason, 1_000);
    fields.finish()?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let versions = reports::versions(tx.connection(), id)?;
        let of_caller = versions
            .iter()
            .any(|held| held.version == version && tx.actor().sees(held.body_id));
        if !of_caller {
            return Err(Error::NotFound.into());
        }
        reports::withdraw(tx, id, version, &reason)?;
        Ok(answer::created(
            format!("/reports/{id}/v{version}"),
            &Withdrawal {
                report_id: id,
                version,
                reason: reason.clone(),
            },
        )?)
    })
    .await
}
