//! Shared by the tests: fixtures and tables made by heading.
#![allow(dead_code, unreachable_pub)]

use std::path::{Path, PathBuf};

use group_inspection_registers::{
    Establishment, Group, GroupLink, Note, NoteCode, Reader, Record, Rejection, SchoolOutcomes,
    Unrecognised,
};

pub struct Outcome {
    pub reader: Reader<std::io::Cursor<Vec<u8>>>,
    pub records: Vec<Record>,
    pub rejections: Vec<Rejection>,
}

impl Outcome {
    pub fn notes(&self) -> Vec<Note> {
        self.reader.notes()
    }

    pub fn noted(&self, code: NoteCode) -> u64 {
        let notes = self.notes();
        notes
            .iter()
            .filter(|n| n.code == code)
            .map(|n| n.count)
            .sum()
    }

    pub fn establishments(&self) -> Vec<&Establishment> {
        self.records
            .iter()
            .map(|record| match record {
                Record::Establishment(it) => it.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    pub fn groups(&self) -> Vec<&Group> {
        self.records
            .iter()
            .map(|record| match record {
                Record::Group(it) => it.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    pub fn group_links(&self) -> Vec<&GroupLink> {
        self.records
            .iter()
            .map(|record| match record {
                Record::GroupLink(it) => it.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    pub fn schools(&self) -> Vec<&SchoolOutcomes> {
        self.records
            .iter()
            .map(|record| match record {
                Record::SchoolOutcomes(it) => it.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// Headings of a layout, one a line.
pub fn headings(name: &str) -> Vec<String> {
    let path = folder().join("headers").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

pub fn open(bytes: impl Into<Vec<u8>>) -> Result<Outcome, Unrecognised> {
    let source = std::io::Cursor::new(bytes.into());
    let mut reader = Reader::open(source, None)?;
    let mut records = Vec::new();
    let mut rejections = Vec::new();
    for row in reader.by_ref() {
        match row {
            Ok(record) => records.push(record),
            Err(rejection) => rejections.push(rejection),
        }
    }
    assert_eq!(
        reader.rows_read() as usize,
        records.len() + rejections.len()
    );
    Ok(Outcome {
        reader,
        records,
        rejections,
    })
}

pub fn fixture(name: &str) -> Outcome {
    open(bytes(name)).unwrap()
}

/// A CSV text of these headings and of rows given by heading.
pub fn table(headings: &[String], rows: &[&[(&str, &str)]]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(",");
    let mut lines = vec![line(headings.iter().map(|h| quoted(h)).collect())];
    for row in rows {
        for (heading, _) in *row {
            assert!(
                headings.iter().any(|h| h == heading),
                "no heading {heading}"
            );
        }
        let cell = |heading: &String| {
            let value = row.iter().find(|(name, _)| name == heading);
            quoted(value.map_or("", |(_, value)| value))
        };
        lines.push(line(headings.iter().map(cell).collect()));
    }
    lines.join("\n") + "\n"
}
