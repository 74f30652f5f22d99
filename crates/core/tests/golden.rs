//! The compiled report of a fictional group of eight schools, byte for byte.
//!
//! Run with `UPDATE_FIXTURES=1` to write the report anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::{fs, path::PathBuf};

use group_inspection_core::{
    calendar::WorkingDays,
    compile::{Inputs, compile_with_calendar},
};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

#[test]
fn dr_28_the_fixture_compiles_to_the_same_bytes() {
    let inputs: Inputs =
        serde_json::from_str(&fs::read_to_string(fixture("inputs.json")).unwrap()).unwrap();
    let holidays = [
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
        "2027-03-26",
        "2027-03-29",
        "2027-05-03",
        "2027-05-31",
        "2027-08-30",
        "2027-12-27",
        "2027-12-28",
    ];
    let calendar = WorkingDays::new(
        "england-and-wales-2026-08",
        holidays.map(|day| day.parse().unwrap()),
    )
    .unwrap();
    let report = compile_with_calendar(&inputs, &calendar);
    let text = serde_json::to_string_pretty(&report).unwrap() + "\n";
    let path = fixture("report.json");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}
