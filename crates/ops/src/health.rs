//! Whether the process runs, and whether it can work.

use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get},
};
use group_inspection_store::migrate;

use crate::OpsState;

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/livez", get().to(live))
        .route("/readyz", get().to(ready));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Ready once the database is there, at the schema that this program needs.
async fn ready(state: Data<OpsState>) -> HttpResponse {
    let problem = match state.store.read(migrate::is_pending).await {
        Ok(false) => return HttpResponse::Ok().content_type("text/plain").body("ok\n"),
        Ok(true) => "the schema is not up to date\n",
        Err(error) => {
            tracing::warn!(%error, "not ready");
            "the database cannot be used\n"
        }
    };
    HttpResponse::ServiceUnavailable()
        .content_type("text/plain")
        .insert_header(("retry-after", "5"))
        .body(problem)
}
