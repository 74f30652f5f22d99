//! Compilation: what a version is compiled from, and keeping it.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    compile::{FindingFact, Inputs, InspectionFacts},
    evidence::EvidenceItem,
    inspection::{Action, Role, State},
    report::{Report, SubmissionLine},
    weakness,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::versions::{newest, stored_version};
use crate::{
    Actor, Error, Tx, accountability, audit, editorial, inspections,
    jobs::{self, Kind},
    ledgers,
    lifecycle::{self, Loaded},
    operations, people, register, sample,
    schema::{report_version, submission},
    submissions::{self, ItemKind, KnownItem},
    weaknesses,
};

/// Asks for a compilation of an inspection's report; returns the operation to
/// follow. A compilation that is already asked for is not asked for twice.
///
/// Once a report is public, the version that comes of it is a correction to be
/// signed off and published as such (DR-30); the inspection stays where it is.
///
/// # Errors
/// As [`lifecycle::act`].
pub fn request_compilation(tx: &mut Tx<'_>, id: Uuid) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, id)?;
    lifecycle::authorise(
        tx.actor(),
        &[Role::LeadInspector, Role::OperationsOfficer, Role::Operator],
    )?;
    if let Some(operation) = operations::live(tx, jobs::Compile::KIND, &id.to_string())? {
        return Ok(operation);
    }
    if loaded.inspection.state().takes_corrections() {
        let by = lifecycle::authorise(tx.actor(), &[Role::LeadInspector, Role::OperationsOfficer])?;
        let now = tx.now();
        people::needs_access(tx.connection(), &loaded, by, now)?;
        let operation = begin_compilation(tx, &loaded)?;
        tx.audit(&audit::Event {
            action: "correction.requested",
            subject_kind: "inspection",
            subject_id: id.to_string(),
            reason: None,
            data: json!({ "operation": operation }),
        })?;
        return Ok(operation);
    }
    lifecycle::act(tx, id, Action::Compile)?
        .operation
        .ok_or_else(|| Error::internal("a compilation", "no operation was begun"))
}

pub(crate) fn begin_compilation(tx: &mut Tx<'_>, loaded: &Loaded) -> Result<Uuid, Error> {
    let id = loaded.id();
    let operation = operations::begin(tx, "compilation", Some(loaded.body_id), ("inspection", id))?;
    tx.enqueue(&jobs::Compile { inspection_id: id }.job(id.to_string(), Some(operation))?)?;
    Ok(operation)
}

/// Notes that a compilation was given up.
///
/// # Errors
/// If the database fails.
pub fn compilation_failed(tx: &mut Tx<'_>, id: Uuid, error: &str) -> Result<(), Error> {
    let mut loaded = lifecycle::lock(tx, id)?;
    if loaded.inspection.state() != State::Compiling {
        return Ok(());
    }
    let action = Action::CompileFailed {
        error: error.to_owned(),
    };
    lifecycle::append(tx, &mut loaded, action, lifecycle::SYSTEM)?;
    Ok(())
}

/// Everything the next version of an inspection's report is compiled from.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn inputs(connection: &mut PgConnection, inspection: Uuid) -> Result<Inputs, Error> {
    let found = inspections::get(connection, &Actor::system("compile"), inspection)?;
    let loaded = lifecycle::load(connection, &Actor::system("compile"), inspection)?;
    let newest = newest(connection, found.report_id)?;
    let outcomes = weaknesses::outcomes(connection, &found.frozen)?;
    let known = submissions::items(connection, inspection)?;
    let (mut weaknesses, actions) = weaknesses::current(&known)?;
    let derived = weaknesses::derived(&loaded, &outcomes);
    weaknesses.extend(
        weakness::unrecorded(&derived, &weaknesses, &actions)
            .into_iter()
            .map(|derived| derived.weakness.clone())
            .collect::<Vec<_>>(),
    );
    let received = submission::table
        .filter(submission::inspection_id.eq(inspection))
        .order((submission::received_at, submission::id))
        .select((submission::id, submission::received_at, submission::sha256))
        .load::<(Uuid, DateTime<Utc>, String)>(connection)?;
    let found_kind = found.frozen.body.kind;
    Ok(Inputs {
        report_id: found.report_id,
        version: newest.map_or(1, |(version, _)| version.saturating_add(1)),
        inspection: InspectionFacts {
            id: found.id,
            reference: found.reference,
            basis: found.basis,
            opened_at: found.opened_at,
            membership_as_at: found.membership_as_at,
            team: found.team,
        },
        body: found.frozen.body,
        members: found.frozen.members,
        leavers: found.frozen.leavers,
        size_over_time: found.frozen.size_over_time,
        outcomes,
        evidence: of_kind::<EvidenceItem>(&known, ItemKind::Evidence)?,
        weaknesses,
        actions,
        submissions: received
            .into_iter()
            .map(|(id, received_at, sha256)| SubmissionLine {
                id,
                received_at,
                sha256,
            })
            .collect(),
        sources: found.frozen.sources,
        recorded: ledgers::recorded(connection, &loaded)?,
        value: ledgers::since(connection, inspection)?,
        accountability: accountability::register(connection)?.0.of_kind(found_kind),
        central: sample::central(connection, inspection)?,
        sample: sample::plan(connection, inspection)?,
        findings: editorial::list(connection, inspection)?
            .iter()
            .map(|finding| (finding.id(), finding.current()))
            .filter(|(_, current)| !current.withdrawn)
            .map(|(id, current)| FindingFact {
                id,
                section: current.content.section,
                theme: current.content.theme,
                bearing: current.content.bearing,
                statement: current.content.statement.clone(),
                schools: current.content.schools.clone(),
                evidence: current.content.evidence.iter().collect(),
            })
            .collect(),
        edits: editorial::edits(connection, inspection)?,
        interests: people::public_statement(connection, &loaded)?,
        group_response: editorial::published_response(connection, inspection)?
            .map(|(_, response)| response),
        policy: found.frozen.policy,
        reference: register::reference(connection)?,
    })
}

/// Items of one kind, with what the store knows of them added to the content.
pub(crate) fn of_kind<T: serde::de::DeserializeOwned>(
    known: &[KnownItem],
    kind: ItemKind,
) -> Result<Vec<T>, Error> {
    known
        .iter()
        .filter(|item| item.kind == kind)
        .map(|item| {
            let mut content = item.content.clone();
            if let Value::Object(members) = &mut content {
                members.insert("id".to_owned(), json!(item.id));
                if kind == ItemKind::Evidence {
                    members.insert("sha256".to_owned(), json!(item.sha256));
                    members.insert("received_at".to_owned(), json!(item.received_at));
                    members.insert("reused".to_owned(), json!(item.reused));
                    members.insert("superseded".to_owned(), json!(item.superseded));
                }
            }
            serde_json::from_value(content).map_err(|error| Error::internal("a stored item", error))
        })
        .collect()
}

/// What the checks found in a version (DR-26).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckFindings {
    /// Findings of the language guard.
    pub language: u32,
    /// Findings of the check of accessibility.
    pub accessibility: u32,
}

/// Keeps a compiled report as the next version, unless the newest was
/// compiled from the same inputs; returns the version that stands. Versions
/// are never changed.
///
/// # Errors
/// [`Conflict::InspectionState`] if no compilation is awaited, or if the
/// database fails.
pub fn save_compiled(
    tx: &mut Tx<'_>,
    compiled: &Report,
    inputs_sha256: &str,
    found: CheckFindings,
) -> Result<u32, Error> {
    let mut loaded = lifecycle::lock(tx, compiled.front.inspection_id)?;
    let held = newest(tx.connection(), compiled.report_id)?;
    let standing = match held {
        Some((version, sha256)) if sha256 == inputs_sha256 => version,
        _ => {
            keep_version(tx, compiled, inputs_sha256, found)?;
            compiled.version
        }
    };
    // An earlier run may have kept the version and died before it could say so.
    if loaded.inspection.state() == State::Compiling {
        let done = Action::CompileDone {
            report_version: standing,
        };
        lifecycle::append(tx, &mut loaded, done, lifecycle::SYSTEM)?;
    }
    Ok(standing)
}

fn keep_version(
    tx: &mut Tx<'_>,
    compiled: &Report,
    inputs_sha256: &str,
    found: CheckFindings,
) -> Result<(), Error> {
    let now = tx.now();
    let content = serde_json::to_value(compiled)
        .map_err(|error| Error::internal("keeping a report", error))?;
    diesel::insert_into(report_version::table)
        .values((
            report_version::report_id.eq(compiled.report_id),
            report_version::version.eq(stored_version(compiled.version)?),
            report_version::state.eq("compiled"),
            report_version::inputs_sha256.eq(inputs_sha256),
            report_version::content.eq(content),
            report_version::compiled_at.eq(now),
            report_version::language_findings.eq(stored_version(found.language)?),
            report_version::accessibility_findings.eq(stored_version(found.accessibility)?),
        ))
        .execute(tx.connection())?;
    tx.audit(&audit::Event {
        action: "report.compiled",
        subject_kind: "report",
        subject_id: compiled.report_id.to_string(),
        reason: None,
        data: json!({ "version": compiled.version, "inputs_sha256": inputs_sha256 }),
    })
}
