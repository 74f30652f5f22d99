//! The group under inspection, and how an institution touches it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Membership, Occasion,
    screen::{Estate, Screen},
};
use crate::{Urn, body::MemberRole, team::Institution};

/// How an institution belongs to the group under inspection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// It is the responsible body.
    Body,
    /// It is a member school.
    MemberSchool,
    /// It is a predecessor of a member school.
    PredecessorOf(Urn),
    /// It was a member school at the time.
    FormerMember,
    /// It is a body associated with member schools.
    Associate,
}

/// An inspection prepared for checks of many people.
#[derive(Debug)]
pub struct Target<'a> {
    pub(super) screen: &'a Screen,
    pub(super) occasion: &'a Occasion,
    pub(super) estate: Estate,
    pub(super) overlays: BTreeSet<Uuid>,
    members: BTreeSet<Urn>,
    predecessors: BTreeMap<Urn, Urn>,
    former: BTreeMap<Urn, Vec<&'a Membership>>,
}

/// Days, both included; `None` is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
}

impl Span {
    pub(super) const fn day(day: NaiveDate) -> Self {
        Self {
            from: Some(day),
            to: Some(day),
        }
    }

    fn overlaps(self, membership: &Membership) -> bool {
        self.to.is_none_or(|to| membership.from <= to)
            && membership
                .to
                .is_none_or(|end| self.from.is_none_or(|from| from < end))
    }
}

impl<'a> Target<'a> {
    pub(super) fn new(screen: &'a Screen, occasion: &'a Occasion) -> Self {
        let memberships = || {
            screen
                .members_of(occasion.body)
                .iter()
                .filter(|one| one.role == MemberRole::Responsible)
        };
        // Schools on the frozen list, and those that have joined since.
        let members: BTreeSet<Urn> = occasion
            .members
            .iter()
            .copied()
            .chain(
                memberships()
                    .filter(|one| one.on(occasion.today) || one.on(occasion.fieldwork))
                    .map(|one| one.school),
            )
            .collect();
        let mut predecessors = BTreeMap::new();
        for member in &members {
            for ancestor in screen.ancestors_of(*member) {
                predecessors.entry(ancestor).or_insert(*member);
            }
        }
        let mut former: BTreeMap<Urn, Vec<&Membership>> = BTreeMap::new();
        for one in memberships().filter(|one| !members.contains(&one.school)) {
            former.entry(one.school).or_default().push(one);
        }
        Self {
            overlays: screen.overlays(members.iter(), occasion.today),
            estate: screen.estate_from(members.clone()),
            screen,
            occasion,
            members,
            predecessors,
            former,
        }
    }

    /// How an institution belongs to the group, for something that lasted
    /// over `span`.
    pub(super) fn touch(&self, at: &Institution, span: Span) -> Option<Touch> {
        match at {
            Institution::Body(body) => (*body == self.occasion.body).then_some(Touch::Body),
            Institution::School(urn) => {
                if self.members.contains(urn) {
                    return Some(Touch::MemberSchool);
                }
                if let Some(member) = self.predecessors.get(urn) {
                    return Some(Touch::PredecessorOf(*member));
                }
                self.former
                    .get(urn)?
                    .iter()
                    .any(|membership| span.overlaps(membership))
                    .then_some(Touch::FormerMember)
            }
            Institution::Inspectorate | Institution::Other(_) => None,
        }
    }

    /// When a connection through a place ended: at the latest when the place
    /// left the group. `None` while it lasts.
    pub(super) fn ended(&self, at: &Institution, span: Span) -> Option<NaiveDate> {
        let Institution::School(urn) = at else {
            return span.to;
        };
        let left = self
            .former
            .get(urn)
            .into_iter()
            .flatten()
            .filter(|membership| span.overlaps(membership))
            .filter_map(|membership| membership.to?.pred_opt())
            .max();
        match (span.to, left) {
            (Some(to), Some(left)) => Some(to.min(left)),
            (to, left) => to.or(left),
        }
    }

    /// As [`Self::touch`], for something that ended on `to` or still lasts,
    /// and of whose beginning nothing is known.
    pub(super) fn touch_until(&self, at: &Institution, to: Option<NaiveDate>) -> Option<Touch> {
        self.touch(
            at,
            Span {
                from: Some(to.unwrap_or(self.occasion.today)),
                to,
            },
        )
    }

    /// Whether something that ended on `to` still lasts: neither before
    /// today nor before fieldwork begins.
    pub(super) fn lasts(&self, to: Option<NaiveDate>) -> bool {
        let now = self.occasion.today.min(self.occasion.fieldwork);
        to.is_none_or(|to| to >= now)
    }

    /// First day of a look-back.
    pub(super) fn look_back(&self, months: u32) -> NaiveDate {
        self.occasion
            .fieldwork
            .checked_sub_months(Months::new(months))
            .unwrap_or(NaiveDate::MIN)
    }

    /// Whether something lasts or ended within a look-back.
    pub(super) fn recent(&self, to: Option<NaiveDate>, months: u32) -> bool {
        self.lasts(to) || to.is_some_and(|to| to >= self.look_back(months))
    }

    pub(super) fn members(&self) -> &BTreeSet<Urn> {
        &self.members
    }
}
