//! Asks the mail service what became of what it accepted and has said nothing
//! of since.

use std::{sync::Arc, time::Duration};

use group_inspection_store::notifications;

use crate::{
    Failure, Handler, JobContext, Outcome, Running,
    handler::delta,
    mail::{MailChannel, MailFailure},
};

/// Receipts asked for in one run.
const AT_ONCE: i64 = 200;

/// Asks for receipts that have not come by themselves.
pub struct Receipts {
    mail: Arc<dyn MailChannel>,
    after: Duration,
}

impl std::fmt::Debug for Receipts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receipts")
            .field("after", &self.after)
            .finish_non_exhaustive()
    }
}

impl Receipts {
    /// Asks `mail` for what it accepted longer than `after` ago.
    #[must_use]
    pub fn new(mail: Arc<dyn MailChannel>, after: Duration) -> Self {
        Self { mail, after }
    }

    async fn ask(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let before = context.now() - delta(self.after);
        let open = context
            .store
            .read(move |connection| notifications::without_receipt(connection, before, AT_ONCE))
            .await?;
        for (id, provider_id) in open {
            if context.is_stopping() {
                break;
            }
            let status = match self.mail.receipt(&provider_id).await {
                Ok(Some(status)) => status,
                // It is not known there any more, or never was.
                Ok(None) | Err(MailFailure::Permanent { .. }) => continue,
                Err(MailFailure::NotBefore { at, .. }) => return Ok(Outcome::SnoozeUntil(at)),
                Err(MailFailure::Temporary { text, .. }) => {
                    return Err(Failure::retryable("receipts_not_had", text));
                }
            };
            context
                .store
                .write(&context.actor(), move |tx| {
                    notifications::note_receipt(tx, id, &provider_id, &status)
                })
                .await?;
        }
        Ok(Outcome::Done)
    }
}

impl Handler for Receipts {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.ask(context))
    }
}
