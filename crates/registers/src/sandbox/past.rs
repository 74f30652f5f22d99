//! What is no longer: predecessors of academies, closed schools, and groups
//! without a school.

use chrono::NaiveDate;

use super::days::{after, day};
use super::faiths::Faith;
use super::groups::{Group, GroupKind, GroupStatus, NONE};
use super::kinds::{Kind, TYPES};
use super::layout::Draft;
use super::schools::{School, Status, Succession};

/// Groups without a school in England: kind, status and how many.
const IDLE: [(GroupKind, GroupStatus, u32); 17] = [
    (GroupKind::MultiAcademy, GroupStatus::Open, 77),
    (GroupKind::MultiAcademy, GroupStatus::Closed, 436),
    (GroupKind::SingleAcademy, GroupStatus::Open, 104),
    (GroupKind::SingleAcademy, GroupStatus::Closed, 991),
    (GroupKind::Sponsor, GroupStatus::Open, 95),
    (GroupKind::Sponsor, GroupStatus::Closed, 253),
    (GroupKind::Federation, GroupStatus::Open, 369),
    (GroupKind::Federation, GroupStatus::Closed, 368),
    (GroupKind::Federation, GroupStatus::ProposedToOpen, 2),
    (GroupKind::FoundationTrust, GroupStatus::Open, 338),
    (GroupKind::FoundationTrust, GroupStatus::Closed, 26),
    (GroupKind::Umbrella, GroupStatus::Open, 20),
    (GroupKind::CentresGroup, GroupStatus::Open, 484),
    (GroupKind::CentresGroup, GroupStatus::Closed, 95),
    (GroupKind::CentresCollaboration, GroupStatus::Open, 66),
    (GroupKind::CentresCollaboration, GroupStatus::Closed, 8),
    (GroupKind::SecureSingleAcademy, GroupStatus::Open, 1),
];

impl Draft {
    /// Adds what is closed.
    pub(super) fn past(&mut self) {
        let open = self.schools.len();
        self.predecessors(open);
        for facts in TYPES {
            for _ in 0..self.scaled(facts.closed) {
                self.closed_school(facts.kind, open);
            }
        }
    }

    /// Gives each converted academy the school it was before.
    fn predecessors(&mut self, open: usize) {
        for academy in 0..open {
            let Some(school) = self.schools.get(academy).copied() else {
                return;
            };
            let Some(opened) = school.opened else {
                continue;
            };
            if !school.kind.was_converted() {
                continue;
            }
            let kind = school.kind.draw_predecessor(school.faith, &mut self.dice);
            // One in ten keeps its establishment number, which two reference
            // numbers then share.
            let number = if self.dice.chance(0.1) {
                school.number
            } else {
                self.number(kind, school.phase, school.authority)
            };
            let before = self.long_ago().filter(|date| *date < opened);
            let predecessor = self.add(School {
                body: NONE,
                other_body: NONE,
                predecessor: NONE,
                successor: u32::try_from(academy).unwrap_or(NONE),
                opened: before,
                closed: Some(after(opened, -1)),
                joined: None,
                number,
                kind,
                status: Status::Closed,
                succession: Succession::Plain,
                ..school
            });
            if let Some(school) = self.schools.get_mut(academy) {
                school.predecessor = predecessor;
            }
        }
    }

    /// A school that closed without becoming an academy. Most of the
    /// maintained ones became part of a school that is open.
    fn closed_school(&mut self, kind: Kind, open: usize) {
        let authority = self.authority_of(kind);
        let faith = kind.draw_faith(&mut self.dice);
        let mut school = self.school(kind, authority, faith);
        school.status = Status::Closed;
        school.closed = self.closing(kind);
        school.opened = if kind.is_academy() {
            Some(day(2013, 9, 1))
        } else {
            self.long_ago()
                .filter(|opened| school.closed.is_none_or(|closed| *opened < closed))
        };
        if kind.is_academy() {
            self.last_group(&mut school);
        }
        let merges = kind.is_maintained() || kind.is_academy();
        if merges && self.dice.chance(0.72) {
            school.successor = self.school_nearby(&school, open);
            school.succession = self.dice.weighted(
                &[
                    (Succession::Plain, 93),
                    (Succession::Merged, 3),
                    (Succession::Amalgamated, 3),
                    (Succession::Split, 1),
                ],
                Succession::Plain,
            );
        }
        self.add(school);
    }

    fn closing(&mut self, kind: Kind) -> Option<NaiveDate> {
        if kind.is_academy() {
            let year = i32::try_from(self.dice.between(2016, 2025)).unwrap_or(2016);
            return Some(day(year, 8, 31));
        }
        if self.dice.chance(0.15) {
            return None;
        }
        // Some thirty years, the last ending just before the day of the plan.
        let ago = i64::from(self.dice.between(20, 11_000));
        let date = after(self.as_at, -ago);
        let end_of_year = day(chrono::Datelike::year(&date), 8, 31);
        if self.dice.chance(0.8) && end_of_year < self.as_at {
            Some(end_of_year)
        } else {
            Some(date)
        }
    }

    /// Some closed academies are still listed as members of their last trust.
    fn last_group(&mut self, school: &mut School) {
        if !self.dice.chance(0.4) {
            return;
        }
        let trust = self
            .dice
            .below(u32::try_from(self.groups.len()).unwrap_or(0));
        let Some(group) = self.groups.get(trust as usize) else {
            return;
        };
        if group.kind == GroupKind::MultiAcademy {
            school.body = trust;
            school.joined = school.opened.map(|opened| opened.max(group.opened));
        }
    }

    /// An open state-funded school of the same authority and phase, found by
    /// a few random looks.
    fn school_nearby(&mut self, school: &School, open: usize) -> u32 {
        for _ in 0..400 {
            let at = self.dice.below(u32::try_from(open).unwrap_or(0));
            if let Some(other) = self.schools.get(at as usize)
                && other.authority == school.authority
                && other.phase == school.phase
                && other.kind.is_state_funded()
                && other.status == Status::Open
            {
                return at;
            }
        }
        NONE
    }

    /// Groups without a school: not begun, ended or forgotten.
    pub(super) fn idle_groups(&mut self) {
        let base = u32::try_from(self.groups.len()).unwrap_or(0);
        for (kind, status, in_england) in IDLE {
            for _ in 0..self.some(in_england) {
                let home = self.any_authority();
                let ago = i64::from(self.dice.between(900, 5_600));
                let opened = match status {
                    GroupStatus::ProposedToOpen => {
                        day(chrono::Datelike::year(&self.as_at), 9, 1).max(after(self.as_at, 20))
                    }
                    _ => after(self.as_at, -ago),
                };
                let closed = (status == GroupStatus::Closed)
                    .then(|| after(opened, i64::from(self.dice.between(200, 880))));
                let name = base + u32::try_from(self.groups.len()).unwrap_or(0);
                self.add_group(Group {
                    kind,
                    status,
                    opened,
                    closed,
                    home,
                    faith: Faith::DoesNotApply,
                    name,
                    twin: NONE,
                    members: 0,
                });
            }
        }
        self.unusual_members(base);
    }

    /// Moves the link of one closed academy in three to a closed trust.
    fn unusual_members(&mut self, base: u32) {
        let closed: Vec<u32> = (base..)
            .zip(self.groups.iter().skip(base as usize))
            .filter(|(_, g)| g.kind == GroupKind::MultiAcademy && g.status == GroupStatus::Closed)
            .map(|(at, _)| at)
            .collect();
        for at in 0..self.schools.len() {
            let listed = self
                .schools
                .get(at)
                .is_some_and(|s| s.status == Status::Closed && s.body != NONE);
            if !listed || !self.dice.chance(0.33) {
                continue;
            }
            let trust = self.dice.one(&closed, NONE);
            let opened = self.groups.get(trust as usize).map(|g| g.opened);
            if let Some(school) = self.schools.get_mut(at) {
                school.body = trust;
                school.joined = school.opened.max(opened);
            }
        }
    }
}
