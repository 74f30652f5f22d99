//! The ops port: a listener of its own for those who run the service.
//!
//! Every process has one, whatever its role. `/livez`, `/readyz` and
//! `/metrics` answer anybody who reaches the port; the operator pages need a key with the scope
//! `admin`, given as the password of HTTP Basic authentication. The port
//! belongs on a private network, never on the internet.

mod auth;
mod health;
mod metrics;
mod pages;
mod refusal;

use std::{
    future::Future,
    io,
    net::TcpListener,
    sync::{Arc, atomic::AtomicBool},
};

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header,
    middleware::DefaultHeaders,
    web::{self, Data},
};
use futures::future::{Either, select};
use group_inspection_store::Store;
use group_inspection_telemetry::exposition::Scrape;

use refusal::Refusal;

/// Threads that serve the port: few people look at it at a time.
const THREADS: usize = 1;

/// Pages bring one stylesheet and nothing that runs.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the port shows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OpsState {
    /// The store.
    pub store: Store,
    /// Name of the service, shown on every page.
    pub service_name: Arc<str>,
    /// What was recorded, for `/metrics`.
    pub scrape: Scrape,
    /// Whether wake-ups by Redis are heard; `None` without Redis.
    pub redis_heard: Option<Arc<AtomicBool>>,
}

impl OpsState {
    /// Over a store, with nothing recorded and without Redis.
    #[must_use]
    pub fn new(store: Store, service_name: &str) -> Self {
        Self {
            store,
            service_name: service_name.into(),
            scrape: Scrape::nothing(),
            redis_heard: None,
        }
    }
}

/// The application of the port over `state`.
pub fn app(
    state: OpsState,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::new(state))
        .app_data(web::PathConfig::default().error_handler(|_, _| Refusal::NotFound.into()))
        .app_data(web::FormConfig::default().error_handler(|_, _| {
            Refusal::Unreadable("The form could not be read.".to_owned()).into()
        }))
        .configure(health::configure)
        .configure(metrics::configure)
        .configure(pages::configure)
        .default_service(web::to(|| async { Err::<String, _>(Refusal::NotFound) }))
        .wrap(
            DefaultHeaders::new()
                .add((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
                .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .add((header::X_FRAME_OPTIONS, "DENY"))
                .add((header::REFERRER_POLICY, "same-origin"))
                .add(("cross-origin-opener-policy", "same-origin"))
                .add(("cross-origin-resource-policy", "same-origin"))
                .add((
                    "permissions-policy",
                    "camera=(), geolocation=(), microphone=()",
                ))
                .add((header::CACHE_CONTROL, "no-store")),
        )
}

/// Serves the port until `shutdown` ends.
///
/// # Errors
/// If the socket cannot be served on.
pub async fn serve(
    listener: TcpListener,
    state: OpsState,
    shutdown: impl Future<Output = ()> + 'static,
) -> io::Result<()> {
    let server = HttpServer::new(move || app(state.clone()))
        .workers(THREADS)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let stop = async move {
        shutdown.await;
        handle.stop(true).await;
    };
    match select(Box::pin(server), Box::pin(stop)).await {
        Either::Left((served, _)) => served,
        Either::Right(((), server)) => server.await,
    }
}
