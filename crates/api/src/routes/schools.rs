//! Schools as the register has them.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    web::{Data, Path, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_core::{Urn, body::MemberRole};
use group_inspection_store::{
    actor::Scope,
    bodies::{self, Member},
    register::{self, School},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{auth::Caller, openapi::core_types::of, problem::Problem, state::AppState};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadQuery {
    /// The day; today unless given.
    as_at: Option<NaiveDate>,
    /// Memberships as known at this time; now unless given.
    as_known: Option<DateTime<Utc>>,
}

/// A membership of a school.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
struct MembershipView {
    /// Body.
    body_id: Uuid,
    /// `responsible` or `associate`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<MemberRole>()))))]
    role: MemberRole,
    /// First day.
    from: NaiveDate,
    /// First day on which it is no longer a member.
    to: Option<NaiveDate>,
    /// Whether the first day is known only approximately.
    from_estimated: bool,
    /// Whether the last is.
    to_estimated: bool,
    /// Register file kind, or `api`, that it comes from.
    source: String,
}

impl From<Member> for MembershipView {
    fn from(member: Member) -> Self {
        Self {
            body_id: member.body_id,
            role: member.role,
            from: member.from,
            to: member.to,
            from_estimated: member.from_estimated,
            to_estimated: member.to_estimated,
            source: member.source,
        }
    }
}

/// A school.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = School)]
struct SchoolView {
    /// Unique reference number.
    #[schema(value_type = u32)]
    urn: Urn,
    /// Day from which this entry of the register holds.
    as_at: NaiveDate,
    /// Name.
    name: String,
    /// Local authority.
    local_authority: Option<String>,
    /// Its code.
    la_code: Option<String>,
    /// Type of establishment.
    establishment_type: Option<String>,
    /// Phase of education.
    phase: Option<String>,
    /// Whether it is open.
    open: bool,
    /// When it opened.
    opened: Option<NaiveDate>,
    /// When it closed.
    closed: Option<NaiveDate>,
    /// Religious character.
    religious_character: Option<String>,
    /// Pupils on roll.
    pupils: Option<u32>,
    /// Town.
    town: Option<String>,
    /// Postcode.
    postcode: Option<String>,
    /// Bodies it is or was a member of.
    memberships: Vec<MembershipView>,
    /// Schools whose history it carries, nearest first.
    #[schema(value_type = Vec<u32>)]
    predecessors: Vec<Urn>,
    /// Published outcomes, oldest first, each under its own framework; those
    /// of different frameworks cannot be compared.
    #[schema(value_type = Vec<Object>)]
    published_outcomes: Vec<Value>,
}

impl SchoolView {
    fn new(
        school: School,
        memberships: Vec<Member>,
        predecessors: Vec<Urn>,
        published_outcomes: Vec<Value>,
    ) -> Self {
        Self {
            urn: school.urn,
            as_at: school.as_at,
            name: school.name,
            local_authority: school.la_name,
            la_code: school.la_code,
            establishment_type: school.type_name,
            phase: school.phase,
            open: school.open,
            opened: school.opened,
            closed: school.closed,
            religious_character: school.religious_character,
            pupils: school.pupils,
            town: school.town,
            postcode: school.postcode,
            memberships: memberships.into_iter().map(MembershipView::from).collect(),
            predecessors,
            published_outcomes,
        }
    }
}

/// One school, with its memberships and published outcomes
#[utoipa::path(
    tag = "register",
    params(("urn" = u32, Path, description = "Unique reference number."), ReadQuery),
    responses((status = 200, body = SchoolView)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/schools/{urn}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    urn: Path<Urn>,
    query: Query<ReadQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let urn = urn.into_inner();
    let as_at = query.as_at.unwrap_or_else(|| state.today());
    let as_known = query.as_known.unwrap_or_else(|| state.now());
    let view = state
        .store
        .read(move |connection| {
            let school = register::school(connection, urn, as_at)?;
            let memberships = bodies::memberships_of_school(connection, urn, as_known)?;
            let lineage: register::Lineage = register::lineage(connection, &[urn])?;
            let predecessors = lineage.get(&urn).cloned().unwrap_or_default();
            let outcomes: BTreeMap<_, _> =
                register::outcomes(connection, &BTreeMap::from([(urn, predecessors.clone())]))?;
            let outcomes = outcomes
                .into_values()
                .flatten()
                .map(|(outcome, _)| serde_json::to_value(outcome))
                .collect::<Result<_, _>>()
                .map_err(|error| group_inspection_store::Error::internal("an outcome", error))?;
            Ok(SchoolView::new(school, memberships, predecessors, outcomes))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
