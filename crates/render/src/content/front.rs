//! Section 0: the front panel.

use group_inspection_core::report::{FrontPanel, Report};

use super::block::{Cell, Column, Fact, Line, Row, Table};
use crate::{PageFacts, words};

pub(super) fn notices(report: &Report, facts: &PageFacts) -> Vec<String> {
    let mut notices = Vec::new();
    // A made-up report must never pass for one about real schools, wherever
    // its copies end up.
    if report
        .schools
        .iter()
        .any(|school| school.urn.is_fictional())
    {
        notices.push("The schools in this report are fictional.".to_owned());
    }
    if let (Some(note), true) = (&facts.public_note, facts.version > 1) {
        notices.push(format!("Version {}: {note}", facts.version));
    }
    notices
}

pub(super) fn facts(report: &Report, facts: &PageFacts) -> Vec<Fact> {
    let front = &report.front;
    let mut list = vec![
        Fact::new("Reference", front.reference.as_str()),
        Fact::new("Kind of responsible body", front.body_kind.label()),
    ];
    if !front.identifiers.is_empty() {
        list.push(Fact::new(
            "Identifiers",
            Cell::lines(
                front
                    .identifiers
                    .iter()
                    .map(|id| Line::from(format!("{}: {}", words::scheme(id.scheme), id.value)))
                    .collect(),
            ),
        ));
    }
    let mut schools = vec![Line::from(format!(
        "{} open on {}",
        words::schools(front.open_schools as usize),
        words::date(front.membership_as_at)
    ))];
    let phases: Vec<String> = report
        .context
        .phases
        .iter()
        .map(|phase| format!("{}: {}", phase.label, phase.count))
        .collect();
    if !phases.is_empty() {
        schools.push(phases.join("; ").into());
    }
    list.extend([
        Fact::new("Member schools", Cell::lines(schools)),
        Fact::new("Basis of the inspection", front.basis.as_str()),
        Fact::new("Inspection opened", words::date(front.opened_on)),
    ]);
    if let Some(day) = front.evidence_to {
        list.push(Fact::new("Evidence up to", words::date(day)));
    }
    list.push(Fact::new(
        "Published",
        if facts.is_early() {
            format!("not yet, version {}", facts.version)
        } else {
            format!(
                "{}, version {}",
                words::day_of(facts.published_at),
                facts.version
            )
        },
    ));
    list
}

pub(super) fn team(front: &FrontPanel) -> Option<Table> {
    if front.team.is_empty() {
        return None;
    }
    Some(Table {
        caption: "Inspection team".to_owned(),
        columns: vec![
            Column::words("Name", 3),
            Column::words("Role", 3),
            Column::words("Type of employer", 4),
        ],
        rows: front
            .team
            .iter()
            .map(|line| {
                Row::new(vec![
                    line.name.as_str().into(),
                    line.role.as_str().into(),
                    line.employer_type.as_str().into(),
                ])
            })
            .collect(),
    })
}
