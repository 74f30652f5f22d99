//! What a person declares.

use std::fmt;

use chrono::{DateTime, Months, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ConflictPolicy;
use crate::{
    Urn,
    team::{Institution, Post},
};

/// A declaration for one inspection. It never changes; a new one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Identifier.
    pub id: Uuid,
    /// Who declares.
    pub person: Uuid,
    /// For which inspection (DR-20: each assignment needs its own).
    pub inspection: Uuid,
    /// Day on which the interests were stated.
    pub made_on: NaiveDate,
    /// When the person last confirmed them for this group.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Interests; empty means that the person declares none.
    pub interests: Vec<Interest>,
}

impl Declaration {
    /// Last day on which the declaration counts (DR-20).
    #[must_use]
    pub fn counts_until(&self, policy: &ConflictPolicy) -> NaiveDate {
        self.made_on
            .checked_add_months(Months::new(policy.declaration_months))
            .unwrap_or(NaiveDate::MAX)
    }
}

/// Text that only the declarant, decision-makers and the quality assurer may
/// read (DR-35). It does not show in logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Restricted(pub String);

impl fmt::Debug for Restricted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[restricted]")
    }
}

/// One interest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// Identifier.
    pub id: Uuid,
    /// What it is.
    pub kind: InterestKind,
    /// In the person's words.
    pub detail: Restricted,
}

/// What is declared. Days are inclusive; `to` is `None` while it lasts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum InterestKind {
    /// A post the records may lack (C01 to C03).
    Post {
        /// The post.
        post: Post,
    },
    /// Consultancy, training, advice, mock inspection or paid review (C04).
    Advice {
        /// For whom.
        with: Institution,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// An application for, or negotiation of, a post or contract (C05).
    Application {
        /// To whom.
        with: Institution,
        /// Last day on which it was live; `None` while it is.
        to: Option<NaiveDate>,
    },
    /// An offer of employment (C06, else C05).
    Offer {
        /// By whom.
        by: Institution,
        /// When.
        on: NaiveDate,
    },
    /// A close family member (C07).
    Family {
        /// Relation.
        relation: Relation,
        /// Where.
        at: Institution,
        /// What ties the family member to it.
        tie: FamilyTie,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// A close friendship or known dispute with a leader or trustee (C08).
    Relationship {
        /// Friendship or dispute.
        nature: Relationship,
        /// Where that leader or trustee is.
        at: Institution,
    },
    /// Shares, a loan, a pension trusteeship, royalties or property (C09).
    Financial {
        /// In whom.
        with: Institution,
        /// Value in pence.
        pence: u64,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// The employer's bid, merger, transfer or sponsorship (C11).
    Transfer {
        /// Whom it concerns.
        concerning: Institution,
        /// Last day on which it was live; `None` while it is.
        to: Option<NaiveDate>,
    },
    /// An organisation the employer shares with the group (C12).
    Partnership {
        /// What kind of organisation.
        form: PartnershipForm,
        /// Member of it in the group.
        with: Institution,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// The group inspected the person's own group (C13).
    InspectedBy {
        /// Who inspected.
        by: Institution,
        /// Last day of fieldwork.
        on: NaiveDate,
    },
    /// The person inspected the group or a member school (C14).
    Inspected {
        /// Whom.
        of: Institution,
        /// As lead.
        lead: bool,
        /// Last day of fieldwork.
        on: NaiveDate,
    },
    /// Work on the group for another authority (C15).
    Review {
        /// Whom.
        of: Institution,
        /// As what.
        capacity: ReviewCapacity,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// Residence in the catchment of schools (C16). No address is held.
    Residence {
        /// Schools.
        schools: Vec<Urn>,
    },
    /// A public statement, campaign or litigation (C17).
    PublicPosition {
        /// About whom.
        about: Institution,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// A gift or hospitality (C18).
    Gift {
        /// From whom.
        from: Institution,
        /// When.
        on: NaiveDate,
        /// Value in pence.
        pence: u64,
    },
    /// Casework for a trade union or professional association (C19).
    Casework {
        /// Concerning whose staff.
        about: Institution,
        /// Last day; `None` while it lasts.
        to: Option<NaiveDate>,
    },
    /// Membership of a religious body that appoints foundation governors
    /// (C20).
    Faith {
        /// The religious body, or the school or body it appoints to.
        with: Institution,
    },
    /// Being named in a concern, complaint or safeguarding matter (C22).
    NamedInConcern {
        /// Whom it touches.
        touching: Institution,
        /// Last day; `None` while it is open.
        to: Option<NaiveDate>,
    },
}

/// Close family (C07).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Spouse or partner.
    Partner,
    /// Parent.
    Parent,
    /// Child.
    Child,
    /// Sibling.
    Sibling,
    /// In-law.
    InLaw,
    /// Dependent.
    Dependent,
}

/// What ties a family member to an institution (C07).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FamilyTie {
    /// Employed by it.
    Employed,
    /// Governs it.
    Governs,
    /// Is a pupil there.
    Pupil,
}

/// Nature of a relationship with a leader or trustee (C08).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// Close friendship.
    Friendship,
    /// Known dispute.
    Dispute,
}

/// Organisation shared by two groups (C12).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PartnershipForm {
    /// Shared company.
    Company,
    /// Umbrella trust.
    UmbrellaTrust,
    /// Teaching-school hub.
    TeachingSchoolHub,
    /// School-centred initial teacher training.
    Scitt,
    /// Diocese.
    Diocese,
    /// Buying consortium.
    BuyingConsortium,
}

/// Capacity in which a group was reviewed for another authority (C15).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewCapacity {
    /// Adviser of the Department for Education.
    DfeAdviser,
    /// RISE adviser.
    RiseAdviser,
    /// School resource management adviser.
    ResourceAdviser,
    /// Member of a regional advisory board.
    AdvisoryBoard,
}
