//! What the program writes to the terminal: results to standard output,
//! everything else to standard error.

use std::io::Write;

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
