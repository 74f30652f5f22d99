//! What ties bodies to each other beyond the registers: organisations they
//! share (C12), and interests in taking over or merging (C11).

use diesel::PgConnection;
use group_inspection_core::{
    conflict::{Partnership, Transfer},
    inspection::Role,
};
use uuid::Uuid;

use crate::{
    Error, Tx,
    jobs::{self, Kind},
    lifecycle,
    records::{self, Owner, Record},
};

impl Record for Partnership {
    const KIND: &'static str = "partnership";
}

impl Record for Transfer {
    const KIND: &'static str = "transfer";
}

/// Keeps a link. The rules on conflicts run anew over everybody who is
/// assigned (DR-17), by a job: it may concern any of them.
///
/// # Errors
/// [`Error::Forbidden`], [`crate::error::Conflict::IdentifierReused`], or if
/// the database fails.
pub fn link<T: Record>(tx: &mut Tx<'_>, id: Uuid, link: &T) -> Result<(), Error> {
    lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer])?;
    records::insert(tx, id, Owner::default(), link, None)?;
    rescreen(tx)
}

/// Takes a link away that was entered by mistake or is no more.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn unlink<T: Record>(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Error> {
    lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer])?;
    records::delete::<T>(tx, id, "it is no more")?;
    rescreen(tx)
}

fn rescreen(tx: &mut Tx<'_>) -> Result<(), Error> {
    // One that waits already has yet to read what changed here.
    tx.enqueue(&jobs::Rescreen {}.job("all", None)?)?;
    Ok(())
}

/// All links of a kind, in the order in which they were entered.
///
/// # Errors
/// If the database fails.
pub fn links<T: Record>(connection: &mut PgConnection) -> Result<Vec<T>, Error> {
    Ok(records::of::<T>(connection, Owner::default())?
        .into_iter()
        .map(|held| held.value)
        .collect())
}
