//! Imports register files.

use std::{io::Read, pin::pin, sync::Arc};

use futures::{
    StreamExt,
    future::{Either, select},
};
use group_inspection_store::{
    Error, Tx,
    blob::Blobs,
    imports,
    jobs::{self, Kind},
    ledger::Job,
    operations,
    register::{self, Open},
};
use serde_json::json;
use tokio::sync::watch;

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Reads the files of an import into the register.
#[derive(Debug, Clone)]
pub struct Import {
    blobs: Blobs,
}

impl Import {
    /// A handler that finds uploads in `blobs`.
    #[must_use]
    pub const fn new(blobs: Blobs) -> Self {
        Self { blobs }
    }

    async fn carry_out(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let jobs::Import { import_id } = context.payload()?;
        let actor = context.actor();
        if let Some(operation) = context.job.operation_id {
            context
                .store
                .write(&actor, move |tx| {
                    operations::progress(tx.connection(), operation, None)
                })
                .await?;
        }
        let (seen, newest) = watch::channel((0, 0));
        let notice: register::Watch = Arc::new(move |file, progress| {
            seen.send_replace((file, progress.rows));
        });
        let running = register::run(
            &context.store,
            &actor,
            import_id,
            false,
            self.open(),
            notice,
        );
        let telling = tell(context, newest);
        let (import, derived) = match select(pin!(running), pin!(telling)).await {
            Either::Left((ended, _)) => ended?,
            Either::Right(((), running)) => running.await?,
        };
        if let Some(operation) = context.job.operation_id {
            let failed = import.state == "failed";
            let refusal = import.files.iter().find_map(|file| file.refusal.clone());
            let read = far(
                import.files.len(),
                import.files.iter().map(|file| file.rows_read).sum(),
            );
            let result = json!({
                "import": import_id,
                "files": import.files.iter().map(|file| json!({
                    "file_name": file.file_name,
                    "state": file.state,
                    "rows_read": file.rows_read,
                    "rows_rejected": file.rows_rejected,
                    "facts_inserted": file.facts_inserted,
                    "facts_changed": file.facts_changed,
                    "facts_unchanged": file.facts_unchanged,
                    "facts_ended": file.facts_ended,
                })).collect::<Vec<_>>(),
                "derived": derived,
            });
            context
                .store
                .write(&actor, move |tx| {
                    let now = tx.now();
                    operations::progress(tx.connection(), operation, Some(&read))?;
                    match (failed, &refusal) {
                        (true, Some(problem)) => {
                            operations::fail(tx.connection(), operation, now, problem)
                        }
                        _ => operations::succeed(tx.connection(), operation, now, &result),
                    }
                })
                .await?;
        }
        // The register holds what was read; the upload has done its work.
        for key in import.files.iter().filter_map(|file| file.blob.as_deref()) {
            if let Err(error) = self.blobs.remove(key).await {
                tracing::warn!(%error, key, "an upload could not be removed");
            }
        }
        Ok(Outcome::Done)
    }

    /// Opens uploads for the blocking thread on which a file is read.
    fn open(&self) -> Open {
        let blobs = self.blobs.clone();
        let runtime = tokio::runtime::Handle::current();
        Arc::new(move |key| {
            let stream = runtime.block_on(blobs.read(key))?;
            Ok(Box::new(Pieces {
                runtime: runtime.clone(),
                stream,
                piece: bytes::Bytes::new(),
            }) as Box<dyn Read>)
        })
    }
}

/// Notes how far an import is, as often as there is a connection for it: on the
/// one connection of the embedded database, between two files.
async fn tell(context: &JobContext, mut newest: watch::Receiver<(usize, u64)>) {
    let Some(operation) = context.job.operation_id else {
        return;
    };
    while newest.changed().await.is_ok() {
        let (file, rows) = *newest.borrow_and_update();
        let progress = far(file + 1, i64::try_from(rows).unwrap_or(i64::MAX));
        let told = context
            .store
            .write(&context.actor(), move |tx| {
                operations::progress(tx.connection(), operation, Some(&progress))
            })
            .await;
        if let Err(error) = told {
            // The next one will do.
            tracing::debug!(%error, "the progress of an import was not noted");
        }
    }
}

/// Which file is read, from 1, and how many of its rows were; in the end all
/// files and all rows.
fn far(file: usize, rows: i64) -> serde_json::Value {
    json!({ "file": file, "rows_read": rows })
}

impl Handler for Import {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.carry_out(context))
    }

    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        match jobs::Import::from_job(job) {
            Some(jobs::Import { import_id }) => imports::set_state(tx, import_id, "failed"),
            None => Ok(()),
        }
    }
}

/// A stream of pieces as a reader on a blocking thread.
struct Pieces {
    runtime: tokio::runtime::Handle,
    stream: futures::stream::BoxStream<'static, Result<bytes::Bytes, Error>>,
    piece: bytes::Bytes,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.piece.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                None => return Ok(0),
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => return Err(std::io::Error::other(error)),
            }
        }
        let length = self.piece.len().min(buffer.len());
        let taken = self.piece.split_to(length);
        for (to, from) in buffer.iter_mut().zip(taken) {
            *to = from;
        }
        Ok(length)
    }
}
