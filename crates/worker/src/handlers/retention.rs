//! Deletes what has been kept for its time (DR-40).

use chrono::TimeDelta;
use group_inspection_store::{blob::Blobs, evidence, jobs, retention};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Inspections looked at in one transaction.
const AT_ONCE: i64 = 50;

/// No upload takes longer than this.
const CUT_OFF: TimeDelta = TimeDelta::days(1);

/// Deletes what is due, and says so in the audit log.
#[derive(Debug, Clone)]
pub struct Retention {
    blobs: Blobs,
}

impl Retention {
    /// Over the object store that holds attachments.
    #[must_use]
    pub const fn new(blobs: Blobs) -> Self {
        Self { blobs }
    }

    async fn carry_out(&self, context: &JobContext) -> Result<Outcome, Failure> {
        let jobs::Retention {} = context.payload()?;
        let (now, actor) = (context.now(), context.actor());
        let (mut after, mut deleted) = (None, 0_usize);
        loop {
            let (due, more) = context
                .store
                .read(move |connection| retention::due(connection, after, AT_ONCE, now))
                .await?;
            for one in due {
                // Bytes first: a row without bytes is found again, bytes
                // without a row are not.
                for key in &one.blobs {
                    self.blobs.remove(key).await?;
                }
                context
                    .store
                    .write(&actor, move |tx| retention::delete(tx, &one))
                    .await?;
                deleted += 1;
            }
            if more.is_none() {
                break;
            }
            after = more;
        }
        if deleted > 0 {
            tracing::info!(deleted, "records were deleted in time");
        }
        self.orphans(context).await?;
        Ok(Outcome::Done)
    }
}

impl Retention {
    /// Removes files whose upload was cut off before anything knew of them.
    async fn orphans(&self, context: &JobContext) -> Result<(), Failure> {
        for key in self
            .blobs
            .older("attachments", context.now() - CUT_OFF)
            .await?
        {
            let blob = key.clone();
            let kept = context
                .store
                .read(move |connection| evidence::is_kept(connection, &blob))
                .await?;
            if !kept {
                tracing::warn!(key, "a file that belongs to nothing was removed");
                self.blobs.remove(&key).await?;
            }
        }
        Ok(())
    }
}

impl Handler for Retention {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(self.carry_out(context))
    }
}
