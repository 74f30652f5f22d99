//! Early copies under embargo: no key, but an address that was mailed to one
//! contact alone.

use actix_web::{
    HttpResponse, get,
    http::header,
    web::{Data, Path},
};
use group_inspection_render::{Copies, PageFacts, PublicationStatus, html};
use group_inspection_store::early_copies::{self, Leads};

use crate::{problem::Problem, state::AppState};

/// An early copy of a report under embargo, as a page
///
/// The token was mailed to one of those entitled to an early copy. Once the
/// report is public its page is the answer; a copy that was recalled does not
/// exist any more.
#[utoipa::path(
    operation_id = "show_early_copy",
    tag = "published",
    responses(
        (status = 200, body = String, content_type = "text/html"),
        (status = 303, description = "It is public.", headers(("Location" = String, description = "Its page.")))
    )
)]
#[get("/early-copies/{token}")]
pub(super) async fn early_copy(
    state: Data<AppState>,
    token: Path<String>,
) -> Result<HttpResponse, Problem> {
    let token = token.into_inner();
    let leads = state
        .store
        .read(move |connection| early_copies::read(connection, &token))
        .await?;
    let mut answer = match &leads {
        Leads::Here(_) => HttpResponse::Ok(),
        Leads::ToPublic { .. } => HttpResponse::SeeOther(),
    };
    answer
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header(("x-robots-tag", "noindex"));
    let report = match leads {
        Leads::ToPublic { report_id, version } => {
            let place = state.site.version_path(report_id, version);
            return Ok(answer.insert_header((header::LOCATION, place)).finish());
        }
        Leads::Here(report) => report,
    };
    let facts = PageFacts {
        site: (*state.site).clone(),
        published_at: state.now(),
        version: report.version,
        latest_version: report.version,
        status: PublicationStatus::UnderEmbargo,
        public_note: None,
        history: Vec::new(),
        copies: Copies::default(),
    };
    Ok(answer
        .content_type("text/html; charset=utf-8")
        .body(html::report_page(&report, &facts)))
}
