//! Conflicts of interest: declarations, decisions and objections.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::NaiveDate;
use group_inspection_core::{
    conflict::{
        Category, Declaration, Interest, Match, ObjectionOutcome, Outcome, Ruling, Viewer,
        Visibility, visibility,
    },
    inspection::Role,
};
use group_inspection_store::{
    Actor, Error,
    actor::Scope,
    lifecycle::{self, Loaded},
    people::{self, KeptObjection, OnRecord},
    records::Held,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(declare)
        .service(list)
        .service(decide)
        .service(make_objection)
        .service(list_objections)
        .service(settle);
}

/// Interests declared for an inspection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewDeclaration {
    /// Interests; empty for none.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Interest>>()))))]
    interests: Vec<Interest>,
}

/// What is on record of a person and an inspection, as far as the caller may
/// know of it (DR-35).
#[derive(Debug, Serialize, ToSchema)]
struct ConflictView {
    /// The person.
    person_id: Uuid,
    /// Whether there is a declaration.
    declared: bool,
    /// Whether it is decided.
    decided: bool,
    /// `clear`, `disclose`, `refer` or `bar`; for those who see all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Outcome>>()))))]
    outcome: Option<Outcome>,
    /// Categories of what was found, without the facts.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeSet<Category>>()))))]
    categories: BTreeSet<Category>,
    /// What was found, with the facts; for those who see all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Vec<MatchView>>>()))))]
    matches: Option<Vec<MatchView>>,
    /// The declaration; for those who see all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Declaration>>()))))]
    declaration: Option<Declaration>,
    /// What was decided; for those who see all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<Ruling>>()))))]
    ruling: Option<Ruling>,
    /// Why; for those who see all.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<String>,
}

/// A rule that applies, and why.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct MatchView {
    #[serde(flatten)]
    found: Match,
    explanation: String,
}

fn view(record: OnRecord, seen: Visibility) -> ConflictView {
    let full = seen == Visibility::Full;
    let assessment = record.assessment.as_ref();
    ConflictView {
        person_id: record.person,
        declared: record.declaration.is_some(),
        decided: record.decision.is_some(),
        outcome: assessment
            .filter(|_| full)
            .map(|assessment| assessment.outcome()),
        categories: assessment.map_or_else(BTreeSet::new, |assessment| assessment.categories()),
        matches: assessment.filter(|_| full).map(|assessment| {
            assessment
                .matches()
                .iter()
                .map(|found| MatchView {
                    explanation: found.explanation(),
                    found: found.clone(),
                })
                .collect()
        }),
        ruling: record
            .decision
            .as_ref()
            .filter(|_| full)
            .map(|decision| decision.ruling().clone()),
        reasons: record
            .decision
            .as_ref()
            .filter(|_| full)
            .map(|decision| decision.reasons().to_owned()),
        declaration: record.declaration.filter(|_| full),
    }
}

/// What the caller may know of a person's declaration.
fn seen(actor: &Actor, loaded: &Loaded, record: &OnRecord) -> Visibility {
    let Some(by) = actor.acting() else {
        return Visibility::Nothing;
    };
    let inspection = loaded.id();
    let viewer = match by.role {
        Role::BodyLeader | Role::Integrator => Viewer::ResponsibleBody { inspection },
        Role::LeadInspector
        | Role::Inspector
        | Role::Practitioner
        | Role::QualityAssurer
        | Role::DecisionMaker => Viewer::Person {
            id: by.id,
            offices: offices(by.role),
            assures: (by.role == Role::QualityAssurer).then_some(inspection),
            leads: loaded
                .inspection
                .team()
                .filter(|team| team.lead == by.id)
                .map(|_| inspection),
        },
        Role::OperationsOfficer | Role::Operator | Role::System => return Visibility::Nothing,
    };
    match &record.declaration {
        Some(declaration) => visibility(&viewer, declaration),
        // That somebody of the team has not declared is no personal datum.
        None => Visibility::CategoryOnly,
    }
}

fn offices(role: Role) -> BTreeSet<group_inspection_core::team::Office> {
    use group_inspection_core::team::Office;
    match role {
        Role::QualityAssurer => BTreeSet::from([Office::QualityAssurer]),
        Role::DecisionMaker => BTreeSet::from([Office::DecisionMaker]),
        Role::Integrator
        | Role::BodyLeader
        | Role::OperationsOfficer
        | Role::LeadInspector
        | Role::Inspector
        | Role::Practitioner
        | Role::Operator
        | Role::System => BTreeSet::new(),
    }
}

/// Declare interests for an inspection
///
/// In the caller's own name. The rules run over it at once; a decision maker
/// decides (DR-16), and until then there is no access to evidence (DR-15).
#[utoipa::path(
    operation_id = "declare_interests",
    tag = "conflicts",
    request_body = NewDeclaration,
    responses((status = 201, body = ConflictView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/declarations")]
async fn declare(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewDeclaration>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    fields.count("/interests", value.interests.len(), 0, 200);
    fields.finish()?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let record = people::declare(tx, id, value.interests.clone())?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/conflicts"),
            &view(record, Visibility::Full),
        )?)
    })
    .await
}

/// What is on record of the team's interests
///
/// The declarant, the decision maker and the quality assurer see all; the
/// lead and the body see categories; nobody else sees anything (DR-35).
#[utoipa::path(
    tag = "conflicts",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ConflictView>)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[get("/v1/inspections/{id}/conflicts")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let views: Vec<ConflictView> = state
        .store
        .read(move |connection| {
            let loaded = lifecycle::load(connection, &actor, id)?;
            Ok(people::on_record(connection, &loaded)?
                .into_iter()
                .map(|record| (seen(&actor, &loaded, &record), record))
                .filter(|(seen, _)| *seen != Visibility::Nothing)
                .map(|(seen, record)| view(record, seen))
                .collect())
        })
        .await?;
    if views.is_empty() {
        return Err(Error::NotFound.into());
    }
    paging::whole(&request, "conflicts", &query, views, |one| {
        one.person_id.to_string()
    })
}

/// A decision on what the rules found.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewDecision {
    /// `{"ruling": "clear"}`, `{"ruling": "exclude"}`, or `{"ruling":
    /// "clear_with", "mitigations": […]}` with limits that are enforced.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Ruling>()))))]
    ruling: Ruling,
    /// Why.
    reasons: String,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionTaken {
    /// The person.
    person_id: Uuid,
    /// By whom.
    decided_by: Uuid,
    /// When.
    decided_on: NaiveDate,
    /// Last day on which it counts (DR-20).
    expires_on: NaiveDate,
}

/// Decide on what the rules found about a person
///
/// By a decision maker who is neither the declarant nor the lead (DR-16). A
/// bar cannot be decided away (DR-14).
#[utoipa::path(
    operation_id = "decide_conflict",
    tag = "conflicts",
    request_body = NewDecision,
    responses((status = 201, body = DecisionTaken)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/conflicts/{person}/decision")]
async fn decide(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, person) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewDecision>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let decision = people::decide(tx, id, person, value.ruling.clone(), &value.reasons)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/conflicts"),
            &DecisionTaken {
                person_id: person,
                decided_by: decision.decided_by(),
                decided_on: decision.decided_on(),
                expires_on: decision.expires_on(),
            },
        )?)
    })
    .await
}

/// An objection of the body.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewObjection {
    /// The member of the team.
    person_id: Uuid,
    /// Why.
    reasons: String,
}

/// An objection, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Objection)]
struct ObjectionView {
    /// Identifier.
    id: Uuid,
    /// The member of the team.
    person_id: Uuid,
    /// Why.
    reasons: String,
    /// When it was made.
    made_on: NaiveDate,
    /// `upheld` or `not_upheld`, once decided; final.
    #[schema(value_type = Option<String>, extensions(("x-core" = json!(of::<Option<ObjectionOutcome>>()))))]
    outcome: Option<ObjectionOutcome>,
    /// Why, once decided.
    outcome_reasons: Option<String>,
}

impl From<Held<KeptObjection>> for ObjectionView {
    fn from(held: Held<KeptObjection>) -> Self {
        let objection = held.value.objection();
        let settled = match &held.value {
            KeptObjection::Made(_) => None,
            KeptObjection::Settled(settled) => Some(settled),
        };
        Self {
            id: held.id,
            person_id: objection.notice().person,
            reasons: objection.reasons().to_owned(),
            made_on: objection.made_on(),
            outcome: settled.map(|settled| settled.outcome()),
            outcome_reasons: settled.map(|settled| settled.reasons().to_owned()),
        }
    }
}

/// Object to a member of the team
///
/// By a leader of the body, once for each person, within the window after the
/// team was named (DR-19).
#[utoipa::path(
    tag = "conflicts",
    request_body = NewObjection,
    responses((status = 201, body = ObjectionView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/objections")]
async fn make_objection(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewObjection>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let made = people::object(tx, id, value.person_id, &value.reasons)?;
        let view = one(people::objections(tx.connection(), id)?, made)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/objections"),
            &view,
        )?)
    })
    .await
}

fn one(objections: Vec<Held<KeptObjection>>, id: Uuid) -> Result<ObjectionView, Error> {
    objections
        .into_iter()
        .find(|held| held.id == id)
        .map(ObjectionView::from)
        .ok_or(Error::NotFound)
}

/// Objections of the body to members of the team
#[utoipa::path(
    tag = "conflicts",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ObjectionView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/objections")]
async fn list_objections(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let views: Vec<ObjectionView> = state
        .store
        .read(move |connection| {
            lifecycle::load(connection, &actor, id)?;
            people::objections(connection, id)
        })
        .await?
        .into_iter()
        .map(ObjectionView::from)
        .collect();
    paging::whole(&request, "objections", &query, views, |one| {
        one.id.to_string()
    })
}

/// What comes of an objection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewOutcome {
    /// `upheld` or `not_upheld`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<ObjectionOutcome>()))))]
    outcome: ObjectionOutcome,
    /// Why.
    reasons: String,
}

/// Settle an objection, once and for good
///
/// By a decision maker who is neither the person objected to nor the lead.
#[utoipa::path(
    operation_id = "settle_objection",
    tag = "conflicts",
    request_body = NewOutcome,
    responses((status = 201, body = ObjectionView)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/objections/{objection}/outcome")]
async fn settle(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let (id, objection) = place.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewOutcome>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        people::settle(tx, id, objection, value.outcome, &value.reasons)?;
        let view = one(people::objections(tx.connection(), id)?, objection)?;
        Ok(answer::created(
            format!("/v1/inspections/{id}/objections"),
            &view,
        )?)
    })
    .await
}
