//! What could be a pattern in published outcomes, before chance is ruled out.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PhaseBand, Rate, School, TestPolicy, exact, exact::Tail};
use crate::{
    Urn,
    evidence::Bearing,
    outcome::{Area, Framework},
};

/// How outcomes are alike.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PatternKind")]
pub enum Kind {
    /// Many schools of the group lie at the same end of an area.
    Widespread,
    /// The weakness gathers in one part of the group.
    Concentrated,
    /// Schools inspected twice moved the same way.
    Direction,
    /// A weakness known in one member school appeared later in others.
    Recurrence,
    /// A weakness was still there at the next inspection.
    Persistence,
}

impl Kind {
    /// All of them, in the order reports list them.
    pub const ALL: [Self; 5] = [
        Self::Widespread,
        Self::Concentrated,
        Self::Direction,
        Self::Recurrence,
        Self::Persistence,
    ];
}

/// A part of a group.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Schools of one phase.
    Phase(PhaseBand),
    /// Schools in one local authority ([`School::place`]).
    Place(u32),
    /// Schools with few pupils.
    Small,
    /// Schools of middle size.
    Middling,
    /// Schools with many pupils.
    Large,
    /// Inspected soon after joining.
    NewlyJoined,
    /// Inspected later than that.
    LongJoined,
    /// In the more deprived areas.
    MoreDeprived,
    /// In the less deprived areas.
    LessDeprived,
}

/// What a candidate says, apart from its numbers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Framework. Candidates never span two (DR-04).
    pub framework: Framework,
    /// Area.
    pub area: Area,
    /// How outcomes are alike.
    pub kind: Kind,
    /// Strength or weakness; never `context`.
    pub bearing: Bearing,
    /// The part of the group, for [`Kind::Concentrated`].
    pub part: Option<Part>,
}

/// One school in a test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// School.
    pub school: Urn,
    /// Chance of a hit if nothing but chance is at work, and how well that
    /// chance is known.
    pub chance: Rate,
    /// Whether the school shows what the claim says.
    pub hit: bool,
    /// Whether it lies in the part that the claim names; true where the claim
    /// names none.
    pub inside: bool,
}

/// A claim with the schools it is tested on.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// What is claimed.
    pub claim: Claim,
    /// Schools in order of their number.
    pub trials: Vec<Trial>,
    /// The school in which a recurring weakness was first known. It is not
    /// among the trials.
    pub first: Option<Urn>,
    /// Hits below which the claim is no pattern (DR-07).
    pub least: usize,
    /// Parts of the group of which the same is asked, this one among them.
    pub shared_by: u32,
}

impl Candidate {
    /// The exact test of the claim.
    #[must_use]
    pub fn test(&self) -> Tail {
        test(self.claim.kind, &self.trials, self.least).shared_by(self.shared_by)
    }

    /// The exact test with the trial at `left_out` left out.
    #[must_use]
    pub fn test_without(&self, left_out: usize) -> Tail {
        let trials: Vec<Trial> = self
            .trials
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != left_out)
            .map(|(_, trial)| *trial)
            .collect();
        test(self.claim.kind, &trials, self.least).shared_by(self.shared_by)
    }

    /// Trials inside the part that the claim names.
    pub fn inside(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| trial.inside)
    }

    /// Trials outside that part.
    pub fn outside(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| !trial.inside)
    }

    /// Schools in which the claim shows.
    #[must_use]
    pub fn schools(&self) -> Vec<Urn> {
        let mut schools: Vec<Urn> = self
            .inside()
            .filter(|trial| trial.hit)
            .map(|trial| trial.school)
            .chain(self.first)
            .collect();
        schools.sort_unstable();
        schools
    }
}

/// Where a normal distribution is looked at to average over it, in standard
/// deviations, and with what weight (Gauss-Hermite, exact to the fifth power).
const NODES: [(f64, f64); 3] = [
    (-1.732_050_807_568_877_2, 1.0 / 6.0),
    (0.0, 2.0 / 3.0),
    (1.732_050_807_568_877_2, 1.0 / 6.0),
];

/// The exact test, averaged over what the national rates might really be. All
/// rates are taken to be wrong the same way, which is the worst case.
fn test(kind: Kind, trials: &[Trial], least: usize) -> Tail {
    let hits = |inside: bool| {
        trials
            .iter()
            .filter(|trial| trial.inside == inside && trial.hit)
            .count()
    };
    let chances = |inside: bool, node: f64| -> Vec<f64> {
        trials
            .iter()
            .filter(|trial| trial.inside == inside)
            .map(|trial| trial.chance.mean + node * trial.chance.error)
            .collect()
    };
    let observed = hits(true);
    let mut mass: Vec<f64> = Vec::new();
    for (node, weight) in NODES {
        let part = match kind {
            Kind::Concentrated => exact::conditional(
                &chances(true, node),
                &chances(false, 0.0),
                observed + hits(false),
            ),
            Kind::Widespread | Kind::Direction | Kind::Recurrence | Kind::Persistence => {
                exact::poisson_binomial(&chances(true, node))
            }
        };
        mass.resize(mass.len().max(part.len()), 0.0);
        for (sum, part) in mass.iter_mut().zip(part) {
            *sum += weight * part;
        }
    }
    Tail::new(&mass, observed, least)
}

/// The parts of the group that a school inspected on `started` belongs to.
#[must_use]
pub fn parts(school: &School, started: NaiveDate, policy: &TestPolicy) -> Vec<Part> {
    let mut parts = vec![Part::Phase(school.stratum.phase), Part::Place(school.place)];
    if let Some(pupils) = school.pupils {
        let [small, middling] = policy.size_limits;
        parts.push(if pupils <= small {
            Part::Small
        } else if pupils <= middling {
            Part::Middling
        } else {
            Part::Large
        });
    }
    let months = chrono::Months::new(policy.newly_joined_years.saturating_mul(12));
    let settled = school.joined.checked_add_months(months);
    parts.push(if settled.is_some_and(|settled| started < settled) {
        Part::NewlyJoined
    } else {
        Part::LongJoined
    });
    if let Some(quintile) = school.stratum.deprivation {
        parts.push(if u8::from(quintile) >= policy.more_deprived_from {
            Part::MoreDeprived
        } else {
            Part::LessDeprived
        });
    }
    parts
}
