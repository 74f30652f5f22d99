//! Requests.

use std::time::Duration;

use metrics::{gauge, histogram};

use crate::names::{HTTP_REQUEST_SECONDS, HTTP_REQUESTS_IN_FLIGHT};

/// Route of a request that no route matched.
pub const UNMATCHED: &str = "unmatched";

/// A request in progress.
#[derive(Debug)]
pub struct InFlight(());

impl InFlight {
    /// It has begun.
    #[must_use]
    pub fn begin() -> Self {
        gauge!(HTTP_REQUESTS_IN_FLIGHT.name).increment(1.0);
        Self(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(HTTP_REQUESTS_IN_FLIGHT.name).decrement(1.0);
    }
}

/// An answer has begun. `route` is a template; `None` if none matched.
pub fn answered(route: Option<&str>, method: &str, status: u16, took: Duration) {
    let route = route.unwrap_or(UNMATCHED).to_owned();
    histogram!(
        HTTP_REQUEST_SECONDS.name,
        "route" => route,
        "method" => known(method),
        "status" => class(status),
    )
    .record(took);
}

/// Callers may make methods up.
fn known(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Class of a status: `2xx` and so on.
pub(crate) fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => "other",
    }
}
