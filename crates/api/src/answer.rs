//! Answers, as they are sent and as they are kept for a replay.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use group_inspection_store::{Error, idempotency::SavedAnswer};
use serde::Serialize;

/// A JSON answer that can be kept.
pub(crate) fn json(
    status: u16,
    headers: Vec<(String, String)>,
    body: &impl Serialize,
) -> Result<SavedAnswer, Error> {
    Ok(SavedAnswer {
        status,
        headers,
        body: serde_json::to_vec(body).map_err(|error| Error::internal("an answer", error))?,
        replayed: false,
    })
}

/// 201 with the place of what was created.
pub(crate) fn created(location: String, body: &impl Serialize) -> Result<SavedAnswer, Error> {
    json(201, vec![("location".to_owned(), location)], body)
}

/// 202 with the operation to follow.
pub(crate) fn accepted(operation: uuid::Uuid, body: &impl Serialize) -> Result<SavedAnswer, Error> {
    let location = format!("/v1/operations/{operation}");
    json(202, vec![("location".to_owned(), location)], body)
}

/// The response for a kept answer.
pub(crate) fn response(answer: SavedAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut builder = HttpResponseBuilder::new(status);
    builder.content_type("application/json");
    for (name, value) in &answer.headers {
        builder.insert_header((name.as_str(), value.as_str()));
    }
    if answer.replayed {
        builder.insert_header(("idempotency-replayed", "true"));
    }
    builder.body(answer.body)
}

/// Whether the caller asks for a page: a person with a browser does.
pub(crate) fn wants_page(request: &HttpRequest) -> bool {
    request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
