//! What becomes of very much evidence in the copies for reading.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::HashSet;

use group_inspection_core::report::{AnnexLimits, Report};
use group_inspection_render::{html, json::report_json, text};

/// A report over thousands of items; its first paragraph rests on all.
fn flooded() -> Report {
    let mut report = support::report();
    let pattern = report.evidence.last().unwrap().clone();
    for number in 1..=3_000 {
        let mut record = pattern.clone();
        record.id = format!("X{number}");
        record.title = format!("Note {number} of a visit");
        report.evidence.push(record);
    }
    report.method.annex = Some(AnnexLimits::default());
    report.summary[0].evidence = report
        .evidence
        .iter()
        .map(|record| record.id.clone())
        .collect();
    report
}

fn targets<'a>(page: &'a str, start: &str) -> HashSet<&'a str> {
    page.split(start)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn law_7_every_passage_leads_to_evidence_that_is_listed() {
    let report = flooded();
    let page = html::report_page(&report, &support::facts());
    let entries = targets(&page, " id=\"evidence-");
    for link in targets(&page, "href=\"#evidence-") {
        assert!(entries.contains(link), "{link}");
    }
    let limits = AnnexLimits::default();
    assert!(report.evidence.len() > limits.entries as usize);
    assert!(entries.len() < 100, "{}", entries.len());
    for (id, rest) in page
        .split(" id=\"summary.")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap())
    {
        assert!(rest.contains("href=\"#evidence-"), "{id}");
    }
}

#[test]
fn what_is_not_listed_is_counted_and_is_in_the_json_copy() {
    let report = flooded();
    let all = report.evidence.len();
    let page = html::report_page(&report, &support::facts());
    let plain = text::report_text(&report, &support::facts());
    let listed = targets(&page, " id=\"evidence-").len();
    let figures = |number: usize| format!("{},{:03}", number / 1_000, number % 1_000);
    let more = format!(
        "{} more in the JSON copy",
        figures(all - AnnexLimits::default().beside_one as usize)
    );
    let held = format!("The inspection held {} entries of evidence.", figures(all));
    let others = format!("The other {} are in the JSON copy", figures(all - listed));
    // Lines of the text are broken where they are full.
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    for copy in [&page, &plain] {
        assert!(copy.contains(&more), "{more}");
        assert!(copy.contains(&held), "{held}");
        assert!(copy.contains(&others), "{others}");
    }
    assert!(page.contains(&format!(" ({all} entries)")));
    let json = String::from_utf8(report_json(&report).unwrap()).unwrap();
    assert!(json.contains("\"id\": \"X3000\""));
}

#[test]
fn a_version_from_before_there_was_a_limit_lists_everything() {
    let mut report = flooded();
    report.method.annex = None;
    let page = html::report_page(&report, &support::facts());
    assert_eq!(
        targets(&page, " id=\"evidence-").len(),
        report.evidence.len()
    );
    assert!(!page.contains("more in the JSON copy"));
}

#[cfg(feature = "pdf")]
#[test]
fn the_pdf_has_an_end() {
    let report = flooded();
    let json = report_json(&report).unwrap();
    let pdf = |report: &Report| {
        let made =
            group_inspection_render::pdf::report_pdf(report, &support::facts(), &json).unwrap();
        lopdf::Document::load_mem(&made).unwrap().get_pages().len()
    };
    assert!(pdf(&report) <= pdf(&support::report()) + 2);
}
