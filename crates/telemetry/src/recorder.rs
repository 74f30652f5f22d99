//! The recorder of a program: what [`crate::measure`] records, as text for
//! Prometheus.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{
    exposition::{Page, Scrape},
    names::{self, Kind},
    process,
};

/// What was recorded. Cheap to clone.
#[derive(Clone)]
pub struct Recorded {
    handle: PrometheusHandle,
}

impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}

/// The recorder could not be set up.
#[derive(Debug)]
pub struct SetupError(String);

impl std::fmt::Display for SetupError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "metrics cannot be recorded: {}", self.0)
    }
}

impl std::error::Error for SetupError {}

impl From<BuildError> for SetupError {
    fn from(error: BuildError) -> Self {
        Self(error.to_string())
    }
}

/// Records for the whole process from now on; once in its life.
///
/// # Errors
/// If something records already.
pub fn install(version: &'static str, schema: String) -> Result<Recorded, SetupError> {
    let handle = builder()?.install_recorder()?;
    describe();
    gauge!(names::BUILD_INFO.name, "version" => version, "schema" => schema).set(1.0);
    Ok(Recorded { handle })
}

/// A recorder with the buckets of every histogram.
fn builder() -> Result<PrometheusBuilder, BuildError> {
    names::ALL
        .iter()
        .filter(|metric| metric.kind == Kind::Histogram)
        .try_fold(PrometheusBuilder::new(), |builder, metric| {
            builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), metric.buckets)
        })
}

fn describe() {
    for metric in names::ALL {
        let (name, help) = (metric.name, metric.help);
        match metric.kind {
            Kind::Counter => describe_counter!(name, Unit::Count, help),
            Kind::Gauge => describe_gauge!(name, help),
            Kind::Histogram => describe_histogram!(name, help),
        }
    }
}

impl Recorded {
    /// The text of everything recorded, with what the operating system says of
    /// the process.
    #[must_use]
    pub fn text(&self) -> String {
        let mut page = Page::after(self.handle.render());
        process::write(&mut page);
        page.into_text()
    }

    /// The same, for the ops port.
    #[must_use]
    pub fn scrape(&self) -> Scrape {
        let recorded = self.clone();
        Scrape::by(move || recorded.text())
    }

    /// Sorts new observations into their buckets. Call it now and then: they
    /// take memory until then, or until somebody scrapes.
    pub fn keep_up(&self) {
        self.handle.run_upkeep();
    }
}
