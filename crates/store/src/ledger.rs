//! The job ledger: the queue is a table.
//!
//! A job row is written in the transaction that makes the job necessary.
//! Attempts count when a job is claimed, so a job that kills its process ends
//! among the dead like any other. A claim holds a lease, not a transaction;
//! the sweeper gives expired leases back. All times are by the clock of the
//! ledger (`Tx::ledger_now`), so that processes whose clocks differ agree on
//! what is due and who holds what.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    PgConnection, RunQueryDsl,
    prelude::*,
    sql_query,
    sql_types::{self, Array, BigInt, Nullable, SmallInt, Text, Timestamptz},
};
use group_inspection_telemetry::trace::TraceParent;
use uuid::Uuid;

use crate::{Actor, Error, Tx, jobs::queue_of_retries, prepared::prepared, schema::job};

/// A job to be written.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Queue that a kind of worker listens to.
    pub queue: &'static str,
    /// What is to be done.
    pub kind: &'static str,
    /// Version of the payload's layout.
    pub kind_version: i16,
    /// What it needs to know. Identifiers, not content.
    pub payload: serde_json::Value,
    /// At most one job of the kind with this key waits or runs.
    pub dedupe_key: Option<String>,
    /// Claims at the most.
    pub max_attempts: i16,
    /// Not before this time; `None` for at once.
    pub run_at: Option<DateTime<Utc>>,
    /// Operation that the job carries out, if a caller follows one.
    pub operation_id: Option<Uuid>,
}

/// A job as claimed or read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = job)]
pub struct Job {
    /// Identifier.
    pub id: Uuid,
    /// Queue.
    pub queue: String,
    /// What is to be done.
    pub kind: String,
    /// Version of the payload's layout.
    pub kind_version: i16,
    /// What it needs to know.
    pub payload: serde_json::Value,
    /// `ready`, `running`, `done`, `dead` or `cancelled`.
    pub state: String,
    /// Claims so far, this one included.
    pub attempts: i16,
    /// Claims at the most.
    pub max_attempts: i16,
    /// Not before this time.
    pub run_at: DateTime<Utc>,
    /// Who holds the lease.
    pub lease_owner: Option<String>,
    /// Until when.
    pub lease_until: Option<DateTime<Utc>>,
    /// Operation that the job carries out.
    pub operation_id: Option<Uuid>,
    /// Request that caused it.
    pub request_id: Option<String>,
    /// Place in a trace of what caused it.
    pub trace_parent: Option<String>,
    /// Stable code of the last failure.
    pub last_error_code: Option<String>,
    /// Redacted text of the last failure.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was claimed last.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Lane it shares slots in.
    pub lane: Option<Uuid>,
}

/// How a claimed job ended this time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Done,
    /// It failed and may succeed later. Dead once its attempts are spent.
    Retry {
        /// Stable code of the failure.
        code: String,
        /// Redacted text of the failure.
        text: String,
        /// When to try again.
        at: DateTime<Utc>,
    },
    /// It failed and will never succeed.
    Dead {
        /// Stable code of the failure.
        code: String,
        /// Redacted text of the failure.
        text: String,
    },
    /// Nothing failed; it is too early. Does not count as an attempt.
    Snooze {
        /// When to look again.
        at: DateTime<Utc>,
    },
}

/// What became of a job whose ending was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// The ending was recorded and the job is over.
    Over,
    /// The ending was recorded and the job is dead.
    Dead,
    /// The job waits to be run again.
    Again,
    /// The caller no longer held the lease; nothing was recorded.
    LeaseLost,
}

pub(crate) fn insert(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
    actor: &Actor,
    new: &NewJob,
    lane: Option<Uuid>,
) -> Result<bool, Error> {
    let written = diesel::insert_into(job::table)
        .values((
            job::id.eq(id),
            job::queue.eq(new.queue),
            job::kind.eq(new.kind),
            job::kind_version.eq(new.kind_version),
            job::payload.eq(&new.payload),
            job::dedupe_key.eq(&new.dedupe_key),
            job::state.eq("ready"),
            job::priority.eq(0),
            job::attempts.eq(0),
            job::max_attempts.eq(new.max_attempts),
            job::run_at.eq(new.run_at.unwrap_or(now)),
            job::operation_id.eq(new.operation_id),
            job::request_id.eq(actor.request_id()),
            job::trace_parent.eq(actor.trace_parent().map(TraceParent::as_str)),
            job::created_at.eq(now),
            job::lane.eq(lane),
        ))
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(written == 1)
}

/// What a worker can carry out: kinds of job, each up to a version of its
/// payload. What is newer, or of another kind, stays in the ledger for a worker
/// that knows it: during an upgrade there are two versions of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    kinds: Vec<String>,
    versions: Vec<i16>,
}

impl Known {
    /// With one kind more.
    #[must_use]
    pub fn with(mut self, kind: &str, newest: i16) -> Self {
        self.kinds.push(kind.to_owned());
        self.versions.push(newest);
        self
    }
}

/// Room in the lanes of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Room {
    /// Jobs of one lane that may run at once.
    pub most: i64,
    /// Room left in lanes of which jobs run.
    pub left: Vec<(Uuid, i64)>,
}

impl Room {
    /// As many jobs of each lane as there are.
    #[must_use]
    pub const fn any() -> Self {
        Self {
            most: i64::MAX,
            left: Vec::new(),
        }
    }

    fn full(&self) -> Vec<Uuid> {
        let full = self.left.iter().filter(|(_, left)| *left <= 0);
        full.map(|(lane, _)| *lane).collect()
    }
}

/// Claims up to `limit` due jobs of `queue`, of whatever lane, among those that
/// are `known`, for `owner` until `now + lease`.
///
/// # Errors
/// If the database fails.
pub fn claim(
    connection: &mut PgConnection,
    queue: &str,
    owner: &str,
    now: DateTime<Utc>,
    lease: TimeDelta,
    limit: i64,
    known: &Known,
) -> Result<Vec<Job>, Error> {
    let until = (now, lease);
    claim_within(connection, queue, owner, until, limit, &Room::any(), known)
}

/// Claims up to `limit` due jobs of `queue`, among those that are `known`, for
/// `owner` until `now + lease`, of each lane no more than it has room for. Each claim counts as an attempt.
/// Two claimers never get the same job.
///
/// # Errors
/// If the database fails.
pub fn claim_within(
    connection: &mut PgConnection,
    queue: &str,
    owner: &str,
    (now, lease): (DateTime<Utc>, TimeDelta),
    limit: i64,
    room: &Room,
    known: &Known,
) -> Result<Vec<Job>, Error> {
    // Lanes without room are left out before the limit counts, so whatever is
    // in the window, at least one job of it is claimed.
    const CLAIM: &str = "\
        WITH due AS MATERIALIZED ( \
            SELECT id, lane, priority, run_at FROM job \
            WHERE queue = {} AND state = 'ready' AND run_at <= {} \
            AND (lane IS NULL OR lane <> ALL ({})) \
            AND EXISTS (SELECT FROM unnest({}, {}) AS known (kind, version) \
                        WHERE job.kind = known.kind AND kind_version <= version) \
            ORDER BY priority DESC, run_at, id LIMIT {} FOR UPDATE SKIP LOCKED), \
        placed AS ( \
            SELECT due.id, due.lane, room.jobs, row_number() OVER ( \
                PARTITION BY due.lane ORDER BY due.priority DESC, due.run_at, due.id) AS place \
            FROM due LEFT JOIN unnest({}, {}) AS room (lane, jobs) ON room.lane = due.lane) \
        UPDATE job SET state = 'running', attempts = attempts + 1, lease_owner = {}, \
               lease_until = {}, started_at = {} \
        WHERE id IN (SELECT id FROM placed \
                     WHERE lane IS NULL OR place <= coalesce(placed.jobs, {})) \
        RETURNING *";
    let (lanes, left): (Vec<Uuid>, Vec<i64>) = room.left.iter().copied().unzip();
    let mut jobs: Vec<Job> = prepared(CLAIM)
        .bind::<Text, _>(queue)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<sql_types::Uuid>, _>(room.full())
        .bind::<Array<Text>, _>(&known.kinds)
        .bind::<Array<SmallInt>, _>(&known.versions)
        .bind::<BigInt, _>(limit)
        .bind::<Array<sql_types::Uuid>, _>(lanes)
        .bind::<Array<BigInt>, _>(left)
        .bind::<Text, _>(owner)
        .bind::<Timestamptz, _>(now + lease)
        .bind::<Timestamptz, _>(now)
        .bind::<BigInt, _>(room.most)
        .load(connection)?;
    jobs.sort_by_key(|job| (job.run_at, job.id));
    Ok(jobs)
}

/// When the next job of `queue` falls due that is `known` and for which there is
/// room, if any waits.
///
/// # Errors
/// If the database fails.
pub fn next_due(
    connection: &mut PgConnection,
    queue: &str,
    room: &Room,
    known: &Known,
) -> Result<Option<DateTime<Utc>>, Error> {
    #[derive(QueryableByName)]
    struct Due {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        due: Option<DateTime<Utc>>,
    }
    let next: Due = prepared(
        "SELECT min(run_at) AS due FROM job WHERE queue = {} AND state = 'ready' \
         AND (lane IS NULL OR lane <> ALL ({})) \
         AND EXISTS (SELECT FROM unnest({}, {}) AS known (kind, version) \
                     WHERE job.kind = known.kind AND kind_version <= version)",
    )
    .bind::<Text, _>(queue)
    .bind::<Array<sql_types::Uuid>, _>(room.full())
    .bind::<Array<Text>, _>(&known.kinds)
    .bind::<Array<SmallInt>, _>(&known.versions)
    .get_result(connection)?;
    Ok(next.due)
}

/// Extends the lease of a job that `owner` still holds; `false` if it does
/// not.
///
/// # Errors
/// If the database fails.
pub fn renew(
    connection: &mut PgConnection,
    id: Uuid,
    owner: &str,
    until: DateTime<Utc>,
) -> Result<bool, Error> {
    let renewed = diesel::update(
        job::table
            .filter(job::id.eq(id))
            .filter(job::state.eq("running"))
            .filter(job::lease_owner.eq(owner)),
    )
    .set(job::lease_until.eq(until))
    .execute(connection)?;
    Ok(renewed == 1)
}

/// Records how a claimed job ended, if `owner` still holds its lease. Times in
/// the ending are by the clock of the process.
///
/// # Errors
/// If the database fails.
pub fn conclude(
    tx: &mut Tx<'_>,
    id: Uuid,
    owner: &str,
    ending: &Ending,
) -> Result<Recorded, Error> {
    let now = tx.ledger_now()?;
    let mut ending = ending.clone();
    if let Ending::Retry { at, .. } | Ending::Snooze { at } = &mut ending {
        *at = tx.by_ledger(*at)?;
    }
    end(tx.connection(), id, owner, now, &ending)
}

/// The same, with times by the clock of the ledger.
///
/// # Errors
/// If the database fails.
pub fn end(
    connection: &mut PgConnection,
    id: Uuid,
    owner: &str,
    now: DateTime<Utc>,
    ending: &Ending,
) -> Result<Recorded, Error> {
    let Some((attempts, max_attempts, kind, queue)) = job::table
        .filter(job::id.eq(id))
        .filter(job::state.eq("running"))
        .filter(job::lease_owner.eq(owner))
        .select((job::attempts, job::max_attempts, job::kind, job::queue))
        .for_update()
        .first::<(i16, i16, String, String)>(connection)
        .optional()?
    else {
        return Ok(Recorded::LeaseLost);
    };
    let row = job::table.find(id);
    let no_lease = (
        job::lease_owner.eq(None::<String>),
        job::lease_until.eq(None::<DateTime<Utc>>),
    );
    match ending {
        Ending::Done => {
            diesel::update(row)
                .set((
                    job::state.eq("done"),
                    job::finished_at.eq(now),
                    no_lease,
                    job::last_error_code.eq(None::<String>),
                    job::last_error.eq(None::<String>),
                ))
                .execute(connection)?;
            Ok(Recorded::Over)
        }
        Ending::Retry { code, text, at } if attempts < max_attempts => {
            diesel::update(row)
                .set((
                    job::state.eq("ready"),
                    job::queue.eq(queue_of_retries(&kind, &queue)),
                    job::run_at.eq(at),
                    no_lease,
                    job::last_error_code.eq(code),
                    job::last_error.eq(text),
                ))
                .execute(connection)?;
            Ok(Recorded::Again)
        }
        Ending::Retry { code, text, .. } | Ending::Dead { code, text } => {
            diesel::update(row)
                .set((
                    job::state.eq("dead"),
                    job::finished_at.eq(now),
                    no_lease,
                    job::last_error_code.eq(code),
                    job::last_error.eq(text),
                ))
                .execute(connection)?;
            Ok(Recorded::Dead)
        }
        Ending::Snooze { at } => {
            diesel::update(row)
                .set((
                    job::state.eq("ready"),
                    job::run_at.eq(at),
                    job::attempts.eq(attempts - 1),
                    no_lease,
                ))
                .execute(connection)?;
            Ok(Recorded::Again)
        }
    }
}

/// Records that claimed jobs are done, each if its owner still holds its lease;
/// says which were.
///
/// # Errors
/// If the database fails.
pub fn conclude_done(tx: &mut Tx<'_>, held: &[(Uuid, String)]) -> Result<Vec<Recorded>, Error> {
    #[derive(QueryableByName)]
    struct Over {
        #[diesel(sql_type = sql_types::Uuid)]
        id: Uuid,
    }
    let now = tx.ledger_now()?;
    let (ids, owners): (Vec<Uuid>, Vec<&str>) =
        held.iter().map(|(id, owner)| (*id, owner.as_str())).unzip();
    let over: Vec<Over> = prepared(
        "WITH mine AS MATERIALIZED ( \
            SELECT job.id FROM unnest({}, {}) AS held (id, owner) \
            JOIN job ON job.id = held.id AND job.lease_owner = held.owner \
            WHERE job.state = 'running' ORDER BY job.id FOR UPDATE OF job) \
        UPDATE job SET state = 'done', finished_at = {}, lease_owner = NULL, \
               lease_until = NULL, last_error_code = NULL, last_error = NULL \
        FROM mine WHERE job.id = mine.id RETURNING job.id",
    )
    .bind::<Array<sql_types::Uuid>, _>(&ids)
    .bind::<Array<Text>, _>(&owners)
    .bind::<Timestamptz, _>(now)
    .load(tx.connection())?;
    let over: HashSet<Uuid> = over.into_iter().map(|row| row.id).collect();
    Ok(ids
        .iter()
        .map(|id| {
            if over.contains(id) {
                Recorded::Over
            } else {
                Recorded::LeaseLost
            }
        })
        .collect())
}

/// Gives up a claim without running the job; the attempt does not count.
///
/// # Errors
/// If the database fails.
pub fn release(connection: &mut PgConnection, id: Uuid, owner: &str) -> Result<(), Error> {
    sql_query(
        "UPDATE job SET state = 'ready', attempts = attempts - 1, lease_owner = NULL, \
         lease_until = NULL WHERE id = $1 AND state = 'running' AND lease_owner = $2",
    )
    .bind::<diesel::sql_types::Uuid, _>(id)
    .bind::<Text, _>(owner)
    .execute(connection)?;
    Ok(())
}

/// What a sweep found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Jobs whose lease had expired and that wait again.
    pub returned: usize,
    /// Jobs whose lease had expired with their last attempt; now dead.
    pub dead: Vec<Job>,
    /// Queues in which jobs are due.
    pub due_queues: Vec<String>,
}

/// Code recorded for a job whose worker went away.
pub const LEASE_EXPIRED: &str = "lease_expired";

/// Gives expired leases back, buries jobs that have spent their attempts, and
/// names the queues with due work. What follows from a death is for those who
/// know the job, so others are left to them.
///
/// # Errors
/// If the database fails.
pub fn sweep(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    known: &Known,
) -> Result<Sweep, Error> {
    #[derive(QueryableByName)]
    struct Queue {
        #[diesel(sql_type = Text)]
        queue: String,
    }
    const BURY: &str = "\
        UPDATE job SET state = 'dead', finished_at = $1, lease_owner = NULL, lease_until = NULL, \
               last_error_code = $2, last_error = 'the worker went away during the last attempt' \
        WHERE id IN (SELECT id FROM job WHERE state = 'running' AND lease_until < $1 \
                     AND attempts >= max_attempts \
                     AND EXISTS (SELECT FROM unnest($3, $4) AS known (kind, version) \
                                 WHERE job.kind = known.kind AND kind_version <= version) \
                     FOR UPDATE SKIP LOCKED) \
        RETURNING *";
    const RETURN: &str = "\
        UPDATE job SET state = 'ready', run_at = $1, lease_owner = NULL, lease_until = NULL, \
               last_error_code = $2, last_error = 'the worker went away' \
        WHERE id IN (SELECT id FROM job WHERE state = 'running' AND lease_until < $1 \
                     AND attempts < max_attempts FOR UPDATE SKIP LOCKED)";
    let dead = sql_query(BURY)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(LEASE_EXPIRED)
        .bind::<Array<Text>, _>(&known.kinds)
        .bind::<Array<SmallInt>, _>(&known.versions)
        .load(connection)?;
    let returned = sql_query(RETURN)
        .bind::<Timestamptz, _>(now)
        .bind::<Text, _>(LEASE_EXPIRED)
        .execute(connection)?;
    let due: Vec<Queue> =
        sql_query("SELECT DISTINCT queue FROM job WHERE state = 'ready' AND run_at <= $1")
            .bind::<Timestamptz, _>(now)
            .load(connection)?;
    Ok(Sweep {
        returned,
        dead,
        due_queues: due.into_iter().map(|row| row.queue).collect(),
    })
}

/// Deletes jobs that ended well before `before`; dead ones stay until someone
/// decides on them. Returns how many.
///
/// # Errors
/// If the database fails.
pub fn prune(connection: &mut PgConnection, before: DateTime<Utc>) -> Result<usize, Error> {
    Ok(diesel::delete(
        job::table
            .filter(job::state.eq_any(["done", "cancelled"]))
            .filter(job::finished_at.lt(before)),
    )
    .execute(connection)?)
}

/// How many jobs a queue holds in a state, and since when the oldest waits.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct QueueState {
    /// Queue.
    #[diesel(sql_type = Text)]
    pub queue: String,
    /// State.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// Jobs.
    #[diesel(sql_type = BigInt)]
    pub jobs: i64,
    /// Earliest time at which one of them was or is due.
    #[diesel(sql_type = Timestamptz)]
    pub oldest: DateTime<Utc>,
    /// Attempts of the job with the most.
    #[diesel(sql_type = SmallInt)]
    pub most_attempts: i16,
}

/// Jobs by queue and state.
///
/// # Errors
/// If the database fails.
pub fn overview(connection: &mut PgConnection) -> Result<Vec<QueueState>, Error> {
    Ok(sql_query(
        "SELECT queue, state, count(*) AS jobs, min(run_at) AS oldest, \
         max(attempts) AS most_attempts FROM job GROUP BY queue, state ORDER BY queue, state",
    )
    .load(connection)?)
}

/// Whether a job runs or is due to be claimed at `now`.
///
/// # Errors
/// If the database fails.
pub fn is_busy(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<bool, Error> {
    let ready = job::state.eq("ready").and(job::run_at.le(now));
    Ok(diesel::select(diesel::dsl::exists(
        job::table.filter(job::state.eq("running").or(ready)),
    ))
    .get_result(connection)?)
}

/// One job.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<Job, Error> {
    Ok(job::table
        .find(id)
        .select(Job::as_select())
        .first(connection)?)
}

/// Ends every lease at once, for the next sweep to find. Only for a database
/// that one process uses: at its start nobody else can be running a job.
///
/// # Errors
/// If the database fails.
pub fn reclaim_all(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    diesel::update(job::table.filter(job::state.eq("running")))
        .set(job::lease_until.eq(now - TimeDelta::seconds(1)))
        .execute(connection)?;
    Ok(())
}
