//! Maintained schools, federations, foundation trusts, and the establishments
//! that are not state-funded schools.

use super::days::{day, opening};
use super::faiths::Faith;
use super::groups::{Group, GroupKind, GroupStatus, NONE};
use super::kinds::{Kind, TYPES};
use super::layout::Draft;
use super::places::{self, AuthorityId};
use super::schools::Status;

/// Federations and foundation trusts with a school, in England.
const FEDERATIONS: u32 = 372;
const FOUNDATION_TRUSTS: u32 = 111;

const FEDERATION_YEARS: [(i32, u32); 14] = [
    (2006, 3),
    (2007, 5),
    (2008, 5),
    (2009, 6),
    (2010, 6),
    (2011, 6),
    (2012, 7),
    (2013, 8),
    (2014, 9),
    (2015, 9),
    (2016, 8),
    (2018, 8),
    (2020, 7),
    (2022, 8),
];

/// Temporary numbers of maintained schools that have no group yet.
struct Ungrouped {
    by_authority: Vec<Vec<u32>>,
}

impl Ungrouped {
    fn take(&mut self, authority: AuthorityId) -> Option<u32> {
        self.by_authority.get_mut(usize::from(authority))?.pop()
    }
}

impl Draft {
    /// Fills the authorities with maintained schools and groups some of them.
    pub(super) fn maintained(&mut self) {
        let mut kinds: Vec<Kind> = Vec::new();
        for (kind, count) in self.state_funded() {
            if !kind.is_academy() {
                kinds.extend(std::iter::repeat_n(kind, count as usize));
            }
        }
        self.dice.shuffle(&mut kinds);
        let empty = || Ungrouped {
            by_authority: vec![Vec::new(); usize::from(places::FIRST_OUTSIDE)],
        };
        let (mut any, mut foundation) = (empty(), empty());
        let places: Vec<AuthorityId> = self.authorities.iter().map(|(id, _)| *id).collect();
        let mut at = places.iter().cycle();
        let mut first = true;
        for kind in kinds {
            // The first of each authority in turn, then wherever room is left.
            let wish = if first {
                at.next().copied().unwrap_or(0)
            } else {
                self.any_authority()
            };
            first = !first;
            let authority = self.take_place(wish, false);
            let faith = kind.draw_faith(&mut self.dice);
            let mut school = self.school(kind, authority, faith);
            school.opened = self.long_ago();
            if self.dice.chance(0.0026) {
                school.status = Status::ProposedToClose;
            }
            let number = self.add(school);
            let list = match kind {
                Kind::Foundation | Kind::FoundationSpecial => Some(&mut foundation),
                _ if kind.is_maintained() => Some(&mut any),
                _ => None,
            };
            if let Some(own) = list.and_then(|l| l.by_authority.get_mut(usize::from(authority))) {
                own.push(number);
            }
        }
        self.federations(&mut any, &mut foundation);
        self.foundation_trusts(&mut foundation);
    }

    /// An opening long ago; for more than half of the schools none is on
    /// record.
    pub(super) fn long_ago(&mut self) -> Option<chrono::NaiveDate> {
        if self.dice.chance(0.70) {
            return None;
        }
        let year = i32::try_from(self.dice.between(1900, 2009)).unwrap_or(1990);
        let month = if self.dice.chance(0.7) {
            9
        } else {
            self.dice.between(1, 12)
        };
        Some(day(year, month, 1))
    }

    fn federations(&mut self, any: &mut Ungrouped, foundation: &mut Ungrouped) {
        let mut last_of_authority = vec![NONE; usize::from(places::FIRST_OUTSIDE)];
        for number in 0..self.some(FEDERATIONS) {
            let home = self.any_authority();
            let size = self.dice.weighted(
                &[
                    (1, 3),
                    (2, 76),
                    (3, 15),
                    (4, 3),
                    (5, 1),
                    (6, 1),
                    (7, 1),
                    (9, 1),
                ],
                2,
            );
            let mut members = Vec::new();
            for _ in 0..size {
                let from_foundation = self.dice.chance(0.05);
                let member = if from_foundation {
                    foundation.take(home)
                } else {
                    any.take(home)
                };
                members.extend(member);
            }
            let opened = opening(&FEDERATION_YEARS, self.as_at, &mut self.dice);
            let group = self.add_group(Group {
                kind: GroupKind::Federation,
                status: GroupStatus::Open,
                opened,
                closed: None,
                home,
                faith: Faith::DoesNotApply,
                name: number,
                twin: NONE,
                members: 0,
            });
            for member in members {
                let later = opening(&FEDERATION_YEARS, self.as_at, &mut self.dice);
                let joined = if self.dice.chance(0.15) {
                    later.max(opened)
                } else {
                    opened
                };
                self.enter(member, group, joined);
                // A few schools are in two federations at once.
                let last = last_of_authority
                    .get(usize::from(home))
                    .copied()
                    .unwrap_or(NONE);
                if last != NONE
                    && self.dice.chance(0.012)
                    && let Some(school) = self.schools.get_mut(member as usize)
                {
                    school.other_body = last;
                }
            }
            if let Some(last) = last_of_authority.get_mut(usize::from(home)) {
                *last = group;
            }
        }
        // Foundation schools in a federation can have a foundation trust too.
        for school in (0_u32..).zip(&self.schools) {
            let (number, school) = school;
            if matches!(school.kind, Kind::Foundation | Kind::FoundationSpecial)
                && school.body != NONE
                && school.other_body == NONE
                && let Some(own) = foundation
                    .by_authority
                    .get_mut(usize::from(school.authority))
            {
                own.push(number);
            }
        }
    }

    fn foundation_trusts(&mut self, foundation: &mut Ungrouped) {
        for number in 0..self.some(FOUNDATION_TRUSTS) {
            let home = self.any_authority();
            let size = self.dice.weighted(
                &[
                    (1, 50),
                    (2, 26),
                    (3, 9),
                    (4, 8),
                    (5, 8),
                    (8, 6),
                    (9, 1),
                    (15, 2),
                    (33, 1),
                ],
                2,
            );
            let opened = opening(&FEDERATION_YEARS, self.as_at, &mut self.dice);
            let group = self.add_group(Group {
                kind: GroupKind::FoundationTrust,
                status: GroupStatus::Open,
                opened,
                closed: None,
                home,
                faith: Faith::DoesNotApply,
                name: number,
                twin: NONE,
                members: 0,
            });
            let mut rank = 0;
            let mut found = 0;
            while found < size && rank < 12 {
                match foundation.take(self.near(home, rank)) {
                    Some(member) => {
                        self.enter(member, group, opened);
                        found += 1;
                    }
                    None => rank += 1,
                }
            }
        }
    }

    /// Makes a school a member of a group from `joined`.
    fn enter(&mut self, member: u32, group: u32, joined: chrono::NaiveDate) {
        let Some(school) = self.schools.get_mut(member as usize) else {
            return;
        };
        if school.body == NONE {
            school.body = group;
            school.joined = Some(joined.max(school.opened.unwrap_or(joined)));
            if let Some(group) = self.groups.get_mut(group as usize) {
                group.members += 1;
            }
        } else {
            school.other_body = group;
        }
    }

    /// Establishments that are not state-funded schools, and schools that are
    /// not open yet.
    pub(super) fn others(&mut self) {
        for facts in TYPES {
            let handled = facts.ofsted.is_some() || facts.kind.is_state_funded_sixth_form();
            if handled {
                continue;
            }
            for _ in 0..self.scaled(facts.open) {
                let authority = self.authority_of(facts.kind);
                let faith = facts.kind.draw_faith(&mut self.dice);
                let mut school = self.school(facts.kind, authority, faith);
                school.opened = self.long_ago();
                self.add(school);
            }
        }
        self.proposed_schools();
    }

    /// Where an establishment of this kind stands; Welsh and overseas ones lie
    /// outside England.
    pub(super) fn authority_of(&mut self, kind: Kind) -> AuthorityId {
        match kind {
            Kind::Welsh => {
                let which = self.dice.below(4);
                places::FIRST_OUTSIDE + AuthorityId::try_from(which).unwrap_or(0)
            }
            Kind::Overseas | Kind::Offshore => places::FIRST_OUTSIDE + 4,
            _ => self.any_authority(),
        }
    }
}
