//! Surveys after publication.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::survey::{Answer, Respondent, Response, Results, Statement, Wave};
use group_inspection_store::{actor::Scope, ledgers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(respond).service(results);
}

/// A response to a survey.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSurveyResponse {
    /// `first` (after 4 months) or `second` (after 12).
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Wave>()))))]
    wave: Wave,
    /// `leader`, `parent` or `staff`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Respondent>()))))]
    respondent: Respondent,
    /// Answers by statement; one left out counts as "do not know".
    #[schema(value_type = String, extensions(("x-core" = json!(of::<BTreeMap<Statement, Answer>>()))))]
    answers: BTreeMap<Statement, Answer>,
    /// Free text: never published, deleted in time (DR-40).
    #[serde(default)]
    comment: Option<String>,
    /// Minutes the whole inspection took a leader, as they say.
    #[serde(default)]
    minutes: Option<u32>,
}

/// A response as taken.
#[derive(Debug, Serialize, ToSchema)]
struct SurveyResponseTaken {
    /// Identifier.
    id: Uuid,
}

/// Hand in a response to a survey
///
/// By an operations officer, for the system that held the survey. It names
/// nobody.
#[utoipa::path(
    tag = "ledgers",
    operation_id = "enter_survey_response",
    request_body = NewSurveyResponse,
    responses((status = 201, body = SurveyResponseTaken)),
    extensions(("x-required-scope" = json!("inspections:act")))
)]
#[post("/v1/inspections/{id}/survey-responses")]
async fn respond(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsAct)?;
    let id = id.into_inner();
    keyed::post(
        &state,
        &caller,
        &request,
        payload,
        move |tx, new: NewSurveyResponse| {
            let response = Response {
                id: tx.new_id(),
                wave: new.wave,
                respondent: new.respondent,
                answers: new.answers,
                comment: new.comment,
                minutes: new.minutes,
            };
            ledgers::respond(tx, id, &response)?;
            Ok(answer::created(
                format!("/v1/inspections/{id}/survey-results"),
                &SurveyResponseTaken { id: response.id },
            )?)
        },
    )
    .await
}

/// Results among one kind of respondent.
#[derive(Debug, Serialize, ToSchema)]
struct SurveyResults {
    /// Survey.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Wave>()))))]
    wave: Wave,
    /// Who responded.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Respondent>()))))]
    respondent: Respondent,
    /// Counts by statement and answer, or that too few responded. A small
    /// number is `c`, and so is whatever would give it away (DR-34).
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Results>()))))]
    results: Results,
}

/// Results of the surveys, so that they show nobody
#[utoipa::path(
    operation_id = "list_survey_results",
    tag = "ledgers",
    params(PageQuery),
    responses((status = 200, body = paging::Page<SurveyResults>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/survey-results")]
async fn results(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let found = state
        .store
        .read(move |connection| ledgers::results(connection, &actor, id))
        .await?;
    let views: Vec<SurveyResults> = found
        .into_iter()
        .map(|(wave, respondent, shown)| SurveyResults {
            wave,
            respondent,
            results: shown,
        })
        .collect();
    paging::whole(&request, "survey-results", &query, views, |one| {
        format!("{:?} {:?}", one.wave, one.respondent)
    })
}
