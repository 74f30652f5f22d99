//! Signs: one school, one theme, one piece of evidence.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::{
    Urn,
    compile::{MemberFacts, OutcomeFact},
    evidence::{Bearing, EvidenceItem, EvidenceType},
    outcome::{Area, Framework, InspectionEvent, ScaleEnd},
    policy::Policy,
    theme::Theme,
};

/// What a sign rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A published outcome of this framework for this area.
    Outcome {
        /// Framework.
        framework: Framework,
        /// Area.
        area: Area,
    },
    /// An item of evidence.
    Item,
}

/// What one piece of evidence says about one theme in one open member school
/// since it joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// School.
    pub school: Urn,
    /// Theme.
    pub theme: Theme,
    /// What the evidence says.
    pub bearing: Bearing,
    /// Type of the evidence.
    pub evidence_type: EvidenceType,
    /// Identifier of the evidence within the report.
    pub evidence: String,
    /// What it rests on.
    pub basis: Basis,
    /// First day the evidence describes.
    pub from: NaiveDate,
    /// Last day the evidence describes.
    pub to: NaiveDate,
    /// Whether naming the school could point at a person; see
    /// [`EvidenceItem::may_identify_a_person`].
    pub personal: bool,
}

/// How a published outcome stands towards patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It informs patterns.
    Counts,
    /// It is dated before the school joined (DR-09).
    Inherited,
    /// It is older than the policy's look-back.
    TooOld,
    /// It is not a full inspection, so it has no outcomes for areas.
    NotFull,
}

/// First day of the look-back for published outcomes.
#[must_use]
pub fn window_start(opened_on: NaiveDate, policy: &Policy) -> NaiveDate {
    opened_on
        .checked_sub_months(Months::new(policy.outcome_years.saturating_mul(12)))
        .unwrap_or(NaiveDate::MIN)
}

/// How a published outcome of a school that joined on `joined` stands.
#[must_use]
pub fn standing(fact: &OutcomeFact, joined: NaiveDate, window_start: NaiveDate) -> Standing {
    if fact.outcome.is_inherited(joined) {
        Standing::Inherited
    } else if fact.outcome.event != InspectionEvent::Full {
        Standing::NotFull
    } else if fact.outcome.started < window_start {
        Standing::TooOld
    } else {
        Standing::Counts
    }
}

/// The signs in published outcomes of one school.
///
/// Only the latest outcome per framework and area counts, and an inspection
/// that reports on a theme replaces earlier ones on that theme, whatever
/// their framework: what inspectors found years ago and have looked at again
/// is history, shown in annex A. No outcome is compared with another (DR-04).
pub(crate) fn of_outcomes<'a>(
    member: &MemberFacts,
    outcomes: impl Iterator<Item = (&'a OutcomeFact, &'a str)>,
    window_start: NaiveDate,
) -> Vec<Sign> {
    let counting: Vec<(&OutcomeFact, &str)> = outcomes
        .filter(|(fact, _)| standing(fact, member.joined, window_start) == Standing::Counts)
        .collect();
    let mut newest: BTreeMap<Theme, NaiveDate> = BTreeMap::new();
    for (fact, _) in &counting {
        for result in &fact.outcome.areas {
            if let (Some(theme), Some(_)) = (Theme::of_area(result.area), result.outcome.end()) {
                let started = newest.entry(theme).or_insert(fact.outcome.started);
                *started = (*started).max(fact.outcome.started);
            }
        }
    }
    let mut latest: BTreeMap<(Framework, Area), (NaiveDate, Sign)> = BTreeMap::new();
    for (fact, evidence) in counting {
        for result in &fact.outcome.areas {
            let (Some(theme), Some(end)) = (Theme::of_area(result.area), result.outcome.end())
            else {
                continue;
            };
            if newest.get(&theme) != Some(&fact.outcome.started) {
                continue;
            }
            let dated = result.dated.unwrap_or(fact.outcome.started);
            let sign = Sign {
                school: member.urn,
                theme,
                bearing: match end {
                    ScaleEnd::Weak => Bearing::Weakness,
                    ScaleEnd::Middle => Bearing::Context,
                    ScaleEnd::Strong => Bearing::Strength,
                },
                evidence_type: EvidenceType::PublishedOutcome,
                evidence: evidence.to_owned(),
                basis: Basis::Outcome {
                    framework: fact.outcome.framework,
                    area: result.area,
                },
                from: fact.outcome.started,
                to: dated.max(fact.outcome.ended.unwrap_or(fact.outcome.started)),
                personal: false,
            };
            let key = (fact.outcome.framework, result.area);
            let replaces = latest.get(&key).is_none_or(|(day, _)| *day < dated);
            if replaces {
                latest.insert(key, (dated, sign));
            }
        }
    }
    latest.into_values().map(|(_, sign)| sign).collect()
}

/// The signs in an item of evidence about open member schools. What it says
/// about a school before the school joined does not count (DR-09).
pub(crate) fn of_item(
    item: &EvidenceItem,
    evidence: &str,
    joined: &BTreeMap<Urn, NaiveDate>,
) -> Vec<Sign> {
    let mut signs = Vec::new();
    for theme in &item.themes {
        for school in &item.schools {
            let since_joining = joined
                .get(school)
                .is_some_and(|joined| item.effective_from >= *joined);
            if since_joining {
                signs.push(Sign {
                    school: *school,
                    theme: *theme,
                    bearing: item.bearing,
                    evidence_type: item.evidence_type,
                    evidence: evidence.to_owned(),
                    basis: Basis::Item,
                    from: item.effective_from,
                    to: item.effective_to,
                    personal: theme.is_about_people() && item.may_identify_a_person(),
                });
            }
        }
    }
    signs
}
