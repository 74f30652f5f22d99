//! Whether the process runs, and whether it can work.

use std::sync::atomic::Ordering;

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, ServiceConfig, get},
};
use group_inspection_store::{jobs::QUEUES, migrate, vitals};
use serde::Serialize;

use crate::OpsState;

/// Age of the oldest due job from which on the ledger is said to be late.
const LATE_SECONDS: f64 = 300.0;

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/livez", get().to(live))
        .route("/readyz", get().to(ready));
}

/// Asks nothing of anybody: a process is not started again because something
/// else is away.
async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// What readiness rests on, part by part.
#[derive(Debug, Serialize)]
struct Readiness {
    /// `ok`, `degraded` (slower, but everything works) or `unavailable`.
    status: &'static str,
    database: &'static str,
    schema: &'static str,
    ledger: &'static str,
    redis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_due_seconds: Option<f64>,
}

impl Readiness {
    fn found(is_pending: bool, oldest: f64, redis: &'static str) -> Self {
        let ledger = if oldest > LATE_SECONDS { "late" } else { "ok" };
        let status = if is_pending {
            "unavailable"
        } else if ledger == "late" || redis == "away" {
            "degraded"
        } else {
            "ok"
        };
        Self {
            status,
            database: "ok",
            schema: if is_pending { "behind" } else { "ok" },
            ledger,
            redis,
            oldest_due_seconds: Some(oldest),
        }
    }
}

/// Ready once the database is there, at the schema that this program needs.
/// A late ledger or an absent Redis is told, but does not make a process
/// unready: it would take every process away at once, and help nobody.
async fn ready(state: Data<OpsState>) -> HttpResponse {
    let redis = match &state.redis_heard {
        None => "not configured",
        Some(heard) if heard.load(Ordering::Relaxed) => "ok",
        Some(_) => "away",
    };
    let now = state.store.environment().clock.now();
    let found = state
        .store
        .read(move |connection| {
            if migrate::is_pending(connection)? {
                return Ok((true, 0.0));
            }
            let vitals = vitals::read(connection, now)?;
            let oldest = QUEUES
                .into_iter()
                .map(|queue| vitals.oldest_due(queue, now))
                .fold(0.0, f64::max);
            Ok((false, oldest))
        })
        .await;
    let readiness = match found {
        Ok((is_pending, oldest)) => Readiness::found(is_pending, oldest, redis),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Readiness {
                status: "unavailable",
                database: "away",
                schema: "unknown",
                ledger: "unknown",
                redis,
                oldest_due_seconds: None,
            }
        }
    };
    if readiness.status == "unavailable" {
        HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, "5"))
            .json(readiness)
    } else {
        HttpResponse::Ok().json(readiness)
    }
}
