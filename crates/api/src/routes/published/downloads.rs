//! All publications as one file.

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use group_inspection_render::SiteFacts;
use group_inspection_store::reports::{self, Published};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{BRIEFLY, send};
use crate::{problem::Problem, state::AppState};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(as_csv).service(as_json_lines);
}

/// Publications in one file at the most; there are some hundreds a year.
const MOST: i64 = 100_000;

/// One published version of a report.
#[derive(Debug, Serialize, ToSchema)]
struct Publication {
    /// Report.
    report_id: Uuid,
    /// Version.
    version: u32,
    /// `published`, `superseded` or `withdrawn`.
    state: String,
    /// Responsible body.
    body_id: Uuid,
    /// Name of the group as frozen.
    group_name: String,
    /// Kind of body.
    body_kind: String,
    /// Inspection.
    inspection_id: Uuid,
    /// When it was published.
    published_at: DateTime<Utc>,
    /// Public note of a correction.
    public_note: Option<String>,
    /// When it was withdrawn.
    withdrawn_at: Option<DateTime<Utc>>,
    /// Why.
    withdrawn_reason: Option<String>,
    /// Address of the page.
    html: String,
    /// Address of the PDF.
    pdf: String,
    /// Address of the JSON.
    json: String,
}

impl Publication {
    fn new(site: &SiteFacts, published: Published) -> Self {
        let (report, version) = (published.report_id, published.version);
        let copy = |extension| site.absolute(&site.copy_path(report, version, extension));
        Self {
            html: site.absolute(&site.version_path(report, version)),
            pdf: copy("pdf"),
            json: copy("json"),
            report_id: report,
            version,
            state: published.state,
            body_id: published.body_id,
            group_name: published.group_name,
            body_kind: published.body_kind,
            inspection_id: published.inspection_id,
            published_at: published.published_at,
            public_note: published.public_note,
            withdrawn_at: published.withdrawn_at,
            withdrawn_reason: published.withdrawn_reason,
        }
    }

    /// The same for a spreadsheet, in which no text is taken for a formula.
    fn harmless(mut self) -> Self {
        let texts = [
            Some(&mut self.group_name),
            self.public_note.as_mut(),
            self.withdrawn_reason.as_mut(),
        ];
        texts.into_iter().flatten().for_each(as_text);
        self
    }
}

/// Puts an apostrophe before what a spreadsheet would take for a formula.
fn as_text(cell: &mut String) {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        cell.insert(0, '\'');
    }
}

async fn publications(state: &AppState) -> Result<Vec<Publication>, Problem> {
    let all = state
        .store
        .read(|connection| reports::publications(connection, None, MOST))
        .await?;
    Ok(all
        .into_iter()
        .map(|published| Publication::new(&state.site, published))
        .collect())
}

fn file(request: &HttpRequest, media: &str, bytes: Vec<u8>) -> HttpResponse {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    send(request, 200, media, &sha256, BRIEFLY, bytes)
}

/// All published versions of all reports, as CSV
#[utoipa::path(
    operation_id = "export_reports_as_csv",
    tag = "published",
    responses((status = 200, body = String, content_type = "text/csv"))
)]
#[get("/reports.csv")]
async fn as_csv(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for publication in publications(&state).await? {
        writer
            .serialize(publication.harmless())
            .map_err(Problem::internal)?;
    }
    let bytes = writer.into_inner().map_err(Problem::internal)?;
    Ok(file(&request, "text/csv; charset=utf-8", bytes))
}

/// All published versions of all reports, as JSON Lines
#[utoipa::path(
    operation_id = "export_reports_as_json_lines",
    tag = "published",
    responses((status = 200, body = Publication, content_type = "application/jsonl"))
)]
#[get("/reports.jsonl")]
async fn as_json_lines(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let mut bytes = Vec::new();
    for publication in publications(&state).await? {
        serde_json::to_writer(&mut bytes, &publication).map_err(Problem::internal)?;
        bytes.push(b'\n');
    }
    Ok(file(&request, "application/jsonl", bytes))
}

#[cfg(test)]
mod tests {
    use super::as_text;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, shown) in [
            (
                "=HYPERLINK(\"https://example.org\")",
                "'=HYPERLINK(\"https://example.org\")",
            ),
            ("+44", "'+44"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("St Oswin's Trust = good", "St Oswin's Trust = good"),
            ("", ""),
        ] {
            let mut text = cell.to_owned();
            as_text(&mut text);
            assert_eq!(text, shown);
        }
    }
}
