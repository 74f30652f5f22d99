//! C10: the person's own group has a school of the same phase near a member
//! school, or in its local authority.

use std::{cmp::Reverse, collections::BTreeSet};

use super::{
    Because, Outcome, Rule, School,
    check::Check,
    screen::{Estate, Screen},
};
use crate::{Urn, team::Institution};

/// A pair of schools to which the rule applies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    outcome: Reverse<Outcome>,
    /// Pairs without known places come after those with.
    metres: (bool, u64),
    theirs: Urn,
    ours: Urn,
    same_authority: bool,
    same_phase: bool,
}

impl Check<'_> {
    /// Every kind of post counts, paid or not: what matters is what might
    /// reasonably be taken to raise doubts (domain.md 4.1).
    pub(super) fn neighbours(&mut self) {
        let screen = self.target.screen;
        let mut pairs = BTreeSet::new();
        for body in &self.own {
            if let Some(estate) = screen.estate(*body) {
                self.pairs(estate, &mut pairs);
            }
        }
        let covered = |urn: &Urn| {
            let at = Institution::School(*urn);
            !screen.bodies_of(&at, self.target.occasion.today).is_empty()
        };
        let alone: BTreeSet<Urn> = self
            .own_schools()
            .into_iter()
            .filter(|urn| !covered(urn) && !self.target.members().contains(urn))
            .collect();
        if !alone.is_empty() {
            self.pairs(&screen.estate_from(alone), &mut pairs);
        }
        let Some(first) = pairs.first().copied() else {
            return;
        };
        let because = Because::Neighbours {
            theirs: first.theirs,
            ours: first.ours,
            metres: (!first.metres.0).then_some(first.metres.1),
            same_authority: first.same_authority,
            same_phase: first.same_phase,
            pairs: u32::try_from(pairs.len()).unwrap_or(u32::MAX),
        };
        self.add(Rule::C10, first.outcome.0, None, because);
    }

    /// Looks up each school of the smaller side in the index of the other.
    fn pairs(&self, theirs: &Estate, pairs: &mut BTreeSet<Pair>) {
        let screen = self.target.screen;
        let ours = &self.target.estate;
        let known = |urn: &Urn| screen.schools.get(urn).filter(|school| school.open);
        if theirs.schools.len() < ours.schools.len() {
            for their in theirs.schools.iter().filter_map(known) {
                for our in screen.neighbours(ours, their).iter().filter_map(known) {
                    pairs.extend(pair(screen, their, our));
                }
            }
        } else {
            for our in ours.schools.iter().filter_map(known) {
                for their in screen.neighbours(theirs, our).iter().filter_map(known) {
                    pairs.extend(pair(screen, their, our));
                }
            }
        }
    }
}

/// The rule for two schools. Where a phase is not known the schools may
/// compete, which is for a person to say.
fn pair(screen: &Screen, theirs: &School, ours: &School) -> Option<Pair> {
    if theirs.urn == ours.urn {
        return None;
    }
    let same_phase = match (theirs.phase, ours.phase) {
        (Some(a), Some(b)) => {
            if !a.stages().iter().any(|stage| b.stages().contains(stage)) {
                return None;
            }
            true
        }
        (Some(_) | None, None) | (None, Some(_)) => false,
    };
    let metres = theirs.at.zip(ours.at).map(|(a, b)| a.metres_to(b));
    let within = |limit: u32| metres.is_some_and(|metres| metres <= u64::from(limit));
    let same_authority = theirs.la.is_some() && theirs.la == ours.la;
    let outcome = if same_phase && within(screen.policy.bar_metres) {
        Outcome::Bar
    } else if same_authority || within(screen.policy.refer_metres) {
        Outcome::Refer
    } else {
        return None;
    };
    Some(Pair {
        outcome: Reverse(outcome),
        metres: (metres.is_none(), metres.unwrap_or_default()),
        theirs: theirs.urn,
        ours: ours.urn,
        same_authority,
        same_phase,
    })
}
