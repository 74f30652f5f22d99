//! One change in progress.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_types::Timestamptz};
use uuid::Uuid;

use crate::{
    Actor, Environment, Error, audit, ledger, prepared::prepared, submissions::FrozenCache,
};

/// A transaction in progress, with who makes it and when.
pub struct Tx<'a> {
    connection: &'a mut PgConnection,
    actor: &'a Actor,
    environment: &'a Environment,
    frozen: &'a FrozenCache,
    now: DateTime<Utc>,
    ledger_now: Option<DateTime<Utc>>,
    woken: &'a mut Vec<String>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(
        connection: &'a mut PgConnection,
        actor: &'a Actor,
        environment: &'a Environment,
        frozen: &'a FrozenCache,
        woken: &'a mut Vec<String>,
    ) -> Self {
        let now = environment.clock.now();
        Self {
            connection,
            actor,
            environment,
            frozen,
            now,
            ledger_now: None,
            woken,
        }
    }

    /// The connection, for queries of this crate.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    /// Time of the transaction, the same throughout.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Time of the transaction by the clock of the job ledger: the database's,
    /// where each process has a clock of its own that may be wrong.
    ///
    /// # Errors
    /// If the database fails.
    pub fn ledger_now(&mut self) -> Result<DateTime<Utc>, Error> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Timestamptz)]
            now: DateTime<Utc>,
        }
        if !self.environment.clock.is_one_of_several() {
            return Ok(self.now);
        }
        if let Some(now) = self.ledger_now {
            return Ok(now);
        }
        let row: Row = prepared("SELECT clock_timestamp() AS now").get_result(self.connection)?;
        self.ledger_now = Some(row.now);
        Ok(row.now)
    }

    /// A time by the clock of this process as the ledger's clock has it.
    pub(crate) fn by_ledger(&mut self, at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
        Ok(self.ledger_now()? + (at - self.now))
    }

    /// Frozen facts that were read last.
    pub(crate) const fn frozen(&self) -> &'a FrozenCache {
        self.frozen
    }

    /// Who makes the change.
    #[must_use]
    pub const fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// A new identifier.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.environment.ids.next(self.now)
    }

    /// New unpredictable bytes.
    #[must_use]
    pub fn new_secret(&self) -> [u8; 32] {
        self.environment.ids.secret()
    }

    /// A number from 0 up to but not including 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        self.environment.ids.fraction()
    }

    /// Writes an audit event.
    ///
    /// # Errors
    /// If the database fails.
    pub fn audit(&mut self, event: &audit::Event<'_>) -> Result<(), Error> {
        audit::write(self.connection, self.now, self.actor, event)
    }

    /// Writes a job; its queue is woken once the transaction has committed.
    /// Returns `None` if an equal job (same kind and dedupe key) is waiting
    /// or running already.
    ///
    /// # Errors
    /// If the database fails.
    pub fn enqueue(&mut self, job: &ledger::NewJob) -> Result<Option<Uuid>, Error> {
        self.enqueue_in(job, None)
    }

    /// The same, in a lane: jobs of one lane share a few of the slots of
    /// their queue.
    ///
    /// # Errors
    /// If the database fails.
    pub fn enqueue_in(
        &mut self,
        job: &ledger::NewJob,
        lane: Option<Uuid>,
    ) -> Result<Option<Uuid>, Error> {
        let id = self.new_id();
        let now = self.ledger_now()?;
        let run_at = job.run_at.map(|at| self.by_ledger(at)).transpose()?;
        let job = ledger::NewJob {
            run_at,
            ..job.clone()
        };
        let written = ledger::insert(self.connection, id, now, self.actor, &job, lane)?;
        if written {
            self.woken.push(job.queue.to_owned());
        }
        Ok(written.then_some(id))
    }

    /// Wakes a queue once the transaction has committed.
    pub(crate) fn wake(&mut self, queue: &str) {
        self.woken.push(queue.to_owned());
    }
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).finish()
    }
}
