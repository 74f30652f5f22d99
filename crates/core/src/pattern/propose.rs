//! Which candidates a group's outcomes give rise to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{
    Candidate, Claim, Counts, Kind, Part, Point, Rate, Reference, School, Stratum, Trial,
    candidate::parts,
    change::{self, Change},
    reference::since,
    school::current,
};
use crate::{
    evidence::Bearing,
    language::prose::length,
    outcome::{Area, Framework, ScaleEnd},
    policy::Policy,
};

/// A school's place in the group and one of its points.
type Seen<'a> = (&'a School, Point);

/// The group's outcomes in one area of one framework.
#[derive(Debug, Default)]
struct Ground<'a> {
    /// Current outcomes since joining, one for each school.
    current: Vec<Seen<'a>>,
    /// All outcomes since joining within the look-back.
    all: Vec<Seen<'a>>,
    /// Last two outcomes since joining.
    pairs: Vec<(&'a School, (Point, Point))>,
    /// What the group itself adds to the reference, joined or not.
    own: Vec<(Stratum, Counts)>,
    own_change: Change,
}

/// Every candidate of a group, in a stable order. `schools` are sorted and
/// distinct; `window_start` is the first day of the look-back.
pub(super) fn all(
    schools: &[&School],
    reference: &Reference,
    policy: &Policy,
    window_start: NaiveDate,
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (key, ground) in survey(schools, reference, window_start) {
        let site = Site {
            key,
            ground: &ground,
            reference,
            policy,
        };
        site.widespread(&mut candidates);
        site.concentrated(&mut candidates);
        site.direction(&mut candidates);
        site.recurrence(&mut candidates);
        site.persistence(&mut candidates);
    }
    candidates
}

fn survey<'a>(
    schools: &[&'a School],
    reference: &Reference,
    window_start: NaiveDate,
) -> BTreeMap<(Framework, Area), Ground<'a>> {
    let mut grounds: BTreeMap<(Framework, Area), Ground<'a>> = BTreeMap::new();
    for school in schools.iter().copied() {
        let national = since(&school.points, reference.from());
        for point in pick(&national) {
            let ground = grounds.entry((point.framework, point.area)).or_default();
            let mut counts = Counts::default();
            counts.add(point.end());
            match ground
                .own
                .iter_mut()
                .find(|(stratum, _)| *stratum == school.stratum)
            {
                Some((_, held)) => held.merge(counts),
                None => ground.own.push((school.stratum, counts)),
            }
        }
        for (key, pair) in change::last(&school.points, &national) {
            grounds
                .entry(key)
                .or_default()
                .own_change
                .merge(Change::of(pair));
        }
        let joined = since(&school.points, school.joined);
        let recent = since(&joined, window_start);
        for point in pick(&recent) {
            let ground = grounds.entry((point.framework, point.area)).or_default();
            ground.current.push((school, point));
        }
        for point in &recent {
            let ground = grounds.entry((point.framework, point.area)).or_default();
            ground.all.push((school, *point));
        }
        for (key, pair) in change::last(&joined, &recent) {
            grounds.entry(key).or_default().pairs.push((school, pair));
        }
    }
    grounds
}

fn pick(points: &[Point]) -> impl Iterator<Item = Point> + '_ {
    current(points)
        .into_iter()
        .filter_map(|index| points.get(index).copied())
}

struct Site<'a> {
    key: (Framework, Area),
    ground: &'a Ground<'a>,
    reference: &'a Reference,
    policy: &'a Policy,
}

impl Site<'_> {
    fn claim(&self, kind: Kind, bearing: Bearing, part: Option<Part>) -> Claim {
        Claim {
            framework: self.key.0,
            area: self.key.1,
            kind,
            bearing,
            part,
        }
    }

    fn least(&self) -> usize {
        usize::try_from(self.policy.pattern_minimum_schools).unwrap_or(usize::MAX)
    }

    /// Chances by stratum, each looked up once.
    fn rates(&self, end: ScaleEnd) -> Option<BTreeMap<Stratum, Rate>> {
        let strata: BTreeSet<Stratum> = self
            .ground
            .all
            .iter()
            .map(|(school, _)| school.stratum)
            .collect();
        strata
            .into_iter()
            .map(|stratum| {
                let rate = self.reference.rate(
                    self.key,
                    end,
                    stratum,
                    &self.ground.own,
                    &self.policy.pattern_tests,
                )?;
                Some((stratum, rate))
            })
            .collect()
    }

    fn trials<'b>(
        seen: impl Iterator<Item = &'b Seen<'b>>,
        rates: &BTreeMap<Stratum, Rate>,
        end: ScaleEnd,
    ) -> Vec<Trial> {
        seen.filter_map(|(school, point)| {
            Some(Trial {
                school: school.urn,
                chance: *rates.get(&school.stratum)?,
                hit: point.end() == end,
                inside: true,
            })
        })
        .collect()
    }

    fn widespread(&self, candidates: &mut Vec<Candidate>) {
        for (end, bearing) in [
            (ScaleEnd::Weak, Bearing::Weakness),
            (ScaleEnd::Strong, Bearing::Strength),
        ] {
            if !has_end(self.key.1, end) || self.ground.current.len() < self.least() {
                continue;
            }
            if let Some(rates) = self.rates(end) {
                candidates.push(Candidate {
                    claim: self.claim(Kind::Widespread, bearing, None),
                    trials: Self::trials(self.ground.current.iter(), &rates, end),
                    first: None,
                    least: self.least(),
                    shared_by: 1,
                });
            }
        }
    }

    fn concentrated(&self, candidates: &mut Vec<Candidate>) {
        let hits = self
            .ground
            .current
            .iter()
            .filter(|(_, point)| point.end() == ScaleEnd::Weak)
            .count();
        if hits < self.least() {
            return;
        }
        let Some(rates) = self.rates(ScaleEnd::Weak) else {
            return;
        };
        let tests = &self.policy.pattern_tests;
        let membership: Vec<Vec<Part>> = self
            .ground
            .current
            .iter()
            .map(|(school, point)| parts(school, point.started, tests))
            .collect();
        let all: BTreeSet<Part> = membership.iter().flatten().copied().collect();
        let mut proposed = Vec::new();
        for part in all {
            let trials: Vec<Trial> = self
                .ground
                .current
                .iter()
                .zip(&membership)
                .filter_map(|((school, point), parts)| {
                    Some(Trial {
                        school: school.urn,
                        chance: *rates.get(&school.stratum)?,
                        hit: point.end() == ScaleEnd::Weak,
                        inside: parts.contains(&part),
                    })
                })
                .collect();
            let inside = trials.iter().filter(|trial| trial.inside).count();
            if inside >= self.least() && inside < trials.len() {
                proposed.push((part, trials));
            }
        }
        let parts = length(proposed.len());
        candidates.extend(proposed.into_iter().map(|(part, trials)| Candidate {
            claim: self.claim(Kind::Concentrated, Bearing::Weakness, Some(part)),
            trials,
            first: None,
            least: self.least(),
            shared_by: parts,
        }));
    }

    /// Among schools whose outcome changed, as many up as down if chance
    /// alone is at work (the sign test), unless changes one way are the more
    /// common in England: then as many as that.
    fn direction(&self, candidates: &mut Vec<Candidate>) {
        let changed: Vec<(&School, bool)> = self
            .ground
            .pairs
            .iter()
            .filter_map(|(school, (before, after))| {
                Some((*school, change::direction(*before, *after)?))
            })
            .collect();
        if changed.len() < self.least() {
            return;
        }
        let tests = &self.policy.pattern_tests;
        let national = self
            .reference
            .change(self.key.0, self.key.1, self.ground.own_change);
        let known = national.up + national.down;
        for (up, bearing) in [(true, Bearing::Strength), (false, Bearing::Weakness)] {
            let same_way = if up { national.up } else { national.down };
            let all = f64::from(known);
            let even = Rate {
                mean: 0.5,
                error: 0.0,
            };
            let drift = Rate::known_from(f64::from(same_way) / all.max(1.0), all);
            let chance = if known < tests.thin_below_schools || drift.mean <= even.mean {
                even
            } else {
                drift
            };
            candidates.push(Candidate {
                claim: self.claim(Kind::Direction, bearing, None),
                trials: changed
                    .iter()
                    .map(|(school, went_up)| Trial {
                        school: school.urn,
                        chance,
                        hit: *went_up == up,
                        inside: true,
                    })
                    .collect(),
                first: None,
                least: self.least(),
                shared_by: 1,
            });
        }
    }

    /// The first school in which the weakness was published is what makes it
    /// known; the test is on schools inspected after that.
    fn recurrence(&self, candidates: &mut Vec<Candidate>) {
        let first = self
            .ground
            .all
            .iter()
            .filter(|(_, point)| point.end() == ScaleEnd::Weak)
            .map(|(school, point)| (point.started, school.urn))
            .min();
        let Some((known, first)) = first else {
            return;
        };
        let later: Vec<Seen<'_>> = self
            .ground
            .current
            .iter()
            .filter(|(school, point)| school.urn != first && point.started > known)
            .copied()
            .collect();
        let least = self.least().saturating_sub(1).max(1);
        if later.len() < least {
            return;
        }
        if let Some(rates) = self.rates(ScaleEnd::Weak) {
            candidates.push(Candidate {
                claim: self.claim(Kind::Recurrence, Bearing::Weakness, None),
                trials: Self::trials(later.iter(), &rates, ScaleEnd::Weak),
                first: Some(first),
                least,
                shared_by: 1,
            });
        }
    }

    fn persistence(&self, candidates: &mut Vec<Candidate>) {
        let weak: Vec<(&School, bool)> = self
            .ground
            .pairs
            .iter()
            .filter(|(_, (before, _))| before.end() == ScaleEnd::Weak)
            .map(|(school, (_, after))| (*school, after.end() == ScaleEnd::Weak))
            .collect();
        let tests = &self.policy.pattern_tests;
        let national = self
            .reference
            .change(self.key.0, self.key.1, self.ground.own_change);
        if weak.len() < self.least() || national.weak_before < tests.thin_below_schools {
            return;
        }
        let all = f64::from(national.weak_before);
        let chance = Rate::known_from(f64::from(national.weak_again) / all, all);
        candidates.push(Candidate {
            claim: self.claim(Kind::Persistence, Bearing::Weakness, None),
            trials: weak
                .into_iter()
                .map(|(school, hit)| Trial {
                    school: school.urn,
                    chance,
                    hit,
                    inside: true,
                })
                .collect(),
            first: None,
            least: self.least(),
            shared_by: 1,
        });
    }
}

/// Safeguarding is met or not met: its scale has no strong end.
const fn has_end(area: Area, end: ScaleEnd) -> bool {
    match end {
        ScaleEnd::Weak | ScaleEnd::Middle => true,
        ScaleEnd::Strong => !matches!(
            area,
            Area::SafeguardingStandards | Area::SafeguardingEffective
        ),
    }
}
