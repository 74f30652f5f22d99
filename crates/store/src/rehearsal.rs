//! Inspections that are rehearsed: for measurements and tests that need one
//! further on in its life.
//!
//! Every step is an action by the role it is for, under the rules in force.
//! Nothing is skipped, so a policy with windows keeps a rehearsal waiting:
//! [`policy`] has none.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use diesel::{PgConnection, prelude::*, sql_query};
use group_inspection_core::{
    calendar::{ClockDays, Period, day_in_england},
    conflict::{ConflictPolicy, Ruling},
    evidence::Bearing,
    finding::{Content, EvidenceIds, Section},
    framework::Frameworks,
    inspection::{Action, LifecyclePolicy, Role, State},
    policy::Policy,
    team::{
        Capacity, Endorsement, Engagement, Institution, Level, Office, Person, Post,
        Qualifications, TeamPolicy,
    },
    theme::Theme,
};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, editorial,
    inspections::{self, NewInspection},
    lifecycle::{self, Loaded},
    people,
};

/// Those who take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cast {
    /// Plans the inspection.
    pub officer: Uuid,
    /// Leads it.
    pub lead: Uuid,
    /// Inspects, and writes the report.
    pub author: Uuid,
    /// A serving leader of another group, on the team.
    pub practitioner: Uuid,
    /// Assures its quality.
    pub assurer: Uuid,
    /// Decides on conflicts, holds and withdrawals.
    pub decider: Uuid,
    /// Leads the responsible body.
    pub leader: Uuid,
}

impl Cast {
    /// The team: lead, inspector and practitioner.
    #[must_use]
    pub fn team(&self) -> BTreeSet<Uuid> {
        BTreeSet::from([self.lead, self.author, self.practitioner])
    }

    /// The person who takes the part of a role.
    #[must_use]
    pub const fn person(&self, role: Role) -> Uuid {
        match role {
            Role::LeadInspector => self.lead,
            Role::Inspector => self.author,
            Role::Practitioner => self.practitioner,
            Role::QualityAssurer => self.assurer,
            Role::DecisionMaker => self.decider,
            Role::BodyLeader | Role::Integrator => self.leader,
            Role::OperationsOfficer | Role::Operator | Role::System => self.officer,
        }
    }

    /// The actor who takes the part of a role.
    #[must_use]
    pub fn actor(&self, role: Role) -> Actor {
        Actor::operator("rehearsal").acting_as(role, self.person(role))
    }
}

/// A policy without windows, for groups that may all lie in one region.
#[must_use]
pub fn policy() -> Policy {
    Policy {
        version: "rehearsal".to_owned(),
        lifecycle: LifecyclePolicy {
            notice_working_days: 0,
            objection_working_days: 0,
            evidence_working_days: 0,
            next_day_call_working_days: 0,
            factual_accuracy_working_days: 0,
            complaint_working_days: 0,
            embargo_working_days: 0,
            response_calendar_days: 0,
            first_follow_up_months: 0,
            final_follow_up_months: 0,
            school_days_minimum: 0,
            rest: None,
            ..LifecyclePolicy::default()
        },
        // A small fictional England is crowded.
        conflict: ConflictPolicy {
            bar_metres: 0,
            ..ConflictPolicy::default()
        },
        team: TeamPolicy {
            practitioner_from_elsewhere: false,
            ..TeamPolicy::default()
        },
        ..Policy::default()
    }
}

/// Opens an inspection of a body as it is made up today; returns its identifier.
///
/// # Errors
/// [`Error::Refused`] if it may not be inspected (DR-01), or if the database fails.
pub fn open(tx: &mut Tx<'_>, body: Uuid, policy: Policy) -> Result<Uuid, Error> {
    let new = NewInspection {
        body_id: body,
        agreed: Vec::new(),
        membership_as_at: day_in_england(tx.now()),
        frameworks: Frameworks::built_in()
            .map_err(|error| Error::internal("the frameworks", error))?,
        policy,
    };
    inspections::open(tx, &new)
}

/// Training that counts on `today`.
fn trained(today: NaiveDate, endorsed_by: Option<Institution>) -> Qualifications {
    let ago = |months| today.checked_sub_months(Months::new(months));
    Qualifications {
        initial_training: ago(24),
        shadow: ago(20),
        sign_off: ago(18),
        annual_update: ago(1),
        lead_training: ago(1),
        endorsement: endorsed_by
            .zip(ago(1))
            .map(|(by, on)| Endorsement { by, on }),
        barred_since: None,
    }
}

fn person(tx: &mut Tx<'_>, name: &str, office: Option<Office>) -> Person {
    Person {
        id: tx.new_id(),
        name: name.to_owned(),
        engagement: Engagement::Hmi,
        offices: office.into_iter().collect(),
        qualifications: trained(day_in_england(tx.now()), None),
        posts: Vec::new(),
    }
}

/// Enters those who take part in an inspection. The practitioner leads
/// another group, from as far away as the register has one.
///
/// # Errors
/// A refusal under DR-13 if no leader of another group may take part, or if
/// the database fails.
pub fn cast(tx: &mut Tx<'_>, inspection: Uuid) -> Result<Cast, Error> {
    let actor = tx.actor();
    let loaded = lifecycle::load(tx.connection(), actor, inspection)?;
    let officer = person(tx, "Avery Planner", None);
    let lead = person(tx, "Morgan Ashdown", None);
    let author = person(tx, "Robin Fairlea", None);
    let assurer = person(tx, "Sasha Weller", Some(Office::QualityAssurer));
    let decider = person(tx, "Kit Marlowe", Some(Office::DecisionMaker));
    let practitioner = practitioner(tx, &loaded)?;
    let cast = Cast {
        officer: officer.id,
        lead: lead.id,
        author: author.id,
        practitioner: practitioner.id,
        assurer: assurer.id,
        decider: decider.id,
        leader: tx.new_id(),
    };
    for person in [officer, lead, author, practitioner, assurer, decider] {
        people::keep(tx, &person)?;
    }
    Ok(cast)
}

/// Somebody who leads another group and whom no rule bars.
fn practitioner(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<Person, Error> {
    let today = day_in_england(tx.now());
    for group in other_groups(tx.connection(), loaded.body_id)? {
        let home = Institution::Body(group);
        let candidate = Person {
            engagement: Engagement::Practitioner,
            qualifications: trained(today, Some(home.clone())),
            posts: vec![Post {
                id: tx.new_id(),
                at: home,
                capacity: Capacity::Employee,
                level: Level::Top,
                from: today.checked_sub_months(Months::new(36)),
                to: None,
            }],
            ..person(tx, "Jo Tarrant", None)
        };
        if !people::is_barred(tx, loaded, &candidate)? {
            return Ok(candidate);
        }
    }
    Err(Error::refused(
        "DR-13",
        "the register has no other group whose leader may take part",
    ))
}

/// Groups of two open schools or more, those in other regions first.
fn other_groups(connection: &mut PgConnection, body: Uuid) -> Result<Vec<Uuid>, Error> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        body_id: Uuid,
    }
    let found: Vec<Found> = sql_query(
        "WITH member AS ( \
           SELECT m.body_id, m.urn, e.region FROM membership m \
           JOIN LATERAL (SELECT region, status FROM establishment_version \
                         WHERE urn = m.urn ORDER BY as_at DESC LIMIT 1) e ON e.status = 1 \
           JOIN responsible_body b ON b.id = m.body_id \
             AND b.kind IN ('multi_academy_trust', 'independent_group') \
           WHERE m.recorded_to IS NULL AND m.valid_to IS NULL AND m.role = 'responsible') \
         SELECT body_id FROM member WHERE body_id <> $1 GROUP BY body_id \
         HAVING count(DISTINCT urn) >= 2 \
         ORDER BY coalesce(bool_or(region IN \
           (SELECT region FROM member WHERE body_id = $1)), false), body_id LIMIT 50",
    )
    .bind::<diesel::sql_types::Uuid, _>(body)
    .load(connection)?;
    Ok(found.into_iter().map(|found| found.body_id).collect())
}

/// The states a rehearsal passes through, in order. Compiling and publishing
/// are for the worker.
const WAY: &[State] = &[
    State::Draft,
    State::Notified,
    State::Scheduled,
    State::EvidenceOpen,
    State::Fieldwork,
    State::Provisional,
    State::Compiling,
    State::Drafting,
    State::Qa,
    State::FactualAccuracy,
    State::Responding,
    State::Embargoed,
];

/// Takes an inspection on to a state, as far as nobody else has to do
/// something: a job compiles and publishes.
///
/// # Errors
/// As [`lifecycle::act`]; [`Error::Internal`] for a state that no rehearsal
/// leads to.
pub async fn advance(
    store: &crate::Store,
    cast: Cast,
    inspection: Uuid,
    to: State,
) -> Result<(), Error> {
    let place = |state: State| WAY.iter().position(|passed| *passed == state);
    loop {
        let state = store
            .read(move |connection| {
                lifecycle::load(connection, &Actor::system("rehearsal"), inspection)
            })
            .await?
            .inspection
            .state();
        match (place(state), place(to)) {
            (Some(now), Some(end)) if now < end => {}
            (Some(_), Some(_)) => return Ok(()),
            (None, _) | (_, None) => return Err(Error::internal("a rehearsal", to.code())),
        }
        let steps = steps(state);
        if steps.is_empty() {
            return Err(Error::internal("a rehearsal waits for a job", state.code()));
        }
        for (role, step) in steps {
            store
                .write(&cast.actor(*role), move |tx| {
                    take(tx, cast, inspection, *step)
                })
                .await?;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Notify,
    NameTeam,
    AppointAuthor,
    Declare,
    ClearAll,
    Schedule,
    OpenEvidence,
    StartFieldwork,
    StateFinding,
    RecordProvisional,
    Compile,
    SendToQa,
    SignOff,
    SendForFactualAccuracy,
    CloseFactualAccuracy,
    Embargo,
    Release,
}

fn steps(from: State) -> &'static [(Role, Step)] {
    use Role::{
        DecisionMaker, Inspector, LeadInspector, OperationsOfficer, Practitioner, QualityAssurer,
    };
    match from {
        State::Draft => &[(OperationsOfficer, Step::Notify)],
        State::Notified => &[
            (OperationsOfficer, Step::NameTeam),
            (OperationsOfficer, Step::AppointAuthor),
            (LeadInspector, Step::Declare),
            (Inspector, Step::Declare),
            (Practitioner, Step::Declare),
            (DecisionMaker, Step::ClearAll),
            (OperationsOfficer, Step::Schedule),
        ],
        State::Scheduled => &[(OperationsOfficer, Step::OpenEvidence)],
        State::EvidenceOpen => &[(LeadInspector, Step::StartFieldwork)],
        State::Fieldwork => &[
            (Inspector, Step::StateFinding),
            (LeadInspector, Step::RecordProvisional),
        ],
        State::Provisional => &[(LeadInspector, Step::Compile)],
        State::Drafting => &[(LeadInspector, Step::SendToQa)],
        State::Qa => &[
            (QualityAssurer, Step::SignOff),
            (LeadInspector, Step::SendForFactualAccuracy),
        ],
        State::FactualAccuracy => &[(OperationsOfficer, Step::CloseFactualAccuracy)],
        State::Responding => &[
            (OperationsOfficer, Step::Embargo),
            (OperationsOfficer, Step::Release),
        ],
        State::Compiling
        | State::Embargoed
        | State::CompileFailed
        | State::Published
        | State::FollowUp
        | State::Closed
        | State::Withdrawn => &[],
    }
}

fn take(tx: &mut Tx<'_>, cast: Cast, inspection: Uuid, step: Step) -> Result<(), Error> {
    let today = day_in_england(tx.now());
    let actor = tx.actor();
    let loaded = lifecycle::load(tx.connection(), actor, inspection)?;
    let newest = crate::reports::newest_version(tx.connection(), loaded.report_id)?;
    let report_version = newest.unwrap_or_default();
    let action = match step {
        Step::Notify => Action::Notify {
            wellbeing_contact: "Jo Tarrant, chair of trustees".to_owned(),
            membership_as_at: loaded
                .frozen
                .size_over_time
                .last()
                .map_or(today, |(day, _)| *day),
        },
        Step::NameTeam => Action::NameTeam {
            lead: cast.lead,
            members: cast.team(),
        },
        Step::AppointAuthor => {
            return lifecycle::appoint_author(tx, inspection, None, cast.author, "rehearsal");
        }
        Step::Declare => {
            people::declare(tx, inspection, Vec::new())?;
            return Ok(());
        }
        Step::ClearAll => {
            for member in cast.team() {
                people::decide(tx, inspection, member, Ruling::Clear, "No interest found")?;
            }
            return Ok(());
        }
        Step::Schedule => {
            let days = lifecycle::clock_days(tx.connection(), &loaded.frozen.policy.lifecycle)?;
            let day = first_day(&days, today)?;
            Action::Schedule {
                fieldwork: Period {
                    first: day,
                    last: day,
                },
            }
        }
        Step::OpenEvidence => Action::OpenEvidence,
        Step::StartFieldwork => Action::StartFieldwork,
        Step::StateFinding => {
            let evidence: Vec<Uuid> = lifecycle::evidence_held(tx.connection(), inspection)?
                .into_iter()
                .take(1)
                .collect();
            let evidence = EvidenceIds::try_from(evidence)
                .map_err(|error| Error::refused("DR-11", error.to_string()))?;
            let content = Content {
                section: Section::Pattern,
                theme: Theme::CurriculumAndTeaching,
                bearing: Bearing::Context,
                statement: "Reading leads plan the next unit together.".to_owned(),
                schools: BTreeSet::new(),
                evidence,
            };
            let id = tx.new_id();
            return editorial::state(tx, inspection, id, content, None);
        }
        Step::RecordProvisional => Action::RecordProvisional {
            findings: editorial::list(tx.connection(), inspection)?
                .iter()
                .map(group_inspection_core::finding::Finding::id)
                .collect(),
        },
        Step::Compile => Action::Compile,
        Step::SendToQa => Action::SendToQa { report_version },
        Step::SignOff => Action::SignOff { report_version },
        Step::SendForFactualAccuracy => Action::SendForFactualAccuracy { report_version },
        Step::CloseFactualAccuracy => Action::CloseFactualAccuracy,
        Step::Embargo => Action::Embargo { report_version },
        Step::Release => Action::ReleaseToStatutory { report_version },
    };
    lifecycle::act(tx, inspection, action)?;
    Ok(())
}

fn first_day(days: &ClockDays, today: chrono::NaiveDate) -> Result<chrono::NaiveDate, Error> {
    let refused = |error: group_inspection_core::calendar::CalendarError| {
        Error::refused("DR-23", error.to_string())
    };
    if days.counts(today).map_err(refused)? {
        Ok(today)
    } else {
        days.next(today).map_err(refused)
    }
}
