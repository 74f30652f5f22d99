//! Whether a claim about a group is true, given what was planted in it.

use group_inspection_core::{
    evidence::Bearing,
    pattern::{Claim, Kind, Part, PhaseBand, School, TestPolicy, parts},
    theme::Theme,
};

use crate::{Effect, Planting};

/// Whether `claim` follows from what was planted. Everything else is false:
/// in particular every claim about a group in which nothing was planted.
pub(crate) fn is_true(
    claim: &Claim,
    planting: Option<Planting>,
    schools: &[School],
    policy: &TestPolicy,
) -> bool {
    let Some(planting) = planting else {
        return false;
    };
    let on_theme = Theme::of_area(claim.area) == Some(planting.theme);
    let weak = claim.bearing == Bearing::Weakness;
    match planting.effect {
        Effect::Weakness => on_theme && weak && is_level(claim.kind),
        Effect::Strength => on_theme && !weak && claim.kind == Kind::Widespread,
        Effect::InSecondary => {
            on_theme
                && weak
                && match claim.part {
                    None => is_level(claim.kind),
                    Some(part) => gathers(part, schools, policy),
                }
        }
        Effect::Rising => !weak && matches!(claim.kind, Kind::Widespread | Kind::Direction),
    }
}

/// Claims that follow from a raised chance of a weak outcome.
const fn is_level(kind: Kind) -> bool {
    match kind {
        Kind::Widespread | Kind::Recurrence | Kind::Persistence => true,
        Kind::Concentrated | Kind::Direction => false,
    }
}

/// Whether secondary schools are the more common inside the part than
/// outside.
fn gathers(part: Part, schools: &[School], policy: &TestPolicy) -> bool {
    let (mut inside, mut outside) = ([0_u32; 2], [0_u32; 2]);
    for school in schools {
        // Parts by time of joining differ from inspection to inspection; each
        // school is looked at by its latest.
        let started = school.points.iter().map(|point| point.started).max();
        let belongs = started.is_some_and(|started| parts(school, started, policy).contains(&part));
        let [secondary, all] = if belongs { &mut inside } else { &mut outside };
        *all += 1;
        *secondary += u32::from(school.stratum.phase == PhaseBand::Secondary);
    }
    let share = |[secondary, all]: [u32; 2]| f64::from(secondary) / f64::from(all.max(1));
    share(inside) > share(outside)
}
