//! The register of what already holds responsible bodies to account.

use actix_web::{
    HttpRequest, HttpResponse, get, put,
    web::{Data, Payload},
};
use group_inspection_core::accountability::{Entry, Register};
use group_inspection_store::{accountability, actor::Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{bodies::etag, members::if_match};
use crate::{
    auth::Caller,
    body::{self, Sent},
    fields::Fields,
    keyed,
    openapi::core_types::of,
    problem::{Code, FieldError, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(read).service(replace);
}

/// The register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountabilityRegister)]
struct RegisterView {
    /// Name of this state of the register.
    version: String,
    /// Entries, in the order annex B of a report lists them.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Entry>>()))))]
    entries: Vec<Entry>,
}

impl From<Register> for RegisterView {
    fn from(register: Register) -> Self {
        Self {
            version: register.version,
            entries: register.entries,
        }
    }
}

/// What already holds responsible bodies to account, by kind
#[utoipa::path(
    tag = "oversight",
    responses((status = 200, body = RegisterView, headers(("ETag" = String, description = "The revision; 0 for the register that ships with the service.")))),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/accountability-register")]
async fn read(caller: Caller, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let (register, revision) = state.store.read(accountability::register).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(RegisterView::from(register)))
}

/// What the register is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRegister {
    /// Name of this state of the register.
    version: String,
    /// Entries: `kinds`, `arrangement`, `basis`, `frequency`, `output`, and
    /// `source` with `checked_on`, `from` and `until` where they apply.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Vec<Entry>>()))))]
    entries: Vec<Entry>,
    /// Why it is changed.
    reason: String,
}

/// Replace the register of what holds bodies to account
///
/// A source and the day it was checked belong together; an entry without them
/// is shown as still to be verified. Reports compiled from now on show it as
/// it stood for their kind of body on the day their inspection opened (DR-36).
#[utoipa::path(
    tag = "oversight",
    params(("If-Match" = String, Header, description = "ETag of the register as read.")),
    request_body = NewRegister,
    responses((status = 200, body = RegisterView, headers(("ETag" = String, description = "The new revision.")))),
    extensions(("x-required-scope" = json!("admin")))
)]
#[put("/v1/accountability-register")]
async fn replace(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::Admin)?;
    caller.unlimited()?;
    let revision = if_match(&request)?;
    let Sent { value, .. } =
        body::json::<NewRegister>(&request, payload, state.limits.json_bytes).await?;
    let mut fields = Fields::default();
    let version = fields.line("/version", &value.version, 100);
    let reason = fields.line("/reason", &value.reason, 1_000);
    fields.count("/entries", value.entries.len(), 1, 1_000);
    fields.finish()?;
    let register = Register {
        version,
        entries: value.entries,
    };
    let kept = register.clone();
    let revision = keyed::write(&state, &caller, move |tx| {
        accountability::replace(tx, revision, &kept, &reason)?.map_err(|flaws| {
            let errors = flaws.iter().map(|flaw| {
                let (place, field) = flaw.place();
                let field = field.map(|field| format!("/{field}")).unwrap_or_default();
                FieldError {
                    pointer: format!("/entries/{place}{field}"),
                    code: "invalid-value",
                    detail: format!("{flaw}."),
                }
            });
            Problem::with_errors(Code::Invalid, errors.collect()).into()
        })
    })
    .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(revision))
        .json(RegisterView::from(register)))
}
