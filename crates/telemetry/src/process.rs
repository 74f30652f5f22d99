//! What the operating system says of this process.

use std::time::Duration;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};

use crate::{
    exposition::Page,
    names::{
        Metric, PROCESS_CPU_SECONDS, PROCESS_MAX_FDS, PROCESS_OPEN_FDS, PROCESS_RESIDENT_MEMORY,
        PROCESS_START_TIME, PROCESS_THREADS, PROCESS_VIRTUAL_MEMORY,
    },
};

/// Adds what can be known here; other systems know less than Linux.
pub(crate) fn write(page: &mut Page) {
    let Ok(own) = get_current_pid() else {
        return;
    };
    let mut system = System::new();
    let wanted = ProcessRefreshKind::nothing()
        .with_cpu()
        .with_memory()
        .with_tasks();
    let own: [Pid; 1] = [own];
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&own), false, wanted);
    let Some(process) = own.first().and_then(|own| system.process(*own)) else {
        return;
    };
    let processor = Duration::from_millis(process.accumulated_cpu_time());
    page.single(&PROCESS_CPU_SECONDS, processor.as_secs_f64());
    page.single(&PROCESS_RESIDENT_MEMORY, float(process.memory()));
    page.single(&PROCESS_VIRTUAL_MEMORY, float(process.virtual_memory()));
    page.single(&PROCESS_START_TIME, float(process.start_time()));
    let mut known = |metric: &Metric, count: Option<usize>| {
        if let Some(count) = count {
            page.single(metric, float(count as u64));
        }
    };
    known(&PROCESS_OPEN_FDS, process.open_files());
    known(&PROCESS_MAX_FDS, process.open_files_limit());
    // The main thread is not among its tasks.
    known(
        &PROCESS_THREADS,
        process.tasks().map(|tasks| tasks.len() + 1),
    );
}

/// As the format has numbers: exact up to 2^53.
fn float(number: u64) -> f64 {
    number as f64
}
