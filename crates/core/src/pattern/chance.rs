//! The words of what chance would seldom give.

use super::{
    Cluster, Finding, Fragility, Kind, Part, PhaseBand, Voice,
    prose::{area, framework},
};
use crate::{
    evidence::Bearing,
    language::prose::{agree, counted, length, part as part_of},
    report::{OutcomeFinding, ToldBy},
    theme::Theme,
};

/// The findings of a cluster as the report's graph of evidence has them.
pub(super) fn entries(cluster: &Cluster, voice: &Voice<'_>) -> Vec<OutcomeFinding> {
    cluster
        .findings
        .iter()
        .map(|(finding, evidence)| OutcomeFinding {
            kind: finding.claim.kind,
            framework: finding.claim.framework,
            area: finding.claim.area,
            part: finding.claim.part.map(|part| schools_in(part, voice)),
            schools: finding.hits,
            of_schools: finding.of,
            fragile: finding.fragile.clone(),
            evidence: evidence.clone(),
        })
        .collect()
}

/// How a key pattern was told from chance.
pub(super) fn told_by(cluster: &Cluster) -> Option<ToldBy> {
    if !cluster.shortfall.is_empty() {
        None
    } else if cluster.findings.is_empty() {
        Some(ToldBy::Agreement)
    } else {
        Some(ToldBy::Outcomes)
    }
}

pub(super) fn told(cluster: &Cluster) -> Option<String> {
    match told_by(cluster)? {
        ToldBy::Agreement => Some(
            "This is a key pattern because different types of evidence agree, not because of a \
             count of published outcomes."
                .to_owned(),
        ),
        ToldBy::Outcomes => Some(
            "This is a key pattern because chance would seldom give published outcomes like \
             these, and other evidence agrees."
                .to_owned(),
        ),
    }
}

/// Weaknesses that schools joined with, for information (DR-09).
pub(super) fn joined_with(cluster: &Cluster, voice: &Voice<'_>) -> Option<(String, Vec<String>)> {
    if cluster.bearing != Bearing::Weakness {
        return None;
    }
    let mut sentences = Vec::new();
    let mut evidence = Vec::new();
    for (joined, ids) in voice.joined_with {
        if Theme::of_area(joined.area) == Some(cluster.theme) {
            sentences.push(format!(
                "{}, {} joined with an outcome on {} that the framework follows up.",
                framework(joined.framework),
                counted(length(joined.schools.len()), "school", "schools"),
                area(joined.area),
            ));
            evidence.extend(ids.iter().map(String::as_str));
        }
    }
    (!sentences.is_empty()).then(|| {
        (
            format!("{} This does not count here.", sentences.join(" ")),
            super::cluster::distinct(evidence.into_iter()),
        )
    })
}

/// A finding in sentences: what, that it was told from chance, and what would
/// undo it. How many schools have an outcome at an end of an area is said
/// with the counts of outcomes.
pub(super) fn sentences(finding: &Finding, voice: &Voice<'_>) -> String {
    let claim = &finding.claim;
    let mut text = match what(finding, voice) {
        None => format!(
            "{}, chance alone would seldom give as many outcomes like these on {}.",
            framework(claim.framework),
            area(claim.area),
        ),
        Some(what) => format!(
            "{}, {what} Chance alone would seldom give this.",
            framework(claim.framework)
        ),
    };
    for fragility in &finding.fragile {
        text.push_str(match fragility {
            Fragility::OneSchool => " Without some one school it would not hold.",
            Fragility::OneMonth => " With a look-back one month on it would not hold.",
        });
    }
    text
}

fn what(finding: &Finding, voice: &Voice<'_>) -> Option<String> {
    let words_from = voice.policy.quantity_words_from;
    let (n, of) = (finding.hits, finding.of);
    let area = area(finding.claim.area);
    let schools = || part_of(n, of, "school", "schools", words_from);
    let text = match finding.claim.kind {
        Kind::Widespread => return None,
        Kind::Concentrated => {
            let among = finding
                .claim
                .part
                .map_or_else(String::new, |part| schools_in(part, voice));
            let (other, others) = finding.rest.unwrap_or((0, 0));
            format!(
                "outcomes on {area} that the framework follows up gather in {among}. Here {} {} one; \
                 elsewhere it is {}.",
                schools(),
                agree(n, "has", "have"),
                part_of(other, others, "school", "schools", words_from),
            )
        }
        Kind::Direction => format!(
            "{} moved {} the scale.",
            part_of(
                n,
                of,
                &format!("school whose outcome on {area} changed"),
                &format!("schools whose outcome on {area} changed"),
                words_from,
            ),
            match finding.claim.bearing {
                Bearing::Strength => "up",
                Bearing::Weakness | Bearing::Context => "down",
            },
        ),
        Kind::Recurrence => format!(
            "a weakness on {area} was published in one school first, and {} inspected after that \
             {} it too.",
            schools(),
            agree(n, "has", "have"),
        ),
        Kind::Persistence => format!(
            "{} {} it at the next as well.",
            part_of(
                n,
                of,
                &format!("school with a weakness on {area} at one inspection"),
                &format!("schools with a weakness on {area} at one inspection"),
                words_from,
            ),
            agree(n, "has", "have"),
        ),
    };
    Some(text)
}

/// A part of the group in words.
fn schools_in(part: Part, voice: &Voice<'_>) -> String {
    let limits = voice.policy.pattern_tests.size_limits;
    let [small, middling] = limits;
    match part {
        Part::Phase(phase) => match phase {
            PhaseBand::Nursery => "nursery schools".to_owned(),
            PhaseBand::Primary => "primary schools".to_owned(),
            PhaseBand::Secondary => "secondary schools".to_owned(),
            PhaseBand::AllThrough => "all-through schools".to_owned(),
            PhaseBand::SixteenPlus => "schools for pupils over 16".to_owned(),
            PhaseBand::NotApplicable => "schools without a phase".to_owned(),
        },
        Part::Place(place) => (voice.place)(place).map_or_else(
            || "schools in one local authority".to_owned(),
            |name| format!("schools in {}", crate::language::prose::line(name)),
        ),
        Part::Small => format!("schools with up to {small} pupils"),
        Part::Middling => format!("schools with {} to {middling} pupils", small + 1),
        Part::Large => format!("schools with more than {middling} pupils"),
        Part::NewlyJoined => format!(
            "schools inspected in their first {} years in the group",
            voice.policy.pattern_tests.newly_joined_years
        ),
        Part::LongJoined => "schools that had been in the group for longer".to_owned(),
        Part::MoreDeprived => "schools in more deprived areas".to_owned(),
        Part::LessDeprived => "schools in less deprived areas".to_owned(),
    }
}
