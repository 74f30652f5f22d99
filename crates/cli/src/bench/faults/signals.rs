//! Signals to other processes, sent by the shell: nothing here needs to be
//! fast, and the workspace has no unsafe code.

use std::process::Command;

/// A signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Kill,
    Terminate,
    Stop,
    Continue,
}

/// Sends a signal; a process that has gone is no failure.
pub(super) fn send(signal: Signal, processes: &[u32]) {
    let name = match signal {
        Signal::Kill => "KILL",
        Signal::Terminate => "TERM",
        Signal::Stop => "STOP",
        Signal::Continue => "CONT",
    };
    let numbers: Vec<String> = processes.iter().map(ToString::to_string).collect();
    let _ = Command::new("sh")
        .arg("-c")
        .arg(format!("kill -{name} {} 2>/dev/null", numbers.join(" ")))
        .status();
}
