//! How the service is, in numbers that are cheap to read: for metrics and for
//! the question whether it is ready.

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Nullable, Text, Timestamptz},
};

use crate::Error;

/// How the service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vitals {
    /// Jobs that are not over, and dead ones.
    pub jobs: Vec<Jobs>,
    /// Running jobs whose lease has expired.
    pub leases_overdue: i64,
    /// Audit events that wait to be sealed.
    pub unsealed: i64,
    /// When the oldest of them was written.
    pub unsealed_since: Option<DateTime<Utc>>,
    /// Notifications that have neither arrived nor been given up, by channel.
    pub notifications: Vec<(String, i64)>,
}

/// Jobs of one queue in one state.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Jobs {
    /// Queue.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// `due`, `scheduled`, `running` or `dead`.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub jobs: i64,
    /// When the first of them fell due, will fall due, was started or ended.
    #[diesel(sql_type = Timestamptz)]
    pub since: DateTime<Utc>,
}

impl Vitals {
    /// Jobs of a queue in a state.
    #[must_use]
    pub fn count(&self, queue: &str, state: &str) -> i64 {
        self.find(queue, state).map_or(0, |jobs| jobs.jobs)
    }

    /// For how long the oldest due job of a queue has waited, in seconds.
    #[must_use]
    pub fn oldest_due(&self, queue: &str, now: DateTime<Utc>) -> f64 {
        self.find(queue, "due")
            .map_or(0.0, |jobs| seconds(now - jobs.since))
    }

    /// For how long the oldest unsealed audit event has waited, in seconds.
    #[must_use]
    pub fn oldest_unsealed(&self, now: DateTime<Utc>) -> f64 {
        self.unsealed_since
            .map_or(0.0, |since| seconds(now - since))
    }

    fn find(&self, queue: &str, state: &str) -> Option<&Jobs> {
        self.jobs
            .iter()
            .find(|jobs| jobs.queue == queue && jobs.state == state)
    }
}

fn seconds(waited: chrono::TimeDelta) -> f64 {
    waited.to_std().unwrap_or_default().as_secs_f64()
}

/// How the service is at `now`. Each part has an index of its own, so that
/// what is done costs nothing.
///
/// # Errors
/// If the database fails.
pub fn read(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<Vitals, Error> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        overdue: i64,
        #[diesel(sql_type = BigInt)]
        unsealed: i64,
        #[diesel(sql_type = Nullable<Timestamptz>)]
        unsealed_since: Option<DateTime<Utc>>,
    }
    #[derive(QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = Text)]
        channel: String,
        #[diesel(sql_type = BigInt)]
        waiting: i64,
    }
    let jobs = sql_query(
        "SELECT queue, CASE WHEN run_at <= $1 THEN 'due' ELSE 'scheduled' END AS state, \
                count(*) AS jobs, min(run_at) AS since \
         FROM job WHERE state = 'ready' GROUP BY 1, 2 \
         UNION ALL \
         SELECT queue, 'running', count(*), min(started_at) \
         FROM job WHERE state = 'running' GROUP BY 1 \
         UNION ALL \
         SELECT queue, 'dead', count(*), min(finished_at) \
         FROM job WHERE state = 'dead' GROUP BY 1",
    )
    .bind::<Timestamptz, _>(now)
    .load(connection)?;
    let counted: Counted = sql_query(
        "SELECT (SELECT count(*) FROM job WHERE state = 'running' AND lease_until < $1) AS overdue, \
                (SELECT count(*) FROM audit_unsealed) AS unsealed, \
                (SELECT event.at FROM audit_unsealed waiting \
                 JOIN audit_event event ON event.id = waiting.event_id \
                 ORDER BY waiting.event_id LIMIT 1) AS unsealed_since",
    )
    .bind::<Timestamptz, _>(now)
    .get_result(connection)?;
    let waiting: Vec<Waiting> = sql_query(
        "SELECT channel, count(*) AS waiting FROM notification WHERE state = 'waiting' GROUP BY 1",
    )
    .load(connection)?;
    Ok(Vitals {
        jobs,
        leases_overdue: counted.overdue,
        unsealed: counted.unsealed,
        unsealed_since: counted.unsealed_since,
        notifications: waiting
            .into_iter()
            .map(|row| (row.channel, row.waiting))
            .collect(),
    })
}
