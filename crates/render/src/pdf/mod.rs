//! The PDF copy: PDF/A-3a and PDF/UA-1, both enforced by the exporter, with
//! the report's JSON attached.
//!
//! The template never contains a word of the report. Report and facts reach
//! it as JSON in a virtual file, so no text can act as markup.

mod glyphs;
mod world;

use chrono::{Datelike, Timelike};
use group_inspection_core::report::Report;
use serde_json::{Value, json};
use typst::{
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::{PageFacts, content::Document, words};
use world::ReportWorld;

/// A PDF that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The document does not serialise.
    #[error("the document could not be handed to the typesetter")]
    Document(#[from] serde_json::Error),
    /// The typesetter has no font or no template.
    #[error("the typesetter could not be set up: {0}")]
    Setup(&'static str),
    /// The day of publication cannot be written in a PDF.
    #[error("the time of publication is out of range")]
    PublishedAt,
    /// The document could not be set, or the result would break a standard.
    #[error("the typesetter refused the document: {}", .0.join("; "))]
    Refused(Vec<String>),
}

/// The PDF of `report`, with `json` attached as the data it was made from.
///
/// Typst works on several threads by itself: call this from a plain blocking
/// thread, never from a rayon pool, where nested work would pile up memory.
///
/// # Errors
/// When the document cannot be set or would not conform to PDF/A-3a and
/// PDF/UA-1.
pub fn report_pdf(report: &Report, facts: &PageFacts, json: &[u8]) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_vec(&template_data(report, facts)?)?;
    let world = ReportWorld::new(data, json.to_vec())?;
    let result = export(&world, report, facts);
    // The typesetter's memory grows with every document otherwise. Nobody
    // waits for it; without a thread to spare it is done at once.
    let freed = std::thread::Builder::new().spawn(|| comemo::evict(0));
    if freed.is_err() {
        comemo::evict(0);
    }
    result
}

fn export(world: &ReportWorld, report: &Report, facts: &PageFacts) -> Result<Vec<u8>, PdfError> {
    let document = typst::compile::<PagedDocument>(world)
        .output
        .map_err(|errors| refused(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| PdfError::Refused(vec![error.message().to_string()]))?;
    let options = PdfOptions {
        ident: Smart::Custom(crate::atom::entry_id(report.report_id, facts.version)),
        creator: Smart::Custom(Some(facts.site.service_name.clone())),
        timestamp: Some(Timestamp::new_utc(published(facts)?)),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors))
}

fn refused(errors: &[SourceDiagnostic]) -> PdfError {
    PdfError::Refused(
        errors
            .iter()
            .map(|error| error.message.to_string())
            .collect(),
    )
}

/// Everything the template shows.
fn template_data(report: &Report, facts: &PageFacts) -> Result<Value, PdfError> {
    let document = Document::new(report, facts);
    let page = facts
        .site
        .absolute(&facts.site.report_path(report.report_id));
    let mut data = serde_json::to_value(&document)?;
    if let Value::Object(fields) = &mut data {
        fields.insert("service".to_owned(), json!(facts.site.service_name));
        fields.insert("site_notice".to_owned(), json!(facts.site.notice));
        fields.insert("address".to_owned(), json!(page));
        fields.insert(
            "running".to_owned(),
            json!(format!(
                "{}, version {}",
                report.front.reference, facts.version
            )),
        );
        fields.insert(
            "published".to_owned(),
            json!(words::day_of(facts.published_at)),
        );
    }
    let stand_in = glyphs::fit(&mut data)?;
    if let Value::Object(fields) = &mut data {
        fields.insert(
            "stand_in".to_owned(),
            json!(stand_in.map(|letter| letter.to_string())),
        );
    }
    Ok(data)
}

fn published(facts: &PageFacts) -> Result<Datetime, PdfError> {
    let time = facts.published_at;
    let part = |number: u32| u8::try_from(number).map_err(|_| PdfError::PublishedAt);
    Datetime::from_ymd_hms(
        time.year(),
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
    )
    .ok_or(PdfError::PublishedAt)
}
