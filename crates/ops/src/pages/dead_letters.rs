//! Dead letters, and what is decided on them.

use actix_web::{
    HttpResponse,
    web::{Data, Form, Path},
};
use group_inspection_store::{
    dead_letters::{self, Decision, instead_of_retry},
    ledger::Job,
};
use maud::{Markup, html};
use uuid::Uuid;

use super::{Because, ROWS, back_to, decide, moment, page as answer, reason};
use crate::{OpsState, auth::Operator, refusal::Refusal};

pub(super) async fn page(
    state: Data<OpsState>,
    _operator: Operator,
) -> Result<HttpResponse, Refusal> {
    let jobs = state
        .store
        .read(|connection| dead_letters::list(connection, ROWS))
        .await?;
    let body = html! {
        h1 { "Dead letters" }
        p.lead {
            "Jobs that were given up. Each waits for a decision: to run it again, with all its "
            "attempts, or to close it. Both need a reason, which goes into the audit log."
        }
        @if jobs.is_empty() { p { "There are none." } }
        @for job in &jobs { (letter(job)) }
    };
    Ok(answer(&state, "Dead letters", &body))
}

fn letter(job: &Job) -> Markup {
    let path = format!("/dead-letters/{}", job.id);
    let about = format!("{} {}", job.kind, job.id);
    html! {
        section {
            h2 { (job.kind) }
            dl.facts {
                div { dt { "Job" } dd { (job.id) } }
                div { dt { "Queue" } dd { (job.queue) } }
                div { dt { "Attempts" } dd { (job.attempts) " of " (job.max_attempts) } }
                div { dt { "Written" } dd { (moment(job.created_at)) } }
                @if let Some(end) = job.finished_at {
                    div { dt { "Given up" } dd { (moment(end)) } }
                }
                div {
                    dt { "Why" }
                    dd {
                        (job.last_error_code.as_deref().unwrap_or("not recorded"))
                        @if let Some(text) = &job.last_error { ": " (text) }
                    }
                }
                div { dt { "Works on" } dd { code { (job.payload) } } }
            }
            @match instead_of_retry(&job.kind) {
                Some(instead) => { p { (instead) } }
                None => {
                    (decide(&format!("{path}/retry"), &format!("r-{}", job.id), "Retry", &about))
                }
            }
            (decide(&format!("{path}/cancel"), &format!("c-{}", job.id), "Cancel", &about))
        }
    }
}

pub(super) async fn retry(
    state: Data<OpsState>,
    operator: Operator,
    id: Path<Uuid>,
    form: Form<Because>,
) -> Result<HttpResponse, Refusal> {
    let (id, reason) = (id.into_inner(), reason(&form)?);
    let decision = state
        .store
        .write(operator.actor(), move |tx| {
            dead_letters::retry(tx, id, &reason)
        })
        .await?;
    settled(decision)
}

pub(super) async fn cancel(
    state: Data<OpsState>,
    operator: Operator,
    id: Path<Uuid>,
    form: Form<Because>,
) -> Result<HttpResponse, Refusal> {
    let (id, reason) = (id.into_inner(), reason(&form)?);
    let decision = state
        .store
        .write(operator.actor(), move |tx| {
            dead_letters::cancel(tx, id, &reason)
        })
        .await?;
    settled(decision)
}

fn settled(decision: Decision) -> Result<HttpResponse, Refusal> {
    let why = match decision {
        Decision::Taken => return Ok(back_to("/dead-letters")),
        Decision::NotDead => "The job is no longer dead. Somebody else may have decided first.",
        Decision::AlreadyWaiting => "An equal job waits or runs already. Cancel this one.",
        Decision::Elsewhere(instead) => instead,
    };
    Err(Refusal::Conflict(why.to_owned()))
}
