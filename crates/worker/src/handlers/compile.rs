//! Compiles reports.

use std::time::Instant;

use chrono::{DateTime, Utc};
use group_inspection_core::{
    compile::{self, Inputs},
    language,
    report::Report,
};
use group_inspection_render::{
    Copies, PageFacts, PublicationStatus, SiteFacts, VersionFacts, accessibility, html,
};
use group_inspection_store::{
    Error, Tx, jobs,
    jobs::Kind,
    ledger::Job,
    operations,
    reports::{self, CheckFindings},
    steps,
};
use group_inspection_telemetry::measure;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Compiles the next version of an inspection's report and has the checks
/// read it (DR-26).
#[derive(Debug, Clone)]
pub struct Compile {
    site: SiteFacts,
}

impl Compile {
    /// A handler that checks pages as they look on `site`.
    #[must_use]
    pub const fn new(site: SiteFacts) -> Self {
        Self { site }
    }

    async fn carry_out(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let jobs::Compile { inspection_id } = context.payload()?;
        let inputs = context
            .store
            .read(move |connection| reports::inputs(connection, inspection_id))
            .await?;
        steps::reach(jobs::Compile::KIND, "read");
        let (site, now) = (self.site.clone(), context.now());
        let (report, inputs_sha256, found) = tokio::task::spawn_blocking(move || {
            let sha256 = digest(&inputs)?;
            let began = Instant::now();
            let report = compile::compile(&inputs);
            let found = check(&report, site, now);
            measure::report::compiled(began.elapsed());
            Ok::<_, serde_json::Error>((report, sha256, found))
        })
        .await
        .map_err(|error| Failure::retryable("compile_panicked", error.to_string()))?
        .map_err(|_| {
            Failure::permanent("inputs_unwritable", "the inputs cannot be written down")
        })?;
        steps::reach(jobs::Compile::KIND, "made");
        let operation = context.job.operation_id;
        context
            .store
            .write(&context.actor(), move |tx| {
                let version = reports::save_compiled(tx, &report, &inputs_sha256, found)?;
                let now = tx.now();
                let result = json!({
                    "report_id": report.report_id,
                    "version": version,
                    "inputs_sha256": inputs_sha256,
                    "language_findings": found.language,
                    "accessibility_findings": found.accessibility,
                });
                if let Some(operation) = operation {
                    operations::succeed(tx.connection(), operation, now, &result)?;
                }
                steps::reach(jobs::Compile::KIND, "committing");
                Ok(())
            })
            .await?;
        steps::reach(jobs::Compile::KIND, "committed");
        Ok(Outcome::Done)
    }
}

impl Handler for Compile {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.carry_out(context))
    }

    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        let Some(jobs::Compile { inspection_id }) = jobs::Compile::from_job(job) else {
            return Ok(());
        };
        let error = job
            .last_error_code
            .as_deref()
            .unwrap_or("the compilation was given up");
        reports::compilation_failed(tx, inspection_id, error)
    }
}

/// SHA-256 of what a report is compiled from, whatever the number of its
/// version: equal inputs give an equal report.
fn digest(inputs: &Inputs) -> Result<String, serde_json::Error> {
    let unnumbered = Inputs {
        version: 0,
        ..inputs.clone()
    };
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(
        &unnumbered,
    )?)))
}

fn check(report: &Report, site: SiteFacts, now: DateTime<Utc>) -> CheckFindings {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let version = VersionFacts {
        version: report.version,
        published_at: now,
        status: PublicationStatus::Current,
        note: None,
    };
    let facts = PageFacts {
        site,
        published_at: now,
        version: report.version,
        latest_version: report.version,
        status: PublicationStatus::Current,
        public_note: None,
        history: vec![version],
        copies: Copies::default(),
    };
    let page = html::report_page(report, &facts);
    let faults = accessibility::findings(&page);
    for fault in &faults {
        tracing::warn!(%fault, report_id = %report.report_id, "a page is not accessible");
    }
    CheckFindings {
        language: count(language::guard(report).len()),
        accessibility: count(faults.len()),
    }
}
