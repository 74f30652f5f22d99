//! A receiver of webhooks: what a responsible body's system would be.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use standardwebhooks::Webhook;
use tokio::sync::mpsc;

use super::PATIENCE;
use crate::failure::Failure;

/// A receiver on a free port of this machine.
pub(crate) struct Receiver {
    address: SocketAddr,
    secret: Arc<OnceLock<String>>,
    received: Mutex<Option<mpsc::UnboundedReceiver<Received>>>,
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
            received: Mutex::new(Some(received)),
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

    /// The next webhook.
    pub(crate) async fn next(&self) -> Result<Received, Failure> {
        let doing = "waiting for the webhook";
        let received = self
            .received
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let mut received = received.ok_or_else(|| Failure::because(doing, "it was taken"))?;
        tokio::time::timeout(PATIENCE, received.recv())
            .await
            .map_err(|_| Failure::because(doing, "it did not arrive"))?
            .ok_or_else(|| Failure::because(doing, "the receiver has stopped"))
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
    let verified = shared
        .secret
        .get()
        .and_then(|secret| Webhook::new(secret).ok())
        .is_some_and(|webhook| webhook.verify(&body, &sent(&request)).is_ok());
    let _ = shared.arrived.send(Received {
        id: text("webhook-id"),
        verified,
        event,
    });
    HttpResponse::NoContent().finish()
}

/// The headers of a request as the signature's verifier reads them.
fn sent(request: &HttpRequest) -> reqwest::header::HeaderMap {
    request
        .headers()
        .iter()
        .filter_map(|(name, value)| {
            let name = reqwest::header::HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
            let value = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).ok()?;
            Some((name, value))
        })
        .collect()
}
