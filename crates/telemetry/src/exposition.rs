//! The text format of Prometheus, for what is read at the moment of a scrape.
//!
//! Such values do not go through the recorder: one that cannot be read this
//! time must be missing, not stand at what it was.

use std::{fmt, fmt::Write, sync::Arc};

use crate::names::Metric;

/// Media type of the text.
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes families one after another.
#[derive(Debug, Default)]
pub struct Page(String);

impl Page {
    /// Begins with what the recorder holds.
    #[must_use]
    pub const fn after(recorded: String) -> Self {
        Self(recorded)
    }

    /// Adds a family; each sample has the values of the metric's labels in
    /// their order. A family without samples is left out.
    pub fn family<const N: usize>(
        &mut self,
        metric: &Metric,
        samples: impl IntoIterator<Item = ([String; N], f64)>,
    ) {
        let mut begun = false;
        for (values, value) in samples {
            if !begun {
                begun = true;
                let (name, kind) = (metric.name, metric.kind.as_str());
                // Writing to a string does not fail.
                let _ = writeln!(
                    self.0,
                    "# HELP {name} {}\n# TYPE {name} {kind}",
                    metric.help
                );
            }
            self.0.push_str(metric.name);
            for (index, (label, text)) in metric.labels.iter().zip(&values).enumerate() {
                let before = if index == 0 { '{' } else { ',' };
                let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
            }
            if !values.is_empty() {
                self.0.push('}');
            }
            let _ = writeln!(self.0, " {value}");
        }
    }

    /// Adds a family of one sample without labels.
    pub fn single(&mut self, metric: &Metric, value: f64) {
        self.family::<0>(metric, [([], value)]);
    }

    /// The text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// Gives the text of what was recorded so far. Cheap to clone.
#[derive(Clone)]
pub struct Scrape(Arc<dyn Fn() -> String + Send + Sync>);

impl Scrape {
    /// By this function.
    pub fn by(read: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    /// Where nothing is recorded.
    #[must_use]
    pub fn nothing() -> Self {
        Self::by(String::new)
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        (self.0)()
    }
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names;

    #[test]
    fn a_family_is_written_with_its_labels_escaped() {
        let mut page = Page::default();
        page.family(
            &names::JOBS,
            [(["a\"b\\c\nd".to_owned(), "due".to_owned()], 2.0)],
        );
        page.family::<2>(&names::JOBS_OLDEST_DUE_SECONDS, []);
        page.single(&names::LEDGER_READABLE, 1.0);
        assert_eq!(
            page.into_text(),
            "# HELP group_inspection_jobs Jobs of the ledger that are due, scheduled, running or \
             dead. Every process shows the same.\n# TYPE group_inspection_jobs gauge\n\
             group_inspection_jobs{queue=\"a\\\"b\\\\c\\nd\",state=\"due\"} 2\n\
             # HELP group_inspection_ledger_readable 1 if the database answered this scrape; \
             what is read from it is missing otherwise.\n\
             # TYPE group_inspection_ledger_readable gauge\ngroup_inspection_ledger_readable 1\n"
        );
    }
}
