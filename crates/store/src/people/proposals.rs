//! Teams to propose for an inspection, and why others are left out (DR-13).

use std::collections::BTreeMap;

use chrono::{DateTime, Months, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{Occasion, Subject},
    inspection::Role,
    team::{self, Candidate, Proposal, Request, Seat},
};
use uuid::Uuid;

use super::{
    Person,
    national::{self, national},
    screening::assembled,
};
use crate::{
    Actor, Error, lifecycle,
    records::{self, Owner},
};

/// Months of inspections that count for sharing the work.
const RECENT_MONTHS: u32 = 12;

/// Ranks the teams that could inspect, by rule, and says of each other person
/// why they are left out.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or if the database fails.
pub fn proposal(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    now: DateTime<Utc>,
) -> Result<Proposal, Error> {
    lifecycle::authorise(actor, &[Role::OperationsOfficer, Role::DecisionMaker])?;
    let loaded = lifecycle::load(connection, actor, inspection)?;
    let today = day_in_england(now);
    let policy = &loaded.frozen.policy;
    let facts = national(connection, None)?;
    let since = today
        .checked_sub_months(Months::new(RECENT_MONTHS))
        .unwrap_or(today);
    let mut recent: BTreeMap<Uuid, u32> = BTreeMap::new();
    for past in facts.inspections.iter().filter(|past| past.on >= since) {
        *recent.entry(past.person).or_default() += 1;
    }
    let planned = loaded.inspection.fieldwork();
    let busy = |person: Uuid| {
        planned.is_some_and(|planned| {
            facts.inspections.iter().any(|past| {
                past.person == person && past.inspection != inspection && planned.contains(past.on)
            })
        })
    };
    let people = records::of::<Person>(connection, Owner::default())?;
    let free: BTreeMap<Uuid, bool> = people
        .iter()
        .map(|held| (held.id, !busy(held.id)))
        .collect();
    let screen = national::screen(facts, today, &policy.conflict);
    let occasion = Occasion {
        inspection,
        body: loaded.body_id,
        members: loaded.frozen.urns().collect(),
        frozen_at: None,
        fieldwork: planned.map_or(today, |planned| planned.first),
        opened_on: day_in_england(loaded.inspection.opening().at),
        published_on: None,
        denominational: false,
        today,
    };
    let target = screen.target(&occasion);
    let candidates: Vec<Candidate> = people
        .iter()
        .map(|held| {
            let person = &held.value;
            let home = screen.home(&person.posts, today);
            let prospect = target.prospect(&Subject {
                person: person.id,
                posts: person.posts.clone(),
                declaration: None,
                concerns: Vec::new(),
            });
            Candidate {
                person: person.id,
                engagement: person.engagement,
                member: team::fit(
                    person,
                    Seat::Member,
                    &home,
                    occasion.fieldwork,
                    &policy.team,
                ),
                lead: team::fit(person, Seat::Lead, &home, occasion.fieldwork, &policy.team),
                home,
                outcome: prospect.outcome(),
                barred_by: prospect.barred_by(),
                available: free.get(&person.id).copied().unwrap_or(true),
                recent: recent.get(&person.id).copied().unwrap_or_default(),
            }
        })
        .collect();
    let request = Request {
        inspection,
        group: assembled(connection, &loaded)?,
        people: None,
        practitioners: None,
    };
    Ok(team::propose(&candidates, &request, &policy.team))
}
