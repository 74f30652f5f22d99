//! The kinds of fault there are.

use group_inspection_store::steps;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A process is killed with -9 when it reaches a step of a kind of job,
    /// of sweeping, of sealing or of a request.
    KilledAt(&'static str, &'static str),
    /// A worker is killed with -9 at any moment.
    WorkerKilled,
    /// An API is killed with -9 at any moment.
    ApiKilled,
    /// A worker stops for longer than its leases hold, then goes on.
    WorkerPaused,
    /// An API stops, then goes on.
    ApiPaused,
    PostgresRestarted,
    PostgresCrashed,
    PostgresPaused,
    PostgresCut,
    PostgresStalled,
    PostgresRefused,
    RedisFlushed,
    RedisRestarted,
    RedisStopped,
    RedisPaused,
    RedisCut,
    RedisStalled,
    /// The disk of the data folder is full.
    DiskFull,
    /// The clock of a process is ahead.
    ClockAhead,
    /// The clock of a process is behind.
    ClockBehind,
    /// Clients reset connections in the middle of requests.
    ClientsReset,
}

impl Kind {
    /// All kinds.
    pub(super) fn all() -> Vec<Self> {
        let of_jobs = steps::KINDS.into_iter().flat_map(|kind| {
            steps::OF_A_JOB
                .into_iter()
                .map(move |step| Self::KilledAt(kind, step))
        });
        let others = steps::OTHERS
            .into_iter()
            .map(|(of, step)| Self::KilledAt(of, step));
        of_jobs
            .chain(others)
            .chain([
                Self::WorkerKilled,
                Self::ApiKilled,
                Self::WorkerPaused,
                Self::ApiPaused,
                Self::PostgresRestarted,
                Self::PostgresCrashed,
                Self::PostgresPaused,
                Self::PostgresCut,
                Self::PostgresStalled,
                Self::PostgresRefused,
                Self::RedisFlushed,
                Self::RedisRestarted,
                Self::RedisStopped,
                Self::RedisPaused,
                Self::RedisCut,
                Self::RedisStalled,
                Self::DiskFull,
                Self::ClockAhead,
                Self::ClockBehind,
                Self::ClientsReset,
            ])
            .collect()
    }

    /// In words.
    pub(super) fn name(self) -> String {
        let words = match self {
            Self::KilledAt(of, step) => return format!("kill -9 at {of}.{step}"),
            Self::WorkerKilled => "kill -9 of a worker at any moment",
            Self::ApiKilled => "kill -9 of an API at any moment",
            Self::WorkerPaused => "a worker stopped beyond its leases",
            Self::ApiPaused => "an API stopped",
            Self::PostgresRestarted => "PostgreSQL restarted",
            Self::PostgresCrashed => "PostgreSQL crashed",
            Self::PostgresPaused => "PostgreSQL stopped (SIGSTOP)",
            Self::PostgresCut => "connections to PostgreSQL reset",
            Self::PostgresStalled => "connections to PostgreSQL stalled",
            Self::PostgresRefused => "connections to PostgreSQL refused",
            Self::RedisFlushed => "Redis flushed",
            Self::RedisRestarted => "Redis restarted",
            Self::RedisStopped => "Redis away",
            Self::RedisPaused => "Redis stopped (SIGSTOP)",
            Self::RedisCut => "connections to Redis reset",
            Self::RedisStalled => "connections to Redis stalled",
            Self::DiskFull => "disk of the data folder full",
            Self::ClockAhead => "clock of a process ahead",
            Self::ClockBehind => "clock of a process behind",
            Self::ClientsReset => "clients reset in mid-request",
        };
        words.to_owned()
    }
}
