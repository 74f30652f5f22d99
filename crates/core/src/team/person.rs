//! People and the posts they hold.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Qualifications;
use crate::Urn;

/// Where a post is held, or whom an interest concerns.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Institution {
    /// A body, by its identifier in this service.
    Body(Uuid),
    /// A school, open or closed.
    School(Urn),
    /// The inspectorate.
    Inspectorate,
    /// Somewhere the registers do not know, by name.
    Other(String),
}

/// In which capacity a post is held (domain.md 4.2, C01).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// Employee.
    Employee,
    /// Officer, such as accounting officer or company secretary.
    Officer,
    /// Trustee or director.
    Trustee,
    /// Member of the trust.
    Member,
    /// Governor.
    Governor,
    /// Contractor.
    Contractor,
}

/// How senior a post is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Neither of the others.
    Other,
    /// A leadership post below the top.
    Leadership,
    /// Chief executive, head or chair (C03).
    Top,
}

/// A post held now or in the past, paid or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Identifier of the record.
    pub id: Uuid,
    /// Where.
    pub at: Institution,
    /// In which capacity.
    pub capacity: Capacity,
    /// How senior.
    pub level: Level,
    /// First day; `None` if not known.
    pub from: Option<NaiveDate>,
    /// Last day; `None` while it lasts.
    pub to: Option<NaiveDate>,
}

impl Post {
    /// Whether the post is held on a day.
    #[must_use]
    pub fn held_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether it is a post of leadership and employment, as a practitioner
    /// needs (domain.md 3.4): governing or advising is not enough.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.level >= Level::Leadership
            && matches!(self.capacity, Capacity::Employee | Capacity::Officer)
    }
}

/// How a person is engaged to inspect.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Engagement {
    /// His Majesty's Inspector: permanently employed by the inspectorate.
    Hmi,
    /// Practitioner: a serving leader of a group of schools, endorsed by the
    /// employer. One who retires is no longer fit.
    Practitioner,
    /// Inspector under contract who is not serving. Counts towards the size
    /// of a team, and neither as HMI nor as practitioner (DR-13).
    Contracted,
}

/// Duties a person may be given besides a seat on a team.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    /// Assures the quality of reports (DR-26, DR-27).
    QualityAssurer,
    /// Decides on conflicts of interest (DR-16).
    DecisionMaker,
}

/// A person who may work on inspections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Identifier.
    pub id: Uuid,
    /// Name as given in public.
    pub name: String,
    /// How the person is engaged.
    pub engagement: Engagement,
    /// Further duties.
    pub offices: BTreeSet<Office>,
    /// Training, sign-off and endorsement.
    pub qualifications: Qualifications,
    /// Posts held now and in the past.
    pub posts: Vec<Post>,
}
