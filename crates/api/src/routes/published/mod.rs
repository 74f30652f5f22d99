//! What anyone may read, without a key: pages, copies, the feed.

mod copies;
mod downloads;
mod early;
mod listing;
mod pages;
mod shelf;
mod site;

pub(crate) use shelf::Shelf;

use actix_web::{
    HttpRequest, HttpResponse, Resource, get,
    http::header::{self, HeaderValue},
    web::{self, Data, Path, Query},
};
use bytes::Bytes;
use group_inspection_render::html;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{problem::Problem, routes::reports::ReportDocument, state::AppState};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    site::configure(config);
    downloads::configure(config);
    config
        .service(home)
        .service(latest)
        .service(one_version)
        .service(early::early_copy)
        .service(copy)
        .service(changes)
        .service(feed);
}

/// Pages and lists that may change: kept, but asked for again by their hash, so
/// that a correction shows at once.
const BRIEFLY: &str = "public, no-cache";
/// Copies never change, but one that is withdrawn should not linger.
const FOR_A_DAY: &str = "public, max-age=86400, immutable";
/// Content whose address changes with it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Sends `bytes`, or 304 if the caller has them.
pub(super) fn send(
    request: &HttpRequest,
    status: u16,
    media: &str,
    sha256: &str,
    caching: &'static str,
    bytes: impl Into<Bytes>,
) -> HttpResponse {
    let tag = format!("\"{sha256}\"");
    let held = status == 200
        && request
            .headers()
            .get_all(header::IF_NONE_MATCH)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().trim_start_matches("W/"))
            .any(|value| value == "*" || value == tag);
    let mut response = if held {
        HttpResponse::NotModified()
    } else {
        HttpResponse::build(
            actix_web::http::StatusCode::from_u16(status)
                .unwrap_or(actix_web::http::StatusCode::OK),
        )
    };
    response.insert_header((header::ETAG, tag));
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(caching)));
    if held {
        return response.finish();
    }
    response.content_type(media).body(bytes.into())
}

pub(super) fn send_page(request: &HttpRequest, status: u16, page: String) -> HttpResponse {
    let sha256 = hex::encode(Sha256::digest(page.as_bytes()));
    send(
        request,
        status,
        "text/html; charset=utf-8",
        &sha256,
        BRIEFLY,
        page.into_bytes(),
    )
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Where the page begins.
    cursor: Option<String>,
}

/// The newest publications, as a page
#[utoipa::path(
    operation_id = "show_home",
    tag = "published",
    params(PageQuery),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/")]
async fn home(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = listing::home(&state, query.cursor.as_deref()).await?;
    Ok(send_page(&request, 200, page))
}

/// The page at `place`, from the shelf if it was read a moment ago.
async fn shown(
    state: &AppState,
    request: &HttpRequest,
    place: shelf::Place,
) -> Result<HttpResponse, Problem> {
    let before = match state.shelf.find(&place, state.limits.page_trust) {
        Ok(held) => return Ok(held.send(request)),
        Err(before) => before,
    };
    let held = pages::page(state, place.0, place.1).await?.held();
    let most = state.limits.page_bytes;
    state.shelf.keep(before, place, &held, most);
    Ok(held.send(request))
}

/// The newest version of a report, as a page
#[utoipa::path(
    operation_id = "show_report",
    tag = "published",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 410, description = "It was withdrawn; the page says why.", body = String, content_type = "text/html")
    )
)]
#[get("/reports/{id}")]
async fn latest(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    shown(&state, &request, (id.into_inner(), None)).await
}

/// One version of a report, as a page
///
/// The page says so if the version was replaced or withdrawn.
#[utoipa::path(
    operation_id = "show_report_version",
    tag = "published",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 410, description = "It was withdrawn; the page says why.", body = String, content_type = "text/html")
    )
)]
#[get("/reports/{id}/v{version}")]
async fn one_version(
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, u32)>,
) -> Result<HttpResponse, Problem> {
    let (id, version) = place.into_inner();
    shown(&state, &request, (id, Some(version))).await
}

/// What changed in a version since the one published before it, as a page
#[utoipa::path(
    operation_id = "show_report_changes",
    tag = "published",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 410, description = "It was withdrawn; the page says why.", body = String, content_type = "text/html")
    )
)]
#[get("/reports/{id}/v{version}/changes")]
async fn changes(
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, u32)>,
) -> Result<HttpResponse, Problem> {
    let (id, version) = place.into_inner();
    let page = pages::changes(&state, id, version).await?;
    Ok(page.held().send(&request))
}

/// A copy of one version: `pdf`, `json` or `txt`
///
/// The bytes of a copy never change; their SHA-256 is the ETag.
#[utoipa::path(
    operation_id = "read_report_copy",
    tag = "published",
    responses((
        status = 200,
        description = "The copy.",
        content(
            (ReportDocument = "application/json"),
            (Vec<u8> = "application/pdf"),
            (String = "text/plain")
        )
    ))
)]
#[get("/reports/{id}/v{version}/report.{extension}")]
async fn copy(
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, u32, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, version, extension) = place.into_inner();
    copies::copy(&state, &request, id, version, &extension).await
}

/// The feed of publications (Atom)
#[utoipa::path(
    operation_id = "read_feed",
    tag = "published",
    params(PageQuery),
    responses((status = 200, body = String, content_type = "application/atom+xml"))
)]
#[get("/feed.atom")]
async fn feed(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let bytes = listing::feed(&state, query.cursor.as_deref()).await?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok(send(
        &request,
        200,
        "application/atom+xml; charset=utf-8",
        &sha256,
        BRIEFLY,
        bytes,
    ))
}

/// The stylesheet of all pages; its path changes with its content.
pub(super) fn stylesheet() -> Resource {
    web::resource(html::stylesheet_path()).route(web::get().to(async |request: HttpRequest| {
        let bytes = html::STYLESHEET.as_bytes();
        let sha256 = hex::encode(Sha256::digest(bytes));
        send(
            &request,
            200,
            "text/css; charset=utf-8",
            &sha256,
            FOR_EVER,
            bytes.to_vec(),
        )
    }))
}
