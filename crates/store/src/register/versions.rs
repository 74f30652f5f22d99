//! Merging a dated file into a table of versions.
//!
//! A version of a key holds from its day until the key's next version. Files
//! may arrive in any order: a file of day D changes what holds from D until
//! the next day for which a file of the series was read, and nothing else.

use chrono::NaiveDate;
use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date},
};
use group_inspection_registers::Layout;

use super::intake::Counts;
use crate::{Error, schema::register_file};

/// A table of versions and its staging table. All names are constants of this
/// crate; none comes from outside.
#[derive(Debug, Clone, Copy)]
pub(super) struct Versioned {
    /// Layout of the files it is merged from.
    pub(super) layout: Layout,
    /// Table of versions.
    pub(super) table: &'static str,
    /// Temporary table with the rows of the file.
    pub(super) stage: &'static str,
    /// Key columns, without the day.
    pub(super) key: &'static [&'static str],
    /// Columns besides key, day and digest.
    pub(super) content: &'static [&'static str],
    /// A condition on the table's rows (`t.…`) that limits it to the series.
    pub(super) series: &'static str,
    /// Whether the file lists all that is present, so that absence means the
    /// end. Such a table has a column `gone`.
    pub(super) complete: bool,
}

#[derive(QueryableByName)]
struct Tally {
    #[diesel(sql_type = BigInt)]
    inserted: i64,
    #[diesel(sql_type = BigInt)]
    changed: i64,
    #[diesel(sql_type = BigInt)]
    unchanged: i64,
}

impl Versioned {
    fn on_key(&self, left: &str, right: &str) -> String {
        self.key
            .iter()
            .map(|column| format!("{left}.{column} = {right}.{column}"))
            .collect::<Vec<_>>()
            .join(" AND ")
    }

    fn list(&self, alias: &str, columns: &[&str]) -> String {
        columns
            .iter()
            .map(|column| format!("{alias}.{column}"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Merges the staged rows as of `as_at`. `next` is the next later day for
    /// which a file of the series was read, if any.
    pub(super) fn merge(
        &self,
        connection: &mut PgConnection,
        as_at: NaiveDate,
        next: Option<NaiveDate>,
    ) -> Result<Counts, Error> {
        let Self {
            table,
            stage,
            series,
            ..
        } = self;
        let key = self.list("s", self.key);
        let content = self.list("s", self.content);
        let keys = self.key.join(", ");
        let contents = self.content.join(", ");
        let gone = if self.complete { "v.gone" } else { "false" };
        let t_gone = if self.complete { "t.gone" } else { "false" };
        let on_stage = self.on_key("t", "s");

        // What held on the day before this file, for each key of the file.
        sql_query(format!(
            "CREATE TEMP TABLE merge_change ON COMMIT DROP AS \
             SELECT {key}, s.digest, v.digest AS old, (v.digest IS NULL OR {gone}) AS absent \
             FROM {stage} s LEFT JOIN LATERAL ( \
                 SELECT t.* FROM {table} t WHERE {on_stage} AND {series} AND t.as_at <= $1 \
                 ORDER BY t.as_at DESC LIMIT 1) v ON true"
        ))
        .bind::<Date, _>(as_at)
        .execute(connection)?;
        let tally: Tally = sql_query(
            "SELECT count(*) FILTER (WHERE absent) AS inserted, \
             count(*) FILTER (WHERE NOT absent AND old <> digest) AS changed, \
             count(*) FILTER (WHERE NOT absent AND old = digest) AS unchanged FROM merge_change",
        )
        .get_result(connection)?;

        let mut ended = 0;
        if self.complete {
            ended = self.end_absent(connection, as_at, next)?;
        }
        if let Some(next) = next {
            self.keep_later(connection, as_at, next)?;
        }
        let on_change = self.on_key("c", "s");
        let gone_column = if self.complete { ", gone" } else { "" };
        let gone_value = if self.complete { ", false" } else { "" };
        let set = self
            .content
            .iter()
            .map(|column| format!("{column} = excluded.{column}"))
            .chain(["digest = excluded.digest".to_owned()])
            .chain(self.complete.then(|| "gone = false".to_owned()))
            .collect::<Vec<_>>()
            .join(", ");
        sql_query(format!(
            "INSERT INTO {table} ({keys}, as_at, digest, {contents}{gone_column}) \
             SELECT {key}, $1, s.digest, {content}{gone_value} FROM {stage} s \
             JOIN merge_change c ON {on_change} WHERE c.absent OR c.old <> c.digest \
             ON CONFLICT ({keys}, as_at) DO UPDATE SET {set}",
        ))
        .bind::<Date, _>(as_at)
        .execute(connection)?;

        // A later version that says the same again is no version of its own.
        if next.is_some() {
            let on_change = self.on_key("t", "c");
            sql_query(format!(
                "DELETE FROM {table} t USING merge_change c \
                 WHERE {on_change} AND {series} AND t.as_at > $1 AND t.digest = c.digest \
                   AND NOT {t_gone} \
                   AND t.as_at = (SELECT min(n.as_at) FROM {table} n \
                                  WHERE {n_key} AND {n_series} AND n.as_at > $1)",
                n_key = self.on_key("n", "c"),
                n_series = series.replace("t.", "n."),
            ))
            .bind::<Date, _>(as_at)
            .execute(connection)?;
        }
        sql_query("DROP TABLE merge_change").execute(connection)?;
        Ok(Counts {
            inserted: tally.inserted,
            changed: tally.changed,
            unchanged: tally.unchanged,
            ended,
        })
    }

    /// Marks as gone what held before and the file no longer lists.
    fn end_absent(
        &self,
        connection: &mut PgConnection,
        as_at: NaiveDate,
        next: Option<NaiveDate>,
    ) -> Result<i64, Error> {
        let Self {
            table,
            stage,
            series,
            ..
        } = self;
        let keys = self.key.join(", ");
        let contents = self.content.join(", ");
        let t_keys = self.list("t", self.key);
        let on_stage = self.on_key("s", "v");
        let v_contents = self.list("v", self.content);
        let v_keys = self.list("v", self.key);
        sql_query(format!(
            "CREATE TEMP TABLE merge_gone ON COMMIT DROP AS \
             SELECT v.* FROM (SELECT DISTINCT ON ({t_keys}) t.* FROM {table} t \
                              WHERE {series} AND t.as_at <= $1 \
                              ORDER BY {t_keys}, t.as_at DESC) v \
             WHERE NOT v.gone AND NOT EXISTS (SELECT 1 FROM {stage} s WHERE {on_stage})",
        ))
        .bind::<Date, _>(as_at)
        .execute(connection)?;
        // What the next file says stays as it is: it listed these keys, or
        // there is a version that says otherwise.
        if let Some(next) = next {
            sql_query(format!(
                "INSERT INTO {table} ({keys}, as_at, digest, {contents}, gone) \
                 SELECT {v_keys}, $1, v.digest, {v_contents}, false FROM merge_gone v \
                 ON CONFLICT ({keys}, as_at) DO NOTHING",
            ))
            .bind::<Date, _>(next)
            .execute(connection)?;
        }
        let ended = sql_query(format!(
            "INSERT INTO {table} ({keys}, as_at, digest, {contents}, gone) \
             SELECT {v_keys}, $1, v.digest, {v_contents}, true FROM merge_gone v \
             ON CONFLICT ({keys}, as_at) DO UPDATE SET gone = true",
        ))
        .bind::<Date, _>(as_at)
        .execute(connection)?;
        sql_query("DROP TABLE merge_gone").execute(connection)?;
        Ok(i64::try_from(ended).unwrap_or(i64::MAX))
    }

    /// Writes down what held at the next file's day before this file changes
    /// what comes before it.
    fn keep_later(
        &self,
        connection: &mut PgConnection,
        as_at: NaiveDate,
        next: NaiveDate,
    ) -> Result<(), Error> {
        let Self { table, series, .. } = self;
        let keys = self.key.join(", ");
        let contents = self.content.join(", ");
        let gone = if self.complete { ", gone" } else { "" };
        let v_gone = if self.complete { ", v.gone" } else { "" };
        let on_change = self.on_key("t", "c");
        sql_query(format!(
            "INSERT INTO {table} ({keys}, as_at, digest, {contents}{gone}) \
             SELECT {v_keys}, $2, v.digest, {v_contents}{v_gone} FROM merge_change c \
             JOIN LATERAL (SELECT t.* FROM {table} t WHERE {on_change} AND {series} \
                           AND t.as_at <= $1 ORDER BY t.as_at DESC LIMIT 1) v ON true \
             WHERE c.absent OR c.old <> c.digest \
             ON CONFLICT ({keys}, as_at) DO NOTHING",
            v_keys = self.list("v", self.key),
            v_contents = self.list("v", self.content),
        ))
        .bind::<Date, _>(as_at)
        .bind::<Date, _>(next)
        .execute(connection)?;
        if self.complete {
            // Listed here for the first time, and not by the next file.
            let c_keys = self.list("c", self.key);
            let on_stage = self.on_key("s", "c");
            let s_contents = self.list("s", self.content);
            sql_query(format!(
                "INSERT INTO {table} ({keys}, as_at, digest, {contents}, gone) \
                 SELECT {c_keys}, $1, c.digest, {s_contents}, true FROM merge_change c \
                 JOIN {stage} s ON {on_stage} WHERE c.absent \
                 ON CONFLICT ({keys}, as_at) DO NOTHING",
                stage = self.stage,
            ))
            .bind::<Date, _>(next)
            .execute(connection)?;
        }
        Ok(())
    }
}

/// The next later day for which a file of the layout was read.
pub(super) fn next_day(
    connection: &mut PgConnection,
    layout: Layout,
    as_at: NaiveDate,
) -> Result<Option<NaiveDate>, Error> {
    Ok(register_file::table
        .filter(register_file::state.eq("done"))
        .filter(register_file::layout.eq(layout.code()))
        .filter(register_file::as_at.gt(as_at))
        .select(diesel::dsl::min(register_file::as_at))
        .first(connection)?)
}
