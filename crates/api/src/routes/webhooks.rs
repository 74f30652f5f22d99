//! Webhook endpoints of a body.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, Utc};
use group_inspection_store::{
    Error,
    actor::Scope,
    recipients::{self, Endpoint},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed, paging,
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(remove);
}

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
struct EndpointView {
    /// Identifier.
    id: Uuid,
    /// Address that is called.
    url: String,
    /// `active` or `disabled`.
    state: String,
    /// Why it is disabled.
    disabled_reason: Option<String>,
    /// Since when every try has failed.
    failing_since: Option<DateTime<Utc>>,
    /// When it was added.
    created_at: DateTime<Utc>,
}

impl From<Endpoint> for EndpointView {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            state: endpoint.state,
            disabled_reason: endpoint.disabled_reason,
            failing_since: endpoint.failing_since,
            created_at: endpoint.created_at,
        }
    }
}

/// Webhook endpoints of a body, oldest first
#[utoipa::path(
    tag = "notifications",
    responses((status = 200, body = paging::Page<EndpointView>)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/bodies/{id}/webhook-endpoints")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let endpoints = state
        .store
        .read(move |connection| recipients::endpoints(connection, &actor, id))
        .await?;
    Ok(HttpResponse::Ok().json(paging::Page {
        items: endpoints
            .into_iter()
            .map(EndpointView::from)
            .collect::<Vec<_>>(),
        next: None,
    }))
}

/// A webhook endpoint to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewWebhookEndpoint)]
struct NewEndpointView {
    /// Address to call.
    #[schema(example = "https://hooks.example.org/group-inspection")]
    url: String,
}

/// A webhook endpoint that was added, with its secret, which is not shown
/// again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpointCreated)]
struct CreatedView {
    /// Identifier.
    id: Uuid,
    /// Address that is called.
    url: String,
    /// Secret that calls are signed with (Standard Webhooks).
    secret: String,
}

/// Add a webhook endpoint
#[utoipa::path(
    tag = "notifications",
    request_body = NewEndpointView,
    responses((status = 201, body = CreatedView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/webhook-endpoints")]
async fn create(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let id = id.into_inner();
    caller.sees(id)?;
    let Sent { value, sha256 } =
        body::json::<NewEndpointView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    let url = fields.line("/url", &value.url, 2_048);
    if !url.is_empty() && !is_web_address(&url) {
        fields.note(
            "/url",
            "invalid-value",
            "This must be an https address without credentials.",
        );
    }
    fields.finish()?;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let (endpoint, secret) = recipients::create_endpoint(tx, id, &url)?;
        Ok(answer::created(
            format!("/v1/bodies/{id}/webhook-endpoints/{endpoint}"),
            &CreatedView {
                id: endpoint,
                url: url.clone(),
                secret,
            },
        )?)
    })
    .await
}

/// What an address resolves to is checked when it is called; here only its
/// form is.
fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// Remove a webhook endpoint
#[utoipa::path(
    tag = "notifications",
    responses((status = 204, description = "Removed.")),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[delete("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}")]
async fn remove(
    caller: Caller,
    state: Data<AppState>,
    place: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let (body, id) = place.into_inner();
    caller.sees(body)?;
    keyed::write(&state, &caller, move |tx| {
        let actor = tx.actor();
        let endpoint = recipients::endpoint(tx.connection(), actor, id)?;
        if endpoint.body_id != body {
            return Err(Error::NotFound.into());
        }
        Ok(recipients::delete_endpoint(tx, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
