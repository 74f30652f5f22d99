//! Webhook endpoints of a body.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post, put,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_core::notice;
use group_inspection_store::{
    actor::Scope,
    notifications::{self, Range},
    recipients::{self, Endpoint, Signature, Wanted},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{bodies::etag, members::if_match, operations::Begun};
use crate::{
    answer,
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed::{self, Once},
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(read)
        .service(change)
        .service(remove)
        .service(rotate)
        .service(enable)
        .service(test)
        .service(replay);
}

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
struct EndpointView {
    /// Identifier.
    id: Uuid,
    /// Address that is called.
    url: String,
    /// What it is for.
    description: String,
    /// Events it is told of; all of them if none are named.
    events: Option<Vec<String>>,
    /// How calls are signed: `hmac-sha256` (`v1`) or `ed25519` (`v1a`).
    signature: &'static str,
    /// Key to verify calls with, if they are signed with ed25519.
    public_key: Option<String>,
    /// Until when calls are signed with the keys before as well.
    previous_until: Option<DateTime<Utc>>,
    /// `active` or `disabled`.
    state: String,
    /// Why it is disabled.
    disabled_reason: Option<String>,
    /// Since when every try has failed.
    failing_since: Option<DateTime<Utc>>,
    /// When it was added.
    created_at: DateTime<Utc>,
    /// Grows with every change; also the ETag.
    revision: i64,
}

impl From<Endpoint> for EndpointView {
    fn from(endpoint: Endpoint) -> Self {
        Self {
            id: endpoint.id,
            signature: endpoint.signature().code(),
            url: endpoint.url,
            description: endpoint.description,
            events: endpoint.events,
            public_key: endpoint.public_key,
            previous_until: endpoint.previous_until,
            state: endpoint.state,
            disabled_reason: endpoint.disabled_reason,
            failing_since: endpoint.failing_since,
            created_at: endpoint.created_at,
            revision: endpoint.revision,
        }
    }
}

/// Webhook endpoints of a body, oldest first
#[utoipa::path(
    tag = "notifications",
    params(PageQuery),
    responses((status = 200, body = paging::Page<EndpointView>)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/bodies/{id}/webhook-endpoints")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let endpoints = state
        .store
        .read(move |connection| recipients::endpoints(connection, &actor, id))
        .await?;
    let views = endpoints
        .into_iter()
        .map(EndpointView::from)
        .collect::<Vec<_>>();
    paging::whole(&request, "webhook-endpoints", &query, views, |one| {
        one.id.to_string()
    })
}

/// A webhook endpoint to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhookEndpoint)]
struct NewEndpointView {
    /// Address to call.
    #[schema(example = "https://hooks.example.org/group-inspection")]
    url: String,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// Events it is told of; all of them unless some are named.
    events: Option<Vec<String>>,
    /// How calls are signed. With `ed25519` there is no secret to be lost.
    #[serde(default)]
    signature: SignatureView,
}

/// How calls are signed.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = WebhookSignature)]
enum SignatureView {
    /// `v1`, with a secret that both sides have.
    #[default]
    #[serde(rename = "hmac-sha256")]
    Shared,
    /// `v1a`; the receiver has the public key alone.
    #[serde(rename = "ed25519")]
    Ed25519,
}

impl From<SignatureView> for Signature {
    fn from(view: SignatureView) -> Self {
        match view {
            SignatureView::Shared => Self::Shared,
            SignatureView::Ed25519 => Self::Ed25519,
        }
    }
}

/// A webhook endpoint as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookEndpointChange)]
struct ChangeView {
    /// Address to call.
    url: String,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// Events it is told of; all of them unless some are named.
    events: Option<Vec<String>>,
}

/// A webhook endpoint that was added, with what its calls are verified with.
/// A secret is not shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpointCreated)]
struct CreatedView {
    /// Identifier.
    id: Uuid,
    /// Address that is called.
    url: String,
    /// Secret that calls are signed with (Standard Webhooks), `whsec_…`. It is
    /// shown once: an answer that is replayed has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Key to verify calls with, `whpk_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
}

/// Address, description and events, each pointed at if it cannot be.
fn wanted(
    fields: &mut Fields,
    url: &str,
    description: &str,
    events: Option<Vec<String>>,
) -> Wanted {
    let url = fields.line("/url", url, 2_048);
    if !url.is_empty() && !is_web_address(&url) {
        fields.note(
            "/url",
            "invalid-value",
            "This must be an https address without credentials.",
        );
    }
    let description = match description.trim() {
        "" => String::new(),
        text => fields.line("/description", text, 200),
    };
    Wanted {
        url,
        description,
        events: known_events(fields, events),
    }
}

/// Names of events that there are, in order and each once.
fn known_events(fields: &mut Fields, events: Option<Vec<String>>) -> Option<Vec<String>> {
    let mut events = events?;
    fields.count("/events", events.len(), 1, notice::EVENTS.len());
    for (position, event) in events.iter().enumerate() {
        if !notice::EVENTS.contains(&event.as_str()) {
            fields.note(
                &format!("/events/{position}"),
                "unknown-value",
                &format!("The events are {}.", notice::EVENTS.join(", ")),
            );
        }
    }
    events.sort();
    events.dedup();
    Some(events)
}

/// The body and its endpoint that a caller may manage.
fn managed(caller: &Caller, place: Path<(Uuid, Uuid)>) -> Result<(Uuid, Uuid), Problem> {
    caller.require(Scope::WebhooksManage)?;
    let place = place.into_inner();
    caller.sees(place.0)?;
    Ok(place)
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
    let wanted = wanted(&mut fields, &value.url, &value.description, value.events);
    fields.finish()?;
    let signature = value.signature.into();
    keyed::respond_secretly(&state, &caller, keyed, move |tx| {
        let (endpoint, shown) = recipients::create_endpoint(tx, id, &wanted, signature)?;
        let answer = |secret: Option<String>| {
            answer::created(
                format!("/v1/bodies/{id}/webhook-endpoints/{endpoint}"),
                &CreatedView {
                    id: endpoint,
                    url: wanted.url.clone(),
                    secret,
                    public_key: shown.public_key.clone(),
                },
            )
        };
        Ok(Once {
            shown: answer(shown.secret.clone())?,
            kept: answer(None)?,
        })
    })
    .await
}

/// One webhook endpoint
#[utoipa::path(
    tag = "notifications",
    responses((status = 200, body = EndpointView, headers(("ETag" = String, description = "The revision.")))),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    place: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let (actor, place) = (caller.actor().clone(), place.into_inner());
    let endpoint = state
        .store
        .read(move |connection| recipients::endpoint_of(connection, &actor, place))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(endpoint.revision))
        .json(EndpointView::from(endpoint)))
}

/// Change a webhook endpoint
///
/// What waits for it goes to the new address.
#[utoipa::path(
    tag = "notifications",
    params(("If-Match" = String, Header, description = "ETag of the endpoint as read.")),
    request_body = ChangeView,
    responses((status = 200, body = EndpointView, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[put("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}")]
async fn change(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = managed(&caller, place)?;
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<ChangeView>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    let wanted = wanted(&mut fields, &value.url, &value.description, value.events);
    fields.finish()?;
    let endpoint = keyed::write(&state, &caller, move |tx| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        recipients::change_endpoint(tx, place.1, revision, &wanted)?;
        Ok(recipients::endpoint(tx.connection(), actor, place.1)?)
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(endpoint.revision))
        .json(EndpointView::from(endpoint)))
}

/// New keys for an endpoint.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRotation)]
struct NewRotationView {
    /// How calls are signed from now on; as before unless given.
    signature: Option<SignatureView>,
}

/// New keys of an endpoint. A secret is not shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rotation)]
struct RotationView {
    /// Secret that calls are signed with from now on. It is shown once: an
    /// answer that is replayed has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Key to verify calls with from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    /// Until when calls are signed with the keys before as well.
    previous_until: Option<DateTime<Utc>>,
}

/// Give an endpoint new keys
///
/// Until `previous_until` calls have two signatures, with the new keys and with
/// those before, so that the receiver can change over without losing a call.
#[utoipa::path(
    tag = "notifications",
    request_body = NewRotationView,
    responses((status = 201, body = RotationView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/rotations")]
async fn rotate(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = managed(&caller, place)?;
    let overlap = TimeDelta::from_std(state.limits.key_overlap).unwrap_or_default();
    let Sent { value, sha256 } =
        body::json::<NewRotationView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    keyed::respond_secretly(&state, &caller, keyed, move |tx| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        let signature = value.signature.map(Signature::from);
        let (endpoint, shown) = recipients::rotate(tx, place.1, signature, overlap)?;
        let answer = |secret: Option<String>| {
            answer::created(
                format!("/v1/bodies/{}/webhook-endpoints/{}", place.0, place.1),
                &RotationView {
                    secret,
                    public_key: shown.public_key.clone(),
                    previous_until: endpoint.previous_until,
                },
            )
        };
        Ok(Once {
            shown: answer(shown.secret.clone())?,
            kept: answer(None)?,
        })
    })
    .await
}

/// Nothing to be said.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Nothing)]
struct NothingView {}

/// Call a disabled endpoint again
///
/// Send again what it has missed with a range of replays.
#[utoipa::path(
    tag = "notifications",
    request_body = NothingView,
    responses((status = 200, body = EndpointView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/enable")]
async fn enable(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = managed(&caller, place)?;
    keyed::post::<NothingView, _>(&state, &caller, &request, payload, move |tx, _| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        recipients::enable_endpoint(tx, place.1)?;
        let endpoint = recipients::endpoint(tx.connection(), actor, place.1)?;
        Ok(answer::json(
            200,
            Vec::new(),
            &EndpointView::from(endpoint),
        )?)
    })
    .await
}

/// Send a test to an endpoint
///
/// A delivery like any other, of the event `endpoint.test`, whatever the
/// endpoint's filter. A disabled endpoint can be tested too.
#[utoipa::path(
    tag = "notifications",
    request_body = NothingView,
    responses((status = 202, body = super::deliveries::DeliveryView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/test")]
async fn test(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = managed(&caller, place)?;
    keyed::post::<NothingView, _>(&state, &caller, &request, payload, move |tx, _| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        let id = notifications::test(tx, place.1)?;
        let (notification, _) = notifications::delivery(tx.connection(), actor, id)?;
        Ok(answer::json(
            202,
            vec![("location".to_owned(), format!("/v1/deliveries/{id}"))],
            &super::deliveries::DeliveryView::from(notification),
        )?)
    })
    .await
}

/// What is to be sent again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReplays)]
struct NewReplaysView {
    /// From this time on.
    since: DateTime<Utc>,
    /// Before this time.
    until: DateTime<Utc>,
    /// Only these events; all unless some are named.
    events: Option<Vec<String>>,
    /// Reason, for the record.
    reason: String,
}

/// Send again what an endpoint was to be told in a range
///
/// Each with its identifier and its bytes. What it was told before it was
/// disabled, while it was disabled, and what it has accepted already are all
/// sent; what still waits is left alone.
#[utoipa::path(
    tag = "notifications",
    request_body = NewReplaysView,
    responses((status = 202, body = Begun)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/replays")]
async fn replay(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let place = managed(&caller, place)?;
    let Sent { value, sha256 } =
        body::json::<NewReplaysView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    if value.since >= value.until {
        fields.note(
            "/until",
            "period-reversed",
            "The range ends before it begins.",
        );
    }
    let events = known_events(&mut fields, value.events);
    let reason = fields.line("/reason", &value.reason, 500);
    fields.finish()?;
    let range = Range {
        since: value.since,
        until: value.until,
        events,
    };
    let most = state.limits.replays;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        let operation = notifications::begin_range(tx, place.1, &range, most, &reason)?;
        Ok(answer::accepted(operation, &Begun::new(operation))?)
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
    let place = managed(&caller, place)?;
    keyed::write(&state, &caller, move |tx| {
        let actor = tx.actor();
        recipients::endpoint_of(tx.connection(), actor, place)?;
        Ok(recipients::delete_endpoint(tx, place.1)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
