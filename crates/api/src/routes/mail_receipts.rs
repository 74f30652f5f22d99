//! Where the mail service says what became of a message.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    post,
    web::{Data, Payload},
};
use group_inspection_store::{Actor, notifications};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    body::{self, Sent},
    problem::{Code, Problem},
    state::AppState,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(receive);
}

/// A delivery receipt, as GOV.UK Notify sends it. What it says of the
/// recipient is not read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = MailReceipt)]
struct ReceiptView {
    /// What the mail service calls the message.
    id: Uuid,
    /// The notification, as it was named when the message was sent.
    reference: Option<String>,
    /// `delivered`, `permanent-failure`, `temporary-failure` or
    /// `technical-failure`.
    status: String,
}

/// Take a delivery receipt of the mail service
///
/// With the bearer token that the mail service was given; an API key opens
/// nothing here. Repeating a receipt changes nothing.
#[utoipa::path(
    operation_id = "receive_mail_receipt",
    tag = "notifications",
    request_body = ReceiptView,
    responses((status = 204, description = "Noted, or of no notification of this service."))
)]
#[post("/callbacks/mail-receipts")]
async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let Some(expected) = &state.receipts_token else {
        return Err(Problem::new(Code::NotFound));
    };
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "))
        .unwrap_or_default();
    if !expected.is(given) {
        return Err(Problem::new(Code::Unauthenticated)
            .header("www-authenticate", "Bearer realm=\"mail-receipts\""));
    }
    // More may be said than is read: the service adds fields as it likes.
    let Sent { value, .. } = body::value(&request, payload, state.limits.json_bytes).await?;
    let receipt: ReceiptView =
        serde_json::from_value(value).map_err(|_| Problem::new(Code::Invalid))?;
    let reference = receipt
        .reference
        .as_deref()
        .and_then(|text| text.parse().ok());
    if let Some(id) = reference {
        let provider_id = receipt.id.to_string();
        state
            .store
            .write(&Actor::system("mail receipts"), move |tx| {
                notifications::note_receipt(tx, id, &provider_id, &receipt.status)
            })
            .await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
