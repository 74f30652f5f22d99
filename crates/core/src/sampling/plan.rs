//! The sampling plan.
//!
//! Schools are put into strata by phase, time in the group, size and place.
//! Dimensions are dropped from the end until there are no more strata than
//! places, so that each stratum gets one; if there are more phases than
//! places, the largest phases get them. Further places go, one by one, to the
//! stratum that is furthest below its proportional share. Within a stratum
//! schools are taken that add most values not yet in the sample, in the order
//! of SHA-256 of the seed, a line feed and the URN. Equal inputs and seeds
//! give equal plans, whatever the order of the schools.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Contacts, SamplingPolicy, Stratum};
use crate::{Urn, school::Phase};

/// A member school that could be sampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameSchool {
    /// School.
    pub urn: Urn,
    /// Phase.
    pub phase: Phase,
    /// Pupils.
    pub pupils: Option<u32>,
    /// Day on which it joined the group.
    pub joined: NaiveDate,
    /// Place: the local authority.
    pub place: String,
    /// First day of its latest inspection of any kind.
    pub last_inspected: Option<NaiveDate>,
    /// Contacts made or planned for this inspection.
    pub contacts: Contacts,
}

/// A plan, with all that is needed to draw it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Version of method and numbers.
    pub version: String,
    /// Seed.
    pub seed: String,
    /// Schools wanted.
    pub wanted: u32,
    /// Schools chosen, by URN.
    pub chosen: Vec<Chosen>,
    /// Strata, each with its share.
    pub strata: Vec<StratumLine>,
    /// Schools that could not be chosen, by URN.
    pub excluded: Vec<Excluded>,
}

/// A school in the sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Chosen {
    /// School.
    pub urn: Urn,
    /// Its stratum.
    pub stratum: Stratum,
    /// Why it was chosen.
    pub why: String,
}

/// A stratum and its share of the sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StratumLine {
    /// Stratum.
    pub stratum: Stratum,
    /// Member schools in it.
    pub schools: u32,
    /// Those that could be chosen.
    pub eligible: u32,
    /// Those chosen.
    pub chosen: u32,
    /// Why it is covered, or why not.
    pub why: String,
}

/// A school that could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excluded {
    /// School.
    pub urn: Urn,
    /// Why.
    pub why: ExcludedWhy,
}

/// Why a school could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum ExcludedWhy {
    /// It was inspected not long ago.
    InspectedRecently {
        /// When.
        on: NaiveDate,
    },
    /// It has been contacted as often as it may be.
    ContactedEnough,
}

/// Draws a sample of `wanted` schools.
#[must_use]
pub fn draw(
    frame: &[FrameSchool],
    wanted: u32,
    seed: &str,
    today: NaiveDate,
    policy: &SamplingPolicy,
) -> Plan {
    let frame: BTreeMap<Urn, &FrameSchool> =
        frame.iter().map(|school| (school.urn, school)).collect();
    let mut excluded = Vec::new();
    let mut eligible = Vec::new();
    for school in frame.values().copied() {
        match exclusion(school, today, policy) {
            Some(why) => excluded.push(Excluded {
                urn: school.urn,
                why,
            }),
            None => eligible.push(school),
        }
    }
    let places = length(wanted).min(eligible.len());
    let stratum = |school: &FrameSchool, dimensions| Stratum::of(school, dimensions, today, policy);
    let dimensions = (1..=4)
        .rev()
        .find(|dimensions| {
            let strata: BTreeSet<Stratum> = eligible
                .iter()
                .map(|school| stratum(school, *dimensions))
                .collect();
            strata.len() <= places
        })
        .unwrap_or(1);
    eligible.sort_by_cached_key(|school| order(seed, school.urn));
    let mut strata: BTreeMap<Stratum, (u32, Vec<&FrameSchool>)> = BTreeMap::new();
    for school in frame.values() {
        strata.entry(stratum(school, dimensions)).or_default().0 += 1;
    }
    for school in eligible {
        if let Some((_, members)) = strata.get_mut(&stratum(school, dimensions)) {
            members.push(school);
        }
    }
    let sizes: Vec<usize> = strata.values().map(|(_, members)| members.len()).collect();
    let shares = allocate(&sizes, places);
    let mut taken: Vec<Stratum> = Vec::new();
    let mut chosen = Vec::new();
    let mut lines = Vec::new();
    for ((stratum_of, (schools, mut members)), share) in strata.into_iter().zip(shares) {
        let of = members.len();
        for place in 1..=share {
            let novelty = |school: &&FrameSchool| stratum(school, 4).novelty(&taken);
            let best = (0..members.len())
                .min_by_key(|index| (Reverse(members.get(*index).map(novelty)), *index));
            let Some(index) = best else { break };
            let school = members.remove(index);
            let full = stratum(school, 4);
            chosen.push(Chosen {
                urn: school.urn,
                why: format!(
                    "Place {place} of {share} for the stratum \"{}\", which has {of} eligible {}. \
                     Among these it adds most that the sample did not have ({}); ties go by the \
                     seeded order.",
                    stratum_of.label(),
                    if of == 1 { "school" } else { "schools" },
                    full.label(),
                ),
                stratum: stratum_of.clone(),
            });
            taken.push(full);
        }
        lines.push(StratumLine {
            why: coverage(of, share),
            schools,
            eligible: count(of),
            chosen: count(share),
            stratum: stratum_of,
        });
    }
    chosen.sort_by_key(|one| one.urn);
    Plan {
        version: policy.version.clone(),
        seed: seed.to_owned(),
        wanted,
        chosen,
        strata: lines,
        excluded,
    }
}

fn exclusion(
    school: &FrameSchool,
    today: NaiveDate,
    policy: &SamplingPolicy,
) -> Option<ExcludedWhy> {
    let spared_from = today.checked_sub_months(Months::new(policy.spared_months));
    match school.last_inspected {
        Some(on) if spared_from.is_none_or(|from| on > from) => {
            Some(ExcludedWhy::InspectedRecently { on })
        }
        Some(_) | None if !school.contacts.leaves_room(policy) => {
            Some(ExcludedWhy::ContactedEnough)
        }
        Some(_) | None => None,
    }
}

/// Shares of strata of these sizes in a sample of `places`, which is no more
/// than there are schools: one for each, the largest first, and then one by
/// one to the stratum furthest below its proportional share.
fn allocate(sizes: &[usize], places: usize) -> Vec<usize> {
    let total: usize = sizes.iter().sum();
    let mut shares = vec![0_usize; sizes.len()];
    for _ in 0..places.min(total) {
        let next = sizes
            .iter()
            .zip(&shares)
            .enumerate()
            .filter(|(_, (size, share))| share < size)
            .max_by_key(|(index, (size, share))| {
                let due = (**size).saturating_mul(places);
                let had = (**share).saturating_mul(total);
                let below = i128::try_from(due).unwrap_or(i128::MAX)
                    - i128::try_from(had).unwrap_or(i128::MAX);
                (**share == 0, below, Reverse(*index))
            });
        let next = next.map(|(index, _)| index);
        if let Some(share) = next.and_then(|index| shares.get_mut(index)) {
            *share += 1;
        }
    }
    shares
}

fn coverage(eligible: usize, share: usize) -> String {
    match (eligible, share) {
        (0, _) => "Not covered: no school in it could be chosen.".to_owned(),
        (_, 0) => "Not covered: the sample has fewer places than there are strata, and larger \
                   ones come first."
            .to_owned(),
        (_, 1) => "Covered by one school.".to_owned(),
        (_, share) => format!("Covered by {share} schools, its proportional share."),
    }
}

fn order(seed: &str, urn: Urn) -> [u8; 32] {
    Sha256::digest(format!("{seed}\n{urn}")).into()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn length(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
