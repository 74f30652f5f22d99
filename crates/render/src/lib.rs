//! Renderings of a report: HTML page, PDF, JSON and plain text, and the feed
//! of publications.
//!
//! Everything here is a pure function of its arguments: the same report and
//! the same facts give the same bytes. HTML, PDF and plain text are three
//! renderings of one [`content`] tree, so they cannot say different things.

// Content is made for all copies; some of it only the PDF reads.
#![cfg_attr(not(feature = "pdf"), allow(dead_code, unused_imports))]

pub mod accessibility;
pub mod atom;
mod chart;
mod content;
mod facts;
pub mod html;
pub mod json;
mod paths;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod text;
mod words;

use sha2::{Digest, Sha256};

pub use facts::{
    Copies, CopyFacts, FooterLink, PageFacts, PublicationStatus, SiteFacts, VersionFacts,
};
pub use paths::{ATOM_TYPE, JSON_TYPE, PDF_TYPE};

/// One rendering and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The bytes to keep and serve.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Rendition {
    /// Takes the hash of `bytes`.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        let sha256 = sha256_hex(&bytes);
        Self { bytes, sha256 }
    }
}

/// All renderings of one version of a report.
#[cfg(feature = "pdf")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The page.
    pub html: Rendition,
    /// The PDF.
    pub pdf: Rendition,
    /// The JSON.
    pub json: Rendition,
    /// The plain text.
    pub text: Rendition,
}

/// A report that could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The report does not serialise.
    #[error("the report could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The PDF was refused.
    #[cfg(feature = "pdf")]
    #[error("the PDF could not be made")]
    Pdf(#[from] pdf::PdfError),
}

/// Renders every copy of `report`: all of them, or none.
///
/// The page names size and hash of the other copies, so `facts.copies` is
/// ignored.
///
/// # Errors
/// When one of the copies cannot be made.
#[cfg(feature = "pdf")]
pub fn render_all(
    report: &group_inspection_core::report::Report,
    facts: &PageFacts,
) -> Result<Rendered, RenderError> {
    let json = json::report_json(report)?;
    let pdf = pdf::report_pdf(report, facts, &json)?;
    let text = text::report_text(report, facts).into_bytes();
    let facts = PageFacts {
        copies: Copies {
            pdf: Some(CopyFacts::of(&pdf)),
            json: Some(CopyFacts::of(&json)),
            text: Some(CopyFacts::of(&text)),
        },
        ..facts.clone()
    };
    let html = html::report_page(report, &facts).into_bytes();
    Ok(Rendered {
        html: Rendition::new(html),
        pdf: Rendition::new(pdf),
        json: Rendition::new(json),
        text: Rendition::new(text),
    })
}

pub(crate) fn sha256_hex(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}
