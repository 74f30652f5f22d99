//! Counts that are published together, and what to suppress among them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Shown, Thresholds, search};

/// What a count is of: a category in each of some dimensions, such as
/// `phase = primary, year = 2026`. A dimension that is left out is summed
/// over, so two tables that share a margin share its cells.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Cell(BTreeMap<String, String>);

impl Cell {
    /// The cell with these categories by dimension.
    #[must_use]
    pub fn new<'a>(categories: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            categories
                .into_iter()
                .map(|(dimension, category)| (dimension.to_owned(), category.to_owned()))
                .collect(),
        )
    }

    /// Its category in a dimension; `None` if it is summed over.
    #[must_use]
    pub fn category(&self, dimension: &str) -> Option<&str> {
        self.0.get(dimension).map(String::as_str)
    }

    fn without(&self, dimension: &str) -> Self {
        let mut categories = self.0.clone();
        categories.remove(dimension);
        Self(categories)
    }
}

/// A total that readers can work out from its parts, or one part from the
/// total and the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// The total.
    pub total: Cell,
    /// Its parts.
    pub parts: BTreeSet<Cell>,
}

/// Two statements about the counts that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// A cell is given two counts.
    #[error("{cell:?} is given as {first} and as {second}")]
    TwoCounts {
        /// Cell.
        cell: Cell,
        /// Count given first.
        first: u64,
        /// Count given now.
        second: u64,
    },
    /// A cell of a table lacks one of its dimensions.
    #[error("{cell:?} has no category in {dimension}")]
    NoCategory {
        /// Cell.
        cell: Cell,
        /// Dimension it lacks.
        dimension: String,
    },
    /// A sum names a cell without a count.
    #[error("{0:?} has no count")]
    NoCount(Cell),
    /// The parts do not add up to the total, or to no number that fits.
    #[error("the parts of {0:?} do not add up")]
    NotTheSum(Cell),
}

/// Why counts cannot be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// The counts contradict each other.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// A suppressed cell can be worked out whatever else is suppressed,
    /// because too much is public already.
    #[error("{0:?} cannot be protected")]
    Unprotectable(Cell),
}

/// Counts as they may be exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// Every cell.
    pub cells: BTreeMap<Cell, Shown>,
    /// Cells suppressed for themselves.
    pub primary: BTreeSet<Cell>,
    /// Cells suppressed because they would give others away.
    pub secondary: BTreeSet<Cell>,
}

/// Counts that are published together, with every sum that joins them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    cells: BTreeMap<Cell, u64>,
    sums: Vec<Sum>,
    hidden: BTreeSet<Cell>,
    public: BTreeSet<Cell>,
}

impl Counts {
    /// No counts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one count.
    ///
    /// # Errors
    ///
    /// [`Contradiction::TwoCounts`] if the cell has another count.
    pub fn add(&mut self, cell: Cell, count: u64) -> Result<(), Contradiction> {
        match self.cells.get(&cell) {
            Some(&first) if first != count => Err(Contradiction::TwoCounts {
                cell,
                first,
                second: count,
            }),
            _ => {
                self.cells.insert(cell, count);
                Ok(())
            }
        }
    }

    /// Says that `total` is the sum of `parts`, all of which have counts.
    ///
    /// # Errors
    ///
    /// If a cell has no count, or the counts do not add up.
    pub fn add_sum(&mut self, total: Cell, parts: BTreeSet<Cell>) -> Result<(), Contradiction> {
        let count = |cell: &Cell| {
            self.cells
                .get(cell)
                .copied()
                .ok_or_else(|| Contradiction::NoCount(cell.clone()))
        };
        let mut sum = Some(0_u64);
        for part in &parts {
            let count = count(part)?;
            sum = sum.and_then(|sum| sum.checked_add(count));
        }
        if sum != Some(count(&total)?) {
            return Err(Contradiction::NotTheSum(total));
        }
        let sum = Sum { total, parts };
        if !self.sums.contains(&sum) {
            self.sums.push(sum);
        }
        Ok(())
    }

    /// Adds a table of counts with all its margins. Each cell of `inside` has
    /// a category in each of `dimensions`, and in any others in which the
    /// table is fixed.
    ///
    /// # Errors
    ///
    /// If a cell lacks a dimension, or a margin has another count already.
    pub fn add_table(
        &mut self,
        dimensions: &[&str],
        inside: impl IntoIterator<Item = (Cell, u64)>,
    ) -> Result<(), Contradiction> {
        let mut level: BTreeMap<Cell, u64> = BTreeMap::new();
        for (cell, count) in inside {
            if let Some(dimension) = dimensions
                .iter()
                .find(|dimension| cell.category(dimension).is_none())
            {
                return Err(Contradiction::NoCategory {
                    cell,
                    dimension: (*dimension).to_owned(),
                });
            }
            if let Some(first) = level.insert(cell.clone(), count)
                && first != count
            {
                return Err(Contradiction::TwoCounts {
                    cell,
                    first,
                    second: count,
                });
            }
        }
        for (cell, count) in &level {
            self.add(cell.clone(), *count)?;
        }
        // From the inside of the table outward, one dimension less each time.
        for _ in dimensions {
            let mut margins: BTreeMap<(Cell, &str), BTreeSet<Cell>> = BTreeMap::new();
            for cell in level.keys() {
                for dimension in dimensions {
                    if cell.category(dimension).is_some() {
                        margins
                            .entry((cell.without(dimension), dimension))
                            .or_default()
                            .insert(cell.clone());
                    }
                }
            }
            let mut outer = BTreeMap::new();
            for ((total, _), parts) in margins {
                let sum = parts
                    .iter()
                    .try_fold(0_u64, |sum, part| {
                        sum.checked_add(level.get(part).copied().unwrap_or_default())
                    })
                    .ok_or_else(|| Contradiction::NotTheSum(total.clone()))?;
                self.add(total.clone(), sum)?;
                self.add_sum(total.clone(), parts)?;
                outer.insert(total, sum);
            }
            level = outer;
        }
        Ok(())
    }

    /// Suppresses every small count.
    pub fn hide_small(&mut self, thresholds: &Thresholds) {
        let small = self
            .cells
            .iter()
            .filter(|(_, count)| thresholds.is_small(**count))
            .map(|(cell, _)| cell.clone());
        self.hidden.extend(small);
    }

    /// Suppresses a cell whatever its count.
    pub fn hide(&mut self, cell: Cell) {
        if self.cells.contains_key(&cell) {
            self.hidden.insert(cell);
        }
    }

    /// Says that a cell is public already, so that suppressing it would
    /// protect nothing.
    pub fn already_public(&mut self, cell: Cell) {
        self.public.insert(cell);
    }

    /// Every cell with its true count, before anything is suppressed.
    pub fn truth(&self) -> impl Iterator<Item = (&Cell, u64)> {
        self.cells.iter().map(|(cell, count)| (cell, *count))
    }

    /// Every sum that joins the cells.
    pub fn joined(&self) -> impl Iterator<Item = &Sum> {
        self.sums.iter()
    }

    /// Suppresses what is hidden, and as much more as it takes that no
    /// suppressed cell can be worked out from the others. What is suppressed
    /// is a smallest choice in the sense that none of it could be shown after
    /// all; small counts and inner cells are preferred to totals.
    ///
    /// Readers are assumed to know every sum and that no suppressed count is
    /// negative; where no suppressed count is zero, they are assumed to know
    /// that as well.
    ///
    /// # Errors
    ///
    /// [`DisclosureError::Unprotectable`] if a hidden cell is, or follows
    /// from, what is public already.
    pub fn protect(&self) -> Result<Protected, DisclosureError> {
        let cells: Vec<(&Cell, u64)> = self.cells.iter().map(|(cell, n)| (cell, *n)).collect();
        let index: BTreeMap<&Cell, usize> = cells
            .iter()
            .enumerate()
            .map(|(index, (cell, _))| (*cell, index))
            .collect();
        let at = |cell: &Cell| index.get(cell).copied();
        let system = search::System::new(
            cells.iter().map(|(_, count)| *count).collect(),
            self.sums
                .iter()
                .filter_map(|sum| {
                    Some(search::Equation {
                        total: at(&sum.total)?,
                        parts: sum.parts.iter().filter_map(at).collect(),
                    })
                })
                .collect(),
            self.public.iter().filter_map(at).collect(),
        );
        let name = |index: &usize| cells.get(*index).map(|(cell, _)| (*cell).clone());
        let primary: BTreeSet<usize> = self.hidden.iter().filter_map(at).collect();
        let hidden = system
            .protect(&primary)
            .map_err(|pinned| DisclosureError::Unprotectable(name(&pinned).unwrap_or_default()))?;
        Ok(Protected {
            cells: cells
                .iter()
                .enumerate()
                .map(|(index, (cell, count))| {
                    let shown = if hidden.contains(&index) {
                        Shown::SUPPRESSED
                    } else {
                        Shown::Number(*count)
                    };
                    ((*cell).clone(), shown)
                })
                .collect(),
            secondary: hidden.difference(&primary).filter_map(name).collect(),
            primary: primary.iter().filter_map(name).collect(),
        })
    }
}
