//! Imports of register files.

mod rejections;

use actix_web::{
    HttpRequest, HttpResponse, get, post, rt,
    web::{Data, Path, Payload, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_store::{
    actor::Scope,
    blob::{Upload, Uploaded},
    idempotency::{KeyedRequest, SavedAnswer},
    imports::{self, File, Import, NewFile},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    answer,
    auth::Caller,
    keyed,
    openapi::core_types::of,
    paging::{self, Asked},
    problem::{Ended, Problem},
    state::AppState,
    upload,
};

use super::operations::Begun;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(begin)
        .service(list)
        .service(read)
        .service(rejections::rejections);
}

/// A file of an import. `rows_read` is the rows accepted and those rejected;
/// facts are what rows state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportFile)]
struct FileView {
    /// Identifier.
    id: Uuid,
    /// Name.
    file_name: String,
    /// Code of the layout recognised.
    layout: Option<String>,
    /// The day the file describes.
    as_at: Option<NaiveDate>,
    /// SHA-256 in hexadecimal.
    sha256: Option<String>,
    /// Length in bytes.
    bytes: i64,
    /// `waiting`, `running`, `done` or `refused`.
    state: String,
    /// Data rows in the file.
    rows_read: i64,
    /// Rows that could not be read.
    rows_rejected: i64,
    /// Facts that were new.
    facts_inserted: i64,
    /// Facts that replaced an earlier one.
    facts_changed: i64,
    /// Facts that were known already.
    facts_unchanged: i64,
    /// Facts that a complete file no longer lists.
    facts_ended: i64,
    /// What was repaired or is worth knowing.
    #[schema(value_type = String, extensions(("x-core" = json!(of::<Value>()))))]
    notes: Value,
    /// Why the file was refused, as a problem document.
    refusal: Option<Ended>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
}

impl From<File> for FileView {
    fn from(file: File) -> Self {
        Self {
            id: file.id,
            file_name: file.file_name,
            layout: file.layout,
            as_at: file.as_at,
            sha256: file.sha256,
            bytes: file.bytes,
            state: file.state,
            rows_read: file.rows_read,
            rows_rejected: file.rows_rejected,
            facts_inserted: file.facts_inserted,
            facts_changed: file.facts_changed,
            facts_unchanged: file.facts_unchanged,
            facts_ended: file.facts_ended,
            notes: file.notes,
            refusal: file.refusal.as_ref().map(Ended::of),
            finished_at: file.finished_at,
        }
    }
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
struct ImportView {
    /// Identifier.
    id: Uuid,
    /// `waiting`, `running`, `done` or `failed`.
    state: String,
    /// When it was asked for.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// Its files.
    files: Vec<FileView>,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            state: import.state,
            created_at: import.created_at,
            finished_at: import.finished_at,
            files: import.files.into_iter().map(FileView::from).collect(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct BeginQuery {
    /// Name of the file, as published.
    filename: String,
    /// The day the file describes, if its name does not say so.
    as_at: Option<NaiveDate>,
}

/// An import that was begun.
#[derive(Debug, Serialize, ToSchema)]
struct ImportBegun {
    #[serde(flatten)]
    begun: Begun,
    /// Path of the import.
    import: String,
    /// Identifier of the import.
    import_id: Uuid,
}

/// Import a register file
///
/// The body is the file itself, CSV or ZIP. It is kept only once all of it
/// has arrived, and read by a worker after that.
#[utoipa::path(
    operation_id = "begin_import",
    tag = "register",
    params(BeginQuery),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 202, body = ImportBegun)),
    extensions(("x-required-scope" = json!("register:write")))
)]
#[post("/v1/imports")]
async fn begin(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<BeginQuery>,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterWrite)?;
    caller.unlimited()?;
    keyed::key(&request)?;
    let query = query.into_inner();
    let file_name = upload::file_name(&query.filename)?;
    let key = format!("imports/{}", Uuid::now_v7());
    let limit = state.limits.import_bytes;
    let upload = upload::receive(&state, &request, payload, &key, limit).await?;
    // From here on the work goes on even if the caller goes away, so that no
    // file is kept that nothing knows of.
    rt::spawn(
        async move { record(&state, &caller, &request, upload, file_name, query.as_at).await },
    )
    .await
    .map_err(Problem::internal)?
}

async fn record(
    state: &AppState,
    caller: &Caller,
    request: &HttpRequest,
    upload: Upload,
    file_name: String,
    as_at: Option<NaiveDate>,
) -> Result<HttpResponse, Problem> {
    let uploaded = upload.finish().await?;
    let blob = uploaded.key.clone();
    let result = match upload::fingerprint(request, caller, &uploaded) {
        Ok(keyed) => write(state, caller, keyed, uploaded, file_name, as_at).await,
        Err(problem) => Err(problem),
    };
    if upload::is_left_over(&result) {
        state.blobs.remove(&blob).await?;
    }
    Ok(answer::response(result?))
}

async fn write(
    state: &AppState,
    caller: &Caller,
    keyed: KeyedRequest,
    uploaded: Uploaded,
    file_name: String,
    as_at: Option<NaiveDate>,
) -> Result<SavedAnswer, Problem> {
    let file = NewFile {
        file_name,
        as_at,
        sha256: uploaded.sha256,
        bytes: uploaded.bytes,
        blob: uploaded.key,
    };
    keyed::write_once(state, caller, keyed, move |tx| {
        let (import, operation) = imports::begin(tx, std::slice::from_ref(&file))?;
        Ok(answer::accepted(
            operation,
            &ImportBegun {
                begun: Begun::new(operation),
                import: format!("/v1/imports/{import}"),
                import_id: import,
            },
        )?)
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Where the page begins.
    cursor: Option<String>,
    /// Entries of the page, 1 to 100.
    limit: Option<i64>,
}

/// Imports, newest first
#[utoipa::path(
    tag = "register",
    params(PageQuery),
    responses((status = 200, body = paging::Page<ImportView>)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/imports")]
async fn list(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let asked = Asked::read("imports", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let found = state
        .store
        .read(move |connection| imports::list(connection, &seek, rows))
        .await?;
    asked.page(&request, found, |import| import.id, ImportView::from)
}

/// One import
#[utoipa::path(
    tag = "register",
    responses((status = 200, body = ImportView)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/imports/{id}")]
async fn read(
    caller: Caller,
    state: Data<AppState>,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let id = id.into_inner();
    let import = state
        .store
        .read(move |connection| imports::get(connection, id))
        .await?;
    Ok(HttpResponse::Ok().json(ImportView::from(import)))
}
