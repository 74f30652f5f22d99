//! JSON of the database as what it stands for, without a tree of values between.

use std::any::type_name;

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    sql_types::Jsonb,
};
use serde::de::DeserializeOwned;

/// First byte of `jsonb` as PostgreSQL sends it: the version of its layout.
const LAYOUT: u8 = 1;

/// A `jsonb` column read into `T`.
#[derive(Debug, FromSqlRow)]
pub(crate) struct Typed<T>(pub(crate) T);

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for Typed<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        match bytes.as_bytes().split_first() {
            Some((&LAYOUT, text)) => serde_json::from_slice(text)
                .map(Self)
                .map_err(|error| format!("a stored {}: {error}", type_name::<T>()).into()),
            _ => Err("jsonb of another layout".into()),
        }
    }
}
