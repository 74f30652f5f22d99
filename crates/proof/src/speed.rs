//! How long it takes to analyse every body of an England.

use std::time::{Duration, Instant};

use group_inspection_core::{
    pattern::{Reference, analyse},
    policy::Policy,
};

use crate::{Body, England, ProofError, Scenario};

/// How long one England took.
#[derive(Debug, Clone, Copy)]
pub struct Speed {
    /// Schools.
    pub schools: usize,
    /// Bodies that run at least two.
    pub bodies: usize,
    /// Making the England.
    pub generate: Duration,
    /// Counting the reference.
    pub reference: Duration,
    /// Analysing every body, on two threads.
    pub analyse: Duration,
    /// Findings.
    pub findings: usize,
    /// Most memory that the process ever held, in bytes, where the system
    /// tells.
    pub memory: Option<u64>,
}

pub(crate) fn measure(schools: u32, seed: u64) -> Result<Speed, ProofError> {
    let policy = Policy::default();
    let start = Instant::now();
    let england = England::of(&Scenario::MATURE, schools, seed)?;
    let generate = start.elapsed();
    let start = Instant::now();
    let reference = england.reference(&policy);
    let counted = start.elapsed();
    let start = Instant::now();
    let findings = findings(&england, &reference, &policy);
    let analyse = start.elapsed();
    Ok(Speed {
        schools: england.schools().count(),
        bodies: england.bodies.len(),
        generate,
        reference: counted,
        analyse,
        findings,
        memory: peak_memory(),
    })
}

/// Every other body on each of two threads.
fn findings(england: &England, reference: &Reference, policy: &Policy) -> usize {
    let half = |offset: usize| -> usize {
        england
            .bodies
            .iter()
            .skip(offset)
            .step_by(2)
            .map(|body: &Body| {
                analyse(&body.schools, reference, policy, england.opened_on)
                    .findings
                    .len()
            })
            .sum()
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0) + other.join().unwrap_or(0)
    })
}

fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
