//! Urgent matters: told at once, outside the report, and never in public
//! (DR-33).
//!
//! Nothing here takes the state of an inspection: an urgent matter can be
//! raised in any of them and waits for none.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Urn, submission::MAX_STATEMENT};

/// Kind of urgent matter.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "UrgentMatterKind")]
pub enum Kind {
    /// Pupils may be at risk of harm.
    Safeguarding,
    /// An allegation against a person who works with pupils.
    AllegationAgainstStaff,
    /// Danger from buildings or equipment.
    HealthAndSafety,
    /// Suspected fraud or misuse of public money.
    PublicMoney,
}

/// Someone an urgent matter is told. There is no member for the public.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The person who raised it.
    Raiser,
    /// The lead inspector.
    LeadInspector,
    /// The inspectorate's duty desk.
    DutyDesk,
    /// The person the responsible body has named for urgent matters.
    BodyContact,
    /// The designated officer or multi-agency team of the local authority.
    LocalAuthorityDesignatedOfficer,
    /// The Department for Education.
    Department,
}

impl Kind {
    /// Who is told. The responsible body is not told by this service if the
    /// matter concerns those who would be: that could warn them.
    #[must_use]
    pub fn audience(self, concerns_body_leaders: bool) -> BTreeSet<Audience> {
        let mut told = BTreeSet::from([
            Audience::Raiser,
            Audience::LeadInspector,
            Audience::DutyDesk,
        ]);
        told.insert(match self {
            Self::Safeguarding | Self::AllegationAgainstStaff => {
                Audience::LocalAuthorityDesignatedOfficer
            }
            Self::HealthAndSafety | Self::PublicMoney => Audience::Department,
        });
        if !concerns_body_leaders {
            told.insert(Audience::BodyContact);
        }
        told
    }
}

/// An urgent matter as noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Kind.
    pub kind: Kind,
    /// What was noticed; names no pupil.
    pub summary: String,
    /// Schools concerned, if any.
    pub schools: BTreeSet<Urn>,
    /// Whether it concerns leaders of the responsible body.
    pub concerns_body_leaders: bool,
    /// When it was noticed, UTC.
    pub noticed_at: DateTime<Utc>,
}

/// An urgent matter as raised: an alert of its own, no part of any report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UrgentMatter {
    /// Identifier.
    pub id: Uuid,
    /// What was noticed.
    pub notice: Notice,
    /// Who raised it.
    pub raised_by: Uuid,
    /// When, UTC.
    pub raised_at: DateTime<Utc>,
    /// Whether it was raised after its time, which is one working day.
    pub raised_late: bool,
    /// Who is to be told.
    pub audience: BTreeSet<Audience>,
}

/// Why an urgent matter cannot be recorded. Being late is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It says nothing.
    #[error("the summary is empty")]
    Empty,
    /// It says too much.
    #[error("the summary is longer than {MAX_STATEMENT} characters")]
    TooLong,
    /// It would be raised before it was noticed.
    #[error("the matter is raised before it was noticed")]
    NotYetNoticed,
}

impl UrgentMatter {
    /// Raises an urgent matter. `due` is the end of the first working day
    /// after it was noticed; a late one is recorded as such and told all the
    /// same.
    ///
    /// # Errors
    ///
    /// If there is nothing to tell.
    pub fn raise(
        id: Uuid,
        notice: Notice,
        raised_by: Uuid,
        now: DateTime<Utc>,
        due: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if notice.summary.trim().is_empty() {
            return Err(Refusal::Empty);
        }
        if notice.summary.chars().count() > MAX_STATEMENT {
            return Err(Refusal::TooLong);
        }
        if now < notice.noticed_at {
            return Err(Refusal::NotYetNoticed);
        }
        Ok(Self {
            id,
            audience: notice.kind.audience(notice.concerns_body_leaders),
            notice,
            raised_by,
            raised_at: now,
            raised_late: now > due,
        })
    }

    /// Whether someone may know that the matter exists. To all others it is
    /// not found.
    #[must_use]
    pub fn may_be_known_to(&self, person: Uuid, roles: &BTreeSet<Audience>) -> bool {
        person == self.raised_by || !roles.is_disjoint(&self.audience)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + hour * 3_600, 0).unwrap()
    }

    fn notice(kind: Kind, concerns_body_leaders: bool) -> Notice {
        Notice {
            kind,
            summary: "The register of visitors is not kept.".to_owned(),
            schools: BTreeSet::new(),
            concerns_body_leaders,
            noticed_at: at(0),
        }
    }

    fn raise(notice: Notice, hour: i64) -> Result<UrgentMatter, Refusal> {
        UrgentMatter::raise(
            Uuid::from_u128(1),
            notice,
            Uuid::from_u128(7),
            at(hour),
            at(24),
        )
    }

    #[test]
    fn dr_33_a_late_urgent_matter_is_told_all_the_same() {
        let in_time = raise(notice(Kind::Safeguarding, false), 24).unwrap();
        let late = raise(notice(Kind::Safeguarding, false), 25).unwrap();
        assert!(!in_time.raised_late);
        assert!(late.raised_late);
        assert_eq!(in_time.audience, late.audience);
        assert_eq!(
            raise(notice(Kind::Safeguarding, false), -1),
            Err(Refusal::NotYetNoticed)
        );
    }

    #[test]
    fn dr_33_nobody_but_the_audience_knows() {
        let matter = raise(notice(Kind::AllegationAgainstStaff, true), 1).unwrap();
        let knows = |person, roles: &[Audience]| {
            matter.may_be_known_to(Uuid::from_u128(person), &roles.iter().copied().collect())
        };
        assert!(knows(7, &[]));
        assert!(knows(8, &[Audience::DutyDesk]));
        assert!(knows(8, &[Audience::LocalAuthorityDesignatedOfficer]));
        assert!(!knows(8, &[]));
        assert!(!knows(8, &[Audience::BodyContact]), "it concerns them");
        assert!(!knows(8, &[Audience::Department]));
        let other = raise(notice(Kind::PublicMoney, false), 1).unwrap();
        assert!(other.audience.contains(&Audience::BodyContact));
    }

    #[test]
    fn dr_33_no_report_has_a_place_for_an_urgent_matter() {
        let schema = serde_json::to_string(&schemars::schema_for!(crate::report::Report)).unwrap();
        for kind in ["urgent_matter", "UrgentMatter", "allegation_against_staff"] {
            assert!(!schema.contains(kind));
        }
    }
}
