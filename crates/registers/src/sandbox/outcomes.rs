//! The latent model: from quality to published outcomes.
//!
//! Every area of work (theme) `a` of school `i`, inspected on day `t`, has the
//! latent value
//!
//! ```text
//! eta = s_i + w_ia + o_it + joined(t) * (g - d_a)
//!   s_i  ~ Normal(0, 0.70)   the school
//!   w_ia ~ Normal(0, 0.20)   the school's area
//!   o_it ~ Normal(0, 0.55)   the inspection
//!   g    ~ Normal(0, Plan::group_effect)            the group
//!   d_a  = Plan::planted_size for the group's weak theme, else 0
//!   joined(t) = 1 from the day the school joined, before it 0
//! ```
//!
//! and the outcome is drawn by ordered logit with scale 0.20:
//! `P(outcome at least k) = logistic((eta - tau_ak) / 0.20)`. Without groups
//! the latent scale has a standard deviation of one, so `group_effect` reads
//! as a share of it. The thresholds `tau` are solved so that the share of each
//! outcome equals what Ofsted published (file as at 28 February 2026; areas
//! that it does not break down are set between their neighbours).

use super::Plan;
use super::dice::{Dice, logistic};

/// Standard deviations of the school, its areas and the inspection.
pub(super) const SCHOOL_SD: f64 = 0.70;
pub(super) const AREA_SD: f64 = 0.20;
pub(super) const OCCASION_SD: f64 = 0.55;
/// Scale of the ordered logit.
pub(super) const SCALE: f64 = 0.20;

/// An area of work that inspections look at under one name or another. It is
/// how this sandbox makes outcomes, not a way to compare frameworks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Theme {
    Safeguarding,
    Inclusion,
    Teaching,
    Achievement,
    Behaviour,
    PersonalDevelopment,
    EarlyYears,
    Post16,
    Leadership,
}

/// Number of themes.
pub(super) const THEMES: usize = 9;

impl Theme {
    pub(super) const ALL: [Self; THEMES] = [
        Self::Safeguarding,
        Self::Inclusion,
        Self::Teaching,
        Self::Achievement,
        Self::Behaviour,
        Self::PersonalDevelopment,
        Self::EarlyYears,
        Self::Post16,
        Self::Leadership,
    ];

    /// Themes that can be planted as a weakness, with weights.
    pub(super) const PLANTED: [(Self, u32); 5] = [
        (Self::Inclusion, 4),
        (Self::Behaviour, 3),
        (Self::Teaching, 2),
        (Self::Achievement, 2),
        (Self::Leadership, 1),
    ];

    /// Name in `truth.json`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Safeguarding => "safeguarding",
            Self::Inclusion => "inclusion",
            Self::Teaching => "curriculum_and_teaching",
            Self::Achievement => "achievement",
            Self::Behaviour => "attendance_and_behaviour",
            Self::PersonalDevelopment => "personal_development_and_wellbeing",
            Self::EarlyYears => "early_years",
            Self::Post16 => "post_16_provision",
            Self::Leadership => "leadership_and_governance",
        }
    }
}

/// Shares of the outcomes of one area, best first (any unit).
type Shares<const N: usize> = [f64; N];

/// Report-card areas other than safeguarding, in the order of [`Theme`]:
/// exceptional, strong standard, expected standard, needs attention, urgent
/// improvement. Counts of 28 February 2026; a small share stands where a
/// handful of report cards had none.
const CARD: [(Theme, Shares<5>); 8] = [
    (Theme::Inclusion, [8.0, 103.0, 117.0, 16.0, 2.0]),
    (Theme::Teaching, [4.0, 46.0, 156.0, 37.0, 3.0]),
    (Theme::Achievement, [3.0, 52.0, 133.0, 53.0, 5.0]),
    (Theme::Behaviour, [5.0, 86.0, 125.0, 28.0, 2.0]),
    (Theme::PersonalDevelopment, [7.0, 116.0, 115.0, 7.0, 1.0]),
    (Theme::EarlyYears, [1.0, 42.0, 121.0, 17.0, 0.5]),
    (Theme::Post16, [1.6, 9.0, 15.0, 1.3, 0.1]),
    (Theme::Leadership, [6.0, 75.0, 143.0, 20.0, 2.0]),
];

/// Areas of the education inspection framework: 1, 2, 3, 4.
const EDUCATION: [(Theme, Shares<4>); 6] = [
    (Theme::Teaching, [14.0, 75.4, 9.2, 1.4]),
    (Theme::Behaviour, [25.0, 69.4, 5.0, 0.6]),
    (Theme::PersonalDevelopment, [28.4, 67.3, 4.0, 0.3]),
    (Theme::Leadership, [16.5, 75.0, 7.2, 1.3]),
    (Theme::EarlyYears, [1923.0, 6928.0, 599.0, 72.0]),
    (Theme::Post16, [477.0, 983.0, 78.0, 12.0]),
];

/// Overall effectiveness of the inspections before September 2019.
const EARLIER: Shares<4> = [12.0, 68.0, 17.0, 3.0];

/// Safeguarding met (report card) and effective (earlier), as shares.
const SAFEGUARDING_MET: f64 = 0.991;
const SAFEGUARDING_EFFECTIVE: f64 = 0.9926;

/// Thresholds of all areas, solved for one plan.
#[derive(Debug)]
pub(super) struct Model {
    card: [[f64; 4]; THEMES],
    education: [[f64; 3]; THEMES],
    earlier: [f64; 3],
    safeguarding_met: f64,
    safeguarding_effective: f64,
    solver: Solver,
}

impl Model {
    pub(super) fn of(plan: &Plan) -> Self {
        // About half of the schools are in a group when they are inspected.
        let variance = SCHOOL_SD * SCHOOL_SD
            + AREA_SD * AREA_SD
            + OCCASION_SD * OCCASION_SD
            + 0.5 * plan.group_effect * plan.group_effect;
        let solver = Solver::new(square_root(variance));
        let mut card = [[0.0; 4]; THEMES];
        for (theme, shares) in CARD {
            if let Some(row) = card.get_mut(theme as usize) {
                *row = solver.thresholds(&shares);
            }
        }
        let mut education = [[0.0; 3]; THEMES];
        for (theme, shares) in EDUCATION {
            if let Some(row) = education.get_mut(theme as usize) {
                *row = solver.thresholds(&shares);
            }
        }
        Self {
            card,
            education,
            earlier: solver.thresholds(&EARLIER),
            safeguarding_met: solver.threshold(SAFEGUARDING_MET),
            safeguarding_effective: solver.threshold(SAFEGUARDING_EFFECTIVE),
            solver,
        }
    }

    /// Report card: 0 exceptional to 4 urgent improvement.
    pub(super) fn card(&self, theme: Theme, eta: f64, dice: &mut Dice) -> u8 {
        rank(eta, self.card.get(theme as usize).map_or(&[], |t| t), dice)
    }

    /// Education inspection framework: 1 to 4.
    pub(super) fn education(&self, theme: Theme, eta: f64, dice: &mut Dice) -> u8 {
        1 + rank(
            eta,
            self.education.get(theme as usize).map_or(&[], |t| t),
            dice,
        )
    }

    /// Overall effectiveness before September 2019: 1 to 4.
    pub(super) fn earlier(&self, eta: f64, dice: &mut Dice) -> u8 {
        1 + rank(eta, &self.earlier, dice)
    }

    pub(super) fn safeguarding_met(&self, eta: f64, dice: &mut Dice) -> bool {
        rank(eta, &[self.safeguarding_met], dice) == 0
    }

    pub(super) fn safeguarding_effective(&self, eta: f64, dice: &mut Dice) -> bool {
        rank(eta, &[self.safeguarding_effective], dice) == 0
    }

    /// Thresholds that a share `best` lies above and a share `worst` below.
    pub(super) fn cuts(&self, best: f64, worst: f64) -> [f64; 2] {
        [
            self.solver.threshold(best),
            self.solver.threshold(1.0 - worst),
        ]
    }
}

/// Ordered logit: how many thresholds (best first) the outcome stays below.
pub(super) fn rank(eta: f64, thresholds: &[f64], dice: &mut Dice) -> u8 {
    let drawn = dice.unit();
    let mut below = 0;
    for tau in thresholds {
        if drawn < logistic((eta - tau) / SCALE) {
            break;
        }
        below += 1;
    }
    below
}

/// Solves `E[logistic((x - tau) / SCALE)] = share` for x ~ Normal(0, sd).
#[derive(Debug)]
struct Solver {
    /// Points of x and their weights.
    grid: Vec<(f64, f64)>,
}

impl Solver {
    fn new(sd: f64) -> Self {
        // 41 points from -4 to 4 standard deviations.
        let mut grid: Vec<(f64, f64)> = (0_u8..41)
            .map(|step| {
                let z = -4.0 + 0.2 * f64::from(step);
                (z * sd, density(z))
            })
            .collect();
        let total: f64 = grid.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in &mut grid {
            *weight /= total;
        }
        Self { grid }
    }

    fn share_above(&self, tau: f64) -> f64 {
        self.grid
            .iter()
            .map(|(x, weight)| weight * logistic((x - tau) / SCALE))
            .sum()
    }

    fn threshold(&self, share: f64) -> f64 {
        let (mut low, mut high) = (-8.0, 8.0);
        for _ in 0..30 {
            let middle = (low + high) / 2.0;
            if self.share_above(middle) > share {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn thresholds<const N: usize, const M: usize>(&self, shares: &Shares<N>) -> [f64; M] {
        let total: f64 = shares.iter().sum();
        let mut above = 0.0;
        let mut result = [0.0; M];
        for (tau, share) in result.iter_mut().zip(shares) {
            above += share / total;
            *tau = self.threshold(above);
        }
        result
    }
}

/// Normal density up to a factor, by the logistic function's own exp: the
/// ratio p / (1 - p) of the logistic is exp.
fn density(z: f64) -> f64 {
    let p = logistic(-z * z / 2.0);
    p / (1.0 - p)
}

/// Square root by Newton's method (positive numbers near one).
fn square_root(x: f64) -> f64 {
    let mut root = 1.0;
    for _ in 0..40 {
        root = (root + x / root) / 2.0;
    }
    root
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::sandbox::dice::Purpose;

    #[test]
    fn thresholds_give_the_published_shares() {
        let plan = Plan {
            group_effect: 0.0,
            ..Plan::default()
        };
        let model = Model::of(&plan);
        let mut dice = Dice::of(3, Purpose::Inspections, 0);
        let n = 20_000;
        let mut seen = [0_u32; 5];
        for _ in 0..n {
            let eta =
                SCHOOL_SD * dice.normal() + AREA_SD * dice.normal() + OCCASION_SD * dice.normal();
            seen[model.card(Theme::Inclusion, eta, &mut dice) as usize] += 1;
        }
        for (count, share) in seen.iter().zip([8.0, 103.0, 117.0, 16.0, 2.0]) {
            let got = f64::from(*count) / f64::from(n);
            assert!((got - share / 246.0).abs() < 0.012, "{got} {share}");
        }
    }

    #[test]
    fn roots_are_roots() {
        assert!((square_root(2.0) - 2.0_f64.sqrt()).abs() < 1e-12);
    }
}
