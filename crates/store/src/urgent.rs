//! Urgent matters: told at once, outside the report (DR-33).

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    calendar::{day_in_england, end_of_day, next_weekday},
    inspection::{self, Role},
    urgent::{Audience, Notice, UrgentMatter},
};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
};

impl Record for UrgentMatter {
    const KIND: &'static str = "urgent_matter";
}

/// Who may raise an urgent matter: whoever works on the inspection.
const RAISERS: &[Role] = &[
    Role::LeadInspector,
    Role::Inspector,
    Role::Practitioner,
    Role::QualityAssurer,
    Role::DecisionMaker,
    Role::OperationsOfficer,
];

/// What was noticed longer ago than this is late, whatever the calendar.
const LONG_PAST: TimeDelta = TimeDelta::days(60);

/// Raises an urgent matter. No state, pause or conflict of interest keeps
/// anybody from raising one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-33 if there
/// is nothing to tell, or if the database fails.
pub fn raise(tx: &mut Tx<'_>, inspection: Uuid, notice: Notice) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), RAISERS)?;
    let now = tx.now();
    let id = tx.new_id();
    let due = due(tx.connection(), &loaded, &notice, now);
    let matter = UrgentMatter::raise(id, notice, by.id, now, due)
        .map_err(|refusal| Error::refused("DR-33", refusal.to_string()))?;
    records::insert(tx, id, Owner::inspection(inspection), &matter, None)?;
    Ok(id)
}

/// The end of the first working day after it was noticed. Nothing keeps a
/// matter from being raised: where no working day can be told, the next
/// weekday counts, and what is long past is late.
fn due(
    connection: &mut PgConnection,
    loaded: &Loaded,
    notice: &Notice,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let noticed = notice.noticed_at;
    if noticed > now || now - noticed > LONG_PAST {
        return noticed;
    }
    let policy = &loaded.frozen.policy.lifecycle;
    let watched = inspection::UrgentMatter {
        id: Uuid::nil(),
        noticed_at: noticed,
        raised_at: None,
    };
    lifecycle::clock_days(connection, policy)
        .ok()
        .and_then(|days| {
            inspection::urgent_alert(&watched, now, &days, policy)?
                .due
                .at()
        })
        .unwrap_or_else(|| {
            let day = day_in_england(noticed);
            end_of_day(next_weekday(day.succ_opt().unwrap_or(day)))
        })
}

/// Urgent matters that the actor may know of, in the order in which they were
/// raised; to all others there are none.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn list(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
) -> Result<Vec<UrgentMatter>, Error> {
    let loaded = lifecycle::load(connection, actor, inspection)?;
    let Some(by) = actor.acting() else {
        return Err(Error::NotFound);
    };
    let roles = audience(&loaded, by);
    Ok(
        records::of::<UrgentMatter>(connection, Owner::inspection(inspection))?
            .into_iter()
            .map(|held| held.value)
            .filter(|matter| matter.may_be_known_to(by.id, &roles))
            .collect(),
    )
}

/// As whom somebody is told. The duty desk is the inspectorate's decision
/// makers; those outside the service are told by them.
fn audience(loaded: &Loaded, by: inspection::Actor) -> BTreeSet<Audience> {
    let told = match by.role {
        Role::LeadInspector if loaded.inspection.team().is_some_and(|t| t.lead == by.id) => {
            Some(Audience::LeadInspector)
        }
        Role::DecisionMaker | Role::System => Some(Audience::DutyDesk),
        Role::BodyLeader => Some(Audience::BodyContact),
        Role::LeadInspector
        | Role::Inspector
        | Role::Practitioner
        | Role::QualityAssurer
        | Role::OperationsOfficer
        | Role::Operator
        | Role::Integrator => None,
    };
    told.into_iter().collect()
}
