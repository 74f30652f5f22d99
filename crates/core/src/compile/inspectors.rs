//! What inspectors found, in the sections their findings belong to.
//!
//! A finding is the inspectors' reading of evidence, so it adds no evidence of
//! its own: on a theme it counts as the items it rests on do, in the schools
//! it names (DR-07). Its words stand in the section as they were stated.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{inputs::FindingFact, view::View};
use crate::{
    Urn,
    evidence::Bearing,
    finding::Section,
    pattern::{self, Sign},
    report::{Passage, Patterns},
};

/// Findings in an order of their own: by theme, words and identifier.
fn sorted<'a>(view: &'a View<'_>, section: Section) -> Vec<&'a FindingFact> {
    let mut findings: Vec<&FindingFact> = view
        .inputs
        .findings
        .iter()
        .filter(|finding| finding.section == section)
        .collect();
    findings.sort_by_key(|finding| (finding.theme, finding.statement.as_str(), finding.id));
    findings.dedup_by_key(|finding| finding.id);
    findings
}

fn passage(view: &View<'_>, id: String, finding: &FindingFact) -> Passage {
    let evidence: Vec<_> = finding.evidence.iter().copied().collect();
    Passage {
        id,
        text: finding.statement.trim().to_owned(),
        evidence: view.ids_of(&evidence),
    }
}

/// Findings of a section as passages of it.
pub(super) fn passages(view: &View<'_>, section: Section, prefix: &str) -> Vec<Passage> {
    sorted(view, section)
        .into_iter()
        .zip(1..)
        .map(|(finding, number)| passage(view, format!("{prefix}.inspectors-{number}"), finding))
        .collect()
}

/// What the items that a finding rests on show, as the inspectors read them.
pub(super) fn signs(view: &View<'_>, joined: &BTreeMap<Urn, NaiveDate>) -> Vec<Sign> {
    let mut signs = Vec::new();
    for finding in sorted(view, Section::Pattern) {
        if finding.bearing == Bearing::Context {
            continue;
        }
        for (id, item) in &view.items {
            if !finding.evidence.contains(&item.id) {
                continue;
            }
            // An item about the centre is about no school.
            let schools: BTreeSet<Urn> = item
                .schools
                .iter()
                .copied()
                .filter(|school| finding.schools.is_empty() || finding.schools.contains(school))
                .collect();
            let read = crate::evidence::EvidenceItem {
                bearing: finding.bearing,
                themes: vec![finding.theme],
                schools: schools.into_iter().collect(),
                ..(*item).clone()
            };
            signs.extend(pattern::of_item(&read, id, joined));
        }
    }
    signs
}

/// Puts the inspectors' words under the patterns of their theme; gives those
/// that belong to none.
pub(super) fn join(view: &View<'_>, patterns: &mut Patterns) -> Vec<Passage> {
    let mut alone = Vec::new();
    for (finding, number) in sorted(view, Section::Pattern).into_iter().zip(1..) {
        let all = patterns.key.iter_mut().chain(&mut patterns.observations);
        let of_theme = all.filter(|pattern| pattern.theme == finding.theme);
        let place = of_theme.into_iter().find(|pattern| {
            finding.bearing == Bearing::Context || pattern.bearing == finding.bearing
        });
        match place {
            Some(pattern) => {
                let id = format!("{}.inspectors-{number}", pattern.statement.id);
                pattern.detail.insert(0, passage(view, id, finding));
            }
            None => alone.push(passage(
                view,
                format!("patterns.inspectors-{number}"),
                finding,
            )),
        }
    }
    alone
}
