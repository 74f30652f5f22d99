//! API keys, managed by whoever runs the platform.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use group_inspection_core::inspection::Role;
use group_inspection_store::{
    Tx,
    actor::Scope,
    idempotency::KeyedRequest,
    keys::{self, Key, NewKey, Rotation},
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
    keyed::{self, Once, Stop},
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(read)
        .service(create)
        .service(rotate)
        .service(revoke);
}

/// Hours that a secret goes on working after a rotation, unless the caller
/// says otherwise.
const USUAL_OVERLAP: u32 = 24;

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
struct KeyView {
    /// Identifier.
    id: Uuid,
    /// What the key is for.
    name: String,
    /// `active`, `expired` or `revoked`.
    state: &'static str,
    /// What its holder may do.
    scopes: Vec<String>,
    /// The one body its holder is limited to.
    body_id: Option<Uuid>,
    /// In which role its holder acts on inspections.
    role: Option<String>,
    /// The person who holds it.
    person_id: Option<Uuid>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it stops working.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When its secret was last replaced.
    rotated_at: Option<DateTime<Utc>>,
    /// Until when the secret before that works.
    previous_until: Option<DateTime<Utc>>,
    /// The last day on which it was used.
    last_used_on: Option<NaiveDate>,
}

impl KeyView {
    fn new(key: Key, now: DateTime<Utc>) -> Self {
        Self {
            state: key.state(now),
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            body_id: key.body_id,
            role: key.role,
            person_id: key.person_id,
            created_at: key.created_at,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            rotated_at: key.rotated_at,
            previous_until: key.previous_until,
            last_used_on: key.last_used_on,
        }
    }
}

/// An API key with a new secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKeySecret)]
struct SecretView {
    #[serde(flatten)]
    key: KeyView,
    /// The secret. It is shown once: an answer that is replayed has none.
    #[schema(example = "gik_…")]
    secret: Option<String>,
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

/// API keys, oldest first
///
/// By an operator.
#[utoipa::path(
    tag = "service",
    params(ListQuery),
    responses((status = 200, body = paging::Page<KeyView>)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[get("/v1/api-keys")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    let asked = Asked::read("api-keys", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let (actor, now) = (caller.actor().clone(), state.now());
    let found = state
        .store
        .read(move |connection| keys::list(connection, &actor, &seek, rows))
        .await?;
    asked.page(&request, found, |key| key.id, |key| KeyView::new(key, now))
}

/// An API key
///
/// By an operator.
#[utoipa::path(
    tag = "service",
    responses((status = 200, body = KeyView)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[get("/v1/api-keys/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let key = state
        .store
        .read(move |connection| keys::get(connection, &actor, id))
        .await?;
    Ok(HttpResponse::Ok().json(KeyView::new(key, state.now())))
}

/// An API key to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewApiKey)]
struct NewKeyView {
    /// What the key is for.
    #[schema(example = "Evidence of Larch Schools")]
    name: String,
    /// What its holder may do.
    #[schema(example = json!(["register:read", "submissions:write"]))]
    scopes: Vec<String>,
    /// The one body its holder is limited to.
    #[serde(default)]
    body_id: Option<Uuid>,
    /// In which role its holder acts on inspections.
    #[serde(default)]
    role: Option<String>,
    /// The person who holds it, for roles of people.
    #[serde(default)]
    person_id: Option<Uuid>,
    /// When it stops working; never unless given.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

fn checked(sent: NewKeyView) -> Result<NewKey, Problem> {
    let mut fields = Fields::default();
    let name = fields.line("/name", &sent.name, 200);
    fields.count("/scopes", sent.scopes.len(), 1, Scope::ALL.len());
    let mut scopes = Vec::new();
    for (index, code) in sent.scopes.iter().enumerate() {
        match Scope::from_code(code) {
            Some(scope) => scopes.push(scope),
            None => fields.note(
                &format!("/scopes/{index}"),
                "invalid-value",
                "There is no such scope.",
            ),
        }
    }
    let role = sent.role.as_deref().map(Role::from_code);
    if matches!(role, Some(None | Some(Role::System))) {
        fields.note("/role", "invalid-value", "There is no such role.");
    }
    if sent.person_id.is_some() && role.is_none() {
        fields.note("/person_id", "invalid-value", "A person needs a role.");
    }
    fields.finish()?;
    Ok(NewKey {
        name,
        scopes,
        body: sent.body_id,
        role: role.flatten(),
        person: sent.person_id,
        expires_at: sent.expires_at,
    })
}

/// Make an API key
///
/// By an operator. The secret is in the first answer alone.
#[utoipa::path(
    tag = "service",
    request_body = NewKeyView,
    responses((status = 201, body = SecretView)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[post("/v1/api-keys")]
async fn create(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    let Sent { value, sha256 } =
        body::json::<NewKeyView>(&request, payload, state.limits.json_bytes).await?;
    let new = checked(value)?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    with_secret(&state, &caller, keyed, 201, move |tx| {
        Ok(keys::create(tx, &new)?)
    })
    .await
}

/// How an API key is to be rotated.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewApiKeyRotation)]
struct RotationView {
    /// Hours that the present secret goes on working: 24 unless given, 0 for
    /// one that others may know.
    #[serde(default)]
    overlap_hours: Option<u32>,
    /// Ends the rotation before this one, if its overlap has not run out.
    #[serde(default)]
    end_previous: bool,
    /// Why.
    reason: String,
}

/// Give an API key a new secret
///
/// By an operator. The key stays the same key, and the secret it had works
/// beside the new one for a while. The secret is in the first answer alone.
#[utoipa::path(
    tag = "service",
    request_body = RotationView,
    responses((status = 201, body = SecretView)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[post("/v1/api-keys/{id}/rotations")]
async fn rotate(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    let Sent { value, sha256 } =
        body::json::<RotationView>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    let reason = fields.line("/reason", &value.reason, 1_000);
    fields.finish()?;
    let rotation = Rotation {
        overlap: TimeDelta::hours(i64::from(value.overlap_hours.unwrap_or(USUAL_OVERLAP))),
        end_previous: value.end_previous,
        reason,
    };
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let id = id.into_inner();
    let answer = with_secret(&state, &caller, keyed, 201, move |tx| {
        Ok((id, keys::rotate(tx, id, &rotation)?))
    })
    .await?;
    state.keys.doubt(id);
    Ok(answer)
}

/// Why an API key is revoked.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewApiKeyRevocation)]
struct RevocationView {
    /// Why.
    reason: String,
}

/// Revoke an API key
///
/// By an operator. It stops working within five seconds, with the secret
/// before its rotation.
#[utoipa::path(
    tag = "service",
    request_body = RevocationView,
    responses((status = 200, body = KeyView)),
    extensions(("x-required-scope" = json!("admin")))
)]
#[post("/v1/api-keys/{id}/revocation")]
async fn revoke(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    let id = id.into_inner();
    let answer = keyed::post(
        &state,
        &caller,
        &request,
        payload,
        move |tx, sent: RevocationView| {
            let mut fields = Fields::default();
            let reason = fields.line("/reason", &sent.reason, 1_000);
            fields.finish()?;
            keys::revoke(tx, id, &reason)?;
            let (actor, now) = (tx.actor(), tx.now());
            let key = keys::get(tx.connection(), actor, id)?;
            Ok(answer::json(200, Vec::new(), &KeyView::new(key, now))?)
        },
    )
    .await?;
    state.keys.doubt(id);
    Ok(answer)
}

/// Makes a change that yields a secret. The answer that is kept for replays
/// goes without it, so that it is nowhere but with the caller.
async fn with_secret<F>(
    state: &AppState,
    caller: &Caller,
    keyed: KeyedRequest,
    status: u16,
    work: F,
) -> Result<HttpResponse, Problem>
where
    F: Fn(&mut Tx<'_>) -> Result<(Uuid, String), Stop> + Send + 'static,
{
    keyed::respond_secretly(state, caller, keyed, move |tx| {
        let (id, secret) = work(tx)?;
        let (actor, now) = (tx.actor(), tx.now());
        let key = keys::get(tx.connection(), actor, id)?;
        let view = |key: Key, secret| SecretView {
            key: KeyView::new(key, now),
            secret,
        };
        let location = vec![("location".to_owned(), format!("/v1/api-keys/{id}"))];
        Ok(Once {
            shown: answer::json(status, location.clone(), &view(key.clone(), Some(secret)))?,
            kept: answer::json(status, location, &view(key, None))?,
        })
    })
    .await
}
