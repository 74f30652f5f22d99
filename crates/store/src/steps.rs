//! Steps at which a rehearsal of faults has this process killed.
//!
//! `group-inspection bench faults` names a folder and puts an empty file into
//! it for the step at which the next process is to die. Whoever removes the
//! file first is killed, so one file is one death. Where no folder was named
//! nothing happens; the program refuses one unless it is set up for trying out
//! (see `docs/faults.md`).

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Kinds of job that are killed step by step.
pub const KINDS: [&str; 3] = ["compile", "publish", "notify"];

/// Steps of each of these, in order.
pub const OF_A_JOB: [&str; 8] = [
    // In the transaction that claims it, before the commit.
    "claiming",
    // Claimed; nothing done yet.
    "claimed",
    // What it works on was read.
    "read",
    // Compiled, rendered or sent; nothing written down.
    "made",
    // In the transaction that writes it down, before the commit.
    "committing",
    // Written down; the ledger does not know yet.
    "committed",
    // In the transaction that ends the job, before the commit.
    "ending",
    // Ended; nobody was told.
    "ended",
];

/// Steps outside jobs: of sweeping, of sealing the audit log, and of a change
/// asked for over REST.
pub const OTHERS: [(&str, &str); 5] = [
    ("sweep", "committing"),
    ("seal", "committing"),
    ("seal", "committed"),
    ("request", "committing"),
    ("request", "committed"),
];

/// From now on this process dies at every step that is armed in `folder`.
pub fn rehearse(folder: PathBuf) {
    // Told once, at the start.
    let _ = FOLDER.set(folder);
}

/// Arms a step: the next process that reaches it dies there.
///
/// # Errors
/// If the folder cannot be written.
pub fn arm(folder: &Path, of: &str, step: &str) -> std::io::Result<()> {
    fs::write(folder.join(name(of, step)), [])
}

/// Whether nobody has reached an armed step yet.
#[must_use]
pub fn is_armed(folder: &Path, of: &str, step: &str) -> bool {
    folder.join(name(of, step)).exists()
}

/// Takes an armed step back; `false` if somebody has reached it.
#[must_use]
pub fn disarm(folder: &Path, of: &str, step: &str) -> bool {
    fs::remove_file(folder.join(name(of, step))).is_ok()
}

/// Dies here if the step is armed.
pub fn reach(of: &str, step: &str) {
    if let Some(folder) = FOLDER.get()
        && disarm(folder, of, step)
    {
        die();
    }
}

fn name(of: &str, step: &str) -> String {
    format!("{of}.{step}")
}

/// As if by `kill -9`: nothing is flushed, dropped or said.
fn die() -> ! {
    #[cfg(unix)]
    let _ = std::process::Command::new("sh")
        .args(["-c", "kill -KILL $PPID"])
        .status();
    std::process::abort()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_armed_step_is_taken_once_and_nothing_is_armed_without_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        arm(folder.path(), "publish", "made").unwrap();
        assert!(is_armed(folder.path(), "publish", "made"));
        // No folder was named in this process: it lives.
        reach("publish", "made");
        assert!(disarm(folder.path(), "publish", "made"));
        assert!(!disarm(folder.path(), "publish", "made"));
        assert!(!is_armed(folder.path(), "publish", "made"));
    }
}
