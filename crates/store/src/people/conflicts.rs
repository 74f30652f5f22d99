//! Declarations of interest, what the rules find in them, and what is decided
//! (DR-12 to DR-20, DR-35).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{
        self, Access, Assessment, Assignment, Attempt, AuthoredItem, Decider, Deciding, Decision,
        DecisionError, Declaration, FindingRef, Handled, Interest, Mitigation, Notify, Occasion,
        Outcome, Refusal, Rule, Ruling, Screen, Subject,
    },
    finding::EvidenceIds,
    inspection::{Action, Actor as Acting, Role, State},
    notice,
    team::{self, Assembled, Person, Seat, Seated},
};
use uuid::Uuid;

use super::{
    Standing, get,
    national::{self, Around, national},
};
use crate::{
    Error, Tx, audit,
    lifecycle::{self, Loaded},
    notifications,
    records::{self, Held, Owner, Record},
    schema::inspection,
    submissions,
};

impl Record for Declaration {
    const KIND: &'static str = "declaration";
}

impl Record for Assessment {
    const KIND: &'static str = "conflict_assessment";
}

impl Record for Decision {
    const KIND: &'static str = "conflict_decision";
}

fn latest<T: Record>(
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

fn occasion(loaded: &Loaded, today: NaiveDate) -> Occasion {
    let frozen_at = loaded
        .inspection
        .history()
        .iter()
        .rev()
        .find(|event| {
            matches!(
                event.action,
                Action::Notify { .. } | Action::Refreeze { .. }
            )
        })
        .map(|event| event.at);
    Occasion {
        inspection: loaded.id(),
        body: loaded.body_id,
        members: loaded
            .frozen
            .members
            .iter()
            .map(|member| member.urn)
            .collect(),
        frozen_at,
        fieldwork: loaded
            .inspection
            .fieldwork()
            .map_or(today, |fieldwork| fieldwork.first),
        opened_on: day_in_england(loaded.inspection.opening().at),
        published_on: loaded
            .inspection
            .history()
            .iter()
            .find(|event| matches!(event.action, Action::Publish { .. }))
            .map(|event| day_in_england(event.at)),
        denominational: false,
        today,
    }
}

/// A screen of what lies around a group and some people.
fn screen(
    connection: &mut PgConnection,
    loaded: &Loaded,
    people: &[Person],
    today: NaiveDate,
) -> Result<Screen, Error> {
    let mut around = Around::default();
    around.bodies.insert(loaded.body_id);
    around.schools.extend(
        loaded
            .frozen
            .members
            .iter()
            .map(|member| crate::bodies::stored(member.urn)),
    );
    for person in people {
        around.posts(&person.posts);
    }
    let facts = national(connection, Some(&around))?;
    Ok(national::screen(
        facts,
        today,
        &loaded.frozen.policy.conflict,
    ))
}

fn subject(person: &Person, declaration: Option<Declaration>) -> Subject {
    Subject {
        person: person.id,
        posts: person.posts.clone(),
        declaration,
        concerns: Vec::new(),
    }
}

/// Makes a declaration for an inspection, in the person's own name, and runs
/// the rules over it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for roles that declare nothing,
/// or if the database fails.
pub fn declare(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    interests: Vec<Interest>,
) -> Result<OnRecord, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(
        tx.actor(),
        &[
            Role::LeadInspector,
            Role::Inspector,
            Role::Practitioner,
            Role::QualityAssurer,
        ],
    )?;
    let now = tx.now();
    let declaration = Declaration {
        id: tx.new_id(),
        person: by.id,
        inspection,
        made_on: day_in_england(now),
        confirmed_at: Some(now),
        interests,
    };
    let owner = Owner::inspection(inspection).and_person(by.id);
    records::insert(tx, declaration.id, owner, &declaration, None)?;
    let person = get(tx.connection(), by.id)?.value;
    let screen = screen(
        tx.connection(),
        &loaded,
        std::slice::from_ref(&person),
        day_in_england(now),
    )?;
    assess(tx, &loaded, &screen, &person)?;
    Ok(OnRecord {
        person: by.id,
        declaration: Some(declaration),
        assessment: latest(tx.connection(), inspection, by.id)?,
        decision: latest(tx.connection(), inspection, by.id)?,
    })
}

/// Runs the rules over a person anew and keeps what they find if it differs;
/// whoever loses access loses it with this (DR-17). Returns whether anything
/// changed.
fn assess(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    screen: &Screen,
    person: &Person,
) -> Result<bool, Error> {
    let id = loaded.id();
    let declaration: Option<Declaration> = latest(tx.connection(), id, person.id)?;
    if declaration.is_none() && !loaded.on_team(person.id) {
        return Ok(false);
    }
    let occasion = occasion(loaded, day_in_england(tx.now()));
    let target = screen.target(&occasion);
    let after = target.assess(&subject(person, declaration));
    let before: Option<Assessment> = latest(tx.connection(), id, person.id)?;
    if before.as_ref() == Some(&after) {
        return Ok(false);
    }
    let key = tx.new_id();
    let owner = Owner::inspection(id).and_person(person.id);
    records::insert(tx, key, owner, &after, None)?;
    if let Some(before) = before {
        let decision: Option<Decision> = latest(tx.connection(), id, person.id)?;
        let findings: Vec<FindingRef> = crate::editorial::list(tx.connection(), id)?
            .iter()
            .map(|finding| FindingRef {
                id: finding.id(),
                people: finding.history().map(|revision| revision.author).collect(),
            })
            .collect();
        let change = conflict::reassess(&before, &after, decision.as_ref(), &findings);
        if change.access_lost || change.decision_needed || change.incident {
            // Who is told, and that it happened; never the facts (DR-35).
            tx.audit(&audit::Event {
                action: "conflict.changed",
                subject_kind: "inspection",
                subject_id: id.to_string(),
                reason: None,
                data: serde_json::json!({
                    "person": person.id,
                    "access_lost": change.access_lost,
                    "decision_needed": change.decision_needed,
                    "incident": change.incident,
                    "findings_to_review": change.findings_to_review,
                    "notify": change.notify,
                }),
            })?;
        }
        if change.notify.contains(&Notify::ResponsibleBody) {
            notifications::tell_beside(
                tx,
                notice::INTERESTS_CHANGED,
                loaded,
                serde_json::json!({ "categories": after.categories() }),
            )?;
        }
    }
    Ok(true)
}

/// Refuses a team that may not be named: people who are barred (DR-14), whose
/// training or post does not count, or who do not make a team (DR-13).
pub(crate) fn may_be_named(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    lead: Uuid,
    members: &BTreeSet<Uuid>,
) -> Result<(), Error> {
    let today = day_in_england(tx.now());
    let mut people = Vec::new();
    for id in members {
        let person = get(tx.connection(), *id).map_err(|error| match error {
            Error::NotFound => Error::refused("DR-13", format!("nobody is known as {id}")),
            other => other,
        })?;
        people.push(person.value);
    }
    let screen = screen(tx.connection(), loaded, &people, today)?;
    let occasion = occasion(loaded, today);
    let target = screen.target(&occasion);
    let policy = &loaded.frozen.policy;
    let mut seated = Vec::new();
    let mut closed = Vec::new();
    for person in &people {
        let prospect = target.prospect(&subject(person, None));
        if prospect.outcome() == Outcome::Bar {
            return Err(Error::refused(
                "DR-14",
                format!(
                    "{} is barred from this inspection by {:?}; nothing overrides this",
                    person.name,
                    prospect.barred_by()
                ),
            ));
        }
        let seat = if person.id == lead {
            Seat::Lead
        } else {
            Seat::Member
        };
        let home = screen.home(&person.posts, today);
        if let Err(gates) = team::fit(person, seat, &home, today, &policy.team) {
            let gates: Vec<String> = gates
                .iter()
                .map(|gate| format!("{:?} is {:?}", gate.requirement, gate.reason))
                .collect();
            closed.push(format!("{}: {}", person.name, gates.join(", ")));
        }
        seated.push(Seated {
            person: person.id,
            seat,
            engagement: person.engagement,
            home,
        });
    }
    if !closed.is_empty() {
        return Err(Error::refused("DR-13", closed.join("; ")));
    }
    team::assemble(&seated, &assembled(tx.connection(), loaded)?, &policy.team).map_err(
        |faults| {
            let faults: Vec<String> = faults.iter().map(|fault| format!("{fault:?}")).collect();
            Error::refused(
                "DR-13",
                format!(
                    "this is not a team that may be named: {}",
                    faults.join(", ")
                ),
            )
        },
    )?;
    Ok(())
}

/// Whether the system's own facts bar a person from an inspection.
pub(crate) fn is_barred(tx: &mut Tx<'_>, loaded: &Loaded, person: &Person) -> Result<bool, Error> {
    let today = day_in_england(tx.now());
    let people = std::slice::from_ref(person);
    let screen = screen(tx.connection(), loaded, people, today)?;
    let occasion = occasion(loaded, today);
    let prospect = screen.target(&occasion).prospect(&subject(person, None));
    Ok(prospect.outcome() == Outcome::Bar)
}

pub(super) fn assembled(
    connection: &mut PgConnection,
    loaded: &Loaded,
) -> Result<Assembled, Error> {
    let mut around = Around::default();
    around.schools.extend(
        loaded
            .frozen
            .members
            .iter()
            .map(|member| crate::bodies::stored(member.urn)),
    );
    let facts = national(connection, Some(&around))?;
    let members: BTreeSet<_> = loaded
        .frozen
        .members
        .iter()
        .map(|member| member.urn)
        .collect();
    let open = loaded
        .frozen
        .members
        .iter()
        .filter(|member| member.open)
        .count();
    Ok(Assembled {
        body: loaded.body_id,
        kind: loaded.frozen.body.kind,
        schools: u32::try_from(open).unwrap_or(u32::MAX),
        regions: facts
            .schools
            .into_iter()
            .filter(|school| members.contains(&school.urn))
            .filter_map(|school| school.region)
            .collect(),
    })
}

/// Runs the rules anew over everybody of an inspection, in the transaction
/// that changed what they are about (DR-05, DR-17).
pub(crate) fn rerun(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<usize, Error> {
    let today = day_in_england(tx.now());
    let mut people = Vec::new();
    for record in on_record(tx.connection(), loaded)? {
        people.push(get(tx.connection(), record.person)?.value);
    }
    if people.is_empty() {
        return Ok(0);
    }
    let screen = screen(tx.connection(), loaded, &people, today)?;
    let mut changed = 0;
    for person in &people {
        changed += usize::from(assess(tx, loaded, &screen, person)?);
    }
    Ok(changed)
}

/// States in which the team still has access to evidence or to the report.
fn live() -> Vec<&'static str> {
    State::ALL
        .into_iter()
        .filter(|state| !matches!(state, State::Draft) && !state.is_over())
        .map(State::code)
        .collect()
}

/// Runs the rules anew over everybody who is assigned to a live inspection,
/// as after an import; returns how many were looked at and how many results
/// differ.
///
/// # Errors
/// If the database fails.
pub fn rerun_all(tx: &mut Tx<'_>) -> Result<(usize, usize), Error> {
    let today = day_in_england(tx.now());
    let ids: Vec<Uuid> = inspection::table
        .filter(inspection::state.eq_any(live()))
        .order(inspection::id)
        .select(inspection::id)
        .load(tx.connection())?;
    let (mut looked, mut changed) = (0, 0);
    let mut screens: BTreeMap<String, Screen> = BTreeMap::new();
    for id in ids {
        let loaded = lifecycle::lock(tx, id)?;
        let policy = &loaded.frozen.policy.conflict;
        // Policies are few: one index of the country serves all that share it.
        if !screens.contains_key(&policy.version) {
            let facts = national(tx.connection(), None)?;
            let screen = national::screen(facts, today, policy);
            screens.insert(policy.version.clone(), screen);
        }
        let Some(screen) = screens.get(&policy.version) else {
            continue;
        };
        for record in on_record(tx.connection(), &loaded)? {
            let person = get(tx.connection(), record.person)?.value;
            looked += 1;
            changed += usize::from(assess(tx, &loaded, screen, &person)?);
        }
    }
    Ok((looked, changed))
}

/// Runs the rules anew wherever a person is on record, after a change of the
/// person.
pub(super) fn rerun_for(tx: &mut Tx<'_>, person: Uuid) -> Result<(), Error> {
    let mut inspections: BTreeSet<Uuid> = BTreeSet::new();
    for held in records::of::<Assessment>(tx.connection(), Owner::person(person))? {
        inspections.extend(held.owner.inspection);
    }
    for id in inspections {
        let loaded = lifecycle::lock(tx, id)?;
        if !loaded.inspection.state().is_over() {
            rerun(tx, &loaded)?;
        }
    }
    Ok(())
}

/// Decides on what the rules found about a person (DR-16).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-14, DR-16 or
/// DR-20, or if the database fails.
pub fn decide(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    person: Uuid,
    ruling: Ruling,
    reasons: &str,
) -> Result<Decision, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::DecisionMaker])?;
    let declaration: Declaration =
        latest(tx.connection(), inspection, person)?.ok_or(Error::NotFound)?;
    let assessment: Assessment =
        latest(tx.connection(), inspection, person)?.ok_or(Error::NotFound)?;
    let decider = Decider {
        person: by.id,
        offices: get(tx.connection(), by.id)?.value.offices,
    };
    let deciding = Deciding {
        ruling,
        reasons,
        by: &decider,
        lead: loaded
            .inspection
            .team()
            .map_or(Uuid::nil(), |team| team.lead),
        on: day_in_england(tx.now()),
    };
    let policy = &loaded.frozen.policy.conflict;
    let decision =
        conflict::decide(&assessment, &declaration, deciding, policy).map_err(|error| {
            let rule = match error {
                DecisionError::Barred(_) => "DR-14",
                DecisionError::Expired(_) => "DR-20",
                DecisionError::NoMitigations | DecisionError::EmptyMitigation(_) => "DR-18",
                DecisionError::DeciderIsDeclarant
                | DecisionError::DeciderIsLead
                | DecisionError::NotADecisionMaker
                | DecisionError::OtherDeclaration
                | DecisionError::NoReasons => "DR-16",
            };
            Error::refused(rule, error.to_string())
        })?;
    let id = tx.new_id();
    let owner = Owner::inspection(inspection).and_person(person);
    records::insert(tx, id, owner, &decision, None)?;
    Ok(decision)
}

/// What the report says of the team's interests; `None` before a team is
/// named.
///
/// # Errors
/// If the database fails.
pub fn public_statement(
    connection: &mut PgConnection,
    loaded: &Loaded,
) -> Result<Option<String>, Error> {
    if loaded.inspection.team().is_none() {
        return Ok(None);
    }
    let records = on_record(connection, loaded)?;
    let handled: Vec<Handled<'_>> = records
        .iter()
        .filter(|record| loaded.on_team(record.person))
        .filter_map(|record| {
            Some(Handled {
                assessment: record.assessment.as_ref()?,
                decision: record.decision.as_ref()?,
            })
        })
        .collect();
    Ok(Some(conflict::public_statement(&handled)))
}
