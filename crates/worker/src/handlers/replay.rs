//! Sends again what an endpoint was to be told in a range, some at a time.

use group_inspection_store::{
    jobs,
    notifications::{self, Range},
    operations,
};
use serde_json::json;

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Notifications sent again in one transaction.
const AT_ONCE: i64 = 200;

/// Sends a range again. What its operation has sent again already is marked,
/// so a second run goes on where the first one stopped.
#[derive(Debug, Clone, Copy)]
pub struct Replay;

impl Replay {
    async fn replay(context: &JobContext) -> Result<Outcome, Failure> {
        let job = context.payload::<jobs::Replay>()?;
        let range = Range {
            since: job.since,
            until: job.until,
            events: job.events,
        };
        let (operation, endpoint) = (job.operation_id, job.endpoint_id);
        loop {
            let range = range.clone();
            let replayed = context
                .store
                .write(&context.actor(), move |tx| {
                    let replayed =
                        notifications::replay_some(tx, operation, endpoint, &range, AT_ONCE)?;
                    let said = json!({ "replayed": replayed.so_far });
                    let now = tx.now();
                    if replayed.is_all {
                        operations::succeed(tx.connection(), operation, now, &said)?;
                    } else {
                        operations::progress(tx.connection(), operation, Some(&said))?;
                    }
                    Ok(replayed)
                })
                .await?;
            if replayed.is_all {
                return Ok(Outcome::Done);
            }
            if context.is_stopping() {
                return Ok(Outcome::SnoozeUntil(context.now()));
            }
        }
    }
}

impl Handler for Replay {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(Self::replay(context))
    }
}
