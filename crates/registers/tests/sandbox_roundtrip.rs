//! The readers read every file of the sandbox without a rejection.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::{BTreeMap, BTreeSet};

use group_inspection_core::outcome::Framework;
use group_inspection_registers::{
    Layout, NoteCode, Reader, Record,
    sandbox::{self, Memory, Plan, Progress},
};

#[test]
fn every_row_of_every_file_is_read() {
    let plan = Plan {
        schools: 800,
        report_cards: 0.4,
        ..Plan::default()
    };
    let mut memory = Memory::default();
    let summary = sandbox::generate_into(&plan, &mut |_| {}, &mut memory).unwrap();
    let files = memory.files();
    let mut layouts = BTreeMap::new();
    let mut frameworks = BTreeSet::new();
    for written in &summary.files {
        if matches!(written.name.as_str(), "truth.json" | "README.txt") {
            continue;
        }
        let mut reader =
            Reader::open(files[&written.name].as_slice(), Some(&written.name)).unwrap();
        assert!(reader.unknown_columns().is_empty(), "{}", written.name);
        let mut records = 0;
        for row in reader.by_ref() {
            let record = row.unwrap_or_else(|rejected| panic!("{}: {rejected}", written.name));
            records += 1;
            if let Record::SchoolOutcomes(school) = record {
                assert!(school.urn.is_fictional());
                frameworks.extend(school.outcomes.iter().map(|outcome| outcome.framework));
            }
        }
        assert_eq!(records, written.rows, "{}", written.name);
        // What the readers note is what the real files have too.
        for note in reader.notes() {
            assert!(
                matches!(
                    note.code,
                    NoteCode::Windows1252 | NoteCode::PreambleSkipped | NoteCode::JoinedDateUnknown
                ),
                "{}: {note:?}",
                written.name
            );
        }
        layouts.insert(reader.layout(), written.rows);
    }
    assert_eq!(layouts[&Layout::EdubaseAll], summary.establishments);
    assert_eq!(layouts[&Layout::AllGroups], summary.groups);
    assert_eq!(layouts.len(), 8);
    assert_eq!(frameworks, Framework::ALL.into());
}

#[test]
fn a_folder_gets_the_same_files_and_progress_is_told() {
    let plan = Plan {
        schools: 40,
        ..Plan::default()
    };
    let mut memory = Memory::default();
    let in_memory = sandbox::generate_into(&plan, &mut |_| {}, &mut memory).unwrap();
    let folder = std::env::temp_dir().join(format!("sandbox-{}", std::process::id()));
    let mut told: Vec<Progress> = Vec::new();
    let on_disk = sandbox::generate(&plan, &mut |progress| told.push(progress), &folder).unwrap();
    assert_eq!(in_memory, on_disk);
    for (name, bytes) in memory.files() {
        assert_eq!(std::fs::read(folder.join(&name)).unwrap(), bytes, "{name}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(told.iter().any(|progress| progress.done == progress.total));
}
