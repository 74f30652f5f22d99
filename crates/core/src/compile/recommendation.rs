//! Section 6: recommendations.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use super::{response, view::View};
use crate::{
    calendar::{WorkingDays, next_weekday},
    language::prose::{agree, capital, counted, day, first_sentence, length, line},
    report::{Passage, Recommendation, WeaknessResponse},
    theme::Theme,
    weakness::{ImpactState, Reach},
};

/// Words of a weakness repeated in its recommendation at the most.
const QUOTED_WORDS: usize = 40;

/// Why a weakness has a recommendation; the most pressing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Grown,
    NoAction,
    NoEvidence,
    Mixed,
}

/// The recommendations, and how many themes policy's maximum left out.
pub(super) fn write(
    view: &View<'_>,
    weaknesses: &[WeaknessResponse],
    calendar: Option<&WorkingDays>,
) -> (Vec<Recommendation>, u32) {
    let mut groups: BTreeMap<Theme, Vec<(Need, &WeaknessResponse)>> = BTreeMap::new();
    for weakness in weaknesses {
        if let Some(need) = need(weakness) {
            groups
                .entry(weakness.theme)
                .or_default()
                .push((need, weakness));
        }
    }
    let mut groups: Vec<(Theme, Vec<(Need, &WeaknessResponse)>)> = groups.into_iter().collect();
    groups.sort_by_key(|(theme, group)| {
        let first = group.iter().map(|(need, _)| *need).min();
        (first, std::cmp::Reverse(group.len()), *theme)
    });
    let maximum = usize::try_from(view.policy.recommendation_maximum).unwrap_or(usize::MAX);
    let left_out = length(groups.len().saturating_sub(maximum));
    groups.truncate(maximum);
    let due = due(view, calendar);
    let recommendations = groups
        .into_iter()
        .zip(1..)
        .map(|((theme, group), number)| Recommendation {
            number,
            text: Passage {
                id: format!("recommendations.{}", theme.code()),
                text: text(view, theme, &group, due),
                evidence: super::view::distinct(
                    group
                        .iter()
                        .flat_map(|(_, weakness)| &weakness.effectiveness.evidence)
                        .map(String::as_str),
                ),
            },
            owner: line(&view.inputs.body.name),
            due,
            weaknesses: ids(&group),
        })
        .collect();
    (recommendations, left_out)
}

fn ids(group: &[(Need, &WeaknessResponse)]) -> Vec<Uuid> {
    group
        .iter()
        .map(|(_, weakness)| weakness.weakness_id)
        .collect()
}

/// The need of one weakness; `None` if its actions show impact or it is too
/// early to tell.
fn need(weakness: &WeaknessResponse) -> Option<Need> {
    let has = |state| weakness.actions.iter().any(|action| action.impact == state);
    if weakness.actions.is_empty() {
        Some(Need::NoAction)
    } else if has(ImpactState::Worsened) {
        Some(Need::Grown)
    } else if has(ImpactState::MixedEvidence)
        || (has(ImpactState::NoEvidenceOfImpact) && has(ImpactState::EvidenceOfImpact))
    {
        Some(Need::Mixed)
    } else if has(ImpactState::NoEvidenceOfImpact) {
        Some(Need::NoEvidence)
    } else {
        None
    }
}

/// The due date: the policy's months after opening, moved off weekends and,
/// where the calendar covers it, off bank holidays (DR-23).
fn due(view: &View<'_>, calendar: Option<&WorkingDays>) -> NaiveDate {
    let months = Months::new(view.policy.recommendation_due_months);
    let due = view
        .opened_on
        .checked_add_months(months)
        .unwrap_or(NaiveDate::MAX);
    calendar
        .and_then(|calendar| calendar.on_or_after(due).ok())
        .unwrap_or_else(|| next_weekday(due))
}

fn text(
    view: &View<'_>,
    theme: Theme,
    group: &[(Need, &WeaknessResponse)],
    due: NaiveDate,
) -> String {
    let n = length(group.len());
    let single = (n == 1)
        .then(|| group.first())
        .flatten()
        .and_then(|(_, response)| {
            view.weaknesses
                .iter()
                .find(|weakness| weakness.id == response.weakness_id)
        })
        .map(|weakness| first_sentence(&weakness.statement, QUOTED_WORDS));
    let subject = capital(theme.label());
    let what = single.map_or_else(
        || format!("{subject}: {}.", counted(n, "weakness", "weaknesses")),
        |statement| format!("{subject}: “{statement}”"),
    );
    let mut needs: Vec<Need> = group.iter().map(|(need, _)| *need).collect();
    needs.sort_unstable();
    needs.dedup();
    let ask = match needs.as_slice() {
        [Need::NoAction] => "Agree and start action on this.".to_owned(),
        [Need::Grown] => format!(
            "Change the action on this, because the {} grown.",
            agree(n, "weakness has", "weaknesses have")
        ),
        [Need::NoEvidence] => {
            "Find out whether the action on this has worked, and change it if it has not."
                .to_owned()
        }
        [Need::Mixed] => {
            "Find out why the evidence of impact is mixed, and adjust the action.".to_owned()
        }
        _ => "Start action where there is none, and change it where evidence does not show impact."
            .to_owned(),
    };
    format!("{what} {ask} {}", measure(view, group, due))
}

/// How it will be known that the recommendation is met.
fn measure(view: &View<'_>, group: &[(Need, &WeaknessResponse)], due: NaiveDate) -> String {
    let mut schools: Vec<crate::Urn> = group
        .iter()
        .filter_map(|(_, weakness)| {
            view.weaknesses
                .iter()
                .find(|w| w.id == weakness.weakness_id)
        })
        .flat_map(|weakness| response::schools(view, weakness))
        .collect();
    schools.sort_unstable();
    schools.dedup();
    let wide = group
        .iter()
        .any(|(_, weakness)| weakness.reach == Reach::WholeGroup);
    let place = match (wide, length(schools.len())) {
        (true, _) => "across the group".to_owned(),
        (false, 0) => "in the group's central work".to_owned(),
        (false, 1) => "in the school concerned".to_owned(),
        (false, 2) => "in both schools".to_owned(),
        (false, n) => format!("in each of the {}", counted(n, "school", "schools")),
    };
    format!(
        "By {}, evidence from after the action should show that the {} lessened {place}.",
        day(due),
        agree(length(group.len()), "weakness has", "weaknesses have"),
    )
}
