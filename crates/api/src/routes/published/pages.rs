//! The page of a version, with what became of it since.

use group_inspection_core::report::Report;
use group_inspection_render::{
    Copies, CopyFacts, PageFacts, PublicationStatus, SiteFacts, VersionFacts,
    html::{self, ChangesFacts, TombstoneFacts},
};
use group_inspection_store::{
    Error,
    reports::{self, Published, Rendition},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    problem::{Code, Problem},
    state::AppState,
};

use super::shelf::Held;

/// A page to be sent.
pub(super) enum Page {
    /// As published.
    Kept(Rendition),
    /// Made now, because something happened since.
    Made(String),
    /// What stands where a withdrawn version stood.
    Gone(String),
}

impl Page {
    pub(super) fn held(self) -> Held {
        let made = |status, page: String| Held {
            status,
            media_type: "text/html; charset=utf-8".to_owned(),
            sha256: hex::encode(Sha256::digest(page.as_bytes())),
            bytes: page.into(),
        };
        match self {
            Self::Kept(kept) => Held {
                status: 200,
                media_type: kept.media_type,
                sha256: kept.sha256,
                bytes: kept.bytes.into(),
            },
            Self::Made(page) => made(200, page),
            Self::Gone(page) => made(410, page),
        }
    }
}

/// What became of a published version.
pub(super) fn status(version: &Published) -> PublicationStatus {
    match version.state.as_str() {
        "published" if version.version > 1 => PublicationStatus::Corrected,
        "published" => PublicationStatus::Current,
        "withdrawn" => PublicationStatus::Withdrawn,
        _ => PublicationStatus::Superseded,
    }
}

/// What readers are told about the status of a version.
pub(super) fn note(version: &Published) -> Option<String> {
    version
        .withdrawn_reason
        .clone()
        .or_else(|| version.public_note.clone())
}

/// The page of a version, or of the version in force.
pub(super) async fn page(
    state: &AppState,
    id: Uuid,
    version: Option<u32>,
) -> Result<Page, Problem> {
    let site = (*state.site).clone();
    let page = state
        .store
        .read(move |connection| {
            let versions = reports::versions(connection, id)?;
            let in_force = versions.iter().rfind(|held| held.state == "published");
            let wanted = match version {
                Some(version) => versions.iter().find(|held| held.version == version),
                None => in_force.or(versions.last()),
            };
            let Some(wanted) = wanted else {
                return Ok(None);
            };
            if wanted.state == "published" {
                let kept = reports::rendition(connection, id, wanted.version, "html")?;
                return Ok(Some(Page::Kept(kept)));
            }
            let (report, _) = reports::compiled(connection, id, wanted.version)?;
            if wanted.state == "withdrawn" {
                let page = tombstone(&site, &report, wanted, in_force);
                return Ok(Some(Page::Gone(page)));
            }
            let copies = Copies {
                pdf: copy_facts(reports::rendition(connection, id, wanted.version, "pdf"))?,
                json: copy_facts(reports::rendition(connection, id, wanted.version, "json"))?,
                text: copy_facts(reports::rendition(connection, id, wanted.version, "text"))?,
            };
            let facts = facts(site.clone(), wanted, in_force, &versions, copies);
            Ok(Some(Page::Made(html::report_page(&report, &facts))))
        })
        .await?;
    page.ok_or_else(|| Problem::new(Code::NotFound))
}

/// The page of what changed in a version since the one published before it.
pub(super) async fn changes(state: &AppState, id: Uuid, version: u32) -> Result<Page, Problem> {
    let site = (*state.site).clone();
    let page = state
        .store
        .read(move |connection| {
            let versions = reports::versions(connection, id)?;
            let in_force = versions.iter().rfind(|held| held.state == "published");
            let Some(newer) = versions.iter().find(|held| held.version == version) else {
                return Ok(None);
            };
            let (report, _) = reports::compiled(connection, id, newer.version)?;
            if newer.state == "withdrawn" {
                return Ok(Some(Page::Gone(tombstone(&site, &report, newer, in_force))));
            }
            let before = versions
                .iter()
                .rfind(|held| held.version < version && held.state != "withdrawn");
            let Some(older) = before else {
                return Ok(None);
            };
            let (earlier, _) = reports::compiled(connection, id, older.version)?;
            let facts = ChangesFacts {
                report_id: id,
                older: history_line(older),
                newer: history_line(newer),
            };
            let page = html::changes(&site, &facts, &earlier, &report);
            Ok(Some(Page::Made(page)))
        })
        .await?;
    page.ok_or_else(|| Problem::new(Code::NotFound))
}

fn history_line(held: &Published) -> VersionFacts {
    VersionFacts {
        version: held.version,
        published_at: held.published_at,
        status: status(held),
        note: note(held),
    }
}

fn copy_facts(copy: Result<Rendition, Error>) -> Result<Option<CopyFacts>, Error> {
    match copy {
        Ok(copy) => Ok(Some(CopyFacts {
            sha256: copy.sha256,
            bytes: copy.bytes.len() as u64,
        })),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn facts(
    site: SiteFacts,
    wanted: &Published,
    in_force: Option<&Published>,
    versions: &[Published],
    copies: Copies,
) -> PageFacts {
    PageFacts {
        site,
        published_at: wanted.published_at,
        version: wanted.version,
        latest_version: in_force.map_or(wanted.version, |held| held.version),
        status: status(wanted),
        public_note: note(wanted),
        history: versions.iter().rev().map(history_line).collect(),
        copies,
    }
}

fn tombstone(
    site: &SiteFacts,
    report: &Report,
    wanted: &Published,
    in_force: Option<&Published>,
) -> String {
    html::tombstone(
        site,
        &TombstoneFacts {
            report_id: wanted.report_id,
            version: wanted.version,
            group_name: wanted.group_name.clone(),
            reference: report.front.reference.clone(),
            published_at: wanted.published_at,
            withdrawn_at: wanted.withdrawn_at.unwrap_or(wanted.published_at),
            reason: wanted.withdrawn_reason.clone().unwrap_or_default(),
            latest_version: in_force.map(|held| held.version),
        },
    )
}
