//! Early copies of a report under embargo, for those entitled to one.
//!
//! They have no key: each gets an address of their own by mail. Only its hash
//! is looked up, it shows the version that was released to them, and it leads
//! nowhere once that version is recalled, they are no longer to be told, or
//! the inspection has ended. Once a report was public it leads
//! to what stands there.

use diesel::{PgConnection, prelude::*};
use group_inspection_core::{inspection::State, report::Report};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
    reports,
    schema::email_contact,
};

/// Name of the token in what is told.
pub const TOKEN: &str = "early_copy";

/// Characters of a token.
const TOKEN_LENGTH: usize = 64;

/// Whose copy it is, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EarlyCopy {
    contact: Uuid,
    report_version: u32,
}

impl Record for EarlyCopy {
    const KIND: &'static str = "early_copy";
}

/// What an address of an early copy leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Leads {
    /// To the copy.
    Here(Box<Report>),
    /// To the version, which is public now.
    ToPublic {
        /// The report.
        report_id: Uuid,
        /// Its version.
        version: u32,
    },
}

/// Where the record of a token is kept.
fn place(token: &str) -> Result<Uuid, Error> {
    let digest = Sha256::digest(token.as_bytes());
    let half: [u8; 16] = digest
        .get(..16)
        .and_then(|half| half.try_into().ok())
        .ok_or_else(|| Error::Internal("a digest is too short".to_owned()))?;
    Ok(uuid::Builder::from_custom_bytes(half).into_uuid())
}

/// Lets a contact read a version under embargo; returns the token that shows
/// it.
pub(crate) fn grant(
    tx: &mut Tx<'_>,
    of: &Loaded,
    report_version: u32,
    contact: Uuid,
) -> Result<String, Error> {
    let token = hex::encode(tx.new_secret());
    let copy = EarlyCopy {
        contact,
        report_version,
    };
    records::insert(tx, place(&token)?, Owner::inspection(of.id()), &copy, None)?;
    Ok(token)
}

/// What a token leads to.
///
/// # Errors
/// [`Error::NotFound`] if to nothing, or if the database fails.
pub fn read(connection: &mut PgConnection, token: &str) -> Result<Leads, Error> {
    if token.len() != TOKEN_LENGTH {
        return Err(Error::NotFound);
    }
    let held = records::get::<EarlyCopy>(connection, place(token)?)?;
    let copy = held.value;
    let active: bool = diesel::select(diesel::dsl::exists(
        email_contact::table
            .find(copy.contact)
            .filter(email_contact::state.eq("active")),
    ))
    .get_result(connection)?;
    let inspection = held.owner.inspection.filter(|_| active);
    let inspection = inspection.ok_or(Error::NotFound)?;
    // Whoever has the token may see this version, and nothing else.
    let loaded = lifecycle::load(connection, &Actor::system("early copy"), inspection)?;
    let version = copy.report_version;
    let (of, report_id) = (&loaded.inspection, loaded.report_id);
    if of.was_published() {
        return Ok(Leads::ToPublic { report_id, version });
    }
    if of.state() != State::Embargoed || of.early_copy() != Some(version) {
        return Err(Error::NotFound);
    }
    let (report, _) = reports::compiled(connection, report_id, version)?;
    Ok(Leads::Here(Box::new(report)))
}
