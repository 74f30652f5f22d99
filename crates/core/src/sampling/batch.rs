//! School inspections that feed a group inspection (domain.md 2, stage 1).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SamplingPolicy;
use crate::Urn;

/// A school term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Name.
    pub name: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

/// Days in which an inspection must begin to feed the group inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// Names of the terms, in order.
    pub terms: Vec<String>,
}

impl Window {
    /// The latest terms that began before `fieldwork`, as many as the policy
    /// has, up to the day before fieldwork. `None` if no term is known.
    #[must_use]
    pub fn before(fieldwork: NaiveDate, terms: &[Term], policy: &SamplingPolicy) -> Option<Self> {
        let mut begun: Vec<&Term> = terms
            .iter()
            .filter(|term| term.first < fieldwork && term.first <= term.last)
            .collect();
        begun.sort_by_key(|term| (term.first, term.last));
        let wanted = usize::try_from(policy.batch_terms).unwrap_or(usize::MAX);
        let used = begun.get(begun.len().saturating_sub(wanted)..)?;
        let last = used.last()?.last.min(fieldwork.pred_opt()?);
        Some(Self {
            first: used.first()?.first,
            last,
            terms: used.iter().map(|term| term.name.clone()).collect(),
        })
    }
}

/// An inspection of a school.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct MemberInspection {
    /// School.
    pub urn: Urn,
    /// Inspection number.
    pub inspection_number: String,
    /// First day.
    pub started: NaiveDate,
    /// Day of publication.
    pub published: Option<NaiveDate>,
}

/// The batch stage as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Batch {
    /// Window.
    pub window: Window,
    /// Inspections that count.
    pub counted: Vec<Counted>,
    /// Inspections that do not.
    pub not_counted: Vec<NotCounted>,
    /// Schools of the plan without an inspection that counts.
    pub missing: Vec<Urn>,
}

/// An inspection that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// Inspection.
    pub inspection: MemberInspection,
    /// Whether the plan has the school.
    pub planned: bool,
}

/// An inspection that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotCounted {
    /// Inspection.
    pub inspection: MemberInspection,
    /// Why not.
    pub why: NotCountedWhy,
}

/// Why an inspection does not count.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NotCountedWhy {
    /// The school is no member.
    NoMember,
    /// It began before the window.
    BeforeWindow,
    /// It began after the window.
    AfterWindow,
    /// Its report is not published: unpublished outcomes are neither asked
    /// for nor shown (domain.md 9.4, 11.2).
    NotPublished,
}

/// Sorts the inspections of schools: those that feed the group inspection on
/// `today`, and those that do not.
#[must_use]
pub fn batch(
    window: Window,
    inspections: &[MemberInspection],
    members: &BTreeSet<Urn>,
    planned: &BTreeSet<Urn>,
    today: NaiveDate,
) -> Batch {
    let inspections: BTreeSet<&MemberInspection> = inspections.iter().collect();
    let mut counted = Vec::new();
    let mut not_counted = Vec::new();
    for inspection in inspections {
        let published = inspection.published.is_some_and(|day| day <= today);
        let why = if !members.contains(&inspection.urn) {
            Some(NotCountedWhy::NoMember)
        } else if inspection.started < window.first {
            Some(NotCountedWhy::BeforeWindow)
        } else if inspection.started > window.last {
            Some(NotCountedWhy::AfterWindow)
        } else if !published {
            Some(NotCountedWhy::NotPublished)
        } else {
            None
        };
        let inspection = inspection.clone();
        match why {
            Some(why) => not_counted.push(NotCounted { inspection, why }),
            None => counted.push(Counted {
                planned: planned.contains(&inspection.urn),
                inspection,
            }),
        }
    }
    let done: BTreeSet<Urn> = counted.iter().map(|one| one.inspection.urn).collect();
    Batch {
        missing: planned.difference(&done).copied().collect(),
        window,
        counted,
        not_counted,
    }
}
