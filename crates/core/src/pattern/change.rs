//! Changes between two full inspections of the same school in the same
//! framework.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Point, school::current};
use crate::outcome::{Area, AreaOutcome, Framework, ScaleEnd};

/// Schools by what changed between their last two full inspections in one
/// area of one framework.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Further up the scale the second time.
    pub up: u32,
    /// Further down the scale the second time.
    pub down: u32,
    /// At the weak end the first time.
    pub weak_before: u32,
    /// Of these, at the weak end the second time too.
    pub weak_again: u32,
}

impl Change {
    /// The change of one school.
    #[must_use]
    pub fn of((before, after): (Point, Point)) -> Self {
        let direction = direction(before, after);
        let weak = before.end() == ScaleEnd::Weak;
        Self {
            up: u32::from(direction == Some(true)),
            down: u32::from(direction == Some(false)),
            weak_before: u32::from(weak),
            weak_again: u32::from(weak && after.end() == ScaleEnd::Weak),
        }
    }

    /// Adds all schools of `other`.
    pub const fn merge(&mut self, other: Self) {
        self.up += other.up;
        self.down += other.down;
        self.weak_before += other.weak_before;
        self.weak_again += other.weak_again;
    }

    /// All schools less those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self {
            up: self.up.saturating_sub(other.up),
            down: self.down.saturating_sub(other.down),
            weak_before: self.weak_before.saturating_sub(other.weak_before),
            weak_again: self.weak_again.saturating_sub(other.weak_again),
        }
    }
}

/// Whether the second outcome lies further up the scale than the first;
/// `None` where it lies at the same place. Both are of one framework and
/// area, so they are on one scale.
pub(super) fn direction(before: Point, after: Point) -> Option<bool> {
    match (step(before.outcome), step(after.outcome)) {
        (Some(first), Some(second)) if first != second => Some(second < first),
        _ => None,
    }
}

/// Place on the outcome's own scale, 0 at its top.
const fn step(outcome: AreaOutcome) -> Option<u8> {
    match outcome {
        AreaOutcome::Exceptional
        | AreaOutcome::Met
        | AreaOutcome::Outstanding
        | AreaOutcome::Yes => Some(0),
        AreaOutcome::StrongStandard | AreaOutcome::NotMet | AreaOutcome::Good | AreaOutcome::No => {
            Some(1)
        }
        AreaOutcome::ExpectedStandard | AreaOutcome::RequiresImprovement => Some(2),
        AreaOutcome::NeedsAttention | AreaOutcome::Inadequate => Some(3),
        AreaOutcome::UrgentImprovement => Some(4),
        AreaOutcome::NotJudged
        | AreaOutcome::InsufficientEvidence
        | AreaOutcome::DoesNotApply
        | AreaOutcome::NoneRecorded => None,
    }
}

/// The last two inspections of a school by framework and area, where the
/// later one is among the `recent` points and says how the school stands now.
/// Each school gives at most one pair.
pub(super) fn last(
    points: &[Point],
    recent: &[Point],
) -> BTreeMap<(Framework, Area), (Point, Point)> {
    let mut pairs = BTreeMap::new();
    for after in current(recent)
        .into_iter()
        .filter_map(|index| recent.get(index))
    {
        let key = (after.framework, after.area);
        let before = points
            .iter()
            .filter(|point| (point.framework, point.area) == key)
            .filter(|point| point.started < after.started)
            .max();
        if let Some(before) = before {
            pairs.insert(key, (*before, *after));
        }
    }
    pairs
}
