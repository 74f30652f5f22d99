//! The page of one version of a report.

use group_inspection_core::report::Report;
use maud::{Markup, html};

use super::{Alternate, PageHead, blocks, page_shell};
use crate::{
    CopyFacts, PageFacts, PublicationStatus,
    content::{Block, Document, Section},
    words,
};

/// A complete page of `report` as published with `facts`.
#[must_use]
pub fn report_page(report: &Report, facts: &PageFacts) -> String {
    let document = Document::new(report, facts);
    let head = PageHead {
        title: format!(
            "{}: group inspection report, version {}",
            document.title, facts.version
        ),
        description: Some(document.description.clone()),
        canonical: (!facts.is_early())
            .then(|| facts.site.version_path(report.report_id, facts.version)),
        alternates: copies(report, facts)
            .into_iter()
            .filter(|_| !facts.is_early())
            .map(|copy| Alternate {
                media_type: copy.media_type,
                href: copy.href,
                title: copy.label.to_owned(),
            })
            .collect(),
        unlisted: matches!(
            facts.status,
            PublicationStatus::UnderEmbargo
                | PublicationStatus::Superseded
                | PublicationStatus::Withdrawn
        ),
    };
    page_shell(&facts.site, &head, &body(report, facts, &document))
}

fn body(report: &Report, facts: &PageFacts, document: &Document) -> Markup {
    html! {
        div.report {
            div.front {
                (banner(report, facts))
                p.kicker { (document.kicker) }
                h1 { (document.title) }
                p.statement { (document.statement) }
                @for notice in &document.notices { p.remark { (notice) } }
                (blocks::facts(&document.facts))
                @if let Some(team) = &document.team { (blocks::table(team)) }
                p {
                    a href=(facts.site.group_path(report.front.body_id)) {
                        "All reports on this group, and its schools today"
                    }
                }
                @if !facts.is_early() { (downloads(report, facts)) }
            }
            nav.contents aria-labelledby="contents" {
                h2 #contents { "Contents" }
                ol { @for section in &document.sections { (entry(section)) } }
            }
            div.body {
                @for section in &document.sections { (blocks::section(section)) }
                @if !facts.is_early() { (versions(report, facts)) }
            }
        }
    }
}

/// What became of this version, if anything.
fn banner(report: &Report, facts: &PageFacts) -> Markup {
    let newest = facts.site.report_path(report.report_id);
    let (title, text) = match facts.status {
        PublicationStatus::UnderEmbargo => (
            "This is an early copy under embargo",
            "It is for you alone: do not pass it on or quote it before it is published.".to_owned(),
        ),
        PublicationStatus::Current => return Markup::default(),
        PublicationStatus::Corrected => (
            "This report has been corrected",
            format!("This is version {}, the version in force.", facts.version),
        ),
        PublicationStatus::Superseded => (
            "This is an earlier version",
            format!(
                "This is version {}. Version {} has replaced it.",
                facts.version, facts.latest_version
            ),
        ),
        PublicationStatus::Withdrawn => (
            "This report has been withdrawn",
            "It is kept for the record and should not be relied on.".to_owned(),
        ),
    };
    html! {
        div.banner role="region" aria-label="Status of this version" {
            p { strong { (title) "." } " " (text) }
            @if let Some(note) = &facts.public_note { p { (note) } }
            @if facts.status == PublicationStatus::Superseded {
                p { a href=(newest) { "Go to the version in force" } }
            }
        }
    }
}

/// A copy of the report in another format.
struct CopyLink<'a> {
    label: &'static str,
    purpose: &'static str,
    media_type: &'static str,
    href: String,
    facts: Option<&'a CopyFacts>,
}

fn copies<'a>(report: &Report, facts: &'a PageFacts) -> Vec<CopyLink<'a>> {
    let path = |extension| {
        facts
            .site
            .copy_path(report.report_id, facts.version, extension)
    };
    vec![
        CopyLink {
            label: "PDF",
            purpose: "to print or keep; tagged for assistive technology",
            media_type: crate::PDF_TYPE,
            href: path("pdf"),
            facts: facts.copies.pdf.as_ref(),
        },
        CopyLink {
            label: "JSON",
            purpose: "for other systems; carries the links from every passage to its evidence",
            media_type: crate::JSON_TYPE,
            href: path("json"),
            facts: facts.copies.json.as_ref(),
        },
        CopyLink {
            label: "Plain text",
            purpose: "for any device",
            media_type: "text/plain",
            href: path("txt"),
            facts: facts.copies.text.as_ref(),
        },
    ]
}

fn downloads(report: &Report, facts: &PageFacts) -> Markup {
    html! {
        ul.copies aria-label="Other copies of this report" {
            @for copy in copies(report, facts) {
                li {
                    a href=(copy.href) type=(copy.media_type) {
                        (copy.label)
                        @if let Some(size) = copy.facts { " (" (words::size(size.bytes)) ")" }
                    }
                }
            }
        }
    }
}

/// An entry of the contents; only the findings are broken down, so that the
/// list stays short for groups of many schools.
fn entry(section: &Section) -> Markup {
    let parts: Vec<(&str, &str)> = section
        .blocks
        .iter()
        .filter(|_| !section.annex)
        .filter_map(|block| match block {
            Block::Heading {
                level: 3,
                anchor: Some(anchor),
                text,
            } => Some((anchor.as_str(), text.as_str())),
            _ => None,
        })
        .collect();
    html! {
        li {
            a href={ "#" (section.anchor) } {
                span.number { (section.number) } " " (section.title)
            }
            @if !parts.is_empty() {
                ol { @for (anchor, text) in parts { li { a href={ "#" (anchor) } { (text) } } } }
            }
        }
    }
}

fn versions(report: &Report, facts: &PageFacts) -> Markup {
    let first = facts.history.iter().map(|held| held.version).min();
    let first = first.unwrap_or(facts.version);
    html! {
        section aria-labelledby="versions" {
            h2 #versions { "Copies and versions" }
            p {
                a href=(facts.site.response_path(report.report_id)) { "The group's response" }
                " is published beside the report and changes no version of it."
            }
            p {
                "This page is version " (facts.version) ", published on "
                (words::day_of(facts.published_at)) ". Every version stays at its own address."
            }
            dl.facts {
                @for copy in copies(report, facts) {
                    div {
                        dt { a href=(copy.href) type=(copy.media_type) { (copy.label) } }
                        dd {
                            p { (words::sentence_case(copy.purpose)) "." }
                            @if let Some(known) = copy.facts {
                                p { (words::size(known.bytes)) ", SHA-256 " code { (known.sha256) } }
                            }
                        }
                    }
                }
            }
            @if facts.history.len() > 1 {
                h3 { "Versions of this report" }
                ul.points {
                    @for version in &facts.history {
                        li {
                            p {
                                @if version.version == facts.version {
                                    strong { "Version " (version.version) " (this page)" }
                                } @else {
                                    a href=(facts.site.version_path(report.report_id, version.version)) {
                                        "Version " (version.version)
                                    }
                                }
                                ", published on " (words::day_of(version.published_at)) ". "
                                (version.status.label()) "."
                                @if let Some(note) = &version.note { " " (note) }
                                @if version.version > first
                                    && version.status != PublicationStatus::Withdrawn {
                                    " "
                                    a href=(facts.site.changes_path(report.report_id, version.version)) {
                                        "What changed in version " (version.version)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
