//! `/metrics`: what was recorded, and what the ledger says right now.

use std::time::{Duration, Instant};

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, ServiceConfig, get},
};
use futures::future::{Either, select};
use group_inspection_store::{jobs::QUEUES, notifications::Channel, vitals};
use group_inspection_telemetry::{
    exposition::{MEDIA_TYPE, Page},
    names,
};

use crate::OpsState;

/// How long the database may take over a scrape. Prometheus waits for ten
/// seconds at the most; what was recorded is worth having without it.
const PATIENCE: Duration = Duration::from_secs(4);

pub(crate) fn configure(config: &mut ServiceConfig) {
    config.route("/metrics", get().to(metrics));
}

async fn metrics(state: Data<OpsState>) -> HttpResponse {
    let began = Instant::now();
    let found = vitals_in_time(&state).await;
    let mut page = Page::after(state.scrape.text());
    page.single(
        &names::LEDGER_READABLE,
        if found.is_some() { 1.0 } else { 0.0 },
    );
    page.single(&names::SCRAPE_SECONDS, began.elapsed().as_secs_f64());
    if let Some(found) = found {
        write(&mut page, &found, &state);
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, MEDIA_TYPE))
        .body(page.into_text())
}

async fn vitals_in_time(state: &OpsState) -> Option<vitals::Vitals> {
    let now = state.store.environment().clock.now();
    let read = state
        .store
        .read(move |connection| vitals::read(connection, now));
    let late = actix_web::rt::time::sleep(PATIENCE);
    match select(Box::pin(read), Box::pin(late)).await {
        Either::Left((Ok(found), _)) => Some(found),
        Either::Left((Err(error), _)) => {
            tracing::warn!(%error, "the ledger cannot be read for a scrape");
            None
        }
        Either::Right(((), _)) => {
            tracing::warn!("the ledger could not be read for a scrape in time");
            None
        }
    }
}

fn write(page: &mut Page, found: &vitals::Vitals, state: &OpsState) {
    let now = state.store.environment().clock.now();
    // Zeros too: an alert on something that is missing never fires.
    page.family(
        &names::JOBS,
        QUEUES.into_iter().flat_map(|queue| {
            ["due", "scheduled", "running", "dead"].map(|state| {
                (
                    [queue.to_owned(), state.to_owned()],
                    number(found.count(queue, state)),
                )
            })
        }),
    );
    page.family(
        &names::JOBS_OLDEST_DUE_SECONDS,
        QUEUES.map(|queue| ([queue.to_owned()], found.oldest_due(queue, now))),
    );
    page.single(&names::LEASES_OVERDUE, number(found.leases_overdue));
    page.single(&names::AUDIT_UNSEALED, number(found.unsealed));
    page.single(
        &names::AUDIT_UNSEALED_OLDEST_SECONDS,
        found.oldest_unsealed(now),
    );
    page.family(
        &names::NOTIFICATIONS_WAITING,
        [Channel::Webhook, Channel::Email].map(|channel| {
            let waiting = found
                .notifications
                .iter()
                .find(|(name, _)| name == channel.code());
            (
                [channel.code().to_owned()],
                number(waiting.map_or(0, |(_, waiting)| *waiting)),
            )
        }),
    );
}

/// A count as the format has it; exact up to two thousand million.
fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
