//! Operations: what to follow after a 202.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use group_inspection_store::operations::{self, Operation};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    auth::Caller,
    problem::{Ended, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read);
}

/// Work that goes on after the request that asked for it was answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Operation)]
pub(super) struct OperationView {
    /// Identifier.
    id: Uuid,
    /// What it does: `import`, `compilation`, `publication` or `replay`.
    kind: String,
    /// `waiting`, `running`, `succeeded` or `failed`.
    state: String,
    /// Kind of thing it works on.
    subject_kind: String,
    /// Identifier of that thing.
    subject_id: Uuid,
    /// How far it is.
    progress: Option<Value>,
    /// What came of it.
    result: Option<Value>,
    /// Why it failed, as a problem document.
    problem: Option<Ended>,
    /// When it was asked for.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
}

impl From<Operation> for OperationView {
    fn from(operation: Operation) -> Self {
        Self {
            id: operation.id,
            kind: operation.kind,
            state: operation.state,
            subject_kind: operation.subject_kind,
            subject_id: operation.subject_id,
            progress: operation.progress,
            result: operation.result,
            problem: operation.problem.as_ref().map(Ended::of),
            created_at: operation.created_at,
            finished_at: operation.finished_at,
        }
    }
}

/// An operation that was begun, with where to follow it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Begun {
    /// Path of the operation.
    pub(super) operation: String,
    /// Identifier of the operation.
    pub(super) operation_id: Uuid,
}

impl Begun {
    pub(super) fn new(operation: Uuid) -> Self {
        Self {
            operation: format!("/v1/operations/{operation}"),
            operation_id: operation,
        }
    }
}

/// One operation
///
/// Seen by whoever asked for it, by callers not limited to a body, and by
/// callers limited to the body it concerns.
#[utoipa::path(
    tag = "operations",
    responses((status = 200, body = OperationView)),
    extensions(("x-required-scope" = json!(null)))
)]
#[get("/v1/operations/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let operation = state
        .store
        .read(move |connection| operations::get(connection, &actor, id))
        .await?;
    let mut response = HttpResponse::Ok();
    if operation.finished_at.is_none() {
        response.insert_header(("retry-after", "1"));
    }
    Ok(response.json(OperationView::from(operation)))
}
