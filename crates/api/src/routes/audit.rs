//! The audit log.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_store::{
    actor::Scope,
    audit::{self, Sealed},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    auth::Caller,
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list);
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEventView {
    /// Place in the log, from 1, in the order of completion.
    position: u64,
    /// When the change was complete; never earlier than the entry before.
    completed_at: DateTime<Utc>,
    /// When the change began.
    at: DateTime<Utc>,
    /// Who made it.
    actor: String,
    /// What was done.
    #[schema(example = "inspection.opened")]
    action: String,
    /// Kind of what it was done to.
    subject_kind: String,
    /// Identifier of what it was done to.
    subject_id: String,
    /// Why, where a reason is needed or was given.
    reason: Option<String>,
    /// Request in which it happened.
    request_id: Option<String>,
    /// Further facts; never the text of evidence.
    data: Value,
    /// SHA-256 of what the log said of the subject before; `null` for its
    /// first entry.
    before_sha256: Option<String>,
    /// SHA-256 of what this entry says of it.
    after_sha256: Option<String>,
    /// SHA-256 that chains this entry to all before it.
    hash: String,
}

impl From<Sealed> for AuditEventView {
    fn from(Sealed { link, event }: Sealed) -> Self {
        Self {
            position: link.position,
            completed_at: link.entry.completed_at,
            at: event.at,
            actor: event.actor,
            action: event.action,
            subject_kind: event.subject_kind,
            subject_id: event.subject_id,
            reason: event.reason,
            request_id: event.request_id,
            data: event.data,
            before_sha256: link.entry.before.map(|digest| digest.to_string()),
            after_sha256: link.entry.after.map(|digest| digest.to_string()),
            hash: link.hash.to_string(),
        }
    }
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

/// Audit log, oldest first
///
/// Lists what is sealed into the hash chain, which happens within seconds of a
/// change. `group-inspection check` verifies the chain.
#[utoipa::path(
    tag = "service",
    params(ListQuery),
    responses((status = 200, body = paging::Page<AuditEventView>)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[get("/v1/audit-events")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    caller.unlimited()?;
    let asked = Asked::read("audit-events", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let found = state
        .store
        .read(move |connection| audit::list(connection, &seek, rows))
        .await?;
    asked.page(
        &request,
        found,
        |sealed| sealed.link.position,
        AuditEventView::from,
    )
}
