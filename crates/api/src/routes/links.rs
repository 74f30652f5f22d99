//! What ties bodies to each other beyond the registers.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post,
    web::{Data, Path, Payload, Query},
};
use chrono::NaiveDate;
use group_inspection_core::{
    conflict::{Partnership, PartnershipForm, Transfer},
    team::Institution,
};
use group_inspection_store::{actor::Scope, people};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    fields::Fields,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(add_partnership)
        .service(list_partnerships)
        .service(end_partnership)
        .service(add_transfer)
        .service(list_transfers)
        .service(end_transfer);
}

/// An organisation of which several bodies or schools are part.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Partnership)]
struct PartnershipView {
    /// Identifier.
    id: Uuid,
    /// `company`, `umbrella_trust`, `teaching_school_hub`, `scitt`, `diocese`
    /// or `buying_consortium`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<PartnershipForm>()))))]
    form: PartnershipForm,
    /// Who is part of it: `{"type": "body", "id": …}` or
    /// `{"type": "school", "id": …}`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Institution>>()))))]
    members: Vec<Institution>,
}

/// An organisation to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewPartnership {
    /// `company`, `umbrella_trust`, `teaching_school_hub`, `scitt`, `diocese`
    /// or `buying_consortium`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<PartnershipForm>()))))]
    form: PartnershipForm,
    /// Who is part of it: `{"type": "body", "id": …}` or
    /// `{"type": "school", "id": …}`.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Institution>>()))))]
    members: Vec<Institution>,
}

/// Enter an organisation that bodies share (C12)
///
/// By an operations officer. The rules on conflicts run anew over everybody
/// who is assigned.
#[utoipa::path(
    tag = "people",
    request_body = NewPartnership,
    responses((status = 201, body = PartnershipView)),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[post("/v1/partnerships")]
async fn add_partnership(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleWrite)?;
    caller.unlimited()?;
    keyed::post(
        &state,
        &caller,
        &request,
        payload,
        |tx, new: NewPartnership| {
            let mut fields = Fields::default();
            fields.count("/members", new.members.len(), 2, 5_000);
            fields.finish()?;
            let id = tx.new_id();
            let kept = Partnership {
                id,
                form: new.form,
                members: new.members.clone(),
            };
            people::link(tx, id, &kept)?;
            let view = PartnershipView {
                id,
                form: new.form,
                members: new.members,
            };
            Ok(answer::created(format!("/v1/partnerships/{id}"), &view)?)
        },
    )
    .await
}

/// Organisations that bodies share
#[utoipa::path(
    tag = "people",
    params(PageQuery),
    responses((status = 200, body = paging::Page<PartnershipView>)),
    extensions(("x-required-scope" = json!("people:read")))
)]
#[get("/v1/partnerships")]
async fn list_partnerships(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleRead)?;
    caller.unlimited()?;
    let found = state.store.read(people::links::<Partnership>).await?;
    let views: Vec<PartnershipView> = found
        .into_iter()
        .map(|one| PartnershipView {
            id: one.id,
            form: one.form,
            members: one.members,
        })
        .collect();
    paging::whole(&request, "partnerships", &query, views, |one| {
        one.id.to_string()
    })
}

/// Take away an organisation that is no more
#[utoipa::path(
    tag = "people",
    responses((status = 204)),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[delete("/v1/partnerships/{id}")]
async fn end_partnership(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::PeopleWrite)?;
    caller.unlimited()?;
    let id = id.into_inner();
    keyed::write(&state, &caller, move |tx| {
        Ok(people::unlink::<Partnership>(tx, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A body's interest in taking over or merging.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transfer)]
struct TransferView {
    /// Identifier.
    id: Uuid,
    /// Body that has the interest.
    by: Uuid,
    /// School or body it concerns.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Institution>()))))]
    concerning: Institution,
    /// Last day on which it was live; left out while it is.
    to: Option<NaiveDate>,
}

/// An interest to be entered.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct NewTransfer {
    /// Body that has the interest.
    by: Uuid,
    /// School or body it concerns.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Institution>()))))]
    concerning: Institution,
    /// Last day on which it was live; left out while it is.
    #[serde(default)]
    to: Option<NaiveDate>,
}

/// Enter a body's interest in taking over or merging (C11)
///
/// By an operations officer, from decisions on growth or transfer. The rules
/// on conflicts run anew over everybody who is assigned.
#[utoipa::path(
    tag = "people",
    request_body = NewTransfer,
    responses((status = 201, body = TransferView)),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[post("/v1/transfers")]
async fn add_transfer(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleWrite)?;
    caller.unlimited()?;
    keyed::post(
        &state,
        &caller,
        &request,
        payload,
        |tx, new: NewTransfer| {
            let id = tx.new_id();
            let kept = Transfer {
                id,
                by: new.by,
                concerning: new.concerning.clone(),
                to: new.to,
            };
            people::link(tx, id, &kept)?;
            let view = TransferView {
                id,
                by: new.by,
                concerning: new.concerning,
                to: new.to,
            };
            Ok(answer::created(format!("/v1/transfers/{id}"), &view)?)
        },
    )
    .await
}

/// Interests in taking over or merging
#[utoipa::path(
    tag = "people",
    params(PageQuery),
    responses((status = 200, body = paging::Page<TransferView>)),
    extensions(("x-required-scope" = json!("people:read")))
)]
#[get("/v1/transfers")]
async fn list_transfers(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::PeopleRead)?;
    caller.unlimited()?;
    let found = state.store.read(people::links::<Transfer>).await?;
    let views: Vec<TransferView> = found
        .into_iter()
        .map(|one| TransferView {
            id: one.id,
            by: one.by,
            concerning: one.concerning,
            to: one.to,
        })
        .collect();
    paging::whole(&request, "transfers", &query, views, |one| {
        one.id.to_string()
    })
}

/// Take away an interest that was entered by mistake
#[utoipa::path(
    tag = "people",
    responses((status = 204)),
    extensions(("x-required-scope" = json!("people:write")))
)]
#[delete("/v1/transfers/{id}")]
async fn end_transfer(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::PeopleWrite)?;
    caller.unlimited()?;
    let id = id.into_inner();
    keyed::write(&state, &caller, move |tx| {
        Ok(people::unlink::<Transfer>(tx, id)?)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
