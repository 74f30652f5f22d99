//! Sends by mail what an endpoint has not accepted for too long.

use group_inspection_store::{jobs, notifications};

use crate::{Handler, JobContext, Outcome, Running};

/// Has a notification go by mail if its endpoint still fails.
#[derive(Debug, Clone, Copy)]
pub struct Escalate;

impl Handler for Escalate {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(async {
            let id = context.payload::<jobs::Escalate>()?.notification_id;
            context
                .store
                .write(&context.actor(), move |tx| {
                    notifications::escalate_if_failing(tx, id)
                })
                .await?;
            Ok(Outcome::Done)
        })
    }
}
