//! Section 7: how we inspected.

use std::collections::{BTreeMap, BTreeSet};

use super::{RULES_VERSION, inspectors, view::View};
use crate::{
    Urn,
    calendar::WorkingDays,
    evidence::EvidenceType,
    finding::Section,
    language::{
        prose::{agree, capital, counted, day, figures, length, list, number, part},
        quantity,
    },
    pattern::{Standing, standing},
    report::{CountLine, Method, Passage},
};

/// What the compiler had to leave out.
pub(super) struct LeftOut {
    pub(super) recommendations: u32,
    /// Whether the calendar does not cover the due date.
    pub(super) uncovered: bool,
    /// Whether evidence that could point at a person was left out.
    pub(super) personal: bool,
}

pub(super) fn write(view: &View<'_>, calendar: Option<&WorkingDays>, left_out: &LeftOut) -> Method {
    let mut passages = Vec::new();
    let mut add = |part: &str, text: String| {
        passages.push(Passage {
            id: format!("method.{part}"),
            text,
            evidence: Vec::new(),
        });
    };
    add("basis", basis(view));
    add("coverage", coverage(view));
    if let Some(text) = not_counted(view) {
        add("not-counted", text);
    }
    if let Some(text) = missing(view) {
        add("missing", text);
    }
    if let Some(text) = &view.inputs.interests {
        add("interests", text.clone());
    }
    if let Some(text) = sample(view) {
        add("sample", text);
    }
    add("chance", chance(view));
    add("rules", rules(view, calendar, left_out));
    add(
        "limits",
        "Submitted evidence is the sender's account. This report does not check it school by \
         school. A theme without evidence is not a theme without weaknesses."
            .to_owned(),
    );
    passages.extend(inspectors::passages(view, Section::Limits, "method"));
    let mut submissions = view.inputs.submissions.clone();
    submissions
        .sort_by(|a, b| (a.received_at, a.id, &a.sha256).cmp(&(b.received_at, b.id, &b.sha256)));
    submissions.dedup();
    let mut sources = view.inputs.sources.clone();
    sources.sort_by(|a, b| {
        (&a.title, a.as_at, &a.file_name, &a.sha256).cmp(&(
            &b.title,
            b.as_at,
            &b.file_name,
            &b.sha256,
        ))
    });
    sources.dedup();
    Method {
        passages,
        evidence_counts: evidence_counts(view),
        submissions,
        sources,
        policy_version: view.policy.version.clone(),
        rules_version: RULES_VERSION.to_owned(),
        annex: (view.records.len() > view.policy.annex.entries as usize)
            .then_some(view.policy.annex),
    }
}

/// Types in the order reports list them.
const TYPES: [EvidenceType; 6] = [
    EvidenceType::PublishedOutcome,
    EvidenceType::Document,
    EvidenceType::Visit,
    EvidenceType::Survey,
    EvidenceType::Meeting,
    EvidenceType::Data,
];

fn evidence_counts(view: &View<'_>) -> Vec<CountLine> {
    let mut counts: BTreeMap<EvidenceType, u32> = BTreeMap::new();
    for record in &view.records {
        *counts.entry(record.evidence_type).or_default() += 1;
    }
    TYPES
        .into_iter()
        .map(|kind| CountLine {
            label: capital(kind.label()),
            count: counts.get(&kind).copied().unwrap_or(0),
        })
        .collect()
}

fn basis(view: &View<'_>) -> String {
    let outcomes = length(view.records.len() - view.items.len());
    let items = length(view.items.len());
    if outcomes == 0 && items == 0 {
        return "This report had no evidence to draw on: no published outcome and no item sent \
                to this inspection."
            .to_owned();
    }
    let submissions = length(view.inputs.submissions.len());
    let sent = match (items, submissions) {
        (0, _) => "No item of evidence was sent to this inspection".to_owned(),
        (n, 0) => format!(
            "It also draws on {}",
            counted(n, "item of evidence", "items of evidence")
        ),
        (n, s) => format!(
            "It also draws on {} sent in {}",
            counted(n, "item of evidence", "items of evidence"),
            counted(s, "submission", "submissions")
        ),
    };
    if outcomes == 0 {
        return format!(
            "This report found no published outcome for the open member schools. {sent}."
        )
        .replace("It also draws", "It draws");
    }
    format!(
        "This report draws on {} of the open member schools. {sent}.",
        counted(outcomes, "published outcome", "published outcomes")
    )
}

fn coverage(view: &View<'_>) -> String {
    let with: BTreeSet<Urn> = view.signs.iter().map(|sign| sign.school).collect();
    let open = view.open_count();
    if open == 0 {
        return "No member school was open when membership was frozen.".to_owned();
    }
    let n = length(with.len());
    let words = view.policy.quantity_words_from;
    if n == 0 {
        return "No evidence from after joining is available for any open member school."
            .to_owned();
    }
    format!(
        "Evidence from after joining is available for {}.",
        part(n, open, "open member school", "open member schools", words),
    )
}

/// How member schools were chosen for a closer look.
fn sample(view: &View<'_>) -> Option<String> {
    let plan = view.inputs.sample.as_ref()?;
    let chosen = length(plan.chosen.len());
    let strata = length(plan.strata.iter().filter(|line| line.chosen > 0).count());
    Some(format!(
        "{} of the group {} looked at more closely, from {} by phase, time in the group, size and place. \
         The order within each was drawn by the method {} from the seed {}, so that anybody can \
         draw it again.",
        capital(&counted(chosen, "school", "schools")),
        agree(chosen, "was", "were"),
        counted(strata, "stratum", "strata"),
        plan.version,
        plan.seed,
    ))
}

/// What published outcomes were held against.
fn chance(view: &View<'_>) -> String {
    let Some(reference) = &view.inputs.reference else {
        return "No national file of outcomes was at hand. Published outcomes could not be told \
                from chance, so they support observations only."
            .to_owned();
    };
    let tests = view.analysis.as_ref().map_or(0, |analysis| analysis.tests);
    format!(
        "How often chance alone gives an outcome was counted from {} in England, as at {}, by the \
         rules {}. {} on published outcomes could have led to a finding.",
        counted(reference.schools(), "school", "schools"),
        day(reference.as_at()),
        reference.rules(),
        match tests {
            0 => "No test".to_owned(),
            n => capital(&counted(n, "test", "tests")),
        },
    )
}

/// Outcomes that are shown in annex A but did not inform patterns.
fn not_counted(view: &View<'_>) -> Option<String> {
    let (mut inherited, mut old, mut not_full) = (0, 0, 0);
    let mut only_inherited = 0;
    for shown in view.outcomes.values() {
        let mut all = !shown.is_empty();
        for shown in shown {
            match standing(shown.fact, shown.member.joined, view.window_start) {
                Standing::Inherited => inherited += 1,
                Standing::TooOld => old += 1,
                Standing::NotFull => not_full += 1,
                Standing::Counts => {}
            }
            all &= shown.fact.outcome.is_inherited(shown.member.joined);
        }
        only_inherited += u32::from(all);
    }
    let mut reasons = Vec::new();
    if inherited > 0 {
        reasons.push(format!(
            "{} from before the school joined the group",
            number(inherited)
        ));
    }
    if old > 0 {
        reasons.push(format!(
            "{} more than {} old",
            number(old),
            counted(view.policy.outcome_years, "year", "years")
        ));
    }
    if not_full > 0 {
        reasons.push(format!(
            "{} from inspections that were not full",
            number(not_full)
        ));
    }
    if reasons.is_empty() {
        return None;
    }
    let total = inherited + old + not_full;
    let mut text = format!(
        "Annex A shows {} that did not inform patterns: {}.",
        counted(total, "outcome", "outcomes"),
        list(&reasons)
    );
    if only_inherited > 0 {
        text.push_str(&format!(
            " {} {} outcomes only from before joining.",
            capital(&counted(only_inherited, "school", "schools")),
            agree(only_inherited, "has", "have"),
        ));
    }
    Some(text)
}

/// Types of evidence that the inspection did not have.
fn missing(view: &View<'_>) -> Option<String> {
    let held: BTreeSet<EvidenceType> = view
        .records
        .iter()
        .map(|record| record.evidence_type)
        .collect();
    let missing: Vec<&str> = TYPES
        .into_iter()
        .filter(|kind| !held.contains(kind))
        .map(EvidenceType::label)
        .collect();
    let team = view.inputs.inspection.team.is_empty();
    if (missing.is_empty() || view.records.is_empty()) && !team {
        return None;
    }
    let mut sentences = Vec::new();
    if !missing.is_empty() && !view.records.is_empty() {
        let list = match missing.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            other => other.concat(),
        };
        sentences.push(format!("This report had no evidence from {list}."));
    }
    if team {
        sentences.push("The record names no inspection team.".to_owned());
    }
    Some(sentences.join(" "))
}

fn rules(view: &View<'_>, calendar: Option<&WorkingDays>, left_out: &LeftOut) -> String {
    let mut text = format!(
        "Words for quantities are used from {} on, always beside the counts. They follow the \
         table {}.",
        counted(view.policy.quantity_words_from, "school", "schools"),
        quantity::VERSION,
    );
    text.push_str(&match calendar {
        Some(calendar) => {
            let (first, last) = calendar.years();
            format!(
                " Due dates avoid weekends and the bank holidays in the list {}, which covers \
                 {first} to {last}.{}",
                calendar.version(),
                if left_out.uncovered {
                    " The due date lies outside the list, so it avoids weekends only."
                } else {
                    ""
                }
            )
        }
        None => " Due dates avoid weekends; no list of bank holidays was available.".to_owned(),
    });
    if left_out.personal {
        text.push_str(
            " Patterns leave out evidence of weakness in the leadership or staffing of one or two \
             schools unless it is published, so that no person can be identified.",
        );
    }
    if left_out.recommendations > 0 {
        text.push_str(&format!(
            " A report makes no more than {}, so {} with weaknesses {} none.",
            counted(
                view.policy.recommendation_maximum,
                "recommendation",
                "recommendations"
            ),
            if left_out.recommendations >= 10 {
                format!("{} themes", figures(left_out.recommendations))
            } else {
                counted(left_out.recommendations, "theme", "themes")
            },
            agree(left_out.recommendations, "has", "have"),
        ));
    }
    text
}
