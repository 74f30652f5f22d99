//! The reader of any register file.

use std::{fmt, io::Read};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Establishment, EstablishmentLink, Group, GroupLink, Holiday, Layout, Note, NoteCode, Rejection,
    RejectionCode, SchoolOutcomes, Unrecognised,
    cells::Cells,
    dates, establishment, establishment_link, group, group_link,
    header::{self, Header},
    holiday,
    note::Notes,
    ofsted,
    rows::{Next, Rows},
    sniff,
};

/// Rows among which the header is looked for; Ofsted writes up to two title
/// lines above it.
const HEADER_WITHIN: u64 = 10;
/// Longest JSON document read; the real one is below 100 KiB.
const MAX_JSON: usize = 4 * 1024 * 1024;

/// One row of a register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// Of [`Layout::EdubaseAll`].
    Establishment(Box<Establishment>),
    /// Of [`Layout::AllGroups`].
    Group(Box<Group>),
    /// Of [`Layout::AllLinks`] and [`Layout::GroupLinksAcademies`].
    GroupLink(Box<GroupLink>),
    /// Of [`Layout::EstablishmentLinks`].
    EstablishmentLink(EstablishmentLink),
    /// Of Ofsted's layouts.
    SchoolOutcomes(Box<SchoolOutcomes>),
    /// Of [`Layout::BankHolidays`].
    Holiday(Holiday),
}

/// Reads one register file as an iterator of records and rejections.
///
/// Rows read = records + rejections; rows without any content are only noted.
pub struct Reader<R> {
    layout: Layout,
    as_at: Option<NaiveDate>,
    header: Option<Header>,
    unknown: Vec<String>,
    columns: Columns,
    notes: Notes,
    rows: Rows<R>,
    read: u64,
    finished: bool,
}

enum Columns {
    Establishment(Box<establishment::Columns>),
    Group(Box<group::Columns>),
    GroupLink(Box<group_link::Columns>),
    EstablishmentLink(establishment_link::Columns),
    Ofsted(Box<ofsted::Columns>),
    Holidays(std::vec::IntoIter<Value>),
}

impl<R: Read> Reader<R> {
    /// Recognises the file and maps its columns. `file_name` is only used for
    /// the as-at date.
    ///
    /// # Errors
    /// [`Unrecognised`] when the source cannot be read, is not text, is none
    /// of the layouts, or lacks columns that its layout needs.
    pub fn open(source: R, file_name: Option<&str>) -> Result<Self, Unrecognised> {
        let mut rows = Rows::new(source);
        let mut notes = Notes::default();
        let first = rows.peek()?;
        let kind = sniff::kind(first)?;
        let mark = sniff::byte_order_mark(first);
        rows.skip(mark);
        let (layout, header, columns) = match kind {
            sniff::Kind::Json => {
                let json = rows.rest(MAX_JSON)?;
                let json = json.ok_or_else(|| Unrecognised::NotBankHolidays {
                    reason: "it is larger than 4 MiB".to_owned(),
                })?;
                let events = holiday::events(&json)?;
                let columns = Columns::Holidays(events.into_iter());
                (Layout::BankHolidays, None, columns)
            }
            sniff::Kind::Table => {
                let header = find_header(&mut rows, &mut notes)?;
                let layout = Layout::recognise(&header)?;
                let columns = Columns::map(&header, layout)?;
                (layout, Some(header), columns)
            }
        };
        Ok(Self {
            layout,
            as_at: file_name.and_then(dates::as_at),
            unknown: header
                .as_ref()
                .map(|header| header.unknown(layout))
                .unwrap_or_default(),
            header,
            columns,
            notes,
            rows,
            read: 0,
            finished: false,
        })
    }

    /// The layout of the file.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The date the file is as at, where its name says so.
    #[must_use]
    pub const fn as_at(&self) -> Option<NaiveDate> {
        self.as_at
    }

    /// Headings that no known version of the layout has. Their cells are not
    /// read; a new one deserves a look.
    #[must_use]
    pub fn unknown_columns(&self) -> &[String] {
        &self.unknown
    }

    /// What was repaired or tolerated so far, in order of first appearance.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        self.notes.listed(self.header.as_ref())
    }

    /// Rows read so far: records and rejections.
    #[must_use]
    pub const fn rows_read(&self) -> u64 {
        self.read
    }

    /// The source, for example to take its digest.
    #[must_use]
    pub fn into_source(self) -> R {
        self.rows.into_source()
    }

    fn next_holiday(&mut self) -> Option<Result<Record, Rejection>> {
        let Columns::Holidays(events) = &mut self.columns else {
            return None;
        };
        let event = events.next()?;
        self.read = self.read.saturating_add(1);
        Some(holiday::read(self.read, &event).map(Record::Holiday))
    }

    fn next_row(&mut self) -> Option<Result<Record, Rejection>> {
        loop {
            let whole = |line, value: &str, code, reason: &str| {
                Some(Err(Rejection::new(line, None, value, code, reason)))
            };
            let (line, complete) = match self.rows.next() {
                Next::Row { line, complete } => (line, complete),
                Next::End => return None,
                Next::TooLong { line } => {
                    let reason = "the row is longer than any real row: a quote may be missing";
                    return whole(line, "", RejectionCode::TooLong, reason);
                }
                Next::Unterminated { line } => {
                    let row = self.rows.row();
                    let reason = "the file ends inside a quoted cell";
                    return whole(line, &row.cell(0), RejectionCode::Truncated, reason);
                }
                Next::Failed { line, error } => {
                    self.finished = true;
                    let reason = format!("the source could not be read further: {error}");
                    return whole(line, "", RejectionCode::ReadFailed, &reason);
                }
            };
            let row = self.rows.row();
            if row.is_blank(0) {
                self.notes.add(NoteCode::BlankRow, None, line, "");
                continue;
            }
            let header = self.header.as_ref()?;
            let width = header.width();
            let least = width.saturating_sub(self.layout.trailing_cells_may_lack());
            if row.width() < least {
                let (code, reason) = if complete {
                    (RejectionCode::TooNarrow, "the row")
                } else {
                    (
                        RejectionCode::Truncated,
                        "the file ends inside the row, which",
                    )
                };
                let reason = format!("{reason} has {} cells, the header {width}", row.width());
                return whole(line, &row.cell(0), code, &reason);
            }
            if row.width() < width {
                self.notes
                    .add(NoteCode::TrailingCellsMissing, row.width().into(), line, "");
            }
            if row.width() > width && !row.is_blank(width) {
                self.notes
                    .add(NoteCode::ExtraCells, None, line, &row.cell(width));
            }
            if !row.is_ascii() && !row.is_utf8() {
                self.notes.add(NoteCode::Windows1252, None, line, "");
            }
            let mut cells = Cells {
                row,
                line,
                header,
                notes: &mut self.notes,
            };
            return Some(self.columns.read(&mut cells));
        }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Record, Rejection>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        if matches!(self.columns, Columns::Holidays(_)) {
            return self.next_holiday();
        }
        let next = self.next_row();
        match next {
            Some(_) => self.read = self.read.saturating_add(1),
            None => self.finished = true,
        }
        next
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("layout", &self.layout)
            .field("as_at", &self.as_at)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// Finds the header among the first rows, past title lines.
fn find_header<R: Read>(rows: &mut Rows<R>, notes: &mut Notes) -> Result<Header, Unrecognised> {
    let mut found = Vec::new();
    for _ in 0..HEADER_WITHIN {
        let line = match rows.next() {
            Next::Row { line, .. } => line,
            Next::TooLong { .. } => continue,
            Next::Failed { error, .. } => return Err(error.into()),
            Next::End => break,
            Next::Unterminated { .. } => {
                let cells: Vec<_> = rows.row().cells().collect();
                if found.is_empty() {
                    found = header::shown(cells.iter().map(AsRef::as_ref));
                }
                break;
            }
        };
        let row = rows.row();
        if let Some(header) = Header::find_in(&row) {
            return Ok(header);
        }
        let cells: Vec<_> = row.cells().collect();
        let shown = header::shown(cells.iter().map(AsRef::as_ref));
        let example = shown.first().map_or("", String::as_str);
        notes.add(NoteCode::PreambleSkipped, None, line, example);
        if found.is_empty() {
            found = shown;
        }
    }
    Err(Unrecognised::NoHeader { found })
}

impl Columns {
    fn map(header: &Header, layout: Layout) -> Result<Self, Unrecognised> {
        Ok(match layout {
            Layout::EdubaseAll => {
                Self::Establishment(Box::new(establishment::Columns::map(header, layout)?))
            }
            Layout::AllGroups => Self::Group(Box::new(group::Columns::map(header, layout)?)),
            Layout::AllLinks | Layout::GroupLinksAcademies => {
                Self::GroupLink(Box::new(group_link::Columns::map(header, layout)?))
            }
            Layout::EstablishmentLinks => {
                Self::EstablishmentLink(establishment_link::Columns::map(header, layout)?)
            }
            Layout::OfstedSection8
            | Layout::OfstedGraded
            | Layout::OfstedReportCard(_)
            | Layout::OfstedInYear => Self::Ofsted(Box::new(ofsted::Columns::map(header, layout)?)),
            Layout::BankHolidays => Self::Holidays(Vec::new().into_iter()),
        })
    }

    fn read(&self, cells: &mut Cells<'_>) -> Result<Record, Rejection> {
        Ok(match self {
            Self::Establishment(columns) => Record::Establishment(Box::new(columns.read(cells)?)),
            Self::Group(columns) => Record::Group(Box::new(columns.read(cells)?)),
            Self::GroupLink(columns) => Record::GroupLink(Box::new(columns.read(cells)?)),
            Self::EstablishmentLink(columns) => Record::EstablishmentLink(columns.read(cells)?),
            Self::Ofsted(columns) => Record::SchoolOutcomes(Box::new(columns.read(cells)?)),
            Self::Holidays(_) => {
                let reason = "bank holidays are not a table";
                return Err(Rejection::new(
                    cells.line,
                    None,
                    "",
                    RejectionCode::Inconsistent,
                    reason,
                ));
            }
        })
    }
}
