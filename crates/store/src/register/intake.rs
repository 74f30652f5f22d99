//! Taking one register file in.

use std::io::{self, Read};

use chrono::NaiveDate;
use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection};
use group_inspection_registers::{
    Establishment, EstablishmentLink, Group, GroupLink, Layout, Reader, Record, Rejection,
    Unrecognised,
};
use uuid::Uuid;

use super::{
    outcomes,
    stage::{self, Line, copy_into},
    versions::{self, Versioned},
};
use crate::{
    Error, Tx,
    imports::{self, FileOutcome},
    schema::{bank_holiday, register_rejection},
};

/// Rejections kept per file; the count goes on beyond them.
const REJECTIONS_KEPT: usize = 10_000;
/// Rows between two reports of progress.
pub(super) const PROGRESS_EVERY: u64 = 1_000;
/// Share of the links a complete file may end before it is refused as
/// incomplete, in per cent, and from how many links on that is looked at.
const ENDED_PER_CENT_MAXIMUM: i64 = 25;
const ENDED_FROM: i64 = 100;

/// How many facts a file brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Facts that were new.
    pub inserted: i64,
    /// Facts that replaced an earlier one.
    pub changed: i64,
    /// Facts that were known already.
    pub unchanged: i64,
    /// Facts that a complete file no longer lists.
    pub ended: i64,
}

/// How far a file has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Data rows so far.
    pub rows: u64,
}

/// A file on its way in.
pub struct Intake<'a> {
    /// Its row in the import.
    pub file: Uuid,
    /// Its name.
    pub file_name: &'a str,
    /// The day it describes, if the sender says so; else its name must.
    pub as_at: Option<NaiveDate>,
    /// Whether a complete file may end most of what was known.
    pub accept_removals: bool,
    /// Called now and then while rows are read.
    pub progress: &'a mut dyn FnMut(Progress),
}

impl std::fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Why a file was refused whole. Nothing of it was taken in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is none of the files that can be read.
    #[error("{0}")]
    Unrecognised(#[from] Unrecognised),
    /// Nobody says which day it describes.
    #[error(
        "the day this file describes is neither in its name nor given; give it with the as-at date"
    )]
    NoDate,
    /// It ends so much that it is more likely cut short.
    #[error(
        "this file no longer lists {ended} of {held} known links; it may be cut short. Import it \
         again with removals accepted if it is complete"
    )]
    TooManyEnded {
        /// Links it would end.
        ended: i64,
        /// Links that are known.
        held: i64,
    },
    /// Every row was rejected.
    #[error("none of the {rows} rows could be read; the first: {first}")]
    NothingReadable {
        /// Data rows.
        rows: u64,
        /// First rejection.
        first: Rejection,
    },
    /// The upload could not be read to its end.
    #[error("the file could not be read to its end: {0}")]
    Broken(String),
}

impl Refused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unrecognised(_) => "file_not_recognised",
            Self::NoDate => "file_without_date",
            Self::TooManyEnded { .. } => "file_ends_too_much",
            Self::NothingReadable { .. } => "file_not_readable",
            Self::Broken(_) => "file_broken",
        }
    }
}

/// What reading a file gathered besides the staged rows.
#[derive(Debug, Default)]
struct Gathered {
    rejections: Vec<Rejection>,
    rejected: u64,
    rows: u64,
}

impl Gathered {
    fn reject(&mut self, rejection: Rejection) {
        self.rejected += 1;
        if self.rejections.len() < REJECTIONS_KEPT {
            self.rejections.push(rejection);
        }
    }
}

/// Reads a file into the register within the transaction. A refusal is an
/// outcome like any other: it is recorded with the file and returned.
///
/// # Errors
/// If the database fails; then nothing is recorded.
pub fn import_file(
    tx: &mut Tx<'_>,
    intake: &mut Intake<'_>,
    source: impl Read,
) -> Result<Result<FileOutcome, Refused>, Error> {
    let now = tx.now();
    // Reading a national file takes longer than any other statement may.
    tx.connection()
        .batch_execute("SET LOCAL statement_timeout = 0; SAVEPOINT before_file")?;
    let taken = take(tx.connection(), intake, source)?;
    let outcome = match taken {
        Ok(outcome) => {
            let outcome = FileOutcome {
                state: "done".to_owned(),
                finished_at: Some(now),
                ..outcome
            };
            imports::record_file(tx.connection(), intake.file, &outcome)?;
            Ok(outcome)
        }
        Err(refused) => {
            tx.connection()
                .batch_execute("ROLLBACK TO SAVEPOINT before_file")?;
            let outcome = FileOutcome {
                state: "refused".to_owned(),
                notes: serde_json::json!([]),
                refusal: Some(serde_json::json!({
                    "type": format!("/problems/{}", refused.code()),
                    "title": "The file was refused",
                    "status": 422,
                    "code": refused.code(),
                    "detail": refused.to_string(),
                })),
                as_at: intake.as_at,
                finished_at: Some(now),
                ..FileOutcome::default()
            };
            imports::record_file(tx.connection(), intake.file, &outcome)?;
            Err(refused)
        }
    };
    Ok(outcome)
}

fn take(
    connection: &mut PgConnection,
    intake: &mut Intake<'_>,
    source: impl Read,
) -> Result<Result<FileOutcome, Refused>, Error> {
    let mut reader = match Reader::open(source, Some(intake.file_name)) {
        Ok(reader) => reader,
        Err(error) => return Ok(Err(error.into())),
    };
    let layout = reader.layout();
    let as_at = match intake.as_at.or_else(|| reader.as_at()) {
        Some(day) => day,
        // Bank holidays are a list of dated events; only the newest counts.
        None if layout == Layout::BankHolidays => chrono::Utc::now().date_naive(),
        None => return Ok(Err(Refused::NoDate)),
    };
    let mut read = Gathered::default();
    let counts = match layout {
        Layout::EdubaseAll => versioned(
            connection,
            intake,
            &mut reader,
            &mut read,
            &stage::ESTABLISHMENTS,
            as_at,
        )?,
        Layout::AllGroups => versioned(
            connection,
            intake,
            &mut reader,
            &mut read,
            &stage::GROUPS,
            as_at,
        )?,
        Layout::AllLinks => versioned(
            connection,
            intake,
            &mut reader,
            &mut read,
            &stage::LINKS,
            as_at,
        )?,
        Layout::GroupLinksAcademies => versioned(
            connection,
            intake,
            &mut reader,
            &mut read,
            &stage::ACADEMY_LINKS,
            as_at,
        )?,
        Layout::EstablishmentLinks => {
            establishment_links(connection, intake, &mut reader, &mut read, as_at)?
        }
        Layout::BankHolidays => holidays(connection, &mut reader, &mut read, as_at)?,
        _ => outcomes::take(
            connection,
            intake,
            &mut reader,
            as_at,
            |result| match result {
                Ok(()) => read.rows += 1,
                Err(rejection) => {
                    read.rows += 1;
                    read.reject(rejection);
                }
            },
        )?,
    };
    if let Some(first) = read.rejections.first()
        && read.rejected == read.rows
    {
        return Ok(Err(Refused::NothingReadable {
            rows: read.rows,
            first: first.clone(),
        }));
    }
    if let Some(broken) = read
        .rejections
        .iter()
        .find(|rejection| rejection.code == group_inspection_registers::RejectionCode::ReadFailed)
    {
        return Ok(Err(Refused::Broken(broken.reason.clone())));
    }
    let held = counts.unchanged + counts.changed + counts.ended;
    if !intake.accept_removals
        && held >= ENDED_FROM
        && counts.ended * 100 > held * ENDED_PER_CENT_MAXIMUM
    {
        return Ok(Err(Refused::TooManyEnded {
            ended: counts.ended,
            held,
        }));
    }
    keep_rejections(connection, intake.file, &read.rejections)?;
    let notes: Vec<serde_json::Value> = reader
        .notes()
        .iter()
        .map(|note| serde_json::to_value(note).unwrap_or_default())
        .chain(
            reader
                .unknown_columns()
                .iter()
                .map(|column| serde_json::json!({ "code": "unknown_column", "column": column })),
        )
        .collect();
    Ok(Ok(FileOutcome {
        layout: Some(layout.code().to_owned()),
        as_at: Some(as_at),
        rows_read: signed(read.rows),
        rows_rejected: signed(read.rejected),
        facts_inserted: counts.inserted,
        facts_changed: counts.changed,
        facts_unchanged: counts.unchanged,
        facts_ended: counts.ended,
        notes: serde_json::Value::Array(notes),
        ..FileOutcome::default()
    }))
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn versioned<R: Read>(
    connection: &mut PgConnection,
    intake: &mut Intake<'_>,
    reader: &mut Reader<R>,
    read: &mut Gathered,
    of: &Versioned,
    as_at: NaiveDate,
) -> Result<Counts, Error> {
    stage::create(connection, of)?;
    let mut line = Line::default();
    let rows = |to: &mut dyn io::Write| -> io::Result<()> {
        for row in reader.by_ref() {
            read.rows += 1;
            if read.rows.is_multiple_of(PROGRESS_EVERY) {
                (intake.progress)(Progress { rows: read.rows });
            }
            line.clear();
            match row {
                Ok(Record::Establishment(school)) => establishment(&mut line, &school),
                Ok(Record::Group(group)) => group_line(&mut line, &group),
                Ok(Record::GroupLink(link)) => link_line(&mut line, &link, of.layout),
                Ok(_) => continue,
                Err(rejection) => {
                    read.reject(rejection);
                    continue;
                }
            }
            line.write(to)?;
        }
        Ok(())
    };
    match of.layout {
        Layout::EdubaseAll => copy_into!(connection, stage_establishment, rows)?,
        Layout::AllGroups => copy_into!(connection, stage_group, rows)?,
        _ => copy_into!(connection, stage_link, rows)?,
    };
    let doubled = stage::keep_last(connection, of)?;
    let next = versions::next_day(connection, of.layout, as_at)?;
    let mut counts = of.merge(connection, as_at, next)?;
    // A doubled key states a known fact a second time.
    counts.unchanged += i64::try_from(doubled).unwrap_or(0);
    Ok(counts)
}

fn establishment(line: &mut Line, school: &Establishment) {
    line.key(school.urn);
    line.text(Some(&school.name));
    line.text(school.la_code.as_deref());
    line.text(school.la_name.as_deref());
    line.text(school.establishment_number.as_deref());
    line.text(school.type_code.as_deref());
    line.text(school.type_name.as_deref());
    line.text(school.type_group_name.as_deref());
    line.plain(Some(school.status.gias_code()));
    line.date(school.open_date);
    line.date(school.close_date);
    line.plain(school.phase.map(|phase| phase.label()));
    line.plain(school.lowest_age);
    line.plain(school.highest_age);
    line.text(school.gender.as_deref());
    line.text(school.religious_character.as_deref());
    line.text(school.diocese_code.as_deref());
    line.text(school.diocese_name.as_deref());
    line.plain(school.school_capacity);
    line.plain(school.number_of_pupils);
    line.plain(school.percentage_fsm);
    line.text(school.ukprn.as_deref());
    line.text(school.town.as_deref());
    line.text(school.county.as_deref());
    line.text(school.postcode.as_deref());
    line.text(school.region.as_deref());
    line.text(school.urban_rural.as_deref());
    line.plain(school.easting);
    line.plain(school.northing);
}

fn group_line(line: &mut Line, group: &Group) {
    line.key(&group.uid);
    line.text(group.group_id.as_deref());
    line.text(Some(&group.name));
    line.text(group.companies_house.as_deref());
    line.text(Some(&group.type_code));
    line.plain(Some(group.status.code()));
    line.date(group.open_date.or(group.incorporated_on));
    line.date(group.closed_date);
    line.text(group.ukprn.as_deref());
    line.text(group.town.as_deref());
    line.text(group.county.as_deref());
    line.text(group.postcode.as_deref());
}

fn link_line(line: &mut Line, link: &GroupLink, layout: Layout) {
    line.key(link.urn);
    line.key(&link.group_uid);
    line.key(layout.code());
    line.date(link.joined);
}

fn establishment_links<R: Read>(
    connection: &mut PgConnection,
    intake: &mut Intake<'_>,
    reader: &mut Reader<R>,
    read: &mut Gathered,
    as_at: NaiveDate,
) -> Result<Counts, Error> {
    connection.batch_execute(
        "CREATE TEMP TABLE stage_establishment_link ON COMMIT DROP AS \
         SELECT urn, link_urn, link_type, digest, established, link_name \
         FROM establishment_link WITH NO DATA",
    )?;
    let mut line = Line::default();
    let rows = |to: &mut dyn io::Write| -> io::Result<()> {
        for row in reader.by_ref() {
            read.rows += 1;
            if read.rows.is_multiple_of(PROGRESS_EVERY) {
                (intake.progress)(Progress { rows: read.rows });
            }
            line.clear();
            match row {
                Ok(Record::EstablishmentLink(link)) => establishment_link_line(&mut line, &link),
                Ok(_) => continue,
                Err(rejection) => {
                    read.reject(rejection);
                    continue;
                }
            }
            line.write(to)?;
        }
        Ok(())
    };
    copy_into!(connection, stage_establishment_link, rows)?;
    newest_wins(
        connection,
        "establishment_link",
        "stage_establishment_link",
        &["urn", "link_urn", "link_type"],
        &["established", "link_name"],
        None,
        as_at,
    )
}

fn establishment_link_line(line: &mut Line, link: &EstablishmentLink) {
    line.key(link.urn);
    line.key(link.link_urn);
    line.key(link.link_type.label());
    line.date(link.established);
    line.text(Some(link.link_name.as_deref().unwrap_or_default()));
}

/// Merges staged rows where, per key, the row of the newest file counts.
/// `file` is remembered with each row where the table has a column for it.
pub(super) fn newest_wins(
    connection: &mut PgConnection,
    table: &str,
    stage: &str,
    key: &[&str],
    content: &[&str],
    file: Option<Uuid>,
    as_at: NaiveDate,
) -> Result<Counts, Error> {
    use diesel::sql_types::{BigInt, Date};
    #[derive(diesel::QueryableByName)]
    struct Tally {
        #[diesel(sql_type = BigInt)]
        rows: i64,
        #[diesel(sql_type = BigInt)]
        inserted: i64,
        #[diesel(sql_type = BigInt)]
        changed: i64,
    }
    let keys = key.join(", ");
    let on = |a: &str, b: &str| {
        key.iter()
            .map(|column| format!("{a}.{column} = {b}.{column}"))
            .collect::<Vec<_>>()
            .join(" AND ")
    };
    connection.batch_execute(&format!(
        "CREATE INDEX ON {stage} ({keys}); ANALYZE {stage}"
    ))?;
    let tally: Tally = diesel::sql_query(format!(
        "SELECT (SELECT count(*) FROM {stage}) AS rows, \
         count(*) FILTER (WHERE t.digest IS NULL) AS inserted, \
         count(*) FILTER (WHERE t.digest <> s.digest AND t.as_at <= $1) AS changed \
         FROM (SELECT DISTINCT ON ({keys}) * FROM {stage} ORDER BY {keys}, ctid DESC) s \
         LEFT JOIN {table} t ON {on}",
        on = on("t", "s"),
    ))
    .bind::<Date, _>(as_at)
    .get_result(connection)?;
    let (file_column, file_value) = file.map_or_else(Default::default, |file| {
        (", file_id".to_owned(), format!(", '{file}'::uuid"))
    });
    let set = content
        .iter()
        .copied()
        .chain(["digest", "as_at"])
        .chain(file.map(|_| "file_id"))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect::<Vec<_>>()
        .join(", ");
    let contents = content.join(", ");
    diesel::sql_query(format!(
        "INSERT INTO {table} AS t ({keys}, as_at, digest, {contents}{file_column}) \
         SELECT {keys}, $1, digest, {contents}{file_value} \
         FROM (SELECT DISTINCT ON ({keys}) * FROM {stage} ORDER BY {keys}, ctid DESC) s \
         ON CONFLICT ({keys}) DO UPDATE SET {set} \
         WHERE t.as_at < excluded.as_at OR (t.as_at = excluded.as_at AND t.digest <> excluded.digest)",
    ))
    .bind::<Date, _>(as_at)
    .execute(connection)?;
    Ok(Counts {
        inserted: tally.inserted,
        changed: tally.changed,
        unchanged: tally.rows - tally.inserted - tally.changed,
        ended: 0,
    })
}

fn holidays<R: Read>(
    connection: &mut PgConnection,
    reader: &mut Reader<R>,
    read: &mut Gathered,
    as_at: NaiveDate,
) -> Result<Counts, Error> {
    use diesel::prelude::*;
    let mut counts = Counts::default();
    for row in reader.by_ref() {
        read.rows += 1;
        let holiday = match row {
            Ok(Record::Holiday(holiday)) => holiday,
            Ok(_) => continue,
            Err(rejection) => {
                read.reject(rejection);
                continue;
            }
        };
        let held = bank_holiday::table
            .find(holiday.date)
            .select((bank_holiday::title, bank_holiday::as_at))
            .first::<(String, NaiveDate)>(connection)
            .optional()?;
        match held {
            None => {
                diesel::insert_into(bank_holiday::table)
                    .values((
                        bank_holiday::day.eq(holiday.date),
                        bank_holiday::title.eq(&holiday.title),
                        bank_holiday::as_at.eq(as_at),
                    ))
                    .execute(connection)?;
                counts.inserted += 1;
            }
            Some((title, held_at)) => {
                if title != holiday.title && held_at <= as_at {
                    counts.changed += 1;
                } else {
                    counts.unchanged += 1;
                }
                if held_at <= as_at {
                    diesel::update(bank_holiday::table.find(holiday.date))
                        .set((
                            bank_holiday::title.eq(&holiday.title),
                            bank_holiday::as_at.eq(as_at),
                        ))
                        .execute(connection)?;
                }
            }
        }
    }
    Ok(counts)
}

fn keep_rejections(
    connection: &mut PgConnection,
    file: Uuid,
    rejections: &[Rejection],
) -> Result<(), Error> {
    for (part, chunk) in rejections.chunks(500).enumerate() {
        let rows: Vec<imports::Rejection> = chunk
            .iter()
            .enumerate()
            .map(|(index, rejection)| imports::Rejection {
                file_id: file,
                line: signed(rejection.line),
                position: i32::try_from(part * 500 + index + 1).unwrap_or(i32::MAX),
                column_name: rejection.column.clone(),
                value: rejection.value.replace('\0', "\u{fffd}"),
                code: rejection.code.code().to_owned(),
                reason: rejection.reason.replace('\0', "\u{fffd}"),
            })
            .collect();
        diesel::insert_into(register_rejection::table)
            .values(rows)
            .execute(connection)?;
    }
    Ok(())
}
