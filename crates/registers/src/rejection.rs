//! Rows that could not be read.

use serde::{Deserialize, Serialize};

/// Longest piece of a cell that a rejection repeats, in characters.
const VALUE_LIMIT: usize = 200;

/// Why a row was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCode {
    /// The file ends inside the row.
    Truncated,
    /// The row has fewer cells than the header.
    TooNarrow,
    /// The row is longer than any real row: most often a lost quote.
    TooLong,
    /// A cell that every row must have is empty.
    Missing,
    /// Not a URN.
    BadUrn,
    /// Not an identifier of the column's scheme.
    BadIdentifier,
    /// Not a number, or outside the column's range.
    BadNumber,
    /// Not a date.
    BadDate,
    /// A code or word that this version does not know (DR-39).
    UnknownValue,
    /// Two cells of the row contradict each other.
    Inconsistent,
    /// The source could not be read any further.
    ReadFailed,
}

impl RejectionCode {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::TooNarrow => "too_narrow",
            Self::TooLong => "too_long",
            Self::Missing => "missing",
            Self::BadUrn => "bad_urn",
            Self::BadIdentifier => "bad_identifier",
            Self::BadNumber => "bad_number",
            Self::BadDate => "bad_date",
            Self::UnknownValue => "unknown_value",
            Self::Inconsistent => "inconsistent",
            Self::ReadFailed => "read_failed",
        }
    }
}

/// A row that was not read, with what is needed to find and mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {line}{}: {reason} (found {value:?})", column_words(.column.as_deref()))]
pub struct Rejection {
    /// Line of the file on which the row starts, from 1; for bank holidays the
    /// position of the event in its list.
    pub line: u64,
    /// Heading of the column as the file spells it; `None` where the whole row
    /// is at fault.
    pub column: Option<String>,
    /// What the cell holds, at most 200 characters of it.
    pub value: String,
    /// One sentence for the person who mends the file.
    pub reason: String,
    /// Stable code of the reason.
    pub code: RejectionCode,
}

fn column_words(column: Option<&str>) -> String {
    column.map_or_else(String::new, |name| format!(", column {name:?}"))
}

impl Rejection {
    pub(crate) fn new(
        line: u64,
        column: Option<&str>,
        value: &str,
        code: RejectionCode,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            line,
            column: column.map(str::to_owned),
            value: value.chars().take(VALUE_LIMIT).collect(),
            reason: reason.into(),
            code,
        }
    }
}
