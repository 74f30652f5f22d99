//! Checks files attached to evidence and has them scanned.

mod archive;
mod scanner;

use futures::TryStreamExt;
use group_inspection_core::library::{
    archive::Limits,
    attachment::{Event, State},
    media,
};
use group_inspection_store::{Error, Tx, blob::Blobs, evidence, jobs, jobs::Kind, ledger::Job};

pub use scanner::{BadAddress, Scanner, Verdict};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Stands for the scanner where there is none.
const UNSCANNED: &str = "none: no scanner is configured";

/// Checks a file's type and limits, and asks the scanner.
#[derive(Debug, Clone)]
pub struct Scan {
    blobs: Blobs,
    limits: Limits,
    scanner: Option<Scanner>,
}

impl Scan {
    /// Over the object store that holds attachments. Without a scanner, a file
    /// that keeps the limits counts as clean, and says that nothing scanned it.
    #[must_use]
    pub const fn new(blobs: Blobs, limits: Limits, scanner: Option<Scanner>) -> Self {
        Self {
            blobs,
            limits,
            scanner,
        }
    }

    async fn carry_out(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let jobs::Scan { attachment_id } = context.payload()?;
        let stored = context
            .store
            .read(move |connection| evidence::attachment(connection, attachment_id))
            .await?
            .value;
        match &stored.attachment.state {
            State::Received | State::Quarantined { .. } => {}
            State::Clean { .. } | State::Infected { .. } | State::Refused { .. } => {
                return Ok(Outcome::Done);
            }
        }
        let mut bytes = Vec::new();
        let mut pieces = self.blobs.read(&stored.blob).await?;
        while let Some(piece) = pieces.try_next().await? {
            if bytes.len() + piece.len() > usize::try_from(self.limits.file_bytes).unwrap_or(0) {
                return Err(Failure::permanent("too_large", "the file is too large"));
            }
            bytes.extend_from_slice(&piece);
        }
        let name = stored.attachment.name.clone();
        let limits = self.limits.clone();
        let (bytes, found) = tokio::task::spawn_blocking(move || {
            let found = accept(&name, &bytes, &limits);
            (bytes, found)
        })
        .await
        .map_err(|_| Failure::retryable("panicked", "checking the file failed"))?;
        let took = async |event: Event| {
            context
                .store
                .write(&context.actor(), move |tx| {
                    evidence::took(tx, attachment_id, event.clone())
                })
                .await
        };
        match found {
            Err(reason) => took(Event::Refused(reason)).await?,
            Ok(media) => {
                took(Event::Accepted(media)).await?;
                // In quarantine until the scanner has spoken.
                took(self.scanned(&bytes, context).await?).await?;
            }
        }
        Ok(Outcome::Done)
    }

    async fn scanned(&self, bytes: &[u8], context: &JobContext) -> Result<Event, Failure> {
        let Some(scanner) = &self.scanner else {
            return Ok(Event::FoundClean {
                scanner: UNSCANNED.to_owned(),
                at: context.now(),
            });
        };
        let verdict = scanner.scan(bytes).await.map_err(|error| {
            tracing::warn!(%error, "the scanner did not answer");
            Failure::retryable("scanner_unavailable", "the scanner did not answer")
        })?;
        let at = context.now();
        Ok(match verdict {
            Verdict::Clean { scanner } => Event::FoundClean { scanner, at },
            Verdict::Infected { threat } => Event::FoundInfected { threat, at },
        })
    }
}

/// The type of a file that keeps every limit, or why it is refused.
fn accept(name: &str, bytes: &[u8], limits: &Limits) -> Result<media::MediaType, String> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let media = media::recognise(name, head, length, limits.file_bytes)
        .map_err(|refusal| refusal.to_string())?;
    if media.is_archive() {
        archive::check(media, bytes, limits).map_err(|refusal| refusal.to_string())?;
    }
    Ok(media)
}

/// Bytes by which a file is recognised.
const HEAD: usize = 4_096;

impl Handler for Scan {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.carry_out(context))
    }

    fn buried(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Error> {
        match jobs::Scan::from_job(job) {
            Some(jobs::Scan { attachment_id }) => evidence::took(
                tx,
                attachment_id,
                Event::Refused("the file could not be checked; send it again".to_owned()),
            ),
            None => Ok(()),
        }
    }
}
