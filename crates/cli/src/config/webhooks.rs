//! Where webhooks may go.

use super::given::{Given, Shown};
use crate::failure::Failure;

/// Where webhooks may go.
#[derive(Clone)]
pub(crate) struct WebhookSettings {
    /// Whether they may go to this machine over plain HTTP.
    pub(crate) allow_loopback: bool,
    /// Further authorities that endpoints may be certified by, in PEM; usually
    /// given as a file.
    pub(crate) authorities: Option<String>,
}

impl WebhookSettings {
    pub(super) const NAMES: &[&str] = &["WEBHOOKS_ALLOW_LOOPBACK", "WEBHOOKS_CA"];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            allow_loopback: given.parsed("WEBHOOKS_ALLOW_LOOPBACK", "false")?,
            authorities: given.owned("WEBHOOKS_CA"),
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let authorities = match self.authorities {
            None => "public authorities alone",
            Some(_) => "public authorities and one more",
        };
        vec![
            ("WEBHOOKS_ALLOW_LOOPBACK", self.allow_loopback.to_string()),
            ("WEBHOOKS_CA", authorities.to_owned()),
        ]
    }
}
