//! Versions of reports as compiled, for those who may read them early.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{inspection::State, publication::FactualAccuracy, report::Report};
use uuid::Uuid;

use crate::{
    Actor, Error, lifecycle,
    schema::{report, report_version},
    typed::Typed,
};

/// The newest version of a report, and the SHA-256 of what it was compiled
/// from.
pub(super) fn newest(
    connection: &mut PgConnection,
    report_id: Uuid,
) -> Result<Option<(u32, String)>, Error> {
    report_version::table
        .filter(report_version::report_id.eq(report_id))
        .order(report_version::version.desc())
        .select((report_version::version, report_version::inputs_sha256))
        .first::<(i32, String)>(connection)
        .optional()?
        .map(|(version, sha256)| Ok((read_version(version)?, sha256)))
        .transpose()
}

/// The report on an inspection.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn of_inspection(connection: &mut PgConnection, inspection: Uuid) -> Result<Uuid, Error> {
    Ok(report::table
        .filter(report::inspection_id.eq(inspection))
        .select(report::id)
        .first(connection)?)
}

/// Number of the newest version of a report, if there is one.
///
/// # Errors
/// If the database fails.
pub fn newest_version(
    connection: &mut PgConnection,
    report_id: Uuid,
) -> Result<Option<u32>, Error> {
    Ok(newest(connection, report_id)?.map(|(version, _)| version))
}

pub(super) fn read_version(stored: i32) -> Result<u32, Error> {
    u32::try_from(stored).map_err(|error| Error::internal("a stored version", error))
}

pub(super) fn stored_version(version: u32) -> Result<i32, Error> {
    // No version has such a number.
    i32::try_from(version).map_err(|_| Error::NotFound)
}

/// The version of an inspection's report that the actor may read before it is
/// public: the newest for the inspectorate; for the body, the one delivered
/// for the check of factual accuracy, and the final one under embargo.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn draft(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    let loaded = lifecycle::open_to(connection, actor, id, now)?;
    let version = match actor.is_of_a_body() {
        false => newest_version(connection, loaded.report_id)?,
        true if loaded.inspection.state() == State::Embargoed => loaded.inspection.final_version(),
        true => match loaded.inspection.factual_accuracy() {
            FactualAccuracy::NotBegun => None,
            FactualAccuracy::Open { delivered } | FactualAccuracy::Closed { delivered } => {
                Some(delivered)
            }
        },
    };
    let (report, _) = compiled(
        connection,
        loaded.report_id,
        version.ok_or(Error::NotFound)?,
    )?;
    Ok(report)
}

/// A version of a report as compiled.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn compiled(
    connection: &mut PgConnection,
    report_id: Uuid,
    version: u32,
) -> Result<(Report, String), Error> {
    let (Typed(report), state): (Typed<Report>, String) = report_version::table
        .find((report_id, stored_version(version)?))
        .select((report_version::content, report_version::state))
        .first(connection)?;
    Ok((report, state))
}
