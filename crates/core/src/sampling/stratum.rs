//! Strata: schools alike in phase, time in the group, size and place.

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FrameSchool, SamplingPolicy};
use crate::school::Phase;

/// Size of a school by pupils.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SchoolSize {
    /// Small.
    Small,
    /// Medium.
    Medium,
    /// Large.
    Large,
    /// The number of pupils is not known.
    NotKnown,
}

impl SchoolSize {
    const fn label(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium-sized",
            Self::Large => "large",
            Self::NotKnown => "size not known",
        }
    }
}

/// How long a school has been in the group.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TimeInGroup {
    /// Joined of late.
    Recent,
    /// Between the two.
    Some,
    /// Long-standing.
    Established,
}

impl TimeInGroup {
    const fn label(self) -> &'static str {
        match self {
            Self::Recent => "joined of late",
            Self::Some => "in the group for some years",
            Self::Established => "long-standing member",
        }
    }
}

/// What the schools of a stratum have in common. A dimension that would
/// leave more strata than the sample has places is `None`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Stratum {
    /// Phase.
    pub phase: Option<Phase>,
    /// Time in the group.
    pub time: Option<TimeInGroup>,
    /// Size.
    pub size: Option<SchoolSize>,
    /// Place: the local authority.
    pub place: Option<String>,
}

impl Stratum {
    /// The stratum of a school by its first `dimensions`: phase, time in the
    /// group, size, place.
    pub(super) fn of(
        school: &FrameSchool,
        dimensions: usize,
        today: NaiveDate,
        policy: &SamplingPolicy,
    ) -> Self {
        let full = Self {
            phase: Some(school.phase),
            time: Some(time(school.joined, today, policy)),
            size: Some(size(school.pupils, policy)),
            place: Some(school.place.clone()),
        };
        Self {
            phase: full.phase.filter(|_| dimensions >= 1),
            time: full.time.filter(|_| dimensions >= 2),
            size: full.size.filter(|_| dimensions >= 3),
            place: full.place.filter(|_| dimensions >= 4),
        }
    }

    /// In words.
    #[must_use]
    pub fn label(&self) -> String {
        let parts: Vec<&str> = [
            self.phase.map(Phase::label),
            self.time.map(TimeInGroup::label),
            self.size.map(SchoolSize::label),
            self.place.as_deref(),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            "all schools".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// How many of its values are not among those of `others`.
    pub(super) fn novelty(&self, others: &[Self]) -> usize {
        let new = |differs: &dyn Fn(&Self) -> bool| usize::from(others.iter().all(differs));
        new(&|other| other.phase != self.phase)
            + new(&|other| other.time != self.time)
            + new(&|other| other.size != self.size)
            + new(&|other| other.place != self.place)
    }
}

fn size(pupils: Option<u32>, policy: &SamplingPolicy) -> SchoolSize {
    match pupils {
        None => SchoolSize::NotKnown,
        Some(pupils) if pupils <= policy.small_up_to_pupils => SchoolSize::Small,
        Some(pupils) if pupils <= policy.medium_up_to_pupils => SchoolSize::Medium,
        Some(_) => SchoolSize::Large,
    }
}

fn time(joined: NaiveDate, today: NaiveDate, policy: &SamplingPolicy) -> TimeInGroup {
    let ago = |months| today.checked_sub_months(Months::new(months));
    if ago(policy.recent_months).is_some_and(|day| joined > day) {
        TimeInGroup::Recent
    } else if ago(policy.established_months).is_some_and(|day| joined > day) {
        TimeInGroup::Some
    } else {
        TimeInGroup::Established
    }
}
