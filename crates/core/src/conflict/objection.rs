//! The responsible body's objection to a team member (DR-19).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Decider;
use crate::{
    calendar::{CalendarError, WorkingDays},
    team::Office,
};

/// Notice of a team member to the responsible body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Inspection.
    pub inspection: Uuid,
    /// Team member.
    pub person: Uuid,
    /// Day of notice.
    pub on: NaiveDate,
}

impl Notice {
    /// Last day on which the responsible body may object: as many working
    /// days after the notice as the lifecycle's policy gives it (DR-19).
    ///
    /// # Errors
    ///
    /// [`CalendarError`] if the calendar does not reach that far.
    pub fn object_until(
        &self,
        calendar: &WorkingDays,
        working_days: u32,
    ) -> Result<NaiveDate, CalendarError> {
        calendar.add_working_days(self.on, working_days)
    }
}

/// An objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Objection {
    notice: Notice,
    reasons: String,
    made_on: NaiveDate,
}

/// What became of an objection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionOutcome {
    /// The person is taken off the team.
    Upheld,
    /// The person stays.
    NotUpheld,
}

/// An objection with its outcome, which is final: nothing changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settled {
    objection: Objection,
    outcome: ObjectionOutcome,
    reasons: String,
    decided_by: Uuid,
    decided_on: NaiveDate,
}

/// Why an objection cannot be made or settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectionError {
    /// The body has objected to this person before.
    #[error("the responsible body has already objected to this team member")]
    AlreadyMade,
    /// Before notice.
    #[error("notice was given on {0}")]
    BeforeNotice(NaiveDate),
    /// After the last day.
    #[error("objections could be made until {0}")]
    TooLate(NaiveDate),
    /// No reasons.
    #[error("an objection and its outcome need reasons")]
    NoReasons,
    /// Settled by the person objected to or by the lead.
    #[error("neither the person objected to nor the lead can settle an objection")]
    Involved,
    /// Settled by someone who is no decision-maker.
    #[error("the decider does not hold the office of decision-maker")]
    NotADecisionMaker,
    /// The calendar does not reach.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// Objects to a team member. `earlier` are the body's objections on record.
///
/// # Errors
///
/// [`ObjectionError`].
pub fn object(
    notice: Notice,
    reasons: &str,
    on: NaiveDate,
    earlier: &[Objection],
    calendar: &WorkingDays,
    working_days: u32,
) -> Result<Objection, ObjectionError> {
    if reasons.trim().is_empty() {
        return Err(ObjectionError::NoReasons);
    }
    let same = |one: &&Objection| {
        one.notice.person == notice.person && one.notice.inspection == notice.inspection
    };
    if earlier.iter().any(|one| same(&one)) {
        return Err(ObjectionError::AlreadyMade);
    }
    if on < notice.on {
        return Err(ObjectionError::BeforeNotice(notice.on));
    }
    let until = notice.object_until(calendar, working_days)?;
    if on > until {
        return Err(ObjectionError::TooLate(until));
    }
    Ok(Objection {
        notice,
        reasons: reasons.trim().to_owned(),
        made_on: on,
    })
}

impl Objection {
    /// The notice objected to.
    #[must_use]
    pub const fn notice(&self) -> Notice {
        self.notice
    }

    /// The body's reasons.
    #[must_use]
    pub fn reasons(&self) -> &str {
        &self.reasons
    }

    /// When it was made.
    #[must_use]
    pub const fn made_on(&self) -> NaiveDate {
        self.made_on
    }

    /// Settles it, once and for all.
    ///
    /// # Errors
    ///
    /// [`ObjectionError`] if the decider is involved or no decision-maker, or
    /// gives no reasons.
    pub fn settle(
        self,
        outcome: ObjectionOutcome,
        reasons: &str,
        decider: &Decider,
        lead: Uuid,
        on: NaiveDate,
    ) -> Result<Settled, ObjectionError> {
        if decider.person == self.notice.person || decider.person == lead {
            return Err(ObjectionError::Involved);
        }
        if !decider.offices.contains(&Office::DecisionMaker) {
            return Err(ObjectionError::NotADecisionMaker);
        }
        if reasons.trim().is_empty() {
            return Err(ObjectionError::NoReasons);
        }
        Ok(Settled {
            objection: self,
            outcome,
            reasons: reasons.trim().to_owned(),
            decided_by: decider.person,
            decided_on: on,
        })
    }
}

impl Settled {
    /// The objection.
    #[must_use]
    pub const fn objection(&self) -> &Objection {
        &self.objection
    }

    /// What became of it.
    #[must_use]
    pub const fn outcome(&self) -> ObjectionOutcome {
        self.outcome
    }

    /// Why.
    #[must_use]
    pub fn reasons(&self) -> &str {
        &self.reasons
    }

    /// Who settled it, and when.
    #[must_use]
    pub const fn decided(&self) -> (Uuid, NaiveDate) {
        (self.decided_by, self.decided_on)
    }
}
