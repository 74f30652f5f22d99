//! The register of what already holds responsible bodies to account (DR-36).

use diesel::PgConnection;
use group_inspection_core::{
    accountability::{Flaw, Register},
    calendar::day_in_england,
};
use uuid::Uuid;

use crate::{
    Error, Tx,
    records::{self, Held, Owner, Record},
};

impl Record for Register {
    const KIND: &'static str = "accountability_register";
}

/// There is one register.
const THE_REGISTER: Uuid = Uuid::from_u128(0x8d4f_3f5e_0b8a_4c55_9a51_4d1f_2c7e_6b01);

/// The register in force with its revision; revision 0 is the one that ships
/// with the service.
///
/// # Errors
/// If the database fails.
pub fn register(connection: &mut PgConnection) -> Result<(Register, i64), Error> {
    match records::get::<Register>(connection, THE_REGISTER) {
        Ok(Held {
            value, revision, ..
        }) => Ok((value, revision)),
        Err(Error::NotFound) => Ok((Register::default(), 0)),
        Err(other) => Err(other),
    }
}

/// Replaces the register; reports compiled from now on use it. Returns the
/// flaws if it has any: then nothing is kept.
///
/// # Errors
/// [`crate::error::Conflict::StaleRevision`], or if the database fails.
pub fn replace(
    tx: &mut Tx<'_>,
    expected: i64,
    register: &Register,
    reason: &str,
) -> Result<Result<i64, Vec<Flaw>>, Error> {
    let flaws = register.flaws(day_in_england(tx.now()));
    if !flaws.is_empty() {
        return Ok(Err(flaws));
    }
    let (_, current) = self::register(tx.connection())?;
    if current != expected {
        return Err(Error::Conflict(crate::error::Conflict::StaleRevision {
            current,
        }));
    }
    if current == 0 {
        records::insert(tx, THE_REGISTER, Owner::default(), register, Some(reason))?;
        return Ok(Ok(1));
    }
    records::replace(tx, THE_REGISTER, Some(current), register, Some(reason)).map(Ok)
}
