//! Finds what is overdue.

use group_inspection_store::{jobs, lifecycle};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Looks at the clocks of every inspection and notes what has run out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overdue;

impl Handler for Overdue {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(carry_out(context))
    }
}

async fn carry_out(context: &JobContext) -> Result<Outcome, Failure> {
    let jobs::Overdue {} = context.payload()?;
    let new = context
        .store
        .write(&context.actor(), lifecycle::note_overdue)
        .await?;
    if new > 0 {
        tracing::warn!(new, "deadlines of inspections have passed");
    }
    Ok(Outcome::Done)
}
