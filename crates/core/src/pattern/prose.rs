//! The words of a pattern.

use std::collections::BTreeMap;

use super::{Cluster, JoinedWith, Shortfall, chance};
use crate::{
    evidence::{Bearing, EvidenceItem},
    language::prose::{
        agree, capital, counted, day, figures, length, line, list, lower, months, number, part,
        sentences, share,
    },
    outcome::{Area, Framework},
    policy::Policy,
    report::{OutcomeCount, Passage, Pattern},
    theme::Theme,
};

/// What the words of a pattern draw on besides its numbers.
pub struct Voice<'a> {
    /// Policy in force.
    pub policy: &'a Policy,
    /// Items of evidence by their identifier within the report.
    pub items: &'a BTreeMap<String, &'a EvidenceItem>,
    /// Evidence about the group's centre by theme and bearing.
    pub central: &'a BTreeMap<(Theme, Bearing), Vec<String>>,
    /// Open schools whose only outcomes on a theme date from before they
    /// joined, with those outcomes.
    pub inherited: &'a BTreeMap<Theme, (u32, Vec<String>)>,
    /// Weaknesses that schools joined with, and the outcomes that say so.
    pub joined_with: &'a [(JoinedWith, Vec<String>)],
    /// Name of a local authority by its number in the analysis.
    pub place: &'a dyn Fn(u32) -> Option<&'a str>,
}

impl std::fmt::Debug for Voice<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice")
            .field("policy", &self.policy.version)
            .finish_non_exhaustive()
    }
}

/// Words quoted from an item at the most.
const QUOTED_WORDS: usize = 45;
/// Items quoted in one pattern at the most.
const QUOTED_ITEMS: usize = 2;

/// How a pattern is told from a coincidence.
#[must_use]
pub fn how_found(policy: &Policy, has_reference: bool) -> String {
    let told = if has_reference {
        "Published outcomes support a key pattern only if chance would seldom give as many alike. \
         The chance for a school is how often schools in England of its phase, type and \
         deprivation have such an outcome; the schools of this group are left out of that count. \
         The more is looked at in one report, the less chance may account for. Other evidence \
         supports a key pattern if different types of it agree."
    } else {
        "No national file of outcomes was at hand. Published outcomes could not be told from \
         chance, so they support observations only. Other evidence supports a key pattern if \
         different types of it agree."
    };
    format!(
        "A key pattern needs evidence from at least {}, of at least {}. Anything less is an \
         observation. {told} Evidence about a school counts only from the day it joined the group. \
         Published outcomes count if they come from a full inspection in the {} before this \
         inspection opened. A later full inspection on the same theme replaces an earlier one. \
         Outcomes of different inspection frameworks are never added together.",
        counted(policy.pattern_minimum_schools, "school", "schools"),
        counted(policy.pattern_minimum_evidence_types, "type", "types"),
        counted(policy.outcome_years, "year", "years"),
    )
}

/// Turns a cluster into a pattern of the report.
#[must_use]
pub fn write(cluster: &Cluster, voice: &Voice<'_>) -> Pattern {
    let side = side(cluster.bearing);
    let id = format!("patterns.{}.{side}", cluster.theme.code());
    let n = length(cluster.schools.len());
    let mut detail = Vec::new();
    let mut add = |part: &str, text: String, evidence: Vec<String>| {
        detail.push(Passage {
            id: format!("{id}.{part}"),
            text,
            evidence,
        });
    };
    if let Some((text, evidence)) = outcomes(cluster, voice) {
        add("outcomes", text, evidence);
    }
    for (index, (finding, evidence)) in cluster.findings.iter().enumerate() {
        add(
            &format!("chance-{}", index + 1),
            chance::sentences(finding, voice),
            evidence.clone(),
        );
    }
    for (index, evidence) in quotable(cluster, voice).enumerate() {
        if let Some(text) = voice.items.get(evidence).and_then(|item| quote(item)) {
            add(
                &format!("quote-{}", index + 1),
                text,
                vec![evidence.clone()],
            );
        }
    }
    if let Some((text, evidence)) = contrast(cluster) {
        add("contrast", text, evidence);
    }
    add("confidence", confidence(cluster), cluster.evidence.clone());
    if let Some(evidence) = voice.central.get(&(cluster.theme, cluster.bearing)) {
        let text = format!(
            "{} about the group's central work {} the same way.",
            capital(&counted(
                length(evidence.len()),
                "item of evidence",
                "items of evidence"
            )),
            agree(length(evidence.len()), "points", "point"),
        );
        add("centre", text, evidence.clone());
    }
    if let Some((schools, evidence)) = voice.inherited.get(&cluster.theme) {
        let text = format!(
            "{} {} outcomes in this area only from before joining the group. They do not count \
             here.",
            capital(&counted(*schools, "school", "schools")),
            agree(*schools, "has", "have"),
        );
        add("inherited", text, evidence.clone());
    }
    if let Some((text, evidence)) = chance::joined_with(cluster, voice) {
        add("joined-with", text, evidence);
    }
    if let Some(text) = chance::told(cluster) {
        add("told", text, cluster.evidence.clone());
    }
    if let Some(text) = why_observation(cluster, voice.policy) {
        add("why-observation", text, cluster.evidence.clone());
    }
    Pattern {
        theme: cluster.theme,
        bearing: cluster.bearing,
        heading: heading(cluster),
        statement: Passage {
            id: id.clone(),
            text: format!(
                "{} {} a {side}. {}",
                capital(&part(
                    n,
                    cluster.of_schools,
                    &format!("school with evidence on {}", cluster.theme.label()),
                    &format!("schools with evidence on {}", cluster.theme.label()),
                    voice.policy.quantity_words_from,
                )),
                agree(n, "shows", "show"),
                basis(cluster),
            ),
            evidence: cluster.evidence.clone(),
        },
        schools: cluster.schools.iter().copied().collect(),
        of_schools: cluster.of_schools,
        evidence_types: cluster.evidence_types.iter().copied().collect(),
        outcome_counts: cluster
            .outcome_counts
            .iter()
            .map(|(line, _)| *line)
            .collect(),
        told_by: chance::told_by(cluster),
        findings: chance::entries(cluster, voice),
        detail,
    }
}

const fn side(bearing: Bearing) -> &'static str {
    match bearing {
        Bearing::Strength => "strength",
        Bearing::Weakness => "weakness",
        Bearing::Context => "context",
    }
}

fn heading(cluster: &Cluster) -> String {
    let sides = match cluster.bearing {
        Bearing::Strength => "Strengths",
        Bearing::Weakness => "Weaknesses",
        Bearing::Context => "Evidence",
    };
    format!("{sides} in {}", cluster.theme.label())
}

fn basis(cluster: &Cluster) -> String {
    let types: Vec<&str> = cluster
        .evidence_types
        .iter()
        .map(|kind| kind.label())
        .collect();
    match types.as_slice() {
        [only] => format!("This rests on {only} alone."),
        _ => format!("This rests on {}.", list(&types)),
    }
}

fn outcomes(cluster: &Cluster, voice: &Voice<'_>) -> Option<(String, Vec<String>)> {
    let mut sentences = Vec::new();
    let mut evidence = Vec::new();
    for (line, ids) in &cluster.outcome_counts {
        if line.schools == 0 {
            continue;
        }
        sentences.push(outcome_sentence(line, cluster.bearing, voice));
        evidence.extend(ids.iter().map(String::as_str));
    }
    if sentences.is_empty() {
        return None;
    }
    sentences.push("Annex A gives the outcomes as published.".to_owned());
    Some((
        sentences.join(" "),
        super::cluster::distinct(evidence.into_iter()),
    ))
}

fn outcome_sentence(line: &OutcomeCount, bearing: Bearing, voice: &Voice<'_>) -> String {
    let tail = match bearing {
        Bearing::Weakness => "that the framework follows up",
        Bearing::Strength | Bearing::Context => "above what every school is expected to reach",
    };
    let area = area(line.area);
    let noun = |noun: &str| format!("{noun} inspected on {area}");
    format!(
        "{}, {} {} an outcome {tail}.",
        framework(line.framework),
        part(
            line.schools,
            line.of_schools,
            &noun("school"),
            &noun("schools"),
            voice.policy.quantity_words_from
        ),
        agree(line.schools, "has", "have"),
    )
}

pub(super) const fn framework(framework: Framework) -> &'static str {
    match framework {
        Framework::Before2015 => "Under the framework in force before September 2015",
        Framework::CommonInspection => "Under the common inspection framework (2015 to 2019)",
        Framework::EducationInspection => "Under the education inspection framework (2019 to 2025)",
        Framework::ReportCard => "On report cards (from November 2025)",
    }
}

/// Name of an area inside a sentence.
pub(super) fn area(area: Area) -> String {
    match area {
        Area::SafeguardingEffective | Area::SafeguardingStandards => "safeguarding".to_owned(),
        Area::LeadershipAndManagement => "leadership and management".to_owned(),
        other => lower(other.label()),
    }
}

/// Items whose words may be quoted.
fn quotable<'a>(cluster: &'a Cluster, voice: &'a Voice<'_>) -> impl Iterator<Item = &'a String> {
    cluster
        .item_evidence
        .iter()
        .filter(|id| {
            voice
                .items
                .get(*id)
                .is_some_and(|item| !item.may_identify_a_person())
        })
        .take(QUOTED_ITEMS)
}

/// What an item says, in its own words.
pub(crate) fn quote(item: &EvidenceItem) -> Option<String> {
    let words = sentences(&item.text, QUOTED_WORDS);
    if words.is_empty() {
        return None;
    }
    let when = if item.effective_from == item.effective_to {
        day(item.effective_from)
    } else {
        months(item.effective_from, item.effective_to)
    };
    let title = line(&item.title);
    let title = title.trim_end_matches('.');
    Some(format!("{title} ({when}): “{words}”"))
}

fn contrast(cluster: &Cluster) -> Option<(String, Vec<String>)> {
    let other = match cluster.bearing {
        Bearing::Weakness => "strength",
        Bearing::Strength | Bearing::Context => "weakness",
    };
    let both = length(cluster.both_ways.len());
    let only = length(cluster.opposite_only.len());
    let mut sentences = Vec::new();
    if both > 0 {
        sentences.push(format!(
            "{} also {} evidence of {other} on this theme.",
            if both == 1 && cluster.schools.len() == 1 {
                "The school".to_owned()
            } else {
                capital(&format!("{} of these schools", number(both)))
            },
            agree(both, "shows", "show"),
        ));
    }
    if only > 0 {
        sentences.push(format!(
            "{} {} evidence of {other} only.",
            capital(&counted(only, "other school", "other schools")),
            agree(only, "shows", "show"),
        ));
    }
    (!sentences.is_empty()).then(|| (sentences.join(" "), cluster.opposite_evidence.clone()))
}

fn confidence(cluster: &Cluster) -> String {
    let items = length(cluster.evidence.len());
    let time = if cluster.from == cluster.to {
        format!("is dated {}", day(cluster.from))
    } else {
        format!("covers {}", months(cluster.from, cluster.to))
    };
    if items == 1 {
        format!("The evidence is a single record and {time}.")
    } else {
        format!(
            "The evidence comes from {} records and {time}.",
            number(items)
        )
    }
}

fn why_observation(cluster: &Cluster, policy: &Policy) -> Option<String> {
    let reasons: Vec<String> = cluster
        .shortfall
        .iter()
        .map(|shortfall| match shortfall {
            Shortfall::Schools => format!(
                "comes from {}",
                counted(length(cluster.schools.len()), "school", "schools")
            ),
            Shortfall::EvidenceTypes => format!(
                "rests on {} of evidence",
                counted(length(cluster.evidence_types.len()), "type", "types")
            ),
            Shortfall::Chance | Shortfall::Untold | Shortfall::Cap => String::new(),
        })
        .filter(|reason| !reason.is_empty())
        .collect();
    if cluster.shortfall.contains(&Shortfall::Cap) {
        return Some(format!(
            "This meets the test for a key pattern, but a report shows no more than {}.",
            figures(policy.pattern_maximum)
        ));
    }
    if cluster.shortfall.contains(&Shortfall::Chance) {
        return Some(
            "This is an observation because chance could account for the published outcomes, and \
             the other evidence is not enough by itself."
                .to_owned(),
        );
    }
    if cluster.shortfall.contains(&Shortfall::Untold) {
        return Some(
            "This is an observation because the published outcomes could not be told from chance, \
             and the other evidence is not enough by itself."
                .to_owned(),
        );
    }
    (!reasons.is_empty()).then(|| format!("This is an observation because it {}.", list(&reasons)))
}

/// "early years (three of the five schools with evidence)".
pub(crate) fn brief(cluster: &Cluster, first: bool) -> String {
    let counts = share(length(cluster.schools.len()), cluster.of_schools);
    let noun = if first { " schools with evidence" } else { "" };
    format!("{} ({counts}{noun})", cluster.theme.label())
}
