//! Reports: compiled, published once, and never changed after that.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    compile::{FindingFact, Inputs, InspectionFacts, OutcomeFact},
    evidence::EvidenceItem,
    inspection::{Action, Actor as Acting, Role, State},
    notice::Occasion,
    publication::FactualAccuracy,
    report::{Report, SubmissionLine},
    weakness,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, accountability, audit, editorial,
    error::Conflict,
    inspections,
    jobs::{self, Kind},
    ledgers,
    lifecycle::{self, Loaded},
    notifications, operations, people, register, sample,
    schema::{inspection, job, rendition, report, report_version, responsible_body, submission},
    submissions::{self, ItemKind, KnownItem},
    wake::PUBLISHED,
    weaknesses,
};

/// A copy of a report in one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// `html`, `pdf` or `json`.
    pub format: String,
    /// Media type.
    pub media_type: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A version of a report as the public may know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Report.
    pub report_id: Uuid,
    /// Version.
    pub version: u32,
    /// `published`, `superseded` or `withdrawn`.
    pub state: String,
    /// Inspection.
    pub inspection_id: Uuid,
    /// Responsible body.
    pub body_id: Uuid,
    /// Name of the group as frozen.
    pub group_name: String,
    /// Code of the kind of body.
    pub body_kind: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Public note of a correction.
    pub public_note: Option<String>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why.
    pub withdrawn_reason: Option<String>,
}

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
    if let Some(operation) = live_operation(tx, jobs::Compile::KIND, &id.to_string())? {
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

fn live_operation(tx: &mut Tx<'_>, kind: &str, dedupe: &str) -> Result<Option<Uuid>, Error> {
    Ok(job::table
        .filter(job::kind.eq(kind))
        .filter(job::dedupe_key.eq(dedupe))
        .filter(job::state.eq_any(["ready", "running"]))
        .select(job::operation_id)
        .first::<Option<Uuid>>(tx.connection())
        .optional()?
        .flatten())
}

/// Everything the next version of an inspection's report is compiled from.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn inputs(connection: &mut PgConnection, inspection: Uuid) -> Result<Inputs, Error> {
    let found = inspections::get(connection, &Actor::system("compile"), inspection)?;
    let loaded = lifecycle::load(connection, &Actor::system("compile"), inspection)?;
    let newest = newest(connection, found.report_id)?;
    let lineage: register::Lineage = found
        .frozen
        .members
        .iter()
        .map(|member| (member.urn, member.predecessors.clone()))
        .collect();
    let outcomes: Vec<OutcomeFact> = register::outcomes(connection, &lineage)?
        .into_iter()
        .flat_map(|(member, outcomes)| {
            outcomes
                .into_iter()
                .map(move |(outcome, file)| OutcomeFact {
                    member,
                    outcome,
                    source_sha256: file.sha256,
                    source_title: file.title,
                })
        })
        .collect();
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

/// The newest version of a report, and the SHA-256 of what it was compiled
/// from.
fn newest(connection: &mut PgConnection, report_id: Uuid) -> Result<Option<(u32, String)>, Error> {
    report_version::table
        .filter(report_version::report_id.eq(report_id))
        .order(report_version::version.desc())
        .select((report_version::version, report_version::inputs_sha256))
        .first::<(i32, String)>(connection)
        .optional()?
        .map(|(version, sha256)| Ok((read_version(version)?, sha256)))
        .transpose()
}

/// The report on an inspection.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn of_inspection(connection: &mut PgConnection, inspection: Uuid) -> Result<Uuid, Error> {
    Ok(report::table
        .filter(report::inspection_id.eq(inspection))
        .select(report::id)
        .first(connection)?)
}

/// Number of the newest version of a report, if there is one.
///
/// # Errors
/// If the database fails.
pub fn newest_version(
    connection: &mut PgConnection,
    report_id: Uuid,
) -> Result<Option<u32>, Error> {
    Ok(newest(connection, report_id)?.map(|(version, _)| version))
}

fn read_version(stored: i32) -> Result<u32, Error> {
    u32::try_from(stored).map_err(|error| Error::internal("a stored version", error))
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

pub(crate) fn keep_version(
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

fn stored_version(version: u32) -> Result<i32, Error> {
    // No version has such a number.
    i32::try_from(version).map_err(|_| Error::NotFound)
}

/// The version of an inspection's report that the actor may read before it is
/// public: the newest for the inspectorate; for the body, the one delivered
/// for the check of factual accuracy, and the final one under embargo.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn draft(
    connection: &mut PgConnection,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Report, Error> {
    let loaded = lifecycle::open_to(connection, actor, id, now)?;
    let version = match actor.is_of_a_body() {
        false => newest_version(connection, loaded.report_id)?,
        true if loaded.inspection.state() == State::Embargoed => loaded.inspection.final_version(),
        true => match loaded.inspection.factual_accuracy() {
            FactualAccuracy::NotBegun => None,
            FactualAccuracy::Open { delivered } | FactualAccuracy::Closed { delivered } => {
                Some(delivered)
            }
        },
    };
    let (report, _) = compiled(
        connection,
        loaded.report_id,
        version.ok_or(Error::NotFound)?,
    )?;
    Ok(report)
}

/// A version of a report as compiled.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn compiled(
    connection: &mut PgConnection,
    report_id: Uuid,
    version: u32,
) -> Result<(Report, String), Error> {
    let (content, state): (Value, String) = report_version::table
        .find((report_id, stored_version(version)?))
        .select((report_version::content, report_version::state))
        .first(connection)?;
    let report = serde_json::from_value(content)
        .map_err(|error| Error::internal("a stored report", error))?;
    Ok((report, state))
}

/// Asks for the publication of the newest version; returns the operation to
/// follow.
///
/// # Errors
/// As [`lifecycle::act`].
pub fn request_publication(tx: &mut Tx<'_>, id: Uuid) -> Result<Uuid, Error> {
    let loaded = lifecycle::lock(tx, id)?;
    let (report_version, _) = newest(tx.connection(), loaded.report_id)?.ok_or_else(|| {
        Error::Conflict(Conflict::InspectionState {
            state: loaded.inspection.state().code().to_owned(),
        })
    })?;
    lifecycle::act(tx, id, Action::Publish { report_version })?
        .operation
        .ok_or_else(|| Error::internal("a publication", "no operation was begun"))
}

pub(crate) fn begin_publication(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    by: Acting,
    action: Action,
) -> Result<Uuid, Error> {
    let (Action::Publish { report_version } | Action::Correct { report_version, .. }) = &action
    else {
        return Err(Error::internal("a publication", action.kind().code()));
    };
    let version = stored_version(*report_version)?;
    let dedupe = format!("{}:{version}", loaded.report_id);
    if let Some(operation) = live_operation(tx, jobs::Publish::KIND, &dedupe)? {
        return Ok(operation);
    }
    let subject = ("inspection", loaded.id());
    let operation = operations::begin(tx, "publication", Some(loaded.body_id), subject)?;
    let publish = jobs::Publish {
        report_id: loaded.report_id,
        version,
        by,
        action,
    };
    tx.enqueue(&publish.job(dedupe, Some(operation))?)?;
    tx.audit(&audit::Event {
        action: "publication.requested",
        subject_kind: "report",
        subject_id: loaded.report_id.to_string(),
        reason: None,
        data: json!({ "version": version, "operation": operation }),
    })?;
    Ok(operation)
}

/// Publishes a version: its copies, its entry in the feed and its
/// notifications appear together or not at all (DR-29). Doing so again
/// changes nothing; returns whether it was done now.
///
/// # Errors
/// [`Error::NotFound`], [`Conflict::ReportState`] for a withdrawn version, or
/// if the database fails.
pub fn publish(
    tx: &mut Tx<'_>,
    of: &Report,
    asked: &jobs::Publish,
    published_at: DateTime<Utc>,
    renditions: &[Rendition],
    links: &Value,
) -> Result<bool, Error> {
    let mut loaded = lifecycle::lock(tx, of.front.inspection_id)?;
    let report_id = of.report_id;
    let version = stored_version(of.version)?;
    let state: String = report_version::table
        .find((report_id, version))
        .select(report_version::state)
        .for_update()
        .first(tx.connection())?;
    match state.as_str() {
        "compiled" => {}
        "published" | "superseded" => return Ok(false),
        _ => return Err(Error::Conflict(Conflict::ReportState { state })),
    }
    diesel::update(
        report_version::table
            .filter(report_version::report_id.eq(report_id))
            .filter(report_version::state.eq("published")),
    )
    .set(report_version::state.eq("superseded"))
    .execute(tx.connection())?;
    let note = match &asked.action {
        Action::Correct { note, .. } => Some(note.as_str()),
        _ => None,
    };
    diesel::update(report_version::table.find((report_id, version)))
        .set((
            report_version::state.eq("published"),
            report_version::published_at.eq(published_at),
            report_version::public_note.eq(note),
        ))
        .execute(tx.connection())?;
    for copy in renditions {
        diesel::insert_into(rendition::table)
            .values((
                rendition::report_id.eq(report_id),
                rendition::version.eq(version),
                rendition::format.eq(&copy.format),
                rendition::media_type.eq(&copy.media_type),
                rendition::sha256.eq(&copy.sha256),
                rendition::bytes.eq(&copy.bytes),
            ))
            .execute(tx.connection())?;
    }
    lifecycle::append(tx, &mut loaded, asked.action.clone(), asked.by)?;
    let data = json!({
        "report_id": report_id,
        "version": of.version,
        "inspection_id": of.front.inspection_id,
        "reference": of.front.reference,
        "body_id": of.front.body_id,
        "group_name": of.front.group_name,
        "published_at": published_at,
        "public_note": note,
        "links": links,
        "sha256": renditions
            .iter()
            .map(|copy| (copy.format.clone(), Value::String(copy.sha256.clone())))
            .collect::<serde_json::Map<_, _>>(),
    });
    let occasion = match note {
        None => Occasion::Published,
        Some(_) => Occasion::Corrected,
    };
    let body = of.front.body_id;
    notifications::fan_out(tx, occasion.event(), body, report_id, version, &data)?;
    notifications::tell_offices(tx, occasion, &loaded, version, &data)?;
    tx.wake(PUBLISHED);
    tx.audit(&audit::Event {
        action: "report.published",
        subject_kind: "report",
        subject_id: report_id.to_string(),
        reason: None,
        data: json!({ "version": of.version, "sha256": data.get("sha256") }),
    })?;
    Ok(true)
}

/// Withdraws all versions that are or were public; a tombstone with the
/// reason stays for each (DR-30).
pub(crate) fn withdraw_published(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    reason: &str,
    position: i32,
) -> Result<(), Error> {
    let now = tx.now();
    diesel::update(
        report_version::table
            .filter(report_version::report_id.eq(loaded.report_id))
            .filter(report_version::state.eq_any(["published", "superseded"])),
    )
    .set((
        report_version::state.eq("withdrawn"),
        report_version::withdrawn_at.eq(now),
        report_version::withdrawn_reason.eq(reason),
    ))
    .execute(tx.connection())?;
    let data = json!({
        "report_id": loaded.report_id,
        "version": loaded.inspection.final_version(),
        "inspection_id": loaded.id(),
        "reference": loaded.reference,
        "body_id": loaded.body_id,
        "group_name": loaded.frozen.body.name,
        "withdrawn_at": now,
        "reason": reason,
    });
    notifications::fan_out(
        tx,
        Occasion::ReportWithdrawn.event(),
        loaded.body_id,
        loaded.report_id,
        position,
        &data,
    )?;
    notifications::tell_offices(tx, Occasion::ReportWithdrawn, loaded, position, &data)?;
    tx.wake(PUBLISHED);
    tx.audit(&audit::Event {
        action: "report.withdrawn",
        subject_kind: "report",
        subject_id: loaded.report_id.to_string(),
        reason: Some(reason),
        data: json!({ "version": loaded.inspection.final_version() }),
    })
}

/// Withdraws a public report, and with it its inspection. `version` is the
/// current one.
///
/// # Errors
/// [`Error::NotFound`], [`Conflict::ReportState`] if another version is
/// current, or as [`lifecycle::act`].
pub fn withdraw(tx: &mut Tx<'_>, report_id: Uuid, version: u32, reason: &str) -> Result<(), Error> {
    let (inspection, state): (Uuid, String) = report_version::table
        .inner_join(report::table.on(report::id.eq(report_version::report_id)))
        .filter(report_version::report_id.eq(report_id))
        .filter(report_version::version.eq(stored_version(version)?))
        .select((report::inspection_id, report_version::state))
        .first(tx.connection())?;
    match state.as_str() {
        "compiled" => return Err(Error::NotFound),
        "published" => {}
        _ => return Err(Error::Conflict(Conflict::ReportState { state })),
    }
    let reason = reason.to_owned();
    lifecycle::act(tx, inspection, Action::Withdraw { reason })?;
    Ok(())
}

type PublishedRow = (
    Uuid,
    i32,
    String,
    Uuid,
    Uuid,
    String,
    Value,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<String>,
);

macro_rules! published_rows {
    () => {
        report_version::table
            .inner_join(report::table.on(report::id.eq(report_version::report_id)))
            .inner_join(inspection::table.on(inspection::id.eq(report::inspection_id)))
            .inner_join(responsible_body::table.on(responsible_body::id.eq(report::body_id)))
            .filter(report_version::published_at.is_not_null())
            .select((
                report_version::report_id,
                report_version::version,
                report_version::state,
                inspection::id,
                report::body_id,
                responsible_body::kind,
                inspection::frozen,
                report_version::published_at,
                report_version::public_note,
                report_version::withdrawn_at,
                report_version::withdrawn_reason,
            ))
    };
}

fn published(row: PublishedRow) -> Option<Published> {
    let (
        report_id,
        version,
        state,
        inspection_id,
        body_id,
        body_kind,
        frozen,
        at,
        note,
        withdrawn_at,
        withdrawn_reason,
    ) = row;
    Some(Published {
        report_id,
        version: u32::try_from(version).ok()?,
        state,
        inspection_id,
        body_id,
        group_name: frozen.pointer("/body/name")?.as_str()?.to_owned(),
        body_kind,
        published_at: at?,
        public_note: note,
        withdrawn_at,
        withdrawn_reason,
    })
}

/// Published versions of a report, oldest first; empty if there is none.
///
/// # Errors
/// If the database fails.
pub fn versions(connection: &mut PgConnection, report_id: Uuid) -> Result<Vec<Published>, Error> {
    Ok(published_rows!()
        .filter(report_version::report_id.eq(report_id))
        .order(report_version::version)
        .load::<PublishedRow>(connection)?
        .into_iter()
        .filter_map(published)
        .collect())
}

/// Published versions of all reports on a body, newest first.
///
/// # Errors
/// If the database fails.
pub fn of_body(connection: &mut PgConnection, body: Uuid) -> Result<Vec<Published>, Error> {
    Ok(published_rows!()
        .filter(report::body_id.eq(body))
        .order((
            report_version::published_at.desc(),
            report_version::report_id.desc(),
            report_version::version.desc(),
        ))
        .load::<PublishedRow>(connection)?
        .into_iter()
        .filter_map(published)
        .collect())
}

/// Publications, newest first, before the one given; for the feed and the
/// list on the home page.
///
/// # Errors
/// If the database fails.
pub fn publications(
    connection: &mut PgConnection,
    before: Option<(DateTime<Utc>, Uuid, u32)>,
    limit: i64,
) -> Result<Vec<Published>, Error> {
    let mut query = published_rows!()
        .order((
            report_version::published_at.desc(),
            report_version::report_id.desc(),
            report_version::version.desc(),
        ))
        .limit(limit)
        .into_boxed();
    if let Some((at, id, version)) = before {
        let version = stored_version(version)?;
        query = query.filter(
            report_version::published_at
                .lt(at)
                .assume_not_null()
                .or(report_version::published_at.eq(at).assume_not_null().and(
                    report_version::report_id
                        .lt(id)
                        .or(report_version::report_id
                            .eq(id)
                            .and(report_version::version.lt(version))),
                )),
        );
    }
    Ok(query
        .load::<PublishedRow>(connection)?
        .into_iter()
        .filter_map(published)
        .collect())
}

/// A published copy.
///
/// # Errors
/// [`Error::NotFound`], also for a withdrawn version, or if the database
/// fails.
pub fn rendition(
    connection: &mut PgConnection,
    report_id: Uuid,
    version: u32,
    format: &str,
) -> Result<Rendition, Error> {
    let (format, media_type, sha256, bytes) = rendition::table
        .inner_join(
            report_version::table.on(report_version::report_id
                .eq(rendition::report_id)
                .and(report_version::version.eq(rendition::version))),
        )
        .filter(rendition::report_id.eq(report_id))
        .filter(rendition::version.eq(stored_version(version)?))
        .filter(rendition::format.eq(format))
        .filter(report_version::state.eq_any(["published", "superseded"]))
        .select((
            rendition::format,
            rendition::media_type,
            rendition::sha256,
            rendition::bytes,
        ))
        .first::<(String, String, String, Vec<u8>)>(connection)?;
    Ok(Rendition {
        format,
        media_type,
        sha256,
        bytes,
    })
}
