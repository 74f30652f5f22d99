//! Deliveries of notifications, with every try.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_store::{
    actor::Scope,
    notifications::{self, Attempt, Filter, Notification},
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
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(read).service(replay);
}

/// A notification to one recipient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryView {
    /// Identifier; goes out with every try.
    id: Uuid,
    /// What happened, such as `report.published`.
    event: String,
    /// Report it is about, unless it is about an endpoint.
    report_id: Option<Uuid>,
    /// Version of the report.
    version: i32,
    /// `webhook` or `email`.
    channel: String,
    /// Endpoint or contact.
    recipient_id: Uuid,
    /// `waiting`, `accepted` by the mail service, `delivered` or `failed`.
    state: String,
    /// When the event happened.
    created_at: DateTime<Utc>,
    /// When it was accepted, delivered or given up.
    finished_at: Option<DateTime<Utc>>,
    /// The delivery to an endpoint that this mail stands in for.
    escalates: Option<Uuid>,
    /// What the mail service says became of it.
    receipt: Option<String>,
    /// When that was known.
    receipt_at: Option<DateTime<Utc>>,
}

impl From<Notification> for DeliveryView {
    fn from(notification: Notification) -> Self {
        Self {
            id: notification.id,
            event: notification.event,
            report_id: notification.report_id,
            version: notification.version,
            channel: notification.channel,
            recipient_id: notification.recipient_id,
            state: notification.state,
            created_at: notification.created_at,
            finished_at: notification.finished_at,
            escalates: notification.escalates,
            receipt: notification.receipt,
            receipt_at: notification.receipt_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Only to this endpoint or contact.
    recipient_id: Option<Uuid>,
    /// Only `waiting`, `accepted`, `delivered` or `failed`.
    state: Option<String>,
    /// Only of this event.
    event: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Deliveries to a body, newest first
#[utoipa::path(
    tag = "notifications",
    params(ListQuery),
    responses((status = 200, body = paging::Page<DeliveryView>)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/bodies/{id}/deliveries")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let asked = Asked::read("deliveries", query.limit, query.cursor.as_deref())?;
    let filter = Filter {
        recipient: query.recipient_id,
        state: query.state.clone(),
        event: query.event.clone(),
        seek: asked.seek.clone(),
        limit: asked.rows(),
    };
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let found = state
        .store
        .read(move |connection| notifications::deliveries(connection, &actor, id, &filter))
        .await?;
    asked.page(
        &request,
        found,
        |notification| notification.id,
        DeliveryView::from,
    )
}

/// One try to deliver.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
struct AttemptView {
    /// Number of the try, from 1.
    attempt: i32,
    /// When it began.
    at: DateTime<Utc>,
    /// `delivered`, `refused`, `unreachable` or `blocked`.
    outcome: String,
    /// Status of the answer, if there was one.
    status: Option<i16>,
    /// Class of what went wrong: `dns`, `connect`, `tls`, `timeout`, `broken`,
    /// `redirect`, `throttled`, `status`, `gone`, `address`, `key`, or of mail
    /// `mail_refused`, `mail_later`.
    error: Option<String>,
    /// What went wrong, in words of this service. Nothing of an answer is kept
    /// but its status.
    detail: Option<String>,
    /// How long it took, in milliseconds.
    took_ms: i32,
    /// When the next try is due.
    next_at: Option<DateTime<Utc>>,
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self {
            attempt: attempt.attempt,
            at: attempt.at,
            outcome: attempt.outcome,
            status: attempt.status,
            error: attempt.error,
            detail: attempt.detail,
            took_ms: attempt.took_ms,
            next_at: attempt.next_at,
        }
    }
}

/// A delivery with its tries.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryDetail {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// Tries, oldest first.
    attempts: Vec<AttemptView>,
}

/// One delivery with its tries
#[utoipa::path(
    tag = "notifications",
    responses((status = 200, body = DeliveryDetail)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/deliveries/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::WebhooksManage)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let (notification, attempts) = state
        .store
        .read(move |connection| notifications::delivery(connection, &actor, id))
        .await?;
    Ok(HttpResponse::Ok().json(DeliveryDetail {
        delivery: DeliveryView::from(notification),
        attempts: attempts.into_iter().map(AttemptView::from).collect(),
    }))
}

/// Why a delivery is made again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewReplay)]
struct NewReplayView {
    /// Reason, for the record.
    reason: String,
}

/// Deliver again, with the same identifier and the same bytes
#[utoipa::path(
    tag = "notifications",
    request_body = NewReplayView,
    responses((status = 202, body = DeliveryView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/deliveries/{id}/replay")]
async fn replay(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::WebhooksManage)?;
    let id = id.into_inner();
    let Sent { value, sha256 } =
        body::json::<NewReplayView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    let reason = fields.line("/reason", &value.reason, 500);
    fields.finish()?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        notifications::replay(tx, id, &reason)?;
        let actor = tx.actor();
        let (notification, _) = notifications::delivery(tx.connection(), actor, id)?;
        Ok(answer::json(
            202,
            vec![("location".to_owned(), format!("/v1/deliveries/{id}"))],
            &DeliveryView::from(notification),
        )?)
    })
    .await
}
