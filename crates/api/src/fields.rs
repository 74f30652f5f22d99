//! Checks of texts and lists that need no knowledge of the domain.

use crate::problem::{Code, FieldError, Problem};

/// Notes everything wrong with a request.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// A text of one line, trimmed, of 1 to `max` characters.
    pub(crate) fn line(&mut self, pointer: &str, text: &str, max: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.note(pointer, "required", "This text may not be empty.");
        } else if text.chars().count() > max {
            self.note(
                pointer,
                "too-long",
                &format!("This text may have {max} characters at the most."),
            );
        } else if text.chars().any(char::is_control) {
            self.note(
                pointer,
                "control-character",
                "This text may not hold control characters.",
            );
        }
        text.to_owned()
    }

    /// A list of a length from `least` to `most`.
    pub(crate) fn count(&mut self, pointer: &str, length: usize, least: usize, most: usize) {
        if !(least..=most).contains(&length) {
            self.note(
                pointer,
                "out-of-range",
                &format!("This list has {least} to {most} entries."),
            );
        }
    }

    /// Notes an error.
    pub(crate) fn note(&mut self, pointer: &str, code: &'static str, detail: &str) {
        self.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code,
            detail: detail.to_owned(),
        });
    }

    /// Nothing, or the problem that names every error.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::with_errors(Code::Invalid, self.errors))
        }
    }
}
