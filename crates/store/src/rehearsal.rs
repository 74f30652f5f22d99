//! Inspections that are rehearsed: for measurements and tests that need one
//! further on in its life.
//!
//! Every step is an action by the role it is for, under the rules in force.
//! Nothing is skipped, so a policy with windows keeps a rehearsal waiting:
//! [`policy`] has none.

use std::collections::BTreeSet;

use group_inspection_core::{
    calendar::{ClockDays, Period, day_in_england},
    evidence::Bearing,
    finding::{Content, EvidenceIds, Section},
    inspection::{Action, LifecyclePolicy, Role, State},
    policy::Policy,
    team::{Engagement, Office, Person, Qualifications},
    theme::Theme,
};
use uuid::Uuid;

use crate::{Actor, Error, Tx, editorial, lifecycle, people};

/// Those who take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cast {
    /// Plans the inspection.
    pub officer: Uuid,
    /// Leads it.
    pub lead: Uuid,
    /// Inspects, and writes the report.
    pub author: Uuid,
    /// Assures its quality.
    pub assurer: Uuid,
    /// Decides on conflicts, holds and withdrawals.
    pub decider: Uuid,
    /// Leads the responsible body.
    pub leader: Uuid,
}

impl Cast {
    /// The person who takes the part of a role.
    #[must_use]
    pub const fn person(&self, role: Role) -> Uuid {
        match role {
            Role::LeadInspector => self.lead,
            Role::Inspector | Role::Practitioner => self.author,
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

/// A policy without windows, for one school or more.
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
        ..Policy::default()
    }
}

fn person(tx: &mut Tx<'_>, name: &str, engagement: Engagement, office: Option<Office>) -> Person {
    Person {
        id: tx.new_id(),
        name: name.to_owned(),
        engagement,
        offices: office.into_iter().collect(),
        qualifications: Qualifications::default(),
        posts: Vec::new(),
    }
}

/// Enters those who take part.
///
/// # Errors
/// If the database fails.
pub fn cast(tx: &mut Tx<'_>) -> Result<Cast, Error> {
    let mut entered = Vec::new();
    for (name, engagement, office) in [
        ("Avery Planner", Engagement::Hmi, None),
        ("Morgan Ashdown", Engagement::Hmi, None),
        ("Robin Fairlea", Engagement::Hmi, None),
        (
            "Sasha Weller",
            Engagement::Hmi,
            Some(Office::QualityAssurer),
        ),
        ("Kit Marlowe", Engagement::Hmi, Some(Office::DecisionMaker)),
        ("Jo Tarrant", Engagement::Practitioner, None),
    ] {
        let person = person(tx, name, engagement, office);
        people::enter(tx, &person)?;
        entered.push(person.id);
    }
    match entered.as_slice() {
        [officer, lead, author, assurer, decider, leader] => Ok(Cast {
            officer: *officer,
            lead: *lead,
            author: *author,
            assurer: *assurer,
            decider: *decider,
            leader: *leader,
        }),
        _ => Err(Error::internal("a cast", "somebody is missing")),
    }
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
    use Role::{Inspector, LeadInspector, OperationsOfficer, QualityAssurer};
    match from {
        State::Draft => &[(OperationsOfficer, Step::Notify)],
        State::Notified => &[
            (OperationsOfficer, Step::NameTeam),
            (OperationsOfficer, Step::AppointAuthor),
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
            members: BTreeSet::from([cast.lead, cast.author]),
        },
        Step::AppointAuthor => {
            return lifecycle::appoint_author(tx, inspection, cast.author, "rehearsal");
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
