//! An oracle: knows the true chances, the sizes that are planted and how
//! often, and where its line must lie.

use std::collections::BTreeMap;

use group_inspection_core::{
    evidence::Bearing,
    outcome::{Area, Framework, ScaleEnd},
    pattern::{Candidate, Counts, Kind, current},
    policy::Policy,
    theme::Theme,
};

use crate::{
    Body, Effect, England, ProofError, Scenario, Settings, judge, scenario::PLANTED_THEMES,
};

/// Englands from which true chances are counted.
const CALIBRATION: u64 = 3;

/// Key of a chance: framework, area and quintile of deprivation.
type Key = (Framework, Area, u8);

/// True chances of outcomes, without and with a planted shift.
#[derive(Debug)]
pub(crate) struct Oracle<'a> {
    scenario: &'a Scenario,
    plain: BTreeMap<Key, Counts>,
    /// For each planted size: shifted down, shifted up.
    shifted: Vec<[BTreeMap<Key, Counts>; 2]>,
}

/// What the oracle makes of one claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belief {
    /// Chance that nothing is planted there.
    pub(crate) false_with: f64,
    /// Whether the claim is true.
    pub(crate) is_true: bool,
}

impl<'a> Oracle<'a> {
    /// Counts the true chances of a scenario; `None` where the oracle knows
    /// no likelihood of what is planted.
    pub(crate) fn of(
        scenario: &'a Scenario,
        settings: &Settings,
    ) -> Result<Option<Self>, ProofError> {
        let everywhere = |effect: &Effect| matches!(effect, Effect::Weakness | Effect::Strength);
        if scenario.effects.is_empty() || !scenario.effects.iter().all(everywhere) {
            return Ok(None);
        }
        let plain = chances(scenario, settings, 0.0)?;
        let mut shifted = Vec::new();
        for size in scenario.sizes {
            shifted.push([
                chances(scenario, settings, -size)?,
                chances(scenario, settings, *size)?,
            ]);
        }
        Ok(Some(Self {
            scenario,
            plain,
            shifted,
        }))
    }

    /// The oracle's beliefs about a body's candidates.
    pub(crate) fn beliefs(
        &self,
        seed: u64,
        body: &Body,
        candidates: &[Candidate],
        policy: &Policy,
    ) -> Vec<Belief> {
        candidates
            .iter()
            .filter(|candidate| candidate.claim.kind == Kind::Widespread)
            .filter(|candidate| candidate.schools().len() >= candidate.least)
            .filter_map(|candidate| {
                let claim = &candidate.claim;
                let theme = Theme::of_area(claim.area)?;
                let prior = self.prior(theme, claim.bearing, body.schools.len());
                let ratio = self.ratio(seed, body, candidate);
                let odds = prior / (1.0 - prior) * ratio;
                Some(Belief {
                    false_with: 1.0 / (1.0 + odds),
                    is_true: judge::is_true(
                        claim,
                        body.planting,
                        &body.schools,
                        &policy.pattern_tests,
                    ),
                })
            })
            .collect()
    }

    fn prior(&self, theme: Theme, bearing: Bearing, members: usize) -> f64 {
        if members < 3 || !PLANTED_THEMES.contains(&theme) {
            return 0.0;
        }
        let this_way = self
            .scenario
            .effects
            .iter()
            .filter(|effect| match effect {
                Effect::Weakness => bearing == Bearing::Weakness,
                Effect::Strength => bearing == Bearing::Strength,
                Effect::InSecondary | Effect::Rising => false,
            })
            .count();
        self.scenario.planted * this_way as f64
            / (self.scenario.effects.len() * PLANTED_THEMES.len()) as f64
    }

    /// Likelihood of the outcomes if an effect of some planted size is there,
    /// over that if none is.
    fn ratio(&self, seed: u64, body: &Body, candidate: &Candidate) -> f64 {
        let claim = &candidate.claim;
        let (end, way) = match claim.bearing {
            Bearing::Strength => (ScaleEnd::Strong, 1),
            Bearing::Weakness | Bearing::Context => (ScaleEnd::Weak, 0),
        };
        let mut sum = 0.0;
        for tables in &self.shifted {
            let mut product = 1.0;
            for trial in &candidate.trials {
                let Some(school) = body
                    .schools
                    .iter()
                    .find(|school| school.urn == trial.school)
                else {
                    continue;
                };
                // The oracle knows the deprivation of every school, published
                // or not.
                let quintile =
                    Scenario::deprivation(seed, school.urn.get(), school.place, body.group);
                let key = (claim.framework, claim.area, quintile);
                let without = share(self.plain.get(&key), end);
                let with = share(tables.get(way).and_then(|table| table.get(&key)), end);
                product *= if trial.hit {
                    with / without
                } else {
                    (1.0 - with) / (1.0 - without)
                };
            }
            sum += product;
        }
        sum / self.shifted.len().max(1) as f64
    }
}

fn share(counts: Option<&Counts>, end: ScaleEnd) -> f64 {
    let counts = counts.copied().unwrap_or_default();
    (f64::from(counts.at(end)) + 0.5) / (f64::from(counts.all()) + 1.0)
}

fn chances(
    scenario: &Scenario,
    settings: &Settings,
    everywhere: f64,
) -> Result<BTreeMap<Key, Counts>, ProofError> {
    let plain = Scenario {
        planted: 0.0,
        missing: 0.0,
        ..*scenario
    };
    let mut counts: BTreeMap<Key, Counts> = BTreeMap::new();
    for extra in 0..CALIBRATION {
        let seed = settings.seed + 1_000_000 + extra;
        let england = England::shifted(&plain, settings.schools, seed, everywhere)?;
        for school in england.schools() {
            let quintile = school.stratum.deprivation.map_or(3, u8::from);
            for index in current(&school.points) {
                if let Some(point) = school.points.get(index) {
                    counts
                        .entry((point.framework, point.area, quintile))
                        .or_default()
                        .add(point.end());
                }
            }
        }
    }
    Ok(counts)
}

/// Share of false findings among the findings of all reports if the oracle's
/// line is at `line`.
fn false_share(beliefs: &[Belief], line: f64) -> f64 {
    let found = beliefs.iter().filter(|belief| belief.false_with <= line);
    let (mut all, mut wrong) = (0.0_f64, 0.0);
    for belief in found {
        all += 1.0;
        wrong += if belief.is_true { 0.0 } else { 1.0 };
    }
    wrong / all.max(1.0)
}

/// The widest line at which no more than this share of the oracle's findings
/// is false.
pub(crate) fn line(reports: &[Vec<Belief>], wanted: f64) -> f64 {
    let beliefs: Vec<Belief> = reports.iter().flatten().copied().collect();
    (0..1_000)
        .rev()
        .map(|step| f64::from(step) / 1_000.0)
        .find(|line| false_share(&beliefs, *line) <= wanted)
        .unwrap_or(0.0)
}
