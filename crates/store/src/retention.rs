//! What is deleted in time, and its deletion (DR-40, domain.md 9.4).
//!
//! Nothing here touches a published version: only versions that never were
//! public are read, and the statement that deletes one says so again.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*};
use group_inspection_core::{
    calendar::day_in_england,
    conflict::{Assessment, Decision, Declaration},
    digest::Digest,
    inspection::{Action, Cause},
    retention::{self, Class, Deletion, Hold, Record},
    survey::Response,
};
use uuid::Uuid;

use crate::{
    Actor, Error, Tx, audit, evidence, lifecycle,
    lifecycle::Loaded,
    records::{self, Owner},
    schema::{inspection, report_version, submitted_item},
};

/// A deletion that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    deletion: Deletion,
    what: What,
    /// Keys of bytes to be removed first: a row without bytes is found again,
    /// bytes without a row are not.
    pub blobs: Vec<String>,
}

/// What a deletion deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Item,
    Declared,
    Version { report: Uuid, version: i32 },
    Comment,
}

/// Everything due in the inspections after the one given, at most `limit`
/// inspections at a time; and the last inspection looked at, if there may be
/// more.
///
/// # Errors
/// If the database fails.
pub fn due(
    connection: &mut PgConnection,
    after: Option<Uuid>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<(Vec<Due>, Option<Uuid>), Error> {
    let mut query = inspection::table
        .order(inspection::id)
        .limit(limit)
        .select(inspection::id)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(inspection::id.gt(after));
    }
    let ids: Vec<Uuid> = query.load(connection)?;
    let mut all = Vec::new();
    for id in &ids {
        let loaded = lifecycle::load(connection, &Actor::system("retention"), *id)?;
        all.extend(of(connection, &loaded, now)?);
    }
    let more = i64::try_from(ids.len()).is_ok_and(|found| found == limit);
    Ok((all, ids.last().copied().filter(|_| more)))
}

fn of(
    connection: &mut PgConnection,
    loaded: &Loaded,
    now: DateTime<Utc>,
) -> Result<Vec<Due>, Error> {
    let on = |is: &dyn Fn(&Action) -> bool| {
        let event = loaded
            .inspection
            .history()
            .iter()
            .find(|event| is(&event.action));
        event.map(|event| day_in_england(event.at))
    };
    let ended_on = on(&|action| matches!(action, Action::Close | Action::Withdraw { .. }));
    let published_on = on(&|action| matches!(action, Action::Publish { .. })).or(ended_on);
    let complaint = loaded
        .inspection
        .holds()
        .iter()
        .any(|hold| hold.cause == Cause::Complaint);
    let hold = complaint.then_some(Hold::Complaint);
    let mut kept: BTreeMap<Uuid, (What, Vec<String>)> = BTreeMap::new();
    let mut found = Vec::new();
    let mut add = |id: Uuid, class: Class, what: What, blobs: Vec<String>| {
        kept.insert(id, (what, blobs));
        found.push(Record { id, class, hold });
    };
    items(connection, loaded.id(), published_on, &mut add)?;
    for held in records::of::<Declaration>(connection, Owner::inspection(loaded.id()))? {
        let class = Class::Declaration { ended_on };
        add(held.id, class, What::Declared, Vec::new());
    }
    let drafts: Vec<i32> = report_version::table
        .filter(report_version::report_id.eq(loaded.report_id))
        .filter(report_version::published_at.is_null())
        .select(report_version::version)
        .load(connection)?;
    for version in drafts {
        let report = loaded.report_id;
        let id = Uuid::new_v5(&report, &version.to_be_bytes());
        let what = What::Version { report, version };
        add(id, Class::Draft { published_on }, what, Vec::new());
    }
    for held in records::of::<Response>(connection, Owner::inspection(loaded.id()))? {
        if held.value.comment.is_some() {
            let received_on = day_in_england(held.created_at);
            let class = Class::SurveyText { received_on };
            add(held.id, class, What::Comment, Vec::new());
        }
    }
    let periods = &loaded.frozen.policy.retention;
    Ok(retention::due(&found, day_in_england(now), periods)
        .into_iter()
        .filter_map(|deletion| {
            let (what, blobs) = kept.remove(&deletion.id())?;
            Some(Due {
                deletion,
                what,
                blobs,
            })
        })
        .collect())
}

fn items(
    connection: &mut PgConnection,
    inspection: Uuid,
    published_on: Option<NaiveDate>,
    add: &mut impl FnMut(Uuid, Class, What, Vec<String>),
) -> Result<(), Error> {
    let items: Vec<Uuid> = submitted_item::table
        .filter(submitted_item::inspection_id.eq(inspection))
        .select(submitted_item::id)
        .load(connection)?;
    let mut blobs: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for held in evidence::attachments(connection, inspection)? {
        blobs
            .entry(held.value.item)
            .or_default()
            .push(held.value.blob);
    }
    for id in items {
        let class = Class::Evidence { published_on };
        add(id, class, What::Item, blobs.remove(&id).unwrap_or_default());
    }
    Ok(())
}

/// Deletes what is due and says so in the audit log. What is gone already is
/// none.
///
/// # Errors
/// If the database fails.
pub fn delete(tx: &mut Tx<'_>, due: &Due) -> Result<(), Error> {
    let id = due.deletion.id();
    let before = match due.what {
        What::Item => item(tx, id)?,
        What::Declared => declared(tx, id)?,
        What::Version { report, version } => draft(tx, report, version)?,
        What::Comment => comment(tx, id)?,
    };
    let Some(before) = before else {
        return Ok(());
    };
    let entry = due
        .deletion
        .entry(tx.new_id(), tx.now(), tx.actor().name().to_owned(), before);
    tx.audit(&audit::Event {
        action: "record.deleted",
        subject_kind: due.deletion.class().code(),
        subject_id: entry.subject_id,
        reason: entry.reason.as_deref(),
        data: serde_json::json!({ "before_sha256": entry.before }),
    })
}

fn item(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Digest>, Error> {
    let attached = records::naming::<evidence::StoredAttachment>(tx.connection(), "item", id)?;
    for held in attached {
        records::delete::<evidence::StoredAttachment>(tx, held, "with its item")?;
    }
    let gone: Option<serde_json::Value> = diesel::delete(submitted_item::table.find(id))
        .returning(submitted_item::content)
        .get_result(tx.connection())
        .optional()?;
    Ok(gone.map(|content| Digest::of(content.to_string())))
}

/// The declaration, and what restates it.
fn declared(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Digest>, Error> {
    let held = match records::get::<Declaration>(tx.connection(), id) {
        Ok(held) => held,
        Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let reason = "with the declaration";
    for assessment in records::of::<Assessment>(tx.connection(), held.owner)? {
        records::delete::<Assessment>(tx, assessment.id, reason)?;
    }
    for decision in records::of::<Decision>(tx.connection(), held.owner)? {
        records::delete::<Decision>(tx, decision.id, reason)?;
    }
    let text = serde_json::to_string(&held.value)
        .map_err(|error| Error::internal("a declaration", error))?;
    records::delete::<Declaration>(tx, id, "its time is over")?;
    Ok(Some(Digest::of(text)))
}

fn draft(tx: &mut Tx<'_>, report: Uuid, version: i32) -> Result<Option<Digest>, Error> {
    let gone: Option<serde_json::Value> = diesel::delete(
        report_version::table
            .find((report, version))
            .filter(report_version::published_at.is_null()),
    )
    .returning(report_version::content)
    .get_result(tx.connection())
    .optional()?;
    Ok(gone.map(|content| Digest::of(content.to_string())))
}

fn comment(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Digest>, Error> {
    let held = match records::get::<Response>(tx.connection(), id) {
        Ok(held) => held,
        Err(Error::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let Some(said) = held.value.comment.clone() else {
        return Ok(None);
    };
    let silent = Response {
        comment: None,
        ..held.value
    };
    records::redact(tx, id, &silent, "its time is over")?;
    Ok(Some(Digest::of(said)))
}
