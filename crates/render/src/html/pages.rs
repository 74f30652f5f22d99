//! The other public pages: listing, tombstone, errors.

use chrono::{DateTime, Utc};
use group_inspection_core::body::BodyKind;
use maud::{Markup, html};
use uuid::Uuid;

use super::{PageHead, page_shell};
use crate::{PublicationStatus, SiteFacts, words};

/// One publication in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedEntry {
    /// Report.
    pub report_id: Uuid,
    /// Version shown.
    pub version: u32,
    /// Name of the group.
    pub group_name: String,
    /// Kind of body.
    pub body_kind: BodyKind,
    /// Reference of the inspection.
    pub reference: String,
    /// Open member schools.
    pub open_schools: u32,
    /// When the version was published.
    pub published_at: DateTime<Utc>,
    /// What it is now.
    pub status: PublicationStatus,
}

/// Neighbours of one page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// Path of the page with newer entries.
    pub newer: Option<String>,
    /// Path of the page with older entries.
    pub older: Option<String>,
}

/// The listing of publications, newest first.
#[must_use]
pub fn home(site: &SiteFacts, entries: &[PublishedEntry], paging: &Paging) -> String {
    let body = html! {
        h1 { "Group inspection reports" }
        p.lead {
            "Reports on responsible bodies that run several schools. Each sets out key patterns "
            "in school quality and how effectively the group responds to weaknesses."
        }
        p.statement { "No report gives a grade to a group." }
        (super::site::search_form(site, ""))
        @if entries.is_empty() {
            p { "Nothing has been published yet." }
        } @else {
            (entry_list(site, entries))
        }
        p {
            "All of them as one file: "
            a href=(site.download_path("csv")) { "CSV" } " or "
            a href=(site.download_path("jsonl")) { "JSON Lines" } "."
        }
        @if paging.newer.is_some() || paging.older.is_some() {
            nav.paging aria-label="Pages of reports" {
                @if let Some(path) = &paging.newer { a rel="prev" href=(path) { "Newer reports" } }
                @if let Some(path) = &paging.older { a rel="next" href=(path) { "Older reports" } }
            }
        }
    };
    let head = PageHead {
        title: "Reports".to_owned(),
        description: Some("Published reports of ungraded group inspections.".to_owned()),
        canonical: paging.newer.is_none().then(|| site.home_path()),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// Where an entry leads: the report, or the version that is no longer in force.
fn entry_path(site: &SiteFacts, entry: &PublishedEntry) -> String {
    match entry.status {
        PublicationStatus::Current | PublicationStatus::Corrected => {
            site.report_path(entry.report_id)
        }
        PublicationStatus::UnderEmbargo
        | PublicationStatus::Superseded
        | PublicationStatus::Withdrawn => site.version_path(entry.report_id, entry.version),
    }
}

/// Publications as a list.
pub(super) fn entry_list(site: &SiteFacts, entries: &[PublishedEntry]) -> Markup {
    html! {
        ul.entries {
            @for entry in entries {
                li {
                    h2 {
                        a href=(entry_path(site, entry)) { (entry.group_name) }
                    }
                    p {
                        (entry.body_kind.label()) ", "
                        (words::schools(entry.open_schools as usize)) ". Reference "
                        (entry.reference) "."
                    }
                    p.aside {
                        "Published on " (words::day_of(entry.published_at)) ", version "
                        (entry.version)
                        @if entry.status != PublicationStatus::Current {
                            ". " (entry.status.label())
                        }
                        "."
                    }
                }
            }
        }
    }
}

/// What remains of a withdrawn report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TombstoneFacts {
    /// Report.
    pub report_id: Uuid,
    /// Version withdrawn.
    pub version: u32,
    /// Name of the group.
    pub group_name: String,
    /// Reference of the inspection.
    pub reference: String,
    /// When the version was published.
    pub published_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: DateTime<Utc>,
    /// Why, for readers.
    pub reason: String,
    /// Version in force, if there is one.
    pub latest_version: Option<u32>,
}

/// The page that stands where a withdrawn report stood.
#[must_use]
pub fn tombstone(site: &SiteFacts, facts: &TombstoneFacts) -> String {
    let body = html! {
        p.kicker { "Group inspection report" }
        h1 { (facts.group_name) }
        div.banner role="region" aria-label="Status of this version" {
            p { strong { "This report has been withdrawn." } }
            p { (facts.reason) }
        }
        dl.facts {
            div { dt { "Reference" } dd { (facts.reference) } }
            div { dt { "Version" } dd { (facts.version) } }
            div { dt { "Published" } dd { (words::day_of(facts.published_at)) } }
            div { dt { "Withdrawn" } dd { (words::day_of(facts.withdrawn_at)) } }
        }
        @if let Some(latest) = facts.latest_version {
            p {
                a href=(site.version_path(facts.report_id, latest)) {
                    "Go to version " (latest) ", which is in force"
                }
            }
        }
    };
    let head = PageHead {
        title: format!("{}: withdrawn report", facts.group_name),
        unlisted: true,
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// Something to tell a reader instead of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Heading.
    pub title: String,
    /// Paragraphs: what happened and what to do now.
    pub paragraphs: Vec<String>,
}

/// A page that says what went wrong.
#[must_use]
pub fn error_page(site: &SiteFacts, message: &Message) -> String {
    let body = html! {
        h1 { (message.title) }
        @for text in &message.paragraphs { p { (text) } }
        p { a href=(site.home_path()) { "All reports" } }
    };
    let head = PageHead {
        title: message.title.clone(),
        unlisted: true,
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// The page for an address where there is nothing.
#[must_use]
pub fn not_found(site: &SiteFacts) -> String {
    error_page(
        site,
        &Message {
            title: "Page not found".to_owned(),
            paragraphs: vec![
                "If you typed the address, check that it is correct. If you pasted it, check \
                 that you copied all of it."
                    .to_owned(),
            ],
        },
    )
}
