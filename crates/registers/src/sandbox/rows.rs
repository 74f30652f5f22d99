//! Writing of rows as the registers write them: Windows-1252, CRLF, and either
//! text quoted with bare numbers (GIAS) or quotes only where needed (Ofsted).

use std::fmt::{Arguments, Write as _};
use std::io::{self, Write};

use chrono::{Datelike, NaiveDate};
use encoding_rs::WINDOWS_1252;

/// A file that is being written row by row.
pub(super) struct Rows {
    out: Box<dyn Write>,
    name: String,
    line: Vec<u8>,
    scratch: String,
    cells: usize,
    columns: usize,
    rows: u64,
    bytes: u64,
    ends_with_newline: bool,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Name in the output folder.
    pub name: String,
    /// Rows below the heading, or entries of a JSON file.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
}

impl Rows {
    /// A GIAS file: quoted headings, no newline after the last row.
    pub(super) fn gias(out: Box<dyn Write>, name: &str, headings: &[&str]) -> io::Result<Self> {
        let mut rows = Self::new(out, name, headings.len(), false);
        for heading in headings {
            rows.text(heading);
        }
        rows.put()?;
        Ok(rows)
    }

    /// An Ofsted file: `titles` above plain headings, a newline at the end.
    pub(super) fn ofsted(
        out: Box<dyn Write>,
        name: &str,
        titles: &[&str],
        headings: &[&str],
    ) -> io::Result<Self> {
        let mut rows = Self::new(out, name, headings.len(), true);
        for title in titles {
            rows.plain(title);
            rows.cells = rows.columns;
            rows.put()?;
        }
        for heading in headings {
            rows.plain(heading);
        }
        rows.put()?;
        Ok(rows)
    }

    fn new(out: Box<dyn Write>, name: &str, columns: usize, ends_with_newline: bool) -> Self {
        Self {
            out,
            name: name.to_owned(),
            line: Vec::with_capacity(4_096),
            scratch: String::new(),
            cells: 0,
            columns,
            rows: 0,
            bytes: 0,
            ends_with_newline,
        }
    }

    fn comma(&mut self) {
        if self.cells > 0 {
            self.line.push(b',');
        }
        self.cells += 1;
    }

    fn encoded(&mut self, text: &str) {
        if text.is_ascii() {
            self.line.extend_from_slice(text.as_bytes());
        } else {
            self.line.extend_from_slice(&WINDOWS_1252.encode(text).0);
        }
    }

    fn quoted(&mut self, text: &str) {
        self.line.push(b'"');
        if text.contains('"') {
            let doubled = text.replace('"', "\"\"");
            self.encoded(&doubled);
        } else {
            self.encoded(text);
        }
        self.line.push(b'"');
    }

    /// A quoted cell.
    pub(super) fn text(&mut self, text: &str) {
        self.comma();
        self.quoted(text);
    }

    /// A quoted cell from a format.
    pub(super) fn format(&mut self, arguments: Arguments<'_>) {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        // Writing to a string cannot fail.
        let _ = text.write_fmt(arguments);
        self.text(&text);
        self.scratch = text;
    }

    /// A code and its name.
    pub(super) fn coded(&mut self, (code, name): (&str, &str)) {
        self.text(code);
        self.text(name);
    }

    /// `count` empty quoted cells.
    pub(super) fn blank(&mut self, count: usize) {
        for _ in 0..count {
            self.comma();
            self.line.extend_from_slice(b"\"\"");
        }
    }

    /// The same text in `count` cells.
    pub(super) fn same(&mut self, text: &str, count: usize) {
        for _ in 0..count {
            self.text(text);
        }
    }

    /// A bare number, or nothing.
    pub(super) fn number(&mut self, number: Option<u32>) {
        self.comma();
        if let Some(number) = number {
            digits(&mut self.line, number);
        }
    }

    /// A cell that is quoted only where it must be.
    pub(super) fn plain(&mut self, text: &str) {
        self.comma();
        if text.contains([',', '"', '\r', '\n']) {
            self.quoted(text);
        } else {
            self.encoded(text);
        }
    }

    /// A plain cell, or `NULL`.
    pub(super) fn plain_or_null(&mut self, text: Option<&str>) {
        self.plain(text.unwrap_or("NULL"));
    }

    /// A bare number, or `NULL`.
    pub(super) fn number_or_null(&mut self, number: Option<u32>) {
        match number {
            Some(number) => self.number(Some(number)),
            None => self.null(1),
        }
    }

    /// `count` cells of `NULL`.
    pub(super) fn null(&mut self, count: usize) {
        for _ in 0..count {
            self.comma();
            self.line.extend_from_slice(b"NULL");
        }
    }

    /// A quoted day, `dd-mm-yyyy` or `dd/mm/yyyy`, or an empty quoted cell.
    pub(super) fn day(&mut self, date: Option<NaiveDate>, between: u8) {
        self.comma();
        self.line.push(b'"');
        if let Some(date) = date {
            written_day(&mut self.line, date, between);
        }
        self.line.push(b'"');
    }

    /// A day as Ofsted writes it, or `NULL`.
    pub(super) fn day_or_null(&mut self, date: Option<NaiveDate>) {
        match date {
            Some(date) => {
                self.comma();
                written_day(&mut self.line, date, b'/');
            }
            None => self.null(1),
        }
    }

    /// Ends a row.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.rows += 1;
        self.put()
    }

    fn put(&mut self) -> io::Result<()> {
        if self.cells != self.columns {
            return Err(io::Error::other(format!(
                "{}: {} cells under {} headings",
                self.name, self.cells, self.columns
            )));
        }
        if self.ends_with_newline {
            self.line.extend_from_slice(b"\r\n");
        } else if self.bytes > 0 {
            self.out.write_all(b"\r\n")?;
            self.bytes += 2;
        }
        self.out.write_all(&self.line)?;
        self.bytes += self.line.len() as u64;
        self.line.clear();
        self.cells = 0;
        Ok(())
    }

    /// Rows so far.
    pub(super) const fn count(&self) -> u64 {
        self.rows
    }

    /// Finishes the file.
    pub(super) fn finish(mut self) -> io::Result<WrittenFile> {
        self.out.flush()?;
        Ok(WrittenFile {
            name: self.name,
            rows: self.rows,
            bytes: self.bytes,
        })
    }
}

fn digits(line: &mut Vec<u8>, number: u32) {
    let mut rest = number;
    let start = line.len();
    loop {
        line.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(written) = line.get_mut(start..) {
        written.reverse();
    }
}

fn written_day(line: &mut Vec<u8>, date: NaiveDate, between: u8) {
    for number in [date.day(), date.month()] {
        line.push(b'0' + u8::try_from(number / 10).unwrap_or(0));
        line.push(b'0' + u8::try_from(number % 10).unwrap_or(0));
        line.push(between);
    }
    digits(line, u32::try_from(date.year()).unwrap_or(0));
}
