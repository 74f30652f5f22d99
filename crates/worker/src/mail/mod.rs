//! Telling people by mail.

pub mod govuk_notify;
mod letter;
mod maildir;
mod smtp;

pub use letter::{Mail, compose, letter};
pub use maildir::Maildir;
pub use smtp::Smtp;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

/// A way for mail to leave.
pub trait MailChannel: Send + Sync + 'static {
    /// Sends a message. Sending the same one again is harmless where the
    /// channel can tell.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<Sent, MailFailure>>;

    /// What has become of a message that a service accepted, in its words;
    /// `None` if the channel cannot tell.
    fn receipt<'a>(
        &'a self,
        provider_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<String>, MailFailure>> {
        let _ = provider_id;
        Box::pin(async { Ok(None) })
    }
}

/// How a message left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is where it was to go, or with the mail server that takes it there.
    Delivered,
    /// A service has accepted it, and calls it so. What becomes of it is heard
    /// later.
    Accepted(String),
}

/// Why a message did not leave. Texts tell nothing internal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailFailure {
    /// It will never be accepted.
    #[error("{text}")]
    Permanent {
        /// Status of the mail server.
        status: Option<u16>,
        /// What went wrong.
        text: String,
    },
    /// It may be accepted from this time on. Nothing is wrong with it.
    #[error("{text}")]
    NotBefore {
        /// Status of the service.
        status: Option<u16>,
        /// What was said.
        text: String,
        /// When to send it.
        at: DateTime<Utc>,
    },
    /// It may be accepted later.
    #[error("{text}")]
    Temporary {
        /// Status of the mail server.
        status: Option<u16>,
        /// What went wrong.
        text: String,
    },
}

/// The channel could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("mail cannot be sent: {0}")]
pub struct SetupError(pub(crate) String);
