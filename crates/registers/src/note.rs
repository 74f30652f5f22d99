//! What a reader repaired or tolerated, counted.

use serde::{Deserialize, Serialize};

use crate::header::Header;

/// Longest example that a note repeats, in characters.
const EXAMPLE_LIMIT: usize = 80;

/// What was repaired or tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteCode {
    /// Lines before the header were skipped.
    PreambleSkipped,
    /// Rows were read as Windows-1252 because they are not UTF-8.
    Windows1252,
    /// Control characters U+0080 to U+009F were read as the Windows-1252
    /// characters they stand for.
    LatinControlRepaired,
    /// Text holds U+FFFD: a character was lost before the file reached us.
    ReplacementCharacter,
    /// Other control characters were left out.
    ControlCharacterDropped,
    /// Runs of spaces or line breaks within a cell became one space.
    SpacesCollapsed,
    /// Companies House numbers had lost their leading zeros.
    CompaniesHousePadded,
    /// Type codes had lost their leading zero.
    TypeCodePadded,
    /// Whole numbers were written with a decimal part (`5143.0`).
    DecimalPartDropped,
    /// Joined dates of 1 January 1900 were read as unknown.
    JoinedDateUnknown,
    /// Rows end before the header does; the missing columns are not used.
    TrailingCellsMissing,
    /// Rows have more cells than the header.
    ExtraCells,
    /// Rows without any content were passed over.
    BlankRow,
    /// Link types outside the known list were kept verbatim.
    UnknownLinkType,
    /// Ungraded inspections without outcome that became graded ones were left
    /// out: the graded inspection carries the outcome.
    ConvertedInspection,
    /// "Relates to the current school: Yes" beside another school's URN; the
    /// URN was believed.
    UrnAtTimeDisagrees,
}

impl NoteCode {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PreambleSkipped => "preamble_skipped",
            Self::Windows1252 => "windows_1252",
            Self::LatinControlRepaired => "latin_control_repaired",
            Self::ReplacementCharacter => "replacement_character",
            Self::ControlCharacterDropped => "control_character_dropped",
            Self::SpacesCollapsed => "spaces_collapsed",
            Self::CompaniesHousePadded => "companies_house_padded",
            Self::TypeCodePadded => "type_code_padded",
            Self::DecimalPartDropped => "decimal_part_dropped",
            Self::JoinedDateUnknown => "joined_date_unknown",
            Self::TrailingCellsMissing => "trailing_cells_missing",
            Self::ExtraCells => "extra_cells",
            Self::BlankRow => "blank_row",
            Self::UnknownLinkType => "unknown_link_type",
            Self::ConvertedInspection => "converted_inspection",
            Self::UrnAtTimeDisagrees => "urn_at_time_disagrees",
        }
    }

    /// Whether text or meaning may have been lost, so that a person should
    /// look at it.
    #[must_use]
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Self::ReplacementCharacter
                | Self::ControlCharacterDropped
                | Self::UnknownLinkType
                | Self::UrnAtTimeDisagrees
        )
    }
}

/// How often one thing was repaired or tolerated in one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What was done.
    pub code: NoteCode,
    /// Heading of the column; `None` where it concerns whole rows.
    pub column: Option<String>,
    /// How many cells or rows.
    pub count: u64,
    /// Line of the first of them.
    pub first_line: u64,
    /// What the first of them held, where that helps.
    pub example: Option<String>,
}

/// Notes under way; few kinds and columns, so a list is enough.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    code: NoteCode,
    column: Option<usize>,
    count: u64,
    first_line: u64,
    example: Option<String>,
}

impl Notes {
    pub(crate) fn add(&mut self, code: NoteCode, column: Option<usize>, line: u64, example: &str) {
        let known = self
            .entries
            .iter_mut()
            .find(|entry| entry.code == code && entry.column == column);
        if let Some(entry) = known {
            entry.count = entry.count.saturating_add(1);
        } else {
            self.entries.push(Entry {
                code,
                column,
                count: 1,
                first_line: line,
                example: (!example.is_empty())
                    .then(|| example.chars().take(EXAMPLE_LIMIT).collect()),
            });
        }
    }

    pub(crate) fn listed(&self, header: Option<&Header>) -> Vec<Note> {
        self.entries
            .iter()
            .map(|entry| Note {
                code: entry.code,
                column: entry
                    .column
                    .and_then(|at| header?.name(at).map(str::to_owned)),
                count: entry.count,
                first_line: entry.first_line,
                example: entry.example.clone(),
            })
            .collect()
    }
}
