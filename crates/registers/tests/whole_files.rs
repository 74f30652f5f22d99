//! Reads whole files from a folder outside the repository and reports totals.
//!
//! `GROUP_INSPECTION_DATA=folder cargo test --release -- --ignored --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use group_inspection_core::outcome::PublishedOutcome;
use group_inspection_registers::{Reader, Record, Sha256Reader};

/// Inspections by school, number and event, over all files.
#[derive(Default)]
struct Seen {
    outcomes: HashMap<(u32, String, &'static str), PublishedOutcome>,
    twice: u64,
    different: Vec<String>,
}

impl Seen {
    /// The same inspection read from two files agrees in all that both carry.
    fn add(&mut self, outcome: PublishedOutcome) {
        let number = outcome.inspection_number.clone();
        let key = (outcome.urn.get(), number, outcome.event.code());
        let Some(before) = self.outcomes.insert(key, outcome.clone()) else {
            return;
        };
        self.twice += 1;
        let both = |one: &PublishedOutcome, other: &PublishedOutcome| PublishedOutcome {
            ended: one.ended.or(other.ended),
            inspection_type: one
                .inspection_type
                .clone()
                .or(other.inspection_type.clone()),
            ..one.clone()
        };
        if both(&before, &outcome) != both(&outcome, &before) {
            self.different.push(format!("{before:?}\n{outcome:?}"));
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "csv" || e == "json") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs a folder of register files in GROUP_INSPECTION_DATA"]
fn every_row_is_a_record_or_an_explained_rejection() {
    let folder = std::env::var("GROUP_INSPECTION_DATA").expect("GROUP_INSPECTION_DATA");
    let mut found = Vec::new();
    files(Path::new(&folder), &mut found);
    found.sort();
    let mut reading = Duration::ZERO;
    let mut seen = Seen::default();
    for path in found {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let shown = path.strip_prefix(&folder).unwrap().display();
        let source = Sha256Reader::new(File::open(&path).unwrap());
        let start = Instant::now();
        let mut reader = match Reader::open(source, Some(&name)) {
            Ok(reader) => reader,
            Err(refused) => {
                println!("{shown}\n   refused: {refused}");
                continue;
            }
        };
        let mut records = 0_u64;
        let mut outcomes = 0_usize;
        let mut schools = Vec::new();
        let mut rejections: BTreeMap<String, (u64, String)> = BTreeMap::new();
        for row in reader.by_ref() {
            match row {
                Ok(record) => {
                    records += 1;
                    if let Record::SchoolOutcomes(school) = record {
                        outcomes += school.outcomes.len();
                        schools.push(school);
                    }
                }
                Err(rejection) => {
                    let key = format!("{}: {}", rejection.code.code(), rejection.reason);
                    let entry = rejections.entry(key).or_insert((0, rejection.to_string()));
                    entry.0 += 1;
                }
            }
        }
        let spent = start.elapsed();
        reading += spent;
        for outcome in schools.into_iter().flat_map(|school| school.outcomes) {
            seen.add(outcome);
        }
        let rejected: u64 = rejections.values().map(|(count, _)| count).sum();
        assert_eq!(records + rejected, reader.rows_read());
        println!(
            "{shown}\n   {} as at {:?}: {} rows = {records} records + {rejected} rejections, {outcomes} outcomes, {spent:?}",
            reader.layout().code(),
            reader.as_at(),
            reader.rows_read(),
        );
        for column in reader.unknown_columns() {
            println!("   unknown column {column}");
        }
        for note in reader.notes() {
            println!(
                "   note {} {:?}: {} from line {} {:?}",
                note.code.code(),
                note.column,
                note.count,
                note.first_line,
                note.example
            );
        }
        for (reason, (count, example)) in rejections {
            println!("   {count} x {reason}; first: {example}");
        }
        let source = reader.into_source();
        println!(
            "   {} bytes, sha256 {}",
            source.byte_count(),
            source.digest_hex()
        );
    }
    println!(
        "reading took {reading:?}; {} inspections, {} read from more than one file, {} different",
        seen.outcomes.len(),
        seen.twice,
        seen.different.len()
    );
    assert!(seen.different.is_empty(), "{}", seen.different[0]);
}
