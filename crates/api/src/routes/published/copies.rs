//! Copies of a version, as published.

use actix_web::{HttpRequest, HttpResponse, http::header};
use group_inspection_store::{Error, reports};
use uuid::Uuid;

use crate::{
    problem::{Code, Problem},
    state::AppState,
};

use super::{FOR_A_DAY, send};

/// What there is under `extension`.
pub(super) async fn copy(
    state: &AppState,
    request: &HttpRequest,
    id: Uuid,
    version: u32,
    extension: &str,
) -> Result<HttpResponse, Problem> {
    let format = match extension {
        "pdf" => "pdf",
        "json" => "json",
        "txt" => "text",
        _ => return Err(Problem::new(Code::NotFound)),
    };
    let (versions, copy) = state
        .store
        .read(move |connection| {
            let versions = reports::versions(connection, id)?;
            let copy = match reports::rendition(connection, id, version, format) {
                Ok(copy) => Some(copy),
                Err(Error::NotFound) => None,
                Err(error) => return Err(error),
            };
            Ok((versions, copy))
        })
        .await?;
    let Some(copy) = copy else {
        let reason = versions
            .into_iter()
            .find(|held| held.version == version)
            .and_then(|held| held.withdrawn_reason);
        return Err(match reason {
            Some(reason) => Problem::because(Code::ReportWithdrawn, reason),
            None => Problem::new(Code::NotFound),
        });
    };
    let mut response = send(
        request,
        200,
        &copy.media_type,
        &copy.sha256,
        FOR_A_DAY,
        copy.bytes,
    );
    let name = format!("inline; filename=\"group-inspection-{id}-v{version}.{extension}\"");
    if let Ok(value) = header::HeaderValue::from_str(&name) {
        response
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
