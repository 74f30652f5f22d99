//! Sending webhooks as Standard Webhooks 1.0.0 has it.

pub mod address;
pub mod route;
mod sender;
mod signature;

pub use sender::{Answer, Request, Sender, SetupError};

use std::time::Duration;

/// How webhooks are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether endpoints on this machine may be called, also without TLS. For
    /// development and demonstration only.
    pub allow_loopback: bool,
    /// Certificates in PEM of further authorities that endpoints may be
    /// certified by, besides the public ones.
    pub authorities: Option<String>,
    /// How long one try may take.
    pub timeout: Duration,
    /// Bytes of an answer that are read, and thrown away, at the most, so that
    /// its connection can be used again.
    pub answer_limit: usize,
    /// Routes whose connections are kept at the most.
    pub routes: usize,
    /// How long a connection is kept that is not used.
    pub keep_connection: Duration,
    /// Longest pause that an endpoint may ask for.
    pub longest_pause: Duration,
    /// How long an endpoint may fail before what is for it goes by mail.
    pub escalate_after: Duration,
    /// How long an endpoint may fail before it is not called any more.
    pub disable_after: Duration,
    /// How the service names itself.
    pub user_agent: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            authorities: None,
            timeout: Duration::from_secs(20),
            answer_limit: 1024,
            routes: 256,
            keep_connection: Duration::from_secs(15),
            longest_pause: Duration::from_secs(24 * 3600),
            escalate_after: Duration::from_secs(24 * 3600),
            disable_after: Duration::from_secs(5 * 24 * 3600),
            user_agent: concat!("group-inspection/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
