//! Many reports in all formats, as after a change that re-renders everything.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Instant,
};

use group_inspection_core::compile::{self, Inputs};
use group_inspection_render::{
    PublicationStatus,
    atom::{self, FeedEntry, FeedFacts},
    render_all,
};
use uuid::Uuid;

use super::reports::{INPUTS, facts};
use crate::{failure::Failure, output::say};

/// Renders `reports` different reports, one thread for each processor, and
/// says how the memory of the process went.
pub(super) fn run(reports: u32) -> Result<(), Failure> {
    let inputs: Inputs =
        serde_json::from_str(INPUTS).map_err(|error| Failure::because("the inputs", error))?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU32::new(0);
    let bytes = Mutex::new(0_u64);
    let memory = Mutex::new(Vec::new());
    let began = Instant::now();
    thread::scope(|scope| {
        let working: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<(), Failure> {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= reports {
                            return Ok(());
                        }
                        let made = one(&inputs, number)?;
                        *bytes.lock().unwrap_or_else(PoisonError::into_inner) += made;
                        if number.is_multiple_of((reports / 5).max(1)) {
                            memory
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(resident());
                        }
                    }
                })
            })
            .collect();
        working.into_iter().try_for_each(|thread| {
            thread
                .join()
                .map_err(|_| Failure::because("a thread", "it panicked"))?
        })
    })?;
    let took = began.elapsed().as_secs_f64();
    let bytes = bytes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let memory = memory.into_inner().unwrap_or_else(PoisonError::into_inner);
    say(&format!(
        "{reports} reports as HTML, PDF, JSON, text and Atom: {took:.1} s on {threads} threads, \
         {:.1} reports/s, {} MB written",
        f64::from(reports) / took,
        bytes / 1_000_000,
    ));
    let shown: Vec<String> = memory
        .iter()
        .map(|found| found.map_or("unknown".to_owned(), |kb| format!("{} MB", kb / 1_000)))
        .collect();
    say(&format!("memory along the way: {}", shown.join(", ")));
    Ok(())
}

/// Bytes of all copies of one report, which is like no other.
fn one(inputs: &Inputs, number: u32) -> Result<u64, Failure> {
    let mut inputs = inputs.clone();
    inputs.report_id = Uuid::from_u128(u128::from(number) + 1);
    inputs.body.name = format!("{} {number}", inputs.body.name);
    let report = compile::compile(&inputs);
    let facts = facts();
    let made = render_all(&report, &facts).map_err(|error| Failure::because("rendering", error))?;
    let first = facts.site.feed_path();
    let feed = FeedFacts {
        this: first.clone(),
        first,
        previous: None,
        next: None,
        last: None,
        updated_at: facts.published_at,
        site: facts.site,
    };
    let entry = FeedEntry {
        report_id: report.report_id,
        version: facts.version,
        group_name: report.front.group_name,
        reference: report.front.reference,
        summary: report
            .summary
            .into_iter()
            .next()
            .map(|passage| passage.text)
            .unwrap_or_default(),
        published_at: facts.published_at,
        updated_at: facts.published_at,
        status: PublicationStatus::Current,
        public_note: None,
    };
    let feed = atom::feed(&[entry], &feed).map_err(|error| Failure::because("the feed", error))?;
    let copies = [&made.html, &made.pdf, &made.json, &made.text];
    let copies: usize = copies.iter().map(|copy| copy.bytes.len()).sum();
    Ok((copies + feed.len()) as u64)
}

/// Memory that the process holds, in kB, where the system says.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
