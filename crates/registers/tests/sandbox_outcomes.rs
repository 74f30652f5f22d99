//! Outcomes of the fictional England: published shares, and associations only
//! where they were planted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeMap;

use chrono::NaiveDate;
use group_inspection_registers::sandbox::{self, Memory, Plan};

type Row = BTreeMap<String, String>;

fn files(plan: &Plan) -> BTreeMap<String, Vec<u8>> {
    let mut memory = Memory::default();
    sandbox::generate_into(plan, &mut |_| {}, &mut memory).expect("an England");
    memory.files()
}

fn rows(files: &BTreeMap<String, Vec<u8>>, part: &str, columns: &[&str]) -> Vec<Row> {
    let (_, bytes) = files.iter().find(|(name, _)| name.contains(part)).unwrap();
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
    let start = text
        .find("Web Link")
        .or_else(|| text.find("\"URN\""))
        .unwrap();
    let mut reader = csv::Reader::from_reader(&text.as_bytes()[start..]);
    let headings = reader.headers().unwrap().clone();
    let wanted: Vec<usize> = columns
        .iter()
        .map(|column| {
            headings
                .iter()
                .position(|heading| heading == *column)
                .unwrap()
        })
        .collect();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let cells = wanted.iter().map(|at| record[*at].to_owned());
            columns.iter().map(|c| (*c).to_owned()).zip(cells).collect()
        })
        .collect()
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%d/%m/%Y").ok()
}

const LATEST: &str = "latest_inspections_as_at_31_Jul_2026";

fn share(rows: &[Row], column: &str, of: impl Fn(&str) -> bool, all: impl Fn(&str) -> bool) -> f64 {
    let all: Vec<_> = rows.iter().filter(|row| all(&row[column])).collect();
    let hits = all.iter().filter(|row| of(&row[column])).count();
    f64::from(u32::try_from(hits).unwrap()) / f64::from(u32::try_from(all.len()).unwrap())
}

#[test]
fn shares_are_as_published() {
    let plan = Plan {
        schools: 5_000,
        report_cards: 0.4,
        ..Plan::default()
    };
    let files = files(&plan);
    // Report cards as first given, file as at 28 February 2026.
    let cards: [(&str, &str, f64); 9] = [
        ("Safeguarding standards", "Met", 0.992),
        ("Inclusion", "Strong standard", 0.419),
        ("Inclusion", "Needs attention", 0.065),
        ("Curriculum and teaching", "Expected standard", 0.634),
        ("Achievement", "Needs attention", 0.215),
        ("Attendance and behaviour", "Strong standard", 0.350),
        (
            "Personal development and wellbeing",
            "Expected standard",
            0.467,
        ),
        ("Leadership and governance", "Expected standard", 0.581),
        (
            "Post-16 provision (where applicable)",
            "Not applicable",
            0.890,
        ),
    ];
    let columns: Vec<&str> = cards.iter().map(|card| card.0).collect();
    let in_year = rows(&files, "in-year", &columns);
    for (area, outcome, expected) in cards {
        let got = share(
            &in_year,
            area,
            |cell| cell == outcome,
            |cell| cell != "NULL",
        );
        assert!(
            (got - expected).abs() < 0.04,
            "{area} {outcome}: {got:.3} {expected}"
        );
    }
    let earlier: [(&str, &str, f64); 8] = [
        ("Latest OEIF overall effectiveness", "2", 0.337),
        ("Latest OEIF overall effectiveness", "Not judged", 0.150),
        ("Latest OEIF overall effectiveness", "1", 0.051),
        ("Latest OEIF overall effectiveness", "3", 0.048),
        ("Latest OEIF overall effectiveness", "4", 0.009),
        (
            "Does the latest OEIF graded inspection relate to the URN of the current school?",
            "No",
            0.045,
        ),
        (
            "Ungraded inspection overall outcome",
            "School remains Good",
            0.283,
        ),
        (
            "Ungraded inspection overall outcome",
            "Standards maintained",
            0.092,
        ),
    ];
    let columns: Vec<&str> = earlier.iter().map(|column| column.0).collect();
    let latest = rows(&files, LATEST, &columns);
    for (column, value, expected) in earlier {
        let got = share(&latest, column, |cell| cell == value, |_| true);
        assert!(
            (got - expected).abs() < 0.025,
            "{column} {value}: {got:.3} {expected}"
        );
    }
}

/// Quality of education by trust, from inspections after the school joined and
/// from those before.
fn by_trust(plan: &Plan) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    const QUALITY: &str = "Latest OEIF quality of education";
    const START: &str = "Inspection start date of latest OEIF graded inspection";
    let files = files(plan);
    let joined: BTreeMap<(String, String), NaiveDate> =
        rows(&files, "alllinksdata", &["URN", "Group UID", "Joined date"])
            .into_iter()
            .map(|row| {
                (
                    (row["URN"].clone(), row["Group UID"].clone()),
                    date(&row["Joined date"]).unwrap(),
                )
            })
            .collect();
    let mut after: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut before: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in rows(
        &files,
        LATEST,
        &["URN", "Multi-academy trust UID", QUALITY, START],
    ) {
        let trust = row["Multi-academy trust UID"].clone();
        let (Ok(grade), Some(start)) = (row[QUALITY].parse(), date(&row[START])) else {
            continue;
        };
        let Some(joined) = joined.get(&(row["URN"].clone(), trust.clone())) else {
            continue;
        };
        // The register does not know when; then it may be either.
        if joined.format("%Y").to_string() == "1900" {
            continue;
        }
        let side = if *joined <= start {
            &mut after
        } else {
            &mut before
        };
        side.entry(trust).or_default().push(grade);
    }
    (
        after.into_values().collect(),
        before.into_values().collect(),
    )
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / f64::from(u32::try_from(of.len()).unwrap())
}

/// Ratio of the variance between groups to that within them; about 1 where
/// groups make no difference.
fn ratio(groups: &[Vec<f64>]) -> f64 {
    let groups: Vec<&Vec<f64>> = groups.iter().filter(|g| g.len() > 1).collect();
    let all: Vec<f64> = groups.iter().flat_map(|g| g.iter().copied()).collect();
    let middle = mean(&all);
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    let between: f64 = groups
        .iter()
        .map(|g| count(g.len()) * (mean(g) - middle).powi(2))
        .sum();
    let within: f64 = groups
        .iter()
        .flat_map(|g| g.iter().map(|x| (x - mean(g)).powi(2)))
        .sum();
    (between / count(groups.len() - 1)) / (within / count(all.len() - groups.len()))
}

#[test]
fn groups_differ_only_where_planted_and_only_after_joining() {
    let plan = Plan {
        schools: 5_000,
        ..Plan::default()
    };
    let (after, before) = by_trust(&Plan {
        group_effect: 0.7,
        planted_share: 0.0,
        ..plan
    });
    assert!(ratio(&after) > 1.6, "{}", ratio(&after));
    assert!((0.75..1.3).contains(&ratio(&before)), "{}", ratio(&before));
    let (after, _) = by_trust(&plan.null());
    assert!((0.8..1.2).contains(&ratio(&after)), "{}", ratio(&after));
}

#[test]
fn a_planted_weakness_shows_in_its_area() {
    let plan = Plan {
        schools: 3_000,
        planted_share: 0.5,
        report_cards: 0.9,
        ..Plan::default()
    };
    let files = files(&plan);
    let truth: serde_json::Value = serde_json::from_slice(&files["truth.json"]).unwrap();
    let weak: BTreeMap<&str, bool> = truth["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["uid"].as_str().unwrap(), g["weakness"] == "inclusion"))
        .collect();
    let cards = rows(&files, LATEST, &["Multi-academy trust UID", "Inclusion"]);
    let (planted, others): (Vec<Row>, Vec<Row>) = cards
        .into_iter()
        .filter(|row| row["Multi-academy trust UID"] != "NULL")
        .partition(|row| weak.get(row["Multi-academy trust UID"].as_str()) == Some(&true));
    let below = |rows: &[Row]| {
        let below = |cell: &str| matches!(cell, "Needs attention" | "Urgent improvement");
        share(rows, "Inclusion", below, |cell| cell != "NULL")
    };
    assert!(
        below(&planted) > 3.0 * below(&others),
        "{} {}",
        below(&planted),
        below(&others)
    );
}
