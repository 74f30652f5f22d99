//! People who inspect, and whether they may.

use std::collections::BTreeSet;

use diesel::PgConnection;
use group_inspection_core::{
    inspection::{Actor as Acting, Role},
    team::Engagement,
};
use uuid::Uuid;

pub use group_inspection_core::team::Person;

use crate::{
    Error, Tx,
    lifecycle::Loaded,
    records::{self, Held, Owner, Record},
};

/// Role of the person who leads, as named in public.
pub(crate) const LEAD: &str = "Lead inspector";

impl Record for Person {
    const KIND: &'static str = "person";
}

/// Enters a person; returns the identifier.
///
/// # Errors
/// If the database fails.
pub fn enter(tx: &mut Tx<'_>, person: &Person) -> Result<(), Error> {
    records::insert(tx, person.id, Owner::person(person.id), person, None)
}

/// One person.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<Held<Person>, Error> {
    records::get(connection, id)
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

/// What of the team's interests waits for the inspection.
pub(crate) fn standing(_connection: &mut PgConnection, loaded: &Loaded) -> Result<Standing, Error> {
    let _ = loaded.inspection.team();
    Ok(Standing::default())
}

/// Refuses people of the team who may not work on the inspection (DR-12,
/// DR-16). Other roles pass.
pub(crate) fn needs_access(
    _connection: &mut PgConnection,
    loaded: &Loaded,
    by: Acting,
) -> Result<(), Error> {
    match by.role {
        Role::LeadInspector | Role::Inspector | Role::Practitioner => {
            let named = loaded.inspection.team().is_some();
            if named && !loaded.on_team(by.id) {
                return Err(Error::forbidden("11", "you are not on the team"));
            }
            Ok(())
        }
        Role::Integrator
        | Role::BodyLeader
        | Role::OperationsOfficer
        | Role::QualityAssurer
        | Role::DecisionMaker
        | Role::Operator
        | Role::System => Ok(()),
    }
}

/// What follows when a team is named.
pub(crate) fn team_named(_tx: &mut Tx<'_>, loaded: &Loaded) -> Result<(), Error> {
    let _: BTreeSet<Uuid> = loaded
        .inspection
        .team()
        .map(|team| team.members.clone())
        .unwrap_or_default();
    Ok(())
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
