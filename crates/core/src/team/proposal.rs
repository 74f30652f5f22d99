//! Which team to propose, and why each other person is left out.
//!
//! People are ranked by these rules, in this order:
//!
//! 1. what the check of interests found: nothing, to disclose, to refer;
//! 2. how many inspections they had of late, fewest first;
//! 3. a tie-break: the SHA-256 of the inspection's and the person's
//!    identifiers, which favours nobody and is the same every time.
//!
//! A team takes the first possible lead, then HMIs in order. Of the
//! practitioners it takes first one from another group and region, then one
//! from the same kind of group, then others in order, no two from one group.
//! The next team is made of those who are left. The work grows with the
//! number of people times the number of seats; nothing is enumerated.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Assembled, Engagement, Gate, Home, Note, Seat, Seated, TeamPolicy, assemble, cap,
    composition::{count, from_elsewhere, same_kind},
};
use crate::conflict::{Outcome, Rule};

/// A person who might be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Person.
    pub person: Uuid,
    /// How the person is engaged.
    pub engagement: Engagement,
    /// Where the person comes from.
    pub home: Home,
    /// What [`super::fit`] says of a seat as a member.
    pub member: Result<(), Vec<Gate>>,
    /// What [`super::fit`] says of a seat as the lead.
    pub lead: Result<(), Vec<Gate>>,
    /// What the check of interests found ([`crate::conflict::Prospect`]).
    pub outcome: Outcome,
    /// Rules that bar the person.
    pub barred_by: BTreeSet<Rule>,
    /// Whether the person is free on the days of fieldwork.
    pub available: bool,
    /// Inspections in the months that count for sharing the work.
    pub recent: u32,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Inspection, from which ties are broken.
    pub inspection: Uuid,
    /// Group.
    pub group: Assembled,
    /// People wanted; the cap for the size of the group if `None` or more.
    pub people: Option<u32>,
    /// Practitioners wanted among them; half of them, rounded down, if `None`.
    pub practitioners: Option<u32>,
}

/// Teams in order of preference, and everybody who is on none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// Teams, of different people, best first.
    pub teams: Vec<ProposedTeam>,
    /// People on none of the teams, by identifier.
    pub left_out: Vec<LeftOut>,
    /// Why there is no further team; `None` if the policy wants no more.
    pub shortfall: Option<Shortfall>,
}

/// A team that passes [`assemble`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedTeam {
    /// People, the lead first.
    pub seats: Vec<Seated>,
    /// What would be better.
    pub notes: Vec<Note>,
}

/// Someone on no team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Person.
    pub person: Uuid,
    /// Why; never empty.
    pub why: Vec<Why>,
}

/// Why a person is on no proposed team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Training, sign-off, endorsement or post.
    Gates {
        /// Closed gates.
        gates: Vec<Gate>,
    },
    /// A conflict of interest bars the person.
    Barred {
        /// Rules.
        rules: BTreeSet<Rule>,
    },
    /// Not free on the days of fieldwork.
    NotFree,
    /// Under contract, so neither HMI nor practitioner; may be added by hand.
    NeitherHmiNorPractitioner,
    /// From the same group as a practitioner on the first team.
    SameGroup {
        /// That practitioner.
        as_person: Uuid,
    },
    /// Eligible, but the seats went to people before them in order.
    Cap {
        /// Place among the eligible of the same engagement, from 1.
        place: u32,
        /// How many were eligible.
        of: u32,
    },
}

/// Why no further team can be made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// Nobody left can lead.
    NoLead,
    /// No practitioner is left.
    NoPractitioner,
    /// No practitioner left comes from another group and region.
    NoneFromElsewhere,
    /// The cap or the request leaves no room for a lead and a practitioner.
    NoRoom,
}

/// Proposes teams.
#[must_use]
pub fn propose(candidates: &[Candidate], request: &Request, policy: &TeamPolicy) -> Proposal {
    let mut ranked: Vec<&Candidate> = candidates.iter().collect();
    ranked.sort_by_cached_key(|one| {
        (
            one.outcome,
            one.recent,
            tie(request.inspection, one.person),
            one.person,
        )
    });
    ranked.dedup_by_key(|one| one.person);
    let eligible: Vec<&Candidate> = ranked
        .iter()
        .copied()
        .filter(|one| obstacles(one).is_empty())
        .collect();
    let mut seated = BTreeSet::new();
    let mut teams = Vec::new();
    let mut shortfall = None;
    while count(teams.len()) < policy.proposed_teams {
        let free: Vec<&Candidate> = eligible
            .iter()
            .copied()
            .filter(|one| !seated.contains(&one.person))
            .collect();
        match team(&free, request, policy) {
            Ok(team) => {
                seated.extend(team.seats.iter().map(|one| one.person));
                teams.push(team);
            }
            Err(why) => {
                shortfall = Some(why);
                break;
            }
        }
    }
    let mut left_out: Vec<LeftOut> = ranked
        .iter()
        .filter(|one| !seated.contains(&one.person))
        .map(|one| LeftOut {
            person: one.person,
            why: match obstacles(one) {
                why if why.is_empty() => vec![passed_over(one, &eligible, teams.first())],
                why => why,
            },
        })
        .collect();
    left_out.sort_by_key(|one| one.person);
    Proposal {
        teams,
        left_out,
        shortfall,
    }
}

/// What keeps a person off any team.
fn obstacles(one: &Candidate) -> Vec<Why> {
    let mut why = Vec::new();
    if let Err(gates) = &one.member {
        why.push(Why::Gates {
            gates: gates.clone(),
        });
    }
    if one.outcome == Outcome::Bar {
        why.push(Why::Barred {
            rules: one.barred_by.clone(),
        });
    }
    if !one.available {
        why.push(Why::NotFree);
    }
    match one.engagement {
        Engagement::Hmi | Engagement::Practitioner => {}
        Engagement::Contracted => why.push(Why::NeitherHmiNorPractitioner),
    }
    why
}

fn passed_over(one: &Candidate, eligible: &[&Candidate], first: Option<&ProposedTeam>) -> Why {
    let twin = first
        .into_iter()
        .flat_map(|team| &team.seats)
        .find(|seat| seat.engagement == Engagement::Practitioner && shares(&seat.home, &one.home));
    if let (Engagement::Practitioner, Some(seat)) = (one.engagement, twin) {
        return Why::SameGroup {
            as_person: seat.person,
        };
    }
    let peers = || {
        eligible
            .iter()
            .filter(|peer| peer.engagement == one.engagement)
    };
    Why::Cap {
        place: count(peers().take_while(|peer| peer.person != one.person).count()) + 1,
        of: count(peers().count()),
    }
}

/// The best team of these people, who are eligible and in order.
fn team(
    free: &[&Candidate],
    request: &Request,
    policy: &TeamPolicy,
) -> Result<ProposedTeam, Shortfall> {
    let most = cap(request.group.schools, policy).unwrap_or_default();
    let people = request.people.map_or(most, |wanted| wanted.min(most));
    let wanted = request.practitioners.unwrap_or(people / 2).max(1);
    if people <= wanted {
        return Err(Shortfall::NoRoom);
    }
    let of = |engagement| {
        free.iter()
            .copied()
            .filter(move |one| one.engagement == engagement)
    };
    let lead = of(Engagement::Hmi)
        .find(|one| one.lead.is_ok())
        .ok_or(Shortfall::NoLead)?;
    let mut seats = vec![seat(lead, Seat::Lead)];
    seats.extend(
        of(Engagement::Hmi)
            .filter(|one| one.person != lead.person)
            .take(length(people - wanted).saturating_sub(1))
            .map(|one| seat(one, Seat::Member)),
    );
    let limit = if policy.practitioners_may_outnumber {
        length(wanted)
    } else {
        length(wanted).min(seats.len())
    };
    let pool: Vec<&Candidate> = of(Engagement::Practitioner).collect();
    seats.extend(
        practitioners(&pool, &request.group, limit)?
            .into_iter()
            .map(|one| seat(one, Seat::Member)),
    );
    match assemble(&seats, &request.group, policy) {
        Ok(notes) => Ok(ProposedTeam { seats, notes }),
        // The steps above leave this as the only thing that can be missing.
        Err(_) => Err(Shortfall::NoneFromElsewhere),
    }
}

fn practitioners<'a>(
    pool: &[&'a Candidate],
    group: &Assembled,
    limit: usize,
) -> Result<Vec<&'a Candidate>, Shortfall> {
    if pool.is_empty() {
        return Err(Shortfall::NoPractitioner);
    }
    let elsewhere = |known: Option<bool>| {
        pool.iter()
            .copied()
            .filter(move |one| from_elsewhere(&one.home, group) == known)
    };
    let kin = |one: &&Candidate| same_kind(&one.home, group);
    let first = |known| match limit {
        1 => elsewhere(known).find(kin).or(elsewhere(known).next()),
        _ => elsewhere(known).next(),
    };
    let mut chosen = vec![
        first(Some(true))
            .or_else(|| first(None))
            .ok_or(Shortfall::NoneFromElsewhere)?,
    ];
    let fits = |one: &Candidate, chosen: &[&Candidate]| {
        chosen
            .iter()
            .all(|other| other.person != one.person && !shares(&other.home, &one.home))
    };
    if chosen.len() < limit && !chosen.iter().any(kin) {
        let next = pool
            .iter()
            .copied()
            .filter(kin)
            .find(|one| fits(one, &chosen));
        chosen.extend(next);
    }
    for one in pool {
        if chosen.len() >= limit {
            break;
        }
        if fits(one, &chosen) {
            chosen.push(one);
        }
    }
    Ok(chosen)
}

fn shares(a: &Home, b: &Home) -> bool {
    a.groups.iter().any(|group| b.includes(group.body))
}

fn seat(one: &Candidate, seat: Seat) -> Seated {
    Seated {
        person: one.person,
        seat,
        engagement: one.engagement,
        home: one.home.clone(),
    }
}

fn tie(inspection: Uuid, person: Uuid) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(inspection.as_bytes());
    hash.update(person.as_bytes());
    hash.finalize().into()
}

fn length(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
