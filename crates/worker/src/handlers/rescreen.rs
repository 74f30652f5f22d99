//! Runs the rules on conflicts of interest anew.

use group_inspection_store::{jobs, people};

use crate::{Failure, Handler, JobContext, Outcome, Running};

/// Checks everybody who is assigned to a live inspection again; whoever is
/// barred now loses access with it (DR-17).
#[derive(Debug, Clone, Copy, Default)]
pub struct Rescreen;

impl Handler for Rescreen {
    fn run<'a>(&'a self, context: &'a JobContext) -> Running<'a> {
        Box::pin(carry_out(context))
    }
}

async fn carry_out(context: &JobContext) -> Result<Outcome, Failure> {
    let jobs::Rescreen {} = context.payload()?;
    let (looked, changed) = context
        .store
        .write(&context.actor(), people::rerun_all)
        .await?;
    tracing::info!(looked, changed, "conflicts of interest were checked again");
    Ok(Outcome::Done)
}
