//! The report as a tree of sections and blocks, in reading order and with
//! every label in words. HTML, PDF and plain text are renderings of it.

mod annexes;
mod block;
mod chance;
mod findings;
mod front;
mod lookup;
mod outcomes;
mod sections;

use group_inspection_core::report::Report;

pub(crate) use annexes::EVIDENCE;
pub(crate) use block::{Block, Cell, Fact, Figure, Line, Passage, Ref, Row, Section, Table};
use lookup::Lookup;

use crate::PageFacts;

/// A report ready to be set.
#[derive(Debug)]
pub(crate) struct Document {
    /// Name of the group.
    pub(crate) title: String,
    /// What the document is.
    pub(crate) kicker: &'static str,
    /// One sentence on the document, for its metadata.
    pub(crate) description: String,
    /// That the group gets no grade.
    pub(crate) statement: String,
    /// Sentences that stand before everything else.
    pub(crate) notices: Vec<String>,
    /// The front panel.
    pub(crate) facts: Vec<Fact>,
    /// Who inspected.
    pub(crate) team: Option<Table>,
    /// The sections and annexes.
    pub(crate) sections: Vec<Section>,
}

impl Document {
    /// Sets out `report` as published with `facts`.
    pub(crate) fn new(report: &Report, facts: &PageFacts) -> Self {
        let lookup = Lookup::new(report);
        let front = &report.front;
        let mut sections = vec![
            sections::summary(report, &lookup),
            sections::context(report, &lookup),
            findings::patterns(report, &lookup),
            findings::responses(report, &lookup),
            sections::shared_practice(report, &lookup),
            findings::recommendations(report, &lookup),
            sections::method(report, &lookup),
            sections::group_response(report),
            annexes::schools(report, &lookup),
            annexes::accountability(report),
            annexes::ledgers(report),
        ];
        let evidence = annexes::evidence(report, &lookup, &sections);
        sections.push(evidence);
        Self {
            title: front.group_name.clone(),
            kicker: "Group inspection report",
            description: format!(
                "Report {} of an ungraded inspection of {}, version {}. {}",
                front.reference, front.group_name, facts.version, front.statement
            ),
            statement: front.statement.clone(),
            notices: front::notices(report, facts),
            facts: front::facts(report, facts),
            team: front::team(front),
            sections,
        }
    }
}
