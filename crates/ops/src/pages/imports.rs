//! Register imports: what runs now and what came of the latest.

use actix_web::{HttpResponse, web::Data};
use group_inspection_store::{
    Seek,
    imports::{self, Import},
};
use maud::{Markup, html};

use super::{moment, page as answer};
use crate::{OpsState, auth::Operator, refusal::Refusal};

/// Imports shown.
const LATEST: i64 = 30;

pub(super) async fn page(
    state: Data<OpsState>,
    _operator: Operator,
) -> Result<HttpResponse, Refusal> {
    let rows = state
        .store
        .read(|connection| imports::list(connection, &Seek::Start, LATEST))
        .await?;
    let body = html! {
        h1 { "Imports" }
        p.lead { "The latest imports of register files, those in progress among them." }
        @if rows.is_empty() { p { "No register has been imported yet." } }
        @for import in &rows { (import_section(import)) }
    };
    Ok(answer(&state, "Imports", &body))
}

fn import_section(import: &Import) -> Markup {
    let label = format!("Files of import {}", import.id);
    html! {
        section {
            h2 { (import.state) ", asked for on " (moment(import.created_at)) }
            p {
                "Import " (import.id) ", by " (import.requested_by) "."
                @if let Some(end) = import.finished_at { " Ended on " (moment(end)) "." }
            }
            div.scroll role="region" aria-label=(label) tabindex="0" {
                table {
                    caption { (label) }
                    thead {
                        tr {
                            th scope="col" { "File" }
                            th scope="col" { "State" }
                            th.number scope="col" { "Rows read" }
                            th.number scope="col" { "Rejected" }
                            th.number scope="col" { "New" }
                            th.number scope="col" { "Changed" }
                            th.number scope="col" { "Ended" }
                        }
                    }
                    tbody {
                        @for file in &import.files {
                            tr {
                                th scope="row" { (file.file_name) }
                                td { (file.state) }
                                td.number { (file.rows_read) }
                                td.number { (file.rows_rejected) }
                                td.number { (file.facts_inserted) }
                                td.number { (file.facts_changed) }
                                td.number { (file.facts_ended) }
                            }
                        }
                    }
                }
            }
        }
    }
}
