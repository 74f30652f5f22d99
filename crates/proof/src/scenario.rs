//! What is planted in an England.

use chrono::{Datelike, NaiveDate};
use group_inspection_core::theme::Theme;
use group_inspection_registers::sandbox::{Plan, Scene};

use crate::chance::{Purpose, pick, unit};

/// What a group does to the outcomes of its schools once they have joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// Weaker in one theme in every school.
    Weakness,
    /// Stronger in one theme in every school.
    Strength,
    /// Weaker in one theme in its secondary schools only.
    InSecondary,
    /// Better in every theme, and the more so the later the inspection.
    Rising,
}

/// A planted effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planting {
    /// Effect.
    pub effect: Effect,
    /// Theme; of no meaning for [`Effect::Rising`].
    pub theme: Theme,
    /// Size on the latent scale, on which schools differ with a standard
    /// deviation of one (a year, for [`Effect::Rising`]).
    pub size: f64,
}

/// An England and what is planted in it.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Share of groups of three or more schools with an effect.
    pub planted: f64,
    /// Effects, equally likely.
    pub effects: &'static [Effect],
    /// Sizes, equally likely.
    pub sizes: &'static [f64],
    /// How much outcomes follow intake: latent standard deviations for one
    /// standard deviation of deprivation.
    pub intake: f64,
    /// Share of schools whose deprivation is not published.
    pub missing: f64,
    /// Share of schools with a report card.
    pub report_cards: f64,
    /// Whether it shows a limit of the method instead of testing a goal.
    pub limit: bool,
}

/// Themes in which an effect can be planted.
pub(crate) const PLANTED_THEMES: [Theme; 6] = [
    Theme::CurriculumAndTeaching,
    Theme::AttendanceAndBehaviour,
    Theme::PersonalDevelopment,
    Theme::LeadershipAndGovernance,
    Theme::Inclusion,
    Theme::Achievement,
];

/// Smallest group in which an effect is planted: two schools cannot tell a
/// group's effect from their own.
const SMALLEST_PLANTED: u32 = 3;

impl Scenario {
    /// Nothing is planted.
    pub const NULL: Self = Self {
        name: "null",
        about: "nothing is planted; schools differ only by chance",
        planted: 0.0,
        effects: &[],
        sizes: &[],
        intake: 0.0,
        missing: 0.15,
        report_cards: 0.10,
        limit: false,
    };

    const INTAKE: Self = Self {
        name: "null, intake",
        about: "nothing is planted; outcomes follow deprivation, which gathers in places and \
                groups, and is unknown for some schools",
        intake: 0.3,
        ..Self::NULL
    };

    const MIXED: Self = Self {
        name: "mixed",
        about: "a weakness or a strength in one theme of three groups in ten",
        planted: 0.3,
        effects: &[Effect::Weakness, Effect::Strength],
        sizes: &[0.6, 0.9, 1.2, 1.6],
        ..Self::NULL
    };

    /// As mixed, some years on.
    pub const MATURE: Self = Self {
        name: "mixed, mature",
        about: "as mixed, with intake, and most schools have a report card",
        report_cards: 0.8,
        intake: 0.3,
        ..Self::MIXED
    };

    /// The scenarios of the proof.
    #[must_use]
    pub const fn all() -> [Self; 9] {
        [
            Self::NULL,
            Self::INTAKE,
            Self {
                name: "null, intake unknown",
                about: "as before, but no school's deprivation is published: what the reference \
                        cannot know, it takes for a pattern",
                missing: 1.0,
                limit: true,
                ..Self::INTAKE
            },
            Self {
                name: "null, thin",
                about: "as null, intake; one school in fifty has a report card",
                report_cards: 0.02,
                ..Self::INTAKE
            },
            Self {
                name: "null, mature",
                about: "as null, intake; most schools have a report card",
                report_cards: 0.8,
                ..Self::INTAKE
            },
            Self::MIXED,
            Self::MATURE,
            Self {
                name: "mixed, part",
                about: "a weakness in the secondary schools of three groups in ten",
                effects: &[Effect::InSecondary],
                ..Self::MATURE
            },
            Self {
                name: "mixed, rising",
                about: "three groups in ten improve all areas year by year",
                effects: &[Effect::Rising],
                sizes: &[0.1, 0.2, 0.4],
                ..Self::MIXED
            },
        ]
    }

    /// The plan of the England with this seed. All effects are planted by
    /// [`Scenario::shift`].
    #[must_use]
    pub fn plan(&self, schools: u32, seed: u64) -> Plan {
        Plan {
            schools,
            seed,
            report_cards: self.report_cards,
            ..Plan::default().null()
        }
    }

    /// What is planted in a group.
    #[must_use]
    pub fn planting(&self, seed: u64, body: u32, members: u32) -> Option<Planting> {
        let thing = u64::from(body);
        let chosen =
            members >= SMALLEST_PLANTED && unit(seed, Purpose::Planting, thing) < self.planted;
        if !chosen {
            return None;
        }
        Some(Planting {
            effect: pick(self.effects, unit(seed, Purpose::Side, thing))?,
            theme: pick(&PLANTED_THEMES, unit(seed, Purpose::Theme, thing))?,
            size: pick(self.sizes, unit(seed, Purpose::Size, thing))?,
        })
    }

    /// Deprivation of a school: it gathers in places and, less, in groups.
    #[must_use]
    pub fn deprivation(seed: u64, urn: u32, place: u32, body: Option<u32>) -> u8 {
        let place = unit(seed, Purpose::PlaceIntake, u64::from(place));
        let body = body.map_or(0.5, |body| unit(seed, Purpose::BodyIntake, u64::from(body)));
        let own = unit(seed, Purpose::SchoolIntake, u64::from(urn));
        // The sum of the three runs from 0 to 3.2; these cut its middle into
        // fifths.
        let sum = 1.2 * place + 0.8 * body + 1.2 * own;
        1 + [1.16, 1.47, 1.73, 2.04]
            .iter()
            .map(|cut| u8::from(sum > *cut))
            .sum::<u8>()
    }

    /// Whether a school's deprivation is published.
    #[must_use]
    pub fn knows_deprivation(&self, seed: u64, urn: u32) -> bool {
        unit(seed, Purpose::Missing, u64::from(urn)) >= self.missing
    }

    /// What intake adds to the latent value of a school.
    #[must_use]
    pub fn intake(&self, deprivation: u8) -> f64 {
        // Quintiles 1 to 5 have a standard deviation of the root of two.
        self.intake * (3.0 - f64::from(deprivation)) / std::f64::consts::SQRT_2
    }

    /// What the scenario adds to a scene's latent value.
    #[must_use]
    pub fn shift(&self, seed: u64, scene: &Scene, planting: Option<Planting>) -> f64 {
        let deprivation = Self::deprivation(seed, scene.urn.get(), scene.place, scene.body);
        let planted = planting
            .filter(|_| scene.joined)
            .map_or(0.0, |planting| planting.shift(scene));
        self.intake(deprivation) + planted
    }
}

impl Planting {
    /// What it adds to a scene of a school that has joined.
    #[must_use]
    pub fn shift(&self, scene: &Scene) -> f64 {
        let here = scene.theme == self.theme;
        match self.effect {
            Effect::Weakness if here => -self.size,
            Effect::Strength if here => self.size,
            Effect::InSecondary if here && scene.phase == "Secondary" => -self.size,
            Effect::Rising => self.size * years_since_2020(scene.started),
            Effect::Weakness | Effect::Strength | Effect::InSecondary => 0.0,
        }
    }
}

fn years_since_2020(date: NaiveDate) -> f64 {
    let months = (date.year() - 2020) * 12 + i32::try_from(date.month0()).unwrap_or(0);
    f64::from(months.max(0)) / 12.0
}
