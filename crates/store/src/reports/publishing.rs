//! Publication of a version, and its withdrawal.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use group_inspection_core::{
    inspection::{Action, Actor as Acting},
    notice::Occasion,
    report::Report,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    published::Rendition,
    versions::{newest, stored_version},
};
use crate::{
    Error, Tx, audit,
    error::Conflict,
    jobs::{self, Kind},
    lifecycle::{self, Loaded},
    notifications, operations,
    schema::{rendition, report, report_version},
    wake::PUBLISHED,
};

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
    if let Some(operation) = operations::live(tx, jobs::Publish::KIND, &dedupe)? {
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
