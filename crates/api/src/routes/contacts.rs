//! E-mail contacts of a body.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, Utc};
use group_inspection_store::{
    Error,
    actor::Scope,
    recipients::{self, Contact, Tells},
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

/// An e-mail contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
struct ContactView {
    /// Identifier.
    id: Uuid,
    /// E-mail address.
    address: String,
    /// What the contact does for the body.
    role: String,
    /// `everything`, or `what_failed` for what a webhook endpoint did not
    /// accept and what becomes of endpoints.
    tells: String,
    /// When it was added.
    created_at: DateTime<Utc>,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            address: contact.address,
            role: contact.role,
            tells: contact.tells,
            created_at: contact.created_at,
        }
    }
}

/// E-mail contacts of a body, oldest first
#[utoipa::path(
    tag = "notifications",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ContactView>)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[get("/v1/bodies/{id}/contacts")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let (actor, id) = (caller.actor().clone(), id.into_inner());
    let contacts = state
        .store
        .read(move |connection| recipients::contacts(connection, &actor, id))
        .await?;
    let views = contacts
        .into_iter()
        .map(ContactView::from)
        .collect::<Vec<_>>();
    paging::whole(&request, "contacts", &query, views, |one| {
        one.id.to_string()
    })
}

/// An e-mail contact to be added.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewContact)]
struct NewContactView {
    /// E-mail address.
    #[schema(example = "reports@group.example.org")]
    address: String,
    /// What the contact does for the body.
    #[schema(example = "Chief executive's office")]
    role: String,
    /// What the contact is told.
    #[serde(default)]
    tells: TellsView,
}

/// What a contact is told.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ContactTells)]
enum TellsView {
    /// Every event.
    #[default]
    Everything,
    /// What a webhook endpoint did not accept, and what becomes of endpoints.
    WhatFailed,
}

/// Add an e-mail contact
///
/// An address that is a contact already stays one contact.
#[utoipa::path(
    tag = "notifications",
    request_body = NewContactView,
    responses((status = 201, body = ContactView)),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[post("/v1/bodies/{id}/contacts")]
async fn create(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::WebhooksManage)?;
    let body_id = id.into_inner();
    caller.sees(body_id)?;
    let Sent { value, sha256 } =
        body::json::<NewContactView>(&request, payload, state.limits.json_bytes).await?;
    let keyed = keyed::keyed(&request, &caller, &sha256)?;
    let mut fields = Fields::default();
    let address = fields.line("/address", &value.address, 254);
    let role = fields.line("/role", &value.role, 200);
    fields.finish()?;
    let tells = match value.tells {
        TellsView::Everything => Tells::Everything,
        TellsView::WhatFailed => Tells::WhatFailed,
    };
    keyed::respond_once(&state, &caller, keyed, move |tx| {
        let id = recipients::create_contact(tx, body_id, &address, &role, tells)?;
        let actor = tx.actor();
        let contact = recipients::contacts(tx.connection(), actor, body_id)?
            .into_iter()
            .find(|contact| contact.id == id)
            .ok_or(Error::NotFound)?;
        Ok(answer::created(
            format!("/v1/bodies/{body_id}/contacts/{id}"),
            &ContactView::from(contact),
        )?)
    })
    .await
}

/// Remove an e-mail contact
#[utoipa::path(
    tag = "notifications",
    responses((status = 204, description = "Removed.")),
    extensions(("x-required-scope" = json!("webhooks:manage")))
)]
#[delete("/v1/bodies/{id}/contacts/{contact_id}")]
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
        let contacts = recipients::contacts(tx.connection(), actor, body)?;
        if !contacts.iter().any(|contact| contact.id == id) {
            return Err(Error::NotFound.into());
        }
        Ok(recipients::delete_contact(tx, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
