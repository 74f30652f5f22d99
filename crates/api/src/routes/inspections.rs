//! Inspections.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{
    Urn,
    body::{BodyKind, MemberRole},
    compile::MemberFacts,
};
use group_inspection_store::{
    actor::Scope,
    inspections::{self, Inspection, NewInspection},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

use super::bodies::etag;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(open)
        .service(list)
        .service(read)
        .service(members);
}

/// A member of a team, as named in public.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = TeamMember)]
struct TeamView {
    /// Name.
    name: String,
    /// Role on the team.
    role: String,
    /// Kind of employer.
    employer_type: String,
}

/// An inspection.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inspection)]
struct InspectionView {
    /// Identifier.
    id: Uuid,
    /// Human reference.
    reference: String,
    /// Responsible body.
    body_id: Uuid,
    /// Name of the body as frozen.
    group_name: String,
    /// Code of its kind.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BodyKind>()))))]
    body_kind: BodyKind,
    /// Report on it.
    report_id: Uuid,
    /// Where it stands, such as `evidence_open`; holds may lie over it.
    state: String,
    /// Basis, in words. Outside a legal basis it says so.
    basis: String,
    /// Day on which membership was frozen.
    membership_as_at: NaiveDate,
    /// When it was frozen: what was known then.
    membership_as_known: DateTime<Utc>,
    /// Open member schools as frozen.
    open_schools: usize,
    /// Team as named in public; empty until it is named.
    team: Vec<TeamView>,
    /// Who writes the report (DR-27).
    author_id: Option<Uuid>,
    /// Version of the policy in force.
    policy_version: String,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// Grows with every change; also the ETag.
    revision: i64,
}

impl From<Inspection> for InspectionView {
    fn from(inspection: Inspection) -> Self {
        let frozen = inspection.frozen;
        Self {
            id: inspection.id,
            reference: inspection.reference,
            body_id: inspection.body_id,
            group_name: frozen.body.name,
            body_kind: frozen.body.kind,
            report_id: inspection.report_id,
            state: inspection.state,
            basis: inspection.basis,
            membership_as_at: inspection.membership_as_at,
            membership_as_known: inspection.membership_as_known,
            open_schools: frozen.members.iter().filter(|member| member.open).count(),
            team: inspection
                .team
                .into_iter()
                .map(|member| TeamView {
                    name: member.name,
                    role: member.role,
                    employer_type: member.employer_type,
                })
                .collect(),
            author_id: inspection.author,
            policy_version: frozen.policy.version,
            opened_at: inspection.opened_at,
            revision: inspection.revision,
        }
    }
}

/// An inspection to be opened.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewInspection)]
struct NewInspectionView {
    /// Responsible body.
    body_id: Uuid,
    /// Codes of frameworks under which the body agreed to be inspected, as
    /// `/v1/frameworks` lists them. The basis follows from them and the law.
    #[serde(default)]
    agreed: Vec<String>,
    /// Day whose membership the planning goes by, today unless given; it is
    /// frozen when the body is told.
    membership_as_at: Option<NaiveDate>,
}

fn checked(sent: NewInspectionView, state: &AppState) -> Result<NewInspection, Problem> {
    let mut fields = Fields::default();
    let today = state.today();
    fields.count("/agreed", sent.agreed.len(), 0, 20);
    for (position, code) in sent.agreed.iter().enumerate() {
        let known = state
            .frameworks
            .frameworks
            .iter()
            .any(|framework| framework.code == *code);
        if !known {
            fields.note(
                &format!("/agreed/{position}"),
                "unknown-framework",
                "This is no framework in use here.",
            );
        }
    }
    let membership_as_at = sent.membership_as_at.unwrap_or(today);
    if membership_as_at > today {
        fields.note(
            "/membership_as_at",
            "date-in-future",
            "This date lies in the future.",
        );
    }
    fields.finish()?;
    Ok(NewInspection {
        body_id: sent.body_id,
        agreed: sent.agreed,
        membership_as_at,
        frameworks: (*state.frameworks).clone(),
        policy: (*state.policy).clone(),
    })
}

/// Open an inspection
///
/// It is a draft until the body is told; then the member schools are frozen as
/// they were on the day named and known at that moment (DR-05).
#[utoipa::path(
    operation_id = "open_inspection",
    tag = "inspections",
    request_body = NewInspectionView,
    responses((status = 201, body = InspectionView)),
    extensions(("x-required-scope" = json!("inspections:write")))
)]
#[post("/v1/inspections")]
async fn open(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsWrite)?;
    let Sent { value, sha256 } =
        body::json::<NewInspectionView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    caller.sees(value.body_id)?;
    let new = checked(value, &state)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let id = inspections::open(tx, &new)?;
        let actor = tx.actor();
        let inspection = inspections::get(tx.connection(), actor, id)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}"),
            &InspectionView::from(inspection),
        )?)
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only of this body.
    body_id: Option<Uuid>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Inspections, newest first
#[utoipa::path(
    tag = "inspections",
    params(ListQuery),
    responses((status = 200, body = paging::Page<InspectionView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::InspectionsRead)?;
    let asked = Asked::read("inspections", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let (actor, body) = (caller.actor().clone(), query.body_id);
    let found = state
        .store
        .read(move |connection| inspections::list(connection, &actor, body, &seek, rows))
        .await?;
    asked.page(
        &request,
        found,
        |inspection| inspection.id,
        InspectionView::from,
    )
}

async fn get(caller: &Caller, state: &AppState, id: Uuid) -> Result<Inspection, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let actor = caller.actor().clone();
    Ok(state
        .store
        .read(move |connection| inspections::get(connection, &actor, id))
        .await?)
}

/// One inspection
#[utoipa::path(
    tag = "inspections",
    responses((status = 200, body = InspectionView, headers(("ETag" = String, description = "Its revision.")))),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let inspection = get(&caller, &state, id.into_inner()).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(inspection.revision))
        .json(InspectionView::from(inspection)))
}

/// A member school as frozen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FrozenMember)]
struct FrozenMemberView {
    /// Unique reference number.
    #[schema(value_type = u32)]
    urn: Urn,
    /// Name.
    name: String,
    /// Phase.
    phase: String,
    /// Type.
    establishment_type: String,
    /// Local authority.
    local_authority: String,
    /// `responsible` or `associate`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<MemberRole>()))))]
    role: MemberRole,
    /// The day it joined.
    joined: NaiveDate,
    /// Whether that day is known only approximately.
    joined_estimated: bool,
    /// Schools whose history it carries, nearest first.
    #[schema(value_type = Vec<u32>)]
    predecessors: Vec<Urn>,
    /// Pupils on roll, where published.
    pupils: Option<u32>,
    /// Whether it was open.
    open: bool,
}

impl From<MemberFacts> for FrozenMemberView {
    fn from(member: MemberFacts) -> Self {
        Self {
            urn: member.urn,
            name: member.name,
            phase: member.phase,
            establishment_type: member.establishment_type,
            local_authority: member.local_authority,
            role: member.role,
            joined: member.joined,
            joined_estimated: member.joined_estimated,
            predecessors: member.predecessors,
            pupils: member.pupils,
            open: member.open,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MembersQuery {
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Member schools as frozen when the inspection was opened
#[utoipa::path(
    operation_id = "list_frozen_members",
    tag = "inspections",
    params(MembersQuery),
    responses((status = 200, body = paging::Page<FrozenMemberView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/members")]
async fn members(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<MembersQuery>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::read("frozen-members", query.limit, query.cursor.as_deref())?;
    let mut members = get(&caller, &state, id.into_inner()).await?.frozen.members;
    members.sort_by_key(|member| member.urn);
    let members = asked.seek.among(members, asked.rows(), |member| member.urn);
    asked.page(
        &request,
        members,
        |member| member.urn,
        FrozenMemberView::from,
    )
}
