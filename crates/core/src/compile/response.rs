//! Section 4: the group's response to weaknesses.

use std::collections::BTreeSet;

use super::{
    gap, inspectors,
    view::{View, distinct},
};
use crate::{
    Urn,
    evidence::Bearing,
    finding::Section,
    language::prose::{capital, counted, length, line, list, month, number, part, sentence},
    pattern::Basis,
    report::{ActionLine, Passage, Responses, WeaknessResponse},
    weakness::{Action, IdentifiedBy, ImpactState, Reach, Weakness, WeaknessSource, check_impact},
};

/// Schools named in a sentence at the most; more are counted.
const NAMED: usize = 4;

/// What is known of an action's impact after DR-10: a claim of impact without
/// evidence dated after the action is not repeated.
pub(super) fn impact(view: &View<'_>, action: &Action) -> ImpactState {
    match check_impact(action, view.items.iter().map(|(_, item)| *item)) {
        Ok(()) => action.impact,
        Err(_) => ImpactState::NoEvidenceOfImpact,
    }
}

pub(super) fn write(view: &View<'_>) -> Responses {
    let weaknesses: Vec<WeaknessResponse> = view
        .weaknesses
        .iter()
        .map(|weakness| response(view, weakness))
        .collect();
    Responses {
        introduction: introduction(view, &weaknesses),
        findings: inspectors::passages(view, Section::Response, "responses"),
        weaknesses,
    }
}

fn introduction(view: &View<'_>, weaknesses: &[WeaknessResponse]) -> Passage {
    let n = length(weaknesses.len());
    let mut text = if n == 0 {
        "No weakness has been recorded for this inspection. That does not show that there is \
         none."
            .to_owned()
    } else {
        format!(
            "This section covers {}. For {}, it says who found it, what the group did and what \
             is known so far.",
            counted(n, "weakness", "weaknesses"),
            if n == 1 { "that weakness" } else { "each" },
        )
    };
    let own = length(
        view.weaknesses
            .iter()
            .filter(|weakness| {
                matches!(
                    weakness.identified_by,
                    IdentifiedBy::GroupBeforeInspection | IdentifiedBy::GroupAfterSchoolInspection
                )
            })
            .count(),
    );
    if n > 0 {
        text.push(' ');
        text.push_str(&match (own, n) {
            (0, _) => "The group was not the first to identify any of them.".to_owned(),
            (1, 1) => "The group identified it first.".to_owned(),
            (own, n) => format!(
                "The group was the first to identify {}.",
                part(own, n, "weakness", "weaknesses", u32::MAX).replace(" weaknesses", "")
            ),
        });
        if n == 1 {
            text = text.replace("any of them", "it");
        }
    }
    Passage {
        id: "responses.introduction".to_owned(),
        text,
        evidence: distinct(
            weaknesses
                .iter()
                .flat_map(|weakness| &weakness.statement.evidence)
                .map(String::as_str),
        ),
    }
}

fn response(view: &View<'_>, weakness: &Weakness) -> WeaknessResponse {
    let id = format!("responses.{}", weakness.id);
    let schools = schools(view, weakness);
    let actions: Vec<&Action> = view.actions.get(&weakness.id).cloned().unwrap_or_default();
    let lines: Vec<ActionLine> = actions
        .iter()
        .map(|action| action_line(view, action))
        .collect();
    let evidence = basis(view, weakness, &schools);
    let named = if withheld(weakness, &schools) {
        Vec::new()
    } else {
        schools.clone()
    };
    let mut response = WeaknessResponse {
        weakness_id: weakness.id,
        theme: weakness.theme,
        statement: Passage {
            id: id.clone(),
            text: statement(view, weakness, &schools),
            evidence: evidence.clone(),
        },
        source: weakness.source,
        identified_by: weakness.identified_by,
        reach: weakness.reach,
        schools: named,
        first_known: weakness.first_known,
        effectiveness: effectiveness(&id, &lines, &evidence),
        gaps: Vec::new(),
        actions: lines,
        recurrence: gap::recurrence(view, weakness, &schools),
    };
    response.gaps = gap::gaps(view, &id, &response, &actions);
    response
}

/// Open or closed member schools the weakness names, each once.
pub(super) fn schools(view: &View<'_>, weakness: &Weakness) -> Vec<Urn> {
    let schools: BTreeSet<Urn> = weakness
        .schools
        .iter()
        .copied()
        .filter(|school| view.school_name(*school).is_some())
        .collect();
    schools.into_iter().collect()
}

/// A weakness in the leadership or staffing of one school would point at a
/// person, so the school is not named (domain.md 9.2).
fn withheld(weakness: &Weakness, schools: &[Urn]) -> bool {
    schools.len() == 1 && weakness.theme.is_about_people()
}

fn statement(view: &View<'_>, weakness: &Weakness, schools: &[Urn]) -> String {
    let through = match weakness.source {
        WeaknessSource::GroupReview
            if matches!(
                weakness.identified_by,
                IdentifiedBy::Inspectors | IdentifiedBy::ThirdParty
            ) =>
        {
            " through the group's own review".to_owned()
        }
        WeaknessSource::GroupReview => " in its own review".to_owned(),
        source => format!(" through {}", source.label()),
    };
    let known = month(weakness.first_known);
    let origin = match (weakness.identified_by, weakness.source) {
        (IdentifiedBy::GroupBeforeInspection, _) => {
            format!("The group identified this{through} in {known}, before any inspection.")
        }
        (
            IdentifiedBy::GroupAfterSchoolInspection,
            WeaknessSource::PublishedSchoolOutcome | WeaknessSource::MonitoringInspection,
        ) => format!("The group identified this in {known}, after a school inspection."),
        (IdentifiedBy::GroupAfterSchoolInspection, _) => {
            format!("The group identified this{through} in {known}, after a school inspection.")
        }
        // "Inspectors identified this through an inspector's observation"
        // says one thing twice.
        (IdentifiedBy::Inspectors, WeaknessSource::InspectorObservation) => {
            format!("Inspectors identified this in {known}.")
        }
        (IdentifiedBy::Inspectors, _) => {
            format!("Inspectors identified this{through} in {known}.")
        }
        (IdentifiedBy::ThirdParty, _) => {
            format!("Someone outside the group identified this{through} in {known}.")
        }
    };
    format!(
        "{} {origin} {}",
        sentence(&weakness.statement),
        reach(view, weakness.reach, schools),
    )
}

fn reach(view: &View<'_>, reach: Reach, schools: &[Urn]) -> String {
    let names: Vec<String> = schools
        .iter()
        .filter_map(|school| view.school_name(*school))
        .map(line)
        .collect();
    let n = length(names.len());
    match (reach, n) {
        (Reach::CentralFunction, 0) => "It lies in the group's central work.".to_owned(),
        (Reach::CentralFunction, n) => format!(
            "It lies in the group's central work and shows in {}.",
            counted(n, "school", "schools")
        ),
        (Reach::WholeGroup, _) => "It reaches the whole group.".to_owned(),
        (_, 0) => "The record does not say which schools it concerns.".to_owned(),
        // One school is not named: the text must not point at a person.
        (_, 1) => "It concerns one school.".to_owned(),
        (_, n) if names.len() <= NAMED => {
            format!("It concerns {} schools: {}.", number(n), list(&names))
        }
        (_, n) => format!("It concerns {} schools.", number(n)),
    }
}

/// Evidence of the weakness itself: what the record names and, where it came
/// to light in published outcomes, those outcomes.
fn basis(view: &View<'_>, weakness: &Weakness, schools: &[Urn]) -> Vec<String> {
    let named = view.ids_of(&weakness.evidence);
    let published = matches!(
        weakness.source,
        WeaknessSource::PublishedSchoolOutcome | WeaknessSource::MonitoringInspection
    );
    let outcomes = view
        .signs
        .iter()
        .filter(|sign| published && schools.contains(&sign.school))
        .filter(|sign| sign.theme == weakness.theme && sign.bearing == Bearing::Weakness)
        .filter(|sign| matches!(sign.basis, Basis::Outcome { .. }))
        .map(|sign| sign.evidence.as_str());
    distinct(named.iter().map(String::as_str).chain(outcomes))
}

fn action_line(view: &View<'_>, action: &Action) -> ActionLine {
    ActionLine {
        kind: action.kind,
        description: sentence(&action.description),
        started: action.started,
        completed: action.completed,
        impact: impact(view, action),
        evidence: view.ids_of(&action.impact_basis),
    }
}

/// States from the most to the least settled, as clauses about actions.
const STATES: [(ImpactState, &str); 6] = [
    (ImpactState::EvidenceOfImpact, "there is evidence of impact"),
    (
        ImpactState::MixedEvidence,
        "the evidence of impact is mixed",
    ),
    (
        ImpactState::NoEvidenceOfImpact,
        "there is no evidence of impact",
    ),
    (ImpactState::Worsened, "the weakness has grown since"),
    (ImpactState::TooEarlyToSee, "it is too early to see impact"),
    (ImpactState::NotYetDue, "impact is not yet due"),
];

fn effectiveness(id: &str, lines: &[ActionLine], basis: &[String]) -> Passage {
    let n = length(lines.len());
    let text = match lines {
        [] => "The group has recorded no action on this weakness.".to_owned(),
        [only] => {
            let words = STATES
                .iter()
                .find(|(state, _)| *state == only.impact)
                .map_or("", |(_, words)| words);
            format!(
                "The group took one action, which began in {}. {}.",
                month(only.started),
                match only.impact {
                    ImpactState::EvidenceOfImpact => "There is evidence of its impact".to_owned(),
                    ImpactState::NoEvidenceOfImpact =>
                        "There is no evidence of its impact".to_owned(),
                    _ => capital(words),
                }
            )
        }
        many => {
            let from = many
                .iter()
                .map(|action| action.started)
                .min()
                .unwrap_or_default();
            let clauses: Vec<String> = STATES
                .iter()
                .filter_map(|(state, words)| {
                    let k = length(many.iter().filter(|line| line.impact == *state).count());
                    (k > 0).then(|| {
                        if k == n {
                            format!(
                                "for {} {words}",
                                if n == 2 { "both" } else { "all of them" }
                            )
                        } else {
                            format!("for {} {words}", number(k))
                        }
                    })
                })
                .collect();
            let clauses = match clauses.as_slice() {
                [first, second] if n == 2 => {
                    format!(
                        "{first}; {}",
                        second.replacen("for one", "for the other", 1)
                    )
                }
                more => more.join("; "),
            };
            format!(
                "The group took {}, the first in {}. {}.",
                counted(n, "action", "actions"),
                month(from),
                capital(&clauses),
            )
        }
    };
    let evidence = lines.iter().flat_map(|line| &line.evidence).chain(basis);
    Passage {
        id: format!("{id}.effectiveness"),
        text,
        evidence: distinct(evidence.map(String::as_str)),
    }
}
