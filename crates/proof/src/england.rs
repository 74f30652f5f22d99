//! A fictional England in memory, as the analysis sees it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use group_inspection_core::{
    pattern::{Reference, School, Stratum, window_start},
    policy::Policy,
};
use group_inspection_registers::sandbox::{Scene, ToldGroup, ToldSchool, walk, walk_groups};

use crate::{Planting, ProofError, Scenario};

/// A body that runs at least two open schools.
#[derive(Debug, Clone)]
pub struct Body {
    /// Number of the group in the sandbox; none for a local authority.
    pub group: Option<u32>,
    /// Its schools.
    pub schools: Vec<School>,
    /// What is planted in it.
    pub planting: Option<Planting>,
}

/// A fictional England.
#[derive(Debug)]
pub struct England {
    /// Bodies that run at least two schools.
    pub bodies: Vec<Body>,
    /// Schools that no such body runs.
    pub others: Vec<School>,
    /// Day on which all bodies are analysed.
    pub opened_on: NaiveDate,
}

/// Schools of a local authority have always been its own.
const ALWAYS: NaiveDate = NaiveDate::MIN;

/// Who runs a school: a group, or the local authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Runs {
    Group(u32),
    Authority(u32),
}

impl England {
    /// Generates the England of a scenario with this seed.
    ///
    /// # Errors
    ///
    /// [`ProofError::Sandbox`] when the plan is out of range.
    pub fn of(scenario: &Scenario, schools: u32, seed: u64) -> Result<Self, ProofError> {
        Self::shifted(scenario, schools, seed, 0.0)
    }

    /// As [`England::of`], with `everywhere` added to every latent value.
    pub(crate) fn shifted(
        scenario: &Scenario,
        schools: u32,
        seed: u64,
        everywhere: f64,
    ) -> Result<Self, ProofError> {
        let plan = scenario.plan(schools, seed);
        let mut plantings: BTreeMap<u32, Planting> = BTreeMap::new();
        if scenario.planted > 0.0 {
            let mut tell = |group: ToldGroup| {
                if let Some(planting) = scenario.planting(seed, group.body, group.members) {
                    plantings.insert(group.body, planting);
                }
            };
            walk_groups(&plan, &mut tell)?;
        }
        let of_body = |body: Option<u32>| body.and_then(|body| plantings.get(&body).copied());
        let twist = |scene: &Scene| everywhere + scenario.shift(seed, scene, of_body(scene.body));
        let mut run: BTreeMap<Runs, Vec<School>> = BTreeMap::new();
        let mut add = |told: ToldSchool<'_>| {
            let runs = told.body.map_or(Runs::Authority(told.place), Runs::Group);
            run.entry(runs)
                .or_default()
                .push(seen(scenario, seed, &told));
        };
        walk(&plan, Some(&twist), &mut add)?;
        let mut england = Self {
            bodies: Vec::new(),
            others: Vec::new(),
            opened_on: plan.as_at,
        };
        for (runs, schools) in run {
            let group = match runs {
                Runs::Group(group) => Some(group),
                Runs::Authority(_) => None,
            };
            let planting = of_body(group);
            if schools.len() < 2 {
                england.others.extend(schools);
            } else {
                england.bodies.push(Body {
                    group,
                    schools,
                    planting,
                });
            }
        }
        Ok(england)
    }

    /// Every school.
    pub fn schools(&self) -> impl Iterator<Item = &School> {
        self.bodies
            .iter()
            .flat_map(|body| &body.schools)
            .chain(&self.others)
    }

    /// Counts the national reference.
    #[must_use]
    pub fn reference(&self, policy: &Policy) -> Reference {
        let from = window_start(self.opened_on, policy);
        let mut builder = Reference::builder(from, self.opened_on, Vec::new());
        for school in self.schools() {
            builder.add(school.stratum, &school.points);
        }
        builder.build()
    }
}

fn seen(scenario: &Scenario, seed: u64, told: &ToldSchool<'_>) -> School {
    let urn = told.urn.get();
    let deprivation = scenario
        .knows_deprivation(seed, urn)
        .then(|| Scenario::deprivation(seed, urn, told.place, told.body));
    School {
        urn: told.urn,
        stratum: Stratum::of_published(told.phase, told.establishment_type, deprivation),
        place: told.place,
        pupils: Some(told.pupils),
        joined: told.joined.unwrap_or(ALWAYS),
        points: told.points.to_vec(),
    }
}
