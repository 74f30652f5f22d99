//! The system of the responsible body: keeps every webhook that arrives.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use sha2::{Digest, Sha256};
use standardwebhooks::Webhook;

use crate::failure::Failure;

/// A webhook that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) id: String,
    pub(super) verified: bool,
    pub(super) body: [u8; 32],
}

/// A receiver on a free port of this machine, for as long as the program runs.
pub(super) struct Receiver {
    pub(super) url: String,
    shared: Shared,
}

#[derive(Clone, Default)]
struct Shared {
    secret: Arc<OnceLock<String>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Receiver {
    /// Starts one.
    pub(super) fn start() -> Result<Self, Failure> {
        let doing = "starting a receiver of webhooks";
        let listener =
            TcpListener::bind(("127.0.0.1", 0)).map_err(|error| Failure::because(doing, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| Failure::because(doing, error))?;
        let shared = Shared::default();
        let state = shared.clone();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(web::Data::new(state.clone()))
                        .route("/hook", web::post().to(take))
                })
                .workers(1)
                .disable_signals()
                .listen(listener);
                if let Ok(server) = server {
                    let _ = server.run().await;
                }
            });
        });
        Ok(Self {
            url: format!("http://{address}/hook"),
            shared,
        })
    }

    /// Tells it the secret that webhooks are signed with.
    pub(super) fn trust(&self, secret: &str) {
        // Told once.
        let _ = self.shared.secret.set(secret.to_owned());
    }

    /// Everything that arrived.
    pub(super) fn arrived(&self) -> Vec<Arrived> {
        self.shared
            .arrived
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn take(request: HttpRequest, body: web::Bytes, shared: web::Data<Shared>) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let id = header("webhook-id").unwrap_or_default();
    // The sender's clock may be wrong, so the time is taken as it is signed.
    let signed = shared
        .secret
        .get()
        .and_then(|secret| Webhook::new(secret).ok())
        .zip(header("webhook-timestamp").and_then(|at| at.parse().ok()))
        .and_then(|(webhook, at)| webhook.sign(&id, at, &body).ok());
    let given = header("webhook-signature").unwrap_or_default();
    let verified = signed.is_some_and(|signed| given.split(' ').any(|one| one == signed));
    shared
        .arrived
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(Arrived {
            id,
            verified,
            body: Sha256::digest(&body).into(),
        });
    HttpResponse::NoContent().finish()
}
