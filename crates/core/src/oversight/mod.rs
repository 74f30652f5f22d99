//! The national view: what inspections found, asked, cost and changed, by kind
//! of body and school year.
//!
//! It names no body and puts nothing in an order but that of kinds, years and
//! themes. Reports are public, so suppression hides no report; it keeps this
//! view from being read as one on a single body.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    body::BodyKind,
    disclosure::{Cell, Counts, DisclosureError, Protected, Shown, Thresholds},
    evidence::Bearing,
    report::Report,
    theme::Theme,
};

/// School year, named by the year it begins in; it begins on 1 September.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct SchoolYear(i32);

impl SchoolYear {
    /// The school year of a day.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year() - i32::from(day.month() < 9))
    }

    /// The calendar year it begins in.
    #[must_use]
    pub const fn begins_in(self) -> i32 {
        self.0
    }
}

/// What one inspection with a published report adds to the view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    /// Body, to tell bodies apart; never shown.
    pub body: Uuid,
    /// Kind of body.
    pub kind: BodyKind,
    /// Day of first publication.
    pub published_on: NaiveDate,
    /// Key patterns of the report.
    pub patterns: BTreeSet<(Theme, Bearing)>,
    /// Amounts; one that is left out is zero.
    pub amounts: BTreeMap<Amount, u64>,
}

/// Something added up over inspections.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// Requests made.
    Requests,
    /// Requests for what was held.
    AskedTwice,
    /// Items of evidence sent.
    Items,
    /// Minutes of leaders.
    LeaderMinutes,
    /// Cost in pence.
    CostPence,
    /// Key patterns that the groups say were new to them.
    PatternsNewToGroup,
    /// Recommendations made.
    Recommendations,
    /// Recommendations with evidence that something was done.
    RecommendationsActedOn,
}

impl Amount {
    /// All amounts, in the order of the view.
    pub const ALL: [Self; 8] = [
        Self::Requests,
        Self::AskedTwice,
        Self::Items,
        Self::LeaderMinutes,
        Self::CostPence,
        Self::PatternsNewToGroup,
        Self::Recommendations,
        Self::RecommendationsActedOn,
    ];
}

impl Inspected {
    /// What a published report adds; `amounts` are those the report does not
    /// hold.
    #[must_use]
    pub fn new(report: &Report, published_on: NaiveDate, amounts: BTreeMap<Amount, u64>) -> Self {
        let made = u64::try_from(report.recommendations.len()).unwrap_or(u64::MAX);
        let mut all = amounts;
        all.insert(Amount::Recommendations, made);
        Self {
            body: report.front.body_id,
            kind: report.front.body_kind,
            published_on,
            patterns: report
                .patterns
                .key
                .iter()
                .map(|pattern| (pattern.theme, pattern.bearing))
                .collect(),
            amounts: all,
        }
    }

    fn cell(&self) -> Cell {
        let year = SchoolYear::of(self.published_on).begins_in().to_string();
        Cell::new([(KIND, self.kind.code()), (YEAR, year.as_str())])
    }
}

/// The national view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overview {
    /// One line for each kind and year, with all of either first.
    pub lines: Vec<Line>,
    /// Reports with a key pattern, by theme and bearing.
    pub found: Vec<Found>,
}

/// Inspections of one kind of body in one school year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Kind of body; `None` for all.
    pub kind: Option<BodyKind>,
    /// School year; `None` for all.
    pub year: Option<SchoolYear>,
    /// Inspections with a published report.
    pub inspections: Shown,
    /// What they asked, cost and changed.
    pub amounts: BTreeMap<Amount, Shown>,
}

/// Reports with a key pattern on one theme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Theme.
    pub theme: Theme,
    /// Strength or weakness.
    pub bearing: Bearing,
    /// Kind of body; `None` for all.
    pub kind: Option<BodyKind>,
    /// School year; `None` for all.
    pub year: Option<SchoolYear>,
    /// Reports.
    pub reports: Shown,
}

const KIND: &str = "kind";
const YEAR: &str = "year";

/// The view over published inspections, suppressed so that none can be
/// singled out (DR-34).
///
/// # Errors
///
/// [`DisclosureError`] if the amounts are too large to add up.
pub fn overview(
    inspected: &[Inspected],
    thresholds: &Thresholds,
) -> Result<Overview, DisclosureError> {
    let groups = groups(inspected);
    let inspections = protect(inspected, thresholds, &groups)?;
    let mut amounts = BTreeMap::new();
    for amount in Amount::ALL {
        let of = |one: &Inspected| one.amounts.get(&amount).copied().unwrap_or_default();
        let sums = follow(inspected, &inspections, None, of)?;
        amounts.insert(amount, sums);
    }
    let lines = groups
        .iter()
        .map(|(kind, year)| Line {
            kind: *kind,
            year: *year,
            inspections: shown(&inspections, *kind, *year),
            amounts: amounts
                .iter()
                .map(|(amount, sums)| (*amount, shown(sums, *kind, *year)))
                .collect(),
        })
        .collect();
    let patterns: BTreeSet<(Theme, Bearing)> = inspected
        .iter()
        .flat_map(|one| one.patterns.iter().copied())
        .collect();
    let mut found = Vec::new();
    for (theme, bearing) in patterns {
        let has = |one: &Inspected| u64::from(one.patterns.contains(&(theme, bearing)));
        let reports = follow(inspected, &inspections, Some(thresholds), has)?;
        found.extend(groups.iter().map(|(kind, year)| Found {
            theme,
            bearing,
            kind: *kind,
            year: *year,
            reports: shown(&reports, *kind, *year),
        }));
    }
    Ok(Overview { lines, found })
}

type Group = (Option<BodyKind>, Option<SchoolYear>);

/// Every combination of kind and year that occurs, and all of either.
fn groups(inspected: &[Inspected]) -> Vec<Group> {
    let kinds: BTreeSet<BodyKind> = inspected.iter().map(|one| one.kind).collect();
    let years: BTreeSet<SchoolYear> = inspected
        .iter()
        .map(|one| SchoolYear::of(one.published_on))
        .collect();
    let kinds = std::iter::once(None).chain(kinds.into_iter().map(Some));
    let years: Vec<Option<SchoolYear>> = std::iter::once(None)
        .chain(years.into_iter().map(Some))
        .collect();
    kinds
        .flat_map(|kind| years.iter().map(move |year| (kind, *year)))
        .collect()
}

fn cell(kind: Option<BodyKind>, year: Option<SchoolYear>) -> Cell {
    let year = year.map(|year| year.begins_in().to_string());
    Cell::new(
        kind.map(|kind| (KIND, kind.code()))
            .into_iter()
            .chain(year.as_deref().map(|year| (YEAR, year))),
    )
}

/// What a group shows; a combination in which nothing happened is zero.
fn shown(protected: &Protected, kind: Option<BodyKind>, year: Option<SchoolYear>) -> Shown {
    let held = protected.cells.get(&cell(kind, year));
    held.copied().unwrap_or(Shown::Number(0))
}

fn table(
    inspected: &[Inspected],
    of: impl Fn(&Inspected) -> u64,
) -> Result<Counts, DisclosureError> {
    let mut inside: BTreeMap<Cell, u64> = BTreeMap::new();
    for one in inspected {
        let sum = inside.entry(one.cell()).or_default();
        *sum = sum.saturating_add(of(one));
    }
    let mut counts = Counts::new();
    counts.add_table(&[KIND, YEAR], inside)?;
    Ok(counts)
}

/// Counts of inspections: small ones are hidden, and those of few bodies.
fn protect(
    inspected: &[Inspected],
    thresholds: &Thresholds,
    groups: &[Group],
) -> Result<Protected, DisclosureError> {
    let mut counts = table(inspected, |_| 1)?;
    counts.hide_small(thresholds);
    for (kind, year) in groups {
        let bodies: BTreeSet<Uuid> = inspected
            .iter()
            .filter(|one| kind.is_none_or(|kind| one.kind == kind))
            .filter(|one| year.is_none_or(|year| SchoolYear::of(one.published_on) == year))
            .map(|one| one.body)
            .collect();
        let bodies = u64::try_from(bodies.len()).unwrap_or(u64::MAX);
        if bodies > 0 && bodies < thresholds.oversight_bodies_minimum {
            counts.hide(cell(*kind, *year));
        }
    }
    counts.protect()
}

/// Sums that are hidden wherever the number of inspections is, and, where
/// `small` is given, wherever they are small themselves.
fn follow(
    inspected: &[Inspected],
    inspections: &Protected,
    small: Option<&Thresholds>,
    of: impl Fn(&Inspected) -> u64,
) -> Result<Protected, DisclosureError> {
    let mut sums = table(inspected, of)?;
    for hidden in inspections.primary.iter().chain(&inspections.secondary) {
        sums.hide(hidden.clone());
    }
    if let Some(thresholds) = small {
        sums.hide_small(thresholds);
    }
    sums.protect()
}

#[cfg(test)]
mod tests;
