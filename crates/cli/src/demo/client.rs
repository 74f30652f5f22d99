//! The demo's side of the REST API: what an integrator would write.

use std::{path::Path, time::Duration};

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use super::PATIENCE;
use crate::failure::Failure;

/// Pause between two looks at an operation.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Calls the API with a key.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    origin: String,
    key: String,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) replayed: bool,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn new(origin: &str, key: &str) -> Result<Self, Failure> {
        Ok(Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()
                .map_err(|error| Failure::because("the HTTP client", error))?,
            origin: origin.to_owned(),
            key: key.to_owned(),
        })
    }

    /// The key it calls with.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The same, with another key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Self {
            key: key.to_owned(),
            ..self.clone()
        }
    }

    /// PUTs JSON over the revision named.
    pub(crate) async fn put_over(
        &self,
        path: &str,
        revision: u64,
        body: &Value,
    ) -> Result<(), Failure> {
        let request = self
            .request(Method::PUT, path)
            .header(header::IF_MATCH, format!("\"{revision}\""))
            .json(body);
        self.send(path, request).await?;
        Ok(())
    }

    /// POSTs bytes as a file of a name.
    pub(crate) async fn attach(
        &self,
        path: &str,
        name: &str,
        bytes: &'static [u8],
    ) -> Result<Value, Failure> {
        let request = self
            .request(Method::POST, &format!("{path}?filename={name}"))
            .header("idempotency-key", format!("\"{name}\""))
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(bytes);
        Ok(self.send(path, request).await?.body)
    }

    /// GETs JSON.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        let request = self.request(Method::GET, path);
        Ok(self.send(path, request).await?.body)
    }

    /// All entries of a list, page by page.
    pub(crate) async fn list(&self, path: &str) -> Result<Value, Failure> {
        let mut all = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let mut page = self.get(&path).await?;
            if let Some(Value::Array(items)) = page.get_mut("items") {
                all.append(items);
            }
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(Value::Array(all))
    }

    /// POSTs JSON under an idempotency key.
    pub(crate) async fn post(
        &self,
        path: &str,
        idempotency_key: &str,
        body: &Value,
    ) -> Result<Answer, Failure> {
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", format!("\"{idempotency_key}\""))
            .json(body);
        self.send(path, request).await
    }

    /// POSTs a file as it lies on disk.
    pub(crate) async fn upload(&self, path: &str, file: &Path) -> Result<Value, Failure> {
        let content = tokio::fs::read(file)
            .await
            .map_err(|error| Failure::because("reading a register file", error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("filename", &name)
            .finish();
        let request = self
            .request(Method::POST, &format!("{path}?{query}"))
            .header("idempotency-key", format!("\"{name}\""))
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(content);
        Ok(self.send(path, request).await?.body)
    }

    /// Follows an operation to its end; returns its result.
    pub(crate) async fn follow(&self, begun: &Value) -> Result<Value, Failure> {
        let path = begun
            .get("operation")
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
            .or_else(|| {
                let id = begun.get("operation_id")?.as_str()?;
                Some(format!("/v1/operations/{id}"))
            })
            .ok_or_else(|| Failure::because("following an operation", "there is none"))?;
        let path = path.as_str();
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let operation = self.get(path).await?;
            match operation.get("state").and_then(Value::as_str) {
                Some("succeeded") => {
                    return Ok(operation.get("result").cloned().unwrap_or_default());
                }
                Some("failed") => {
                    let problem = operation.get("problem").cloned().unwrap_or_default();
                    return Err(Failure::because(path, problem));
                }
                _ if tokio::time::Instant::now() > end => {
                    return Err(Failure::because(path, "it took too long"));
                }
                _ => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Whether the public finds something of this media type, without a key.
    pub(crate) async fn is_public(&self, url: &str, media_type: &str) -> Result<(), Failure> {
        let answer = self
            .http
            .get(url)
            .send()
            .await
            .map_err(|error| Failure::because(url, error))?;
        let found = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        if answer.status() == StatusCode::OK && found.starts_with(media_type) {
            Ok(())
        } else {
            let status = answer.status();
            Err(Failure::because(url, format!("answered {status}, {found}")))
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.origin))
            .bearer_auth(&self.key)
    }

    async fn send(&self, path: &str, request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let answer = request
            .send()
            .await
            .map_err(|error| Failure::because(path, error))?;
        let status = answer.status();
        let replayed = answer.headers().contains_key("idempotency-replayed");
        let text = answer
            .text()
            .await
            .map_err(|error| Failure::because(path, error))?;
        if !status.is_success() {
            return Err(Failure::because(path, format!("{status}: {text}")));
        }
        Ok(Answer {
            status,
            replayed,
            body: if text.is_empty() {
                Value::Null
            } else {
                serde_json::from_str(&text).map_err(|error| Failure::because(path, error))?
            },
        })
    }
}
