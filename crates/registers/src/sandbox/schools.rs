//! Establishments in their compact form, and what is drawn again for each when
//! it is written.

use chrono::NaiveDate;

use super::dice::{Dice, Purpose};
use super::faiths::Faith;
use super::kinds::{Kind, Setting};
use super::names;
use super::phases::Phase;
use super::places::{self, AuthorityId};

/// First unique reference number of the sandbox.
pub const FIRST_URN: u32 = 900_000;

/// Unique reference number of the establishment at `position`.
pub(super) const fn urn(position: u32) -> u32 {
    FIRST_URN + position
}

/// Status of an establishment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Open,
    Closed,
    ProposedToClose,
    ProposedToOpen,
}

impl Status {
    pub(super) const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("1", "Open"),
            Self::Closed => ("2", "Closed"),
            Self::ProposedToClose => ("3", "Open, but proposed to close"),
            Self::ProposedToOpen => ("4", "Proposed to open"),
        }
    }
}

/// How an establishment followed on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Succession {
    /// One for one: mostly a conversion to an academy.
    Plain,
    Merged,
    Amalgamated,
    Split,
}

/// An establishment. Kept small: a large England has millions of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct School {
    /// Number of the place where the school stands; a converted school shares
    /// it with its predecessor.
    pub(super) site: u32,
    /// Group that is responsible for it, or [`super::groups::NONE`].
    pub(super) body: u32,
    /// Second group.
    pub(super) other_body: u32,
    /// The school it became part of or turned into.
    pub(super) successor: u32,
    /// The school that stood on the same site before.
    pub(super) predecessor: u32,
    pub(super) opened: Option<NaiveDate>,
    pub(super) closed: Option<NaiveDate>,
    pub(super) joined: Option<NaiveDate>,
    pub(super) authority: AuthorityId,
    /// Establishment number within the authority.
    pub(super) number: u16,
    pub(super) kind: Kind,
    pub(super) phase: Phase,
    pub(super) faith: Faith,
    pub(super) status: Status,
    pub(super) succession: Succession,
}

impl School {
    /// Open on `date`, whether or not its opening is on record.
    pub(super) fn is_open_on(&self, date: NaiveDate) -> bool {
        self.opened.is_none_or(|opened| opened <= date)
            && match self.closed {
                Some(closed) => closed > date,
                None => self.status != Status::Closed && self.status != Status::ProposedToOpen,
            }
    }
}

/// What a site has, drawn from the site's own stream.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) ages: (u32, u32),
    pub(super) capacity: u32,
    pub(super) pupils: u32,
    pub(super) boys: u32,
    pub(super) free_meals: u32,
    pub(super) gender: (&'static str, &'static str),
    pub(super) nursery: bool,
    pub(super) selective: bool,
    pub(super) deprivation_quintile: u32,
    pub(super) postcode: String,
    pub(super) point: (u32, u32),
    pub(super) town: String,
    pub(super) street: u32,
}

impl Site {
    /// Draws the site of `school`.
    pub(super) fn of(seed: u64, school: &School) -> Self {
        let mut dice = Dice::of(seed, Purpose::Site, u64::from(school.site));
        let ages = draw_ages(school.kind.setting(), school.phase, &mut dice);
        let years = ages.1.saturating_sub(ages.0).max(1);
        let a_year = match (school.phase, school.kind.setting()) {
            (Phase::Primary | Phase::MiddleDeemedPrimary, _) => {
                dice.weighted(&[(15, 14), (30, 38), (45, 12), (60, 30), (90, 6)], 30)
            }
            (Phase::Nursery, _) => dice.between(20, 50),
            (_, Setting::Special | Setting::Alternative) => dice.between(5, 16),
            (_, Setting::Other) => dice.between(10, 60),
            _ => dice.between(90, 270),
        };
        let capacity = a_year * years;
        let pupils = capacity * dice.between(68, 103) / 100;
        let gender = match school.phase {
            Phase::Secondary if dice.chance(0.11) => {
                dice.one(&[("1", "Boys"), ("2", "Girls")], ("3", "Mixed"))
            }
            _ => ("3", "Mixed"),
        };
        let boys = match gender.0 {
            "1" => pupils,
            "2" => 0,
            _ => pupils * dice.between(46, 56) / 100,
        };
        let deprivation_quintile = dice.between(1, 5);
        let free_meals = pupils * dice.between(2, 14) * deprivation_quintile / 100;
        Self {
            ages,
            capacity,
            pupils,
            boys,
            free_meals: free_meals.min(pupils),
            gender,
            nursery: ages.0 <= 3 && dice.chance(0.8),
            selective: school.phase == Phase::Secondary && dice.chance(0.048),
            deprivation_quintile,
            postcode: places::postcode(school.authority, &mut dice),
            point: places::point(school.authority, &mut dice),
            town: names::town(school.authority, dice.below(3)),
            street: dice.between(1, 99),
        }
    }

    /// Whether the report of an inspection has an outcome for early years.
    pub(super) fn has_early_years(&self, school: &School) -> bool {
        match school.phase {
            Phase::Nursery => true,
            Phase::Primary | Phase::AllThrough => self.ages.0 <= 5,
            _ => school.kind.setting() == Setting::Special && self.ages.0 <= 3,
        }
    }

    /// Whether the report of an inspection has an outcome for post-16
    /// provision.
    pub(super) fn has_post_16(&self, school: &School) -> bool {
        self.has_sixth_form(school)
            || school.kind.setting() == Setting::Special && self.ages.1 >= 19
    }

    /// Whether it has a sixth form.
    pub(super) fn has_sixth_form(&self, school: &School) -> bool {
        matches!(school.phase, Phase::Secondary | Phase::AllThrough) && self.ages.1 >= 18
    }

    /// Name of a school on this site.
    pub(super) fn name(&self, school: &School) -> String {
        names::school(
            school.site,
            school.kind,
            school.phase,
            school.faith,
            self.ages,
        )
    }
}

type Ages = ((u32, u32), u32);

fn draw_ages(setting: Setting, phase: Phase, dice: &mut Dice) -> (u32, u32) {
    const PRIMARY: [Ages; 10] = [
        ((4, 11), 43),
        ((3, 11), 27),
        ((2, 11), 7),
        ((5, 11), 6),
        ((7, 11), 6),
        ((3, 7), 3),
        ((4, 7), 3),
        ((5, 7), 2),
        ((2, 7), 1),
        ((5, 9), 2),
    ];
    const SECONDARY: [Ages; 5] = [
        ((11, 18), 49),
        ((11, 16), 41),
        ((11, 19), 6),
        ((13, 18), 3),
        ((14, 19), 1),
    ];
    const ALL_THROUGH: [Ages; 4] = [((4, 18), 5), ((3, 18), 3), ((2, 16), 1), ((4, 16), 2)];
    const SPECIAL: [Ages; 6] = [
        ((2, 19), 3),
        ((3, 19), 4),
        ((11, 19), 3),
        ((4, 11), 2),
        ((11, 16), 3),
        ((5, 16), 2),
    ];
    const OTHER: [Ages; 5] = [
        ((3, 11), 3),
        ((11, 18), 2),
        ((4, 18), 2),
        ((2, 13), 1),
        ((7, 18), 1),
    ];
    match (phase, setting) {
        (Phase::Nursery, _) => dice.one(&[(2, 5), (3, 5)], (2, 5)),
        (Phase::Primary, _) => dice.weighted(&PRIMARY, (4, 11)),
        (Phase::MiddleDeemedPrimary, _) => (8, 12),
        (Phase::Secondary, _) => dice.weighted(&SECONDARY, (11, 18)),
        (Phase::MiddleDeemedSecondary, _) => (9, 13),
        (Phase::AllThrough, _) => dice.weighted(&ALL_THROUGH, (4, 18)),
        (Phase::SixteenPlus, Setting::SixthForm) => (16, 19),
        (Phase::SixteenPlus, _) | (_, Setting::FurtherEducation | Setting::HigherEducation) => {
            (16, 99)
        }
        (Phase::NotApplicable, Setting::Special) => dice.weighted(&SPECIAL, (3, 19)),
        (Phase::NotApplicable, Setting::Alternative) => dice.one(&[(5, 16), (11, 16)], (11, 16)),
        (Phase::NotApplicable, _) => dice.weighted(&OTHER, (3, 11)),
    }
}
