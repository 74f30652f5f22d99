//! The register as a whole.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use chrono::{DateTime, NaiveDate, Utc};
use group_inspection_store::{
    actor::Scope,
    bodies::{self, KindSummary},
    register::{self, SourceFile},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{auth::Caller, problem::Problem, state::AppState};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(summary);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SummaryQuery {
    /// The day; today unless given.
    as_at: Option<NaiveDate>,
    /// What was known at this time; now unless given.
    as_known: Option<DateTime<Utc>>,
}

/// Bodies of one kind, by how many open schools they have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KindSummary)]
struct KindView {
    /// Code of the kind.
    kind: String,
    /// Bodies that are open.
    open: i64,
    /// Open bodies with an open school.
    with_school: i64,
    /// Open bodies with two or more.
    with_2: i64,
    /// Open bodies with five or more.
    with_5: i64,
    /// Open bodies with ten or more.
    with_10: i64,
    /// Open bodies with twenty or more.
    with_20: i64,
    /// Open schools of the largest.
    largest: i64,
}

impl From<KindSummary> for KindView {
    fn from(kind: KindSummary) -> Self {
        Self {
            kind: kind.kind,
            open: kind.open,
            with_school: kind.with_school,
            with_2: kind.with_2,
            with_5: kind.with_5,
            with_10: kind.with_10,
            with_20: kind.with_20,
            largest: kind.largest,
        }
    }
}

/// A register file that was read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SourceFile)]
struct SourceView {
    /// What the file is.
    title: String,
    /// Its name.
    file_name: String,
    /// Day it describes.
    as_at: NaiveDate,
    /// SHA-256 in hexadecimal.
    sha256: String,
}

impl From<SourceFile> for SourceView {
    fn from(file: SourceFile) -> Self {
        Self {
            title: file.title,
            file_name: file.file_name,
            as_at: file.as_at,
            sha256: file.sha256,
        }
    }
}

/// What the register holds.
#[derive(Debug, Serialize, ToSchema)]
struct Summary {
    /// The day.
    as_at: NaiveDate,
    /// What was known at this time.
    as_known: DateTime<Utc>,
    /// Bodies by kind.
    kinds: Vec<KindView>,
    /// Newest file of each layout.
    sources: Vec<SourceView>,
}

/// Bodies and their sizes on a day
#[utoipa::path(
    operation_id = "read_register_summary",
    tag = "register",
    params(SummaryQuery),
    responses((status = 200, body = Summary)),
    extensions(("x-required-scope" = json!("register:read")))
)]
#[get("/v1/register/summary")]
async fn summary(
    caller: Caller,
    state: Data<AppState>,
    query: Query<SummaryQuery>,
) -> Result<HttpResponse, Problem> {
    caller.require(Scope::RegisterRead)?;
    let as_at = query.as_at.unwrap_or_else(|| state.today());
    let as_known = query.as_known.unwrap_or_else(|| state.now());
    let summary = state
        .store
        .read(move |connection| {
            Ok(Summary {
                as_at,
                as_known,
                kinds: bodies::summary(connection, as_at, as_known)?
                    .into_iter()
                    .map(KindView::from)
                    .collect(),
                sources: register::source_files(connection)?
                    .into_iter()
                    .map(SourceView::from)
                    .collect(),
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(summary))
}
