//! What the sweeper needs of a transaction: to be the only one, and to go on
//! when one row's aftermath fails.

use diesel::{
    RunQueryDsl,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Bool},
};

use crate::{Error, Tx};

/// Key of the advisory lock held while sweeping.
const LOCK: i64 = 0x0073_7765_6570; // "sweep"

/// Whether this transaction is the only one that sweeps; holds until it ends.
///
/// # Errors
/// If the database fails.
pub fn alone(tx: &mut Tx<'_>) -> Result<bool, Error> {
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = Bool)]
        taken: bool,
    }
    let row: Taken = sql_query("SELECT pg_try_advisory_xact_lock($1) AS taken")
        .bind::<BigInt, _>(LOCK)
        .get_result(tx.connection())?;
    Ok(row.taken)
}

/// Runs `work` so that its failure undoes only what it did itself. The outer
/// result is about the transaction, the inner one about `work`.
///
/// # Errors
/// If the database fails.
pub fn apart(
    tx: &mut Tx<'_>,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), Error>,
) -> Result<Result<(), Error>, Error> {
    sql_query("SAVEPOINT apart").execute(tx.connection())?;
    let result = work(tx);
    let then = if result.is_ok() {
        "RELEASE SAVEPOINT apart"
    } else {
        "ROLLBACK TO SAVEPOINT apart"
    };
    sql_query(then).execute(tx.connection())?;
    Ok(result)
}
