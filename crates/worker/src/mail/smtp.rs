//! Mail by a mail server.

use std::{fmt, time::Duration};

use futures::future::BoxFuture;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor, message::Mailbox,
    transport::smtp::Error as SmtpError,
};

use super::{Mail, MailChannel, MailFailure, Sent, SetupError, compose};

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The transport holds the password.
        f.debug_struct("Smtp")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// The mail server at `url`: `smtps://user:password@host` for TLS from
    /// the start, `smtp://user:password@host?tls=required` for STARTTLS,
    /// `smtp://host` for a server that has none.
    ///
    /// # Errors
    /// If the URL cannot be used or `from` is not an address.
    pub fn new(url: &str, from: &str, timeout: Duration) -> Result<Self, SetupError> {
        let from = from
            .parse()
            .map_err(|_| SetupError("the sender is not an address".to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            // The cause may name the URL and with it a password.
            .map_err(|_| SetupError("the URL of the mail server cannot be used".to_owned()))?
            .timeout(Some(timeout))
            .build();
        Ok(Self { transport, from })
    }

    /// Whether the server takes connections with these credentials.
    ///
    /// # Errors
    /// Why not, in words that name no secret.
    pub async fn reach(&self) -> Result<(), MailFailure> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailFailure::Temporary {
                status: None,
                text: "the mail server does not answer as one".to_owned(),
            }),
            Err(error) => Err(failure(&error)),
        }
    }
}

impl MailChannel for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<Sent, MailFailure>> {
        Box::pin(async move {
            let message = compose(&self.from, mail)?;
            match self.transport.send(message).await {
                Ok(_) => Ok(Sent::Delivered),
                Err(error) => Err(failure(&error)),
            }
        })
    }
}

fn failure(error: &SmtpError) -> MailFailure {
    let status = error.status().map(u16::from);
    // Not the server's words: they may repeat the address.
    tracing::warn!(
        status,
        is_permanent = error.is_permanent(),
        "mail was not accepted"
    );
    if error.is_permanent() {
        return MailFailure::Permanent {
            status,
            text: "the mail server refused the message".to_owned(),
        };
    }
    let text = if error.is_transient() {
        "the mail server asked to try again"
    } else if error.is_timeout() {
        "the mail server did not answer in time"
    } else {
        "no connection to the mail server"
    };
    MailFailure::Temporary {
        status,
        text: text.to_owned(),
    }
}
