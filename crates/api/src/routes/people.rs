//! People who inspect.

use actix_web::{
    HttpRequest, HttpResponse, get, post, put,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::{
    inspection::Role,
    team::{Engagement, Office, Post, Proposal, Qualifications},
};
use group_inspection_store::{
    Error,
    actor::Scope,
    lifecycle,
    people::{self, Person},
    records::Held,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::bodies::etag;
use super::members::if_match;
use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::{core_bodies, of},
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

core_bodies! {
    /// Teams that could inspect.
    TeamProposals = Proposal;
}

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(enter)
        .service(list)
        .service(read)
        .service(replace)
        .service(proposals);
}

/// A person who inspects.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonView {
    /// Identifier.
    id: Uuid,
    /// Name.
    name: String,
    /// `hmi`, `practitioner` or `contracted`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Engagement>()))))]
    engagement: Engagement,
    /// `quality_assurer`, `decision_maker`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<Office>>()))))]
    offices: BTreeSet<Office>,
    /// Days of training, sign-off, annual update and endorsement. Each is a
    /// gate (DR-13).
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Qualifications>()))))]
    qualifications: Qualifications,
    /// Posts held, past and present.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Post>>()))))]
    posts: Vec<Post>,
    /// Grows with every change; also the ETag.
    revision: i64,
}

impl From<Held<Person>> for PersonView {
    fn from(held: Held<Person>) -> Self {
        let person = held.value;
        Self {
            id: person.id,
            name: person.name,
            engagement: person.engagement,
            offices: person.offices,
            qualifications: person.qualifications,
            posts: person.posts,
            revision: held.revision,
        }
    }
}

/// What is to be on record of a person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewPerson {
    /// Name.
    name: String,
    /// `hmi`, `practitioner` or `contracted`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Engagement>()))))]
    engagement: Engagement,
    /// `quality_assurer`, `decision_maker`.
    #[serde(default)]
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<Office>>()))))]
    offices: BTreeSet<Office>,
    /// Days of training, sign-off, annual update and endorsement.
    #[serde(default)]
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Qualifications>()))))]
    qualifications: Qualifications,
    /// Posts held, past and present.
    #[serde(default)]
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Post>>()))))]
    posts: Vec<Post>,
}

fn checked(sent: NewPerson, id: Uuid) -> Result<Person, Problem> {
    let mut fields = Fields::default();
    let name = fields.line("/name", &sent.name, 200);
    fields.count("/posts", sent.posts.len(), 0, 100);
    fields.finish()?;
    Ok(Person {
        id,
        name,
        engagement: sent.engagement,
        offices: sent.offices,
        qualifications: sent.qualifications,
        posts: sent.posts,
    })
}

/// Enter a person who inspects
///
/// By an operations officer.
#[utoipa::path(
    operation_id = "enter_person",
    tag = "people",
    request_body = NewPerson,
    responses((status = 201, body = PersonView)),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[post("/v1/people")]
async fn enter(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleWrite)?;
    caller.unlimited()?;
    let Sent { value, sha256 } =
        body::json::<NewPerson>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let person = checked(value, Uuid::nil())?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let person = Person {
            id: tx.new_id(),
            ..person.clone()
        };
        people::enter(tx, &person)?;
        let held = people::get(tx.connection(), person.id)?;
        Ok(answer::created(
            format!("/v1/people/{}", person.id),
            &PersonView::from(held),
        )?)
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// People who inspect
#[utoipa::path(
    tag = "people",
    params(ListQuery),
    responses((status = 200, body = paging::Page<PersonView>)),
    extensions(("x-required-scope" = json!("people:read")))
)]
#[get("/v1/people")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleRead)?;
    caller.unlimited()?;
    let asked = Asked::read("people", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let found = state
        .store
        .read(move |connection| people::list(connection, &seek, rows))
        .await?;
    asked.page(&request, found, |held| held.id, PersonView::from)
}

/// One person
#[utoipa::path(
    operation_id = "read_person",
    tag = "people",
    responses((status = 200, body = PersonView, headers(("ETag" = String, description = "The revision.")))),
    extensions(("x-required-scope" = json!("people:read")))
)]
#[get("/v1/people/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::PeopleRead)?;
    caller.unlimited()?;
    let id = id.into_inner();
    let held = state
        .store
        .read(move |connection| people::get(connection, id))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(held.revision))
        .json(PersonView::from(held)))
}

/// What came of a change.
#[derive(Debug, Serialize, ToSchema)]
struct PersonChanged {
    /// Revision the person is at now.
    revision: i64,
}

/// Replace what is on record of a person
///
/// The rules on conflicts run anew wherever the person is assigned, with this
/// change; whoever may no longer work on an inspection loses access with it
/// (DR-17).
#[utoipa::path(
    operation_id = "replace_person",
    tag = "people",
    params(("If-Match" = String, Header, description = "ETag of the person as read.")),
    request_body = NewPerson,
    responses((status = 200, body = PersonChanged, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[put("/v1/people/{id}")]
async fn replace(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::PeopleWrite)?;
    caller.unlimited()?;
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<NewPerson>(&request, payload, state.limits.json_bytes).await?;
    let person = checked(value, id.into_inner())?;
    let revision = keyed::write(&state, &caller, move |tx| {
        Ok(people::change(tx, revision, &person)?)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(PersonChanged { revision }))
}

/// Teams that could inspect, best first
///
/// Ranked by rule: what the check of interests finds, how many inspections a
/// person had of late, and a tie-break that favours nobody. Says of everybody
/// else why they are left out.
#[utoipa::path(
    operation_id = "read_team_proposals",
    tag = "people",
    responses((status = 200, body = TeamProposals)),
    extensions(("x-required-scope" = json!("people:read")))
)]
#[get("/v1/inspections/{id}/team-proposals")]
async fn proposals(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::PeopleRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let proposal: Proposal = state
        .store
        .read(move |connection| {
            lifecycle::load(connection, &actor, id)?;
            if !matches!(
                actor.role(),
                Some(Role::OperationsOfficer | Role::DecisionMaker)
            ) {
                return Err(Error::NotFound);
            }
            people::proposal(connection, &actor, id, now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(proposal))
}
