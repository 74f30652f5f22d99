//! Submissions of evidence, weaknesses and actions.

mod items;
mod views;

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::NaiveDate;
use group_inspection_core::submission::{self, Batch, Checked};
use group_inspection_store::{
    Tx, actor::Scope, idempotency::SavedAnswer, inspections, lifecycle, submissions, weaknesses,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    keyed::{self, Stop},
    paging::{self, Asked},
    problem::{Code, FieldError, Problem},
    state::AppState,
};

use items::{facts, proposed};
use views::{ResultView, SubmissionRequest, SubmissionView, outcome, verdict};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(submit).service(list);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Validate {
    Only,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SubmitQuery {
    /// `only`: check the batch and keep nothing. Needs no idempotency key.
    #[param(value_type = Option<String>)]
    validate: Option<Validate>,
    /// Whether one rejected item rejects the whole batch.
    #[serde(default)]
    atomic: bool,
}

/// Submit evidence, weaknesses and actions
///
/// Each item is accepted or rejected by itself, unless `atomic` is true.
/// Content that is held already is not stored again but counted as reuse. The
/// same `submission_id` with the same content gets the first answer again.
#[utoipa::path(
    operation_id = "send_submission",
    tag = "submissions",
    params(SubmitQuery),
    request_body = SubmissionRequest,
    responses(
        (status = 201, description = "At least one item was accepted.", body = ResultView),
        (status = 200, description = "Checked only, or received before.", body = ResultView),
    ),
    extensions(("x-required-scope" = json!("submissions:write")))
)]
#[post("/v1/inspections/{id}/submissions")]
async fn submit(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<SubmitQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::SubmissionsWrite)?;
    let id = id.into_inner();
    let Sent { value, sha256 } = body::value(&request, payload, state.limits.json_bytes).await?;
    let batch = submission::parse(&value).map_err(|errors| {
        Problem::with_errors(
            Code::Invalid,
            errors.into_iter().map(FieldError::from).collect(),
        )
    });
    let today = state.today();
    if query.validate.is_some() {
        return validate(&caller, &state, id, batch?, today).await;
    }
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let batch = batch?;
    let (atomic, sha256) = (query.atomic, hex::encode(sha256));
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        receive(tx, id, &batch, &sha256, today, atomic)
    })
    .await
}

async fn validate(
    caller: &Caller,
    state: &AppState,
    id: Uuid,
    batch: Batch,
    today: NaiveDate,
) -> Result<HttpResponse, Problem> {
    let actor = caller.actor().clone();
    let view = state
        .store
        .read(move |connection| {
            let inspection = inspections::get(connection, &actor, id)?;
            let known = submissions::linked(connection, id, &batch)?;
            let derived = weaknesses::named(connection, &actor, id, &batch, &known)?;
            let checked =
                submission::check(&batch, &facts(&inspection.frozen, &known, derived, today)?);
            Ok(verdict(&batch, &checked))
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

fn receive(
    tx: &mut Tx<'_>,
    id: Uuid,
    batch: &Batch,
    sha256: &str,
    today: NaiveDate,
    atomic: bool,
) -> Result<SavedAnswer, Stop> {
    if let Some(own) = batch.submission_id {
        // Whoever may not know of the inspection learns nothing here either.
        let actor = tx.actor();
        inspections::get(tx.connection(), actor, id)?;
        if let Some(earlier) = submissions::find(tx.connection(), id, own, sha256)? {
            return Ok(answer::json(200, Vec::new(), &earlier.result)?);
        }
    }
    let receiving = submissions::receiving(tx, id)?;
    let known = submissions::linked(tx.connection(), id, batch)?;
    let actor = tx.actor();
    let derived = weaknesses::named(tx.connection(), actor, id, batch, &known)?;
    let facts = facts(&receiving.frozen, &known, derived, today)?;
    let checked = submission::check(batch, &facts);
    let rejected = checked
        .iter()
        .filter(|item| matches!(item, Checked::Rejected(_)))
        .count();
    if rejected == checked.len() || (atomic && rejected > 0) {
        let errors = checked
            .into_iter()
            .flat_map(|item| match item {
                Checked::Accepted(_) => Vec::new(),
                Checked::Rejected(errors) => errors,
            })
            .map(FieldError::from)
            .collect();
        return Err(Problem::with_errors(Code::SubmissionRejected, errors).into());
    }
    let submission_id = batch.submission_id.unwrap_or_else(|| tx.new_id());
    let items = proposed(tx, &checked)?;
    let stored = submissions::record(tx, &receiving, submission_id, sha256, &items, |stored| {
        outcome(submission_id, sha256, batch, &checked, stored)
    })?;
    Ok(answer::created(
        format!("/v1/inspections/{id}/submissions"),
        &stored.result,
    )?)
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

/// Submissions to an inspection, newest first
#[utoipa::path(
    tag = "submissions",
    params(ListQuery),
    responses((status = 200, body = paging::Page<SubmissionView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/submissions")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let asked = Asked::read("submissions", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let found = state
        .store
        .read(move |connection| {
            lifecycle::open_to(connection, &actor, id, now)?;
            submissions::list(connection, &actor, id, &seek, rows)
        })
        .await?;
    asked.page(
        &request,
        found,
        |submission| submission.id,
        SubmissionView::from,
    )
}
