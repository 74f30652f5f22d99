//! A fictional England in memory, for the tests of the sandbox.

// Each test file uses its own part.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use group_inspection_registers::sandbox::{self, Memory, Plan, Summary};

pub type Row = BTreeMap<String, String>;

pub struct England {
    pub summary: Summary,
    pub files: BTreeMap<String, Vec<u8>>,
}

pub const REGISTER: &str = "edubasealldata20260715.csv";
pub const GROUPS: &str = "allgroupsdata20260715.csv";
pub const MEMBERS: &str = "alllinksdata20260715.csv";
pub const STEPS: &str = "links_edubasealldata20260715.csv";
pub const LATEST_2025: &str =
    "Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Aug_2025.csv";
pub const LATEST_2026: &str =
    "Management_information_-_state-funded_schools_-_latest_inspections_as_at_31_Jul_2026.csv";
pub const IN_YEAR: &str = "Management_information_-_state-funded_schools_-_in-year_inspections_10_Nov_2025_to_31_Jul_2026.csv";

pub fn england(plan: &Plan) -> England {
    let mut memory = Memory::default();
    let summary = sandbox::generate_into(plan, &mut |_| {}, &mut memory).expect("an England");
    England {
        summary,
        files: memory.files(),
    }
}

pub fn small() -> Plan {
    Plan {
        schools: 600,
        report_cards: 0.5,
        ..Plan::default()
    }
}

impl England {
    pub fn text(&self, name: &str) -> String {
        let (text, _, bad) = encoding_rs::WINDOWS_1252.decode(&self.files[name]);
        assert!(!bad);
        text.into_owned()
    }

    pub fn rows(&self, name: &str) -> Vec<Row> {
        let text = self.text(name);
        let titles = if name == LATEST_2026 { 2 } else { 0 };
        let table: String = text.split_inclusive("\r\n").skip(titles).collect();
        csv::Reader::from_reader(table.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .expect("rows as wide as the heading")
    }

    pub fn by_urn(&self, name: &str) -> BTreeMap<String, Row> {
        let rows = self.rows(name);
        let count = rows.len();
        let map: BTreeMap<_, _> = rows.into_iter().map(|r| (r["URN"].clone(), r)).collect();
        assert_eq!(map.len(), count, "one row a school");
        map
    }

    pub fn truth(&self) -> serde_json::Value {
        serde_json::from_slice(&self.files["truth.json"]).expect("JSON")
    }
}

pub fn date(text: &str) -> Option<NaiveDate> {
    ["%d/%m/%Y", "%d-%m-%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}
