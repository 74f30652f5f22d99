//! Facts that the rules of the lifecycle need, each read from a record.

use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    inspection::Facts,
    publication::{Check, Checks},
    report::Report,
};

use super::Loaded;
use crate::{Error, editorial, people, schema::report_version, typed::Typed};

/// The facts as they stand in this transaction.
pub(super) fn gather(connection: &mut PgConnection, loaded: &Loaded) -> Result<Facts, Error> {
    let people = people::standing(connection, loaded)?;
    Ok(Facts {
        open_member_schools: loaded.frozen.open_schools(),
        conflicts_undecided: people.undeclared + people.undecided,
        objections_undecided: people.objections,
        checks: checks(connection, loaded, people)?,
    })
}

fn checks(
    connection: &mut PgConnection,
    loaded: &Loaded,
    people: people::Standing,
) -> Result<Checks, Error> {
    let newest = report_version::table
        .filter(report_version::report_id.eq(loaded.report_id))
        .order(report_version::version.desc())
        .select((
            report_version::version,
            report_version::content,
            report_version::language_findings,
            report_version::accessibility_findings,
        ))
        .first::<(i32, Typed<Report>, i32, i32)>(connection)
        .optional()?;
    let points = editorial::points(connection, loaded.id())?;
    let mut checks = Checks {
        author: loaded.author,
        conflicts_undeclared: people.undeclared,
        conflicts_undecided: people.undecided + people.objections,
        points_unanswered: points.unanswered,
        points_accepted: points.accepted,
        ..Checks::default()
    };
    if let Some((version, Typed(report), language, accessibility)) = newest {
        let version = number(version)?;
        checks.report_version = Some(version);
        checks.burden_lines = count(report.burden.lines.len());
        checks.value_lines = count(report.value.lines.len());
        checks.language = Some(Check {
            report_version: version,
            findings: number(language)?,
        });
        checks.accessibility = Some(Check {
            report_version: version,
            findings: number(accessibility)?,
        });
    }
    Ok(checks)
}

fn number(stored: i32) -> Result<u32, Error> {
    u32::try_from(stored).map_err(|error| Error::internal("a stored count", error))
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
