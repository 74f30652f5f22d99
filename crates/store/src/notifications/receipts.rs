//! What a mail service says has become of what it accepted.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use uuid::Uuid;

use crate::{Error, Tx, schema::notification};

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It has arrived.
    Delivered,
    /// It cannot arrive: the address is none, the inbox is full or away for
    /// days, or the service failed.
    Failed,
    /// It is on its way.
    Pending,
}

impl Receipt {
    /// What a status of GOV.UK Notify means.
    #[must_use]
    pub fn of(status: &str) -> Option<Self> {
        match status {
            "delivered" => Some(Self::Delivered),
            "permanent-failure" | "temporary-failure" | "technical-failure" => Some(Self::Failed),
            "created" | "sending" | "pending" => Some(Self::Pending),
            _ => None,
        }
    }
}

/// Notes what a mail service says of a notification that it accepted; `false`
/// if there is no such notification. What it said last counts; a receipt for
/// what was sent again meanwhile is passed over.
///
/// # Errors
/// If the database fails.
pub fn note_receipt(
    tx: &mut Tx<'_>,
    id: Uuid,
    provider_id: &str,
    status: &str,
) -> Result<bool, Error> {
    let known: Option<(String, Option<String>)> = notification::table
        .find(id)
        .select((notification::state, notification::provider_id))
        .for_update()
        .first(tx.connection())
        .optional()?;
    let Some((state, provider)) = known else {
        return Ok(false);
    };
    // The receipt may come before the answer that it is for was recorded.
    let is_ours = provider.as_deref().is_none_or(|known| known == provider_id);
    if !is_ours {
        return Ok(true);
    }
    let settled = match Receipt::of(status) {
        Some(Receipt::Delivered) => Some("delivered"),
        Some(Receipt::Failed) => Some("failed"),
        Some(Receipt::Pending) | None => None,
    };
    let Some(settled) = settled else {
        return Ok(true);
    };
    let now = tx.now();
    if state != settled {
        diesel::update(notification::table.find(id))
            .set((
                notification::state.eq(settled),
                notification::finished_at.eq(now),
            ))
            .execute(tx.connection())?;
    }
    diesel::update(notification::table.find(id))
        .set((
            notification::provider_id.eq(provider_id),
            notification::receipt.eq(status),
            notification::receipt_at.eq(now),
        ))
        .execute(tx.connection())?;
    if settled == "failed" {
        tracing::warn!(notification = %id, status, "a mail did not arrive");
    }
    Ok(true)
}

/// Notifications that a mail service accepted before `before` and has said
/// nothing of since: identifier here and there, oldest first.
///
/// # Errors
/// If the database fails.
pub fn without_receipt(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(Uuid, String)>, Error> {
    Ok(notification::table
        .filter(notification::state.eq("accepted"))
        .filter(notification::finished_at.lt(before))
        .filter(notification::provider_id.is_not_null())
        .order((notification::finished_at, notification::id))
        .limit(limit)
        .select((
            notification::id,
            notification::provider_id.assume_not_null(),
        ))
        .load(connection)?)
}
