//! Operations that are on their way out: the one place where one is marked.
//!
//! A mark shows in the description and, as `Deprecation` (RFC 9745) and
//! `Sunset` (RFC 8594), in every answer of the operation.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// An operation that is on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecated {
    /// Method, in capitals.
    pub method: &'static str,
    /// Path as in the description.
    pub path: &'static str,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it stops working, once that is decided.
    pub sunset: Option<DateTime<Utc>>,
    /// Where it says what to use instead.
    pub instead: &'static str,
}

/// Operations that are on their way out.
pub(crate) const DEPRECATED: &[Deprecated] = &[];

const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");

impl Deprecated {
    /// Marks the operation in a description.
    pub(crate) fn mark(&self, description: &mut Value) {
        let method = self.method.to_ascii_lowercase();
        let operation = description
            .get_mut("paths")
            .and_then(|paths| paths.get_mut(self.path))
            .and_then(|item| item.get_mut(method))
            .and_then(Value::as_object_mut);
        if let Some(operation) = operation {
            operation.insert("deprecated".to_owned(), json!(true));
        }
    }
}

/// Adds the headers to an answer.
pub(crate) fn headers(all: &[Deprecated], request: &HttpRequest, headers: &mut HeaderMap) {
    if all.is_empty() {
        return;
    }
    let Some(route) = request.match_pattern() else {
        return;
    };
    let method = request.method().as_str();
    let Some(one) = all
        .iter()
        .find(|one| one.path == route && one.method == method)
    else {
        return;
    };
    let mut add = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(name, value);
        }
    };
    add(DEPRECATION, format!("@{}", one.since.timestamp()));
    if let Some(sunset) = one.sunset {
        add(
            SUNSET,
            sunset.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        );
    }
    add(
        header::LINK,
        format!("<{}>; rel=\"deprecation\"", one.instead),
    );
}
