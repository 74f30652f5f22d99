//! Addresses of offices that are told of bodies (domain.md 9.5).

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_core::notice::Post;
use group_inspection_store::{
    actor::Scope,
    recipients::{self, OfficeContact},
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
    keyed,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list).service(create).service(remove);
}

/// Somebody at an office that is told of bodies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfficeContact)]
struct OfficeContactView {
    /// Identifier.
    id: Uuid,
    /// The office, such as `religious_authority`.
    post: String,
    /// Whose office it is; whoever's unless given.
    of: Option<String>,
    /// E-mail address.
    address: String,
    /// When it was added.
    created_at: DateTime<Utc>,
}

impl From<OfficeContact> for OfficeContactView {
    fn from(contact: OfficeContact) -> Self {
        Self {
            id: contact.id,
            post: contact.post,
            of: contact.of,
            address: contact.address,
            created_at: contact.created_at,
        }
    }
}

/// Addresses of offices
///
/// Beside each body, offices are told: those entitled to a copy a working day
/// before the public, others with the public. Which they are follows from the
/// kind of body and its schools.
#[utoipa::path(
    tag = "notifications",
    params(PageQuery),
    responses((status = 200, body = paging::Page<OfficeContactView>)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/office-contacts")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    caller.unlimited()?;
    let actor = caller.actor().clone();
    let contacts = state
        .store
        .read(move |connection| recipients::office_contacts(connection, &actor))
        .await?;
    let views = contacts
        .into_iter()
        .map(OfficeContactView::from)
        .collect::<Vec<_>>();
    paging::whole(&request, "office-contacts", &query, views, |one| {
        one.id.to_string()
    })
}

/// An address of an office to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOfficeContact)]
struct NewOfficeContactView {
    /// The office.
    #[schema(value_type = String, example = "religious_authority")]
    post: Post,
    /// Whose office it is, where there are several: code of a local authority
    /// or diocese, URN of a school, name of a sponsor or association. Without
    /// it, whoever's.
    #[schema(example = "CE23")]
    of: Option<String>,
    /// E-mail address.
    #[schema(example = "education@diocese.example.org")]
    address: String,
}

/// Add an address of an office
///
/// What was added before stays as it is.
#[utoipa::path(
    tag = "notifications",
    request_body = NewOfficeContactView,
    responses((status = 201, body = OfficeContactView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/office-contacts")]
async fn create(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    caller.unlimited()?;
    let Sent { value, sha256 } =
        body::json::<NewOfficeContactView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    let address = fields.line("/address", &value.address, 254);
    let of = value.of.map(|of| fields.line("/of", &of, 200));
    fields.finish()?;
    let post = value.post;
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let id = recipients::create_office_contact(tx, post, of.as_deref(), &address)?;
        let actor = tx.actor();
        let contact = recipients::office_contacts(tx.connection(), actor)?
            .into_iter()
            .find(|held| held.id == id)
            .ok_or(group_inspection_store::Error::NotFound)?;
        Ok(answer::created(
            format!("/v1/office-contacts/{id}"),
            &OfficeContactView::from(contact),
        )?)
    })
    .await
}

/// Remove an address of an office
#[utoipa::path(
    tag = "notifications",
    responses((status = 204, description = "Removed.")),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[delete("/v1/office-contacts/{contact_id}")]
async fn remove(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    caller.unlimited()?;
    let id = id.into_inner();
    keyed::write(&state, &caller, move |tx| {
        Ok(recipients::delete_office_contact(tx, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
