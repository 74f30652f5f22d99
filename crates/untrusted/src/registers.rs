//! Register files: GIAS, Ofsted, bank holidays.

use std::io::Read;

use group_inspection_registers::{Reader, sandbox::headings};

/// Gives the bytes in pieces, as a network does.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.size.min(buffer.len()).min(self.bytes.len());
        let (now, later) = self.bytes.split_at(size);
        if let Some(part) = buffer.get_mut(..size) {
            part.copy_from_slice(now);
        }
        self.bytes = later;
        Ok(size)
    }
}

/// The first byte chooses headings to begin with, or none; the second the size
/// of pieces. However a file arrives, the same is read, and no more rows than
/// it has bytes.
pub(crate) fn target(bytes: &[u8]) {
    let [layout, size, content @ ..] = bytes else {
        return;
    };
    let mut file = match layout {
        0 => heading(&headings::ESTABLISHMENTS),
        1 => heading(&headings::GROUPS),
        2 => heading(&headings::GROUP_LINKS),
        3 => heading(&headings::SCHOOL_LINKS),
        4 => heading(&headings::LATEST_2025),
        5 => heading(&headings::LATEST_2026),
        6 => heading(&headings::IN_YEAR_2026),
        _ => Vec::new(),
    };
    file.extend_from_slice(content);
    let whole = read(&file[..]);
    let in_pieces = read(Pieces {
        bytes: &file,
        size: usize::from(*size).max(1),
    });
    assert_eq!(whole, in_pieces, "pieces make a difference");
    if let Ok((rows, _)) = whole {
        assert!(rows.len() <= file.len(), "more rows than bytes");
    }
}

fn heading(columns: &[&str]) -> Vec<u8> {
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect();
    format!("{}\r\n", quoted.join(",")).into_bytes()
}

/// Rows and notes, or why the file is refused.
fn read(source: impl Read) -> Result<(Vec<String>, String), String> {
    let mut reader = Reader::open(source, Some("file20260715.csv")).map_err(|e| e.to_string())?;
    let rows = reader.by_ref().map(|row| format!("{row:?}")).collect();
    Ok((rows, format!("{:?}", reader.notes())))
}
