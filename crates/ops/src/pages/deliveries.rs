//! Notifications that have not arrived, and sending them again.

use actix_web::{
    HttpResponse,
    web::{Data, Form, Path},
};
use group_inspection_store::{
    notifications::{self, Unsettled},
    recipients::{self, Endpoint},
};
use maud::{Markup, html};
use uuid::Uuid;

use super::{Because, ROWS, back_to, decide, moment, page as answer, reason};
use crate::{OpsState, auth::Operator, refusal::Refusal};

pub(super) async fn page(
    state: Data<OpsState>,
    _operator: Operator,
) -> Result<HttpResponse, Refusal> {
    let (rows, endpoints) = state
        .store
        .read(|connection| {
            Ok((
                notifications::unsettled(connection, ROWS)?,
                recipients::ailing(connection, ROWS)?,
            ))
        })
        .await?;
    let body = html! {
        h1 { "Deliveries" }
        p.lead {
            "Notifications that were given up or have not arrived yet. Sending one again keeps "
            "its identifier, so its recipient can tell."
        }
        @if !endpoints.is_empty() {
            section {
                h2 { "Endpoints that fail" }
                @for (endpoint, body) in &endpoints { (ailing(endpoint, body)) }
            }
        }
        @if rows.is_empty() { p { "Everything has arrived." } }
        @for row in &rows { (delivery(row)) }
    };
    Ok(answer(&state, "Deliveries", &body))
}

/// An endpoint that is disabled, or has failed since a time.
fn ailing(endpoint: &Endpoint, body: &str) -> Markup {
    html! {
        p {
            (endpoint.url) " of " (body) ": "
            @match (&endpoint.disabled_reason, endpoint.failing_since) {
                (Some(reason), _) => { "disabled, " (reason) }
                (None, Some(since)) => { "fails since " (moment(since)) }
                (None, None) => { (endpoint.state) }
            }
        }
    }
}

fn delivery(row: &Unsettled) -> Markup {
    let told = &row.notification;
    let about = format!("{} to {}", told.event, row.body_name);
    html! {
        section {
            h2 { (about) }
            dl.facts {
                div { dt { "Notification" } dd { (told.id) } }
                div { dt { "By" } dd { (told.channel) } }
                div { dt { "State" } dd { (told.state) } }
                div { dt { "Since" } dd { (moment(told.created_at)) } }
                @if let Some(last) = &row.last {
                    div {
                        dt { "Last try" }
                        dd {
                            "number " (last.attempt) " on " (moment(last.at)) ": " (last.outcome)
                            @if let Some(status) = last.status { ", status " (status) }
                            @if let Some(detail) = &last.detail { ". " (detail) }
                        }
                    }
                    @if let Some(next) = last.next_at {
                        div { dt { "Next try" } dd { (moment(next)) } }
                    }
                }
            }
            @if told.state == "failed" {
                (decide(
                    &format!("/deliveries/{}/replay", told.id),
                    &format!("r-{}", told.id),
                    "Send again",
                    &about,
                ))
            }
        }
    }
}

pub(super) async fn replay(
    state: Data<OpsState>,
    operator: Operator,
    id: Path<Uuid>,
    form: Form<Because>,
) -> Result<HttpResponse, Refusal> {
    let (id, reason) = (id.into_inner(), reason(&form)?);
    state
        .store
        .write(operator.actor(), move |tx| {
            notifications::replay(tx, id, &reason)
        })
        .await?;
    Ok(back_to("/deliveries"))
}
