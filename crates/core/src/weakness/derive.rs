//! Weaknesses that follow from published outcomes of schools.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Action, IdentifiedBy, Reach, Weakness, WeaknessSource};
use crate::{
    compile::{MemberFacts, OutcomeFact},
    language::prose::month,
    outcome::{Area, Framework, InspectionEvent, PublishedOutcome, ScaleEnd},
    pattern::window_start,
    policy::Policy,
    theme::Theme,
};

/// Names the identifiers of derived weaknesses, so that the same outcome
/// always gives the same weakness.
const NAMESPACE: Uuid = Uuid::from_u128(0x5b6f_7d1e_93a4_4c0b_8f2d_60e1_a7c9_3d52);

/// A weakness and the published outcome it follows from. Each outcome gives
/// its own: those of two frameworks are never joined (DR-04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The weakness.
    pub weakness: Weakness,
    /// Ofsted's number of the inspection.
    pub inspection_number: String,
    /// Kind of inspection.
    pub event: InspectionEvent,
    /// Framework of the outcome.
    pub framework: Framework,
    /// Area of the outcome.
    pub area: Area,
    /// Whether the outcome is dated before the school joined: the group took
    /// the weakness on and did not bring it about (DR-09).
    pub inherited: bool,
    /// When a later full inspection of the school first reported on the topic
    /// again. What it found is in its own outcome; nothing is compared here.
    pub looked_at_again: Option<NaiveDate>,
}

/// The weaknesses of open member schools in full inspections within the
/// policy's look-back: each area at the end of its own framework's scale that
/// the framework itself follows up. Oldest first.
#[must_use]
pub fn derive(
    members: &[MemberFacts],
    outcomes: &[OutcomeFact],
    opened_on: NaiveDate,
    policy: &Policy,
) -> Vec<Derived> {
    let window_start = window_start(opened_on, policy);
    let mut derived = Vec::new();
    for member in members.iter().filter(|member| member.open) {
        let own: Vec<&PublishedOutcome> = outcomes
            .iter()
            .filter(|fact| fact.member == member.urn)
            .map(|fact| &fact.outcome)
            .filter(|outcome| {
                outcome.event == InspectionEvent::Full && outcome.started >= window_start
            })
            .collect();
        for outcome in &own {
            derived.extend(of_outcome(member, outcome, &own));
        }
    }
    derived.sort_by(|a, b| {
        let key = |d: &Derived| (d.weakness.first_known, d.weakness.schools.clone(), d.area);
        (key(a), a.weakness.id).cmp(&(key(b), b.weakness.id))
    });
    derived.dedup_by_key(|derived| derived.weakness.id);
    derived
}

/// Those of the derived weaknesses that a report speaks of: what a later full
/// inspection has looked at again speaks for itself, unless the group names an
/// action on it; and what somebody recorded with the same topic and school,
/// from published outcomes, is not told twice.
#[must_use]
pub fn unrecorded<'a>(
    derived: &'a [Derived],
    recorded: &[Weakness],
    actions: &[Action],
) -> Vec<&'a Derived> {
    let told = |one: &Derived| {
        recorded.iter().any(|other| {
            other.source == WeaknessSource::PublishedSchoolOutcome
                && other.theme == one.weakness.theme
                && one
                    .weakness
                    .schools
                    .iter()
                    .all(|school| other.schools.contains(school))
        })
    };
    let answered = |one: &Derived| {
        actions
            .iter()
            .any(|action| action.weakness == one.weakness.id)
    };
    derived
        .iter()
        .filter(|one| answered(one) || (one.looked_at_again.is_none() && !told(one)))
        .collect()
}

fn of_outcome<'a>(
    member: &'a MemberFacts,
    outcome: &'a PublishedOutcome,
    own: &'a [&PublishedOutcome],
) -> impl Iterator<Item = Derived> + 'a {
    let weak = outcome
        .areas
        .iter()
        .filter(|result| result.outcome.end() == Some(ScaleEnd::Weak));
    weak.filter_map(move |result| {
        let theme = Theme::of_area(result.area)?;
        let known = outcome.published.or(outcome.ended);
        let first_known = known.unwrap_or(outcome.started);
        Some(Derived {
            weakness: Weakness {
                id: id(member, outcome, result.area),
                statement: format!(
                    "In {}, school inspectors found that {} was a weakness in one school.",
                    month(outcome.started),
                    theme.label()
                ),
                theme,
                source: WeaknessSource::PublishedSchoolOutcome,
                identified_by: IdentifiedBy::Inspectors,
                reach: Reach::OneSchool,
                schools: vec![member.urn],
                first_known,
                evidence: Vec::new(),
            },
            inspection_number: outcome.inspection_number.clone(),
            event: outcome.event,
            framework: outcome.framework,
            area: result.area,
            inherited: outcome.is_inherited(member.joined),
            looked_at_again: looked_at_again(theme, outcome, own),
        })
    })
}

fn looked_at_again(
    theme: Theme,
    outcome: &PublishedOutcome,
    own: &[&PublishedOutcome],
) -> Option<NaiveDate> {
    own.iter()
        .filter(|later| later.started > outcome.started)
        .filter(|later| {
            later
                .areas
                .iter()
                .any(|r| Theme::of_area(r.area) == Some(theme) && r.outcome.end().is_some())
        })
        .map(|later| later.started)
        .min()
}

fn id(member: &MemberFacts, outcome: &PublishedOutcome, area: Area) -> Uuid {
    let name = format!(
        "{}/{}/{}/{}",
        member.urn,
        outcome.inspection_number,
        outcome.event.code(),
        area.label()
    );
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}
