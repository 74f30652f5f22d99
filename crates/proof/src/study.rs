//! One scenario, over many Englands.

use std::collections::BTreeMap;

use group_inspection_core::{
    pattern::{Fragility, Kind, TestPolicy, analyse, candidates, exact::Tail},
    policy::Policy,
    theme::Theme,
};

use crate::{
    Body, England, Method, ProofError, Scenario, Settings, judge,
    oracle::{self, Belief, Oracle},
    tally::Share,
};

/// How one method did in a scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct Outcome {
    /// Share of false findings in a report, over reports in which a finding
    /// was possible.
    pub false_discovery: Share,
    /// False findings among all findings of all reports together.
    pub pooled: Share,
    /// Planted effects found, of those that two schools could show.
    pub power: Share,
}

/// Lines to try, in a hundred thousand.
const LINES: [u32; 8] = [10, 25, 40, 80, 160, 320, 640, 1_280];

/// What was found in one report.
#[derive(Debug, Clone, Copy)]
struct Seen {
    right: u32,
    wrong: u32,
}

impl Seen {
    fn of(decided: &[bool], truths: &[bool]) -> Self {
        let mut seen = Self { right: 0, wrong: 0 };
        for (_, is_true) in decided.iter().zip(truths).filter(|(found, _)| **found) {
            if *is_true {
                seen.right += 1;
            } else {
                seen.wrong += 1;
            }
        }
        seen
    }
}

impl Outcome {
    fn add(&mut self, seen: Seen, something_to_find: bool) {
        let all = seen.right + seen.wrong;
        self.false_discovery
            .add(f64::from(seen.wrong) / f64::from(all.max(1)));
        for index in 0..all {
            self.pooled.add(yes(index < seen.wrong));
        }
        if something_to_find {
            self.power.add(yes(seen.right > 0));
        }
    }
}

/// Found by the chosen method and by the oracle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Power {
    /// By the chosen method.
    pub found: Share,
    /// By the oracle when as many of its findings in all reports together are
    /// false as the level allows.
    pub oracle: Share,
    /// By the oracle when as many of them are false as of the chosen method's
    /// own.
    pub oracle_as_strict: Share,
}

/// What came of a scenario.
#[derive(Debug, Clone)]
pub struct Study {
    /// Name of the scenario.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Englands.
    pub englands: u32,
    /// The level promised.
    pub level: f64,
    /// Each method.
    pub methods: BTreeMap<Method, Outcome>,
    /// The chosen method with other lines, in a hundred thousand.
    pub lines: BTreeMap<u32, Outcome>,
    /// Whether the scenario shows a limit instead of testing a goal.
    pub limit: bool,
    /// Power of the chosen method by schools tested in the planted theme.
    pub by_schools: BTreeMap<&'static str, Power>,
    /// By size of the effect, in hundredths of the latent scale.
    pub by_effect: BTreeMap<u32, Power>,
    /// All planted effects together.
    pub power: Power,
    /// Whether there is an oracle for this scenario.
    pub has_oracle: bool,
    /// True and false findings by kind.
    pub kinds: BTreeMap<Kind, (u32, u32)>,
    /// True and false findings that one school or one month would undo.
    pub fragile: [Share; 2],
}

impl Study {
    /// The chosen method's false discovery rate.
    #[must_use]
    pub fn false_discovery(&self) -> Share {
        self.methods
            .get(&Method::Chosen)
            .map_or_else(Share::default, |outcome| outcome.false_discovery)
    }

    /// The chosen method's power as a share of that of an oracle with the
    /// same share of false findings.
    #[must_use]
    pub fn of_oracle(&self) -> Option<f64> {
        let oracle = self.power.oracle_as_strict;
        (self.has_oracle && oracle.hits > 0.0).then(|| self.power.found.mean() / oracle.mean())
    }

    /// False findings of the chosen method among all its findings, where
    /// effects are planted that outcomes can show; nothing can be said where
    /// there is next to nothing to find.
    #[must_use]
    pub fn pooled(&self) -> Option<Share> {
        self.has_oracle
            .then(|| self.methods.get(&Method::Chosen))
            .flatten()
            .map(|outcome| outcome.pooled)
    }

    /// Whether the goals are met.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.limit || self.keeps_its_goals()
    }

    fn keeps_its_goals(&self) -> bool {
        self.false_discovery().interval().1 <= self.level
            && self
                .pooled()
                .is_none_or(|share| share.interval().1 <= self.level)
            && self
                .of_oracle()
                .is_none_or(|share| share >= crate::POWER_GOAL)
    }
}

/// A planted effect that two schools could show.
#[derive(Debug, Clone, Copy)]
struct Chance {
    report: usize,
    schools: &'static str,
    effect: u32,
    found: bool,
}

pub(crate) fn run(scenario: &Scenario, settings: &Settings) -> Result<Study, ProofError> {
    let policy = Policy::default();
    let oracle = Oracle::of(scenario, settings)?;
    let mut work = Work {
        study: Study {
            name: scenario.name,
            about: scenario.about,
            englands: settings.englands,
            level: policy.pattern_tests.level(),
            methods: BTreeMap::new(),
            lines: BTreeMap::new(),
            limit: scenario.limit,
            by_schools: BTreeMap::new(),
            by_effect: BTreeMap::new(),
            power: Power::default(),
            has_oracle: oracle.is_some(),
            kinds: BTreeMap::new(),
            fragile: [Share::default(); 2],
        },
        beliefs: Vec::new(),
        chances: Vec::new(),
        policy,
    };
    for extra in 0..settings.englands {
        let seed = settings.seed + u64::from(extra);
        let england = England::of(scenario, settings.schools, seed)?;
        work.england(&england, seed, oracle.as_ref());
    }
    Ok(work.finish())
}

struct Work {
    study: Study,
    /// The oracle's beliefs, report by report.
    beliefs: Vec<Vec<Belief>>,
    chances: Vec<Chance>,
    policy: Policy,
}

impl Work {
    fn england(&mut self, england: &England, seed: u64, oracle: Option<&Oracle<'_>>) {
        let reference = england.reference(&self.policy);
        for body in &england.bodies {
            let proposed = candidates(&body.schools, &reference, &self.policy, england.opened_on);
            let tests: Vec<Tail> = proposed.iter().map(|c| c.test()).collect();
            let line = self.policy.pattern_tests.line();
            if !tests.iter().any(|test| test.attainable(line) > 0.0) {
                continue;
            }
            let truths: Vec<bool> = proposed
                .iter()
                .map(|candidate| {
                    judge::is_true(
                        &candidate.claim,
                        body.planting,
                        &body.schools,
                        &self.policy.pattern_tests,
                    )
                })
                .collect();
            let chance = chance(body, &proposed);
            for method in Method::ALL {
                let decided = method.decide(&proposed, &tests, &self.policy.pattern_tests);
                let seen = Seen::of(&decided, &truths);
                self.study
                    .methods
                    .entry(method)
                    .or_default()
                    .add(seen, chance.is_some());
                if method != Method::Chosen {
                    continue;
                }
                if let Some((schools, effect)) = chance {
                    self.chances.push(Chance {
                        report: self.beliefs.len(),
                        schools,
                        effect,
                        found: seen.right > 0,
                    });
                }
                if seen.right + seen.wrong > 0 {
                    self.look_closer(body, &reference, england);
                }
            }
            for line in LINES {
                let policy = TestPolicy {
                    line_per_hundred_thousand: line,
                    ..self.policy.pattern_tests.clone()
                };
                let decided = Method::Chosen.decide(&proposed, &tests, &policy);
                self.study
                    .lines
                    .entry(line)
                    .or_default()
                    .add(Seen::of(&decided, &truths), chance.is_some());
            }
            self.beliefs.push(oracle.map_or_else(Vec::new, |oracle| {
                oracle.beliefs(seed, body, &proposed, &self.policy)
            }));
        }
    }

    fn look_closer(
        &mut self,
        body: &Body,
        reference: &group_inspection_core::pattern::Reference,
        england: &England,
    ) {
        let analysis = analyse(&body.schools, reference, &self.policy, england.opened_on);
        for finding in analysis.findings {
            let is_true = judge::is_true(
                &finding.claim,
                body.planting,
                &body.schools,
                &self.policy.pattern_tests,
            );
            let (right, wrong) = self.study.kinds.entry(finding.claim.kind).or_default();
            *if is_true { right } else { wrong } += 1;
            let fragile = finding.fragile.contains(&Fragility::OneSchool)
                || finding.fragile.contains(&Fragility::OneMonth);
            let [of_true, of_false] = &mut self.study.fragile;
            let share = if is_true { of_true } else { of_false };
            share.add(if fragile { 1.0 } else { 0.0 });
        }
    }

    fn finish(mut self) -> Study {
        if !self.study.has_oracle {
            for chance in self.chances.clone() {
                self.each(chance, |power| power.found.add(yes(chance.found)));
            }
            return self.study;
        }
        let attained = self.study.pooled().map_or(0.0, |share| share.mean());
        let line = oracle::line(&self.beliefs, self.study.level);
        let strict = oracle::line(&self.beliefs, attained);
        for chance in self.chances.clone() {
            let found_at = |line: f64| {
                self.beliefs.get(chance.report).is_some_and(|report| {
                    report
                        .iter()
                        .any(|belief| belief.is_true && belief.false_with <= line)
                })
            };
            let (wide, narrow) = (found_at(line), found_at(strict));
            self.each(chance, |power| {
                power.found.add(yes(chance.found));
                power.oracle.add(yes(wide));
                power.oracle_as_strict.add(yes(narrow));
            });
        }
        self.study
    }

    fn each(&mut self, chance: Chance, add: impl Fn(&mut Power)) {
        add(&mut self.study.power);
        add(self.study.by_schools.entry(chance.schools).or_default());
        add(self.study.by_effect.entry(chance.effect).or_default());
    }
}

const fn yes(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

/// The planted effect of a body by schools tested and size, if two schools
/// could show it.
fn chance(
    body: &Body,
    proposed: &[group_inspection_core::pattern::Candidate],
) -> Option<(&'static str, u32)> {
    let planting = body.planting?;
    let most = proposed
        .iter()
        .filter(|candidate| candidate.claim.kind == Kind::Widespread)
        .filter(|candidate| {
            planting.effect == crate::Effect::Rising
                || Theme::of_area(candidate.claim.area) == Some(planting.theme)
        })
        .map(|candidate| candidate.trials.len())
        .max()?;
    let schools = match most {
        0 | 1 => return None,
        2 | 3 => "2 to 3",
        4..=6 => "4 to 6",
        7..=12 => "7 to 12",
        _ => "from 13",
    };
    let hundredths = (planting.size * 100.0).round();
    Some((schools, hundredths as u32))
}
