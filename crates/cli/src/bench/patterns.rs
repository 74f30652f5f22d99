//! The proof that key patterns hold up.

use std::path::PathBuf;

use group_inspection_proof::Settings;

use crate::failure::Failure;

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Fictional Englands for each scenario.
    #[arg(long, default_value_t = 10)]
    englands: u32,
    /// Open state-funded schools in each of them.
    #[arg(long, default_value_t = 22_000)]
    schools: u32,
    /// Seed of the first England; the others follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Schools of a speed test; may be given more than once.
    #[arg(long, default_values_t = [22_000])]
    speed_schools: Vec<u32>,
    /// Folder to draw plots into.
    #[arg(long)]
    plots: Option<PathBuf>,
}

/// Runs every scenario and prints what came of it.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let settings = Settings {
        schools: arguments.schools,
        englands: arguments.englands,
        seed: arguments.seed,
        speed_schools: arguments.speed_schools,
        plots: arguments.plots,
    };
    let summary = tokio::task::spawn_blocking(move || {
        group_inspection_proof::run(&settings, &mut std::io::stdout())
    })
    .await
    .map_err(|error| Failure::because("the proof", error))?
    .map_err(|error| Failure::because("the proof", error))?;
    if summary.holds {
        Ok(())
    } else {
        Err(Failure::because(
            "the proof",
            "a goal was missed, or too few Englands were run to show that it was met",
        ))
    }
}
