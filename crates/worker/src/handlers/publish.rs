//! Publishes reports.

use std::{sync::Arc, time::Instant};

use group_inspection_core::{inspection::Action, language};
use group_inspection_render::{
    Copies, PageFacts, PublicationStatus, RenderError, Rendered, SiteFacts, VersionFacts,
    render_all,
};
use group_inspection_store::{
    jobs::{self, Kind},
    operations,
    reports::{self, Published, Rendition},
    steps,
};
use group_inspection_telemetry::measure;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Renderings that run at once; each keeps a processor busy and memory full.
const RENDERINGS_AT_ONCE: usize = 2;

/// Renders a compiled report in all formats and publishes it.
#[derive(Debug, Clone)]
pub struct Publish {
    site: SiteFacts,
    renderings: Arc<Semaphore>,
}

impl Publish {
    /// A handler that publishes under the addresses of `site`.
    #[must_use]
    pub fn new(site: SiteFacts) -> Self {
        Self {
            site,
            renderings: Arc::new(Semaphore::new(RENDERINGS_AT_ONCE)),
        }
    }

    async fn carry_out(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let asked: jobs::Publish = context.payload()?;
        let report_id = asked.report_id;
        let note = match &asked.action {
            Action::Correct { note, .. } => Some(note.clone()),
            _ => None,
        };
        let version = u32::try_from(asked.version)
            .map_err(|_| Failure::permanent("bad_version", "a version is a positive number"))?;
        let operation = context.job.operation_id;
        let ((report, state), earlier) = context
            .store
            .read(move |connection| {
                Ok((
                    reports::compiled(connection, report_id, version)?,
                    reports::versions(connection, report_id)?,
                ))
            })
            .await?;
        steps::reach(jobs::Publish::KIND, "read");
        let published_at = context.now();
        // An earlier run may have published and died before it could say so.
        let renditions = if state == "compiled" {
            let facts = self.facts(published_at, version, note, &earlier);
            let findings = language::guard(&report);
            if let Some(finding) = findings.first() {
                return Err(Failure::permanent(
                    "language_not_clean",
                    format!(
                        "the report cannot be published as it stands: \"{}\" at {}: {}",
                        finding.term, finding.pointer, finding.why
                    ),
                ));
            }
            let permit = Arc::clone(&self.renderings)
                .acquire_owned()
                .await
                .map_err(|error| Failure::retryable("stopping", error.to_string()))?;
            let of = report.clone();
            let rendered = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                let began = Instant::now();
                let rendered = render_all(&of, &facts)?;
                measure::report::rendered(began.elapsed());
                for (format, copy) in [
                    ("html", &rendered.html),
                    ("pdf", &rendered.pdf),
                    ("json", &rendered.json),
                    ("text", &rendered.text),
                ] {
                    measure::report::copy(format, copy.bytes.len());
                }
                Ok::<_, RenderError>(rendered)
            })
            .await
            .map_err(|error| Failure::retryable("render_panicked", error.to_string()))?
            .map_err(|error| {
                tracing::error!(%error, %report_id, "a report could not be rendered");
                Failure::permanent("not_renderable", "the report could not be rendered")
            })?;
            copies(rendered)
        } else {
            Vec::new()
        };
        steps::reach(jobs::Publish::KIND, "made");
        let page = |path: &str| self.site.absolute(path);
        let links = json!({
            "html": page(&self.site.version_path(report_id, version)),
            "pdf": page(&self.site.copy_path(report_id, version, "pdf")),
            "json": page(&self.site.copy_path(report_id, version, "json")),
            "text": page(&self.site.copy_path(report_id, version, "txt")),
            "feed": page(&self.site.feed_path()),
        });
        context
            .store
            .write(&context.actor(), move |tx| {
                reports::publish(tx, &report, &asked, published_at, &renditions, &links)?;
                let now = tx.now();
                let result = json!({
                    "report_id": report_id,
                    "version": version,
                    "links": links,
                });
                if let Some(operation) = operation {
                    operations::succeed(tx.connection(), operation, now, &result)?;
                }
                steps::reach(jobs::Publish::KIND, "committing");
                Ok(())
            })
            .await?;
        steps::reach(jobs::Publish::KIND, "committed");
        Ok(Outcome::Done)
    }

    fn facts(
        &self,
        published_at: chrono::DateTime<chrono::Utc>,
        version: u32,
        note: Option<String>,
        earlier: &[Published],
    ) -> PageFacts {
        let status = if earlier.is_empty() {
            PublicationStatus::Current
        } else {
            PublicationStatus::Corrected
        };
        let now = VersionFacts {
            version,
            published_at,
            status,
            note: note.clone(),
        };
        PageFacts {
            site: self.site.clone(),
            published_at,
            version,
            latest_version: version,
            status,
            public_note: note,
            history: std::iter::once(now)
                .chain(earlier.iter().rev().map(|before| VersionFacts {
                    version: before.version,
                    published_at: before.published_at,
                    status: if before.state == "withdrawn" {
                        PublicationStatus::Withdrawn
                    } else {
                        PublicationStatus::Superseded
                    },
                    note: before.public_note.clone(),
                }))
                .collect(),
            copies: Copies::default(),
        }
    }
}

impl Handler for Publish {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.carry_out(context))
    }
}

fn copies(rendered: Rendered) -> Vec<Rendition> {
    [
        ("html", "text/html; charset=utf-8", rendered.html),
        ("pdf", group_inspection_render::PDF_TYPE, rendered.pdf),
        ("json", group_inspection_render::JSON_TYPE, rendered.json),
        ("text", "text/plain; charset=utf-8", rendered.text),
    ]
    .into_iter()
    .map(|(format, media_type, copy)| Rendition {
        format: format.to_owned(),
        media_type: media_type.to_owned(),
        sha256: copy.sha256,
        bytes: copy.bytes,
    })
    .collect()
}
