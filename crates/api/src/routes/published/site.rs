//! Pages beside the reports: search, groups, and what the service is.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use group_inspection_core::body::{BodyKind, MemberRole};
use group_inspection_render::html::{
    self, FoundGroup, GroupFacts, GroupSchool, InspectionFacts, PublishedEntry,
};
use group_inspection_store::{
    Error,
    public::{self, Found, Group},
    reports,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{pages::status, send_page};
use crate::{
    problem::{Code, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(find)
        .service(read_group)
        .service(about)
        .service(accessibility);
}

/// Groups of one search at the most.
const MOST: usize = 30;
/// Characters of a search at the most.
const LONGEST: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// A group, school, place or number; a few wrong letters are forgiven.
    #[serde(default)]
    q: String,
}

/// Find a group, as a page
#[utoipa::path(
    operation_id = "search_groups",
    tag = "published",
    params(SearchQuery),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/search")]
async fn find(
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, Problem> {
    let text = query.into_inner().q;
    if text.chars().count() > LONGEST {
        return Err(Problem::new(Code::MalformedQuery));
    }
    let (asked, today) = (text.clone(), state.today());
    let found = state
        .store
        .read(move |connection| public::search(connection, &asked, today, MOST))
        .await?;
    let found: Vec<FoundGroup> = found
        .into_iter()
        .map(|Found { body, by }| FoundGroup {
            id: body.id,
            name: group_inspection_core::body::readable_name(&body.name),
            kind: body.kind,
            by,
        })
        .collect();
    Ok(send_page(
        &request,
        200,
        html::search(&state.site, &text, &found, MOST),
    ))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GroupQuery {
    /// Day whose schools are shown; today without it.
    on: Option<NaiveDate>,
}

/// A group, as a page
///
/// Its schools on a day, what already holds bodies of its kind to account, and
/// the reports on it.
#[utoipa::path(
    operation_id = "show_group",
    tag = "published",
    params(GroupQuery),
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/groups/{id}")]
async fn read_group(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<GroupQuery>,
) -> Result<HttpResponse, Problem> {
    let (id, today, now) = (id.into_inner(), state.today(), state.now());
    let on = query.on.unwrap_or(today);
    let facts = state
        .store
        .read(move |connection| {
            let group = public::group(connection, id, on, now)?;
            let mut entries = Vec::new();
            let mut inspections: Vec<InspectionFacts> = Vec::new();
            for version in &group.reports {
                let (report, _) =
                    reports::compiled(connection, version.report_id, version.version)?;
                if !inspections
                    .iter()
                    .any(|held| held.report_id == version.report_id)
                {
                    inspections.push(InspectionFacts {
                        reference: report.front.reference.clone(),
                        basis: report.front.basis.clone(),
                        opened_on: report.front.opened_on,
                        report_id: version.report_id,
                    });
                }
                entries.extend(BodyKind::from_code(&version.body_kind).map(|body_kind| {
                    PublishedEntry {
                        report_id: version.report_id,
                        version: version.version,
                        group_name: version.group_name.clone(),
                        body_kind,
                        reference: report.front.reference,
                        open_schools: report.front.open_schools,
                        published_at: version.published_at,
                        status: status(version),
                    }
                }));
            }
            Ok::<_, Error>(GroupFacts {
                inspections,
                ..facts(group, on, on == today, entries)
            })
        })
        .await?;
    Ok(send_page(&request, 200, html::group(&state.site, &facts)))
}

fn facts(group: Group, on: NaiveDate, today: bool, reports: Vec<PublishedEntry>) -> GroupFacts {
    GroupFacts {
        id: group.body.id,
        name: group_inspection_core::body::readable_name(&group.body.name),
        kind: group.body.kind,
        identifiers: group.body.identifiers,
        on,
        today,
        schools: group
            .schools
            .into_iter()
            .map(|(member, school)| GroupSchool {
                name: school.name,
                urn: school.urn.get(),
                phase: school.phase,
                place: school.la_name,
                joined: member.from,
                estimated: member.from_estimated,
                associate: member.role != MemberRole::Responsible,
            })
            .collect(),
        accountability: group.accountability,
        inspections: Vec::new(),
        reports,
    }
}

/// What group inspection is, and why there is no grade, as a page
#[utoipa::path(
    operation_id = "show_about",
    tag = "published",
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/about")]
async fn about(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    send_page(&request, 200, html::about(&state.site))
}

/// How accessible the pages are, as a page
#[utoipa::path(
    operation_id = "show_accessibility",
    tag = "published",
    responses((status = 200, body = String, content_type = "text/html"))
)]
#[get("/accessibility")]
async fn accessibility(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    send_page(&request, 200, html::accessibility(&state.site))
}
