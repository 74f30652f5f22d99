//! Which schools and groups there are, before any row is written.
//!
//! Counts follow England of spring 2026 in proportion. All establishments are
//! kept in a compact form (44 bytes each); everything else about them is drawn
//! again from their own streams when a row is written.

use chrono::NaiveDate;

use super::Plan;
use super::dice::{Dice, Purpose};
use super::faiths::Faith;
use super::groups::{Group, NONE};
use super::kinds::{Kind, Setting, TYPES};
use super::phases::Phase;
use super::places::{self, AuthorityId};
use super::schools::{School, Status, Succession};

/// State-funded schools of England in the file that the counts come from.
pub(super) const ENGLAND: u64 = 21_966;

/// The finished lists, in the order of their numbers.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) groups: Vec<Group>,
    pub(super) schools: Vec<School>,
}

/// Builds the layout of a plan.
pub(super) fn build(plan: &Plan) -> Layout {
    let mut draft = Draft::new(plan);
    draft.academies();
    draft.maintained();
    draft.others();
    draft.past();
    draft.idle_groups();
    draft.finish()
}

/// A layout in the making.
pub(super) struct Draft {
    pub(super) dice: Dice,
    pub(super) schools_wanted: u32,
    pub(super) as_at: NaiveDate,
    pub(super) groups: Vec<Group>,
    pub(super) schools: Vec<School>,
    /// Authorities in this England, with their weights.
    pub(super) authorities: Vec<(AuthorityId, u32)>,
    /// For each authority all in this England, nearest first.
    neighbours: Vec<Vec<AuthorityId>>,
    /// State-funded schools still to be placed, by authority.
    pub(super) room: Vec<u32>,
    /// Places that academies leave, by authority.
    kept: Vec<u32>,
    sites: u32,
    numbers: Vec<[u16; 6]>,
}

impl Draft {
    fn new(plan: &Plan) -> Self {
        let mut dice = Dice::of(plan.seed, Purpose::Layout, 0);
        // A small England is one connected part of the country, so that
        // authorities and groups keep a natural size.
        let count = (plan.schools / 40).clamp(3, u32::from(places::FIRST_OUTSIDE));
        let centre = dice.below(u32::from(places::FIRST_OUTSIDE));
        let centre = AuthorityId::try_from(centre).unwrap_or(0);
        let mut authorities: Vec<(AuthorityId, u32)> = places::nearest(centre)
            .into_iter()
            .take(count as usize)
            .map(|id| (id, places::authority(id).weight))
            .collect();
        authorities.sort_unstable();
        let weights: Vec<u64> = authorities.iter().map(|(_, w)| u64::from(*w)).collect();
        let shares = apportion(plan.schools, &weights);
        let mut room = vec![0; usize::from(places::FIRST_OUTSIDE)];
        for ((id, _), share) in authorities.iter().zip(shares) {
            if let Some(slot) = room.get_mut(usize::from(*id)) {
                *slot = share;
            }
        }
        let mut here = vec![false; usize::from(places::FIRST_OUTSIDE)];
        for (id, _) in &authorities {
            if let Some(slot) = here.get_mut(usize::from(*id)) {
                *slot = true;
            }
        }
        let neighbours = (0..places::FIRST_OUTSIDE)
            .map(|id| {
                // Homes are always in this England, so others need no list.
                if here.get(usize::from(id)) != Some(&true) {
                    return Vec::new();
                }
                let mut near = places::nearest(id);
                near.retain(|other| here.get(usize::from(*other)) == Some(&true));
                near
            })
            .collect();
        Self {
            dice,
            schools_wanted: plan.schools,
            as_at: plan.as_at,
            groups: Vec::new(),
            schools: Vec::new(),
            authorities,
            neighbours,
            kept: room.iter().map(|room| room.div_ceil(8)).collect(),
            room,
            sites: 0,
            numbers: vec![[0; 6]; usize::from(places::FIRST_OUTSIDE) + 8],
        }
    }

    /// A count of England in proportion to this plan.
    pub(super) fn scaled(&self, in_england: u32) -> u32 {
        let wide = u64::from(in_england) * u64::from(self.schools_wanted);
        u32::try_from((wide + ENGLAND / 2) / ENGLAND).unwrap_or(u32::MAX)
    }

    /// As [`Self::scaled`], but at least one.
    pub(super) fn some(&self, in_england: u32) -> u32 {
        self.scaled(in_england).max(1)
    }

    /// Open schools by state-funded type; adds up to the plan exactly.
    pub(super) fn state_funded(&self) -> Vec<(Kind, u32)> {
        let types: Vec<_> = TYPES.iter().filter(|t| t.ofsted.is_some()).collect();
        let weights: Vec<u64> = types.iter().map(|t| u64::from(t.open)).collect();
        types
            .iter()
            .zip(apportion(self.schools_wanted, &weights))
            .map(|(facts, count)| (facts.kind, count))
            .collect()
    }

    /// An authority by its weight.
    pub(super) fn any_authority(&mut self) -> AuthorityId {
        self.dice.weighted(&self.authorities, 0)
    }

    /// The authority at `rank` of nearness to `home` (0 is home).
    pub(super) fn near(&self, home: AuthorityId, rank: u32) -> AuthorityId {
        self.neighbours
            .get(usize::from(home))
            .and_then(|near| near.get(rank as usize).or(near.last()))
            .copied()
            .unwrap_or(home)
    }

    /// Takes a place for a state-funded school in `wish` or, when it is full,
    /// the nearest authority with room. Academies leave some room to
    /// maintained schools in every authority.
    pub(super) fn take_place(&mut self, wish: AuthorityId, academy: bool) -> AuthorityId {
        let near = self.neighbours.get(usize::from(wish));
        for id in near.into_iter().flatten() {
            let kept = if academy {
                self.kept.get(usize::from(*id))
            } else {
                None
            };
            if let Some(room) = self.room.get_mut(usize::from(*id))
                && *room > kept.copied().unwrap_or(0)
            {
                *room -= 1;
                return *id;
            }
        }
        wish
    }

    /// A new site.
    pub(super) fn site(&mut self) -> u32 {
        self.sites += 1;
        self.sites - 1
    }

    /// A new establishment on a new site.
    pub(super) fn school(&mut self, kind: Kind, authority: AuthorityId, faith: Faith) -> School {
        let phase = kind.draw_phase(&mut self.dice);
        let number = self.number(kind, phase, authority);
        School {
            site: self.site(),
            body: NONE,
            other_body: NONE,
            successor: NONE,
            predecessor: NONE,
            opened: None,
            closed: None,
            joined: None,
            authority,
            number,
            kind,
            phase,
            faith,
            status: Status::Open,
            succession: Succession::Plain,
        }
    }

    /// The next establishment number of an authority in the band of the phase.
    pub(super) fn number(&mut self, kind: Kind, phase: Phase, authority: AuthorityId) -> u16 {
        const BANDS: [(u16, u16); 6] = [
            (1_000, 100),
            (1_100, 900),
            (2_000, 2_000),
            (4_000, 2_000),
            (6_000, 1_000),
            (7_000, 1_000),
        ];
        let band = match (kind.setting(), phase) {
            (Setting::Nursery, _) => 0,
            (Setting::Alternative, _) => 1,
            (Setting::Special, _) => 5,
            (Setting::Mainstream, Phase::Primary | Phase::MiddleDeemedPrimary) => 2,
            (Setting::Mainstream | Setting::SixthForm, _) => 3,
            _ => 4,
        };
        let (first, span) = BANDS.get(band).copied().unwrap_or((8_000, 1_000));
        let used = self
            .numbers
            .get_mut(usize::from(authority))
            .and_then(|bands| bands.get_mut(band));
        match used {
            Some(used) => {
                *used = used.wrapping_add(1);
                first + (*used - 1) % span
            }
            None => first,
        }
    }

    /// Adds an establishment and gives its temporary number.
    pub(super) fn add(&mut self, school: School) -> u32 {
        let at = u32::try_from(self.schools.len()).unwrap_or(NONE);
        if let Some(group) = self.groups.get_mut(school.body as usize)
            && school.status != Status::Closed
        {
            group.members += 1;
        }
        self.schools.push(school);
        at
    }

    /// Number of the group that is added next.
    pub(super) fn next_group(&self) -> u32 {
        u32::try_from(self.groups.len()).unwrap_or(NONE)
    }

    /// Adds a group and gives its number.
    pub(super) fn add_group(&mut self, group: Group) -> u32 {
        let at = self.next_group();
        self.groups.push(group);
        at
    }

    /// Orders the establishments as their numbers were given out: schools that
    /// are no academies by authority, academies by the day they opened.
    fn finish(mut self) -> Layout {
        let mut order: Vec<(u64, u32)> = Vec::with_capacity(self.schools.len());
        for (at, school) in (0_u32..).zip(&self.schools) {
            let key = if school.kind.is_academy() {
                let opened = school.opened.unwrap_or_default();
                let days = u64::try_from((opened - super::days::day(1990, 1, 1)).num_days());
                (1 << 63) | (days.unwrap_or(0) << 32)
            } else {
                u64::from(school.authority) << 32
            };
            let random = u64::from(self.dice.below(u32::MAX));
            order.push((key | random, at));
        }
        order.sort_unstable();
        let mut place_of = vec![NONE; self.schools.len()];
        for (new, (_, old)) in (0_u32..).zip(&order) {
            if let Some(slot) = place_of.get_mut(*old as usize) {
                *slot = new;
            }
        }
        let moved = |old: u32| place_of.get(old as usize).copied().unwrap_or(NONE);
        let schools = order
            .iter()
            .filter_map(|(_, old)| self.schools.get(*old as usize))
            .map(|school| School {
                successor: moved(school.successor),
                predecessor: moved(school.predecessor),
                ..*school
            })
            .collect();
        Layout {
            groups: self.groups,
            schools,
        }
    }
}

/// Splits `total` in proportion to `weights` (largest remainder, earlier
/// entries first on a tie).
pub(super) fn apportion(total: u32, weights: &[u64]) -> Vec<u32> {
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let total = u64::from(total);
    let mut shares: Vec<u64> = weights.iter().map(|w| total * w / sum).collect();
    let mut rest: Vec<(u64, usize)> = weights
        .iter()
        .enumerate()
        .map(|(at, w)| (total * w % sum, at))
        .collect();
    rest.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let missing = total.saturating_sub(shares.iter().sum());
    for (_, at) in rest.iter().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(*at) {
            *share += 1;
        }
    }
    shares
        .into_iter()
        .map(|share| u32::try_from(share).unwrap_or(u32::MAX))
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(2_000, &[5, 0, 7, 11]).iter().sum::<u32>(), 2_000);
    }

    #[test]
    fn open_state_funded_schools_are_as_many_as_planned() {
        for schools in [20, 137, 2_000] {
            let plan = Plan {
                schools,
                ..Plan::default()
            };
            let layout = build(&plan);
            let open = layout
                .schools
                .iter()
                .filter(|s| s.kind.is_state_funded() && s.is_open_on(plan.as_at))
                .count();
            assert_eq!(open, schools as usize);
        }
    }
}
