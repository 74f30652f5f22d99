//! Compiling and rendering.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use group_inspection_core::{
    compile::{self, Inputs},
    language,
};
use group_inspection_render::{
    Copies, PageFacts, PublicationStatus, SiteFacts, html, json, pdf, text,
};

use super::spread;
use crate::{failure::Failure, output::say};

/// A fictional group of eight schools with evidence of every kind.
pub(super) const INPUTS: &str = include_str!("../../../core/tests/fixtures/inputs.json");

/// Compiles and renders the same inputs again and again.
pub(super) fn run(rounds: u32) -> Result<(), Failure> {
    let inputs: Inputs =
        serde_json::from_str(INPUTS).map_err(|error| Failure::because("the inputs", error))?;
    let facts = facts();
    let mut steps: [(&str, Vec<Duration>); 7] = [
        ("compile", Vec::new()),
        ("language guard", Vec::new()),
        ("JSON", Vec::new()),
        ("HTML", Vec::new()),
        ("text", Vec::new()),
        ("PDF", Vec::new()),
        ("all together", Vec::new()),
    ];
    for _ in 0..rounds {
        let whole = Instant::now();
        let mut marks = Vec::new();
        let mut last = whole;
        let mut mark = || {
            let now = Instant::now();
            marks.push(now - last);
            last = now;
        };
        let report = compile::compile(&inputs);
        mark();
        if !language::guard(&report).is_empty() {
            return Err(Failure::because("the report", "its language is not clean"));
        }
        mark();
        let written =
            json::report_json(&report).map_err(|error| Failure::because("JSON", error))?;
        mark();
        let page = html::report_page(&report, &facts);
        mark();
        let plain = text::report_text(&report, &facts);
        mark();
        let typeset = pdf::report_pdf(&report, &facts, &written)
            .map_err(|error| Failure::because("PDF", error))?;
        mark();
        marks.push(whole.elapsed());
        for ((_, times), took) in steps.iter_mut().zip(&marks) {
            times.push(*took);
        }
        if steps.iter().all(|(_, times)| times.len() == 1) {
            say(&format!(
                "sizes: JSON {} kB, HTML {} kB, text {} kB, PDF {} kB",
                written.len() / 1000,
                page.len() / 1000,
                plain.len() / 1000,
                typeset.len() / 1000,
            ));
        }
    }
    for (step, times) in steps {
        spread(step, times);
    }
    Ok(())
}

/// Facts of a first publication.
pub(super) fn facts() -> PageFacts {
    PageFacts {
        site: SiteFacts {
            service_name: "Group Inspection".to_owned(),
            origin: "https://reports.example".to_owned(),
            base_path: String::new(),
            notice: None,
            footer: Vec::new(),
        },
        published_at: DateTime::<Utc>::UNIX_EPOCH,
        version: 1,
        latest_version: 1,
        status: PublicationStatus::Current,
        public_note: None,
        history: Vec::new(),
        copies: Copies::default(),
    }
}
