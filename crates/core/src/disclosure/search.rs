//! What follows from a set of sums of which some terms are hidden.
//!
//! A hidden count is safe if another set of counts, with another value in its
//! place, agrees with everything shown. Such a set is looked for by changing
//! the count by one and mending each sum that this upsets by changing another
//! hidden count by one. What is found proves the count safe. In a table of two
//! dimensions with its margins nothing is missed; elsewhere, or when the steps
//! run out, a set may be missed, and then more is suppressed than need be,
//! never less.

use std::collections::{BTreeMap, BTreeSet};

/// Changes tried for one cell before it counts as given away. It bounds the
/// work; a smaller number could only suppress more.
const STEPS: u32 = 4_000;

/// Cells hidden at a time for the sake of one, at the most, before they are
/// chosen one by one. Like [`STEPS`], it bounds the work.
const COMPANIONS: usize = 7;

/// A total and its parts, by index of their counts.
#[derive(Debug, Clone)]
pub(super) struct Equation {
    pub(super) total: usize,
    pub(super) parts: BTreeSet<usize>,
}

impl Equation {
    fn cells(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.total).chain(self.parts.iter().copied())
    }
}

/// Counts and the sums that join them.
#[derive(Debug, Clone)]
pub(super) struct System {
    counts: Vec<u64>,
    sums: Vec<Equation>,
    /// By cell, the sums it stands in: 1 as the total, -1 as a part.
    stands_in: Vec<Vec<(usize, i64)>>,
    /// Cells that are public already.
    public: BTreeSet<usize>,
    /// Whether zeros may be hidden, because one of the primary cells is zero.
    zeros: bool,
}

impl System {
    pub(super) fn new(counts: Vec<u64>, sums: Vec<Equation>, public: BTreeSet<usize>) -> Self {
        let mut stands_in = vec![Vec::new(); counts.len()];
        for (index, sum) in sums.iter().enumerate() {
            for cell in sum.cells() {
                if let Some(places) = stands_in.get_mut(cell) {
                    places.push((index, if cell == sum.total { 1 } else { -1 }));
                }
            }
        }
        Self {
            counts,
            sums,
            stands_in,
            public,
            zeros: false,
        }
    }

    /// The cells to hide so that none of them can be worked out; at least
    /// `primary`.
    pub(super) fn protect(mut self, primary: &BTreeSet<usize>) -> Result<BTreeSet<usize>, usize> {
        self.zeros = primary.iter().any(|cell| self.count(*cell) == 0);
        if let Some(public) = primary.intersection(&self.public).next() {
            return Err(*public);
        }
        let mut hidden = primary.clone();
        // What is safe stays so when more is hidden.
        let mut safe = BTreeSet::new();
        while let Some(pinned) = self.pinned(&hidden, &mut safe) {
            hidden.extend(self.companions(pinned, &hidden).ok_or(pinned)?);
        }
        let mut secondary: Vec<usize> = hidden.difference(primary).copied().collect();
        secondary.sort_by_key(|cell| std::cmp::Reverse(self.cost(*cell)));
        for cell in secondary {
            hidden.remove(&cell);
            if self.pinned(&hidden, &mut BTreeSet::new()).is_some() {
                hidden.insert(cell);
            }
        }
        Ok(hidden)
    }

    /// The first hidden cell that can be worked out; adds those before it to
    /// the ones that are known to be safe.
    fn pinned(&self, hidden: &BTreeSet<usize>, safe: &mut BTreeSet<usize>) -> Option<usize> {
        for cell in hidden {
            if !safe.contains(cell) {
                match self.alternative(*cell, hidden, 0) {
                    // Every count that changes on the way is safe as well.
                    Some(changes) => safe.extend(changes.keys()),
                    None => return Some(*cell),
                }
            }
        }
        None
    }

    /// Further cells to hide for the sake of `pinned`: a fewest number that
    /// protects it, if that is found, else one that brings it nearer.
    fn companions(&self, pinned: usize, hidden: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        (1..=COMPANIONS)
            .find_map(|more| self.alternative(pinned, hidden, more))
            .map(|changes| changes.into_keys().collect())
            .or_else(|| {
                self.nearest(pinned, hidden)
                    .map(|cell| BTreeSet::from([cell]))
            })
    }

    /// The cheapest cell that shares a sum with `pinned`, or with a hidden
    /// cell that does, and so on.
    fn nearest(&self, pinned: usize, hidden: &BTreeSet<usize>) -> Option<usize> {
        let mut reach: BTreeSet<usize> = BTreeSet::from([pinned]);
        loop {
            let around: BTreeSet<usize> = self
                .sums
                .iter()
                .filter(|sum| sum.cells().any(|cell| reach.contains(&cell)))
                .flat_map(Equation::cells)
                .collect();
            let open = around
                .iter()
                .copied()
                .filter(|cell| self.may_hide(*cell) && !hidden.contains(cell));
            if let Some(cell) = open.min_by_key(|cell| self.cost(*cell)) {
                return Some(cell);
            }
            let before = reach.len();
            reach.extend(around.intersection(hidden).copied());
            if reach.len() == before {
                return None;
            }
        }
    }

    /// Whether a cell may be suppressed for the sake of others. A zero stays,
    /// as it tells of nobody, unless zeros are among what is to be hidden.
    fn may_hide(&self, cell: usize) -> bool {
        !self.public.contains(&cell) && (self.zeros || self.count(cell) > 0)
    }

    fn count(&self, cell: usize) -> u64 {
        self.counts.get(cell).copied().unwrap_or_default()
    }

    /// The sums a cell stands in.
    fn places(&self, cell: usize) -> &[(usize, i64)] {
        self.stands_in.get(cell).map_or(&[], Vec::as_slice)
    }

    /// Inner cells before totals, small counts before large ones.
    fn cost(&self, cell: usize) -> (usize, u64, usize) {
        let totals = self.places(cell).iter().filter(|(_, side)| *side > 0);
        (totals.count(), self.count(cell), cell)
    }

    /// Changes of hidden counts, among them `cell`, that keep every sum. Up to
    /// `more` counts may be among them that are not hidden yet.
    fn alternative(
        &self,
        cell: usize,
        hidden: &BTreeSet<usize>,
        more: usize,
    ) -> Option<BTreeMap<usize, i64>> {
        // Readers may know that nothing suppressed is zero.
        let floor = u64::from(!self.zeros);
        [1, -1].into_iter().find_map(|change| {
            let mut walk = Walk {
                system: self,
                hidden,
                floor,
                more,
                changes: BTreeMap::new(),
                upset: BTreeMap::new(),
                steps: STEPS,
            };
            (walk.may_change(cell, change) && walk.change(cell, change)).then_some(walk.changes)
        })
    }
}

struct Walk<'a> {
    system: &'a System,
    hidden: &'a BTreeSet<usize>,
    floor: u64,
    more: usize,
    changes: BTreeMap<usize, i64>,
    /// By sum, how far its parts fall short of its total; none at zero.
    upset: BTreeMap<usize, i64>,
    steps: u32,
}

impl Walk<'_> {
    fn may_change(&self, cell: usize, change: i64) -> bool {
        (self.hidden.contains(&cell) || (self.more > 0 && self.system.may_hide(cell)))
            && !self.changes.contains_key(&cell)
            && (change > 0 || self.system.count(cell) > self.floor)
    }

    /// Makes a change and mends what it upsets; undoes it if that fails.
    fn change(&mut self, cell: usize, change: i64) -> bool {
        let new = usize::from(!self.hidden.contains(&cell));
        self.more = self.more.saturating_sub(new);
        self.changes.insert(cell, change);
        self.shift(cell, change);
        if self.mend() {
            return true;
        }
        self.shift(cell, -change);
        self.changes.remove(&cell);
        self.more += new;
        false
    }

    fn shift(&mut self, cell: usize, change: i64) {
        for (sum, side) in self.system.places(cell) {
            let shortfall = self.upset.remove(sum).unwrap_or_default() + side * change;
            if shortfall != 0 {
                self.upset.insert(*sum, shortfall);
            }
        }
    }

    fn mend(&mut self) -> bool {
        let Some((&index, &shortfall)) = self.upset.first_key_value() else {
            return true;
        };
        let Some(sum) = self.system.sums.get(index) else {
            return false;
        };
        let part = shortfall.signum();
        let mut mends: Vec<_> = sum
            .cells()
            .map(|cell| (cell, if cell == sum.total { -part } else { part }))
            .filter(|(cell, change)| self.may_change(*cell, *change))
            .map(|(cell, change)| {
                let new = !self.hidden.contains(&cell);
                let upset = self.left_upset(cell, change);
                ((upset, new, self.system.cost(cell)), cell, change)
            })
            .collect();
        mends.sort_unstable();
        for (_, cell, change) in mends {
            if self.steps == 0 {
                return false;
            }
            self.steps -= 1;
            if self.change(cell, change) {
                return true;
            }
        }
        false
    }

    /// How many of the sums a cell stands in a change would leave upset.
    fn left_upset(&self, cell: usize, change: i64) -> usize {
        let upset = |sum| self.upset.get(sum).copied().unwrap_or_default();
        self.system
            .places(cell)
            .iter()
            .filter(|(sum, side)| upset(sum) + side * change != 0)
            .count()
    }
}
