//! The national reference: how common outcomes are among schools of the same
//! phase and type.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Counts, PhaseBand, Point, Rate, Stratum, TestPolicy, TypeBand,
    change::{self, Change},
    school::current,
};
use crate::{
    outcome::{Area, Framework, ScaleEnd},
    report::SourceLine,
};

/// Version of the rules by which a reference is counted.
pub const REFERENCE_RULES: &str = "reference-2026-1";

/// Counts of current outcomes of all schools of England, by framework, area
/// and stratum, with the files they were counted from.
///
/// It is counted once and serves every group: a group's own schools are taken
/// out by subtraction when the group is analysed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Listed", into = "Listed")]
#[schemars(with = "Listed")]
pub struct Reference {
    rules: String,
    from: NaiveDate,
    as_at: NaiveDate,
    schools: u32,
    sources: Vec<SourceLine>,
    cells: BTreeMap<(Framework, Area, Stratum), Counts>,
    changes: BTreeMap<(Framework, Area), Change>,
    levels: [Vec<Counts>; 4],
}

/// A reference as it is stored and sent.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename = "Reference", deny_unknown_fields)]
struct Listed {
    /// Version of the rules it was counted by.
    rules: String,
    /// First day of inspections that count.
    from: NaiveDate,
    /// Day the newest file describes.
    as_at: NaiveDate,
    /// Schools counted.
    schools: u32,
    /// Files it was counted from.
    sources: Vec<SourceLine>,
    /// Counts of current outcomes.
    cells: Vec<Cell>,
    /// Counts of changes between inspections of the same school.
    changes: Vec<ChangeCell>,
}

/// Counts of one stratum.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Cell {
    /// Framework.
    framework: Framework,
    /// Area.
    area: Area,
    /// Stratum.
    stratum: Stratum,
    /// Schools.
    counts: Counts,
}

/// Changes in one area.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangeCell {
    /// Framework.
    framework: Framework,
    /// Area.
    area: Area,
    /// Schools.
    change: Change,
}

impl From<Listed> for Reference {
    fn from(listed: Listed) -> Self {
        let mut reference = Self {
            rules: listed.rules,
            from: listed.from,
            as_at: listed.as_at,
            schools: listed.schools,
            sources: listed.sources,
            cells: BTreeMap::new(),
            changes: BTreeMap::new(),
            levels: SIZES.map(|size| vec![Counts::default(); size]),
        };
        for cell in listed.cells {
            reference.count(cell.framework, cell.area, cell.stratum, cell.counts);
        }
        for cell in listed.changes {
            let held = reference
                .changes
                .entry((cell.framework, cell.area))
                .or_default();
            held.merge(cell.change);
        }
        reference
    }
}

impl From<Reference> for Listed {
    fn from(reference: Reference) -> Self {
        Self {
            rules: reference.rules,
            from: reference.from,
            as_at: reference.as_at,
            schools: reference.schools,
            sources: reference.sources,
            cells: reference
                .cells
                .into_iter()
                .map(|((framework, area, stratum), counts)| Cell {
                    framework,
                    area,
                    stratum,
                    counts,
                })
                .collect(),
            changes: reference
                .changes
                .into_iter()
                .map(|((framework, area), change)| ChangeCell {
                    framework,
                    area,
                    change,
                })
                .collect(),
        }
    }
}

const AREAS: usize = Area::REPORT_CARD.len() + Area::BEFORE_REPORT_CARD.len();
const QUINTILES: usize = 5;
const SIZES: [usize; 4] = {
    let national = Framework::ALL.len() * AREAS;
    let phase = national * PhaseBand::ALL.len();
    let kind = phase * TypeBand::ALL.len();
    [national, phase, kind, kind * QUINTILES]
};

/// Where a stratum's counts are kept on each level, widest first: England,
/// phase, phase and type, and with deprivation where that is known.
fn places(framework: Framework, area: Area, stratum: Stratum) -> [Option<usize>; 4] {
    let national = framework as usize * AREAS + area as usize;
    let phase = national * PhaseBand::ALL.len() + stratum.phase as usize;
    let kind = phase * TypeBand::ALL.len() + stratum.kind as usize;
    let deprivation = stratum
        .deprivation
        .map(|quintile| kind * QUINTILES + usize::from(u8::from(quintile)) - 1);
    [Some(national), Some(phase), Some(kind), deprivation]
}

impl Reference {
    /// An empty reference to count into. `from` is the first day of the
    /// look-back for inspections, `as_at` the day the newest file describes.
    #[must_use]
    pub fn builder(
        from: NaiveDate,
        as_at: NaiveDate,
        mut sources: Vec<SourceLine>,
    ) -> ReferenceBuilder {
        sources.sort_by(|a, b| (&a.sha256, &a.file_name).cmp(&(&b.sha256, &b.file_name)));
        ReferenceBuilder(Self {
            rules: REFERENCE_RULES.to_owned(),
            from,
            as_at,
            schools: 0,
            sources,
            cells: BTreeMap::new(),
            changes: BTreeMap::new(),
            levels: SIZES.map(|size| vec![Counts::default(); size]),
        })
    }

    /// Version of the rules it was counted by.
    #[must_use]
    pub fn rules(&self) -> &str {
        &self.rules
    }

    /// First day of inspections that count.
    #[must_use]
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    /// Day the newest file describes.
    #[must_use]
    pub const fn as_at(&self) -> NaiveDate {
        self.as_at
    }

    /// Schools counted.
    #[must_use]
    pub const fn schools(&self) -> u32 {
        self.schools
    }

    /// Files it was counted from.
    #[must_use]
    pub fn sources(&self) -> &[SourceLine] {
        &self.sources
    }

    fn count(&mut self, framework: Framework, area: Area, stratum: Stratum, counts: Counts) {
        self.cells
            .entry((framework, area, stratum))
            .or_default()
            .merge(counts);
        for (level, place) in self.levels.iter_mut().zip(places(framework, area, stratum)) {
            if let Some(held) = place.and_then(|place| level.get_mut(place)) {
                held.merge(counts);
            }
        }
    }

    /// How common an outcome at `end` is among schools of `stratum` once the
    /// group's `own` schools are left out. `None` where too few schools of
    /// England have an outcome in the area.
    ///
    /// Each level is smoothed with the next wider one as if that were
    /// [`TestPolicy::smoothing_schools`] further schools (a beta-binomial
    /// posterior mean), so a thin stratum leans on its phase, and a thin
    /// phase on England.
    #[must_use]
    pub fn rate(
        &self,
        (framework, area): (Framework, Area),
        end: ScaleEnd,
        stratum: Stratum,
        own: &[(Stratum, Counts)],
        policy: &TestPolicy,
    ) -> Option<Rate> {
        let places = places(framework, area, stratum);
        let weight = f64::from(policy.smoothing_schools.max(1));
        let mut rate: Option<(f64, f64)> = None;
        for (depth, (level, place)) in self.levels.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let mut counts = level.get(place).copied().unwrap_or_default();
            for (other, held) in own {
                if shares_level(depth, stratum, *other) {
                    counts = counts.without(*held);
                }
            }
            let hits = f64::from(counts.at(end));
            let all = f64::from(counts.all());
            rate = Some(match rate {
                None if counts.all() < policy.thin_below_schools => return None,
                // The mean of the posterior after Jeffreys' prior.
                None => ((hits + 0.5) / (all + 1.0), all + 1.0),
                Some((wider, _)) => ((hits + weight * wider) / (all + weight), all + weight),
            });
        }
        rate.map(|(mean, schools)| Rate::known_from(mean, schools))
    }

    /// Changes between two inspections of the same school in one area, the
    /// group's `own` left out.
    #[must_use]
    pub fn change(&self, framework: Framework, area: Area, own: Change) -> Change {
        self.changes
            .get(&(framework, area))
            .copied()
            .unwrap_or_default()
            .without(own)
    }
}

fn shares_level(depth: usize, one: Stratum, other: Stratum) -> bool {
    match depth {
        0 => true,
        1 => one.phase == other.phase,
        2 => (one.phase, one.kind) == (other.phase, other.kind),
        _ => one == other,
    }
}

/// Counts a [`Reference`], school by school, in one pass.
#[derive(Debug, Clone)]
pub struct ReferenceBuilder(Reference);

impl ReferenceBuilder {
    /// Counts one school: all outcomes of its full inspections and of those
    /// of its predecessors, in any order. Each school is added once.
    pub fn add(&mut self, stratum: Stratum, points: &[Point]) {
        let recent = since(points, self.0.from);
        let counting = current(&recent);
        self.0.schools += u32::from(!counting.is_empty());
        for index in counting {
            if let Some(point) = recent.get(index) {
                let mut counts = Counts::default();
                counts.add(point.end());
                self.0.count(point.framework, point.area, stratum, counts);
            }
        }
        for (key, change) in change::last(points, &recent) {
            self.0
                .changes
                .entry(key)
                .or_default()
                .merge(Change::of(change));
        }
    }

    /// The finished reference.
    #[must_use]
    pub fn build(self) -> Reference {
        self.0
    }
}

/// The points of inspections that began on or after `from`.
pub(super) fn since(points: &[Point], from: NaiveDate) -> Vec<Point> {
    points
        .iter()
        .filter(|point| point.started >= from)
        .copied()
        .collect()
}
