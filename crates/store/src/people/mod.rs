//! People who inspect, and whether they may.

mod access;
mod conflicts;
mod links;
mod national;
mod objections;
mod proposals;
mod screening;

use diesel::PgConnection;
use group_inspection_core::team::Engagement;
use uuid::Uuid;

pub use access::{OnRecord, on_record};
pub(crate) use access::{is_of_team, limits, needs_access, permits, relies, standing};
pub use conflicts::{decide, declare, public_statement};
pub use group_inspection_core::team::Person;
pub use links::{link, links, unlink};
pub use objections::{Kept as KeptObjection, object, objections, settle};
pub use proposals::proposal;
pub use screening::rerun_all;
pub(crate) use screening::{is_barred, may_be_named, rerun};

use crate::{
    Error, Seek, Tx, lifecycle,
    records::{self, Held, Owner, Record},
};
use group_inspection_core::inspection::Role;

/// Role of the person who leads, as named in public.
pub(crate) const LEAD: &str = "Lead inspector";

impl Record for Person {
    const KIND: &'static str = "person";
}

/// Who may enter and change people.
const KEEPERS: &[Role] = &[Role::OperationsOfficer];

/// Enters a person.
///
/// # Errors
/// [`Error::Forbidden`], [`crate::error::Conflict::IdentifierReused`], or if
/// the database fails.
pub fn enter(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    lifecycle::authorise(tx.actor(), KEEPERS)?;
    keep(tx, person)
}

pub(crate) fn keep(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    records::insert(tx, person.id, Owner::person(person.id), person, None)
}

/// Changes what is on record of a person, and runs the rules on conflicts
/// anew wherever the person is assigned (DR-17); returns the new revision.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`],
/// [`crate::error::Conflict::StaleRevision`], or if the database fails.
pub fn change(tx: &mut Tx<'_>, revision: i64, person: &Person) -> Result<i64, Error> {
    lifecycle::authorise(tx.actor(), KEEPERS)?;
    let revision = records::replace(tx, person.id, Some(revision), person, None)?;
    screening::rerun_for(tx, person.id)?;
    Ok(revision)
}

/// One person.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<Held<Person>, Error> {
    records::get(connection, id)
}

/// A page of the people, by identifier.
///
/// # Errors
/// If the database fails.
pub fn list(
    connection: &mut PgConnection,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Held<Person>>, Error> {
    records::page(connection, Owner::default(), seek, limit)
}

/// What of the team's interests waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Members without a declaration for the inspection (DR-12).
    pub undeclared: u32,
    /// Declarations, mitigations or objections without a decision (DR-15).
    pub undecided: u32,
    /// The body's objections without a decision (DR-19).
    pub objections: u32,
}

/// Role of a person on a team, for the public.
pub(crate) fn role_on_team(person: &Person, lead: Uuid) -> &'static str {
    if person.id == lead {
        return LEAD;
    }
    match person.engagement {
        Engagement::Hmi => "Inspector",
        Engagement::Practitioner => "Practitioner",
        Engagement::Contracted => "Contracted inspector",
    }
}

/// Kind of employer of a person, for the public.
pub(crate) const fn employer_type(person: &Person) -> &'static str {
    match person.engagement {
        Engagement::Hmi => "Inspectorate",
        Engagement::Practitioner => "Another group of schools",
        Engagement::Contracted => "Contracted by the inspectorate",
    }
}
