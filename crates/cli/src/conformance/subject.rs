//! The service that is looked at, and answers of it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Unmet, Verdict, ensure};
use crate::failure::Failure;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// What stands in the text of everything that is stored.
const MARK: &str = "Sent by a conformance check; it says nothing about a school.";

/// The service, as a sender sees it.
pub(super) struct Subject {
    http: reqwest::Client,
    origin: String,
    key: String,
    /// The inspection that takes evidence.
    pub(super) inspection: String,
    /// The body it is of.
    pub(super) body: String,
    run: Uuid,
    next: AtomicU64,
}

/// An answer.
pub(super) struct Got {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Subject {
    /// Finds what the checks need.
    pub(super) async fn find(
        origin: &str,
        key: &str,
        inspection: Option<Uuid>,
    ) -> Result<Self, Failure> {
        let mut subject = Self {
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                .build()
                .map_err(|error| Failure::because("the HTTP client", error))?,
            origin: origin.trim_end_matches('/').to_owned(),
            key: key.to_owned(),
            inspection: String::new(),
            body: String::new(),
            run: Uuid::now_v7(),
            next: AtomicU64::new(0),
        };
        let found = match inspection {
            Some(id) => subject.get(&format!("/v1/inspections/{id}")).await?.json(),
            None => subject.newest_open().await?,
        };
        let text = |name: &str| {
            found
                .get(name)
                .and_then(Value::as_str)
                .map(ToOwned::to_owned)
                .ok_or_else(|| {
                    Failure::because(
                        "finding an inspection that takes evidence",
                        "there is none for this key; name one with --inspection",
                    )
                })
        };
        (subject.inspection, subject.body) = (text("id")?, text("body_id")?);
        Ok(subject)
    }

    async fn newest_open(&self) -> Result<Value, Failure> {
        let page = self.get("/v1/inspections?limit=100").await?.json();
        Ok(page
            .get("items")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .find(|one| one.get("state") == Some(&json!("evidence_open")))
            .cloned()
            .unwrap_or_default())
    }

    /// A request without a key.
    pub(super) fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin))
    }

    /// A request with the key.
    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path).bearer_auth(&self.key)
    }

    pub(super) async fn send(&self, request: reqwest::RequestBuilder) -> Result<Got, Failure> {
        let doing = "a request";
        let answer = request
            .send()
            .await
            .map_err(|error| Failure::because(doing, error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer
            .bytes()
            .await
            .map_err(|error| Failure::because(doing, error))?
            .to_vec();
        Ok(Got {
            status,
            headers,
            bytes,
        })
    }

    pub(super) async fn get(&self, path: &str) -> Result<Got, Failure> {
        self.send(self.request(Method::GET, path)).await
    }

    /// A value that no run and no check used before.
    pub(super) fn fresh(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("conformance-{}-{number}", self.run.simple())
    }

    /// Where submissions go.
    pub(super) fn submissions(&self) -> String {
        format!("/v1/inspections/{}/submissions", self.inspection)
    }

    /// A valid item that nobody sent before.
    pub(super) fn item(&self) -> Value {
        json!({
            "type": "evidence", "evidence_type": "data",
            "title": format!("Test {}", self.fresh()), "text": MARK,
            "source": "A conformance check", "schools": [],
            "themes": ["leadership_and_governance"], "bearing": "context",
            "effective_from": "2025-09-01", "effective_to": "2026-01-31",
            "normal_business": true, "minutes": 0
        })
    }

    /// An item that is not valid: it ends before it begins.
    pub(super) fn wrong_item(&self) -> Value {
        let mut item = self.item();
        if let Some(fields) = item.as_object_mut() {
            fields.insert("effective_to".to_owned(), json!("2020-01-01"));
        }
        item
    }

    /// Submits a batch under a key.
    pub(super) async fn submit(&self, key: &str, batch: &Value) -> Result<Got, Failure> {
        self.submit_with("", key, batch).await
    }

    /// Submits with a query.
    pub(super) async fn submit_with(
        &self,
        query: &str,
        key: &str,
        batch: &Value,
    ) -> Result<Got, Failure> {
        let request = self
            .request(Method::POST, &format!("{}{query}", self.submissions()))
            .header("idempotency-key", format!("\"{key}\""))
            .json(batch);
        self.send(request).await
    }
}

impl Got {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Has this status.
    pub(super) fn is(&self, status: u16) -> Verdict {
        ensure(self.status.as_u16() == status, || {
            let said = String::from_utf8_lossy(&self.bytes);
            let said: String = said.chars().take(200).collect();
            format!("{status} was expected; it answered {}: {said}", self.status)
        })
    }

    /// Is a problem document of this status and, if one is named, this code.
    pub(super) fn problem(&self, status: u16, code: Option<&str>) -> Verdict {
        self.is(status)?;
        let media = self.header("content-type").unwrap_or_default();
        ensure(media.starts_with("application/problem+json"), || {
            format!("the media type is {media:?}")
        })?;
        let problem = self.json();
        ensure(problem.get("status") == Some(&json!(status)), || {
            format!("`status` is {:?}", problem.get("status"))
        })?;
        for member in ["type", "title", "code", "instance"] {
            ensure(problem.get(member).is_some_and(Value::is_string), || {
                format!("it has no `{member}`")
            })?;
        }
        ensure(
            code.is_none_or(|code| problem.get("code") == Some(&json!(code))),
            || format!("`code` is {:?}", problem.get("code")),
        )
    }

    /// A text of the body.
    pub(super) fn text(&self, pointer: &str) -> Result<String, Unmet> {
        self.json()
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
            .ok_or_else(|| Unmet::Otherwise(format!("the answer has no {pointer}")))
    }

    /// An answer that is no refusal.
    pub(super) fn succeeded(&self) -> Verdict {
        ensure(self.status.is_success(), || {
            let said = String::from_utf8_lossy(&self.bytes);
            format!("it answered {}: {said}", self.status)
        })
    }
}
