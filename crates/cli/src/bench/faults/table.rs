//! What the rehearsal prints.

use std::{collections::BTreeMap, time::Duration};

use super::kinds::Kind;
use crate::output::say;

#[derive(Debug, Default)]
struct Row {
    recovered: Vec<Duration>,
    not_reached: u32,
    violations: usize,
    impossible: Option<&'static str>,
}

/// Faults by kind, how long it took to recover, and what did not hold.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: BTreeMap<Kind, Row>,
}

impl Table {
    /// Everything had recovered so long after the fault.
    pub(super) fn recovered(&mut self, kind: Kind, after: Duration, violations: usize) {
        let row = self.rows.entry(kind).or_default();
        row.recovered.push(after);
        row.violations += violations;
    }

    /// Nobody came to the step.
    pub(super) fn not_reached(&mut self, kind: Kind) {
        self.rows.entry(kind).or_default().not_reached += 1;
    }

    /// This machine cannot have it.
    pub(super) fn impossible(&mut self, kind: Kind, why: &'static str) {
        self.rows.entry(kind).or_default().impossible = Some(why);
    }

    /// Faults that struck.
    pub(super) fn struck(&self) -> usize {
        self.rows.values().map(|row| row.recovered.len()).sum()
    }

    /// Prints it.
    pub(super) fn print(&mut self) {
        say("");
        say("| fault | struck | recovered, median | recovered, most | violations |");
        say("|---|---:|---:|---:|---:|");
        let mut all = Vec::new();
        let mut violations = 0;
        for (kind, row) in &mut self.rows {
            row.recovered.sort();
            all.extend_from_slice(&row.recovered);
            violations += row.violations;
            let name = match (row.impossible, row.not_reached) {
                (Some(why), _) => format!("{} (SKIPPED: {why})", kind.name()),
                (None, 0) => kind.name(),
                (None, times) => format!("{} (not reached {times} times)", kind.name()),
            };
            line(&name, &row.recovered, row.violations);
        }
        all.sort();
        line("all", &all, violations);
        say("");
    }
}

fn line(name: &str, sorted: &[Duration], violations: usize) {
    let seconds = |time: Option<&Duration>| {
        time.map_or_else(
            || "-".to_owned(),
            |time| format!("{:.1} s", time.as_secs_f64()),
        )
    };
    say(&format!(
        "| {name} | {} | {} | {} | {violations} |",
        sorted.len(),
        seconds(sorted.get(sorted.len() / 2)),
        seconds(sorted.last()),
    ));
}
