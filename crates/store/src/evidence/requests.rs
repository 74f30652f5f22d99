//! Requests for evidence, and what answered them (DR-22).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    Urn,
    evidence::EvidenceItem,
    inspection::{Action, Role},
    notice,
    request::{self, Addressee, Facts, Holding, Period, Refusal, Request, SignOff},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use group_inspection_core::request::Asked;

use crate::{
    Error, Tx, lifecycle, notifications,
    records::{self, Held, Owner, Record},
    reports, sample,
    schema::inspection,
    submissions::{self, ItemKind},
};

/// A request as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The request as made.
    pub asked: Asked,
    /// What answered it, once something did.
    pub answer: Option<Answer>,
}

impl Record for Kept {
    const KIND: &'static str = "evidence_request";
}

/// What answered a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "EvidenceRequestAnswer")]
pub struct Answer {
    /// Items of evidence; none if there is nothing to send.
    pub evidence: BTreeSet<Uuid>,
    /// What there is to say to it.
    pub remark: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who answered.
    pub by: Uuid,
}

/// Leave to pass a cap once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Leave {
    /// Who may.
    asker: Uuid,
    /// Who gave leave, and why.
    sign_off: SignOff,
    /// The request that used it.
    used_for: Option<Uuid>,
}

impl Record for Leave {
    const KIND: &'static str = "request_sign_off";
}

/// A request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The request.
    pub request: Request,
    /// Why, if it is held already.
    pub reason: Option<String>,
}

/// Who may ask.
const ASKERS: &[Role] = &[
    Role::LeadInspector,
    Role::Inspector,
    Role::OperationsOfficer,
];

/// Makes a request, unless what it asks for is held or a cap is passed
/// (DR-22). Leave to pass a cap that was given to the asker is used up.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-22, or if
/// the database fails.
pub fn ask(tx: &mut Tx<'_>, inspection: Uuid, asking: Asking) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), ASKERS)?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    if loaded.inspection.is_held() {
        return Err(Error::refused(
            "DR-20",
            "nothing is asked of a group while its inspection is paused",
        ));
    }
    if !loaded.inspection.has(Action::OpenEvidence.kind()) {
        return Err(Error::refused(
            "DR-22",
            "nothing is asked for before evidence is open",
        ));
    }
    if let Addressee::School(urn) = asking.request.addressee
        && !loaded.frozen.urns().any(|member| member == urn)
    {
        return Err(Error::refused(
            "DR-05",
            format!("school {urn} is not a member of the group as frozen"),
        ));
    }
    let made: Vec<Asked> = requests(tx.connection(), inspection)?
        .into_iter()
        .map(|held| held.value.asked)
        .collect();
    let holdings = holdings(tx.connection(), loaded.body_id)?;
    let sample: BTreeSet<Urn> = sample::chosen(tx.connection(), inspection)?;
    let leave = unused_leave(tx.connection(), inspection, by.id)?;
    let facts = Facts {
        holdings: &holdings,
        made: &made,
        sample: &sample,
        policy: &loaded.frozen.policy,
    };
    let asking = |sign_off: Option<SignOff>| request::Asking {
        request: asking.request.clone(),
        by: by.id,
        at: now,
        reason: asking.reason.clone(),
        sign_off,
    };
    let (asked, leave) = match (request::ask(asking(None), facts), leave) {
        (Ok(asked), _) => (asked, None),
        // Leave is used only where it is what was missing.
        (Err(_), Some(leave)) => {
            let asked = request::ask(asking(Some(leave.value.sign_off.clone())), facts);
            (asked.map_err(|all| refused(&all))?, Some(leave))
        }
        (Err(all), None) => return Err(refused(&all)),
    };
    let id = asked.request.id;
    let reason = asked.reason.clone();
    // What it is for is read where it is kept: mail goes through many hands.
    let told = json!({
        "evidence_request": id,
        "addressee": asked.request.addressee,
        "material": asked.request.material,
        "expected_minutes": asked.request.expected_minutes,
    });
    let kept = Kept {
        asked,
        answer: None,
    };
    records::insert(
        tx,
        id,
        Owner::inspection(inspection),
        &kept,
        reason.as_deref(),
    )?;
    if let Some(held) = leave {
        let used = Leave {
            used_for: Some(id),
            ..held.value
        };
        records::replace(tx, held.id, Some(held.revision), &used, None)?;
    }
    notifications::tell_beside(tx, notice::EVIDENCE_REQUESTED, &loaded, told)
}

fn refused(all: &[Refusal]) -> Error {
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    Error::refused("DR-22", texts.join("; "))
}

fn unused_leave(
    connection: &mut PgConnection,
    inspection: Uuid,
    asker: Uuid,
) -> Result<Option<Held<Leave>>, Error> {
    Ok(
        records::of::<Leave>(connection, Owner::inspection(inspection))?
            .into_iter()
            .find(|held| held.value.asker == asker && held.value.used_for.is_none()),
    )
}

/// Gives somebody leave to make one request beyond a cap (domain.md 6.2).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`] for the asker's own, or if the
/// database fails.
pub fn allow(tx: &mut Tx<'_>, inspection: Uuid, asker: Uuid, reason: &str) -> Result<Uuid, Error> {
    lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::QualityAssurer, Role::DecisionMaker])?;
    if by.id == asker {
        return Err(Error::forbidden(
            "DR-22",
            "leave to pass a cap is given by somebody else",
        ));
    }
    let leave = Leave {
        asker,
        sign_off: SignOff {
            by: by.id,
            reason: reason.to_owned(),
        },
        used_for: None,
    };
    let id = tx.new_id();
    records::insert(tx, id, Owner::inspection(inspection), &leave, Some(reason))?;
    Ok(id)
}

/// Answers a request with evidence that is held, or with a remark.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-22 if it was
/// answered or names evidence that is not held, or if the database fails.
pub fn answer(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    request: Uuid,
    evidence: BTreeSet<Uuid>,
    remark: Option<String>,
) -> Result<(), Error> {
    lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::Integrator, Role::BodyLeader])?;
    let held = records::lock::<Kept>(tx, request)?;
    if held.owner.inspection != Some(inspection) {
        return Err(Error::NotFound);
    }
    if held.value.answer.is_some() {
        return Err(Error::refused("DR-22", "this request is answered"));
    }
    if evidence.is_empty() && remark.is_none() {
        return Err(Error::refused(
            "DR-22",
            "an answer names evidence, or says why there is none",
        ));
    }
    let known = lifecycle::evidence_held(tx.connection(), inspection)?;
    if let Some(unknown) = evidence.difference(&known).next() {
        return Err(Error::refused(
            "DR-11",
            format!("evidence {unknown} is not held for this inspection"),
        ));
    }
    let answer = Answer {
        evidence,
        remark,
        at: tx.now(),
        by: by.id,
    };
    let kept = Kept {
        answer: Some(answer),
        ..held.value
    };
    records::replace(tx, request, Some(held.revision), &kept, None)?;
    Ok(())
}

/// Requests of an inspection, in the order in which they were made. Whether
/// the caller may know of them is for the caller of this to say.
///
/// # Errors
/// If the database fails.
pub fn requests(connection: &mut PgConnection, inspection: Uuid) -> Result<Vec<Held<Kept>>, Error> {
    records::of(connection, Owner::inspection(inspection))
}

/// What is held on a body, from all its inspections: collected once, asked
/// for once.
fn holdings(connection: &mut PgConnection, body: Uuid) -> Result<Vec<Holding>, Error> {
    let inspections: Vec<Uuid> = inspection::table
        .filter(inspection::body_id.eq(body))
        .order(inspection::id)
        .select(inspection::id)
        .load(connection)?;
    let mut holdings = Vec::new();
    for id in inspections {
        let known = submissions::items(connection, id)?;
        let items: Vec<EvidenceItem> = reports::of_kind(&known, ItemKind::Evidence)?;
        let answered = requests(connection, id)?;
        for item in items {
            let period = Period {
                from: item.effective_from,
                to: item.effective_to,
            };
            let named = item.material.map(|material| (material, None));
            let asked_for = answered
                .iter()
                .filter(|held| {
                    held.value
                        .answer
                        .as_ref()
                        .is_some_and(|answer| answer.evidence.contains(&item.id))
                })
                .map(|held| {
                    let request = &held.value.asked.request;
                    (request.material, Some(request.addressee))
                });
            let of: Vec<Addressee> = if item.schools.is_empty() {
                vec![Addressee::Centre]
            } else {
                item.schools
                    .iter()
                    .copied()
                    .map(Addressee::School)
                    .collect()
            };
            for (material, asked_of) in named.into_iter().chain(asked_for) {
                let of = asked_of.map_or_else(|| of.clone(), |of| vec![of]);
                holdings.extend(of.into_iter().map(|of| Holding {
                    item: item.id,
                    material,
                    period,
                    of,
                }));
            }
        }
    }
    Ok(holdings)
}
