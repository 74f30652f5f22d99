//! Rows of an import that could not be read.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use group_inspection_store::{
    actor::Scope,
    imports::{self, Rejection},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{auth::Caller, paging, problem::Problem, state::AppState};

use super::PageQuery;

/// A row that could not be read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rejection)]
struct RejectionView {
    /// File.
    file_id: Uuid,
    /// Line in the file, from 1.
    line: i64,
    /// Column, if one is to blame.
    column: Option<String>,
    /// What stood there, shortened.
    value: String,
    /// Stable code of the reason.
    code: String,
    /// Reason in a sentence.
    reason: String,
}

impl From<Rejection> for RejectionView {
    fn from(rejection: Rejection) -> Self {
        Self {
            file_id: rejection.file_id,
            line: rejection.line,
            column: rejection.column_name,
            value: rejection.value,
            code: rejection.code,
            reason: rejection.reason,
        }
    }
}

/// Rows of an import that could not be read, in the order of its files
#[utoipa::path(
    tag = "register",
    params(PageQuery),
    responses((status = 200, body = paging::Page<RejectionView>)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/imports/{id}/rejections")]
pub(super) async fn rejections(
    caller: Caller,
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let id = id.into_inner();
    let limit = paging::limit(query.limit)?;
    let after = paging::after::<(usize, i32)>("rejections", query.cursor.as_deref())?;
    let (first, start) = after.unwrap_or_default();
    let found = state
        .store
        .read(move |connection| {
            let import = imports::get(connection, id)?;
            let mut position = start;
            let mut found: Vec<(usize, Rejection)> = Vec::new();
            for (number, file) in import.files.iter().enumerate().skip(first) {
                let missing = limit + 1 - i64::try_from(found.len()).unwrap_or(limit);
                if missing <= 0 {
                    break;
                }
                let of_file = imports::rejections(connection, file.id, position, missing)?;
                found.extend(of_file.into_iter().map(|rejection| (number, rejection)));
                position = 0;
            }
            Ok(found)
        })
        .await?;
    paging::page(
        &request,
        "rejections",
        limit,
        found,
        |(number, rejection)| (*number, rejection.position),
        |(_, rejection)| RejectionView::from(rejection),
    )
}
