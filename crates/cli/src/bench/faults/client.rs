//! A good client: repeats what was not answered, under the same key.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::PATIENCE;
use crate::failure::Failure;

/// How long one request may take.
const ONE_REQUEST: Duration = Duration::from_secs(8);
/// Pause before a request is repeated.
const BEFORE_AGAIN: Duration = Duration::from_millis(100);
/// Pause between two looks at an operation.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What is sent.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    Nothing,
    Json(Value),
    File(Vec<u8>),
}

/// Calls the APIs in turn.
pub(super) struct Client {
    http: reqwest::Client,
    ports: Vec<u16>,
    key: String,
    requests: AtomicU64,
    repeated: AtomicU64,
}

impl Client {
    pub(super) fn new(ports: Vec<u16>, key: String) -> Result<Self, Failure> {
        Ok(Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(ONE_REQUEST)
                .build()
                .map_err(|error| Failure::because("the HTTP client", error))?,
            ports,
            key,
            requests: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
        })
    }

    /// Requests sent, and how many of them were repetitions.
    pub(super) fn counts(&self) -> (u64, u64) {
        (
            self.requests.load(Ordering::Relaxed),
            self.repeated.load(Ordering::Relaxed),
        )
    }

    /// Gets something until there is an answer.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.ask(Method::GET, path, None, &Sent::Nothing).await
    }

    /// Asks until there is an answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<Uuid>,
        sent: &Sent,
    ) -> Result<Value, Failure> {
        let end = Instant::now() + PATIENCE;
        let mut first = true;
        loop {
            let number = self.requests.fetch_add(1, Ordering::Relaxed);
            if !std::mem::take(&mut first) {
                self.repeated.fetch_add(1, Ordering::Relaxed);
            }
            let failure = match self.once(&method, path, key, sent, number).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(Refused { status, text })) => {
                    let later = status.is_server_error()
                        || status == StatusCode::REQUEST_TIMEOUT
                        || status == StatusCode::TOO_MANY_REQUESTS
                        || text.contains("/idempotency-running");
                    let told = format!("{status}: {text}");
                    if !later {
                        return Err(Failure::because(path, told));
                    }
                    told
                }
                Err(error) => error.to_string(),
            };
            if Instant::now() > end {
                return Err(Failure::because(
                    path,
                    format!("it was never answered; the last failure: {failure}"),
                ));
            }
            sleep(BEFORE_AGAIN).await;
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        key: Option<Uuid>,
        sent: &Sent,
        number: u64,
    ) -> Result<Result<Value, Refused>, reqwest::Error> {
        let port = self.port(number);
        let mut request = self
            .http
            .request(method.clone(), format!("http://127.0.0.1:{port}{path}"))
            .bearer_auth(&self.key);
        if let Some(key) = key {
            request = request.header("idempotency-key", format!("\"{key}\""));
        }
        request = match sent {
            Sent::Nothing => request,
            Sent::Json(value) => request.json(value),
            Sent::File(bytes) => request
                .header(header::CONTENT_TYPE, "application/octet-stream")
                .body(bytes.clone()),
        };
        let answer = request.send().await?;
        let status = answer.status();
        let text = String::from_utf8_lossy(&answer.bytes().await?).into_owned();
        Ok(if status.is_success() {
            // An answer that was cut off would not be JSON.
            Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
        } else {
            Err(Refused { status, text })
        })
    }

    /// Follows an operation to its good end.
    pub(super) async fn follow(&self, begun: &Value) -> Result<Value, Failure> {
        let path = begun
            .get("operation")
            .and_then(Value::as_str)
            .ok_or_else(|| Failure::because("following an operation", begun))?;
        let end = Instant::now() + PATIENCE;
        loop {
            let operation = self.get(path).await?;
            match operation.get("state").and_then(Value::as_str) {
                Some("succeeded") => return Ok(operation),
                Some("failed") => return Err(Failure::because(path, operation)),
                _ if Instant::now() > end => {
                    return Err(Failure::because(
                        path,
                        format!("it took too long: {operation}"),
                    ));
                }
                _ => sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Sends a part of a request, from none to all of it, waits, and resets
    /// the connection without reading.
    pub(super) async fn reset(
        &self,
        path: &str,
        key: Uuid,
        json: &Value,
        part: f64,
        wait: Duration,
    ) -> std::io::Result<()> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let body = json.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n\
             idempotency-key: \"{key}\"\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        let bytes = request.as_bytes();
        let length = ((bytes.len() as f64 * part) as usize).min(bytes.len());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port(number))).await?;
        stream
            .write_all(bytes.get(..length).unwrap_or(bytes))
            .await?;
        sleep(wait).await;
        stream.set_zero_linger()
    }

    fn port(&self, number: u64) -> u16 {
        let ports = self.ports.len().max(1) as u64;
        let place = usize::try_from(number % ports).unwrap_or_default();
        self.ports.get(place).copied().unwrap_or_default()
    }
}

struct Refused {
    status: StatusCode,
    text: String,
}
