#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    clippy::print_stderr
)]
mod support;
use group_inspection_render::{atom, html, json, pdf, render_all, text};
use std::time::Instant;
#[test]
fn look() {
    let dir = std::env::var("LOOK").unwrap();
    let facts = support::facts();
    for (name, report) in [
        ("report", support::report()),
        ("hostile", support::hostile()),
    ] {
        let t = Instant::now();
        let r = render_all(&report, &facts).unwrap();
        eprintln!("{name} {:?}", t.elapsed());
        for (ext, c) in [
            ("html", &r.html),
            ("pdf", &r.pdf),
            ("json", &r.json),
            ("txt", &r.text),
        ] {
            std::fs::write(format!("{dir}/{name}.{ext}"), &c.bytes).unwrap();
        }
    }
    std::fs::create_dir_all(format!("{dir}/assets")).unwrap();
    std::fs::write(
        format!("{dir}{}", html::stylesheet_path()),
        html::STYLESHEET,
    )
    .unwrap();
    let n = if cfg!(debug_assertions) { 3 } else { 50 };
    let mut report = support::report();
    let j = json::report_json(&report).unwrap();
    let mut time = |what: &str, f: &mut dyn FnMut(&group_inspection_core::report::Report)| {
        let t = Instant::now();
        for k in 0..n {
            report.front.reference = format!("GI-{what}-{k}");
            f(&report);
        }
        eprintln!("{what} {:?}", t.elapsed() / n);
    };
    time("html", &mut |r| {
        let _ = html::report_page(r, &facts);
    });
    time("json", &mut |r| {
        json::report_json(r).unwrap();
    });
    time("text", &mut |r| {
        let _ = text::report_text(r, &facts);
    });
    time("feed", &mut |_| {
        atom::feed(&support::feed_entries(), &support::feed_facts()).unwrap();
    });
    time("pdf", &mut |r| {
        pdf::report_pdf(r, &facts, &j).unwrap();
    });
    time("all", &mut |r| {
        render_all(r, &facts).unwrap();
    });
}
