//! Reports.

use std::time::Duration;

use metrics::histogram;

use crate::names::{COMPILE_SECONDS, RENDER_SECONDS, REPORT_BYTES};

/// A report was compiled and checked.
pub fn compiled(took: Duration) {
    histogram!(COMPILE_SECONDS.name).record(took);
}

/// All copies of a report were rendered.
pub fn rendered(took: Duration) {
    histogram!(RENDER_SECONDS.name).record(took);
}

/// One copy of a report has so many bytes.
pub fn copy(format: &'static str, bytes: usize) {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    histogram!(REPORT_BYTES.name, "format" => format).record(bytes);
}
