//! Running the migrations, one process at a time.

use diesel::{PgConnection, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::Error;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Key of the advisory lock held while migrating.
const LOCK: i64 = 0x0067_726f_7570; // "group"

/// Brings the schema up to date; returns the versions that were applied.
///
/// Several processes may call this at once: they take turns on an advisory
/// lock, and all but the first find nothing to do.
///
/// # Errors
/// If the lock cannot be taken or a migration fails; a failed migration is
/// rolled back.
pub fn run(connection: &mut PgConnection) -> Result<Vec<String>, Error> {
    // The session may have a short lock time-out; waiting here is the point.
    sql_query("SET lock_timeout = 0").execute(connection)?;
    sql_query("SET statement_timeout = 0").execute(connection)?;
    sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(connection)?;
    let applied = connection
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect());
    sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(connection)?;
    applied.map_err(|error| Error::internal("migration failed", error))
}

/// Reverts every migration.
///
/// # Errors
/// If a migration cannot be reverted.
pub fn revert_all(connection: &mut PgConnection) -> Result<(), Error> {
    connection
        .revert_all_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| Error::internal("reverting failed", error))
}

/// Whether the schema lacks a migration this program has.
///
/// # Errors
/// If the database cannot be asked.
pub fn is_pending(connection: &mut PgConnection) -> Result<bool, Error> {
    connection
        .has_pending_migration(MIGRATIONS)
        .map_err(|error| Error::internal("cannot read the schema version", error))
}
