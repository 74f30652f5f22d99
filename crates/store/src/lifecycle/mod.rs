//! The life of an inspection: its history as kept, and actions taken on it.

mod act;
mod calendar;
mod effects;
mod facts;
mod overdue;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::inspection::{
    Action, Actor as Acting, Event, Inspection, Opening, Role,
};
use uuid::Uuid;

pub use act::{Acted, act, allowed, clocks};
pub(crate) use act::{append, authorise};
pub use calendar::clock_days;
pub(crate) use effects::evidence_held;
pub use overdue::{note_overdue, overdue};

use crate::{
    Actor, Error, Tx,
    error::Conflict,
    inspections::{self, Frozen},
    schema::{inspection, inspection_event, report},
    typed::Typed,
};

/// A job of the service itself.
pub(crate) const SYSTEM: Acting = Acting {
    role: Role::System,
    id: Uuid::nil(),
};

/// An inspection with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Human reference.
    pub reference: String,
    /// Responsible body.
    pub body_id: Uuid,
    /// Report on it.
    pub report_id: Uuid,
    /// Who writes the report (DR-27).
    pub author: Option<Uuid>,
    /// What it is about, as last frozen.
    pub frozen: Frozen,
    /// Its life so far.
    pub inspection: Inspection,
}

impl Loaded {
    /// Whether a person is on the team as last named.
    #[must_use]
    pub fn on_team(&self, person: Uuid) -> bool {
        self.inspection
            .team()
            .is_some_and(|team| team.members.contains(&person))
    }

    /// Identifier.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.inspection.opening().inspection
    }
}

type Row = (
    String,
    Uuid,
    Uuid,
    Option<Uuid>,
    Typed<Frozen>,
    Typed<Opening>,
);

macro_rules! columns {
    () => {
        (
            inspection::reference,
            inspection::body_id,
            report::id,
            inspection::author_id,
            inspection::frozen,
            inspection::opening,
        )
    };
}

/// An inspection the actor may know of.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn load(connection: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Loaded, Error> {
    let row: Row = inspection::table
        .inner_join(report::table.on(report::inspection_id.eq(inspection::id)))
        .filter(inspection::id.eq(id))
        .select(columns!())
        .first(connection)?;
    read(connection, actor, id, row)
}

/// The same, for somebody who reads its evidence or its draft: people of the
/// team need access first (DR-15).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn open_to(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Loaded, Error> {
    let loaded = load(connection, actor, id)?;
    if let Some(by) = actor.acting() {
        crate::people::needs_access(connection, &loaded, by, now)?;
    }
    Ok(loaded)
}

/// The same, locked until the transaction ends: nobody else acts on it.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn lock(tx: &mut Tx<'_>, id: Uuid) -> Result<Loaded, Error> {
    let actor = tx.actor();
    inspection::table
        .find(id)
        .select(inspection::id)
        .for_update()
        .first::<Uuid>(tx.connection())?;
    load(tx.connection(), actor, id)
}

fn read(connection: &mut PgConnection, actor: &Actor, id: Uuid, row: Row) -> Result<Loaded, Error> {
    let (reference, body_id, report_id, author, Typed(frozen), Typed(opening)) = row;
    if !actor.sees(body_id) {
        return Err(Error::NotFound);
    }
    let events = history(connection, id)?;
    Ok(Loaded {
        reference,
        body_id,
        report_id,
        author,
        frozen,
        inspection: Inspection::replay(opening, events.into_iter().map(|kept| kept.event))
            .map_err(|error| Error::internal("a stored history", error))?,
    })
}

/// An event as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place, from 1.
    pub position: i32,
    /// Name of the actor, as in the audit log.
    pub actor: String,
    /// The event.
    pub event: Event,
}

/// What happened to an inspection, oldest first. Whether a caller may know of
/// it is for [`load`] to say.
///
/// # Errors
/// If the database fails.
pub fn history(connection: &mut PgConnection, id: Uuid) -> Result<Vec<Kept>, Error> {
    type Stored = (i32, DateTime<Utc>, String, Uuid, String, Typed<Action>);
    inspection_event::table
        .filter(inspection_event::inspection_id.eq(id))
        .order(inspection_event::position)
        .select((
            inspection_event::position,
            inspection_event::at,
            inspection_event::role,
            inspection_event::actor_id,
            inspection_event::actor,
            inspection_event::action,
        ))
        .load::<Stored>(connection)?
        .into_iter()
        .map(|(position, at, role, actor_id, actor, Typed(action))| {
            let role =
                Role::from_code(&role).ok_or_else(|| Error::internal("a stored role", &role))?;
            Ok(Kept {
                position,
                actor,
                event: Event {
                    at,
                    by: Acting { role, id: actor_id },
                    action,
                },
            })
        })
        .collect()
}

/// The same, as far as the actor may know it.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn history_for(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
) -> Result<Vec<Kept>, Error> {
    load(connection, actor, id)?;
    let of_body = actor.body().is_some()
        || actor
            .acting()
            .is_some_and(|by| matches!(by.role, Role::BodyLeader | Role::Integrator));
    let mut events = history(connection, id)?;
    if of_body {
        for kept in &mut events {
            kept.event.action = kept.event.action.clone().as_told_to_body();
        }
    }
    Ok(events)
}

/// Appoints the writer of the report, who neither leads the inspection nor
/// assures its quality (DR-27).
///
/// # Errors
/// [`Error::NotFound`], a refusal if the person leads or is not known, or if
/// the database fails.
pub fn appoint_author(
    tx: &mut Tx<'_>,
    id: Uuid,
    revision: Option<i64>,
    person: Uuid,
    reason: &str,
) -> Result<(), Error> {
    let loaded = lock(tx, id)?;
    authorise(tx.actor(), &[Role::OperationsOfficer, Role::LeadInspector])?;
    let current = inspection::table
        .find(id)
        .select(inspection::revision)
        .first::<i64>(tx.connection())?;
    if revision.is_some_and(|seen| seen != current) {
        return Err(Error::Conflict(Conflict::StaleRevision { current }));
    }
    if loaded
        .inspection
        .team()
        .is_some_and(|team| team.lead == person)
    {
        return Err(Error::refused(
            "DR-27",
            "the lead inspector does not write the report",
        ));
    }
    crate::people::get(tx.connection(), person)?;
    inspections::touch(tx, id)?;
    diesel::update(inspection::table.find(id))
        .set(inspection::author_id.eq(person))
        .execute(tx.connection())?;
    tx.audit(&crate::audit::Event {
        action: "inspection.author_appointed",
        subject_kind: "inspection",
        subject_id: id.to_string(),
        reason: Some(reason),
        data: serde_json::json!({ "before": loaded.author, "after": person }),
    })
}
