//! The proof that key patterns hold up: fictional Englands in which it is
//! known what is there to be found, analysed by the rules that reports use.
//!
//! [`run`] prints how many findings are false, how many of the planted effects
//! are found, and the same for an oracle, for other methods of control, and for
//! the naive rule "two schools make a pattern". What it all means is in
//! `docs/patterns.md`.

mod chance;
mod england;
mod judge;
mod method;
mod oracle;
mod plot;
mod print;
mod scenario;
mod speed;
mod study;
mod tally;

use std::io::{self, Write};
use std::path::PathBuf;

pub use england::{Body, England};
pub use method::Method;
pub use scenario::{Effect, Planting, Scenario};
pub use speed::Speed;
pub use study::{Outcome, Power, Study};
pub use tally::Share;

/// What to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Open state-funded schools in each England; the real one has 22,000.
    pub schools: u32,
    /// Englands for each scenario.
    pub englands: u32,
    /// Seed of the first England; the others follow.
    pub seed: u64,
    /// Schools of the speed test; none to leave it out.
    pub speed_schools: Vec<u32>,
    /// Folder for the plots; none to draw none.
    pub plots: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schools: 22_000,
            englands: 10,
            seed: 1,
            speed_schools: vec![22_000],
            plots: None,
        }
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Summary {
    /// One study for each scenario.
    pub studies: Vec<Study>,
    /// How long analysis took.
    pub speeds: Vec<Speed>,
    /// Whether the false discovery rate of every scenario is proven to be at
    /// most the level, and power is at least the goal's share of the oracle's.
    pub holds: bool,
}

/// Share of the oracle's power that the method must reach.
pub const POWER_GOAL: f64 = 0.8;

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// A fictional England cannot be generated.
    #[error("cannot generate a fictional England")]
    Sandbox(#[from] group_inspection_registers::sandbox::SandboxError),
    /// Results cannot be written.
    #[error("cannot write the results")]
    Write(#[from] io::Error),
    /// A plot cannot be drawn.
    #[error("cannot draw {0}")]
    Plot(String),
}

/// Runs all scenarios and the speed test and prints the results to `out`.
///
/// # Errors
///
/// [`ProofError`] when an England cannot be generated or results cannot be
/// written.
pub fn run(settings: &Settings, out: &mut dyn Write) -> Result<Summary, ProofError> {
    let mut studies = Vec::new();
    for scenario in Scenario::all() {
        let study = study::run(&scenario, settings)?;
        print::study(&study, out)?;
        studies.push(study);
    }
    let mut speeds = Vec::new();
    for schools in &settings.speed_schools {
        let speed = speed::measure(*schools, settings.seed)?;
        print::speed(&speed, out)?;
        speeds.push(speed);
    }
    let holds = studies.iter().all(Study::holds);
    print::verdict(&studies, holds, out)?;
    if let Some(folder) = &settings.plots {
        plot::all(&studies, folder)?;
    }
    Ok(Summary {
        studies,
        speeds,
        holds,
    })
}
