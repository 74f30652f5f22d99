//! Byte-for-byte copies of the renderings. After a change that is meant,
//! run with `UPDATE_GOLDEN=1` and read the difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::{fs, path::PathBuf};

use group_inspection_core::report::Report;
use group_inspection_render::{PageFacts, html, json, text};

fn compare(name: &str, made: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, made).unwrap();
    }
    let kept = fs::read(&path).expect("no golden file: run with UPDATE_GOLDEN=1");
    assert!(
        kept == made,
        "{name} changed; run with UPDATE_GOLDEN=1 and read the difference"
    );
}

fn all(name: &str, report: &Report, facts: &PageFacts) {
    compare(
        &format!("{name}.html"),
        html::report_page(report, facts).as_bytes(),
    );
    compare(&format!("{name}.json"), &json::report_json(report).unwrap());
    compare(
        &format!("{name}.txt"),
        text::report_text(report, facts).as_bytes(),
    );
}

#[test]
fn report() {
    all("report", &support::report(), &support::facts());
}

#[test]
fn hostile_texts() {
    all("hostile", &support::hostile(), &support::facts());
}

#[test]
fn other_pages() {
    let site = support::facts().site;
    compare(
        "home.html",
        html::home(&site, &support::entries(), &support::paging()).as_bytes(),
    );
    compare(
        "tombstone.html",
        html::tombstone(&site, &support::tombstone()).as_bytes(),
    );
    compare("not_found.html", html::not_found(&site).as_bytes());
}

#[test]
fn feed() {
    let feed =
        group_inspection_render::atom::feed(&support::feed_entries(), &support::feed_facts())
            .unwrap();
    compare("feed.atom", &feed);
}
