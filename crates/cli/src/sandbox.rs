//! `group-inspection sandbox`: a fictional England on disk.

use std::path::PathBuf;

use group_inspection_registers::sandbox::{self, Plan};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{failure::Failure, output};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Open state-funded schools; England has about 22,000.
    #[arg(long, default_value_t = Plan::default().schools)]
    schools: u32,
    /// Seed; the same seed gives the same England.
    #[arg(long, default_value_t = Plan::default().seed)]
    seed: u64,
    /// Folder to write to.
    #[arg(long)]
    out: PathBuf,
    /// Effect of the group on its schools, in standard deviations; 0 for none.
    #[arg(long, default_value_t = Plan::default().group_effect)]
    group_effect: f64,
    /// Share of groups with a planted weakness, from 0 to 1.
    #[arg(long, default_value_t = Plan::default().planted_share)]
    planted_share: f64,
    /// Share of schools with a report card, from 0 to 1.
    #[arg(long, default_value_t = Plan::default().report_cards)]
    report_cards: f64,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let plan = Plan {
        schools: arguments.schools,
        seed: arguments.seed,
        group_effect: arguments.group_effect,
        planted_share: arguments.planted_share,
        report_cards: arguments.report_cards,
        ..Plan::default()
    };
    let bar = ProgressBar::new(0).with_style(
        ProgressStyle::with_template("{wide_msg} {human_pos}/{human_len} rows")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let summary = sandbox::generate(
        &plan,
        &mut |progress| {
            bar.set_message(progress.file.clone());
            bar.set_length(progress.total);
            bar.set_position(progress.done);
        },
        &arguments.out,
    )
    .map_err(|error| Failure::because("writing the sandbox", error))?;
    bar.finish_and_clear();
    for file in &summary.files {
        output::say(&format!("{} ({} rows)", file.name, file.rows));
    }
    output::say(&format!(
        "A fictional England of {} establishments, {} of them open, in {} groups.",
        summary.establishments, summary.open_schools, summary.groups
    ));
    Ok(())
}
