//! What a team as a whole needs (DR-13, DR-27, domain.md 4.2).

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Engagement, Home, TeamPolicy};
use crate::body::BodyKind;

/// Seat on a team.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// Lead inspector.
    Lead,
    /// Team member.
    Member,
}

/// A person on a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seated {
    /// Person.
    pub person: Uuid,
    /// Seat.
    pub seat: Seat,
    /// How the person is engaged.
    pub engagement: Engagement,
    /// Where the person comes from.
    pub home: Home,
}

/// The group that a team is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assembled {
    /// Body.
    pub body: Uuid,
    /// Its kind.
    pub kind: BodyKind,
    /// Its open member schools.
    pub schools: u32,
    /// Their regions.
    pub regions: BTreeSet<String>,
}

/// What a team lacks. A team with a fault cannot be appointed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No lead.
    NoLead,
    /// More than one lead.
    SeveralLeads,
    /// The lead is no HMI.
    LeadIsNoHmi,
    /// No HMI.
    NoHmi,
    /// No practitioner.
    NoPractitioner,
    /// More people than the cap for the size of the group.
    AboveCap {
        /// People.
        people: u32,
        /// Cap.
        cap: u32,
    },
    /// More practitioners than HMIs.
    PractitionersOutnumber {
        /// Practitioners.
        practitioners: u32,
        /// HMIs.
        hmis: u32,
    },
    /// A person has two seats.
    SeatedTwice {
        /// Person.
        person: Uuid,
    },
    /// No practitioner comes from another group and another region.
    NoneFromElsewhere,
}

/// What would be better but need not be so.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// No practitioner comes from a group of the same kind.
    NoneFromSameKind,
    /// The regions are not all known, so that nobody can say whether a
    /// No practitioner comes from another group and region, which the policy
    /// does not ask for.
    NoneFromElsewhere,
    /// practitioner comes from another region.
    RegionNotKnown,
}

/// People on a team at the most, for a number of schools.
///
/// `None` if the policy has no band for it.
#[must_use]
pub fn cap(schools: u32, policy: &TeamPolicy) -> Option<u32> {
    policy
        .caps
        .iter()
        .filter(|band| band.up_to_schools.is_none_or(|most| schools <= most))
        .min_by_key(|band| band.up_to_schools.unwrap_or(u32::MAX))
        .map(|band| band.people)
}

/// Whether a practitioner comes from another group and region: `None` if the
/// regions are not known.
pub(super) fn from_elsewhere(home: &Home, group: &Assembled) -> Option<bool> {
    if home.groups.is_empty() || home.includes(group.body) {
        return Some(false);
    }
    let regions = home.regions();
    if regions.is_empty() || group.regions.is_empty() {
        return None;
    }
    Some(
        regions
            .iter()
            .all(|region| !group.regions.contains(*region)),
    )
}

/// Whether a practitioner comes from another group of the same kind.
pub(super) fn same_kind(home: &Home, group: &Assembled) -> bool {
    home.groups
        .iter()
        .any(|from| from.body != group.body && from.kind == Some(group.kind))
}

/// Checks a team as a whole (DR-13). Whether each person is fit and impartial
/// is checked for each ([`super::fit`], [`crate::conflict`]).
///
/// # Errors
///
/// Everything it lacks.
pub fn assemble(
    team: &[Seated],
    group: &Assembled,
    policy: &TeamPolicy,
) -> Result<Vec<Note>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut notes = Vec::new();
    let mut people = BTreeSet::new();
    for seated in team {
        if !people.insert(seated.person) {
            faults.push(Fault::SeatedTwice {
                person: seated.person,
            });
        }
    }
    let leads: Vec<&Seated> = team.iter().filter(|one| one.seat == Seat::Lead).collect();
    match leads.as_slice() {
        [] => faults.push(Fault::NoLead),
        [lead] if lead.engagement != Engagement::Hmi => faults.push(Fault::LeadIsNoHmi),
        [_] => {}
        [_, ..] => faults.push(Fault::SeveralLeads),
    }
    let engaged = |engagement| {
        team.iter()
            .filter(move |one| one.engagement == engagement)
            .map(|one| &one.home)
    };
    let hmis = count(engaged(Engagement::Hmi).count());
    let practitioners = count(engaged(Engagement::Practitioner).count());
    if hmis == 0 {
        faults.push(Fault::NoHmi);
    }
    if practitioners > hmis && !policy.practitioners_may_outnumber {
        faults.push(Fault::PractitionersOutnumber {
            practitioners,
            hmis,
        });
    }
    let (people, cap) = (
        count(team.len()),
        cap(group.schools, policy).unwrap_or_default(),
    );
    if people > cap {
        faults.push(Fault::AboveCap { people, cap });
    }
    if practitioners == 0 {
        faults.push(Fault::NoPractitioner);
    } else {
        let elsewhere: Vec<Option<bool>> = engaged(Engagement::Practitioner)
            .map(|home| from_elsewhere(home, group))
            .collect();
        if !elsewhere.contains(&Some(true)) {
            if elsewhere.contains(&None) {
                notes.push(Note::RegionNotKnown);
            } else if policy.practitioner_from_elsewhere {
                faults.push(Fault::NoneFromElsewhere);
            } else {
                notes.push(Note::NoneFromElsewhere);
            }
        }
        if !engaged(Engagement::Practitioner).any(|home| same_kind(home, group)) {
            notes.push(Note::NoneFromSameKind);
        }
    }
    faults.sort();
    notes.sort();
    if faults.is_empty() {
        Ok(notes)
    } else {
        Err(faults)
    }
}

/// Who writes, leads and assures one inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duties {
    /// Author of the report.
    pub author: Uuid,
    /// Lead inspector.
    pub lead: Uuid,
    /// Quality assurer.
    pub quality_assurer: Uuid,
}

/// Two duties that one person may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyFault {
    /// Author and lead.
    #[error("the author of the report and the lead are the same person")]
    AuthorLeads,
    /// Author and quality assurer.
    #[error("the author of the report assures its quality")]
    AuthorAssures,
    /// Lead and quality assurer.
    #[error("the lead assures the quality of the report")]
    LeadAssures,
    /// Team member and quality assurer (DR-26).
    #[error("a member of the team assures the quality of the report")]
    TeamAssures,
}

/// Author, lead and quality assurer are three different people (DR-27), and
/// the quality assurer is not on the team (DR-26).
///
/// # Errors
///
/// The first pair of duties that one person has.
pub fn separate_duties(duties: &Duties, team: &[Seated]) -> Result<(), DutyFault> {
    if duties.author == duties.lead {
        return Err(DutyFault::AuthorLeads);
    }
    if duties.author == duties.quality_assurer {
        return Err(DutyFault::AuthorAssures);
    }
    if duties.lead == duties.quality_assurer {
        return Err(DutyFault::LeadAssures);
    }
    if team
        .iter()
        .any(|seated| seated.person == duties.quality_assurer)
    {
        return Err(DutyFault::TeamAssures);
    }
    Ok(())
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
