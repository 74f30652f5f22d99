//! Settling which body is the responsible one on each day (DR-06).

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{Declared, Period, periods::Claim};
use crate::body::MemberRole;

/// Cuts claims at the days on which the responsible body changes.
pub(super) fn assign(claims: Vec<Claim>, declared: &[Declared]) -> Vec<Period> {
    let mut days: Vec<NaiveDate> = claims
        .iter()
        .filter(|claim| claim.rank.is_some())
        .flat_map(|claim| [Some(claim.from.on), claim.to.map(|to| to.on)])
        .chain(declared.iter().flat_map(|set| [Some(set.from), set.to]))
        .flatten()
        .collect();
    days.sort_unstable();
    days.dedup();
    let winners: Vec<Option<usize>> = days
        .iter()
        .map(|day| responsible_on(*day, &claims, declared))
        .collect();
    claims
        .iter()
        .enumerate()
        .flat_map(|(index, claim)| cut(index, claim, &claims, &days, &winners))
        .collect()
}

/// Index of the claim that prevails on `day`; `None` if a period set over
/// REST does, or none.
fn responsible_on(day: NaiveDate, claims: &[Claim], declared: &[Declared]) -> Option<usize> {
    let covers =
        |from: NaiveDate, to: Option<NaiveDate>| from <= day && to.is_none_or(|to| to > day);
    if declared.iter().any(|set| covers(set.from, set.to)) {
        return None;
    }
    claims
        .iter()
        .enumerate()
        .filter(|(_, claim)| {
            claim.rank.is_some() && covers(claim.from.on, claim.to.map(|to| to.on))
        })
        .max_by_key(|(_, claim)| (claim.rank, claim.from.on, Reverse(claim.body)))
        .map(|(index, _)| index)
}

fn cut(
    index: usize,
    claim: &Claim,
    claims: &[Claim],
    days: &[NaiveDate],
    winners: &[Option<usize>],
) -> Vec<Period> {
    let period = |role| Period {
        body: claim.body,
        role,
        from: claim.from.on,
        from_estimated: claim.from.estimated,
        to: claim.to.map(|to| to.on),
        to_estimated: claim.to.is_some_and(|to| to.estimated),
        source: claim.source,
    };
    if claim.rank.is_none() {
        return vec![period(MemberRole::Associate)];
    }
    let mut cuts: Vec<Period> = Vec::new();
    for (day, winner) in days.iter().zip(winners) {
        if *day < claim.from.on || claim.to.is_some_and(|to| *day >= to.on) {
            continue;
        }
        let role = if *winner == Some(index) {
            MemberRole::Responsible
        } else {
            MemberRole::Associate
        };
        match cuts.last_mut() {
            None => cuts.push(period(role)),
            Some(last) if last.role == role => {}
            Some(last) => {
                let estimated = is_estimated(*day, claims);
                last.to = Some(*day);
                last.to_estimated = estimated;
                let mut next = period(role);
                next.from = *day;
                next.from_estimated = estimated;
                cuts.push(next);
            }
        }
    }
    cuts
}

/// Whether a day on which responsibility changes is only estimated: it is,
/// unless some claim begins or ends on it for certain.
fn is_estimated(day: NaiveDate, claims: &[Claim]) -> bool {
    let mut edges = claims
        .iter()
        .filter(|claim| claim.rank.is_some())
        .flat_map(|claim| [Some(claim.from), claim.to])
        .flatten()
        .filter(|edge| edge.on == day)
        .peekable();
    edges.peek().is_some() && edges.all(|edge| edge.estimated)
}
