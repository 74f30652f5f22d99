//! What the report says of interests (domain.md 4.2): categories, no facts
//! and no names.

use std::collections::BTreeSet;

use super::{Assessment, Category, Decision, Mitigation, Ruling};

/// A member of the team with what was found and decided.
#[derive(Debug, Clone, Copy)]
pub struct Handled<'a> {
    /// What was found.
    pub assessment: &'a Assessment,
    /// What was decided.
    pub decision: &'a Decision,
}

/// The public statement for a team as published. People who were excluded
/// are not on the team, so that nothing about them is said.
#[must_use]
pub fn public_statement(team: &[Handled<'_>]) -> String {
    let team: Vec<&Handled<'_>> = team
        .iter()
        .filter(|one| match one.decision.ruling() {
            Ruling::Clear | Ruling::ClearWith { .. } => true,
            Ruling::Exclude => false,
        })
        .collect();
    if team.is_empty() {
        return "The record names no inspection team, so no interests were declared.".to_owned();
    }
    let mut sentences = vec![
        "Each member of the inspection team declared interests for this inspection.".to_owned(),
        "The declarations were checked against the published rules, and someone who does not \
         lead the inspection decided on them."
            .to_owned(),
    ];
    let categories: BTreeSet<Category> = team
        .iter()
        .flat_map(|one| one.assessment.categories())
        .collect();
    let words: Vec<&str> = categories.into_iter().map(Category::public_text).collect();
    sentences.push(match words.as_slice() {
        [] => "No interest under these rules was found.".to_owned(),
        [one] => format!("An interest of this kind was recorded: {one}."),
        several => format!(
            "Interests of these kinds were recorded: {}.",
            several.join("; ")
        ),
    });
    let limited = team
        .iter()
        .flat_map(|one| one.decision.mitigations())
        .any(|mitigation| match mitigation {
            Mitigation::RecusedFromSchools { .. }
            | Mitigation::NotLeadOnThemes { .. }
            | Mitigation::PairedWithHmi { .. }
            | Mitigation::NoAccessToEvidence { .. }
            | Mitigation::NotSoleAuthor => true,
            Mitigation::DisclosedInReport => false,
        });
    if limited {
        sentences.push(
            "Limits on the work of those concerned were set and enforced throughout.".to_owned(),
        );
    }
    sentences.join(" ")
}
