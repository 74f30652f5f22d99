//! The PDF copy: PDF/A-3a and PDF/UA-1, both enforced by the library that
//! writes it, with the report's JSON attached.
//!
//! A report is a few kinds of blocks from top to bottom, so they are set here:
//! [`sections`], [`table`] and [`figure`] make strips of a page, [`flow`] decides
//! where pages end, [`write`] draws them. Fonts, glyphs and line breaks are the
//! business of libraries, as is the file itself.

mod edges;
mod figure;
mod fit;
mod flow;
mod fonts;
mod front;
mod paragraph;
mod sections;
mod setter;
mod shape;
mod style;
mod table;
mod tags;
mod write;

use chrono::{Datelike, Timelike};
use group_inspection_core::report::Report;
use krilla::{error::KrillaError, metadata::DateTime, tagging::Tag};

use crate::{PageFacts, content::Document};
use edges::Edges;
use flow::Pages;
use setter::Setter;
use write::About;

/// A PDF that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// Something that every copy needs is missing.
    #[error("the PDF could not be set up: {0}")]
    Setup(&'static str),
    /// The day of publication cannot be written in a PDF.
    #[error("the time of publication is out of range")]
    PublishedAt,
    /// The result would break a standard.
    #[error("the document was refused: {}", .0.join("; "))]
    Refused(Vec<String>),
}

impl PdfError {
    fn refused(error: &KrillaError) -> Self {
        Self::Refused(match error {
            KrillaError::Validation(found) => found
                .iter()
                .map(|(error, _)| format!("{error:?}"))
                .collect(),
            other => vec![format!("{other:?}")],
        })
    }
}

/// The PDF of `report`, with `json` attached as the data it was made from.
///
/// # Errors
/// When the document would not conform to PDF/A-3a and PDF/UA-1.
pub fn report_pdf(report: &Report, facts: &PageFacts, json: &[u8]) -> Result<Vec<u8>, PdfError> {
    let document = Document::new(report, facts);
    let mut setter = Setter::new()?;
    let front = setter.tags.root(Tag::Part);
    let contents = setter.tags.root(Tag::Part);
    let body = setter.tags.root(Tag::Part);

    let mut annexes = false;
    let mut strips = Vec::new();
    for section in &document.sections {
        // The annexes begin on a page of their own; within report and annexes
        // everything follows what was before it.
        let new_page = section.annex && !annexes;
        annexes |= section.annex;
        strips.extend(setter.section(section, new_page, body));
    }
    let title = setter.front(&document, &facts.site, front);
    let listed = setter.contents(contents);
    let edges = Edges {
        title: document.title.clone(),
        running: format!("{}, version {}", report.front.reference, facts.version),
        statement: document.statement.clone(),
    };
    let address = facts
        .site
        .absolute(&facts.site.report_path(report.report_id));
    let foot = setter.foot(&address, front);

    let mut pages = Pages::with(std::mem::take(&mut setter.places));
    pages.fill(title);
    pages.fill_foot(foot);
    pages.fill(listed);
    pages.fill(strips);
    let about = About {
        title: setter.fitting.said(&titled(&document)),
        description: setter.fitting.said(&document.description),
        author: facts.site.service_name.clone(),
        id: crate::atom::entry_id(report.report_id, facts.version),
        published: published(facts)?,
    };
    write::write(setter, pages, &edges, about, json)
}

/// The title of the document among others: name and kind.
fn titled(document: &Document) -> String {
    let mut kind = document.kicker.chars();
    let first = kind.next().map(|letter| letter.to_ascii_lowercase());
    let kind: String = first.into_iter().chain(kind).collect();
    format!("{}: {kind}", document.title)
}

fn published(facts: &PageFacts) -> Result<DateTime, PdfError> {
    let time = facts.published_at;
    let part = |number: u32| u8::try_from(number).map_err(|_| PdfError::PublishedAt);
    let year = u16::try_from(time.year()).map_err(|_| PdfError::PublishedAt)?;
    Ok(DateTime::new(year)
        .month(part(time.month())?)
        .day(part(time.day())?)
        .hour(part(time.hour())?)
        .minute(part(time.minute())?)
        .second(part(time.second())?)
        .utc_offset_hour(0)
        .utc_offset_minute(0))
}
