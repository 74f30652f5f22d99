//! The ledger: jobs by queue and state, and how long the oldest waits.

use actix_web::{HttpResponse, web::Data};
use group_inspection_store::ledger::{self, QueueState};
use maud::{Markup, html};

use super::{age, moment, page as answer};
use crate::{OpsState, auth::Operator, refusal::Refusal};

pub(super) async fn page(
    state: Data<OpsState>,
    _operator: Operator,
) -> Result<HttpResponse, Refusal> {
    let now = state.store.environment().clock.now();
    let rows = state.store.read(ledger::overview).await?;
    let dead: i64 = rows
        .iter()
        .filter(|row| row.state == "dead")
        .map(|row| row.jobs)
        .sum();
    let body = html! {
        h1 { "Ledger" }
        p.lead { "Jobs by queue and state. Read on " (moment(now)) "." }
        @if dead > 0 {
            div.banner role="region" aria-label="Dead letters" {
                p {
                    a href="/dead-letters" {
                        @if dead == 1 { "1 dead letter waits" } @else { (dead) " dead letters wait" }
                        " for a decision"
                    }
                }
            }
        }
        @if rows.is_empty() {
            p { "The ledger is empty." }
        } @else {
            div.scroll role="region" aria-label="Jobs by queue and state" tabindex="0" {
                table {
                    caption { "Jobs by queue and state" }
                    thead {
                        tr {
                            th scope="col" { "Queue" }
                            th scope="col" { "State" }
                            th.number scope="col" { "Jobs" }
                            th.number scope="col" { "Most attempts" }
                            th scope="col" { "Oldest" }
                        }
                    }
                    tbody { @for row in &rows { (line(row, now)) } }
                }
            }
        }
    };
    Ok(answer(&state, "Ledger", &body))
}

fn line(row: &QueueState, now: chrono::DateTime<chrono::Utc>) -> Markup {
    let waits = now - row.oldest;
    html! {
        tr {
            th scope="row" { (row.queue) }
            td { (row.state) }
            td.number { (row.jobs) }
            td.number { (row.most_attempts) }
            td {
                @if row.state == "ready" && waits.num_seconds() < 0 {
                    "due " (moment(row.oldest))
                } @else if row.state == "ready" {
                    "waits for " (age(waits))
                } @else {
                    (moment(row.oldest))
                }
            }
        }
    }
}
