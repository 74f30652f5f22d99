//! Every metric there is: its name, its meaning and its labels.
//!
//! Dashboards and alerts are checked against this list. A label takes its
//! values from a small closed set: never an identifier, a path or a name.

/// How a metric is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations by size.
    Histogram,
}

impl Kind {
    /// Name in the exposition format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Name, with its unit at the end.
    pub name: &'static str,
    /// How it is counted.
    pub kind: Kind,
    /// What it means.
    pub help: &'static str,
    /// Names of its labels.
    pub labels: &'static [&'static str],
    /// Upper bounds of the buckets of a histogram.
    pub buckets: &'static [f64],
}

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind: Kind::Counter,
        help,
        labels,
        buckets: &[],
    }
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric {
        name,
        kind: Kind::Gauge,
        help,
        labels,
        buckets: &[],
    }
}

const fn histogram(
    name: &'static str,
    labels: &'static [&'static str],
    buckets: &'static [f64],
    help: &'static str,
) -> Metric {
    Metric {
        name,
        kind: Kind::Histogram,
        help,
        labels,
        buckets,
    }
}

/// Requests and transactions: a millisecond to the longest anybody waits.
const SHORT: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Jobs and their waiting: some milliseconds to an import of everything.
const LONG: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0, 3600.0,
];
const BYTES: &[f64] = &[
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
];
const ATTEMPTS: &[f64] = &[1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0];

/// Time to the head of an answer.
pub const HTTP_REQUEST_SECONDS: Metric = histogram(
    "group_inspection_http_request_seconds",
    &["route", "method", "status"],
    SHORT,
    "Time from a request to the head of its answer, by template of the route, method and class of the status.",
);
/// Requests in progress.
pub const HTTP_REQUESTS_IN_FLIGHT: Metric = gauge(
    "group_inspection_http_requests_in_flight",
    &[],
    "Requests whose answer has not begun.",
);
/// Size of the pool.
pub const DATABASE_CONNECTIONS_MAX: Metric = gauge(
    "group_inspection_database_connections_max",
    &[],
    "Connections that this process may use.",
);
/// Pool in use.
pub const DATABASE_CONNECTIONS_IN_USE: Metric = gauge(
    "group_inspection_database_connections_in_use",
    &[],
    "Connections in use.",
);
/// Callers that wait.
pub const DATABASE_WAITING: Metric = gauge(
    "group_inspection_database_waiting",
    &[],
    "Callers that wait for a connection now.",
);
/// Calls that had to wait.
pub const DATABASE_WAITS: Metric = counter(
    "group_inspection_database_waits_total",
    &[],
    "Calls that found no connection free.",
);
/// Time waited for a connection.
pub const DATABASE_WAIT_SECONDS: Metric = histogram(
    "group_inspection_database_wait_seconds",
    &[],
    SHORT,
    "Time that those calls waited for a connection.",
);
/// Time of transactions.
pub const DATABASE_TRANSACTION_SECONDS: Metric = histogram(
    "group_inspection_database_transaction_seconds",
    &["mode", "outcome"],
    SHORT,
    "Time of transactions, their repetitions included.",
);
/// Transactions run again.
pub const DATABASE_RETRIES: Metric = counter(
    "group_inspection_database_retries_total",
    &[],
    "Transactions run again after a deadlock or a serialisation failure.",
);
/// Whether the ledger could be read.
pub const LEDGER_READABLE: Metric = gauge(
    "group_inspection_ledger_readable",
    &[],
    "1 if the database answered this scrape; what is read from it is missing otherwise.",
);
/// Jobs by queue and state.
pub const JOBS: Metric = gauge(
    "group_inspection_jobs",
    &["queue", "state"],
    "Jobs of the ledger that are due, scheduled, running or dead. Every process shows the same.",
);
/// Age of the oldest due job.
pub const JOBS_OLDEST_DUE_SECONDS: Metric = gauge(
    "group_inspection_jobs_oldest_due_seconds",
    &["queue"],
    "For how long the oldest due job of a queue has waited. Every process shows the same.",
);
/// Running jobs whose lease has expired.
pub const LEASES_OVERDUE: Metric = gauge(
    "group_inspection_leases_overdue",
    &[],
    "Running jobs whose lease has expired and that no sweep has found yet.",
);
/// Time from due to claimed.
pub const JOB_PICK_UP_SECONDS: Metric = histogram(
    "group_inspection_job_pick_up_seconds",
    &["queue"],
    LONG,
    "Time from a job falling due to a worker claiming it.",
);
/// Time of runs.
pub const JOB_RUN_SECONDS: Metric = histogram(
    "group_inspection_job_run_seconds",
    &["kind", "outcome"],
    LONG,
    "Time of one run of a job, by what came of it.",
);
/// Attempts of jobs that ended.
pub const JOB_ATTEMPTS: Metric = histogram(
    "group_inspection_job_attempts",
    &["kind", "outcome"],
    ATTEMPTS,
    "Attempts that jobs had taken when they were done or declared dead.",
);
/// Jobs declared dead.
pub const JOBS_DEAD: Metric = counter(
    "group_inspection_jobs_dead_total",
    &["kind"],
    "Jobs declared dead by this process.",
);
/// Leases that expired.
pub const LEASES_EXPIRED: Metric = counter(
    "group_inspection_leases_expired_total",
    &["outcome"],
    "Leases of workers that went away: jobs returned to their queue, or dead with their last attempt.",
);
/// Looks at the ledger that failed.
pub const LEDGER_FAILURES: Metric = counter(
    "group_inspection_ledger_failures_total",
    &["step"],
    "Times the ledger did not answer when a job was to be claimed, renewed or ended.",
);
/// Sweeps.
pub const SWEEPS: Metric = counter(
    "group_inspection_sweeps_total",
    &["outcome"],
    "Sweeps of this process: done, left to another process, or failed.",
);
/// When a sweep last succeeded.
pub const SWEEP_LAST_SUCCESS: Metric = gauge(
    "group_inspection_sweep_last_success_timestamp_seconds",
    &[],
    "When this process last swept or saw another one sweep.",
);
/// Audit events to be sealed.
pub const AUDIT_UNSEALED: Metric = gauge(
    "group_inspection_audit_unsealed",
    &[],
    "Audit events that wait for their place in the chain. Every process shows the same.",
);
/// Age of the oldest of them.
pub const AUDIT_UNSEALED_OLDEST_SECONDS: Metric = gauge(
    "group_inspection_audit_unsealed_oldest_seconds",
    &[],
    "For how long the oldest of them has waited.",
);
/// Notifications that have not arrived.
pub const NOTIFICATIONS_WAITING: Metric = gauge(
    "group_inspection_notifications_waiting",
    &["channel"],
    "Notifications that have neither arrived nor been given up. Every process shows the same.",
);
/// Time of deliveries.
pub const DELIVERY_SECONDS: Metric = histogram(
    "group_inspection_delivery_seconds",
    &["channel", "outcome", "answer"],
    SHORT,
    "Time of one try to deliver a notification, by channel, outcome and class of the answer.",
);
/// Time of compilations.
pub const COMPILE_SECONDS: Metric = histogram(
    "group_inspection_compile_seconds",
    &[],
    LONG,
    "Time to compile a report and check it, without the database.",
);
/// Time of renderings.
pub const RENDER_SECONDS: Metric = histogram(
    "group_inspection_render_seconds",
    &[],
    LONG,
    "Time to render all copies of a report.",
);
/// Size of copies.
pub const REPORT_BYTES: Metric = histogram(
    "group_inspection_report_bytes",
    &["format"],
    BYTES,
    "Size of the copies of reports that were rendered.",
);
/// Wake-ups by Redis.
pub const WAKE_UPS: Metric = counter(
    "group_inspection_wake_ups_total",
    &["way"],
    "Wake-ups by Redis: sent, heard, dropped because too many waited, or failed.",
);
/// Whether Redis is connected.
pub const REDIS_CONNECTED: Metric = gauge(
    "group_inspection_redis_connected",
    &["way"],
    "1 while wake-ups by Redis are heard, and while the last one could be sent.",
);
/// Time of a scrape.
pub const SCRAPE_SECONDS: Metric = gauge(
    "group_inspection_scrape_seconds",
    &[],
    "Time that reading the ledger for this scrape took.",
);
/// What runs.
pub const BUILD_INFO: Metric = gauge(
    "group_inspection_build_info",
    &["version", "schema"],
    "1, with the version of the program and the newest migration it knows.",
);
/// Processor time.
pub const PROCESS_CPU_SECONDS: Metric = counter(
    "process_cpu_seconds_total",
    &[],
    "Processor time of the process.",
);
/// Open files.
pub const PROCESS_OPEN_FDS: Metric = gauge("process_open_fds", &[], "Open file descriptors.");
/// Most open files.
pub const PROCESS_MAX_FDS: Metric = gauge(
    "process_max_fds",
    &[],
    "File descriptors that the process may open.",
);
/// Resident memory.
pub const PROCESS_RESIDENT_MEMORY: Metric = gauge(
    "process_resident_memory_bytes",
    &[],
    "Resident memory of the process.",
);
/// Virtual memory.
pub const PROCESS_VIRTUAL_MEMORY: Metric = gauge(
    "process_virtual_memory_bytes",
    &[],
    "Virtual memory of the process.",
);
/// Start of the process.
pub const PROCESS_START_TIME: Metric = gauge(
    "process_start_time_seconds",
    &[],
    "When the process started.",
);
/// Threads.
pub const PROCESS_THREADS: Metric = gauge("process_threads", &[], "Threads of the process.");

/// All of them.
pub const ALL: [Metric; 39] = [
    HTTP_REQUEST_SECONDS,
    HTTP_REQUESTS_IN_FLIGHT,
    DATABASE_CONNECTIONS_MAX,
    DATABASE_CONNECTIONS_IN_USE,
    DATABASE_WAITING,
    DATABASE_WAITS,
    DATABASE_WAIT_SECONDS,
    DATABASE_TRANSACTION_SECONDS,
    DATABASE_RETRIES,
    LEDGER_READABLE,
    JOBS,
    JOBS_OLDEST_DUE_SECONDS,
    LEASES_OVERDUE,
    JOB_PICK_UP_SECONDS,
    JOB_RUN_SECONDS,
    JOB_ATTEMPTS,
    JOBS_DEAD,
    LEASES_EXPIRED,
    LEDGER_FAILURES,
    SWEEPS,
    SWEEP_LAST_SUCCESS,
    AUDIT_UNSEALED,
    AUDIT_UNSEALED_OLDEST_SECONDS,
    NOTIFICATIONS_WAITING,
    DELIVERY_SECONDS,
    COMPILE_SECONDS,
    RENDER_SECONDS,
    REPORT_BYTES,
    WAKE_UPS,
    REDIS_CONNECTED,
    SCRAPE_SECONDS,
    BUILD_INFO,
    PROCESS_CPU_SECONDS,
    PROCESS_OPEN_FDS,
    PROCESS_MAX_FDS,
    PROCESS_RESIDENT_MEMORY,
    PROCESS_VIRTUAL_MEMORY,
    PROCESS_START_TIME,
    PROCESS_THREADS,
];

/// The metric that a name in a query belongs to: the name itself, or the parts
/// of a histogram.
#[must_use]
pub fn find(name: &str) -> Option<&'static Metric> {
    ALL.iter().find(|metric| {
        name == metric.name
            || (metric.kind == Kind::Histogram
                && name
                    .strip_prefix(metric.name)
                    .is_some_and(|part| matches!(part, "_bucket" | "_sum" | "_count")))
    })
}
