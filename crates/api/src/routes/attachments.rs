//! Files attached to evidence.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    post, rt,
    web::{Data, Path, Payload, Query},
};
use group_inspection_core::library::attachment::State;
use group_inspection_store::{
    Error,
    actor::Scope,
    blob::Upload,
    evidence::{self, StoredAttachment},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    keyed,
    openapi::core_types::of,
    paging::{self, PageQuery},
    problem::Problem,
    state::AppState,
    upload,
};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(attach).service(list).service(content);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AttachQuery {
    /// Name of the file.
    filename: String,
}

/// A file attached to evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
struct AttachmentView {
    /// Identifier.
    id: Uuid,
    /// The item it belongs to.
    item: Uuid,
    /// Name as sent.
    name: String,
    /// Size in bytes.
    bytes: u64,
    /// SHA-256 in hexadecimal.
    sha256: String,
    /// Where it stands: `received`, `quarantined`, `clean`, `infected` or
    /// `refused`, with particulars. Only a clean one can be read.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<State>()))))]
    state: State,
}

impl From<StoredAttachment> for AttachmentView {
    fn from(stored: StoredAttachment) -> Self {
        let attachment = stored.attachment;
        Self {
            id: attachment.id,
            item: stored.item,
            name: attachment.name,
            bytes: attachment.bytes,
            sha256: attachment.sha256.to_string(),
            state: attachment.state,
        }
    }
}

/// Attach a file to an item of evidence
///
/// The body is the file itself: PDF, Word, Excel, PowerPoint, OpenDocument,
/// CSV, text, PNG or JPEG, without macros. A worker checks its type and its
/// limits and has it scanned; until it is found clean nobody reads it.
#[utoipa::path(
    operation_id = "attach_file",
    tag = "evidence",
    params(AttachQuery),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = AttachmentView)),
    extensions(("x-required-scope" = json!("submissions:write")))
)]
#[post("/v1/inspections/{id}/evidence/{item}/attachments")]
async fn attach(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    place: Path<(Uuid, Uuid)>,
    query: Query<AttachQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::SubmissionsWrite)?;
    keyed::key(&request)?;
    let name = upload::file_name(&query.filename)?;
    let place = place.into_inner();
    let key = format!("attachments/{}", Uuid::now_v7());
    let limit = state.policy.attachments.file_bytes;
    let received = upload::receive(&state, &request, payload, &key, limit).await?;
    // From here on the work goes on even if the caller goes away, so that no
    // file is kept that nothing knows of.
    rt::spawn(async move { keep(&state, &caller, &request, received, place, name).await })
        .await
        .map_err(Problem::internal)?
}

async fn keep(
    state: &AppState,
    caller: &Caller,
    request: &HttpRequest,
    received: Upload,
    (inspection, item): (Uuid, Uuid),
    name: String,
) -> Result<HttpResponse, Problem> {
    let uploaded = received.finish().await?;
    let blob = uploaded.key.clone();
    let result = match upload::fingerprint(request, caller, &uploaded) {
        Ok(keyed) => {
            keyed::write_once(state, caller, keyed, move |tx| {
                let id = evidence::attach(tx, inspection, item, &name, &uploaded)?;
                let held = evidence::attachment(tx.connection(), id)?;
                Ok(answer::created(
                    format!("/v1/inspections/{inspection}/attachments"),
                    &AttachmentView::from(held.value),
                )?)
            })
            .await
        }
        Err(problem) => Err(problem),
    };
    if upload::is_left_over(&result) {
        state.blobs.remove(&blob).await?;
    }
    Ok(answer::response(result?))
}

/// Files attached to the evidence that the caller may open
#[utoipa::path(
    tag = "evidence",
    params(PageQuery),
    responses((status = 200, body = paging::Page<AttachmentView>)),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/inspections/{id}/attachments")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let found = state
        .store
        .read(move |connection| {
            let open = evidence::library(connection, &actor, id, now)?;
            let mut held = evidence::attachments(connection, id)?;
            held.retain(|held| {
                open.iter()
                    .flat_map(|item| &item.revisions)
                    .any(|revision| revision.id == held.value.item)
            });
            Ok::<_, Error>(held)
        })
        .await?;
    let views: Vec<AttachmentView> = found
        .into_iter()
        .map(|held| AttachmentView::from(held.value))
        .collect();
    paging::whole(&request, "attachments", &query, views, |one| {
        one.id.to_string()
    })
}

/// The content of a file that was found clean
#[utoipa::path(
    operation_id = "read_attachment_content",
    tag = "evidence",
    responses((status = 200, body = String, content_type = "application/octet-stream")),
    extensions(("x-required-scope" = json!("inspections:read")))
)]
#[get("/v1/attachments/{id}/content")]
async fn content(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require_quietly(Scope::InspectionsRead)?;
    let (actor, id, now) = (caller.actor().clone(), id.into_inner(), state.now());
    let stored = state
        .store
        .read(move |connection| evidence::readable(connection, &actor, id, now))
        .await?;
    let media = stored
        .attachment
        .readable()
        .map_err(Problem::internal)?
        .media()
        .mime();
    let bytes = state.blobs.read(&stored.blob).await?;
    Ok(HttpResponse::Ok()
        .content_type(media)
        // Saved, never shown: what it holds is not ours to run.
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(stored.attachment.name.clone())],
        })
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .streaming(bytes))
}
