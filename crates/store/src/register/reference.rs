//! The national reference that key patterns are told from chance by.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    Urn,
    digest::Digest,
    pattern::{Point, Quintile, Reference, Stratum},
    policy::Policy,
    report::SourceLine,
};

use super::read::{FileRow, lineage, outcomes, schools, source};
use crate::{
    Error, Tx,
    bodies::{stored, urn as read_urn},
    schema::{pattern_reference, published_outcome, register_file, school_context},
    typed::Typed,
};

/// Schools counted at a time: memory stays the same whatever the size of
/// England.
const AT_ONCE: usize = 2_000;

/// Counts the reference from all open schools as now known, and keeps it if it
/// differs from the last. Without any outcome there is none.
///
/// # Errors
/// If the database fails.
pub(super) fn count(tx: &mut Tx<'_>) -> Result<(), Error> {
    let now = tx.now();
    let connection = tx.connection();
    let Some(reference) = counted(connection)? else {
        return Ok(());
    };
    let content = serde_json::to_value(reference)
        .map_err(|error| Error::internal("a national reference", error))?;
    let sha256 = Digest::of(content.to_string()).to_string();
    let held: Option<String> = pattern_reference::table
        .order(pattern_reference::id.desc())
        .select(pattern_reference::sha256)
        .first(connection)
        .optional()?;
    if held.as_ref() != Some(&sha256) {
        diesel::insert_into(pattern_reference::table)
            .values((
                pattern_reference::sha256.eq(sha256),
                pattern_reference::content.eq(content),
                pattern_reference::counted_at.eq(now),
            ))
            .execute(connection)?;
    }
    Ok(())
}

fn counted(connection: &mut PgConnection) -> Result<Option<Reference>, Error> {
    let newest: Option<NaiveDate> = register_file::table
        .filter(register_file::state.eq("done"))
        .select(diesel::dsl::max(register_file::as_at))
        .first(connection)?;
    let with_outcomes: Vec<i32> = published_outcome::table
        .select(published_outcome::urn)
        .distinct()
        .order(published_outcome::urn)
        .load(connection)?;
    let Some(as_at) = newest.filter(|_| !with_outcomes.is_empty()) else {
        return Ok(None);
    };
    let look_back = Months::new(12 * Policy::default().outcome_years);
    let from = as_at.checked_sub_months(look_back).unwrap_or(as_at);
    let mut builder = Reference::builder(from, as_at, sources(connection)?);
    for some in with_outcomes.chunks(AT_ONCE) {
        let urns: Vec<Urn> = some
            .iter()
            .map(|urn| read_urn(*urn))
            .collect::<Result<_, _>>()?;
        let mut facts = schools(connection, &urns, as_at)?;
        facts.retain(|_, school| school.open);
        let open: Vec<Urn> = facts.keys().copied().collect();
        let deprivation = deprivation(connection, &open)?;
        let lines = lineage(connection, &open)?;
        for (urn, found) in outcomes(connection, &lines)? {
            let Some(school) = facts.get(&urn) else {
                continue;
            };
            let points: Vec<Point> = found
                .iter()
                .flat_map(|(outcome, _)| Point::of(outcome))
                .collect();
            let stratum = Stratum {
                deprivation: deprivation.get(&urn).copied(),
                ..Stratum::of_published(
                    school.phase.as_deref().unwrap_or_default(),
                    school.type_name.as_deref().unwrap_or_default(),
                    None,
                )
            };
            builder.add(stratum, &points);
        }
    }
    Ok(Some(builder.build()))
}

/// Files that the outcomes now known were read from.
fn sources(connection: &mut PgConnection) -> Result<Vec<SourceLine>, Error> {
    let files = published_outcome::table
        .select(published_outcome::file_id)
        .distinct()
        .into_boxed();
    let rows: Vec<FileRow> = register_file::table
        .filter(register_file::id.eq_any(files))
        .select((
            register_file::layout,
            register_file::file_name,
            register_file::as_at,
            register_file::sha256,
        ))
        .load(connection)?;
    Ok(rows
        .into_iter()
        .filter_map(source)
        .map(SourceLine::from)
        .collect())
}

/// Quintiles of deprivation as last published.
///
/// # Errors
/// If the database fails.
pub fn deprivation(
    connection: &mut PgConnection,
    urns: &[Urn],
) -> Result<BTreeMap<Urn, Quintile>, Error> {
    let asked: Vec<i32> = urns.iter().map(|urn| stored(*urn)).collect();
    school_context::table
        .filter(school_context::urn.eq_any(asked))
        .filter(school_context::idaci_quintile.is_not_null())
        .order((school_context::as_at, school_context::layout))
        .select((school_context::urn, school_context::idaci_quintile))
        .load::<(i32, Option<i16>)>(connection)?
        .into_iter()
        .filter_map(|(urn, quintile)| {
            let quintile = Quintile::try_from(u8::try_from(quintile?).ok()?).ok()?;
            Some(read_urn(urn).map(|urn| (urn, quintile)))
        })
        .collect()
}

/// The reference counted last.
///
/// # Errors
/// If the database fails.
pub fn reference(connection: &mut PgConnection) -> Result<Option<Reference>, Error> {
    let counted = pattern_reference::table
        .order(pattern_reference::id.desc())
        .select(pattern_reference::content)
        .first::<Typed<Reference>>(connection)
        .optional()?;
    Ok(counted.map(|Typed(reference)| reference))
}
