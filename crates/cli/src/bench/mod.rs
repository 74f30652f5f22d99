//! `group-inspection bench`: measurements, as ratios in one run.
//!
//! Each prints what it measured and what it is set against. Nothing here is
//! asserted in a test: the same run on a busy machine gives other numbers, but
//! ratios stay comparable.

mod claims;
mod edition;
mod fan_out;
#[cfg(unix)]
mod faults;
mod imports;
mod pages;
mod patterns;
mod pick_up;
mod reports;
mod rescreen;
mod scale;
mod submissions;

use std::{path::PathBuf, time::Duration};

use clap::Subcommand;

use crate::{config::Config, failure::Failure, output::say};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Claim and end jobs by several claimers, on a ledger that holds many.
    Claims(claims::Arguments),
    /// Import register files into an empty database, next to a bare COPY of
    /// the same lines.
    Imports {
        /// Register files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Look for key patterns in fictional Englands in which it is known what
    /// is there to be found; see docs/patterns.md.
    Patterns(patterns::Arguments),
    /// Compile and render one report in all formats.
    Reports {
        /// How often.
        #[arg(long, default_value_t = 20)]
        rounds: u32,
    },
    /// Many reports in all formats, on all processors.
    Edition {
        /// How many.
        #[arg(long, default_value_t = 1_700)]
        reports: u32,
    },
    /// The program against private servers while everything around it breaks;
    /// see docs/faults.md.
    #[cfg(unix)]
    Faults(faults::Arguments),
    /// Notifications to endpoints, next to a bare loop of calls to the same
    /// receiver.
    FanOut(fan_out::Arguments),
    /// A page of the running service against a static file server.
    Pages(pages::Arguments),
    /// From the commit of a job to its start, in one process.
    PickUp {
        /// Jobs, one after another.
        #[arg(long, default_value_t = 200)]
        jobs: u32,
    },
    /// Run the rules on conflicts anew over everybody who is assigned, next to
    /// the import that makes it necessary.
    Rescreen {
        /// Live inspections, each with a team of three.
        #[arg(long, default_value_t = 100)]
        inspections: usize,
        /// Register files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// What fictional Englands of several sizes cost, from writing them to
    /// using them.
    Scale(scale::Arguments),
    /// Accept submissions over REST, next to the same SQL sent by pgbench to
    /// the same server.
    Submissions(submissions::Arguments),
}

/// Runs the command.
pub(crate) async fn run(config: &Config, arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Claims(arguments) => claims::run(config, &arguments).await,
        Command::Imports { files } => imports::run(config, &files).await,
        Command::Patterns(arguments) => patterns::run(arguments).await,
        Command::Reports { rounds } => reports::run(rounds),
        Command::Edition { reports } => edition::run(reports),
        #[cfg(unix)]
        Command::Faults(arguments) => faults::run(arguments).await,
        Command::FanOut(arguments) => fan_out::run(config, arguments).await,
        Command::Pages(arguments) => pages::run(arguments).await,
        Command::PickUp { jobs } => pick_up::run(config, jobs).await,
        Command::Rescreen { inspections, files } => {
            rescreen::run(config, &files, inspections).await
        }
        Command::Scale(arguments) => scale::run(config, &arguments).await,
        Command::Submissions(arguments) => submissions::run(config, arguments).await,
    }
}

/// Prints minimum, median and maximum.
fn spread(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |position: usize| times.get(position).copied().unwrap_or_default();
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    say(&format!(
        "{what}: min {:.2} ms, median {:.2} ms, max {:.2} ms, n {}",
        millis(at(0)),
        millis(at(times.len() / 2)),
        millis(at(times.len().saturating_sub(1))),
        times.len(),
    ));
}

/// Peak resident memory, where the system tells (Linux).
fn peak_memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            let kb: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
            Some(format!("{} MB", kb / 1_000))
        })
        .unwrap_or_else(|| "unknown".to_owned())
}
