//! Sends one notification.
//!
//! Everything is sent outside a transaction; what came of it is recorded
//! after. A worker that goes away in between sends the same once more, with
//! the same identifier.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use group_inspection_render::SiteFacts;
use group_inspection_store::{
    Error, Store, Tx,
    jobs::{self, Kind},
    ledger::Job,
    notifications::{self, Arrived, Channel, Notification, Outcome as Delivery, Then, ToSend, Try},
    recipients::{self, Target},
    steps,
};
use group_inspection_telemetry::{
    measure::delivery,
    trace::{self, TraceParent},
};
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    Failure, Handler, JobContext, Outcome, Running,
    batch::Batch,
    handler::delta,
    mail::{Mail, MailChannel, MailFailure, Sent, letter},
    shared::actor,
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
    site: SiteFacts,
    loads: Batch<Store, (Uuid, DateTime<Utc>), Option<ToSend>>,
    arrivals: Batch<Store, Arrived, ()>,
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
    error: Option<&'static str>,
    detail: Option<String>,
    next: Next,
}

enum Next {
    Nothing,
    Retry {
        not_before: Option<DateTime<Utc>>,
    },
    Accepted(String),
    /// Nothing is wrong; it is not yet time.
    Wait(DateTime<Utc>),
    GiveUp,
    Disable(&'static str),
}

/// Reads what is needed to send notifications.
fn load(
    store: Store,
    asked: Vec<(Uuid, DateTime<Utc>)>,
) -> BoxFuture<'static, Result<Vec<Option<ToSend>>, Error>> {
    Box::pin(async move {
        let now = asked.iter().map(|(_, now)| *now).max().unwrap_or_default();
        let ids: Vec<Uuid> = asked.into_iter().map(|(id, _)| id).collect();
        store
            .read(move |connection| notifications::to_send(connection, &ids, now))
            .await
    })
}

/// Records calls that were accepted.
fn arrived(store: Store, made: Vec<Arrived>) -> BoxFuture<'static, Result<Vec<()>, Error>> {
    Box::pin(async move {
        let answers = vec![(); made.len()];
        store
            .write(&actor(), move |tx| {
                notifications::record_arrivals(tx, &made)?;
                for _ in &made {
                    steps::reach(jobs::Notify::KIND, "committing");
                }
                Ok(())
            })
            .await?;
        Ok(answers)
    })
}

impl Notify {
    /// A handler with these two ways out; what mail links to is at `site`.
    #[must_use]
    pub fn new(webhooks: Sender, mail: Arc<dyn MailChannel>, site: SiteFacts) -> Self {
        Self {
            webhooks,
            mail,
            site,
            loads: Batch::new(load),
            arrivals: Batch::new(arrived),
        }
    }

    async fn send(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let id = context.payload::<jobs::Notify>()?.notification_id;
        let loaded = self.loads.call(&context.store, (id, context.now())).await?;
        let ToSend {
            notification,
            body,
            target,
        } = loaded.ok_or(Error::NotFound)?;
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
                Channel::Webhook => {
                    let target = target.ok_or(Error::NotFound)?;
                    self.call(&notification, target, at, traced).await
                }
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
        notification: &Notification,
        target: Target,
        at: DateTime<Utc>,
        traced: Option<TraceParent>,
    ) -> Result<Option<Came>, Failure> {
        if !target.takes(&notification.event) {
            return Ok(None);
        }
        let request = Request {
            url: target.url,
            keys: target.keys,
            id: notification.id,
            at,
            body: notification.body().into(),
            traced,
        };
        Ok(Some(match self.webhooks.send(&request).await {
            Answer::Accepted { status } => Came {
                outcome: Delivery::Delivered,
                status: Some(status),
                error: None,
                detail: None,
                next: Next::Nothing,
            },
            Answer::Gone => Came {
                outcome: Delivery::Refused,
                status: Some(410),
                error: Some("gone"),
                detail: None,
                next: Next::Disable("the endpoint answered 410 Gone"),
            },
            Answer::Refused {
                status,
                error,
                not_before,
            } => Came {
                outcome: Delivery::Refused,
                status: Some(status),
                error: Some(error),
                detail: None,
                next: Next::Retry { not_before },
            },
            Answer::Unreachable { error, detail } => Came {
                outcome: Delivery::Unreachable,
                status: None,
                error: Some(error),
                detail: Some(detail.to_owned()),
                next: Next::Retry { not_before: None },
            },
            Answer::Blocked { error, detail } => Came {
                outcome: Delivery::Blocked,
                status: None,
                error: Some(error),
                detail: Some(detail.to_owned()),
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
        let id = notification.id;
        let tried = context
            .store
            .read(move |connection| notifications::has_been_tried(connection, id))
            .await?;
        let mail = Mail {
            // A run that left no trace may have sent it all the same.
            again: tried || context.job.attempts > 1,
            traced,
            ..letter(notification, body, &address, &self.site)
        };
        Ok(Some(match self.mail.send(&mail).await {
            Ok(sent) => Came {
                outcome: match sent {
                    Sent::Delivered => Delivery::Delivered,
                    Sent::Accepted(_) => Delivery::Accepted,
                },
                status: None,
                error: None,
                detail: None,
                next: match sent {
                    Sent::Delivered => Next::Nothing,
                    Sent::Accepted(id) => Next::Accepted(id),
                },
            },
            Err(MailFailure::NotBefore { status, text, at }) => Came {
                outcome: Delivery::Refused,
                status,
                error: Some("throttled"),
                detail: Some(text),
                next: Next::Wait(at),
            },
            Err(MailFailure::Permanent { status, text }) => Came {
                outcome: Delivery::Refused,
                status,
                error: Some("mail_refused"),
                detail: Some(text),
                next: Next::GiveUp,
            },
            Err(MailFailure::Temporary { status, text }) => Came {
                outcome: match status {
                    Some(_) => Delivery::Refused,
                    None => Delivery::Unreachable,
                },
                status,
                error: Some("mail_later"),
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
        if came.outcome == Delivery::Delivered
            && matches!(came.next, Next::Nothing)
            && notification.channel()? == Channel::Webhook
        {
            let arrived = Arrived {
                id: notification.id,
                at,
                status: came.status,
                took,
            };
            self.arrivals.call(&context.store, arrived).await?;
            steps::reach(jobs::Notify::KIND, "committed");
            return Ok(Outcome::Done);
        }
        let mut escalate_at = None;
        let (then, result) = match came.next {
            Next::Nothing => (Then::Delivered, Ok(Outcome::Done)),
            Next::Accepted(id) => (Then::Accepted(id), Ok(Outcome::Done)),
            Next::Wait(at) => (Then::TryAgain(at), Ok(Outcome::SnoozeUntil(at))),
            // The recipient has decided: nothing is left to do or to look into.
            Next::Disable(reason) => (Then::Disable(reason.to_owned()), Ok(Outcome::Done)),
            Next::GiveUp if came.outcome == Delivery::Blocked => {
                (Then::GiveUp, Err(Failure::permanent(BLOCKED, text)))
            }
            Next::GiveUp => (Then::GiveUp, Err(Failure::permanent(NOT_ACCEPTED, text))),
            Next::Retry { not_before } => {
                let again = self
                    .again(context, notification, at, not_before, text)
                    .await?;
                escalate_at = again.escalate_at;
                (again.then, again.result)
            }
        };
        let made = Try {
            at,
            outcome: came.outcome,
            status: came.status,
            error: came.error,
            detail: came.detail,
            took,
            then,
            escalate_at,
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
        began: DateTime<Utc>,
        not_before: Option<DateTime<Utc>>,
        text: String,
    ) -> Result<Again, Failure> {
        let endpoint = notification.recipient_id;
        let since = context
            .store
            .read(move |connection| notifications::failing_since(connection, endpoint))
            .await?;
        let settings = self.webhooks.settings();
        let longest = delta(settings.disable_after);
        if since.is_some_and(|since| context.now() - since >= longest) {
            let reason = "the endpoint has failed for too long";
            return Ok(Again {
                then: Then::Disable(reason.to_owned()),
                escalate_at: None,
                result: Ok(Outcome::Done),
            });
        }
        let code = NOT_ACCEPTED.to_owned();
        Ok(match context.next_try() {
            Some(next) => {
                let at = not_before.map_or(next, |asked| next.max(asked));
                let escalate_at = since.unwrap_or(began) + delta(settings.escalate_after);
                Again {
                    then: Then::TryAgain(at),
                    // A try before that looks again.
                    escalate_at: Some(escalate_at).filter(|escalate| *escalate <= at),
                    result: Err(Failure::Later { code, text, at }),
                }
            }
            None => Again {
                then: Then::GiveUp,
                escalate_at: None,
                result: Err(Failure::Retryable { code, text }),
            },
        })
    }
}

/// How a try that was not accepted goes on.
struct Again {
    then: Then,
    escalate_at: Option<DateTime<Utc>>,
    result: Result<Outcome, Failure>,
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
