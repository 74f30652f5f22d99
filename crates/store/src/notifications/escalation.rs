//! Mail that stands in for a call that does not arrive.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{Channel, New, Notification, Way, write};
use crate::{
    Error, Tx,
    jobs::{self, Kind},
    ledger::NewJob,
    schema::{email_contact, notification, webhook_endpoint},
};

/// Sends what an endpoint did not accept by mail to the contacts of the body,
/// under the same identifier; returns to how many. A contact that has been
/// told of the same event is not told again, by whichever way it was.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn escalate(tx: &mut Tx<'_>, id: Uuid) -> Result<usize, Error> {
    let of: Notification = notification::table
        .find(id)
        .select(Notification::as_select())
        .for_update()
        .first(tx.connection())?;
    let settled = of.state == "delivered" || of.channel()? != Channel::Webhook;
    if settled || of.report_id.is_none() {
        return Ok(0);
    }
    let contacts: Vec<Uuid> = email_contact::table
        .filter(email_contact::body_id.eq(of.body_id))
        .filter(email_contact::state.eq("active"))
        .order(email_contact::id)
        .select(email_contact::id)
        .load(tx.connection())?;
    let mut told = 0;
    for recipient in contacts {
        let new = New {
            event: &of.event,
            body: of.body_id,
            report: of.report_id,
            version: of.version,
            recipient,
            payload: &of.payload,
            escalates: Some(id),
        };
        if write(tx, &new, Way::Mail)?.is_some() {
            told += 1;
        }
    }
    if told > 0 {
        tracing::warn!(notification = %id, told, "a notification goes by mail instead");
    }
    Ok(told)
}

/// As [`escalate`], if the endpoint fails or is disabled. One that answers
/// again gets what waits for it by itself.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn escalate_if_failing(tx: &mut Tx<'_>, id: Uuid) -> Result<usize, Error> {
    let (state, failing): (String, Option<DateTime<Utc>>) = webhook_endpoint::table
        .inner_join(notification::table.on(notification::recipient_id.eq(webhook_endpoint::id)))
        .filter(notification::id.eq(id))
        .select((webhook_endpoint::state, webhook_endpoint::failing_since))
        .first(tx.connection())?;
    if state == "disabled" || (state == "active" && failing.is_some()) {
        escalate(tx, id)
    } else {
        Ok(0)
    }
}

/// Has a notification go by mail at `at`, unless it was delivered until then.
///
/// # Errors
/// If the database fails.
pub fn escalate_later(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let job = jobs::Escalate {
        notification_id: id,
    }
    .job(id.to_string(), None)?;
    tx.enqueue(&NewJob {
        run_at: Some(at.max(tx.now())),
        ..job
    })?;
    Ok(())
}

/// Gives up all that waits for an endpoint and sends it by mail.
///
/// # Errors
/// If the database fails.
pub fn fail_all_of(tx: &mut Tx<'_>, endpoint: Uuid) -> Result<(), Error> {
    let now = tx.now();
    let dropped: Vec<Uuid> = diesel::update(
        notification::table
            .filter(notification::recipient_id.eq(endpoint))
            .filter(notification::state.eq("waiting")),
    )
    .set((
        notification::state.eq("failed"),
        notification::finished_at.eq(now),
    ))
    .returning(notification::id)
    .get_results(tx.connection())?;
    for id in dropped {
        escalate(tx, id)?;
    }
    Ok(())
}
