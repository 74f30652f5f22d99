//! The Atom feed (RFC 4287) of publications, paged after RFC 5005.

use std::io;

use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use uuid::Uuid;

use crate::{ATOM_TYPE, JSON_TYPE, PDF_TYPE, PublicationStatus, SiteFacts, words};

/// Authority of our tag URIs (RFC 4151). Part of identifiers that readers
/// keep, so it never changes.
const TAG: &str = "tag:group-inspection,2026:";

/// One published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEntry {
    /// Report.
    pub report_id: Uuid,
    /// Version, from 1.
    pub version: u32,
    /// Name of the group.
    pub group_name: String,
    /// Reference of the inspection.
    pub reference: String,
    /// Opening of the report's summary.
    pub summary: String,
    /// When the version was published.
    pub published_at: DateTime<Utc>,
    /// When its entry last changed: the publication, or the withdrawal.
    pub updated_at: DateTime<Utc>,
    /// What the version is now.
    pub status: PublicationStatus,
    /// What readers are told about the status.
    pub public_note: Option<String>,
}

/// What a page of the feed needs to know besides its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedFacts {
    /// The service.
    pub site: SiteFacts,
    /// Path of this page of the feed.
    pub this: String,
    /// Path of the page with the newest entries.
    pub first: String,
    /// Path of the page with newer entries.
    pub previous: Option<String>,
    /// Path of the page with older entries.
    pub next: Option<String>,
    /// Path of the page with the oldest entries, if it is known.
    pub last: Option<String>,
    /// When the feed last changed, should it have no entries.
    pub updated_at: DateTime<Utc>,
}

/// Stable identifier of a published version.
#[must_use]
pub fn entry_id(report: Uuid, version: u32) -> String {
    format!("{TAG}report/{report}/v{version}")
}

/// The feed as XML.
///
/// # Errors
/// Never in practice: the writer's target is memory.
pub fn feed(entries: &[FeedEntry], facts: &FeedFacts) -> Result<Vec<u8>, io::Error> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    xml.create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", "en-GB"))
        .write_inner_content(|xml| {
            head(xml, entries, facts)?;
            entries
                .iter()
                .try_for_each(|entry| self::entry(xml, entry, &facts.site))
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

fn head(
    xml: &mut Writer<Vec<u8>>,
    entries: &[FeedEntry],
    facts: &FeedFacts,
) -> Result<(), io::Error> {
    let site = &facts.site;
    let updated = entries
        .iter()
        .map(|entry| entry.updated_at)
        .max()
        .unwrap_or(facts.updated_at);
    element(xml, "id", &format!("{TAG}reports"))?;
    element(
        xml,
        "title",
        &format!("{}: published reports", site.service_name),
    )?;
    element(xml, "updated", &moment(updated))?;
    xml.create_element("author")
        .write_inner_content(|xml| element(xml, "name", &site.service_name))?;
    link(xml, "self", ATOM_TYPE, &site.absolute(&facts.this))?;
    link(
        xml,
        "alternate",
        "text/html",
        &site.absolute(&site.home_path()),
    )?;
    link(xml, "first", ATOM_TYPE, &site.absolute(&facts.first))?;
    for (rel, path) in [
        ("previous", &facts.previous),
        ("next", &facts.next),
        ("last", &facts.last),
    ] {
        if let Some(path) = path {
            link(xml, rel, ATOM_TYPE, &site.absolute(path))?;
        }
    }
    Ok(())
}

fn entry(xml: &mut Writer<Vec<u8>>, entry: &FeedEntry, site: &SiteFacts) -> Result<(), io::Error> {
    let (report, version) = (entry.report_id, entry.version);
    let mut title = format!("{}: group inspection report", entry.group_name);
    if version > 1 {
        title.push_str(&format!(", version {version}"));
    }
    let mut summary = Vec::new();
    if entry.status != PublicationStatus::Current {
        title.push_str(&format!(" ({})", entry.status.label().to_lowercase()));
        summary.push(format!("{}.", entry.status.label()));
    }
    summary.extend(entry.public_note.clone());
    // A withdrawn report is not to be read on in feed readers.
    if entry.status != PublicationStatus::Withdrawn {
        summary.push(entry.summary.clone());
    }
    summary.push(format!("Reference {}.", entry.reference));
    xml.create_element("entry").write_inner_content(|xml| {
        element(xml, "id", &entry_id(report, version))?;
        element(xml, "title", &title)?;
        element(xml, "published", &moment(entry.published_at))?;
        element(xml, "updated", &moment(entry.updated_at))?;
        element(xml, "summary", &summary.join(" "))?;
        let page = site.absolute(&site.version_path(report, version));
        link(xml, "alternate", "text/html", &page)?;
        if entry.status != PublicationStatus::Withdrawn {
            for (media_type, extension) in [(PDF_TYPE, "pdf"), (JSON_TYPE, "json")] {
                let copy = site.absolute(&site.copy_path(report, version, extension));
                link(xml, "alternate", media_type, &copy)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn element(xml: &mut Writer<Vec<u8>>, name: &'static str, text: &str) -> Result<(), io::Error> {
    // XML has no way to write most control characters, not even escaped.
    let text = words::printable(text);
    xml.create_element(name)
        .write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn link(
    xml: &mut Writer<Vec<u8>>,
    rel: &str,
    media_type: &str,
    href: &str,
) -> Result<(), io::Error> {
    xml.create_element("link")
        .with_attribute(("rel", rel))
        .with_attribute(("type", media_type))
        .with_attribute(("href", words::printable(href).as_str()))
        .write_empty()?;
    Ok(())
}

fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
