//! What is missing from a response, and whether the weakness was seen before.

use super::{
    response::{self, impact},
    view::View,
};
use crate::{
    Urn,
    evidence::Bearing,
    language::prose::{agree, counted, day, length},
    report::{Passage, Recurrence, WeaknessResponse},
    weakness::{Action, ImpactState, Weakness},
};

/// What is missing from a response.
pub(super) fn gaps(
    view: &View<'_>,
    id: &str,
    response: &WeaknessResponse,
    actions: &[&Action],
) -> Vec<Passage> {
    let mut gaps = Vec::new();
    let mut gap = |part: &str, text: String| {
        gaps.push(Passage {
            id: format!("{id}.gaps.{part}"),
            text,
            evidence: response.statement.evidence.clone(),
        });
    };
    if response.statement.evidence.is_empty() {
        gap(
            "basis",
            "The record names no evidence of the weakness itself.".to_owned(),
        );
    }
    if actions.is_empty() {
        gap(
            "action",
            format!(
                "No action was on record when this inspection opened on {}.",
                day(view.opened_on)
            ),
        );
    }
    let claimed = actions
        .iter()
        .filter(|action| {
            action.impact == ImpactState::EvidenceOfImpact
                && impact(view, action) != ImpactState::EvidenceOfImpact
        })
        .count();
    if claimed > 0 {
        let n = length(claimed);
        gap(
            "claim",
            format!(
                "The group says that {} had an impact. No evidence dated after {} supports this.",
                if actions.len() == 1 {
                    "its action".to_owned()
                } else {
                    counted(n, "of its actions", "of its actions")
                },
                agree(n, "that action began", "those actions began"),
            ),
        );
    }
    let without = length(
        response
            .actions
            .iter()
            .filter(|line| {
                line.evidence.is_empty()
                    && matches!(
                        line.impact,
                        ImpactState::MixedEvidence
                            | ImpactState::NoEvidenceOfImpact
                            | ImpactState::Worsened
                    )
            })
            .count(),
    );
    if without > 0 && claimed == 0 {
        gap(
            "evidence",
            if actions.len() == 1 {
                "The record names no evidence about the action's impact.".to_owned()
            } else {
                format!(
                    "For {}, the record names no evidence about impact.",
                    counted(without, "action", "actions")
                )
            },
        );
    }
    gaps
}

/// Whether the same weakness was seen earlier in another member school. It
/// cannot be told without schools, or without any earlier evidence on the
/// theme about another school.
pub(super) fn recurrence(view: &View<'_>, weakness: &Weakness, schools: &[Urn]) -> Recurrence {
    if schools.is_empty() {
        return Recurrence::Unknown;
    }
    let elsewhere = |school: &Urn| !schools.contains(school);
    let recorded = view.weaknesses.iter().any(|other| {
        other.theme == weakness.theme
            && other.first_known < weakness.first_known
            && response::schools(view, other).iter().any(elsewhere)
    });
    let mut earlier = view
        .signs
        .iter()
        .filter(|sign| sign.theme == weakness.theme && sign.to < weakness.first_known)
        .filter(|sign| elsewhere(&sign.school))
        .peekable();
    if recorded {
        Recurrence::Yes
    } else if earlier.peek().is_none() {
        Recurrence::Unknown
    } else if earlier.any(|sign| sign.bearing == Bearing::Weakness) {
        Recurrence::Yes
    } else {
        Recurrence::No
    }
}
