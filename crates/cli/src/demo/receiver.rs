//! A receiver of webhooks: what a responsible body's system would be.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, OnceLock},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use standardwebhooks::Webhook;
use tokio::sync::{Mutex, mpsc};

use super::PATIENCE;
use crate::failure::Failure;

/// A receiver on a free port of this machine.
pub(crate) struct Receiver {
    address: SocketAddr,
    secret: Arc<OnceLock<String>>,
    received: Mutex<mpsc::UnboundedReceiver<Received>>,
}

/// A webhook that arrived.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) verified: bool,
    pub(crate) event: String,
}

#[derive(Clone)]
struct Shared {
    secret: Arc<OnceLock<String>>,
    arrived: mpsc::UnboundedSender<Received>,
}

impl Receiver {
    pub(crate) fn start(stop: impl Future<Output = ()> + Send + 'static) -> Result<Self, Failure> {
        let doing = "starting a receiver of webhooks";
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).map_err(|error| Failure::because(doing, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| Failure::because(doing, error))?;
        let secret = Arc::new(OnceLock::new());
        let (arrived, received) = mpsc::unbounded_channel();
        let shared = Shared {
            secret: Arc::clone(&secret),
            arrived,
        };
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::new(shared.clone()))
                        .route("/hook", web::post().to(take))
                })
                .workers(1)
                .disable_signals()
                .listen(listener)
                .map(HttpServer::run);
                if let Ok(server) = server {
                    let handle = server.handle();
                    actix_web::rt::spawn(async move {
                        stop.await;
                        handle.stop(false).await;
                    });
                    let _ = server.await;
                }
            });
        });
        Ok(Self {
            address,
            secret,
            received: Mutex::new(received),
        })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Tells it the secret that webhooks are signed with.
    pub(crate) fn trust(&self, secret: &str) {
        // Told once.
        let _ = self.secret.set(secret.to_owned());
    }

    /// The first webhook of this kind that has not been looked at; those
    /// before it are counted.
    pub(crate) async fn first(&self, event: &str) -> Result<(Received, usize), Failure> {
        let doing = "waiting for the webhook";
        let mut received = self.received.lock().await;
        let mut before = 0;
        loop {
            let next = tokio::time::timeout(PATIENCE, received.recv())
                .await
                .map_err(|_| Failure::because(doing, format!("{event} did not arrive")))?
                .ok_or_else(|| Failure::because(doing, "the receiver has stopped"))?;
            if !next.verified {
                return Err(Failure::because(
                    doing,
                    format!("{next:?} has no good signature"),
                ));
            }
            if next.event == event {
                return Ok((next, before));
            }
            before += 1;
        }
    }
}

async fn take(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let headers = request.headers();
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let event = serde_json::from_slice::<serde_json::Value>(&body)
        .ok()
        .and_then(|value| value.get("type")?.as_str().map(ToOwned::to_owned))
        .unwrap_or_default();
    // The demo's clock runs ahead, so the time is taken as it is signed.
    let verified = shared
        .secret
        .get()
        .and_then(|secret| Webhook::new(secret).ok())
        .zip(text("webhook-timestamp").parse().ok())
        .and_then(|(webhook, at)| webhook.sign(&text("webhook-id"), at, &body).ok())
        .is_some_and(|signature| {
            text("webhook-signature")
                .split(' ')
                .any(|given| given == signature)
        });
    let _ = shared.arrived.send(Received {
        id: text("webhook-id"),
        verified,
        event,
    });
    HttpResponse::NoContent().finish()
}
