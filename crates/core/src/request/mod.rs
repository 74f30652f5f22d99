//! Requests for evidence: every one says what it is for, and what is held is
//! not asked for again (DR-22, domain.md 6.2, 11.2).

mod material;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use material::{Availability, Holder, Material, Need};

use crate::{
    Urn,
    language::prose::length,
    policy::Policy,
    submission::{MAX_LINE, MAX_MINUTES},
};

/// On what basis the material exists.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "MaterialBasis")]
pub enum Basis {
    /// The law requires it.
    Statutory,
    /// It exists in normal business.
    NormalBusiness,
    /// It would be made for the inspection.
    MadeForInspection,
}

/// Who is asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", tag = "kind", content = "urn")]
pub enum Addressee {
    /// The group's centre.
    Centre,
    /// A member school.
    School(Urn),
}

/// Days that material describes, both included.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MaterialPeriod")]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// A request for material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Identifier.
    pub id: Uuid,
    /// What the material is to show, in a sentence for those who are asked.
    pub purpose: String,
    /// On what basis it exists.
    pub basis: Basis,
    /// The material.
    pub material: Material,
    /// Which of it exactly; needed where the list has no name for it.
    pub detail: Option<String>,
    /// Days it is to describe.
    pub period: Period,
    /// Who is asked.
    pub addressee: Addressee,
    /// Minutes it is expected to take them.
    pub expected_minutes: u32,
}

/// Material that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// Item of evidence.
    pub item: Uuid,
    /// What it is.
    pub material: Material,
    /// Days it describes.
    pub period: Period,
    /// Whose it is.
    pub of: Addressee,
}

/// What already answers a request.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
#[schemars(rename = "AlreadyHeld")]
pub enum HeldBy {
    /// An item of evidence.
    Item(Uuid),
    /// Somebody who publishes it.
    Holder(Holder),
}

/// A decision by which a cap may be passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    /// Who signed it off: not the one who asks.
    pub by: Uuid,
    /// Why.
    pub reason: String,
}

/// A request as made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The request.
    pub request: Request,
    /// Who asked.
    pub by: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// What already answered it; not empty makes it an ask-twice.
    pub held: BTreeSet<HeldBy>,
    /// Why it was asked all the same.
    pub reason: Option<String>,
    /// The decision by which it passed a cap, if it did.
    pub sign_off: Option<SignOff>,
}

impl Asked {
    /// Whether it asks for what was held (domain.md 6.2).
    #[must_use]
    pub fn asks_twice(&self) -> bool {
        !self.held.is_empty()
    }
}

/// Caps on requests, beside the one on their number (domain.md 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    /// Requests to one sampled school. One that is not sampled has none.
    pub per_sampled_school: u32,
    /// Requests for material that would be made for the inspection.
    pub made_for_inspection: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            per_sampled_school: 1,
            made_for_inspection: 0,
        }
    }
}

/// A cap that a request would pass.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// Requests of the inspection.
    Requests,
    /// Requests to this school.
    School,
    /// Requests for material made for the inspection.
    MadeForInspection,
}

/// Why a request is not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not say what it is for.
    #[error("the purpose is empty or longer than {MAX_LINE} characters")]
    NoPurpose,
    /// The material has no name in the list and is not described.
    #[error("the detail is missing or longer than {MAX_LINE} characters")]
    NoDetail,
    /// It expects no time, or more than {MAX_MINUTES} minutes.
    #[error("the expected minutes are from 1 to {MAX_MINUTES}")]
    Minutes,
    /// Its period ends before it begins.
    #[error("the period ends before it begins")]
    PeriodReversed,
    /// The material is never asked for.
    #[error("this material is never asked for")]
    NeverAsked,
    /// The material is held, and no reason is given (DR-22).
    #[error("this is held already; asking again needs a reason")]
    Held(BTreeSet<HeldBy>),
    /// A cap would be passed, and nobody has signed that off.
    #[error("{made} requests are made and {maximum} allowed; one more needs a sign-off")]
    Cap {
        /// Cap.
        cap: Cap,
        /// Requests made.
        made: u32,
        /// Requests allowed.
        maximum: u32,
    },
    /// The sign-off has no reason, or is by the one who asks.
    #[error("a sign-off needs a reason and another person")]
    SignOff,
}

/// What a request is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Material held on the group.
    pub holdings: &'a [Holding],
    /// Requests of this inspection so far.
    pub made: &'a [Asked],
    /// Schools in the sample.
    pub sample: &'a BTreeSet<Urn>,
    /// Policy in force.
    pub policy: &'a Policy,
}

/// A request to be made, with what may justify it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The request.
    pub request: Request,
    /// Who asks.
    pub by: Uuid,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Why, if it is held already.
    pub reason: Option<String>,
    /// The decision by which it may pass a cap.
    pub sign_off: Option<SignOff>,
}

/// Makes a request, unless what it asks for is held or a cap is passed
/// (DR-22).
///
/// # Errors
///
/// Every reason against it.
pub fn ask(asking: Asking, facts: Facts<'_>) -> Result<Asked, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let request = &asking.request;
    let purpose = request.purpose.trim();
    if purpose.is_empty() || purpose.chars().count() > MAX_LINE {
        refusals.push(Refusal::NoPurpose);
    }
    let detail = request.detail.as_deref().unwrap_or_default().trim();
    let nameless = request.material == Material::Other && detail.is_empty();
    if nameless || detail.chars().count() > MAX_LINE {
        refusals.push(Refusal::NoDetail);
    }
    if !(1..=MAX_MINUTES).contains(&request.expected_minutes) {
        refusals.push(Refusal::Minutes);
    }
    if request.period.to < request.period.from {
        refusals.push(Refusal::PeriodReversed);
    }
    if request.material.availability() == Availability::NeverAsked {
        refusals.push(Refusal::NeverAsked);
    }
    let held = held(request, facts.holdings);
    let reason = asking
        .reason
        .map(|reason| reason.trim().to_owned())
        .filter(|reason| !reason.is_empty());
    if !held.is_empty() && reason.is_none() {
        refusals.push(Refusal::Held(held.clone()));
    }
    let caps = caps_passed(request, facts);
    match &asking.sign_off {
        None => refusals.extend(caps),
        Some(sign_off) if sign_off.reason.trim().is_empty() || sign_off.by == asking.by => {
            refusals.push(Refusal::SignOff);
        }
        Some(_) => {}
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(Asked {
        request: asking.request,
        by: asking.by,
        at: asking.at,
        held,
        reason,
        sign_off: asking.sign_off,
    })
}

/// What already answers a request: whoever publishes the material, or items
/// that together describe every day asked for. Material of no named kind is
/// never taken to be the same.
#[must_use]
pub fn held(request: &Request, holdings: &[Holding]) -> BTreeSet<HeldBy> {
    if let Availability::HeldBy(holder) = request.material.availability() {
        return BTreeSet::from([HeldBy::Holder(holder)]);
    }
    let mut matching: Vec<&Holding> = holdings
        .iter()
        .filter(|_| request.material != Material::Other)
        .filter(|holding| {
            holding.material == request.material
                && holding.of == request.addressee
                && holding.period.from <= request.period.to
                && holding.period.to >= request.period.from
        })
        .collect();
    matching.sort_by_key(|holding| (holding.period, holding.item));
    let mut missing_from = Some(request.period.from);
    for holding in &matching {
        match missing_from {
            Some(day) if holding.period.from > day => return BTreeSet::new(),
            Some(day) if holding.period.to >= day => missing_from = holding.period.to.succ_opt(),
            Some(_) | None => {}
        }
    }
    if missing_from.is_some_and(|day| day <= request.period.to) {
        return BTreeSet::new();
    }
    matching
        .into_iter()
        .map(|holding| HeldBy::Item(holding.item))
        .collect()
}

fn caps_passed(request: &Request, facts: Facts<'_>) -> Vec<Refusal> {
    let made = |is_like: &dyn Fn(&Request) -> bool| {
        let like = facts.made.iter().filter(|asked| is_like(&asked.request));
        length(like.count())
    };
    let mut counts = vec![(
        Cap::Requests,
        made(&|_| true),
        facts.policy.burden_requests_maximum,
    )];
    if let Addressee::School(school) = request.addressee {
        let maximum = if facts.sample.contains(&school) {
            facts.policy.requests.per_sampled_school
        } else {
            0
        };
        let to_school = made(&|other| other.addressee == request.addressee);
        counts.push((Cap::School, to_school, maximum));
    }
    if request.basis == Basis::MadeForInspection {
        counts.push((
            Cap::MadeForInspection,
            made(&|other| other.basis == Basis::MadeForInspection),
            facts.policy.requests.made_for_inspection,
        ));
    }
    counts
        .into_iter()
        .filter(|(_, made, maximum)| made >= maximum)
        .map(|(cap, made, maximum)| Refusal::Cap { cap, made, maximum })
        .collect()
}

#[cfg(test)]
mod tests;
