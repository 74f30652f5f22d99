//! The rules on conflicts, run over the people of an inspection, and anew when
//! what they are about has changed (DR-05, DR-13, DR-14, DR-17).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{
        self, Assessment, Decision, Declaration, FindingRef, Notify, Occasion, Outcome, Screen,
        Subject,
    },
    inspection::{Action, State},
    notice,
    team::{self, Assembled, Person, Seat, Seated},
};
use uuid::Uuid;

use super::{
    access::{latest, on_record},
    get,
    national::{self, Around, national},
};
use crate::{
    Error, Tx, audit,
    lifecycle::{self, Loaded},
    notifications,
    records::{self, Owner},
    schema::inspection,
};

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
        members: loaded.frozen.urns().collect(),
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
pub(super) fn screen(
    connection: &mut PgConnection,
    loaded: &Loaded,
    people: &[Person],
    today: NaiveDate,
) -> Result<Screen, Error> {
    let mut around = Around::default();
    around.bodies.insert(loaded.body_id);
    around.members(&loaded.frozen);
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

/// Runs the rules over a person anew and keeps what they find if it differs;
/// whoever loses access loses it with this (DR-17). Returns whether anything
/// changed.
pub(super) fn assess(
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
    around.members(&loaded.frozen);
    let facts = national(connection, Some(&around))?;
    let members: BTreeSet<_> = loaded.frozen.urns().collect();
    Ok(Assembled {
        body: loaded.body_id,
        kind: loaded.frozen.body.kind,
        schools: loaded.frozen.open_schools(),
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
