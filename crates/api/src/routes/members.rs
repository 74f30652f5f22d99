//! Member schools of a body, over time.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    put,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{Urn, body::MemberRole};
use group_inspection_store::{
    actor::Scope,
    bodies::{self, Member, NewMember},
    register::{self, School},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, Asked},
    problem::{Code, Problem},
    state::AppState,
};

use super::bodies::etag;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(replace);
}

/// A school as a member of a body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    /// Unique reference number.
    #[schema(value_type = u32)]
    urn: Urn,
    /// Name, if the register has the school.
    name: Option<String>,
    /// Phase of education.
    phase: Option<String>,
    /// Whether the school is open on the day.
    open: Option<bool>,
    /// `responsible` or `associate`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<MemberRole>()))))]
    role: MemberRole,
    /// First day of membership.
    from: NaiveDate,
    /// First day on which it is no longer a member.
    to: Option<NaiveDate>,
    /// Whether the first day is known only approximately.
    from_estimated: bool,
    /// Whether the last is.
    to_estimated: bool,
    /// Register file kind, or `api`, that it comes from.
    source: String,
    /// Since when this was known.
    recorded_from: DateTime<Utc>,
}

impl MemberView {
    fn new(member: Member, school: Option<&School>) -> Self {
        Self {
            urn: member.urn,
            name: school.map(|school| school.name.clone()),
            phase: school.and_then(|school| school.phase.clone()),
            open: school.map(|school| school.open),
            role: member.role,
            from: member.from,
            to: member.to,
            from_estimated: member.from_estimated,
            to_estimated: member.to_estimated,
            source: member.source,
            recorded_from: member.recorded_from,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The day of membership; today unless given.
    as_at: Option<NaiveDate>,
    /// What was known at this time; now unless given.
    as_known: Option<DateTime<Utc>>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Schools of a body on a day, as was known at a time
#[utoipa::path(
    tag = "register",
    params(ListQuery),
    responses((status = 200, body = paging::Page<MemberView>)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/bodies/{id}/schools")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let id = id.into_inner();
    caller.sees(id)?;
    let as_at = query.as_at.unwrap_or_else(|| state.today());
    let as_known = query.as_known.unwrap_or_else(|| state.now());
    let asked = Asked::read("members", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let found = state
        .store
        .read(move |connection| {
            bodies::get(connection, id)?;
            let members = bodies::members(connection, id, as_at, as_known)?;
            let members = seek.among(members, rows, |member| (member.urn, member.from));
            let urns: Vec<Urn> = members.iter().map(|member| member.urn).collect();
            let schools = register::schools(connection, &urns, as_at)?;
            Ok(members
                .into_iter()
                .map(|member| {
                    let school = schools.get(&member.urn);
                    MemberView::new(member, school)
                })
                .collect::<Vec<_>>())
        })
        .await?;
    asked.page(
        &request,
        found,
        |member| (member.urn, member.from),
        |member| member,
    )
}

/// A period of membership to be set.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMember)]
struct NewMemberView {
    /// Unique reference number of the school.
    #[schema(value_type = u32)]
    urn: Urn,
    /// First day of membership.
    from: NaiveDate,
    /// First day on which it is no longer a member.
    to: Option<NaiveDate>,
}

/// All members of a body.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMembers)]
struct NewMembersView {
    /// Every period of membership, past and present.
    members: Vec<NewMemberView>,
}

/// What came of replacing the members.
#[derive(Debug, Serialize, ToSchema)]
struct Replaced {
    /// Revision the body is at now.
    revision: i64,
    /// Periods of membership set.
    members: usize,
}

/// Replace the members of a body that was created over REST
///
/// What was known before stays on record and can be asked for by `as_known`.
#[utoipa::path(
    tag = "register",
    params(("If-Match" = String, Header, description = "ETag of the body as read.")),
    request_body = NewMembersView,
    responses((status = 200, body = Replaced, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("register:write")))
)]
#[put("/v1/bodies/{id}/members")]
async fn replace(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterWrite)?;
    let id = id.into_inner();
    caller.sees(id)?;
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<NewMembersView>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    fields.count("/members", value.members.len(), 0, 5_000);
    for (position, member) in value.members.iter().enumerate() {
        if member.to.is_some_and(|to| to <= member.from) {
            fields.note(
                &format!("/members/{position}/to"),
                "period-reversed",
                "The membership ends before it begins.",
            );
        }
    }
    fields.finish()?;
    let members: Vec<NewMember> = value
        .members
        .into_iter()
        .map(|member| NewMember {
            urn: member.urn,
            from: member.from,
            to: member.to,
        })
        .collect();
    let count = members.len();
    let revision = keyed::write(&state, &caller, move |tx| {
        Ok(bodies::set_members(tx, id, revision, &members)?)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(Replaced {
            revision,
            members: count,
        }))
}

/// The revision that `If-Match` names.
pub(super) fn if_match(request: &HttpRequest) -> Result<i64, Problem> {
    let value = request
        .headers()
        .get(header::IF_MATCH)
        .ok_or_else(|| Problem::new(Code::PreconditionRequired))?;
    value
        .to_str()
        .ok()
        .and_then(|value| {
            value
                .trim()
                .strip_prefix('"')?
                .strip_suffix('"')?
                .parse()
                .ok()
        })
        .ok_or_else(|| {
            Problem::because(
                Code::StaleRevision,
                "If-Match is not an ETag that this resource gave.",
            )
        })
}
