//! Compiles reports.

use group_inspection_core::{compile, language};
use group_inspection_store::{jobs, operations, reports};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Compiles the next version of an inspection's report and keeps it as the
/// draft.
#[derive(Debug, Clone, Copy, Default)]
pub struct Compile;

impl Handler for Compile {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(carry_out(context))
    }
}

async fn carry_out(context: &JobContext) -> Result<Outcome, Failure> {
    let jobs::Compile { inspection_id } = context.payload()?;
    let inputs = context
        .store
        .read(move |connection| reports::inputs(connection, inspection_id))
        .await?;
    let (report, inputs_sha256, found) = tokio::task::spawn_blocking(move || {
        let bytes = serde_json::to_vec(&inputs)?;
        let report = compile::compile(&inputs);
        let found = language::guard(&report);
        Ok::<_, serde_json::Error>((report, hex::encode(Sha256::digest(bytes)), found))
    })
    .await
    .map_err(|error| Failure::retryable("compile_panicked", error.to_string()))?
    .map_err(|_| Failure::permanent("inputs_unwritable", "the inputs cannot be written down"))?;
    let operation = context.job.operation_id;
    let result = json!({
        "report_id": report.report_id,
        "version": report.version,
        "inputs_sha256": inputs_sha256,
        "language_findings": found.len(),
    });
    context
        .store
        .write(&context.actor(), move |tx| {
            reports::save_compiled(tx, &report, &inputs_sha256)?;
            let now = tx.now();
            match operation {
                Some(operation) => operations::succeed(tx.connection(), operation, now, &result),
                None => Ok(()),
            }
        })
        .await?;
    Ok(Outcome::Done)
}
