//! Burden as it is recorded while the inspection goes on.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    Urn,
    burden::{LeaderTime, Measures, Meeting, Passed, Recorded, hours_maximum, measures, passed},
    calendar::{ClockDays, day_in_england},
    inspection::{Action, Role, clocks},
    sampling::{Contact, Contacts},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, evidence, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
    submissions,
};

/// An entry of the burden ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[schemars(rename = "BurdenEntry")]
pub enum Entry {
    /// A meeting held for the inspection.
    Meeting {
        /// People of the group who attended.
        attendees: u32,
        /// Minutes it took.
        minutes: u32,
    },
    /// Time of leaders beside evidence and meetings, as they say.
    LeaderTime {
        /// Role, such as "headteacher".
        role: String,
        /// People.
        people: u32,
        /// Minutes of each.
        minutes: u32,
    },
    /// A day of fieldwork of the person who enters it.
    Fieldwork {
        /// Day.
        on: NaiveDate,
    },
    /// A contact with a school.
    Contact {
        /// School.
        school: Urn,
        /// Day.
        on: NaiveDate,
    },
    /// Travel of the team.
    Travel {
        /// Pence.
        pence: u32,
    },
}

/// An entry with who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    entry: Entry,
    by: Uuid,
}

impl Record for Kept {
    const KIND: &'static str = "burden_entry";
}

/// People of one entry at the most.
const PEOPLE_MAXIMUM: u32 = 1_000;

impl Entry {
    /// Who may enter it: the body says what it took its leaders, the team
    /// what it did.
    const fn by(&self) -> &'static [Role] {
        match self {
            Self::LeaderTime { .. } => &[Role::Integrator, Role::BodyLeader],
            Self::Meeting { .. } | Self::Fieldwork { .. } | Self::Contact { .. } => {
                &[Role::LeadInspector, Role::Inspector, Role::Practitioner]
            }
            Self::Travel { .. } => &[Role::OperationsOfficer],
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        let (people, minutes) = match self {
            Self::Meeting { attendees, minutes } => (*attendees, *minutes),
            Self::LeaderTime {
                role,
                people,
                minutes,
            } => {
                let long = role.chars().count() > group_inspection_core::submission::MAX_LINE;
                if role.trim().is_empty() || long {
                    return Some("an entry of leaders' time names their role");
                }
                (*people, *minutes)
            }
            Self::Fieldwork { .. } | Self::Contact { .. } | Self::Travel { .. } => return None,
        };
        let believable = (1..=PEOPLE_MAXIMUM).contains(&people)
            && (1..=group_inspection_core::submission::MAX_MINUTES).contains(&minutes);
        (!believable).then_some("people and minutes are at least one, and believable")
    }
}

/// Makes an entry. A contact beyond what a school may be asked to bear is
/// refused, not recorded as a breach (domain.md 6.2).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal, or if the database
/// fails.
pub fn enter(tx: &mut Tx<'_>, inspection: Uuid, entry: Entry) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), entry.by())?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    if let Some(flaw) = entry.flaw() {
        return Err(Error::refused("6.2", flaw));
    }
    if let Entry::Contact { school, on } = &entry {
        contact(tx.connection(), &loaded, *school, *on)?;
    }
    let id = tx.new_id();
    let kept = Kept { entry, by: by.id };
    records::insert(tx, id, Owner::inspection(inspection), &kept, None)?;
    Ok(id)
}

fn contact(
    connection: &mut PgConnection,
    loaded: &Loaded,
    school: Urn,
    on: NaiveDate,
) -> Result<(), Error> {
    if !loaded.frozen.urns().any(|urn| urn == school) {
        return Err(Error::refused(
            "DR-05",
            format!("school {school} is not a member of the group as frozen"),
        ));
    }
    let recorded = recorded(connection, loaded)?;
    let so_far = Contacts {
        days: recorded.contacts.get(&school).cloned().unwrap_or_default(),
        asks: 0,
    };
    let next = Contact { on, asks: false };
    so_far
        .with(next, &loaded.frozen.policy.sampling)
        .map(|_| ())
        .map_err(|limit| Error::refused("6.2", limit.to_string()))
}

/// Everything recorded of an inspection's burden.
///
/// # Errors
/// If the database fails.
pub fn recorded(connection: &mut PgConnection, loaded: &Loaded) -> Result<Recorded, Error> {
    let mut recorded = Recorded::default();
    for held in records::of::<Kept>(connection, Owner::inspection(loaded.id()))? {
        let Kept { entry, by } = held.value;
        match entry {
            Entry::Meeting { attendees, minutes } => {
                recorded.meetings.push(Meeting { attendees, minutes });
            }
            Entry::LeaderTime {
                role,
                people,
                minutes,
            } => recorded.leader_time.push(LeaderTime {
                role,
                people,
                minutes,
            }),
            Entry::Fieldwork { on } => {
                recorded.fieldwork.entry(by).or_default().insert(on);
            }
            Entry::Contact { school, on } => {
                recorded.contacts.entry(school).or_default().insert(on);
            }
            Entry::Travel { pence } => {
                recorded.travel_pence = recorded.travel_pence.saturating_add(pence);
            }
        }
    }
    recorded.requests = evidence::requests(connection, loaded.id())?
        .into_iter()
        .map(|held| held.value.asked)
        .collect();
    let policy = &loaded.frozen.policy.lifecycle;
    // Before bank holidays are imported, no day can be counted.
    if let Ok(days) = lifecycle::clock_days(connection, policy) {
        dates(&mut recorded, loaded, &days);
    }
    Ok(recorded)
}

/// What follows from the history: notice, deadlines and turnaround. It is read
/// at the last event, so that nothing depends on when it is asked for.
fn dates(recorded: &mut Recorded, loaded: &Loaded, days: &ClockDays) {
    let inspection = &loaded.inspection;
    let on = |is: &dyn Fn(&Action) -> bool| {
        let event = inspection.history().iter().find(|event| is(&event.action));
        event.map(|event| day_in_england(event.at))
    };
    let between = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
        days.working().working_days_between(from?, to?).ok()
    };
    let notified = on(&|action| matches!(action, Action::Notify { .. }));
    let fieldwork = inspection.fieldwork().map(|period| period.first);
    recorded.notice_working_days = between(notified, fieldwork);
    let drafted = on(&|action| matches!(action, Action::CompileDone { .. }));
    let published = on(&|action| matches!(action, Action::Publish { .. }));
    recorded.turnaround_working_days = between(drafted, published);
    let policy = &loaded.frozen.policy.lifecycle;
    let due: Vec<NaiveDate> = clocks(inspection, inspection.last_at(), days, policy)
        .into_iter()
        .filter_map(|clock| clock.due.at())
        .map(day_in_england)
        .collect();
    let unsafe_ = due
        .iter()
        .filter(|day| days.working().is_working_day(**day) == Ok(false))
        .count();
    recorded.unsafe_deadlines =
        (!due.is_empty()).then(|| u32::try_from(unsafe_).unwrap_or(u32::MAX));
}

/// The measures of an inspection's burden, and the caps they pass.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn burden(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    now: DateTime<Utc>,
) -> Result<(Measures, BTreeSet<Passed>), Error> {
    let loaded = lifecycle::open_to(connection, actor, inspection, now)?;
    let recorded = recorded(connection, &loaded)?;
    let supply = submissions::minutes(connection, inspection)?;
    let open = loaded.frozen.open_schools();
    let policy = &loaded.frozen.policy;
    let measured = measures(&recorded, supply, open, &policy.burden);
    let passed = passed(&measured, &policy.burden, hours_maximum(policy, open));
    Ok((measured, passed))
}
