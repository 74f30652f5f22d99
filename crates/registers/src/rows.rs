//! Rows of a CSV file, one at a time, in bounded memory.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use csv_core::ReadRecordResult;

use crate::text;

/// Bytes read from the source at a time.
const CHUNK: usize = 128 * 1024;
/// Longest row kept; real rows are below 4 KiB.
const MAX_ROW: usize = 1024 * 1024;
/// Most cells of a row kept; real rows have up to 140.
const MAX_CELLS: usize = 4096;

/// Cuts a source into rows.
pub(crate) struct Rows<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    core: csv_core::Reader,
    out: Vec<u8>,
    out_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    line: u64,
}

/// What came next.
pub(crate) enum Next {
    /// A row; `complete` unless the file ends right behind its last cell.
    Row { line: u64, complete: bool },
    /// A row longer than any real one, passed over.
    TooLong { line: u64 },
    /// The file ends inside quotes.
    Unterminated { line: u64 },
    /// The source failed.
    Failed { line: u64, error: io::Error },
    /// No more rows.
    End,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            core: csv_core::Reader::new(),
            out: vec![0; 8 * 1024],
            out_len: 0,
            ends: vec![0; 256],
            ends_len: 0,
            line: 1,
        }
    }

    /// Reads ahead and returns the first bytes without using them up.
    pub(crate) fn peek(&mut self) -> io::Result<&[u8]> {
        while self.end < CHUNK && self.read_more()? {}
        Ok(self.buffer.get(self.start..self.end).unwrap_or_default())
    }

    pub(crate) fn skip(&mut self, bytes: usize) {
        self.start = self.start.saturating_add(bytes).min(self.end);
    }

    /// Everything that is left, up to `limit` bytes; `None` if there is more.
    pub(crate) fn rest(&mut self, limit: usize) -> io::Result<Option<Vec<u8>>> {
        let mut all = self
            .buffer
            .get(self.start..self.end)
            .unwrap_or_default()
            .to_vec();
        self.start = self.end;
        let allowed = limit.saturating_sub(all.len()).saturating_add(1);
        let mut source = (&mut self.source).take(u64::try_from(allowed).unwrap_or(u64::MAX));
        source.read_to_end(&mut all)?;
        Ok((all.len() <= limit).then_some(all))
    }

    pub(crate) fn into_source(self) -> R {
        self.source
    }

    /// The row that [`Rows::next`] found.
    pub(crate) fn row(&self) -> Row<'_> {
        let ends = self.ends.get(..self.ends_len).unwrap_or_default();
        let bytes = self.out.get(..self.out_len).unwrap_or_default();
        Row {
            bytes,
            ends,
            text: std::str::from_utf8(bytes).ok(),
            ascii: bytes.is_ascii(),
        }
    }

    pub(crate) fn next(&mut self) -> Next {
        self.out_len = 0;
        self.ends_len = 0;
        let line = match self.skip_line_ends() {
            Ok(Some(line)) => line,
            Ok(None) => return Next::End,
            Err(error) => {
                let line = self.line;
                return Next::Failed { line, error };
            }
        };
        self.core.set_line(line);
        let mut too_long = false;
        let mut complete = true;
        loop {
            if complete && self.start >= self.end {
                match self.refill() {
                    Ok(true) => {}
                    // A line end closes the row unless the file ends inside
                    // quotes, where it would only become part of the cell.
                    Ok(false) => complete = false,
                    Err(error) => return Next::Failed { line, error },
                }
            }
            let input = if complete {
                self.buffer.get(self.start..self.end).unwrap_or_default()
            } else {
                b"\n"
            };
            let (result, read, written, cells) = self.core.read_record(
                input,
                self.out.get_mut(self.out_len..).unwrap_or_default(),
                self.ends.get_mut(self.ends_len..).unwrap_or_default(),
            );
            if complete {
                self.start = self.start.saturating_add(read);
            }
            self.out_len = self.out_len.saturating_add(written);
            self.ends_len = self.ends_len.saturating_add(cells);
            match result {
                ReadRecordResult::InputEmpty if complete => {}
                ReadRecordResult::InputEmpty => {
                    // What there is of the open cell is worth showing.
                    if let Some(end) = self.ends.get_mut(self.ends_len) {
                        *end = self.out_len;
                        self.ends_len = self.ends_len.saturating_add(1);
                    }
                    return Next::Unterminated { line };
                }
                ReadRecordResult::OutputFull => {
                    if self.out.len() < MAX_ROW {
                        self.out.resize(self.out.len().saturating_mul(2), 0);
                    } else {
                        too_long = true;
                        self.out_len = 0;
                    }
                }
                ReadRecordResult::OutputEndsFull => {
                    if self.ends.len() < MAX_CELLS {
                        self.ends.resize(self.ends.len().saturating_mul(2), 0);
                    } else {
                        too_long = true;
                        self.ends_len = 0;
                    }
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Next::End,
            }
        }
        self.line = self.core.line();
        if too_long {
            Next::TooLong { line }
        } else {
            Next::Row { line, complete }
        }
    }

    /// Moves to the first byte of the next row and returns its line.
    fn skip_line_ends(&mut self) -> io::Result<Option<u64>> {
        loop {
            if self.start >= self.end && !self.refill()? {
                return Ok(None);
            }
            match self.buffer.get(self.start) {
                Some(b'\n') => self.line = self.line.saturating_add(1),
                Some(b'\r') => {}
                _ => return Ok(Some(self.line)),
            }
            self.start = self.start.saturating_add(1);
        }
    }

    fn refill(&mut self) -> io::Result<bool> {
        self.start = 0;
        self.end = 0;
        self.read_more()
    }

    fn read_more(&mut self) -> io::Result<bool> {
        loop {
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.source.read(free) {
                Ok(read) => {
                    self.end = self.end.saturating_add(read).min(CHUNK);
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// One row; cells are decoded when asked for.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    /// The row as UTF-8; otherwise it is Windows-1252.
    text: Option<&'a str>,
    ascii: bool,
}

impl<'a> Row<'a> {
    pub(crate) const fn width(&self) -> usize {
        self.ends.len()
    }

    pub(crate) const fn is_utf8(&self) -> bool {
        self.text.is_some()
    }

    pub(crate) const fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// Whether no cell from `from` on holds anything.
    pub(crate) fn is_blank(&self, from: usize) -> bool {
        let start = match from.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.bytes.len()),
            None => 0,
        };
        self.bytes
            .get(start..)
            .unwrap_or_default()
            .trim_ascii()
            .is_empty()
    }

    /// The cell as text, not yet cleaned; empty where there is none.
    pub(crate) fn cell(&self, at: usize) -> Cow<'a, str> {
        let start = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied(),
            None => Some(0),
        };
        let (Some(start), Some(end)) = (start, self.ends.get(at).copied()) else {
            return Cow::Borrowed("");
        };
        // Ends that cut a UTF-8 character belong to a Windows-1252 row.
        match self.text.and_then(|text| text.get(start..end)) {
            Some(text) => Cow::Borrowed(text),
            None => text::windows_1252(self.bytes.get(start..end).unwrap_or_default()),
        }
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = Cow<'a, str>> + '_ {
        (0..self.width()).map(|at| self.cell(at))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut rows = Rows::new(bytes);
        let mut out = Vec::new();
        loop {
            match rows.next() {
                Next::Row { line, complete } => {
                    let cells: Vec<_> = rows.row().cells().map(Cow::into_owned).collect();
                    let end = if complete { "" } else { " no line end" };
                    out.push(format!("{line}:{}{end}", cells.join("|")));
                }
                Next::TooLong { line } => out.push(format!("{line} too long")),
                Next::Unterminated { line } => out.push(format!("{line} unterminated")),
                Next::Failed { .. } => panic!("memory does not fail"),
                Next::End => return out,
            }
        }
    }

    #[test]
    fn lines_are_counted_through_every_line_end() {
        assert_eq!(
            all(b"a,b\r\n\r\n\"c\r\nd\",e\r\nf,g\n\nh,i"),
            ["1:a|b", "3:c\r\nd|e", "5:f|g", "7:h|i no line end"]
        );
    }

    #[test]
    fn a_lost_quote_at_the_end_is_told_from_a_missing_line_end() {
        assert_eq!(all(b"a\n\"b"), ["1:a", "2 unterminated"]);
        assert_eq!(all(b"a\n\"b\""), ["1:a", "2:b no line end"]);
        assert_eq!(all(b"a\n\"b\"\""), ["1:a", "2 unterminated"]);
    }

    #[test]
    fn a_row_beyond_all_bounds_is_passed_over() {
        let mut bytes = b"a,b\n\"".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 3 * MAX_ROW));
        bytes.extend(b"\",c\nd,e\n");
        assert_eq!(all(&bytes), ["1:a|b", "2 too long", "3:d|e"]);
        let commas = [vec![b','; 3 * MAX_CELLS], b"\nz\n".to_vec()].concat();
        assert_eq!(all(&commas), ["1 too long", "2:z"]);
    }

    #[test]
    fn a_row_is_utf8_or_windows_1252() {
        assert_eq!(
            all(b"St Mary\x92s,\xc9cole\nSt Mary\xe2\x80\x99s,\xc3\x89cole\n"),
            ["1:St Mary’s|École", "2:St Mary’s|École"]
        );
    }
}
