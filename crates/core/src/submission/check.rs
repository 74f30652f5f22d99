//! Holds the items of a batch against what is known of the inspection.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    Accepted, Batch, Checked, Content, ErrorCode, Evidence, Facts, FieldError, Item, Link,
    NewAction, NewWeakness, Target, digest,
};
use crate::{
    Urn,
    evidence::{EvidenceItem, EvidenceType},
    language::{guard_text_naming, suggest},
    weakness::{ImpactRule, Reach, check_impact},
};

/// Checks each item of `batch`; the result has one entry per item, in the
/// same order.
#[must_use]
pub fn check(batch: &Batch, facts: &Facts) -> Vec<Checked> {
    let mut checker = Checker {
        batch,
        facts,
        names: BTreeMap::new(),
        done: vec![None; batch.items.len()],
    };
    checker.name_items();
    // In the order of links: what an item links to has been checked before.
    for kind in ["evidence", "weakness", "action"] {
        for (position, item) in batch.items.iter().enumerate() {
            if let Ok(content) = &item.content
                && content.kind() == kind
            {
                let checked = checker.item(position, item, content);
                checker.settle(position, checked);
            }
        }
    }
    checker
        .done
        .into_iter()
        .zip(&batch.items)
        .map(|(checked, item)| match (checked, &item.content) {
            (Some(checked), _) => checked,
            (None, Err(errors)) => Checked::Rejected(errors.clone()),
            (None, Ok(_)) => Checked::Rejected(Vec::new()),
        })
        .collect()
}

struct Checker<'a> {
    batch: &'a Batch,
    facts: &'a Facts,
    /// Position of the item that a name stands for.
    names: BTreeMap<&'a str, usize>,
    done: Vec<Option<Checked>>,
}

/// Notes errors of one item.
struct Notes {
    position: usize,
    errors: Vec<FieldError>,
}

impl Notes {
    fn add(&mut self, field: &str, code: ErrorCode, detail: impl Into<String>) {
        let pointer = format!("/items/{}/{field}", self.position);
        self.errors.push(FieldError::new(pointer, code, detail));
    }
}

impl<'a> Checker<'a> {
    fn name_items(&mut self) {
        for (position, item) in self.batch.items.iter().enumerate() {
            let Some(name) = item.reference.as_deref() else {
                continue;
            };
            if let Some(first) = self.names.get(name) {
                let mut errors = item.content.as_ref().err().cloned().unwrap_or_default();
                errors.push(FieldError::new(
                    format!("/items/{position}/ref"),
                    ErrorCode::DuplicateReference,
                    format!("Item {first} has the same reference."),
                ));
                self.settle(position, Checked::Rejected(errors));
            } else {
                self.names.insert(name, position);
            }
        }
    }

    /// Records a result; errors noted before stay.
    fn settle(&mut self, position: usize, checked: Checked) {
        if let Some(slot) = self.done.get_mut(position) {
            *slot = Some(match (slot.take(), checked) {
                (Some(Checked::Rejected(mut before)), Checked::Rejected(now)) => {
                    before.extend(now);
                    Checked::Rejected(before)
                }
                (Some(before @ Checked::Rejected(_)), Checked::Accepted(_)) => before,
                (_, now) => now,
            });
        }
    }

    fn item(&self, position: usize, item: &Item, content: &Content) -> Checked {
        let mut notes = Notes {
            position,
            errors: Vec::new(),
        };
        let mut content = content.clone();
        let (weakness, evidence) = match &mut content {
            Content::Evidence(evidence) => {
                self.evidence(evidence, &mut notes);
                (None, Vec::new())
            }
            Content::Weakness(weakness) => (None, self.weakness(weakness, &mut notes)),
            Content::Action(action) => self.action(action, &mut notes),
        };
        if !notes.errors.is_empty() {
            return Checked::Rejected(notes.errors);
        }
        let sha256 = digest::of(
            &content,
            weakness.and_then(|target| self.hash_of(target)),
            evidence
                .iter()
                .filter_map(|target| self.hash_of(*target))
                .collect(),
        );
        if let Some(missing) = self.unexplained(item, &content, &sha256) {
            notes.add(
                "revision_reason",
                ErrorCode::Required,
                format!("{missing} is held under this reference; say why this takes its place."),
            );
            return Checked::Rejected(notes.errors);
        }
        Checked::Accepted(Box::new(Accepted {
            reference: item.reference.clone(),
            sha256,
            content,
            weakness,
            evidence,
        }))
    }

    /// The evidence that an item would take the place of without saying why.
    fn unexplained(&self, item: &Item, content: &Content, sha256: &str) -> Option<Uuid> {
        let Content::Evidence(evidence) = content else {
            return None;
        };
        let held = self.facts.references.get(item.reference.as_deref()?)?;
        let held = self.facts.evidence.iter().find(|one| one.id == *held)?;
        (held.sha256 != sha256 && evidence.revision_reason.is_none()).then_some(held.id)
    }

    fn evidence(&self, evidence: &mut Evidence, notes: &mut Notes) {
        self.language("title", &evidence.title, notes);
        self.language("text", &evidence.text, notes);
        self.language("source", &evidence.source, notes);
        if let Some(reason) = &evidence.revision_reason {
            self.language("revision_reason", reason, notes);
        }
        if evidence.evidence_type == EvidenceType::PublishedOutcome {
            notes.add(
                "evidence_type",
                ErrorCode::InvalidValue,
                "Published outcomes come from the register and are not submitted.",
            );
        }
        self.schools(&mut evidence.schools, notes);
        self.past("effective_from", evidence.effective_from, notes);
        self.past("effective_to", evidence.effective_to, notes);
        if evidence.effective_from > evidence.effective_to {
            notes.add(
                "effective_to",
                ErrorCode::PeriodReversed,
                "The period ends before it begins.",
            );
        }
    }

    fn weakness(&self, weakness: &mut NewWeakness, notes: &mut Notes) -> Vec<Target> {
        self.language("statement", &weakness.statement, notes);
        self.schools(&mut weakness.schools, notes);
        self.past("first_known", weakness.first_known, notes);
        let fits = match weakness.reach {
            Reach::OneSchool => weakness.schools.len() == 1,
            Reach::SeveralSchools => weakness.schools.len() >= 2,
            Reach::WholeGroup | Reach::CentralFunction => true,
        };
        if !fits {
            notes.add(
                "schools",
                ErrorCode::InvalidValue,
                "The schools named do not fit the reach: one_school needs one, several_schools \
                 two or more.",
            );
        }
        self.evidence_links("evidence", &weakness.evidence, notes)
    }

    fn action(&self, action: &NewAction, notes: &mut Notes) -> (Option<Target>, Vec<Target>) {
        self.language("description", &action.description, notes);
        self.past("started", action.started, notes);
        if let Some(completed) = action.completed {
            self.past("completed", completed, notes);
            if completed < action.started {
                notes.add(
                    "completed",
                    ErrorCode::PeriodReversed,
                    "The action ends before it begins.",
                );
            }
        }
        let weakness = self.resolve("weakness", &action.weakness, "weakness", notes);
        let before = notes.errors.len();
        let basis = self.evidence_links("impact_basis", &action.impact_basis, notes);
        if notes.errors.len() == before {
            self.impact(action, &basis, notes);
        }
        (weakness, basis)
    }

    /// DR-10.
    fn impact(&self, action: &NewAction, basis: &[Target], notes: &mut Notes) {
        let (ids, items): (Vec<Uuid>, Vec<EvidenceItem>) = basis
            .iter()
            .filter_map(|target| self.evidence_behind(*target))
            .map(|item| (item.id, item))
            .unzip();
        let action = action.clone().into_action(Uuid::nil(), Uuid::nil(), ids);
        match check_impact(&action, &items) {
            Ok(()) => {}
            Err(rule @ ImpactRule::NoBasis) => {
                notes.add(
                    "impact_basis",
                    ErrorCode::ImpactNotEvidenced,
                    format!("DR-10: {rule}."),
                );
            }
            Err(rule) => notes.add(
                "impact",
                ErrorCode::ImpactNotEvidenced,
                format!("DR-10: {rule}."),
            ),
        }
    }

    fn evidence_behind(&self, target: Target) -> Option<EvidenceItem> {
        match target {
            Target::Held(id) => self
                .facts
                .evidence
                .iter()
                .find(|item| item.id == id)
                .cloned(),
            Target::Item(position) => match &self.accepted(position)?.content {
                Content::Evidence(evidence) => Some(evidence.clone().into_item(
                    // Only a name for the length of this check.
                    Uuid::from_u128(position as u128),
                    String::new(),
                    DateTime::<Utc>::UNIX_EPOCH,
                )),
                Content::Weakness(_) | Content::Action(_) => None,
            },
        }
    }

    fn accepted(&self, position: usize) -> Option<&Accepted> {
        match self.done.get(position)? {
            Some(Checked::Accepted(accepted)) => Some(accepted),
            Some(Checked::Rejected(_)) | None => None,
        }
    }

    fn hash_of(&self, target: Target) -> Option<String> {
        match target {
            Target::Item(position) => Some(self.accepted(position)?.sha256.clone()),
            Target::Held(id) => {
                let evidence = self.facts.evidence.iter().find(|item| item.id == id);
                let weakness = self.facts.weaknesses.iter().find(|(held, _)| held.id == id);
                evidence
                    .map(|item| item.sha256.clone())
                    .or_else(|| weakness.map(|(_, sha256)| sha256.clone()))
            }
        }
    }

    /// What a report may not say is told to its sender, not found out when
    /// the report is compiled (DR-02, DR-03).
    fn language(&self, field: &str, text: &str, notes: &mut Notes) {
        let names: Vec<&str> = self.facts.names.iter().map(String::as_str).collect();
        for term in guard_text_naming(text, &names) {
            notes.add(
                field,
                ErrorCode::LanguageRefused,
                format!(
                    "\u{201c}{}\u{201d}: {} {}",
                    term.found,
                    term.why,
                    suggest(text, &term)
                ),
            );
        }
    }

    fn schools(&self, schools: &mut Vec<Urn>, notes: &mut Notes) {
        for (position, urn) in schools.iter().enumerate() {
            if !self.facts.members.contains(urn) {
                notes.add(
                    &format!("schools/{position}"),
                    ErrorCode::SchoolNotInGroup,
                    format!("School {urn} is not a member of the group as frozen (DR-05)."),
                );
            }
        }
        schools.sort();
        schools.dedup();
    }

    fn past(&self, field: &str, day: NaiveDate, notes: &mut Notes) {
        if day > self.facts.today {
            notes.add(
                field,
                ErrorCode::DateInFuture,
                "This date lies in the future.",
            );
        }
    }

    fn evidence_links(&self, field: &str, links: &[Link], notes: &mut Notes) -> Vec<Target> {
        let mut targets: Vec<Target> = links
            .iter()
            .enumerate()
            .filter_map(|(position, link)| {
                self.resolve(&format!("{field}/{position}"), link, "evidence", notes)
            })
            .collect();
        targets.sort();
        targets.dedup();
        targets
    }

    fn resolve(
        &self,
        field: &str,
        link: &Link,
        kind: &'static str,
        notes: &mut Notes,
    ) -> Option<Target> {
        let wrong_kind = (
            ErrorCode::WrongKind,
            format!("This must lead to an item of the type {kind}."),
        );
        let found = match link {
            Link::Id(id) => self.held(*id, kind),
            Link::Reference(name) => match self.names.get(name.as_str()) {
                Some(position) => self.in_batch(*position, kind),
                None => self
                    .facts
                    .references
                    .get(name)
                    .map_or(Found::Nothing, |id| self.held(*id, kind)),
            },
        };
        let (code, detail) = match found {
            Found::Target(target) => return Some(target),
            Found::OtherKind => wrong_kind,
            Found::Rejected => (
                ErrorCode::ReferenceRejected,
                "The item this leads to was rejected.".to_owned(),
            ),
            Found::Nothing => (
                ErrorCode::UnknownReference,
                "Nothing in this batch or held for the inspection has this name.".to_owned(),
            ),
        };
        notes.add(field, code, detail);
        None
    }

    fn held(&self, id: Uuid, kind: &str) -> Found {
        let evidence = self.facts.evidence.iter().any(|item| item.id == id);
        let weakness = self.facts.weaknesses.iter().any(|(held, _)| held.id == id);
        match (evidence, weakness) {
            (false, false) => Found::Nothing,
            (true, _) if kind == "evidence" => Found::Target(Target::Held(id)),
            (_, true) if kind == "weakness" => Found::Target(Target::Held(id)),
            _ => Found::OtherKind,
        }
    }

    fn in_batch(&self, position: usize, kind: &str) -> Found {
        let content = self.batch.items.get(position).map(|item| &item.content);
        match content {
            Some(Ok(content)) if content.kind() != kind => Found::OtherKind,
            _ if self.accepted(position).is_some() => Found::Target(Target::Item(position)),
            _ => Found::Rejected,
        }
    }
}

enum Found {
    Target(Target),
    OtherKind,
    Rejected,
    Nothing,
}
