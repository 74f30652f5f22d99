//! Files attached to evidence: quarantined until found clean.

use diesel::PgConnection;
use group_inspection_core::{
    digest::Digest,
    library::attachment::{self, Attachment, Event, State},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::library;
use crate::{
    Actor, Error, Tx,
    blob::Uploaded,
    jobs::{self, Kind},
    lifecycle,
    records::{self, Held, Owner, Record},
    submissions,
};

/// An attachment as kept, with where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The item it belongs to.
    pub item: Uuid,
    /// Key of its bytes.
    pub blob: String,
    /// The attachment.
    pub attachment: Attachment,
}

impl Record for Stored {
    const KIND: &'static str = "attachment";
}

/// Keeps a file that has arrived, and has it checked and scanned.
///
/// # Errors
/// [`Error::NotFound`] if the item is not one the actor may open,
/// [`crate::error::Conflict::InspectionState`], a refusal if the item has as
/// many as it may have, or if the database fails.
pub fn attach(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    item: Uuid,
    name: &str,
    uploaded: &Uploaded,
) -> Result<Uuid, Error> {
    // Two at once must not both take the last place.
    lifecycle::lock(tx, inspection)?;
    let found = submissions::receiving(tx, inspection)?;
    let (actor, now) = (tx.actor().clone(), tx.now());
    opened(tx.connection(), &actor, inspection, item, now)?;
    let others: Vec<Attachment> = attachments(tx.connection(), inspection)?
        .into_iter()
        .filter(|held| held.value.item == item)
        .map(|held| held.value.attachment)
        .collect();
    attachment::check_room(&others, &found.frozen.policy.attachments)
        .map_err(|error| Error::refused("9.4", error.to_string()))?;
    let sha256: Digest = uploaded
        .sha256
        .parse()
        .map_err(|_| Error::internal("an upload", "its digest"))?;
    let id = tx.new_id();
    let stored = Stored {
        item,
        blob: uploaded.key.clone(),
        attachment: Attachment {
            id,
            name: name.to_owned(),
            bytes: uploaded.bytes,
            sha256,
            state: State::Received,
        },
    };
    records::insert(tx, id, Owner::inspection(inspection), &stored, None)?;
    tx.enqueue(&jobs::Scan { attachment_id: id }.job(id.to_string(), None)?)?;
    Ok(id)
}

fn opened(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    item: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Error> {
    let known = library(connection, actor, inspection, now)?;
    let is = known
        .iter()
        .any(|one| one.revisions.iter().any(|revision| revision.id == item));
    if is { Ok(()) } else { Err(Error::NotFound) }
}

/// Attachments of an inspection, in the order in which they arrived. Whether
/// the caller may know of them is for the caller of this to say.
///
/// # Errors
/// If the database fails.
pub fn attachments(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Vec<Held<Stored>>, Error> {
    records::of(connection, Owner::inspection(inspection))
}

/// One attachment, by a job.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn attachment(connection: &mut PgConnection, id: Uuid) -> Result<Held<Stored>, Error> {
    records::get(connection, id)
}

/// Whether the bytes under a key belong to an attachment.
///
/// # Errors
/// If the database fails.
pub fn is_kept(connection: &mut PgConnection, blob: &str) -> Result<bool, Error> {
    Ok(!records::naming::<Stored>(connection, "blob", blob)?.is_empty())
}

/// The attachment, if it is clean and the actor may open its item.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal if it is not clean, or
/// if the database fails.
pub fn readable(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Stored, Error> {
    let held = attachment(connection, id)?;
    let inspection = held.owner.inspection.ok_or(Error::NotFound)?;
    opened(connection, actor, inspection, held.value.item, now)?;
    held.value
        .attachment
        .readable()
        .map_err(|error| Error::refused("9.4", error.to_string()))?;
    Ok(held.value)
}

/// Takes a step on an attachment, as a job found it.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails. A step that was taken before
/// is none.
pub fn took(tx: &mut Tx<'_>, id: Uuid, event: Event) -> Result<(), Error> {
    let held = records::lock::<Stored>(tx, id)?;
    let mut stored = held.value;
    if stored.attachment.take(event).is_ok() {
        records::replace(tx, id, Some(held.revision), &stored, None)?;
    }
    Ok(())
}
