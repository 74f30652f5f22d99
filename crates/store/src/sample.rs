//! The sample of member schools, the school inspections that feed the group
//! inspection, and what is held centrally (domain.md 2).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use group_inspection_core::{
    Urn,
    calendar::day_in_england,
    inspection::Role,
    outcome::PublishedOutcome,
    sampling::{
        self, Batch, Central, Contacts, FrameSchool, Holding, MemberInspection, Plan, Term, Window,
    },
    school::Phase,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, ledgers, lifecycle,
    lifecycle::Loaded,
    records::{self, Held, Owner, Record},
    register,
};

impl Record for Plan {
    const KIND: &'static str = "sampling_plan";
}

impl Record for Central {
    const KIND: &'static str = "central_functions";
}

/// School terms, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Terms(pub Vec<Term>);

impl Record for Terms {
    const KIND: &'static str = "school_terms";
}

/// There is one list of terms.
const THE_TERMS: Uuid = Uuid::from_u128(0x3f0d_8a0b_51c5_4a1e_8f2c_1d2e_77aa_0c02);

/// The school terms, with the revision of the list; 0 if there is none.
///
/// # Errors
/// If the database fails.
pub fn terms(connection: &mut PgConnection) -> Result<(Terms, i64), Error> {
    match records::get::<Terms>(connection, THE_TERMS) {
        Ok(held) => Ok((held.value, held.revision)),
        Err(Error::NotFound) => Ok((Terms::default(), 0)),
        Err(other) => Err(other),
    }
}

/// Replaces the list of school terms.
///
/// # Errors
/// [`Error::Forbidden`], a refusal if a term ends before it begins or terms
/// overlap, [`crate::error::Conflict::StaleRevision`], or if the database
/// fails.
pub fn set_terms(tx: &mut Tx<'_>, expected: i64, mut terms: Vec<Term>) -> Result<i64, Error> {
    lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer])?;
    terms.sort_by_key(|term| (term.first, term.last));
    let reversed = terms.iter().any(|term| term.last < term.first);
    let overlap = terms
        .iter()
        .zip(terms.iter().skip(1))
        .any(|(term, next)| next.first <= term.last);
    if reversed || overlap {
        return Err(Error::refused(
            "2",
            "terms end after they begin and do not overlap",
        ));
    }
    let (_, current) = self::terms(tx.connection())?;
    if current != expected {
        return Err(Error::Conflict(crate::error::Conflict::StaleRevision {
            current,
        }));
    }
    if current == 0 {
        records::insert(tx, THE_TERMS, Owner::default(), &Terms(terms), None)?;
        return Ok(1);
    }
    records::replace(tx, THE_TERMS, Some(current), &Terms(terms), None)
}

/// Draws the sample of an inspection. Without a seed one is made; the plan
/// names it, so that anybody can draw it again. Drawing anew needs a reason,
/// and the earlier plan stays on record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal, or if the database
/// fails.
pub fn draw(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    wanted: u32,
    seed: Option<String>,
    reason: Option<&str>,
) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::OperationsOfficer, Role::LeadInspector])?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    if wanted == 0 {
        return Err(Error::refused("2", "a sample has at least one school"));
    }
    let earlier = held::<Plan>(tx.connection(), inspection)?;
    if earlier.is_some() && reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Error::refused(
            "2",
            "a sample is drawn again only for a reason",
        ));
    }
    let frame = frame(tx.connection(), &loaded)?;
    let seed = seed.unwrap_or_else(|| hex::encode(tx.new_secret()));
    let today = day_in_england(now);
    let plan = sampling::draw(&frame, wanted, &seed, today, &loaded.frozen.policy.sampling);
    keep(tx, inspection, earlier, &plan, reason)
}

/// Records who holds which function of the group.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-11 if a
/// holding rests on nothing that is held, or if the database fails.
pub fn set_central(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    revision: i64,
    holdings: Vec<Holding>,
) -> Result<i64, Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = lifecycle::authorise(tx.actor(), &[Role::LeadInspector, Role::Inspector])?;
    let now = tx.now();
    crate::people::needs_access(tx.connection(), &loaded, by, now)?;
    records::is_seen::<Central>(tx.connection(), inspection, revision)?;
    let known = lifecycle::evidence_held(tx.connection(), inspection)?;
    let unknown = holdings
        .iter()
        .flat_map(|holding| &holding.evidence)
        .find(|id| !known.contains(*id));
    if let Some(unknown) = unknown {
        return Err(Error::refused(
            "DR-11",
            format!("evidence {unknown} is not held for this inspection"),
        ));
    }
    let central =
        Central::new(holdings).map_err(|error| Error::refused("DR-11", error.to_string()))?;
    records::keep_over(tx, inspection, revision, &central)
}

fn keep<T: Record>(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    earlier: Option<Held<T>>,
    value: &T,
    reason: Option<&str>,
) -> Result<(), Error> {
    match earlier {
        Some(held) => {
            records::replace(tx, held.id, Some(held.revision), value, reason)?;
        }
        None => {
            let id = tx.new_id();
            records::insert(tx, id, Owner::inspection(inspection), value, reason)?;
        }
    }
    Ok(())
}

fn held<T: Record>(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Option<Held<T>>, Error> {
    Ok(records::of::<T>(connection, Owner::inspection(inspection))?
        .into_iter()
        .next())
}

/// The sample of an inspection, once drawn.
///
/// # Errors
/// If the database fails.
pub fn plan(connection: &mut PgConnection, inspection: Uuid) -> Result<Option<Plan>, Error> {
    Ok(held(connection, inspection)?.map(|held| held.value))
}

/// Who holds which function, as recorded.
///
/// # Errors
/// If the database fails.
pub fn central(connection: &mut PgConnection, inspection: Uuid) -> Result<Central, Error> {
    let held = held::<Central>(connection, inspection)?;
    Ok(held.map(|held| held.value).unwrap_or_default())
}

/// Revision of who holds which function; 0 before it is recorded.
///
/// # Errors
/// If the database fails.
pub fn central_revision(connection: &mut PgConnection, inspection: Uuid) -> Result<i64, Error> {
    records::revision_of::<Central>(connection, inspection)
}

/// Schools in the sample; none before it is drawn.
pub(crate) fn chosen(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<BTreeSet<Urn>, Error> {
    let plan = plan(connection, inspection)?;
    Ok(plan
        .iter()
        .flat_map(|plan| &plan.chosen)
        .map(|chosen| chosen.urn)
        .collect())
}

/// School inspections that feed the group inspection, as they stand; before
/// fieldwork is planned, as if it began today.
///
/// # Errors
/// [`Error::NotFound`], a refusal if no term is known, or if the database
/// fails.
pub fn batch(
    connection: &mut PgConnection,
    actor: &Actor,
    inspection: Uuid,
    now: DateTime<Utc>,
) -> Result<Batch, Error> {
    let loaded = lifecycle::open_to(connection, actor, inspection, now)?;
    let today = day_in_england(now);
    let fieldwork = loaded
        .inspection
        .fieldwork()
        .map_or(today, |period| period.first);
    let (Terms(terms), _) = terms(connection)?;
    let window = Window::before(fieldwork, &terms, &loaded.frozen.policy.sampling)
        .ok_or_else(|| Error::refused("2", "no school term before fieldwork is known"))?;
    let outcomes = outcomes(connection, &loaded)?;
    let inspections: Vec<MemberInspection> = outcomes
        .into_iter()
        .flat_map(|(urn, outcomes)| {
            outcomes.into_iter().map(move |outcome| MemberInspection {
                urn,
                inspection_number: outcome.inspection_number,
                started: outcome.started,
                published: outcome.published,
            })
        })
        .collect();
    let members = loaded.frozen.urns().collect();
    let planned = chosen(connection, inspection)?;
    Ok(sampling::batch(
        window,
        &inspections,
        &members,
        &planned,
        today,
    ))
}

fn outcomes(
    connection: &mut PgConnection,
    loaded: &Loaded,
) -> Result<BTreeMap<Urn, Vec<PublishedOutcome>>, Error> {
    Ok(register::outcomes(connection, &loaded.frozen.lineage())?
        .into_iter()
        .map(|(urn, found)| (urn, found.into_iter().map(|(outcome, _)| outcome).collect()))
        .collect())
}

/// Open member schools, as a sample sees them.
fn frame(connection: &mut PgConnection, loaded: &Loaded) -> Result<Vec<FrameSchool>, Error> {
    let outcomes = outcomes(connection, loaded)?;
    let latest: BTreeMap<Urn, NaiveDate> = outcomes
        .into_iter()
        .filter_map(|(urn, found)| Some((urn, found.iter().map(|o| o.started).max()?)))
        .collect();
    let recorded = ledgers::recorded(connection, loaded)?;
    Ok(loaded
        .frozen
        .open_members()
        .map(|member| FrameSchool {
            urn: member.urn,
            phase: Phase::from_label(&member.phase).unwrap_or(Phase::NotApplicable),
            pupils: member.pupils,
            joined: member.joined,
            place: member.local_authority.clone(),
            last_inspected: latest.get(&member.urn).copied(),
            contacts: Contacts {
                days: recorded
                    .contacts
                    .get(&member.urn)
                    .cloned()
                    .unwrap_or_default(),
                asks: 0,
            },
        })
        .collect())
}
