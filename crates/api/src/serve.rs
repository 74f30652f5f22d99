//! Serves the API on a socket.

use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::HttpServer;
use futures::future::{Either, select};

use crate::{AppState, app};

/// How long requests in progress may take once the service is told to stop.
const GRACE: Duration = Duration::from_secs(25);
/// How long a client may take to send its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// Serves until `shutdown` ends. Then `/readyz` says no and every answer ends its
/// connection until `drained` ends too: a proxy that asks there sends nothing to
/// a socket that is about to close. After that no new connection is taken and
/// requests in progress are finished. Signals are the caller's business.
///
/// # Errors
/// If the socket cannot be served on.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    shutdown: impl Future<Output = ()> + 'static,
    drained: impl Future<Output = ()> + 'static,
) -> io::Result<()> {
    let readiness = Arc::clone(&state.readiness);
    let server = HttpServer::new(move || app(state.clone()))
        .client_request_timeout(HEADERS_WITHIN)
        .disable_signals()
        .shutdown_timeout(GRACE.as_secs())
        .listen(listener)?
        .run();
    let handle = server.handle();
    let stop = async move {
        shutdown.await;
        readiness.end();
        drained.await;
        handle.stop(true).await;
    };
    // A server that failed does not wait to be told to stop.
    match select(Box::pin(server), Box::pin(stop)).await {
        Either::Left((served, _)) => served,
        Either::Right(((), server)) => server.await,
    }
}
