//! What is on record of a person and an inspection, and the access it gives
//! (DR-12, DR-15, DR-17, DR-18).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{
        self, Access, Assessment, Assignment, Attempt, AuthoredItem, Decision, Declaration,
        Mitigation, Outcome, Refusal, Rule,
    },
    finding::EvidenceIds,
    inspection::{Actor as Acting, Role},
};
use uuid::Uuid;

use super::{Standing, get};
use crate::{
    Error,
    lifecycle::Loaded,
    records::{self, Held, Owner, Record},
    submissions,
};

/// The latest record of a kind about a person and an inspection.
pub(super) fn latest<T: Record>(
    connection: &mut PgConnection,
    inspection: Uuid,
    person: Uuid,
) -> Result<Option<T>, Error> {
    let owner = Owner::inspection(inspection).and_person(person);
    Ok(records::of::<T>(connection, owner)?
        .pop()
        .map(|held| held.value))
}

/// What is on record of a person and an inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnRecord {
    /// The person.
    pub person: Uuid,
    /// The latest declaration.
    pub declaration: Option<Declaration>,
    /// The current assessment.
    pub assessment: Option<Assessment>,
    /// The latest decision.
    pub decision: Option<Decision>,
}

/// What is on record of each member of the team and of whoever declared.
///
/// # Errors
/// If the database fails.
pub fn on_record(connection: &mut PgConnection, loaded: &Loaded) -> Result<Vec<OnRecord>, Error> {
    let owner = Owner::inspection(loaded.id());
    let declarations = by_person(records::of::<Declaration>(connection, owner)?);
    let mut assessments = by_person(records::of::<Assessment>(connection, owner)?);
    let mut decisions = by_person(records::of::<Decision>(connection, owner)?);
    let mut people: BTreeSet<Uuid> = declarations.keys().copied().collect();
    people.extend(
        loaded
            .inspection
            .team()
            .into_iter()
            .flat_map(|team| team.members),
    );
    let mut declarations = declarations;
    Ok(people
        .into_iter()
        .map(|person| OnRecord {
            person,
            declaration: declarations.remove(&person),
            assessment: assessments.remove(&person),
            decision: decisions.remove(&person),
        })
        .collect())
}

/// The latest of each person: records come in the order of their making.
fn by_person<T>(held: Vec<Held<T>>) -> BTreeMap<Uuid, T> {
    held.into_iter()
        .filter_map(|held| Some((held.owner.person?, held.value)))
        .collect()
}

impl OnRecord {
    /// Access on a day, if what is on record gives it.
    fn access(&self, inspection: Uuid, on: NaiveDate) -> Result<Access<'_>, Refusal> {
        let assignment = Assignment {
            person: self.person,
            inspection,
            withdrawn_on: None,
        };
        match &self.assessment {
            None => Err(Refusal::Undecided),
            Some(assessment) => {
                conflict::access(&assignment, assessment, self.decision.as_ref(), on)
            }
        }
    }
}

/// Whether a finding may rest on items of evidence (DR-12).
pub(crate) fn relies(
    connection: &mut PgConnection,
    loaded: &Loaded,
    evidence: &EvidenceIds,
) -> Result<(), Error> {
    let evidence: BTreeSet<Uuid> = evidence.iter().collect();
    let authors = submissions::authors(connection, &evidence)?;
    if authors.is_empty() {
        return Ok(());
    }
    let mut items = Vec::new();
    for item in evidence {
        let author = match authors.get(&item) {
            Some(person) => {
                let engagement = get(connection, *person)?.value.engagement;
                Some((*person, engagement))
            }
            None => None,
        };
        items.push(AuthoredItem {
            evidence: item,
            author,
        });
    }
    let referred: BTreeSet<Uuid> = on_record(connection, loaded)?
        .into_iter()
        .filter(|record| {
            record
                .assessment
                .as_ref()
                .is_some_and(|assessment| assessment.outcome() == Outcome::Refer)
        })
        .map(|record| record.person)
        .collect();
    conflict::reliance(&items, &referred)
        .map_err(|refusal| Error::refused("DR-12", refusal.to_string()))
}

/// What of the team's interests waits for the inspection.
pub(crate) fn standing(connection: &mut PgConnection, loaded: &Loaded) -> Result<Standing, Error> {
    let mut standing = Standing {
        objections: super::objections::unsettled(connection, loaded.id())?,
        ..Standing::default()
    };
    for record in on_record(connection, loaded)? {
        if !loaded.on_team(record.person) {
            continue;
        }
        let current = record
            .decision
            .as_ref()
            .map_or(NaiveDate::MIN, Decision::decided_on);
        if record.declaration.is_none() {
            standing.undeclared += 1;
        } else if record.access(loaded.id(), current).is_err() {
            standing.undecided += 1;
        }
    }
    Ok(standing)
}

/// Refuses people of the team who may not work on the inspection today
/// (DR-12, DR-15, DR-17). Other roles pass.
pub(crate) fn needs_access(
    connection: &mut PgConnection,
    loaded: &Loaded,
    by: Acting,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    may(connection, loaded, by, now, None)
}

/// The same, for something with a scope that a mitigation may forbid (DR-18).
pub(crate) fn permits(
    connection: &mut PgConnection,
    loaded: &Loaded,
    by: Acting,
    now: DateTime<Utc>,
    attempt: &Attempt,
) -> Result<(), Error> {
    may(connection, loaded, by, now, Some(attempt))
}

fn may(
    connection: &mut PgConnection,
    loaded: &Loaded,
    by: Acting,
    now: DateTime<Utc>,
    attempt: Option<&Attempt>,
) -> Result<(), Error> {
    let limits = limits(connection, loaded, by, now)?;
    match attempt.map(|attempt| conflict::permits(&limits, attempt)) {
        Some(Err(_)) => Err(Error::forbidden(
            "DR-18",
            "a limit on your work on this inspection forbids this",
        )),
        Some(Ok(())) | None => Ok(()),
    }
}

/// Whether it takes access to an inspection to work on it in this role.
pub(crate) const fn is_of_team(role: Role) -> bool {
    match role {
        Role::LeadInspector | Role::Inspector | Role::Practitioner => true,
        Role::Integrator
        | Role::BodyLeader
        | Role::OperationsOfficer
        | Role::QualityAssurer
        | Role::DecisionMaker
        | Role::Operator
        | Role::System => false,
    }
}

/// Limits on the work of somebody who has access (DR-18); none for those who
/// are not of the team.
pub(crate) fn limits(
    connection: &mut PgConnection,
    loaded: &Loaded,
    by: Acting,
    now: DateTime<Utc>,
) -> Result<Vec<Mitigation>, Error> {
    if !is_of_team(by.role) {
        return Ok(Vec::new());
    }
    if !loaded.on_team(by.id) {
        return Err(Error::forbidden("11", "you are not on the team"));
    }
    let record = OnRecord {
        person: by.id,
        declaration: None,
        assessment: latest(connection, loaded.id(), by.id)?,
        decision: latest(connection, loaded.id(), by.id)?,
    };
    record
        .access(loaded.id(), day_in_england(now))
        .map(|access| access.mitigations().to_vec())
        .map_err(|refusal| {
            let rule = match &refusal {
                // Without a declaration that counts there is nothing to decide.
                Refusal::Barred { rules } if rules.iter().all(|rule| *rule == Rule::C21) => "DR-15",
                Refusal::Barred { .. } => "DR-14",
                Refusal::Superseded => "DR-17",
                Refusal::Expired { .. } => "DR-20",
                Refusal::OtherAssignment
                | Refusal::Withdrawn { .. }
                | Refusal::Undecided
                | Refusal::Excluded => "DR-15",
            };
            Error::forbidden(
                rule,
                format!("you may not work on this inspection: {refusal}"),
            )
        })
}
