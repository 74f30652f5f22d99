//! The response of the group to its report.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::response::Draft;
use group_inspection_store::{Error, actor::Scope, editorial, reports};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    keyed,
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(respond).service(read);
}

/// A word of a response that a report would not use.
#[derive(Debug, Serialize, ToSchema)]
struct ResponseRemark {
    /// The words.
    found: String,
    /// Why a report would not use them.
    why: &'static str,
}

/// What came of a response.
#[derive(Debug, Serialize, ToSchema)]
struct ResponseTaken {
    /// Words that a report would not use; the response is published as it is.
    remarks: Vec<ResponseRemark>,
}

/// Publish the response of the group
///
/// By a leader of the body, once, within the window after publication. It
/// addresses every recommendation by its number and names nobody (DR-31). The
/// report itself is not changed by it.
#[utoipa::path(
    tag = "reports",
    request_body(
        content = serde_json::Value,
        description = "`paragraphs`, and `answers`: by the number of each recommendation either \
                       `{\"intent\": \"act\", \"steps\": …}` or `{\"intent\": \"do_not_act\", \"reason\": …}`."
    ),
    responses((status = 201, body = ResponseTaken)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/response")]
async fn respond(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<Draft>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let remarks = editorial::respond(tx, id, value.clone())?
            .into_iter()
            .map(|term| ResponseRemark {
                found: term.found,
                why: term.why,
            })
            .collect();
        let report = reports::of_inspection(tx.connection(), id)?;
        Ok(answer::created(
            format!("/reports/{report}/response"),
            &ResponseTaken { remarks },
        )?)
    })
    .await
}

/// The response of a group, as published.
#[derive(Debug, Serialize, ToSchema)]
struct PublishedResponse {
    /// Report it answers.
    report_id: Uuid,
    /// When it was given.
    received_at: DateTime<Utc>,
    /// The day in England.
    received_on: NaiveDate,
    /// Paragraphs, the answers to recommendations last.
    paragraphs: Vec<String>,
}

/// The response of the group to a report, in its own words
#[utoipa::path(
    tag = "published",
    responses((status = 200, body = PublishedResponse))
)]
#[get("/reports/{id}/response")]
async fn read(state: Data<AppState>, id: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let report_id = id.into_inner();
    let (received_at, response) = state
        .store
        .read(move |connection| {
            // What is not public has no public response.
            let inspection = reports::versions(connection, report_id)?
                .first()
                .map(|version| version.inspection_id)
                .ok_or(Error::NotFound)?;
            editorial::published_response(connection, inspection)?.ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "public, max-age=60"))
        .json(PublishedResponse {
            report_id,
            received_at,
            received_on: response.received_on,
            paragraphs: response.paragraphs,
        }))
}
