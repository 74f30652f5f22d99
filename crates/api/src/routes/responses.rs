//! The response of the group to its report.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::response::Draft;
use group_inspection_render::html;
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
    openapi::core_types::core_bodies,
    problem::Problem,
    routes::published,
    state::AppState,
};

core_bodies! {
    /// A response to be published.
    ResponseDraft = Draft;
}

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
    operation_id = "give_response",
    request_body(
        content = ResponseDraft,
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
///
/// As a page for those who ask for one by `Accept: text/html`; the page is
/// there, and says so, before there is a response.
#[utoipa::path(
    operation_id = "read_group_response",
    tag = "published",
    responses((
        status = 200,
        description = "The response.",
        content((PublishedResponse = "application/json"), (String = "text/html"))
    ))
)]
#[get("/reports/{id}/response")]
async fn read(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let report_id = id.into_inner();
    let (group_name, given) = state
        .store
        .read(move |connection| {
            // What is not public has no public response.
            let versions = reports::versions(connection, report_id)?;
            let newest = versions.last().ok_or(Error::NotFound)?;
            let given = editorial::published_response(connection, newest.inspection_id)?;
            Ok((newest.group_name.clone(), given))
        })
        .await?;
    if answer::wants_page(&request) {
        let response = given.as_ref().map(|(_, response)| response);
        let page = html::response(&state.site, report_id, &group_name, response);
        let mut answer = published::send_page(&request, 200, page);
        answer
            .headers_mut()
            .append(header::VARY, header::HeaderValue::from_static("accept"));
        return Ok(answer);
    }
    let (received_at, response) = given.ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, no-cache"))
        .insert_header((header::VARY, "accept"))
        .json(PublishedResponse {
            report_id,
            received_at,
            received_on: response.received_on,
            paragraphs: response.paragraphs,
        }))
}
