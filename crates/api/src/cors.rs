//! Who may call from a browser: pages of origins that the operator names, and
//! the paths of the API alone. Never with credentials of the browser: a caller
//! sends a key or a token.

use std::{fmt, str::FromStr};

use actix_cors::Cors;
use actix_web::http::{Method, header};
use url::Url;

/// Seconds that a browser may remember what it was let do.
const REMEMBERED: usize = 600;

/// What a page may send.
const SENT: [&str; 8] = [
    "authorization",
    "content-type",
    "accept",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-request-id",
    "traceparent",
];

/// What a page may read of an answer beyond what every page may.
const READ: [&str; 13] = [
    "link",
    "location",
    "etag",
    "retry-after",
    "ratelimit",
    "ratelimit-policy",
    "idempotency-replayed",
    "x-request-id",
    "deprecation",
    "sunset",
    "www-authenticate",
    "content-disposition",
    "allow",
];

/// An origin, written as browsers send it: `https://app.example:8443`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// Why something is no origin.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no origin, such as https://app.example")]
pub struct NoOrigin(String);

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, NoOrigin> {
        let no = || NoOrigin(text.to_owned());
        let url = Url::parse(text).map_err(|_| no())?;
        let origin = url.origin().ascii_serialization();
        // Only what is written in full is what a browser sends.
        let is_one =
            matches!(url.scheme(), "https" | "http") && origin == text && !text.contains('*');
        is_one.then_some(Self(origin)).ok_or_else(no)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a list of origins with commas between.
///
/// # Errors
/// If one of them is none.
pub fn origins(list: &str) -> Result<Vec<Origin>, NoOrigin> {
    list.split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::parse)
        .collect()
}

/// Whether a path belongs to the API; pages do not.
fn is_of_api(path: &str) -> bool {
    path.starts_with("/v1/")
        || path.starts_with("/schemas")
        || path.starts_with("/problems")
        || path == "/openapi.json"
}

/// Answers browsers for pages of these origins.
pub(crate) fn cors(origins: &[Origin]) -> Cors {
    let origins = origins.to_vec();
    Cors::default()
        .allowed_origin_fn(move |origin, request| {
            is_of_api(request.uri.path())
                && origins
                    .iter()
                    .any(|one| one.0.as_bytes() == origin.as_bytes())
        })
        .block_on_origin_mismatch(false)
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
        ])
        .allowed_headers(SENT)
        .expose_headers(READ.map(header::HeaderName::from_static))
        .max_age(REMEMBERED)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::origins;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        let two = origins("https://app.example, http://localhost:3000,").unwrap();
        assert_eq!(two.len(), 2);
        for wrong in [
            "*",
            "null",
            "app.example",
            "https://app.example/",
            "https://app.example/path",
            "https://APP.example",
            "https://app.example:443",
            "https://user@app.example",
            "https://*.example",
            "file:///",
        ] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }
}
