//! What the system holds: schools, memberships, links, work done and matters
//! open. All of it in any order.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PartnershipForm;
use crate::{
    Urn,
    body::{BodyKind, MemberRole},
    school::{GridPoint, Phase},
    team::{Institution, Post},
};

/// Facts about the whole country.
#[derive(Debug, Clone, Default)]
pub struct National {
    /// Schools.
    pub schools: Vec<School>,
    /// Kinds of bodies.
    pub bodies: BTreeMap<Uuid, BodyKind>,
    /// Memberships, past and present, in responsible bodies and associates.
    pub memberships: Vec<Membership>,
    /// Schools and their predecessors, mergers and splits included: having
    /// worked at any predecessor is a connection.
    pub predecessors: Vec<(Urn, Urn)>,
    /// Organisations that bodies share.
    pub partnerships: Vec<Partnership>,
    /// Bids, mergers, transfers and sponsorships.
    pub transfers: Vec<Transfer>,
    /// Who took part in which inspection.
    pub inspections: Vec<PastInspection>,
    /// Posts of everybody who ever inspected (C13).
    pub posts: BTreeMap<Uuid, Vec<Post>>,
}

/// A school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct School {
    /// Unique reference number.
    pub urn: Urn,
    /// Code of the local authority.
    pub la: Option<String>,
    /// Region, as the register names it.
    pub region: Option<String>,
    /// Phase.
    pub phase: Option<Phase>,
    /// Where it is.
    pub at: Option<GridPoint>,
    /// Whether it is open.
    pub open: bool,
}

/// A school's membership of a body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Membership {
    /// School.
    pub school: Urn,
    /// Body.
    pub body: Uuid,
    /// Responsible body, or associate such as a diocese or sponsor.
    pub role: MemberRole,
    /// First day.
    pub from: NaiveDate,
    /// First day after it; `None` while it lasts.
    pub to: Option<NaiveDate>,
}

impl Membership {
    pub(super) fn on(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// An organisation of which several bodies or schools are part (C12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partnership {
    /// Identifier.
    pub id: Uuid,
    /// What kind.
    pub form: PartnershipForm,
    /// Who is part of it now.
    pub members: Vec<Institution>,
}

/// A body's interest in taking over or merging (C11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Identifier.
    pub id: Uuid,
    /// Body that has the interest.
    pub by: Uuid,
    /// School or body it concerns.
    pub concerning: Institution,
    /// Last day on which it was live; `None` while it is.
    pub to: Option<NaiveDate>,
}

/// A person's part in an inspection that has taken place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastInspection {
    /// The inspection.
    pub inspection: Uuid,
    /// Body or school inspected.
    pub of: Institution,
    /// Person.
    pub person: Uuid,
    /// As lead.
    pub lead: bool,
    /// Last day of fieldwork.
    pub on: NaiveDate,
    /// Group inspection it feeds, as part of its batch stage.
    pub feeds: Option<Uuid>,
}

/// A current concern, complaint or safeguarding matter (C22).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Concern {
    /// Identifier.
    pub id: Uuid,
    /// Body or school it touches.
    pub touching: Institution,
    /// Day on which it was closed; `None` while it is open.
    pub closed_on: Option<NaiveDate>,
}

/// The inspection for which people are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// Inspection.
    pub inspection: Uuid,
    /// Responsible body.
    pub body: Uuid,
    /// Member schools as frozen or, before that, as recorded.
    pub members: Vec<Urn>,
    /// When the list was frozen (DR-05).
    pub frozen_at: Option<DateTime<Utc>>,
    /// Planned first day of fieldwork, from which look-backs are measured.
    pub fieldwork: NaiveDate,
    /// Day on which the inspection opened.
    pub opened_on: NaiveDate,
    /// Day of publication.
    pub published_on: Option<NaiveDate>,
    /// Whether it deals with denominational matters (C20).
    pub denominational: bool,
    /// Day of the check.
    pub today: NaiveDate,
}

/// The person who is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Person.
    pub person: Uuid,
    /// Posts on record.
    pub posts: Vec<Post>,
    /// Latest declaration for this inspection, or for another if there is
    /// none for this one.
    pub declaration: Option<super::Declaration>,
    /// Concerns in which the person is named.
    pub concerns: Vec<Concern>,
}
