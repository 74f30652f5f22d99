//! What the public knows of reports.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use super::versions::stored_version;
use crate::{
    Error,
    schema::{inspection, rendition, report, report_version, responsible_body},
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
