//! Sends one notification.
//!
//! Everything is sent outside a transaction; what came of it is recorded
//! after. A worker that goes away in between sends the same once more, with
//! the same identifier.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_store::{
    Error, Tx,
    jobs::{self, Kind},
    ledger::Job,
    notifications::{self, Channel, Notification, Outcome as Delivery, Then, Try},
    recipients, steps,
};
use group_inspection_telemetry::{
    measure::delivery,
    trace::{self, TraceParent},
};
use tokio::time::Instant;
use tracing::Instrument;

use crate::{
    Failure, Handler, JobContext, Outcome, Running,
    handler::delta,
    mail::{Mail, MailChannel, MailFailure, letter},
    webhook::{Answer, Request, Sender},
};

/// Code of a notification whose address may not be called.
pub const BLOCKED: &str = "notification_blocked";
/// Code of a notification that was not accepted.
pub const NOT_ACCEPTED: &str = "notification_not_accepted";

/// Sends notifications by webhook and by mail.
pub struct Notify {
    webhooks: Sender,
    mail: Arc<dyn MailChannel>,
}

impl std::fmt::Debug for Notify {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notify")
            .field("webhooks", &self.webhooks)
            .finish_non_exhaustive()
    }
}

/// What came of a try, whatever the channel.
struct Came {
    outcome: Delivery,
    status: Option<u16>,
    detail: Option<String>,
    next: Next,
}

enum Next {
    Nothing,
    Retry { not_before: Option<DateTime<Utc>> },
    GiveUp,
    Disable(&'static str),
}

impl Notify {
    /// A handler with these two ways out.
    #[must_use]
    pub fn new(webhooks: Sender, mail: Arc<dyn MailChannel>) -> Self {
        Self { webhooks, mail }
    }

    async fn send(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let id = context.payload::<jobs::Notify>()?.notification_id;
        let (notification, body) = context
            .store
            .read(move |connection| notifications::get(connection, id))
            .await?;
        if notification.state != "waiting" {
            return Ok(Outcome::Done);
        }
        steps::reach(jobs::Notify::KIND, "read");
        let (at, began) = (context.now(), Instant::now());
        let channel = notification.channel()?;
        let span = tracing::info_span!(
            "delivery",
            otel.kind = "client",
            channel = channel.code(),
            notification = %id,
        );
        let traced = trace::place(&span).or_else(|| context.traced.clone());
        let came = async {
            match channel {
                Channel::Webhook => self.call(context, &notification, at, traced).await,
                Channel::Email => self.write(context, &notification, &body, traced).await,
            }
        }
        .instrument(span)
        .await?;
        steps::reach(jobs::Notify::KIND, "made");
        let Some(came) = came else {
            let actor = context.actor();
            let given_up = move |tx: &mut Tx<'_>| notifications::give_up(tx, id);
            context.store.write(&actor, given_up).await?;
            return Ok(Outcome::Done);
        };
        let took = began.elapsed();
        delivery::tried(channel.code(), came.outcome.code(), came.status, took);
        let took = delta(took);
        self.conclude(context, &notification, came, at, took).await
    }

    /// Calls the endpoint; `None` if it wants no calls any more.
    async fn call(
        &self,
        context: &JobContext,
        notification: &Notification,
        at: DateTime<Utc>,
        traced: Option<TraceParent>,
    ) -> Result<Option<Came>, Failure> {
        let endpoint = notification.recipient_id;
        let target = context
            .store
            .read(move |connection| recipients::target(connection, endpoint))
            .await?;
        if !target.active {
            return Ok(None);
        }
        let request = Request {
            url: target.url,
            secret: target.secret,
            id: notification.id,
            at,
            body: notification.body(),
            traced,
        };
        Ok(Some(match self.webhooks.send(&request).await {
            Answer::Accepted { status } => Came {
                outcome: Delivery::Delivered,
                status: Some(status),
                detail: None,
                next: Next::Nothing,
            },
            Answer::Gone => Came {
                outcome: Delivery::Refused,
                status: Some(410),
                detail: None,
                next: Next::Disable("the endpoint answered 410 Gone"),
            },
            Answer::Refused {
                status,
                not_before,
                detail,
            } => Came {
                outcome: Delivery::Refused,
                status: Some(status),
                detail: Some(detail).filter(|detail| !detail.is_empty()),
                next: Next::Retry { not_before },
            },
            Answer::Unreachable { detail } => Came {
                outcome: Delivery::Unreachable,
                status: None,
                detail: Some(detail),
                next: Next::Retry { not_before: None },
            },
            Answer::Blocked { detail } => Came {
                outcome: Delivery::Blocked,
                status: None,
                detail: Some(detail),
                next: Next::GiveUp,
            },
        }))
    }

    /// Writes to the contact; `None` if there is none any more.
    async fn write(
        &self,
        context: &JobContext,
        notification: &Notification,
        body: &str,
        traced: Option<TraceParent>,
    ) -> Result<Option<Came>, Failure> {
        let contact = notification.recipient_id;
        let address = context
            .store
            .read(move |connection| recipients::address(connection, contact))
            .await?;
        let Some(address) = address else {
            return Ok(None);
        };
        let mail = Mail {
            traced,
            ..letter(notification, body, &address)
        };
        Ok(Some(match self.mail.send(&mail).await {
            Ok(()) => Came {
                outcome: Delivery::Delivered,
                status: None,
                detail: None,
                next: Next::Nothing,
            },
            Err(MailFailure::Permanent { status, text }) => Came {
                outcome: Delivery::Refused,
                status,
                detail: Some(text),
                next: Next::GiveUp,
            },
            Err(MailFailure::Temporary { status, text }) => Came {
                outcome: match status {
                    Some(_) => Delivery::Refused,
                    None => Delivery::Unreachable,
                },
                status,
                detail: Some(text),
                next: Next::Retry { not_before: None },
            },
        }))
    }

    /// Records the try and says how the job goes on.
    async fn conclude(
        &self,
        context: &JobContext,
        notification: &Notification,
        came: Came,
        at: DateTime<Utc>,
        took: TimeDelta,
    ) -> Result<Outcome, Failure> {
        let text = came.detail.clone().unwrap_or_else(|| match came.status {
            Some(status) => format!("the recipient answered {status}"),
            None => "the notification was not accepted".to_owned(),
        });
        let (then, result) = match came.next {
            Next::Nothing => (Then::Delivered, Ok(Outcome::Done)),
            // The recipient has decided: nothing is left to do or to look into.
            Next::Disable(reason) => (Then::Disable(reason.to_owned()), Ok(Outcome::Done)),
            Next::GiveUp if came.outcome == Delivery::Blocked => {
                (Then::GiveUp, Err(Failure::permanent(BLOCKED, text)))
            }
            Next::GiveUp => (Then::GiveUp, Err(Failure::permanent(NOT_ACCEPTED, text))),
            Next::Retry { not_before } => {
                self.again(context, notification, not_before, text).await?
            }
        };
        let made = Try {
            at,
            outcome: came.outcome,
            status: came.status,
            detail: came.detail,
            took,
            then,
        };
        let id = notification.id;
        context
            .store
            .write(&context.actor(), move |tx| {
                notifications::record_try(tx, id, &made)?;
                steps::reach(jobs::Notify::KIND, "committing");
                Ok(())
            })
            .await?;
        steps::reach(jobs::Notify::KIND, "committed");
        result
    }

    async fn again(
        &self,
        context: &JobContext,
        notification: &Notification,
        not_before: Option<DateTime<Utc>>,
        text: String,
    ) -> Result<(Then, Result<Outcome, Failure>), Failure> {
        let endpoint = notification.recipient_id;
        let since = context
            .store
            .read(move |connection| notifications::failing_since(connection, endpoint))
            .await?;
        let longest = delta(self.webhooks.settings().disable_after);
        if since.is_some_and(|since| context.now() - since >= longest) {
            let reason = "the endpoint has failed for too long";
            return Ok((Then::Disable(reason.to_owned()), Ok(Outcome::Done)));
        }
        let code = NOT_ACCEPTED.to_owned();
        Ok(match context.next_try() {
            Some(next) => {
                let at = not_before.map_or(next, |asked| next.max(asked));
                (Then::TryAgain(at), Err(Failure::Later { code, text, at }))
            }
            None => (Then::GiveUp, Err(Failure::Retryable { code, text })),
        })
    }
}

impl Handler for Notify {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.send(context))
    }

    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        match jobs::Notify::from_job(job) {
            Some(payload) => notifications::give_up(tx, payload.notification_id),
            None => Ok(()),
        }
    }
}
