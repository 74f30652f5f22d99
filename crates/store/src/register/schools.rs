//! Members of bodies created over REST.

use std::collections::BTreeSet;

use diesel::{PgConnection, prelude::*};
use group_inspection_core::{Urn, body::MemberRole};
use uuid::Uuid;

use super::derive::{derive_schools, new_row};
use crate::{
    Error, Tx,
    bodies::{NewMember, stored},
    schema::{establishment_version, membership},
};

/// Refuses schools that the register does not have.
pub(crate) fn require_schools(
    connection: &mut PgConnection,
    schools: impl Iterator<Item = Urn>,
) -> Result<(), Error> {
    let asked: BTreeSet<i32> = schools.map(stored).collect();
    let held: BTreeSet<i32> = establishment_version::table
        .filter(establishment_version::urn.eq_any(asked.iter().copied().collect::<Vec<_>>()))
        .select(establishment_version::urn)
        .distinct()
        .load(connection)?
        .into_iter()
        .collect();
    match asked.difference(&held).next() {
        None => Ok(()),
        Some(missing) => Err(Error::refused(
            "DR-05",
            format!("the register has no school with the URN {missing}"),
        )),
    }
}

/// Replaces what is declared of a body's members, as known from now on.
pub(crate) fn replace_api_members(
    tx: &mut Tx<'_>,
    body: Uuid,
    members: &[NewMember],
) -> Result<(), Error> {
    let now = tx.now();
    let mut touched: BTreeSet<i32> = membership::table
        .filter(membership::body_id.eq(body))
        .filter(membership::recorded_to.is_null())
        .select(membership::urn)
        .load(tx.connection())?
        .into_iter()
        .collect();
    diesel::update(
        membership::table
            .filter(membership::body_id.eq(body))
            .filter(membership::recorded_to.is_null()),
    )
    .set(membership::recorded_to.eq(now))
    .execute(tx.connection())?;
    let rows: Vec<_> = members
        .iter()
        .map(|member| {
            touched.insert(stored(member.urn));
            new_row(
                stored(member.urn),
                body,
                MemberRole::Responsible,
                (member.from, false),
                (member.to, false),
                "api",
                now,
            )
        })
        .collect();
    diesel::insert_into(membership::table)
        .values(rows)
        .execute(tx.connection())?;
    derive_schools(tx, &touched)
}
