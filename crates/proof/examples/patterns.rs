//! Runs the proof and prints its results; see `docs/patterns.md`.
//!
//! `patterns [ENGLANDS] [FOLDER FOR PLOTS] [SEED] [SCHOOLS OF THE SPEED TEST …]`;
//! a folder of `-` draws no plots.
#![allow(missing_docs)]

use std::io;

use group_inspection_proof::{ProofError, Settings, run};

fn main() -> Result<(), ProofError> {
    let mut arguments = std::env::args().skip(1);
    let mut settings = Settings::default();
    if let Some(englands) = arguments.next().and_then(|n| n.parse().ok()) {
        settings.englands = englands;
    }
    settings.plots = arguments
        .next()
        .filter(|folder| folder != "-")
        .map(Into::into);
    if let Some(seed) = arguments.next().and_then(|n| n.parse().ok()) {
        settings.seed = seed;
    }
    let schools: Vec<u32> = arguments.filter_map(|n| n.parse().ok()).collect();
    if !schools.is_empty() {
        settings.speed_schools = schools;
    }
    run(&settings, &mut io::stdout())?;
    Ok(())
}
