//! The body's points on the draft (DR-24).

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    factual_accuracy::{Check, Point, Refusal, Reply},
    inspection::{Actor as Acting, Role},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Tx, lifecycle,
    records::{self, Held, Owner, Record},
    reports,
};

/// A check of factual accuracy, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Accuracy(pub Check);

impl Record for Accuracy {
    const KIND: &'static str = "factual_accuracy";
}

/// The body's points in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Points {
    /// Without an answer.
    pub unanswered: u32,
    /// Accepted, in whole or part.
    pub accepted: u32,
}

fn refused(refusal: &Refusal) -> Error {
    Error::refused("DR-24", refusal.to_string())
}

/// The body's points in the newest check, in numbers.
///
/// # Errors
/// If the database fails.
pub fn points(connection: &mut PgConnection, inspection: Uuid) -> Result<Points, Error> {
    let mut counted = Points::default();
    if let Some(check) = newest(connection, inspection)? {
        for (_, reply) in check.value.0.points() {
            match reply {
                None => counted.unanswered += 1,
                Some(reply) if reply.decision.changes_the_draft() => counted.accepted += 1,
                Some(_) => {}
            }
        }
    }
    Ok(counted)
}

fn newest(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Option<Held<Accuracy>>, Error> {
    Ok(records::of(connection, Owner::inspection(inspection))?.pop())
}

/// The newest check of factual accuracy of an inspection.
///
/// # Errors
/// [`Error::NotFound`] before a draft is delivered, or if the database fails.
pub fn check_of(connection: &mut PgConnection, inspection: Uuid) -> Result<Held<Accuracy>, Error> {
    newest(connection, inspection)?.ok_or(Error::NotFound)
}

pub(crate) fn accuracy_opened(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    draft: u32,
    due: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    // Without a window there are no points to make.
    let Some(due) = due else {
        return Ok(());
    };
    let check = Check::open(draft, tx.now(), due).map_err(|refusal| refused(&refusal))?;
    let id = tx.new_id();
    records::insert(
        tx,
        id,
        Owner::inspection(inspection),
        &Accuracy(check),
        None,
    )
}

pub(crate) fn accuracy_closed(tx: &mut Tx<'_>, inspection: Uuid, by: Acting) -> Result<(), Error> {
    let now = tx.now();
    let Some(mut check) = newest(tx.connection(), inspection)? else {
        return Ok(());
    };
    if by.role == Role::BodyLeader && now <= check.value.0.due() {
        check
            .value
            .0
            .complete(now)
            .map_err(|refusal| refused(&refusal))?;
        records::replace(tx, check.id, None, &check.value, None)?;
    }
    Ok(())
}

/// Adds a point of the body.
///
/// # Errors
/// [`Error::NotFound`], a refusal under DR-24, or if the database fails.
pub fn add_point(tx: &mut Tx<'_>, inspection: Uuid, point: Point) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    lifecycle::authorise(tx.actor(), &[Role::BodyLeader, Role::Integrator])?;
    let now = tx.now();
    let mut check = check_of(tx.connection(), inspection)?;
    let (draft, _) = reports::compiled(
        tx.connection(),
        loaded.report_id,
        check.value.0.draft_version(),
    )?;
    let held = lifecycle::evidence_held(tx.connection(), inspection)?;
    check
        .value
        .0
        .add(point, &draft, &held, now)
        .map_err(|refusal| refused(&refusal))?;
    records::replace(tx, check.id, None, &check.value, None)?;
    Ok(())
}

/// Answers a point of the body.
///
/// # Errors
/// [`Error::NotFound`], a refusal under DR-24, or if the database fails.
pub fn answer_point(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    point: Uuid,
    reply: Reply,
) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::LeadInspector, Role::Inspector])?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    let mut check = check_of(tx.connection(), inspection)?;
    let reason = reply.reason.clone();
    check
        .value
        .0
        .answer(
            point,
            Reply {
                author: by.id,
                at: tx.now(),
                ..reply
            },
        )
        .map_err(|refusal| refused(&refusal))?;
    records::replace(tx, check.id, None, &check.value, Some(&reason))?;
    Ok(())
}
