//! Membership over time, worked out from what the registers state (DR-05,
//! DR-06).
//!
//! The registers are daily pictures. What they state about one school, in any
//! order of arrival, always gives the same periods of membership.

mod periods;
mod roles;
mod twins;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    Urn,
    body::{BodyKind, IdentifierScheme, MemberRole},
};

pub use twins::{TrustName, sponsor_twins};

/// Namespace of identifiers of bodies that the register keeps.
const BODIES: Uuid = Uuid::from_u128(0x9d7c_2f0e_5b0a_4f53_9a3e_6a1f_0c6d_2b11);

/// Identifier of the body that the register knows by `value`: the same for
/// every import, in every installation.
#[must_use]
pub fn register_body_id(scheme: IdentifierScheme, value: &str) -> Uuid {
    Uuid::new_v5(&BODIES, format!("{}:{value}", scheme.code()).as_bytes())
}

/// Day that stands for "since before anyone can say".
///
/// # Panics
/// Never: the date is valid.
#[must_use]
pub fn beginning() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// What the registers state about one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolFacts {
    /// School.
    pub urn: Urn,
    /// Its entries in the register of establishments, in any order.
    pub entries: Vec<Entry>,
    /// Its links to groups, in any order.
    pub links: Vec<Sighting>,
    /// Periods set over REST, which the register does not overrule.
    pub declared: Vec<Declared>,
}

/// A school's entry, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// From this day on, until the next entry.
    pub as_at: NaiveDate,
    /// When the school opened, where known.
    pub opened: Option<NaiveDate>,
    /// When it closed.
    pub closed: Option<NaiveDate>,
    /// Code of its local authority.
    pub la_code: Option<String>,
    /// GIAS code of its type of establishment.
    pub type_code: Option<String>,
    /// Code of its diocese.
    pub diocese_code: Option<String>,
}

/// A link to a group, seen or no longer seen in a register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// GIAS unique identifier of the group.
    pub uid: String,
    /// Day of the register.
    pub as_at: NaiveDate,
    /// Whether the register lists the link.
    pub present: bool,
    /// When the school joined, where the register says.
    pub joined: Option<NaiveDate>,
}

/// A period set over REST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// First day.
    pub from: NaiveDate,
    /// First day after it.
    pub to: Option<NaiveDate>,
}

/// A group that links point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// The body it is.
    pub body: Uuid,
    /// Its kind.
    pub kind: BodyKind,
    /// When it opened.
    pub opened: Option<NaiveDate>,
    /// When it closed.
    pub closed: Option<NaiveDate>,
}

/// A period of membership.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Body.
    pub body: Uuid,
    /// How the school relates to it.
    pub role: MemberRole,
    /// First day.
    pub from: NaiveDate,
    /// Whether that day is known only approximately.
    pub from_estimated: bool,
    /// First day after it; `None` while it lasts.
    pub to: Option<NaiveDate>,
    /// Whether that day is known only approximately.
    pub to_estimated: bool,
    /// What it follows from.
    pub source: Source,
}

/// What a period of membership follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A link to a group.
    GroupLink,
    /// A column of the school's own entry.
    Establishment,
}

impl Source {
    /// Stable code used in the database and over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GroupLink => "group_link",
            Self::Establishment => "establishment",
        }
    }
}

/// Whether a local authority maintains schools of this type (GIAS codes:
/// community, voluntary aided and controlled, foundation, their special
/// counterparts, pupil referral unit, nursery).
#[must_use]
pub fn is_maintained(type_code: &str) -> bool {
    matches!(
        type_code,
        "01" | "02" | "03" | "05" | "07" | "12" | "14" | "15"
    )
}

/// All periods of membership of one school.
///
/// At most one body is responsible on any day (DR-06): a trust before a
/// federation before the local authority; among equals the one joined last.
/// Dioceses, sponsors, foundation and umbrella trusts are associates always.
#[must_use]
pub fn periods(facts: &SchoolFacts, group: impl Fn(&str) -> Option<GroupFacts>) -> Vec<Period> {
    let mut found = periods::from_links(facts, group);
    found.extend(periods::from_entries(facts));
    let mut periods = roles::assign(found, &facts.declared);
    periods.sort();
    periods.dedup();
    periods
}
