//! Signs: one school, one theme, one piece of evidence.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::{Point, school::current};
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
    /// A change between two published outcomes of this framework for this
    /// area.
    Change {
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

/// The signs in published outcomes of one school: those that say how it
/// stands now (see [`current`]).
pub(crate) fn of_outcomes<'a>(
    member: &MemberFacts,
    outcomes: impl Iterator<Item = (&'a OutcomeFact, &'a str)>,
    window_start: NaiveDate,
) -> Vec<Sign> {
    let (points, known): (Vec<Point>, Vec<(&OutcomeFact, &str)>) = outcomes
        .filter(|(fact, _)| standing(fact, member.joined, window_start) == Standing::Counts)
        .flat_map(|known| Point::of(&known.0.outcome).map(move |point| (point, known)))
        .unzip();
    current(&points)
        .into_iter()
        .filter_map(|index| {
            let (point, (fact, evidence)) = (points.get(index)?, known.get(index)?);
            Some(Sign {
                school: member.urn,
                theme: Theme::of_area(point.area)?,
                bearing: match point.end() {
                    ScaleEnd::Weak => Bearing::Weakness,
                    ScaleEnd::Middle => Bearing::Context,
                    ScaleEnd::Strong => Bearing::Strength,
                },
                evidence_type: EvidenceType::PublishedOutcome,
                evidence: (*evidence).to_owned(),
                basis: Basis::Outcome {
                    framework: point.framework,
                    area: point.area,
                },
                from: point.started,
                to: point.dated.max(fact.outcome.ended.unwrap_or(point.started)),
                personal: false,
            })
        })
        .collect()
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
