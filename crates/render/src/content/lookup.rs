//! What one part of a report needs to know of another.

use std::collections::{HashMap, HashSet};

use group_inspection_core::{
    Urn,
    report::{self, EvidenceRecord, Report},
};
use uuid::Uuid;

use super::block::{Block, Cell, Line, Passage, Ref};
use crate::words;

/// Schools, evidence and weaknesses of a report by their identifiers.
pub(super) struct Lookup<'a> {
    schools: HashMap<Urn, &'a str>,
    evidence: HashMap<&'a str, &'a EvidenceRecord>,
    weaknesses: HashMap<Uuid, usize>,
    report: &'a Report,
}

/// Schools named one by one up to this number; beyond it a cell of the
/// evidence annex would be longer than what it describes.
const NAMED_SCHOOLS: usize = 6;

/// Schools given a line each up to this number; beyond it they share one.
const LISTED_SCHOOLS: usize = 2;

impl<'a> Lookup<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self {
            schools: report
                .schools
                .iter()
                .map(|school| (school.urn, school.name.as_str()))
                .collect(),
            evidence: report
                .evidence
                .iter()
                .map(|record| (record.id.as_str(), record))
                .collect(),
            weaknesses: report
                .responses
                .weaknesses
                .iter()
                .enumerate()
                .map(|(index, weakness)| (weakness.weakness_id, index + 1))
                .collect(),
            report,
        }
    }

    pub(super) fn passage(&self, passage: &report::Passage) -> Passage {
        Passage {
            anchor: anchor(&passage.id),
            text: passage.text.clone(),
            refs: self.refs(&passage.evidence),
        }
    }

    pub(super) fn block(&self, passage: &report::Passage) -> Block {
        Block::Passage(self.passage(passage))
    }

    pub(super) fn blocks(&self, passages: &[report::Passage]) -> Vec<Block> {
        passages.iter().map(|passage| self.block(passage)).collect()
    }

    pub(super) fn points(&self, passages: &[report::Passage]) -> Block {
        Block::Points {
            items: passages
                .iter()
                .map(|passage| self.passage(passage))
                .collect(),
        }
    }

    /// Entries shown beside one passage at the most; `None` while the annex
    /// has them all.
    fn beside_one(&self) -> Option<usize> {
        let limits = self.report.method.annex?;
        (self.report.evidence.len() > limits.entries as usize).then_some(limits.beside_one as usize)
    }

    /// Whether the annex has only what is shown beside something else.
    pub(super) fn is_shortened(&self) -> bool {
        self.beside_one().is_some()
    }

    pub(super) fn refs(&self, ids: &[String]) -> Vec<Ref> {
        let shown = match self.beside_one() {
            // One that would only be counted takes as much room as itself.
            Some(most) if ids.len() > most + 1 => most,
            _ => ids.len(),
        };
        let mut refs: Vec<Ref> = ids
            .iter()
            .take(shown)
            .map(|id| self.reference(id))
            .collect();
        let left = ids.len() - refs.len();
        if left > 0 {
            refs.push(Ref {
                id: format!("{} more in the JSON copy", words::figures(left)),
                target: None,
                description: "named there, each with its source and dates".to_owned(),
                entries: left,
            });
        }
        refs
    }

    fn reference(&self, id: &str) -> Ref {
        match self.evidence.get(id) {
            Some(record) => Ref {
                id: id.to_owned(),
                target: Some(evidence_anchor(id)),
                description: format!(
                    "{}. {}: {}, {}",
                    record.title,
                    words::evidence_type(record.evidence_type),
                    record.source,
                    words::span(record.effective_from, record.effective_to)
                ),
                entries: 1,
            },
            None => Ref {
                id: id.to_owned(),
                target: None,
                description: "not in the evidence annex".to_owned(),
                entries: 1,
            },
        }
    }

    /// The school's name, linked to its entry in annex A.
    pub(super) fn school(&self, urn: Urn) -> Line {
        match self.schools.get(&urn) {
            Some(name) => Line {
                text: (*name).to_owned(),
                target: Some(school_anchor(urn)),
            },
            None => format!("School with URN {urn}").into(),
        }
    }

    pub(super) fn all_schools(&self, urns: &[Urn]) -> Cell {
        Cell::lines(urns.iter().map(|urn| self.school(*urn)).collect())
    }

    /// The schools by name, or their number where there are many.
    pub(super) fn some_schools(&self, urns: &[Urn]) -> Cell {
        let distinct: HashSet<_> = urns.iter().collect();
        if urns.is_empty() {
            "No school named".into()
        } else if urns.len() <= LISTED_SCHOOLS {
            self.all_schools(urns)
        } else if self.report.schools.len() == distinct.len()
            && distinct.iter().all(|urn| self.schools.contains_key(urn))
        {
            format!("All {} member schools", urns.len()).into()
        } else if urns.len() <= NAMED_SCHOOLS {
            let names: Vec<String> = urns.iter().map(|urn| self.school(*urn).text).collect();
            names.join("; ").into()
        } else {
            format!("{} schools, listed in the JSON copy", urns.len()).into()
        }
    }

    /// Position of a weakness in the report, from 1.
    pub(super) fn weakness(&self, id: Uuid) -> Option<(usize, &'a report::WeaknessResponse)> {
        let number = *self.weaknesses.get(&id)?;
        let weakness = self.report.responses.weaknesses.get(number - 1)?;
        Some((number, weakness))
    }
}

pub(super) fn school_anchor(urn: Urn) -> String {
    format!("school-{urn}")
}

pub(super) fn evidence_anchor(id: &str) -> String {
    anchor(&format!("evidence-{id}"))
}

pub(super) fn weakness_anchor(number: usize) -> String {
    format!("weakness-{number}")
}

/// `id` with only what is safe in an address, an attribute and a PDF name.
pub(super) fn anchor(id: &str) -> String {
    id.chars()
        .map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => letter,
            _ => '-',
        })
        .collect()
}
