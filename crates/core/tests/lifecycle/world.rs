//! An inspection, the time, and everyone who acts on it.

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use group_inspection_core::{
    body::BodyKind,
    calendar::{ClockDays, Period, WorkingDays, day_in_england},
    framework::{Facts as BasisFacts, Frameworks},
    inspection::{
        Action, Actor, Clock, ClockKind, Due, Facts, FollowUp, Inspection, Opening, Refusal, Role,
        Setting, State, clocks, decide,
    },
    policy::Policy,
    publication::{Check, Checks},
};
use uuid::Uuid;

pub const LEAD: Uuid = Uuid::from_u128(1);
pub const PRACTITIONER: Uuid = Uuid::from_u128(2);
pub const AUTHOR: Uuid = Uuid::from_u128(3);
pub const ASSURER: Uuid = Uuid::from_u128(4);
pub const OFFICER: Uuid = Uuid::from_u128(5);
pub const DECIDER: Uuid = Uuid::from_u128(6);
pub const BODY: Uuid = Uuid::from_u128(7);
pub const OTHER: Uuid = Uuid::from_u128(8);

/// Bank holidays of England and Wales; the last year is complete.
const HOLIDAYS: [&str; 40] = [
    "2025-01-01",
    "2025-04-18",
    "2025-04-21",
    "2025-05-05",
    "2025-05-26",
    "2025-08-25",
    "2025-12-25",
    "2025-12-26",
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
    "2027-05-03",
    "2027-05-31",
    "2027-08-30",
    "2027-12-27",
    "2027-12-28",
    "2028-01-03",
    "2028-04-14",
    "2028-04-17",
    "2028-05-01",
    "2028-05-29",
    "2028-08-28",
    "2028-12-25",
    "2028-12-26",
    "2029-01-01",
    "2029-03-30",
    "2029-04-02",
    "2029-05-07",
    "2029-05-28",
    "2029-08-27",
    "2029-12-25",
    "2029-12-26",
];

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn period(first: &str, last: &str) -> Period {
    Period {
        first: day(first),
        last: day(last),
    }
}

static ALL_HOLIDAYS: LazyLock<BTreeSet<NaiveDate>> =
    LazyLock::new(|| HOLIDAYS.map(day).into_iter().collect());

pub fn holidays() -> &'static BTreeSet<NaiveDate> {
    &ALL_HOLIDAYS
}

pub fn bank_holidays() -> WorkingDays {
    WorkingDays::new("test", holidays().iter().copied()).unwrap()
}

pub const fn actor(role: Role) -> Actor {
    let id = match role {
        Role::LeadInspector => LEAD,
        Role::Inspector | Role::Practitioner => PRACTITIONER,
        Role::QualityAssurer => ASSURER,
        Role::OperationsOfficer | Role::Operator | Role::System => OFFICER,
        Role::DecisionMaker => DECIDER,
        Role::BodyLeader | Role::Integrator => BODY,
    };
    Actor { role, id }
}

#[derive(Clone)]
pub struct World {
    pub inspection: Inspection,
    pub facts: Facts,
    pub days: ClockDays,
    pub policy: Policy,
    pub now: DateTime<Utc>,
}

impl World {
    /// A draft opened at `now`, with nothing in the way.
    pub fn new(now: &str) -> Self {
        Self::with_schools_closed(now, Vec::new())
    }

    pub fn with_schools_closed(now: &str, closed: Vec<Period>) -> Self {
        let policy = Policy::default();
        let now = at(now);
        let basis = Frameworks::built_in().unwrap().basis_for(
            BodyKind::MultiAcademyTrust,
            day_in_england(now),
            &BasisFacts::default(),
        );
        Self {
            inspection: Inspection::open(Opening {
                inspection: Uuid::from_u128(100),
                body: Uuid::from_u128(200),
                body_kind: BodyKind::MultiAcademyTrust,
                basis,
                at: now,
            }),
            facts: Facts {
                open_member_schools: 5,
                conflicts_undecided: 0,
                objections_undecided: 0,
                checks: checks(1),
            },
            days: ClockDays::new(bank_holidays(), policy.lifecycle.rest, closed),
            policy,
            now,
        }
    }

    pub fn try_as(&self, by: Actor, action: &Action) -> Result<Self, Refusal> {
        let setting = Setting {
            days: &self.days,
            policy: &self.policy,
            facts: &self.facts,
        };
        let event = decide(&self.inspection, action, by, self.now, &setting)?;
        let mut after = self.clone();
        after.inspection.apply(event).unwrap();
        Ok(after)
    }

    pub fn refusal(&self, role: Role, action: &Action) -> Refusal {
        match self.try_as(actor(role), action) {
            Err(refusal) => refusal,
            Ok(_) => panic!("{action:?} is accepted"),
        }
    }

    pub fn act(&mut self, role: Role, action: Action) -> &mut Self {
        *self = self
            .try_as(actor(role), &action)
            .unwrap_or_else(|refusal| panic!("{action:?} at {}: {refusal}", self.now));
        self
    }

    pub fn until(&mut self, moment: &str) -> &mut Self {
        assert!(self.now <= at(moment));
        self.now = at(moment);
        self
    }

    /// To just after the clock's last second.
    pub fn pass(&mut self, kind: ClockKind) -> &mut Self {
        let due = self.clock(kind).due.at().unwrap();
        self.now = self.now.max(due + TimeDelta::hours(10));
        self
    }

    pub fn clocks(&self) -> Vec<Clock> {
        clocks(
            &self.inspection,
            self.now,
            &self.days,
            &self.policy.lifecycle,
        )
    }

    pub fn clock(&self, kind: ClockKind) -> Clock {
        self.clocks()
            .into_iter()
            .rfind(|clock| clock.kind == kind)
            .unwrap_or_else(|| panic!("no clock {kind:?}"))
    }

    pub fn due(&self, kind: ClockKind) -> NaiveDate {
        match self.clock(kind).due {
            Due::On { day, .. } => day,
            other => panic!("{kind:?} is {other:?}"),
        }
    }

    /// The next step of a usual inspection.
    pub fn usual(&self) -> Option<(Role, Action)> {
        let version = self.facts.checks.report_version.unwrap_or(0);
        let signed = self
            .inspection
            .sign_off()
            .is_some_and(|sign_off| sign_off.report_version == version);
        let delivered = self.inspection.factual_accuracy()
            != group_inspection_core::publication::FactualAccuracy::NotBegun;
        let released =
            self.inspection
                .history()
                .iter()
                .rev()
                .find_map(|event| match event.action {
                    Action::Embargo { .. } => Some(false),
                    Action::ReleaseToStatutory { .. } => Some(true),
                    _ => None,
                })
                == Some(true);
        let officer = Role::OperationsOfficer;
        let lead = Role::LeadInspector;
        Some(match self.inspection.state() {
            State::Draft => (officer, notify(self.now)),
            State::Notified if self.inspection.team().is_none() => (officer, name_team()),
            State::Notified => (
                officer,
                Action::Schedule {
                    fieldwork: self.fieldwork_days()?,
                },
            ),
            State::Scheduled => (officer, Action::OpenEvidence),
            State::EvidenceOpen
                if self
                    .inspection
                    .fieldwork()
                    .is_some_and(|planned| planned.last < day_in_england(self.now)) =>
            {
                (
                    officer,
                    Action::Reschedule {
                        fieldwork: self.fieldwork_days()?,
                        reason: "The planned days have passed.".to_owned(),
                    },
                )
            }
            State::EvidenceOpen => (lead, Action::StartFieldwork),
            State::Fieldwork => (lead, feedback()),
            State::Provisional | State::CompileFailed => (lead, Action::Compile),
            State::Compiling => (
                Role::System,
                Action::CompileDone {
                    report_version: version,
                },
            ),
            State::Drafting => (
                lead,
                Action::SendToQa {
                    report_version: version,
                },
            ),
            State::Qa if !signed => (
                Role::QualityAssurer,
                Action::SignOff {
                    report_version: version,
                },
            ),
            State::Qa if delivered => (
                officer,
                Action::Embargo {
                    report_version: version,
                },
            ),
            State::Qa => (
                officer,
                Action::SendForFactualAccuracy {
                    report_version: version,
                },
            ),
            State::FactualAccuracy => (Role::System, Action::CloseFactualAccuracy),
            State::Responding => (
                officer,
                Action::Embargo {
                    report_version: version,
                },
            ),
            State::Embargoed if released => (
                officer,
                Action::Publish {
                    report_version: version,
                },
            ),
            State::Embargoed => (
                officer,
                Action::ReleaseToStatutory {
                    report_version: version,
                },
            ),
            State::Published => (Role::System, Action::StartFollowUp),
            State::FollowUp if self.inspection.followed_up(FollowUp::Final) => {
                (officer, Action::Close)
            }
            State::FollowUp => (
                lead,
                Action::RecordFollowUp {
                    point: FollowUp::Final,
                },
            ),
            State::Closed | State::Withdrawn => return None,
        })
    }

    /// Three days after notice and a whole window for evidence.
    fn fieldwork_days(&self) -> Option<Period> {
        let notice = self.clock(ClockKind::Notice).due.day()?;
        let mut first = notice.max(day_in_england(self.now));
        for _ in 0..self.policy.lifecycle.evidence_working_days + 2 {
            first = self.days.next(first).ok()?;
        }
        let last = self.days.next(self.days.next(first).ok()?).ok()?;
        Some(Period { first, last })
    }

    /// Runs a usual inspection up to a state, waiting for windows to close.
    pub fn reach(&mut self, state: State) -> &mut Self {
        for _ in 0..2_000 {
            if self.inspection.state() == state {
                return self;
            }
            let (role, action) = self.usual().expect("the inspection is not over");
            match self.try_as(actor(role), &action) {
                Ok(after) => *self = after,
                Err(_) => self.now += TimeDelta::hours(6),
            }
        }
        panic!("{state:?} is not reached");
    }
}

pub fn checks(version: u32) -> Checks {
    let clean = Some(Check {
        report_version: version,
        findings: 0,
    });
    Checks {
        report_version: Some(version),
        author: Some(AUTHOR),
        conflicts_undeclared: 0,
        conflicts_undecided: 0,
        burden_lines: 3,
        value_lines: 2,
        language: clean,
        accessibility: clean,
        points_unanswered: 0,
        points_accepted: 0,
    }
}

pub fn notify(now: DateTime<Utc>) -> Action {
    Action::Notify {
        wellbeing_contact: "A. Contact, 01632 960000".to_owned(),
        membership_as_at: day_in_england(now),
    }
}

pub fn name_team() -> Action {
    Action::NameTeam {
        lead: LEAD,
        members: BTreeSet::from([LEAD, PRACTITIONER]),
    }
}

pub fn feedback() -> Action {
    Action::RecordProvisional {
        findings: BTreeSet::from([Uuid::from_u128(300)]),
    }
}
