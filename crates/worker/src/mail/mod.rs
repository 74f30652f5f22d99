//! Telling people by mail.

mod letter;
mod maildir;
mod smtp;

pub use letter::{Mail, compose, letter};
pub use maildir::Maildir;
pub use smtp::Smtp;

use futures::future::BoxFuture;

/// A way for mail to leave.
pub trait MailChannel: Send + Sync + 'static {
    /// Sends a message. Sending the same one again is harmless where the
    /// channel can tell.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), MailFailure>>;
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
