//! What inspectors find, in the report.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    dead_code
)]

mod support;

use std::collections::BTreeSet;

use group_inspection_core::{
    compile::{FindingFact, Inputs, compile},
    evidence::{Bearing, EvidenceType},
    finding::{
        Section,
        draft::{Edit, blocks, digest},
    },
    language::guard,
    theme::Theme,
};
use support::{group, item, urn};
use uuid::Uuid;

fn finding(n: u64, section: Section, bearing: Bearing, evidence: &[u64]) -> FindingFact {
    FindingFact {
        id: Uuid::from_u64_pair(7, n),
        section,
        theme: Theme::CurriculumAndTeaching,
        bearing,
        statement: format!("Leaders plan units of reading together in week {n}."),
        schools: BTreeSet::new(),
        evidence: evidence
            .iter()
            .map(|n| Uuid::from_u64_pair(1, *n))
            .collect(),
    }
}

/// Two items of two types about two schools that show nothing by themselves.
fn inputs() -> Inputs {
    let mut inputs = group(4);
    let theme = Theme::CurriculumAndTeaching;
    for (n, kind, school) in [(1, EvidenceType::Visit, 1), (2, EvidenceType::Document, 2)] {
        inputs
            .evidence
            .push(item(n, kind, Bearing::Context, theme, &[school]));
    }
    inputs
}

#[test]
fn dr_07_a_finding_joins_the_patterns_by_its_theme() {
    let mut inputs = inputs();
    assert!(compile(&inputs).patterns.key.is_empty());
    inputs.findings = vec![finding(1, Section::Pattern, Bearing::Strength, &[1, 2])];
    let report = compile(&inputs);
    let pattern = &report.patterns.key[0];
    assert_eq!(pattern.theme, Theme::CurriculumAndTeaching);
    assert_eq!(pattern.schools, [urn(1), urn(2)]);
    assert_eq!(pattern.detail[0].text, inputs.findings[0].statement);
    assert_eq!(pattern.detail[0].evidence.len(), 2);
    // One school or one type of evidence is an observation, whoever found it.
    inputs.findings = vec![finding(1, Section::Pattern, Bearing::Strength, &[1])];
    let report = compile(&inputs);
    assert!(report.patterns.key.is_empty());
    assert_eq!(report.patterns.observations.len(), 1);
    assert_eq!(guard(&report), []);
}

#[test]
fn dr_11_findings_stand_in_their_sections_with_their_evidence() {
    let mut inputs = inputs();
    inputs.findings = vec![
        finding(1, Section::Response, Bearing::Context, &[1]),
        finding(2, Section::Practice, Bearing::Strength, &[1]),
        finding(3, Section::Limits, Bearing::Context, &[2]),
        finding(4, Section::Pattern, Bearing::Context, &[2]),
    ];
    let report = compile(&inputs);
    let said = |n: usize| inputs.findings[n].statement.clone();
    assert_eq!(report.responses.findings[0].text, said(0));
    assert_eq!(report.shared_practice.last().unwrap().text, said(1));
    let limits = &report.method.passages;
    assert!(limits.iter().any(|passage| passage.text == said(2)));
    let context = &report.context.passages;
    assert!(context.iter().any(|passage| passage.text == said(3)));
    let mut ids: Vec<&str> = blocks(&report)
        .into_iter()
        .map(|block| block.id.as_str())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "each block has an identifier of its own");
    for statement in inputs.findings.iter().map(|finding| &finding.statement) {
        let block = blocks(&report)
            .into_iter()
            .find(|block| block.text == *statement)
            .unwrap();
        assert!(!block.evidence.is_empty(), "{statement}");
    }
}

#[test]
fn dr_28_the_order_of_findings_does_not_matter() {
    let mut inputs = inputs();
    inputs.findings = (1..=4)
        .map(|n| finding(n, Section::Pattern, Bearing::Strength, &[1, 2]))
        .collect();
    let report = compile(&inputs);
    inputs.findings.reverse();
    assert_eq!(compile(&inputs), report);
}

#[test]
fn an_edit_is_taken_in_and_one_over_another_text_is_left_out() {
    let mut inputs = inputs();
    let report = compile(&inputs);
    let block = &report.summary[0];
    let edit = |base: &str, text: &str| Edit {
        id: Uuid::from_u64_pair(8, 1),
        block: block.id.clone(),
        base: digest(base),
        text: text.to_owned(),
        author: Uuid::from_u64_pair(8, 2),
        at: inputs.inspection.opened_at,
        reason: None,
    };
    let edits = vec![
        edit(&block.text, "The group runs four schools."),
        edit("Something else.", "The group runs five schools."),
        edit("The group runs four schools.", "The group is outstanding."),
    ];
    inputs.edits = edits;
    let edited = compile(&inputs);
    assert_eq!(edited.summary[0].text, "The group runs four schools.");
    assert_eq!(edited.summary[1..], report.summary[1..]);
}
