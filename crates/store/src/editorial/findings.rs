//! Findings of inspectors (DR-11, DR-25).

use std::collections::{BTreeMap, BTreeSet};

use diesel::PgConnection;
use group_inspection_core::{
    Urn,
    conflict::{Attempt, Scope},
    finding::{self, Change, Content, Facts, Finding, Provisional, Reason, Refusal, Revision},
    inspection::{Actor as Acting, Role},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, Tx, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner, Record},
};

/// The revisions of a finding, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(pub Vec<Revision>);

impl Record for Kept {
    const KIND: &'static str = "finding";
}

/// What the body heard, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
struct Heard(Provisional);

impl Record for Heard {
    const KIND: &'static str = "provisional_feedback";
}

const AUTHORS: &[Role] = &[Role::LeadInspector, Role::Inspector, Role::Practitioner];

fn refused(refusal: &Refusal) -> Error {
    let rule = match refusal {
        Refusal::Language(_) => "DR-03",
        Refusal::ReasonNeeded(_) | Refusal::EmptyReason => "DR-25",
        Refusal::NoStatement
        | Refusal::TooLong { .. }
        | Refusal::UnknownEvidence(_)
        | Refusal::NotAMember(_)
        | Refusal::Unchanged
        | Refusal::Withdrawn
        | Refusal::DatedBefore => "DR-11",
    };
    let detail = match refusal {
        Refusal::Language(terms) => {
            let found: Vec<String> = terms
                .iter()
                .map(|term| format!("\"{}\": {}", term.found, term.why))
                .collect();
            format!("{refusal}: {}", found.join("; "))
        }
        other => other.to_string(),
    };
    Error::refused(rule, detail)
}

fn rebuilt(id: Uuid, kept: Kept) -> Result<Finding, Error> {
    Finding::from_history(id, kept.0).ok_or_else(|| Error::internal("a stored finding", id))
}

/// What the body heard of the findings, once it has.
///
/// # Errors
/// If the database fails.
pub(crate) fn provisional(
    connection: &mut PgConnection,
    inspection: Uuid,
) -> Result<Option<Provisional>, Error> {
    Ok(
        records::of::<Heard>(connection, Owner::inspection(inspection))?
            .pop()
            .map(|held| held.value.0),
    )
}

struct Known {
    evidence: BTreeSet<Uuid>,
    members: BTreeSet<Urn>,
    names: Vec<String>,
    provisional: Option<Provisional>,
}

fn known(connection: &mut PgConnection, loaded: &Loaded) -> Result<Known, Error> {
    let members = &loaded.frozen.members;
    Ok(Known {
        evidence: lifecycle::evidence_held(connection, loaded.id())?,
        members: members.iter().map(|member| member.urn).collect(),
        names: members
            .iter()
            .map(|member| member.name.clone())
            .chain([loaded.frozen.body.name.clone()])
            .collect(),
        provisional: provisional(connection, loaded.id())?,
    })
}

fn with_facts<T>(known: &Known, then: impl FnOnce(Facts<'_>) -> T) -> T {
    let names: Vec<&str> = known.names.iter().map(String::as_str).collect();
    then(Facts {
        held: &known.evidence,
        members: &known.members,
        names: &names,
        provisional: known.provisional.as_ref(),
    })
}

/// Whether the actor may write this: of the team, with access, and under no
/// limit that forbids it (DR-18).
fn author(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    content: &Content,
    attempt: fn(Scope) -> Attempt,
) -> Result<Acting, Error> {
    let by = lifecycle::authorise(tx.actor(), AUTHORS)?;
    let now = tx.now();
    let scope = Scope {
        schools: content.schools.clone(),
        themes: BTreeSet::from([content.theme]),
        evidence: content.evidence.iter().collect(),
        with: BTreeSet::new(),
    };
    crate::people::permits(tx.connection(), loaded, by, now, &attempt(scope))?;
    Ok(by)
}

/// States a finding.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-03, DR-11,
/// DR-12 or DR-25, or if the database fails.
pub fn state(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    id: Uuid,
    content: Content,
    reason: Option<Reason>,
) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let by = author(tx, &loaded, &content, Attempt::AuthorFinding)?;
    crate::people::relies(tx.connection(), &loaded, &content.evidence)?;
    let known = known(tx.connection(), &loaded)?;
    let at = tx.now();
    let why = reason.as_ref().map(|reason| reason.text.clone());
    let change = Change {
        content,
        withdrawn: false,
        author: by.id,
        at,
        reason,
    };
    let stated = with_facts(&known, |facts| Finding::state(id, change, facts))
        .map_err(|refusal| refused(&refusal))?;
    let kept = Kept(stated.history().cloned().collect());
    records::insert(
        tx,
        id,
        Owner::inspection(inspection).and_person(by.id),
        &kept,
        why.as_deref(),
    )
}

/// Changes or withdraws a finding.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], a refusal under DR-03, DR-11,
/// DR-12 or DR-25, or if the database fails.
pub fn change(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    id: Uuid,
    content: Option<Content>,
    reason: Option<Reason>,
) -> Result<(), Error> {
    let loaded = lifecycle::lock(tx, inspection)?;
    let held = records::lock::<Kept>(tx, id)?;
    if held.owner.inspection != Some(inspection) {
        return Err(Error::NotFound);
    }
    let finding = rebuilt(id, held.value)?;
    let said = &finding.current().content;
    author(tx, &loaded, said, Attempt::EditFinding)?;
    let by = author(
        tx,
        &loaded,
        content.as_ref().unwrap_or(said),
        Attempt::EditFinding,
    )?;
    if let Some(content) = &content {
        crate::people::relies(tx.connection(), &loaded, &content.evidence)?;
    }
    let known = known(tx.connection(), &loaded)?;
    let at = tx.now();
    let why = reason.as_ref().map(|reason| reason.text.clone());
    let withdrawn = content.is_none();
    let change = Change {
        content: content.unwrap_or_else(|| finding.current().content.clone()),
        withdrawn,
        author: by.id,
        at,
        reason,
    };
    let revision = with_facts(&known, |facts| finding::revise(&finding, change, facts))
        .map_err(|refusal| refused(&refusal))?;
    let kept = Kept(finding.with(revision).history().cloned().collect());
    records::replace(tx, id, Some(held.revision), &kept, why.as_deref())?;
    Ok(())
}

/// Findings of an inspection, in the order in which they were first stated.
/// Whether the caller may know of them is for the caller of this to say.
///
/// # Errors
/// If the database fails.
pub fn list(connection: &mut PgConnection, inspection: Uuid) -> Result<Vec<Finding>, Error> {
    records::of::<Kept>(connection, Owner::inspection(inspection))?
        .into_iter()
        .map(|held| rebuilt(held.id, held.value))
        .collect()
}

/// Whether every finding rests on what it may rest on, as people stand now
/// (DR-12): somebody may have been referred since it was stated.
pub(crate) fn findings_rest(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<(), Error> {
    for finding in list(tx.connection(), loaded.id())? {
        let current = finding.current();
        if !current.withdrawn {
            crate::people::relies(tx.connection(), loaded, &current.content.evidence)?;
        }
    }
    Ok(())
}

pub(crate) fn findings_exist(
    connection: &mut PgConnection,
    inspection: Uuid,
    named: &BTreeSet<Uuid>,
) -> Result<(), Error> {
    let known: BTreeMap<Uuid, Finding> = list(connection, inspection)?
        .into_iter()
        .map(|finding| (finding.id(), finding))
        .collect();
    match named.iter().find(|id| !known.contains_key(id)) {
        Some(unknown) => Err(Error::refused(
            "DR-25",
            format!("there is no finding {unknown}"),
        )),
        None => Ok(()),
    }
}

pub(crate) fn provisional_given(
    tx: &mut Tx<'_>,
    inspection: Uuid,
    named: &BTreeSet<Uuid>,
    by: Acting,
) -> Result<(), Error> {
    let findings = list(tx.connection(), inspection)?;
    let heard = Provisional::record(
        findings
            .iter()
            .filter(|finding| named.contains(&finding.id())),
        tx.now(),
        by.id,
    );
    let id = tx.new_id();
    records::insert(tx, id, Owner::inspection(inspection), &Heard(heard), None)
}
