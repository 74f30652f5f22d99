//! Lists of publications: the home page and the feed.

use chrono::{DateTime, Utc};
use group_inspection_core::{body::BodyKind, report::Report};
use group_inspection_render::{
    atom::{self, FeedEntry, FeedFacts},
    html::{self, Paging, PublishedEntry},
};
use group_inspection_store::reports::{self, Published};
use uuid::Uuid;

use crate::{paging, problem::Problem, state::AppState};

use super::pages::{note, status};

/// Entries of a page.
const ENTRIES: usize = 20;

/// Place of an entry in the list.
type Place = (DateTime<Utc>, Uuid, u32);

struct Entries {
    entries: Vec<(Published, Report)>,
    /// Cursor of the page with older entries.
    older: Option<String>,
}

async fn entries(state: &AppState, cursor: Option<&str>) -> Result<Entries, Problem> {
    let before = paging::after::<Place>("publications", cursor)?;
    let mut entries = state
        .store
        .read(move |connection| {
            let limit = i64::try_from(ENTRIES + 1).unwrap_or(i64::MAX);
            reports::publications(connection, before, limit)?
                .into_iter()
                .map(|entry| {
                    let (report, _) =
                        reports::compiled(connection, entry.report_id, entry.version)?;
                    Ok((entry, report))
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let more = entries.len() > ENTRIES;
    entries.truncate(ENTRIES);
    let older = match entries.last() {
        Some((last, _)) if more => {
            let place: Place = (last.published_at, last.report_id, last.version);
            Some(paging::cursor("publications", &place)?)
        }
        _ => None,
    };
    Ok(Entries { entries, older })
}

/// The home page.
pub(super) async fn home(state: &AppState, cursor: Option<&str>) -> Result<String, Problem> {
    let found = entries(state, cursor).await?;
    let entries: Vec<PublishedEntry> = found
        .entries
        .into_iter()
        .filter_map(|(entry, report)| {
            Some(PublishedEntry {
                status: status(&entry),
                report_id: entry.report_id,
                version: entry.version,
                group_name: entry.group_name,
                body_kind: BodyKind::from_code(&entry.body_kind)?,
                reference: report.front.reference,
                open_schools: report.front.open_schools,
                published_at: entry.published_at,
            })
        })
        .collect();
    let home = state.site.home_path();
    let paging = Paging {
        newer: cursor.map(|_| home.clone()),
        older: found.older.map(|cursor| format!("{home}?cursor={cursor}")),
    };
    Ok(html::home(&state.site, &entries, &paging))
}

/// The feed.
pub(super) async fn feed(state: &AppState, cursor: Option<&str>) -> Result<Vec<u8>, Problem> {
    let found = entries(state, cursor).await?;
    let first = state.site.feed_path();
    let page = |cursor: &str| format!("{first}?cursor={cursor}");
    let facts = FeedFacts {
        site: (*state.site).clone(),
        this: cursor.map_or_else(|| first.clone(), page),
        first: first.clone(),
        previous: None,
        next: found.older.as_deref().map(page),
        last: None,
        updated_at: DateTime::<Utc>::UNIX_EPOCH,
    };
    let entries: Vec<FeedEntry> = found
        .entries
        .into_iter()
        .map(|(entry, report)| FeedEntry {
            status: status(&entry),
            public_note: note(&entry),
            report_id: entry.report_id,
            version: entry.version,
            group_name: entry.group_name,
            reference: report.front.reference,
            summary: report
                .summary
                .into_iter()
                .next()
                .map(|passage| passage.text)
                .unwrap_or_default(),
            published_at: entry.published_at,
            updated_at: entry.withdrawn_at.unwrap_or(entry.published_at),
        })
        .collect();
    atom::feed(&entries, &facts).map_err(Problem::internal)
}
