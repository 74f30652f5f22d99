//! Taking Ofsted's files in.
//!
//! The same inspection may be stated by several layouts, each with fields the
//! others lack. Each layout's latest statement is kept; reading combines them.

use std::io::{self, Read};

use chrono::NaiveDate;
use diesel::{PgConnection, connection::SimpleConnection, prelude::*};
use group_inspection_registers::{Reader, Record, Rejection};

use super::{
    intake::{Counts, Intake, PROGRESS_EVERY, Progress, newest_wins},
    stage::{Line, copy_into},
};
use crate::{Error, bodies::stored, schema::school_context};

/// Schools whose context is written by one statement.
const CONTEXT_CHUNK: usize = 5_000;

pub(super) fn take<R: Read>(
    connection: &mut PgConnection,
    intake: &mut Intake<'_>,
    reader: &mut Reader<R>,
    as_at: NaiveDate,
    mut row_read: impl FnMut(Result<(), Rejection>),
) -> Result<Counts, Error> {
    connection.batch_execute(
        "CREATE TEMP TABLE stage_outcome ON COMMIT DROP AS \
         SELECT urn, inspection_number, event, layout, digest, urn_at_time, framework, started, \
                content FROM published_outcome WITH NO DATA",
    )?;
    let layout = reader.layout();
    let mut context: Vec<(i32, Option<i16>)> = Vec::new();
    let mut rows = 0_u64;
    let mut line = Line::default();
    let copied = |to: &mut dyn io::Write| -> io::Result<()> {
        for row in reader.by_ref() {
            rows += 1;
            if rows.is_multiple_of(PROGRESS_EVERY) {
                (intake.progress)(Progress { rows });
            }
            let school = match row {
                Ok(Record::SchoolOutcomes(school)) => school,
                Ok(_) => continue,
                Err(rejection) => {
                    row_read(Err(rejection));
                    continue;
                }
            };
            row_read(Ok(()));
            context.push((stored(school.urn), school.idaci_quintile.map(i16::from)));
            for outcome in &school.outcomes {
                line.clear();
                line.key(outcome.urn);
                line.key(&outcome.inspection_number);
                line.key(outcome.event.code());
                line.key(layout.code());
                line.plain(Some(outcome.urn_at_time));
                line.plain(Some(outcome.framework.code()));
                line.date(Some(outcome.started));
                let content = serde_json::to_string(outcome).map_err(io::Error::other)?;
                line.text(Some(&content));
                line.write(to)?;
            }
        }
        Ok(())
    };
    copy_into!(connection, stage_outcome, copied)?;
    let counts = newest_wins(
        connection,
        "published_outcome",
        "stage_outcome",
        &["urn", "inspection_number", "event", "layout"],
        &["urn_at_time", "framework", "started", "content"],
        Some(intake.file),
        as_at,
    )?;
    context.sort_unstable();
    context.dedup_by_key(|(urn, _)| *urn);
    for chunk in context.chunks(CONTEXT_CHUNK) {
        let urns: Vec<i32> = chunk.iter().map(|(urn, _)| *urn).collect();
        diesel::delete(
            school_context::table
                .filter(school_context::urn.eq_any(urns))
                .filter(school_context::layout.eq(layout.code()))
                .filter(school_context::as_at.le(as_at)),
        )
        .execute(connection)?;
        let rows: Vec<_> = chunk
            .iter()
            .map(|(urn, quintile)| {
                (
                    school_context::urn.eq(urn),
                    school_context::layout.eq(layout.code()),
                    school_context::as_at.eq(as_at),
                    school_context::idaci_quintile.eq(quintile),
                )
            })
            .collect();
        // What is left is of a newer file.
        diesel::insert_into(school_context::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(connection)?;
    }
    Ok(counts)
}
