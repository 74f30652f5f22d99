//! Rules of compiling by example.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_core::{
    calendar::WorkingDays,
    compile::{compile, compile_with_calendar},
    evidence::{Bearing, EvidenceType},
    language::{guard, prose::word_count},
    report::{NO_GRADE_STATEMENT, Report},
    theme::Theme,
};
use support::{any_group, day, group, item, member, weakness};

const ATTENDANCE: Theme = Theme::AttendanceAndBehaviour;

fn texts(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap()
}

#[test]
fn nothing_known_is_said_plainly() {
    let report = compile(&group(3));
    assert!(report.patterns.key.is_empty() && report.patterns.observations.is_empty());
    assert_eq!(
        report.patterns.introduction.text,
        "The evidence shows no pattern and no observation."
    );
    assert!(
        report
            .responses
            .introduction
            .text
            .starts_with("No weakness has been recorded")
    );
    assert!(report.recommendations.is_empty());
    assert!(
        report.method.passages[0]
            .text
            .starts_with("This report had no evidence")
    );
    assert_eq!(report.front.statement, NO_GRADE_STATEMENT);
    assert_eq!(report.front.evidence_to, None);
    assert!(
        report
            .burden
            .lines
            .iter()
            .all(|line| !line.finding.is_empty())
    );
    assert_eq!(guard(&report), []);
}

#[test]
fn dr_06_a_school_counts_once() {
    let mut inputs = group(2);
    inputs.members.push(member(1));
    assert_eq!(compile(&inputs).front.open_schools, 2);
}

#[test]
fn dr_23_due_dates_avoid_bank_holidays_where_the_calendar_knows_them() {
    let mut inputs = group(2);
    inputs.inspection.opened_at = "2026-08-30T10:00:00Z".parse().unwrap();
    inputs.weaknesses = vec![weakness(1, ATTENDANCE, &[1, 2])];
    let calendar = |days: &[&str]| WorkingDays::new("list", days.iter().map(|d| day(d))).unwrap();
    let due =
        |calendar: &WorkingDays| compile_with_calendar(&inputs, calendar).recommendations[0].due;
    assert_eq!(
        due(&calendar(&["2026-08-31", "2027-08-30"])),
        day("2027-08-31")
    );
    let old = calendar(&["2026-08-31"]);
    assert_eq!(due(&old), day("2027-08-30"));
    assert!(texts(&compile_with_calendar(&inputs, &old)).contains("lies outside the list"));
    assert!(texts(&compile(&inputs)).contains("no list of bank holidays was available"));
}

#[test]
fn dr_02_the_guard_reads_texts_that_were_sent() {
    let mut inputs = group(2);
    inputs.evidence = vec![item(
        1,
        EvidenceType::Visit,
        Bearing::Strength,
        ATTENDANCE,
        &[1],
    )];
    inputs.evidence[0].title = "Why we are an outstanding trust".to_owned();
    let findings = guard(&compile(&inputs));
    assert!(
        findings
            .iter()
            .any(|finding| finding.pointer == "/evidence/0/title" && finding.term == "outstanding")
    );
}

#[test]
fn dr_02_the_name_of_a_group_or_school_is_no_finding() {
    let mut inputs = any_group(8, 7);
    inputs.body.name = "Outstanding Oaks Trust".to_owned();
    inputs.members[0].name = "Good Shepherd School".to_owned();
    assert_eq!(guard(&compile(&inputs)), []);
}

#[test]
fn sentences_average_twenty_words_or_fewer() {
    let report = compile(&any_group(30, 3));
    let mut sentences = 0;
    let mut words = 0;
    let patterns = report
        .patterns
        .key
        .iter()
        .chain(&report.patterns.observations);
    let texts = patterns
        .flat_map(|p| std::iter::once(&p.statement).chain(&p.detail))
        .chain(&report.summary)
        .chain(&report.context.passages)
        .chain(&report.method.passages)
        .chain(report.recommendations.iter().map(|r| &r.text));
    for passage in texts {
        words += word_count(&passage.text);
        sentences += passage.text.matches(['.', '?']).count();
    }
    assert!(
        words <= sentences * 20,
        "{words} words in {sentences} sentences"
    );
}

#[test]
fn a_local_authority_of_500_schools_has_a_short_context() {
    let mut inputs = any_group(500, 11);
    for (index, member) in inputs.members.iter_mut().enumerate() {
        member.local_authority = format!("Place {}", index % 60);
        member.joined = day("2026-01-01");
    }
    let report = compile(&inputs);
    assert_eq!(report.context.places.len(), 11);
    assert_eq!(report.context.joined.len(), 20);
    let count: u32 = report.context.places.iter().map(|place| place.count).sum();
    assert_eq!(count, report.front.open_schools);
}

/// Run with `--release -- --ignored --nocapture`.
#[test]
#[ignore = "measures time"]
#[allow(clippy::print_stdout)]
fn time_to_compile() {
    for schools in [12, 500] {
        let inputs = any_group(schools, 5);
        let start = std::time::Instant::now();
        for _ in 0..10 {
            std::hint::black_box(compile(&inputs));
        }
        let compiled = start.elapsed() / 10;
        let report = compile(&inputs);
        let start = std::time::Instant::now();
        let findings = guard(&report).len();
        println!(
            "{schools} schools, {} records: compile {compiled:?}, guard {:?} ({findings})",
            report.evidence.len(),
            start.elapsed()
        );
    }
}
