//! What the program writes to the terminal: results to standard output,
//! everything else to standard error.

use std::io::{IsTerminal, Write};

use tracing_subscriber::EnvFilter;

/// Writes a line of the result.
pub(crate) fn say(line: &str) {
    // A reader that has gone away needs no answer.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Writes a line that is not part of the result.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes an error.
pub(crate) fn complain(error: &str) {
    note(&format!("error: {error}"));
}

/// Starts the log: JSON lines on standard error, or text for a person at a
/// terminal. `GROUP_INSPECTION_LOG` sets the filter; without it `usual` is.
pub(crate) fn start_log(usual: &str) {
    let filter =
        EnvFilter::try_from_env("GROUP_INSPECTION_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
}
