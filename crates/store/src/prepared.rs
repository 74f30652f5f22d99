//! SQL of our own that each connection prepares once.
//!
//! diesel prepares `sql_query`, every `UPDATE` and every upsert anew at each
//! call, since their text might have no end of forms: a round trip, a parse and
//! a plan more each time. Where one is sent with every request, its text is
//! given here instead, and it is kept like a `SELECT`.

use std::marker::PhantomData;

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{HasSqlType, Untyped},
};

/// Stands in the text for each value, in order.
const PLACE: &str = "{}";

/// A statement with its values.
pub(crate) struct Prepared<Values> {
    sql: &'static str,
    values: Values,
}

/// A statement whose text is `sql`, with `{}` for each value.
pub(crate) const fn prepared(sql: &'static str) -> Prepared<Nothing> {
    Prepared {
        sql,
        values: Nothing,
    }
}

/// No value.
pub(crate) struct Nothing;

/// A value after others.
pub(crate) struct Bound<Before, Type, Value> {
    before: Before,
    value: Value,
    of: PhantomData<Type>,
}

impl<Values> Prepared<Values> {
    /// Adds a value.
    pub(crate) fn bind<Type, Value>(self, value: Value) -> Prepared<Bound<Values, Type, Value>> {
        Prepared {
            sql: self.sql,
            values: Bound {
                before: self.values,
                value,
                of: PhantomData,
            },
        }
    }
}

/// Values between the parts of a text.
pub(crate) trait Interleaved {
    fn walk<'b>(
        &'b self,
        parts: &mut std::str::Split<'static, &'static str>,
        out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()>;
}

impl Interleaved for Nothing {
    fn walk<'b>(
        &'b self,
        parts: &mut std::str::Split<'static, &'static str>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql(parts.next().unwrap_or_default());
        Ok(())
    }
}

impl<Before, Type, Value> Interleaved for Bound<Before, Type, Value>
where
    Before: Interleaved,
    Pg: HasSqlType<Type>,
    Value: ToSql<Type, Pg>,
{
    fn walk<'b>(
        &'b self,
        parts: &mut std::str::Split<'static, &'static str>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        self.before.walk(parts, out.reborrow())?;
        out.push_bind_param::<Type, Value>(&self.value)?;
        out.push_sql(parts.next().unwrap_or_default());
        Ok(())
    }
}

impl<Values: Interleaved> QueryFragment<Pg> for Prepared<Values> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.values.walk(&mut self.sql.split(PLACE), out)
    }
}

// Kept by its text.
impl<Values> QueryId for Prepared<Values> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Values> Query for Prepared<Values> {
    type SqlType = Untyped;
}

impl<Values> RunQueryDsl<PgConnection> for Prepared<Values> {}

#[cfg(test)]
mod tests {
    use diesel::{
        debug_query,
        sql_types::{Integer, Text},
    };

    use super::*;

    #[test]
    fn values_take_their_places_in_order() {
        let statement = prepared("SELECT {}, f({}) WHERE true")
            .bind::<Integer, _>(7)
            .bind::<Text, _>("a");
        assert_eq!(
            debug_query::<Pg, _>(&statement).to_string(),
            "SELECT $1, f($2) WHERE true -- binds: [7, \"a\"]"
        );
    }
}
