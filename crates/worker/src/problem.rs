//! How an operation says why it failed.

use serde_json::{Value, json};

/// Code of a job whose handler panicked.
pub const PANICKED: &str = "job_panicked";
/// Code of a job that took too long.
pub const TIMED_OUT: &str = "job_timed_out";
/// Code of a job of a kind that this program does not know.
pub const UNKNOWN_KIND: &str = "job_unknown";
/// Code of a job whose payload cannot be read.
pub const BAD_PAYLOAD: &str = "job_payload";

/// The problem document of an operation that ended with its job. `title` is
/// read by the caller: it tells nothing internal.
#[must_use]
pub fn failed(code: &str, title: &str) -> Value {
    json!({
        "type": format!("/problems/{code}"),
        "title": title,
        "status": 500,
        "code": code,
    })
}
