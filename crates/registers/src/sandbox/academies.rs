//! Multi-academy trusts, single-academy trusts, their academies and sponsors.

use chrono::NaiveDate;

use super::days::{after, day, opening};
use super::dice::Dice;
use super::faiths::Faith;
use super::groups::{Group, GroupKind, GroupStatus, NONE};
use super::kinds::{Kind, Setting};
use super::layout::Draft;
use super::phases::Phase;
use super::places::AuthorityId;
use super::schools::{School, Status};
use super::trust_sizes::trust_sizes;

/// Multi-academy trusts with a school, and single-academy trusts, in England.
const MULTI: u32 = 1_250;
const SINGLE: u32 = 822;

/// Years in which trusts were incorporated, with weights.
const TRUST_YEARS: [(i32, u32); 14] = [
    (2010, 5),
    (2011, 15),
    (2012, 14),
    (2013, 10),
    (2014, 9),
    (2015, 8),
    (2016, 10),
    (2017, 10),
    (2018, 7),
    (2019, 4),
    (2020, 2),
    (2021, 2),
    (2022, 2),
    (2023, 2),
];

/// Years in which academies opened, with weights.
const ACADEMY_YEARS: [(i32, u32); 18] = [
    (2010, 2),
    (2011, 11),
    (2012, 12),
    (2013, 10),
    (2014, 10),
    (2015, 8),
    (2016, 9),
    (2017, 9),
    (2018, 7),
    (2019, 5),
    (2020, 3),
    (2021, 4),
    (2022, 4),
    (2023, 5),
    (2024, 5),
    (2025, 4),
    (2026, 2),
    (2027, 2),
];

/// Academies still to be handed out, apart by setting so that some trusts run
/// special schools only.
struct Pool {
    mainstream: Vec<Kind>,
    special: Vec<Kind>,
}

impl Pool {
    fn take(&mut self, prefers_special: bool, dice: &mut Dice) -> Option<Kind> {
        let special = if prefers_special {
            dice.chance(0.92)
        } else {
            let all = self.mainstream.len() + self.special.len();
            (dice.below(u32::try_from(all).unwrap_or(1)) as usize) < self.special.len() / 2
        };
        let (first, second) = if special {
            (&mut self.special, &mut self.mainstream)
        } else {
            (&mut self.mainstream, &mut self.special)
        };
        first.pop().or_else(|| second.pop())
    }
}

impl Draft {
    /// Places all academies in trusts.
    pub(super) fn academies(&mut self) {
        let mut pool = Pool {
            mainstream: Vec::new(),
            special: Vec::new(),
        };
        let mut kinds = self.state_funded();
        for kind in [
            Kind::Converter16To19,
            Kind::Free16To19,
            Kind::SponsorLed16To19,
        ] {
            kinds.push((kind, self.scaled(kind.facts().open)));
        }
        for (kind, count) in kinds {
            if kind.is_academy() {
                let list = match kind.setting() {
                    Setting::Special | Setting::Alternative => &mut pool.special,
                    _ => &mut pool.mainstream,
                };
                list.extend(std::iter::repeat_n(kind, count as usize));
            }
        }
        self.dice.shuffle(&mut pool.mainstream);
        self.dice.shuffle(&mut pool.special);

        let all = u32::try_from(pool.mainstream.len() + pool.special.len()).unwrap_or(u32::MAX);
        let singles = self.some(SINGLE).min(all / 3);
        let total = all - singles;
        let trusts = self.some(MULTI).min(total);
        for size in trust_sizes(trusts, total) {
            self.multi_academy_trust(size, &mut pool);
        }
        for _ in 0..singles {
            self.single_academy_trust(&mut pool);
        }
    }

    fn multi_academy_trust(&mut self, size: u32, pool: &mut Pool) {
        let home = self.any_authority();
        let special = size <= 14 && self.dice.chance(0.075);
        let faith = if special {
            Faith::DoesNotApply
        } else {
            let catholic = if size >= 12 { 12 } else { 5 };
            self.dice.weighted(
                &[
                    (Faith::DoesNotApply, 80),
                    (Faith::ChurchOfEngland, 19),
                    (Faith::RomanCatholic, catholic),
                ],
                Faith::DoesNotApply,
            )
        };
        let latest = after(self.as_at, -400);
        let opened = opening(&TRUST_YEARS, latest, &mut self.dice);
        let days = i64::from(self.dice.between(5, 60));
        let trust = Group {
            kind: GroupKind::MultiAcademy,
            status: GroupStatus::Open,
            opened: after(opened, -days),
            closed: None,
            home,
            faith,
            name: self.next_group(),
            twin: NONE,
            members: 0,
        };
        let trust = self.add_group(trust);
        self.sponsor_of(trust, size);

        // Large trusts reach far; most others stay at home or next door.
        let spread = match size {
            0..=1 => 0,
            2..=19 if self.dice.chance(0.6) => 0,
            2..=9 => 1,
            10..=19 => 3,
            20..=59 => size / 5,
            _ => size / 3,
        };
        for _ in 0..size {
            let Some(kind) = pool.take(special, &mut self.dice) else {
                return;
            };
            let rank = if spread > 0 && self.dice.chance(0.55) {
                self.dice.between(1, spread)
            } else {
                0
            };
            let wish = self.near(home, rank);
            let (opened, joined) = self.joining(kind, opened);
            self.academy(kind, wish, faith, trust, opened, joined);
        }
    }

    /// When an academy opened and joined its trust. Most opened in it; others
    /// came later, alone or from another trust.
    fn joining(&mut self, kind: Kind, trust_opened: NaiveDate) -> (NaiveDate, NaiveDate) {
        let mut opened = opening(&ACADEMY_YEARS, self.as_at, &mut self.dice);
        for _ in 0..3 {
            if opened >= trust_opened || self.dice.chance(0.35) {
                break;
            }
            opened = opening(&ACADEMY_YEARS, self.as_at, &mut self.dice);
        }
        let stays = !kind.was_converted() || self.dice.chance(0.84);
        if stays && opened >= trust_opened {
            return (opened, opened);
        }
        let from = opened.max(trust_opened);
        for _ in 0..6 {
            let joined = opening(&ACADEMY_YEARS, self.as_at, &mut self.dice);
            if joined > from {
                return (opened, joined);
            }
        }
        (opened, from)
    }

    fn single_academy_trust(&mut self, pool: &mut Pool) {
        let Some(kind) = pool.take(false, &mut self.dice) else {
            return;
        };
        let home = self.any_authority();
        let opened = opening(&ACADEMY_YEARS, self.as_at, &mut self.dice);
        let faith = self.dice.weighted(
            &[
                (Faith::DoesNotApply, 82),
                (Faith::ChurchOfEngland, 9),
                (Faith::RomanCatholic, 9),
            ],
            Faith::DoesNotApply,
        );
        let days = i64::from(self.dice.between(20, 120));
        let trust = Group {
            kind: GroupKind::SingleAcademy,
            status: GroupStatus::Open,
            opened: after(opened, -days),
            closed: None,
            home,
            faith,
            name: self.next_group(),
            twin: NONE,
            members: 0,
        };
        let trust = self.add_group(trust);
        if self.dice.chance(0.06) {
            self.add_sponsor(trust);
        }
        self.academy(kind, home, faith, trust, opened, opened);
    }

    fn academy(
        &mut self,
        kind: Kind,
        wish: AuthorityId,
        trust_faith: Faith,
        trust: u32,
        opened: NaiveDate,
        joined: NaiveDate,
    ) {
        // Sixth forms are outside the count of state-funded schools.
        let authority = if kind.is_state_funded() {
            self.take_place(wish, true)
        } else {
            wish
        };
        let mut school = self.school(kind, authority, Faith::DoesNotApply);
        school.faith = academy_faith(&school, trust_faith, &mut self.dice);
        school.body = trust;
        school.opened = Some(opened);
        school.joined = Some(joined);
        self.add(school);
    }

    /// Gives most trusts a sponsor, which is the same body under a second
    /// number.
    fn sponsor_of(&mut self, trust: u32, size: u32) {
        let share = match size {
            0..=1 => 0.4,
            2..=4 => 0.5,
            5..=9 => 0.72,
            _ => 0.92,
        };
        if self.dice.chance(share) {
            self.add_sponsor(trust);
        }
    }

    fn add_sponsor(&mut self, trust: u32) {
        let Some(group) = self.groups.get(trust as usize).copied() else {
            return;
        };
        let days = i64::from(self.dice.between(10, 400));
        let sponsor = self.add_group(Group {
            kind: GroupKind::Sponsor,
            opened: after(group.opened, days).min(self.as_at),
            twin: trust,
            members: 0,
            ..group
        });
        if let Some(group) = self.groups.get_mut(trust as usize) {
            group.twin = sponsor;
        }
    }

    /// Free schools that are proposed to open, in trusts that are open.
    pub(super) fn proposed_schools(&mut self) {
        let trusts = self.some(MULTI);
        for _ in 0..self.some(21) {
            let trust = self.dice.below(trusts);
            let Some(group) = self.groups.get(trust as usize).copied() else {
                continue;
            };
            let mut school = self.school(Kind::Free, group.home, Faith::DoesNotApply);
            school.status = Status::ProposedToOpen;
            school.opened = Some(day(chrono::Datelike::year(&self.as_at) + 1, 9, 1));
            self.add(school);
        }
    }
}

fn academy_faith(school: &School, trust: Faith, dice: &mut Dice) -> Faith {
    if school.kind.setting() != Setting::Mainstream {
        return Faith::DoesNotApply;
    }
    if matches!(school.kind, Kind::TechnicalCollege | Kind::Studio) {
        return Faith::DoesNotApply;
    }
    let church = match (trust, school.phase) {
        (Faith::RomanCatholic, _) => 1.0,
        (Faith::ChurchOfEngland, Phase::Primary) => 0.82,
        (Faith::ChurchOfEngland, _) => 0.3,
        (_, Phase::Primary) => 0.11,
        _ => 0.02,
    };
    if dice.chance(church) {
        return if trust == Faith::RomanCatholic {
            Faith::RomanCatholic
        } else {
            Faith::ChurchOfEngland
        };
    }
    dice.weighted(
        &[
            (Faith::DoesNotApply, 870),
            (Faith::None, 100),
            (Faith::Christian, 12),
            (Faith::Muslim, 7),
            (Faith::Methodist, 6),
            (Faith::Jewish, 5),
        ],
        Faith::DoesNotApply,
    )
}
