//! Rows of an import that could not be read.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path, Query},
};
use group_inspection_store::{
    Seek,
    actor::Scope,
    imports::{self, Rejection},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::Caller,
    paging::{self, Asked},
    problem::Problem,
    state::AppState,
};

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
    operation_id = "list_rejections",
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
    let asked = Asked::<(usize, i32)>::read("rejections", query.limit, query.cursor.as_deref())?;
    let (seek, rows) = (asked.seek.clone(), asked.rows());
    let found = state
        .store
        .read(move |connection| {
            let import = imports::get(connection, id)?;
            let mut files: Vec<_> = import.files.iter().enumerate().collect();
            if seek.is_back() {
                files.reverse();
            }
            // From the near end of the page to its far one.
            let mut found: Vec<(usize, Rejection)> = Vec::new();
            for (number, file) in files {
                let within = match seek {
                    Seek::After((first, _)) if number < first => continue,
                    Seek::Before((last, _)) if number > last => continue,
                    Seek::After((first, at)) if number == first => Seek::After(at),
                    Seek::Before((last, at)) if number == last => Seek::Before(at),
                    _ if seek.is_back() => Seek::Before(i32::MAX),
                    _ => Seek::Start,
                };
                let missing = rows - i64::try_from(found.len()).unwrap_or(rows);
                if missing <= 0 {
                    break;
                }
                let mut of_file = imports::rejections(connection, file.id, &within, missing)?;
                if seek.is_back() {
                    of_file.reverse();
                }
                found.extend(of_file.into_iter().map(|rejection| (number, rejection)));
            }
            let found = seek.ordered(found);
            Ok(found)
        })
        .await?;
    asked.page(
        &request,
        found,
        |(number, rejection)| (*number, rejection.position),
        |(_, rejection)| RejectionView::from(rejection),
    )
}
