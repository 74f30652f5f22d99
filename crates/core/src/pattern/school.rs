//! What the analysis of published outcomes knows of a school.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Urn,
    outcome::{Area, AreaOutcome, Framework, InspectionEvent, PublishedOutcome, ScaleEnd},
    theme::Theme,
};

/// Phase of a school as far as the reference tells phases apart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PhaseBand {
    /// Nursery schools.
    Nursery,
    /// Primary and middle deemed primary.
    Primary,
    /// Secondary and middle deemed secondary.
    Secondary,
    /// All-through.
    AllThrough,
    /// 16 plus.
    #[serde(rename = "sixteen_plus")]
    SixteenPlus,
    /// No phase: most special schools and alternative provision.
    NotApplicable,
}

impl PhaseBand {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Nursery,
        Self::Primary,
        Self::Secondary,
        Self::AllThrough,
        Self::SixteenPlus,
        Self::NotApplicable,
    ];

    /// The band of a phase in the words of GIAS or Ofsted; anything else has
    /// none.
    #[must_use]
    pub fn of_published(phase: &str) -> Self {
        match phase.trim().to_lowercase().as_str() {
            "nursery" => Self::Nursery,
            "primary" | "middle deemed primary" => Self::Primary,
            "secondary" | "middle deemed secondary" => Self::Secondary,
            "all-through" | "all through" => Self::AllThrough,
            "16 plus" => Self::SixteenPlus,
            _ => Self::NotApplicable,
        }
    }
}

/// Type of a school as far as the reference tells types apart.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TypeBand {
    /// Maintained by a local authority.
    Maintained,
    /// Academies that converted.
    Converter,
    /// Sponsor-led academies.
    SponsorLed,
    /// Free schools, studio schools and technical colleges.
    Free,
    /// Special schools, whoever runs them.
    Special,
    /// Alternative provision, whoever runs it.
    Alternative,
    /// Anything else.
    Other,
}

impl TypeBand {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Maintained,
        Self::Converter,
        Self::SponsorLed,
        Self::Free,
        Self::Special,
        Self::Alternative,
        Self::Other,
    ];

    /// The band of a type of establishment in the words of GIAS or Ofsted.
    #[must_use]
    pub fn of_published(establishment_type: &str) -> Self {
        let name = establishment_type.to_lowercase();
        let has = |part: &str| name.contains(part);
        if has("special") {
            Self::Special
        } else if has("alternative provision") || has("pupil referral") {
            Self::Alternative
        } else if has("sponsor led") || has("sponsor-led") {
            Self::SponsorLed
        } else if has("converter") {
            Self::Converter
        } else if ["free school", "studio", "technical college", "technology"]
            .into_iter()
            .any(has)
        {
            Self::Free
        } else if ["community", "voluntary", "foundation", "nursery"]
            .into_iter()
            .any(has)
        {
            Self::Maintained
        } else {
            Self::Other
        }
    }
}

/// Quintile of deprivation, from 1 (least) to 5 (most deprived).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "u8", into = "u8")]
#[schemars(with = "u8")]
pub struct Quintile(u8);

/// A number that is not a quintile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a quintile is a whole number from 1 to 5")]
pub struct NotAQuintile;

impl TryFrom<u8> for Quintile {
    type Error = NotAQuintile;

    fn try_from(value: u8) -> Result<Self, NotAQuintile> {
        if (1..=5).contains(&value) {
            Ok(Self(value))
        } else {
            Err(NotAQuintile)
        }
    }
}

impl From<Quintile> for u8 {
    fn from(quintile: Quintile) -> Self {
        quintile.0
    }
}

/// Schools whose outcomes a school's are held against: same phase and type
/// and, where published, the same deprivation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// Phase.
    pub phase: PhaseBand,
    /// Type.
    pub kind: TypeBand,
    /// Quintile of the income deprivation affecting children index, where
    /// Ofsted publishes it.
    pub deprivation: Option<Quintile>,
}

impl Stratum {
    /// The stratum of a school in the words of the registers.
    #[must_use]
    pub fn of_published(phase: &str, establishment_type: &str, deprivation: Option<u8>) -> Self {
        Self {
            phase: PhaseBand::of_published(phase),
            kind: TypeBand::of_published(establishment_type),
            deprivation: deprivation.and_then(|quintile| quintile.try_into().ok()),
        }
    }
}

/// The outcome of one full inspection for one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// First day of the inspection.
    pub started: NaiveDate,
    /// Day the outcome was given, which may be later than the inspection.
    pub dated: NaiveDate,
    /// Framework.
    pub framework: Framework,
    /// Area.
    pub area: Area,
    /// Outcome, as published.
    pub outcome: AreaOutcome,
}

impl Point {
    /// The points of a published outcome: the areas of a full inspection that
    /// are a theme of their own and have an outcome on their scale.
    ///
    /// Ungraded and monitoring inspections have none. Their one text is about
    /// the whole school, is given to some kinds of school only, and is on the
    /// scale of no area.
    pub fn of(outcome: &PublishedOutcome) -> impl Iterator<Item = Self> + '_ {
        outcome
            .areas
            .iter()
            .filter(|_| outcome.event == InspectionEvent::Full)
            .filter(|result| {
                result.outcome.end().is_some() && Theme::of_area(result.area).is_some()
            })
            .map(|result| Self {
                started: outcome.started,
                dated: result.dated.unwrap_or(outcome.started),
                framework: outcome.framework,
                area: result.area,
                outcome: result.outcome,
            })
    }

    /// The end of its scale.
    #[must_use]
    pub fn end(&self) -> ScaleEnd {
        self.outcome.end().unwrap_or(ScaleEnd::Middle)
    }
}

/// A school as the analysis sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// School.
    pub urn: Urn,
    /// Whose outcomes it is held against.
    pub stratum: Stratum,
    /// Local authority, as any number that is the same for the same authority.
    pub place: u32,
    /// Pupils on roll, where published.
    pub pupils: Option<u32>,
    /// The day it joined the group.
    pub joined: NaiveDate,
    /// Outcomes of its full inspections and those of its predecessors, in any
    /// order.
    pub points: Vec<Point>,
}

/// Which points say how the school stands now: for each framework and area
/// the latest, and only those of the latest inspection on their theme,
/// whatever its framework. What inspectors have looked at again since is
/// history. Nothing is compared across frameworks (DR-04).
#[must_use]
pub fn current(points: &[Point]) -> Vec<usize> {
    let theme = |point: &Point| Theme::of_area(point.area);
    let newest = |wanted: Option<Theme>| {
        points
            .iter()
            .filter(|point| theme(point) == wanted)
            .map(|point| point.started)
            .max()
    };
    let mut kept: Vec<usize> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        if theme(point).is_none() || newest(theme(point)) != Some(point.started) {
            continue;
        }
        let same = |held: &usize| {
            points
                .get(*held)
                .is_some_and(|other| (other.framework, other.area) == (point.framework, point.area))
        };
        match kept.iter().position(same) {
            None => kept.push(index),
            Some(at) => {
                if let Some(held) = kept.get_mut(at)
                    && points.get(*held).is_some_and(|other| {
                        (other.dated, other.outcome) < (point.dated, point.outcome)
                    })
                {
                    *held = index;
                }
            }
        }
    }
    kept
}
