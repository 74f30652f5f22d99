//! Reading the register: schools, their history and their outcomes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    Urn,
    outcome::{self, PublishedOutcome},
    report::SourceLine,
};
use group_inspection_registers::Layout;

use crate::{
    Error,
    bodies::{stored, urn as read_urn},
    schema::{
        bank_holiday, establishment_link, establishment_version, published_outcome, register_file,
    },
    typed::Typed,
};

/// A school as the register had it on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Unique reference number.
    pub urn: Urn,
    /// Day from which this entry holds.
    pub as_at: NaiveDate,
    /// Name.
    pub name: String,
    /// Local authority.
    pub la_name: Option<String>,
    /// Code of the local authority.
    pub la_code: Option<String>,
    /// Type of establishment.
    pub type_name: Option<String>,
    /// Phase of education.
    pub phase: Option<String>,
    /// Whether it is open, also if proposed to close.
    pub open: bool,
    /// When it opened.
    pub opened: Option<NaiveDate>,
    /// When it closed.
    pub closed: Option<NaiveDate>,
    /// Religious character.
    pub religious_character: Option<String>,
    /// Pupils on roll.
    pub pupils: Option<u32>,
    /// Town.
    pub town: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = establishment_version)]
struct Row {
    urn: i32,
    as_at: NaiveDate,
    name: String,
    la_name: Option<String>,
    la_code: Option<String>,
    type_name: Option<String>,
    phase: Option<String>,
    status: i16,
    open_date: Option<NaiveDate>,
    close_date: Option<NaiveDate>,
    religious_character: Option<String>,
    pupils: Option<i32>,
    town: Option<String>,
    postcode: Option<String>,
}

/// GIAS status codes of an open school: open, and open but proposed to close.
const OPEN: [i16; 2] = [1, 3];

impl Row {
    fn on(self, day: NaiveDate) -> Result<School, Error> {
        let opened = self.open_date.is_none_or(|opened| opened <= day);
        let not_closed = match self.close_date {
            Some(closed) => closed > day,
            None => OPEN.contains(&self.status),
        };
        Ok(School {
            urn: read_urn(self.urn)?,
            as_at: self.as_at,
            name: self.name,
            la_name: self.la_name,
            la_code: self.la_code,
            type_name: self.type_name,
            phase: self.phase,
            open: opened && not_closed,
            opened: self.open_date,
            closed: self.close_date,
            religious_character: self.religious_character,
            pupils: self.pupils.and_then(|pupils| u32::try_from(pupils).ok()),
            town: self.town,
            postcode: self.postcode,
        })
    }
}

/// Schools as the register had them on `day`; for a day before the first
/// register, as the first has them. Unknown schools are left out.
///
/// # Errors
/// If the database fails.
pub fn schools(
    connection: &mut PgConnection,
    urns: &[Urn],
    day: NaiveDate,
) -> Result<BTreeMap<Urn, School>, Error> {
    let wanted: Vec<i32> = urns.iter().copied().map(stored).collect();
    let rows: Vec<Row> = establishment_version::table
        .filter(establishment_version::urn.eq_any(wanted))
        .order((establishment_version::urn, establishment_version::as_at))
        .select(Row::as_select())
        .load(connection)?;
    let mut found: BTreeMap<Urn, School> = BTreeMap::new();
    for row in rows {
        let first = read_urn(row.urn).map(|urn| !found.contains_key(&urn))?;
        if first || row.as_at <= day {
            let school = row.on(day)?;
            found.insert(school.urn, school);
        }
    }
    Ok(found)
}

/// One school as the register had it on `day`.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn school(connection: &mut PgConnection, urn: Urn, day: NaiveDate) -> Result<School, Error> {
    schools(connection, &[urn], day)?
        .remove(&urn)
        .ok_or(Error::NotFound)
}

/// For each school, the schools whose history it carries, nearest first.
pub type Lineage = BTreeMap<Urn, Vec<Urn>>;

/// Changes of URN that are followed back at the most.
const GENERATIONS: usize = 10;

/// Predecessors of schools over changes of URN. A merger, amalgamation or
/// split makes another school, whose history is not carried.
///
/// # Errors
/// If the database fails.
pub fn lineage(connection: &mut PgConnection, urns: &[Urn]) -> Result<Lineage, Error> {
    let mut lineage: Lineage = urns.iter().map(|urn| (*urn, Vec::new())).collect();
    // Youngest found of each line, and the school it leads to.
    let mut front: BTreeMap<i32, BTreeSet<Urn>> = BTreeMap::new();
    for urn in urns {
        front.entry(stored(*urn)).or_default().insert(*urn);
    }
    for _ in 0..GENERATIONS {
        if front.is_empty() {
            break;
        }
        let children: Vec<i32> = front.keys().copied().collect();
        let mut steps: BTreeSet<(i32, i32)> = establishment_link::table
            .filter(establishment_link::urn.eq_any(&children))
            .filter(establishment_link::link_type.eq("Predecessor"))
            .select((establishment_link::urn, establishment_link::link_urn))
            .load(connection)?
            .into_iter()
            .collect();
        steps.extend(
            establishment_link::table
                .filter(establishment_link::link_urn.eq_any(&children))
                .filter(establishment_link::link_type.eq("Successor"))
                .select((establishment_link::link_urn, establishment_link::urn))
                .load::<(i32, i32)>(connection)?,
        );
        let mut next: BTreeMap<i32, BTreeSet<Urn>> = BTreeMap::new();
        for (child, parent) in steps {
            let parent_urn = read_urn(parent)?;
            for school in front.get(&child).into_iter().flatten() {
                let line = lineage.entry(*school).or_default();
                if parent_urn != *school && !line.contains(&parent_urn) {
                    line.push(parent_urn);
                    next.entry(parent).or_default().insert(*school);
                }
            }
        }
        front = next;
    }
    Ok(lineage)
}

/// A register file as a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// What the file is.
    pub title: String,
    /// Its name.
    pub file_name: String,
    /// Day it describes.
    pub as_at: NaiveDate,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

impl From<SourceFile> for SourceLine {
    fn from(file: SourceFile) -> Self {
        Self {
            title: file.title,
            file_name: file.file_name,
            as_at: file.as_at,
            sha256: file.sha256,
        }
    }
}

pub(super) type FileRow = (Option<String>, String, Option<NaiveDate>, Option<String>);

pub(super) fn source((layout, file_name, as_at, sha256): FileRow) -> Option<SourceFile> {
    let layout = layout.as_deref().and_then(Layout::from_code)?;
    Some(SourceFile {
        title: layout.label().to_owned(),
        file_name,
        as_at: as_at?,
        sha256: sha256?,
    })
}

/// The newest file of each layout that was read.
///
/// # Errors
/// If the database fails.
pub fn source_files(connection: &mut PgConnection) -> Result<Vec<SourceFile>, Error> {
    let rows: Vec<FileRow> = register_file::table
        .filter(register_file::state.eq("done"))
        .distinct_on(register_file::layout)
        .order((
            register_file::layout,
            register_file::as_at.desc(),
            register_file::id.desc(),
        ))
        .select((
            register_file::layout,
            register_file::file_name,
            register_file::as_at,
            register_file::sha256,
        ))
        .load(connection)?;
    Ok(rows.into_iter().filter_map(source).collect())
}

/// Published outcomes of schools and of the predecessors whose history they
/// carry, each with the newest file that states it, oldest first.
///
/// # Errors
/// If the database fails.
pub fn outcomes(
    connection: &mut PgConnection,
    lineage: &Lineage,
) -> Result<BTreeMap<Urn, Vec<(PublishedOutcome, SourceFile)>>, Error> {
    let mut carried_by: BTreeMap<i32, BTreeSet<Urn>> = BTreeMap::new();
    for (school, line) in lineage {
        for urn in line.iter().chain([school]) {
            carried_by.entry(stored(*urn)).or_default().insert(*school);
        }
    }
    let all: Vec<i32> = carried_by.keys().copied().collect();
    type Row = (
        i32,
        i32,
        NaiveDate,
        String,
        Typed<PublishedOutcome>,
        FileRow,
    );
    let rows: Vec<Row> = published_outcome::table
        .inner_join(register_file::table.on(register_file::id.eq(published_outcome::file_id)))
        .filter(
            published_outcome::urn
                .eq_any(&all)
                .or(published_outcome::urn_at_time.eq_any(&all)),
        )
        .order((
            published_outcome::as_at,
            published_outcome::layout,
            published_outcome::inspection_number,
            published_outcome::urn,
        ))
        .select((
            published_outcome::urn,
            published_outcome::urn_at_time,
            published_outcome::as_at,
            published_outcome::layout,
            published_outcome::content,
            (
                register_file::layout,
                register_file::file_name,
                register_file::as_at,
                register_file::sha256,
            ),
        ))
        .load(connection)?;
    let mut found: BTreeMap<Urn, BTreeMap<(String, _), (PublishedOutcome, SourceFile)>> =
        BTreeMap::new();
    for (urn, urn_at_time, _, _, Typed(stated), file) in rows {
        let Some(file) = source(file) else { continue };
        let schools: BTreeSet<Urn> = [urn, urn_at_time]
            .iter()
            .filter_map(|urn| carried_by.get(urn))
            .flatten()
            .copied()
            .collect();
        for school in schools {
            let entry = found
                .entry(school)
                .or_default()
                .entry((stated.inspection_number.clone(), stated.event));
            entry
                .and_modify(|(known, newest)| {
                    *known = outcome::combine(known, &stated);
                    *newest = file.clone();
                })
                .or_insert_with(|| (stated.clone(), file.clone()));
        }
    }
    Ok(found
        .into_iter()
        .map(|(school, outcomes)| {
            let mut outcomes: Vec<_> = outcomes.into_values().collect();
            outcomes.sort_by(|(a, _), (b, _)| {
                (a.started, &a.inspection_number, a.event).cmp(&(
                    b.started,
                    &b.inspection_number,
                    b.event,
                ))
            });
            (school, outcomes)
        })
        .collect())
}

/// A bank holiday of England and Wales.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = bank_holiday)]
pub struct HolidayDay {
    /// Day.
    pub day: NaiveDate,
    /// Title as published.
    pub title: String,
}

/// Bank holidays as imported, oldest first.
///
/// # Errors
/// If the database fails.
pub fn bank_holidays(connection: &mut PgConnection) -> Result<Vec<HolidayDay>, Error> {
    Ok(bank_holiday::table
        .order(bank_holiday::day)
        .select(HolidayDay::as_select())
        .load(connection)?)
}
