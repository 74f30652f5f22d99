//! Files that are not a register this version can read.

use crate::Layout;

/// Why a file was refused before any row was read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unrecognised {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// An HTML or XML document, most often an error page saved as CSV.
    #[error("the file is a web page or XML document, not a register: download it again")]
    WebPage,
    /// A zip archive, which includes XLSX and ODS workbooks.
    #[error("the file is a zip archive or a workbook: unpack it, or save the sheet as CSV")]
    Archive,
    /// UTF-16, with or without byte order mark.
    #[error("the file is UTF-16: save it as UTF-8 CSV")]
    Utf16,
    /// Bytes that no text file has.
    #[error("the file is binary, not a CSV or JSON text")]
    Binary,
    /// No line near the top has the heading `URN` or `Group UID`.
    #[error(
        "no line near the top has a heading URN or Group UID; the file starts with {}; accepted are: {}",
        headings(.found), accepted()
    )]
    NoHeader {
        /// First cells of the first line.
        found: Vec<String>,
    },
    /// A header that belongs to none of the layouts.
    #[error(
        "the headings belong to no register known here; they start with {}; accepted are: {}",
        headings(.found), accepted()
    )]
    UnknownLayout {
        /// First headings.
        found: Vec<String>,
    },
    /// A known layout without columns that it cannot be read without.
    #[error("this looks like \"{}\" but has no column {}", .layout.label(), headings(.missing))]
    MissingColumns {
        /// The layout it looks like.
        layout: Layout,
        /// The missing headings; alternatives are joined by "or".
        missing: Vec<String>,
    },
    /// The same heading twice where its cell is needed.
    #[error("the heading {heading:?} stands more than once, so its cells are ambiguous")]
    RepeatedColumn {
        /// The heading.
        heading: String,
    },
    /// JSON that is not the bank holidays of England and Wales.
    #[error("the file is JSON but not the bank holidays of England and Wales: {reason}")]
    NotBankHolidays {
        /// What is wrong with it.
        reason: String,
    },
    /// The source could not be read.
    #[error("the file could not be read")]
    Read(#[from] std::io::Error),
}

fn headings(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    quoted.join(", ")
}

fn accepted() -> String {
    Layout::ALL.map(Layout::label).join("; ")
}
