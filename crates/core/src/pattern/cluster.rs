//! Clusters of signs, and which of them are key patterns (DR-07).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Analysis, Basis, Finding, Kind, Sign};
use crate::{
    Urn,
    evidence::{Bearing, EvidenceType},
    outcome::{Area, Framework},
    policy::Policy,
    report::OutcomeCount,
    theme::Theme,
};

/// Signs on one theme that point the same way.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Theme.
    pub theme: Theme,
    /// Strength or weakness.
    pub bearing: Bearing,
    /// Schools in which it shows (n).
    pub schools: BTreeSet<Urn>,
    /// Schools with any evidence on the theme (N).
    pub of_schools: u32,
    /// Schools that also show the opposite.
    pub both_ways: BTreeSet<Urn>,
    /// Schools that show only the opposite.
    pub opposite_only: BTreeSet<Urn>,
    /// Types of evidence.
    pub evidence_types: BTreeSet<EvidenceType>,
    /// Evidence of the cluster, in order of the report.
    pub evidence: Vec<String>,
    /// Evidence of the opposite, in order of the report.
    pub opposite_evidence: Vec<String>,
    /// Evidence from items alone.
    pub item_evidence: Vec<String>,
    /// Counts of outcomes, with the evidence of each.
    pub outcome_counts: Vec<(OutcomeCount, Vec<String>)>,
    /// What in its published outcomes chance would seldom give, with the
    /// evidence of each.
    pub findings: Vec<(Finding, Vec<String>)>,
    /// First day the evidence describes.
    pub from: NaiveDate,
    /// Last day the evidence describes.
    pub to: NaiveDate,
    /// Why it is no key pattern; empty for key patterns.
    pub shortfall: Vec<Shortfall>,
}

/// Why a cluster is an observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// Too few schools (DR-07).
    Schools,
    /// Too few types of evidence (DR-07).
    EvidenceTypes,
    /// Enough of both, but only if published outcomes count, and chance could
    /// account for those.
    Chance,
    /// As [`Shortfall::Chance`], and without a national reference that could
    /// not be told.
    Untold,
    /// The report already shows as many key patterns as policy allows.
    Cap,
}

/// Key patterns and observations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Key patterns, most schools first.
    pub key: Vec<Cluster>,
    /// Observations, most schools first.
    pub observations: Vec<Cluster>,
    /// Whether evidence was left out because it could point at a person.
    pub withheld: bool,
}

/// Schools from which on a weakness in leadership or staffing is a matter of
/// the group and no longer of a person (domain.md 9.2, 9.4).
const PERSONAL_BELOW: usize = 3;

/// Finds patterns among signs. The result does not depend on their order.
///
/// Published outcomes support a key pattern only where `analysis` says that
/// chance would seldom give them; without an analysis they support
/// observations only. Other evidence supports a key pattern by agreement: at
/// least two types of it, from at least two schools (DR-07).
#[must_use]
pub fn find(signs: &[Sign], analysis: Option<&Analysis>, policy: &Policy) -> Found {
    let changes = analysis.map_or_else(Vec::new, |analysis| changes(signs, analysis));
    let mut by_theme: BTreeMap<Theme, Vec<&Sign>> = BTreeMap::new();
    for sign in signs.iter().chain(&changes) {
        by_theme.entry(sign.theme).or_default().push(sign);
    }
    let mut found = Found::default();
    let mut clusters = Vec::new();
    for (theme, mut signs) in by_theme {
        signs.sort_by(|a, b| {
            (ordinal(&a.evidence), a.school, a.basis).cmp(&(
                ordinal(&b.evidence),
                b.school,
                b.basis,
            ))
        });
        for bearing in [Bearing::Weakness, Bearing::Strength] {
            let showing: Vec<&Sign> = signs
                .iter()
                .copied()
                .filter(|sign| sign.bearing == bearing)
                .collect();
            let safe = without_personal(showing.clone());
            found.withheld |= safe.len() < showing.len();
            clusters.extend(cluster(theme, bearing, &safe, &signs, analysis, policy));
        }
    }
    clusters.sort_by_key(|cluster| {
        (
            std::cmp::Reverse(cluster.schools.len()),
            cluster.theme,
            std::cmp::Reverse(cluster.bearing),
        )
    });
    let maximum = usize::try_from(policy.pattern_maximum).unwrap_or(usize::MAX);
    for mut cluster in clusters {
        if !cluster.shortfall.is_empty() {
            found.observations.push(cluster);
        } else if found.key.len() < maximum {
            found.key.push(cluster);
        } else {
            cluster.shortfall.push(Shortfall::Cap);
            found.observations.push(cluster);
        }
    }
    found
}

/// Number in an evidence identifier, so that E2 comes before E10.
pub(crate) fn ordinal(evidence: &str) -> (usize, &str) {
    (evidence.len(), evidence)
}

/// Signs that may be reported: all of them where enough schools show the same,
/// else those that point at no person.
fn without_personal(mut signs: Vec<&Sign>) -> Vec<&Sign> {
    let schools: BTreeSet<Urn> = signs.iter().map(|sign| sign.school).collect();
    if schools.len() < PERSONAL_BELOW {
        signs.retain(|sign| !sign.personal);
    }
    signs
}

fn cluster(
    theme: Theme,
    bearing: Bearing,
    showing: &[&Sign],
    signs: &[&Sign],
    analysis: Option<&Analysis>,
    policy: &Policy,
) -> Option<Cluster> {
    let opposite = match bearing {
        Bearing::Weakness => Bearing::Strength,
        Bearing::Strength => Bearing::Weakness,
        Bearing::Context => return None,
    };
    let against: Vec<&&Sign> = signs
        .iter()
        .filter(|sign| sign.bearing == opposite)
        .collect();
    let from = showing.iter().map(|sign| sign.from).min()?;
    let to = showing.iter().map(|sign| sign.to).max()?;
    let schools: BTreeSet<Urn> = showing.iter().map(|sign| sign.school).collect();
    let against_schools: BTreeSet<Urn> = against.iter().map(|sign| sign.school).collect();
    let any: BTreeSet<Urn> = signs.iter().map(|sign| sign.school).collect();
    let evidence_types: BTreeSet<EvidenceType> =
        showing.iter().map(|sign| sign.evidence_type).collect();
    let findings = analysis.map_or_else(Vec::new, |analysis| {
        findings(theme, bearing, showing, analysis)
    });
    let mut shortfall = short(showing, policy);
    if shortfall.is_empty() && findings.is_empty() {
        let items: Vec<&Sign> = showing
            .iter()
            .copied()
            .filter(|sign| sign.evidence_type != EvidenceType::PublishedOutcome)
            .collect();
        if !short(&items, policy).is_empty() {
            shortfall.push(if analysis.is_some() {
                Shortfall::Chance
            } else {
                Shortfall::Untold
            });
        }
    }
    Some(Cluster {
        theme,
        bearing,
        of_schools: count(any.len()),
        both_ways: schools.intersection(&against_schools).copied().collect(),
        opposite_only: against_schools.difference(&schools).copied().collect(),
        evidence_types,
        evidence: distinct(showing.iter().map(|sign| sign.evidence.as_str())),
        opposite_evidence: distinct(against.iter().map(|sign| sign.evidence.as_str())),
        item_evidence: distinct(
            showing
                .iter()
                .filter(|sign| sign.basis == Basis::Item)
                .map(|sign| sign.evidence.as_str()),
        ),
        outcome_counts: outcome_counts(bearing, signs),
        findings,
        from,
        to,
        schools,
        shortfall,
    })
}

/// What these signs lack for a key pattern (DR-07).
fn short(signs: &[&Sign], policy: &Policy) -> Vec<Shortfall> {
    let schools: BTreeSet<Urn> = signs.iter().map(|sign| sign.school).collect();
    let types: BTreeSet<EvidenceType> = signs.iter().map(|sign| sign.evidence_type).collect();
    let mut short = Vec::new();
    if count(schools.len()) < policy.pattern_minimum_schools {
        short.push(Shortfall::Schools);
    }
    if count(types.len()) < policy.pattern_minimum_evidence_types {
        short.push(Shortfall::EvidenceTypes);
    }
    short
}

/// The findings on this theme, each with the outcomes it rests on.
fn findings(
    theme: Theme,
    bearing: Bearing,
    showing: &[&Sign],
    analysis: &Analysis,
) -> Vec<(Finding, Vec<String>)> {
    analysis
        .findings
        .iter()
        .filter(|finding| {
            Theme::of_area(finding.claim.area) == Some(theme) && finding.claim.bearing == bearing
        })
        .map(|finding| {
            let rests_on = showing.iter().filter(|sign| {
                is_in(sign.basis, finding) && finding.schools.contains(&sign.school)
            });
            let evidence = distinct(rests_on.map(|sign| sign.evidence.as_str()));
            (finding.clone(), evidence)
        })
        .collect()
}

fn is_in(basis: Basis, finding: &Finding) -> bool {
    match basis {
        Basis::Outcome { framework, area } | Basis::Change { framework, area } => {
            (framework, area) == (finding.claim.framework, finding.claim.area)
        }
        Basis::Item => false,
    }
}

/// Signs of a direction: the later outcome of each school that moved, which
/// may lie at neither end of its scale.
fn changes(signs: &[Sign], analysis: &Analysis) -> Vec<Sign> {
    let directions = analysis
        .findings
        .iter()
        .filter(|finding| finding.claim.kind == Kind::Direction);
    directions
        .flat_map(|finding| {
            signs
                .iter()
                .filter(|sign| is_in(sign.basis, finding) && finding.schools.contains(&sign.school))
                .map(|sign| Sign {
                    bearing: finding.claim.bearing,
                    basis: Basis::Change {
                        framework: finding.claim.framework,
                        area: finding.claim.area,
                    },
                    ..sign.clone()
                })
        })
        .collect()
}

fn outcome_counts(bearing: Bearing, signs: &[&Sign]) -> Vec<(OutcomeCount, Vec<String>)> {
    let mut counts: BTreeMap<(Framework, Area), Vec<&Sign>> = BTreeMap::new();
    for sign in signs {
        if let Basis::Outcome { framework, area } = sign.basis {
            counts.entry((framework, area)).or_default().push(sign);
        }
    }
    counts
        .into_iter()
        .map(|((framework, area), signs)| {
            let showing: Vec<&&Sign> = signs
                .iter()
                .filter(|sign| sign.bearing == bearing)
                .collect();
            let schools: BTreeSet<Urn> = showing.iter().map(|sign| sign.school).collect();
            let of_schools: BTreeSet<Urn> = signs.iter().map(|sign| sign.school).collect();
            let line = OutcomeCount {
                framework,
                area,
                schools: count(schools.len()),
                of_schools: count(of_schools.len()),
            };
            (
                line,
                distinct(showing.iter().map(|sign| sign.evidence.as_str())),
            )
        })
        .collect()
}

/// The distinct identifiers of an ordered run.
pub(crate) fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let set: BTreeSet<(usize, &str)> = ids.map(ordinal).collect();
    set.into_iter().map(|(_, id)| id.to_owned()).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
