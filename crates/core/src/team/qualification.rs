//! Training, sign-off and endorsement: dates that act as gates
//! (domain.md 3.4).

use chrono::{Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Engagement, Home, Institution, Person, Seat, TeamPolicy};

/// What a person has completed. Days in the future are appointments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Qualifications {
    /// Initial training completed.
    pub initial_training: Option<NaiveDate>,
    /// Shadow inspection completed.
    pub shadow: Option<NaiveDate>,
    /// Sign-off inspection completed.
    pub sign_off: Option<NaiveDate>,
    /// Latest annual update completed.
    pub annual_update: Option<NaiveDate>,
    /// Latest training as a lead completed.
    pub lead_training: Option<NaiveDate>,
    /// Latest endorsement by the employer.
    pub endorsement: Option<Endorsement>,
    /// Barred from management of schools (section 128) since.
    pub barred_since: Option<NaiveDate>,
}

/// An employer's agreement that a person inspects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endorsement {
    /// Employer who gave it.
    pub by: Institution,
    /// When.
    pub on: NaiveDate,
}

/// What a person needs before taking a seat.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Not barred from management of schools.
    NotBarred,
    /// Initial training.
    InitialTraining,
    /// Shadow inspection, after initial training.
    Shadow,
    /// Sign-off inspection, after the shadow inspection.
    SignOff,
    /// Annual update.
    AnnualUpdate,
    /// Training as a lead.
    LeadTraining,
    /// To lead, being an HMI.
    Hmi,
    /// Endorsement by a current employer.
    Endorsement,
    /// A current leadership post in a multi-school group.
    LeadershipPost,
}

/// Why a gate is closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GateReason {
    /// Nothing is on record.
    Missing,
    /// What is on record lies after the day.
    NotYet,
    /// What is on record no longer counts on the day.
    Lapsed,
    /// It precedes what it must follow.
    OutOfOrder,
    /// It was given by someone who is not a current employer.
    OtherEmployer,
    /// The engagement or a bar rules it out, whatever the dates.
    Excluded,
}

/// A closed gate, and the dates that would open it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// What is missing.
    pub requirement: Requirement,
    /// Why.
    pub reason: GateReason,
    /// First day on which what is on record opens the gate by itself.
    pub opens_on: Option<NaiveDate>,
    /// Last day on which what is on record counted.
    pub counted_until: Option<NaiveDate>,
    /// Days that a new record may carry to open the gate on the day asked
    /// about. `None` if no new date helps.
    pub needed: Option<DayRange>,
}

/// Days of which any will do.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct DayRange {
    /// First of them; `None` if any earlier day will do.
    pub from: Option<NaiveDate>,
    /// Last of them.
    pub to: NaiveDate,
}

/// Whether a person may take a seat on a day: every requirement of domain.md
/// 3.4 is a gate, and all closed ones are named.
///
/// # Errors
///
/// The closed gates, in the order of [`Requirement`].
pub fn fit(
    person: &Person,
    seat: Seat,
    home: &Home,
    on: NaiveDate,
    policy: &TeamPolicy,
) -> Result<(), Vec<Gate>> {
    let held = &person.qualifications;
    let mut gates = Vec::new();
    if held.barred_since.is_some_and(|since| since <= on) {
        gates.push(excluded(Requirement::NotBarred));
    }
    gates.extend(done(
        Requirement::InitialTraining,
        held.initial_training,
        None,
        on,
    ));
    gates.extend(done(
        Requirement::Shadow,
        held.shadow,
        held.initial_training,
        on,
    ));
    gates.extend(done(Requirement::SignOff, held.sign_off, held.shadow, on));
    let update_from = earlier(on, Span::Days(policy.annual_update_days.saturating_sub(1)));
    gates.extend(current(
        Requirement::AnnualUpdate,
        held.annual_update,
        update_from,
        on,
        |day| later(day, Span::Days(policy.annual_update_days.saturating_sub(1))),
    ));
    if seat == Seat::Lead {
        let months = Span::Months(policy.lead_training_months);
        gates.extend(current(
            Requirement::LeadTraining,
            held.lead_training,
            earlier(on, months),
            on,
            |day| later(day, months),
        ));
        if person.engagement != Engagement::Hmi {
            gates.push(excluded(Requirement::Hmi));
        }
    }
    match person.engagement {
        Engagement::Practitioner => {
            gates.extend(endorsed(person, on, policy));
            gates.extend(leading(person, home, on, policy));
        }
        Engagement::Hmi | Engagement::Contracted => {}
    }
    gates.sort();
    if gates.is_empty() { Ok(()) } else { Err(gates) }
}

fn excluded(requirement: Requirement) -> Gate {
    Gate {
        requirement,
        reason: GateReason::Excluded,
        opens_on: None,
        counted_until: None,
        needed: None,
    }
}

/// Something done once, on or after what it must follow.
fn done(
    requirement: Requirement,
    held: Option<NaiveDate>,
    follows: Option<NaiveDate>,
    on: NaiveDate,
) -> Option<Gate> {
    let (reason, opens_on) = match held {
        None => (GateReason::Missing, None),
        Some(day) if follows.is_some_and(|earliest| day < earliest) => {
            (GateReason::OutOfOrder, None)
        }
        Some(day) if day > on => (GateReason::NotYet, Some(day)),
        Some(_) => return None,
    };
    Some(Gate {
        requirement,
        reason,
        opens_on,
        counted_until: None,
        needed: follows
            .is_none_or(|earliest| earliest <= on)
            .then_some(DayRange {
                from: follows,
                to: on,
            }),
    })
}

/// Something that counts for a time.
fn current(
    requirement: Requirement,
    held: Option<NaiveDate>,
    earliest: NaiveDate,
    on: NaiveDate,
    counts_until: impl Fn(NaiveDate) -> NaiveDate,
) -> Option<Gate> {
    let (reason, opens_on, counted_until) = match held {
        None => (GateReason::Missing, None, None),
        Some(day) if day > on => (GateReason::NotYet, Some(day), None),
        Some(day) if day < earliest => (GateReason::Lapsed, None, Some(counts_until(day))),
        Some(_) => return None,
    };
    Some(Gate {
        requirement,
        reason,
        opens_on,
        counted_until,
        needed: Some(DayRange {
            from: Some(earliest),
            to: on,
        }),
    })
}

/// An endorsement counts if an employer of the day gave it.
fn endorsed(person: &Person, on: NaiveDate, policy: &TeamPolicy) -> Option<Gate> {
    let months = Span::Months(policy.endorsement_months);
    let held = person.qualifications.endorsement.as_ref();
    let gate = current(
        Requirement::Endorsement,
        held.map(|given| given.on),
        earlier(on, months),
        on,
        |day| later(day, months),
    );
    let from_employer = held.is_none_or(|given| {
        person
            .posts
            .iter()
            .any(|post| post.leads() && post.held_on(on) && post.at == given.by)
    });
    match gate {
        None if !from_employer => Some(Gate {
            requirement: Requirement::Endorsement,
            reason: GateReason::OtherEmployer,
            opens_on: None,
            counted_until: None,
            needed: Some(DayRange {
                from: Some(earlier(on, months)),
                to: on,
            }),
        }),
        gate => gate,
    }
}

/// A leadership post on the day, in a group of several schools.
fn leading(person: &Person, home: &Home, on: NaiveDate, policy: &TeamPolicy) -> Option<Gate> {
    let in_group = |post: &&super::Post| {
        post.leads()
            && home.groups.iter().any(|group| {
                group.schools >= policy.multi_school_minimum && group.posts.contains(&post.id)
            })
    };
    if person
        .posts
        .iter()
        .filter(in_group)
        .any(|post| post.held_on(on))
    {
        return None;
    }
    let leads = || person.posts.iter().filter(|post| post.leads());
    let opens_on = leads()
        .filter_map(|post| post.from)
        .filter(|from| *from > on)
        .min();
    let counted_until = leads()
        .filter_map(|post| post.to)
        .filter(|to| *to < on)
        .max();
    Some(Gate {
        requirement: Requirement::LeadershipPost,
        reason: match (opens_on, counted_until) {
            (Some(_), _) => GateReason::NotYet,
            (None, Some(_)) => GateReason::Lapsed,
            (None, None) => GateReason::Missing,
        },
        opens_on,
        counted_until,
        needed: Some(DayRange { from: None, to: on }),
    })
}

#[derive(Clone, Copy)]
enum Span {
    Days(u32),
    Months(u32),
}

fn earlier(day: NaiveDate, span: Span) -> NaiveDate {
    match span {
        Span::Days(days) => day.checked_sub_days(Days::new(days.into())),
        Span::Months(months) => day.checked_sub_months(Months::new(months)),
    }
    .unwrap_or(NaiveDate::MIN)
}

fn later(day: NaiveDate, span: Span) -> NaiveDate {
    match span {
        Span::Days(days) => day.checked_add_days(Days::new(days.into())),
        Span::Months(months) => day.checked_add_months(Months::new(months)),
    }
    .unwrap_or(NaiveDate::MAX)
}
