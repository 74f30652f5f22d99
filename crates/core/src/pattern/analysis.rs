//! From a group's published outcomes to the findings that chance would
//! seldom give.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Candidate, Claim, Reference, School, TestPolicy, control, exact::Tail, propose,
    school::current, window_start,
};
use crate::{
    Urn,
    language::prose::length,
    outcome::{Area, Framework, ScaleEnd},
    policy::Policy,
};

/// What would make a finding go away.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fragility {
    /// Leaving out a single school.
    OneSchool,
    /// The look-back moving on by a month.
    OneMonth,
}

/// A claim that chance alone would seldom give.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What is claimed.
    pub claim: Claim,
    /// Schools in which it shows.
    pub schools: Vec<Urn>,
    /// How many of the tested schools show it (in the part that the claim
    /// names, if it names one).
    pub hits: u32,
    /// Schools tested (in that part).
    pub of: u32,
    /// Hits and schools in the rest of the group, where the claim names a
    /// part.
    pub rest: Option<(u32, u32)>,
    /// The exact test's p-value.
    pub p: f64,
    /// The p-value adjusted for all tests of the report.
    pub adjusted: f64,
    /// What would make it go away.
    pub fragile: Vec<Fragility>,
}

/// Schools that joined with a weakness: for information, never tested (DR-09).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedWith {
    /// Framework.
    pub framework: Framework,
    /// Area.
    pub area: Area,
    /// Schools whose last outcome before joining lay at the weak end.
    pub schools: Vec<Urn>,
    /// Schools with an outcome from before joining.
    pub of: u32,
}

/// What the analysis of a group found.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Findings, by framework, area and kind.
    pub findings: Vec<Finding>,
    /// Tests that could have led to a finding.
    pub tests: u32,
}

/// Analyses the outcomes of a group's open member schools as of `opened_on`,
/// the day the inspection opened. The order of the schools and of their
/// points has no part in the result.
#[must_use]
pub fn analyse(
    schools: &[School],
    reference: &Reference,
    policy: &Policy,
    opened_on: NaiveDate,
) -> Analysis {
    let schools = distinct(schools);
    let start = window_start(opened_on, policy);
    let limits = &policy.pattern_tests;
    let (candidates, tests) = tested(&schools, reference, policy, start);
    let accepted: Vec<usize> = control::discoveries(&tests, limits)
        .into_iter()
        .enumerate()
        .filter_map(|(index, discovered)| discovered.then_some(index))
        .collect();
    let later = if accepted.is_empty() {
        Vec::new()
    } else {
        let start = start.checked_add_months(Months::new(1)).unwrap_or(start);
        claims(&schools, reference, policy, start)
    };
    let adjusted = control::adjusted(&tests);
    let findings = accepted
        .iter()
        .filter_map(|index| {
            let candidate = candidates.get(*index)?;
            let mut fragile = Vec::new();
            if rests_on_one_school(*index, candidate, &tests, limits) {
                fragile.push(Fragility::OneSchool);
            }
            if !later.contains(&candidate.claim) {
                fragile.push(Fragility::OneMonth);
            }
            Some(finding(
                candidate,
                tests.get(*index).map_or(1.0, Tail::p),
                adjusted.get(*index).copied().unwrap_or(1.0),
                fragile,
            ))
        })
        .collect();
    Analysis {
        findings,
        tests: length(
            tests
                .iter()
                .filter(|test| test.attainable(limits.line()) > 0.0)
                .count(),
        ),
    }
}

/// Every candidate of a group with its test, before control. For studies of
/// the method; [`analyse`] is what reports use.
#[must_use]
pub fn candidates(
    schools: &[School],
    reference: &Reference,
    policy: &Policy,
    opened_on: NaiveDate,
) -> Vec<Candidate> {
    let schools = distinct(schools);
    propose::all(&schools, reference, policy, window_start(opened_on, policy))
}

/// A school counts once (DR-06), and the result must not depend on the order
/// of rows, so sums of probabilities are taken in the order of numbers.
fn distinct(schools: &[School]) -> Vec<&School> {
    let mut distinct: Vec<&School> = schools.iter().collect();
    distinct.sort_by_key(|school| (school.urn, school.joined));
    distinct.dedup_by_key(|school| school.urn);
    distinct
}

fn tested(
    schools: &[&School],
    reference: &Reference,
    policy: &Policy,
    start: NaiveDate,
) -> (Vec<Candidate>, Vec<Tail>) {
    let candidates = propose::all(schools, reference, policy, start);
    let tests = candidates.iter().map(Candidate::test).collect();
    (candidates, tests)
}

fn claims(
    schools: &[&School],
    reference: &Reference,
    policy: &Policy,
    start: NaiveDate,
) -> Vec<Claim> {
    let (candidates, tests) = tested(schools, reference, policy, start);
    control::discoveries(&tests, &policy.pattern_tests)
        .into_iter()
        .zip(candidates)
        .filter(|(discovered, _)| *discovered)
        .map(|(_, candidate)| candidate.claim)
        .collect()
}

/// Whether the finding would fail without some one school, all other tests
/// staying as they are.
fn rests_on_one_school(
    at: usize,
    candidate: &Candidate,
    tests: &[Tail],
    policy: &TestPolicy,
) -> bool {
    let mut tests = tests.to_vec();
    let mut tried: Vec<(u64, bool, bool)> = Vec::new();
    for (index, trial) in candidate.trials.iter().enumerate() {
        let alike = (trial.chance.mean.to_bits(), trial.hit, trial.inside);
        if tried.contains(&alike) {
            continue;
        }
        tried.push(alike);
        if let Some(test) = tests.get_mut(at) {
            *test = candidate.test_without(index);
        }
        if control::discoveries(&tests, policy).get(at) != Some(&true) {
            return true;
        }
    }
    false
}

fn finding(candidate: &Candidate, p: f64, adjusted: f64, fragile: Vec<Fragility>) -> Finding {
    let outside = length(candidate.outside().count());
    let rest = candidate.claim.part.map(|_| {
        let hits = candidate.outside().filter(|trial| trial.hit).count();
        (length(hits), outside)
    });
    Finding {
        claim: candidate.claim,
        schools: candidate.schools(),
        hits: length(candidate.inside().filter(|trial| trial.hit).count()),
        of: length(candidate.inside().count()),
        rest,
        p,
        adjusted,
        fragile,
    }
}

/// Weaknesses that schools joined with, by framework and area.
#[must_use]
pub fn joined_with(schools: &[School]) -> Vec<JoinedWith> {
    let mut found: BTreeMap<(Framework, Area), (Vec<Urn>, u32)> = BTreeMap::new();
    for school in distinct(schools) {
        let before: Vec<_> = school
            .points
            .iter()
            .filter(|point| point.started < school.joined)
            .copied()
            .collect();
        for point in current(&before)
            .into_iter()
            .filter_map(|index| before.get(index))
        {
            let (weak, of) = found.entry((point.framework, point.area)).or_default();
            *of += 1;
            if point.end() == ScaleEnd::Weak {
                weak.push(school.urn);
            }
        }
    }
    found
        .into_iter()
        .filter(|(_, (schools, _))| !schools.is_empty())
        .map(|((framework, area), (schools, of))| JoinedWith {
            framework,
            area,
            schools,
            of,
        })
        .collect()
}
