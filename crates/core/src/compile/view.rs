//! The inputs in a stable order, with the identifiers of their evidence.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Europe::London;
use uuid::Uuid;

use super::{Inputs, LeaverFacts, MemberFacts, OutcomeFact};
use crate::{
    Urn,
    evidence::{EvidenceItem, EvidenceType},
    language::prose::{day, length, line},
    outcome::{AreaOutcome, Framework, InspectionEvent, ScaleEnd},
    pattern::{self, Analysis, JoinedWith, PhaseBand, Point, School, Sign, Stratum, TypeBand},
    policy::Policy,
    report::EvidenceRecord,
    weakness::{Action, Weakness},
};

/// A published outcome with its identifier in the report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) fact: &'a OutcomeFact,
    pub(crate) member: &'a MemberFacts,
    pub(crate) record: usize,
}

/// Everything the sections are written from.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) policy: &'a Policy,
    pub(crate) opened_on: NaiveDate,
    pub(crate) window_start: NaiveDate,
    /// Open member schools by name.
    pub(crate) open: Vec<&'a MemberFacts>,
    /// Member schools that are not open, by name.
    pub(crate) not_open: Vec<&'a MemberFacts>,
    pub(crate) leavers: Vec<&'a LeaverFacts>,
    /// Published outcomes of open member schools; by school, newest first.
    pub(crate) outcomes: BTreeMap<Urn, Vec<Shown<'a>>>,
    /// Items with their identifier in the report, oldest first.
    pub(crate) items: Vec<(String, &'a EvidenceItem)>,
    pub(crate) item_ids: BTreeMap<Uuid, String>,
    pub(crate) items_by_id: BTreeMap<String, &'a EvidenceItem>,
    pub(crate) records: Vec<EvidenceRecord>,
    pub(crate) weaknesses: Vec<&'a Weakness>,
    pub(crate) actions: BTreeMap<Uuid, Vec<&'a Action>>,
    pub(crate) signs: Vec<Sign>,
    /// What chance would seldom give; `None` without a national reference.
    pub(crate) analysis: Option<Analysis>,
    /// Weaknesses that schools joined with (DR-09), and the outcomes that say
    /// so.
    pub(crate) joined_with: Vec<(JoinedWith, Vec<String>)>,
}

impl<'a> View<'a> {
    pub(crate) fn new(inputs: &'a Inputs) -> Self {
        let opened_on = inputs
            .inspection
            .opened_at
            .with_timezone(&London)
            .date_naive();
        let window_start = pattern::window_start(opened_on, &inputs.policy);
        let (open, not_open): (Vec<_>, Vec<_>) =
            members(inputs).into_iter().partition(|member| member.open);
        let mut records = Vec::new();
        let mut outcomes: BTreeMap<Urn, Vec<Shown<'a>>> = BTreeMap::new();
        for (member, fact) in sorted_outcomes(inputs, &open) {
            outcomes.entry(member.urn).or_default().push(Shown {
                fact,
                member,
                record: records.len(),
            });
            records.push(outcome_record(records.len() + 1, fact, member));
        }
        let mut items = Vec::new();
        for item in sorted_items(inputs) {
            let record = item_record(records.len() + 1, item);
            items.push((record.id.clone(), item));
            records.push(record);
        }
        let item_ids = items
            .iter()
            .map(|(id, item)| (item.id, id.clone()))
            .collect();
        let items_by_id = items.iter().map(|(id, item)| (id.clone(), *item)).collect();
        let mut view = Self {
            inputs,
            policy: &inputs.policy,
            opened_on,
            window_start,
            open,
            not_open,
            leavers: leavers(inputs),
            outcomes,
            items,
            item_ids,
            items_by_id,
            records,
            weaknesses: weaknesses(inputs),
            actions: actions(inputs),
            signs: Vec::new(),
            analysis: None,
            joined_with: Vec::new(),
        };
        view.signs = view.find_signs();
        let schools = view.schools();
        view.joined_with = pattern::joined_with(&schools)
            .into_iter()
            .map(|joined| {
                let evidence = view.inherited_weakness(&joined);
                (joined, evidence)
            })
            .collect();
        view.analysis = inputs
            .reference
            .as_ref()
            .map(|reference| pattern::analyse(&schools, reference, &inputs.policy, opened_on));
        view
    }

    pub(crate) fn open_count(&self) -> u32 {
        crate::language::prose::length(self.open.len())
    }

    /// Identifier of the record at an index.
    pub(crate) fn record_id(&self, record: usize) -> &str {
        self.records
            .get(record)
            .map_or("", |record| record.id.as_str())
    }

    /// Name of an open or closed member school.
    pub(crate) fn school_name(&self, urn: Urn) -> Option<&'a str> {
        self.open
            .iter()
            .chain(&self.not_open)
            .find(|member| member.urn == urn)
            .map(|member| member.name.as_str())
    }

    /// Report identifiers of items, in order of the report; unknown items are
    /// left out.
    pub(crate) fn ids_of(&self, items: &[Uuid]) -> Vec<String> {
        distinct(
            items
                .iter()
                .filter_map(|item| self.item_ids.get(item))
                .map(String::as_str),
        )
    }

    /// Open member schools as the analysis sees them.
    fn schools(&self) -> Vec<School> {
        let places = self.places();
        let place = |name: &str| places.iter().take_while(|other| **other < name).count();
        self.open
            .iter()
            .map(|member| School {
                urn: member.urn,
                stratum: Stratum {
                    phase: PhaseBand::of_published(&member.phase),
                    kind: TypeBand::of_published(&member.establishment_type),
                    deprivation: member.deprivation,
                },
                place: length(place(&member.local_authority)),
                pupils: member.pupils,
                joined: member.joined,
                points: self
                    .outcomes
                    .get(&member.urn)
                    .into_iter()
                    .flatten()
                    .flat_map(|shown| Point::of(&shown.fact.outcome))
                    .collect(),
            })
            .collect()
    }

    /// The last inherited outcome of each school that joined with a weakness.
    fn inherited_weakness(&self, joined: &JoinedWith) -> Vec<String> {
        let of_school = |school: &Urn| {
            self.outcomes.get(school)?.iter().find(|shown| {
                let outcome = &shown.fact.outcome;
                outcome.is_inherited(shown.member.joined)
                    && outcome.framework == joined.framework
                    && outcome.event == InspectionEvent::Full
                    && outcome.area(joined.area).and_then(AreaOutcome::end) == Some(ScaleEnd::Weak)
            })
        };
        distinct(
            joined
                .schools
                .iter()
                .filter_map(of_school)
                .map(|shown| self.record_id(shown.record)),
        )
    }

    /// Name of a local authority by its number in the analysis.
    pub(crate) fn place_name(&self, place: u32) -> Option<&'a str> {
        self.places().into_iter().nth(usize::try_from(place).ok()?)
    }

    fn places(&self) -> BTreeSet<&'a str> {
        self.open
            .iter()
            .map(|member| member.local_authority.as_str())
            .collect()
    }

    fn find_signs(&self) -> Vec<Sign> {
        let mut signs = Vec::new();
        for member in &self.open {
            let shown = self
                .outcomes
                .get(&member.urn)
                .map_or(&[][..], Vec::as_slice);
            signs.extend(pattern::of_outcomes(
                member,
                shown
                    .iter()
                    .map(|shown| (shown.fact, self.record_id(shown.record))),
                self.window_start,
            ));
        }
        let joined: BTreeMap<Urn, NaiveDate> = self
            .open
            .iter()
            .map(|member| (member.urn, member.joined))
            .collect();
        for (id, item) in self.items.iter().filter(|(_, item)| !item.superseded) {
            signs.extend(pattern::of_item(item, id, &joined));
        }
        signs.extend(super::inspectors::signs(self, &joined));
        signs
    }
}

/// Distinct identifiers in order of the report.
pub(crate) fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    pattern::distinct(ids)
}

/// A school counts once, whatever the number of entries (DR-06).
fn members(inputs: &Inputs) -> Vec<&MemberFacts> {
    let mut members: Vec<&MemberFacts> = inputs.members.iter().collect();
    members.sort_by_cached_key(|member| (member.urn, member.joined, member.role, exact(member)));
    members.dedup_by_key(|member| member.urn);
    members.sort_by(|a, b| (&a.name, a.urn).cmp(&(&b.name, b.urn)));
    members
}

/// Breaks ties between entries that share every key, so that the order of
/// the inputs never shows.
fn exact<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn sorted_outcomes<'a>(
    inputs: &'a Inputs,
    open: &[&'a MemberFacts],
) -> Vec<(&'a MemberFacts, &'a OutcomeFact)> {
    let by_urn: BTreeMap<Urn, &MemberFacts> =
        open.iter().map(|member| (member.urn, *member)).collect();
    let mut outcomes: Vec<(&MemberFacts, &OutcomeFact)> = inputs
        .outcomes
        .iter()
        .filter_map(|fact| by_urn.get(&fact.member).map(|member| (*member, fact)))
        .collect();
    outcomes.sort_by_cached_key(|(member, fact)| {
        (
            (member.name.clone(), member.urn),
            std::cmp::Reverse(fact.outcome.started),
            fact.outcome.event,
            fact.outcome.inspection_number.clone(),
            fact.source_sha256.clone(),
            exact(*fact),
        )
    });
    let mut seen = BTreeSet::new();
    outcomes.retain(|(member, fact)| {
        seen.insert((
            member.urn,
            fact.outcome.event,
            fact.outcome.inspection_number.clone(),
        ))
    });
    outcomes
}

fn sorted_items(inputs: &Inputs) -> Vec<&EvidenceItem> {
    let mut items: Vec<&EvidenceItem> = inputs.evidence.iter().collect();
    items.sort_by_cached_key(|item| {
        (
            item.effective_from,
            item.effective_to,
            item.received_at,
            item.id,
            exact(*item),
        )
    });
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.id));
    items
}

fn weaknesses(inputs: &Inputs) -> Vec<&Weakness> {
    let mut weaknesses: Vec<&Weakness> = inputs.weaknesses.iter().collect();
    weaknesses.sort_by_cached_key(|w| (w.first_known, w.theme, w.id, exact(*w)));
    let mut seen = BTreeSet::new();
    weaknesses.retain(|weakness| seen.insert(weakness.id));
    weaknesses
}

fn actions(inputs: &Inputs) -> BTreeMap<Uuid, Vec<&Action>> {
    let mut sorted: Vec<&Action> = inputs.actions.iter().collect();
    sorted.sort_by_cached_key(|action| (action.started, action.id, exact(*action)));
    let mut seen = BTreeSet::new();
    let mut actions: BTreeMap<Uuid, Vec<&Action>> = BTreeMap::new();
    for action in sorted {
        if seen.insert(action.id) {
            actions.entry(action.weakness).or_default().push(action);
        }
    }
    actions
}

fn leavers(inputs: &Inputs) -> Vec<&LeaverFacts> {
    let mut leavers: Vec<&LeaverFacts> = inputs.leavers.iter().collect();
    leavers.sort_by_cached_key(|l| {
        (
            std::cmp::Reverse(l.left),
            l.name.clone(),
            l.urn,
            l.estimated,
        )
    });
    leavers.dedup_by_key(|leaver| (leaver.urn, leaver.left));
    leavers
}

fn outcome_record(number: usize, fact: &OutcomeFact, member: &MemberFacts) -> EvidenceRecord {
    let outcome = &fact.outcome;
    let kind = match (outcome.event, outcome.framework) {
        (InspectionEvent::Full, Framework::ReportCard) => "Report card inspection",
        (InspectionEvent::Full, _) => "Full inspection",
        (InspectionEvent::Ungraded, _) => "Ungraded inspection",
        (InspectionEvent::Monitoring, _) => "Monitoring inspection",
    };
    let predecessor = if outcome.urn_at_time == member.urn {
        String::new()
    } else {
        format!(" (then URN {})", outcome.urn_at_time)
    };
    EvidenceRecord {
        id: format!("E{number}"),
        evidence_type: EvidenceType::PublishedOutcome,
        title: format!(
            "{kind} of {}{predecessor}, {}",
            line(&member.name),
            day(outcome.started)
        ),
        source: format!("Ofsted, read from: {}", line(&fact.source_title)),
        effective_from: outcome.started,
        effective_to: outcome
            .ended
            .unwrap_or(outcome.started)
            .max(outcome.started),
        received_on: None,
        sha256: fact.source_sha256.clone(),
        item: None,
        inspection_number: Some(outcome.inspection_number.clone()),
        schools: vec![member.urn],
    }
}

fn item_record(number: usize, item: &EvidenceItem) -> EvidenceRecord {
    let schools: BTreeSet<Urn> = if item.may_identify_a_person() {
        BTreeSet::new()
    } else {
        item.schools.iter().copied().collect()
    };
    EvidenceRecord {
        id: format!("E{number}"),
        evidence_type: item.evidence_type,
        title: line(&item.title),
        source: line(&item.source),
        effective_from: item.effective_from,
        effective_to: item.effective_to,
        received_on: Some(item.received_at.with_timezone(&London).date_naive()),
        sha256: item.sha256.clone(),
        item: Some(item.id),
        inspection_number: None,
        schools: schools.into_iter().collect(),
    }
}
