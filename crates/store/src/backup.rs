//! Every row of every table, out of one snapshot and back into an empty
//! database.
//!
//! A row is what PostgreSQL itself writes for it as one value of the table's
//! row type, so nothing is lost on the way whatever the types of its columns,
//! and a copy of the embedded database can be put on a server or the other way
//! round. It belongs to one version of the schema; later migrations run after
//! it is back.

use std::io::{BufRead, Write};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Bool, Text},
};
use group_inspection_core::audit::Head;
use serde::{Deserialize, Serialize};

use crate::{Error, audit, migrate};

/// Rows of a table read at a time. A row may be a whole report.
const ROWS_AT_ONCE: usize = 20;

/// A table in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

/// A counter in a copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
pub struct Counter {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The number it gave last, or gives first.
    #[diesel(sql_type = BigInt)]
    pub value: i64,
    /// Whether it has given one.
    #[diesel(sql_type = Bool)]
    pub called: bool,
}

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Migrations of the schema it belongs to.
    pub migrations: Vec<String>,
    /// Tables, each after those it refers to.
    pub tables: Vec<Table>,
    /// Counters.
    pub counters: Vec<Counter>,
    /// Links of the audit chain.
    pub audit_position: u64,
    /// Hash of the last of them, in hexadecimal.
    pub audit_hash: String,
    /// Keys of the files that rows refer to.
    pub files: Vec<String>,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Writes every row, and says what was written. `place` opens where the rows
/// of a table go. To be called in one read-only snapshot
/// ([`crate::Store::read`]), which makes the copy consistent.
///
/// # Errors
/// If the database or a place fails, or the audit log is not what it was.
pub fn write<W: Write>(
    connection: &mut PgConnection,
    mut place: impl FnMut(&str) -> std::io::Result<W>,
) -> Result<Contents, Error> {
    let failed = |error: std::io::Error| Error::internal("writing a copy", error);
    let migrations = migrate::applied(connection)?;
    let head = audit::check(connection, &[])?
        .map_err(|broken| Error::internal("the audit log", broken))?
        .head;
    let mut tables = Vec::new();
    for name in tables_in_order(connection)? {
        let mut out = place(&name).map_err(failed)?;
        sql_query(format!(
            "DECLARE copied NO SCROLL CURSOR FOR SELECT one::text AS line FROM public.\"{name}\" AS one"
        ))
        .execute(connection)?;
        let mut rows = 0;
        loop {
            let some: Vec<Line> =
                sql_query(format!("FETCH {ROWS_AT_ONCE} FROM copied")).load(connection)?;
            for Line { line } in &some {
                let text = serde_json::to_string(line)
                    .map_err(|error| Error::internal("writing a copy", error))?;
                writeln!(out, "{text}").map_err(failed)?;
            }
            rows += some.len() as u64;
            if some.len() < ROWS_AT_ONCE {
                break;
            }
        }
        sql_query("CLOSE copied").execute(connection)?;
        out.flush().map_err(failed)?;
        tables.push(Table { name, rows });
    }
    let counters = sql_query(
        "SELECT sequencename::text AS name, coalesce(last_value, start_value) AS value, \
                last_value IS NOT NULL AS called \
         FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename",
    )
    .load(connection)?;
    let files: Vec<Line> = sql_query(
        "SELECT content ->> 'blob' AS line FROM record WHERE kind = 'attachment' \
         UNION SELECT blob FROM register_file \
         WHERE blob IS NOT NULL AND finished_at IS NULL ORDER BY line",
    )
    .load(connection)?;
    Ok(Contents {
        migrations,
        tables,
        counters,
        audit_position: head.position,
        audit_hash: head.hash.to_string(),
        files: files.into_iter().map(|row| row.line).collect(),
    })
}

/// Whether the database holds nothing of ours.
///
/// # Errors
/// If the database fails.
pub fn is_empty(connection: &mut PgConnection) -> Result<bool, Error> {
    for name in tables_in_order(connection)? {
        let held: Count = sql_query(format!(
            "SELECT count(*) AS count FROM (SELECT FROM public.\"{name}\" LIMIT 1) AS one"
        ))
        .get_result(connection)?;
        if held.count > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Puts every row back. To be called in one transaction, in an empty database
/// whose schema is that of the copy.
///
/// # Errors
/// If the database or a place fails, or if what was put back is not what was
/// copied: another number of rows, or another audit log.
pub fn read<R: BufRead>(
    connection: &mut PgConnection,
    contents: &Contents,
    mut place: impl FnMut(&str) -> std::io::Result<R>,
) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::internal("reading a copy", error);
    if migrate::applied(connection)? != contents.migrations {
        return Err(Error::Internal(
            "the schema is not that of the copy".to_owned(),
        ));
    }
    if !is_empty(connection)? {
        return Err(Error::Internal("the database is not empty".to_owned()));
    }
    let mut known = tables_in_order(connection)?;
    for table in &contents.tables {
        // The name becomes a part of a statement: only one of ours does.
        let Some(at) = known.iter().position(|name| *name == table.name) else {
            return Err(Error::internal("a copy has a table unknown", &table.name));
        };
        known.remove(at);
        let insert = insert(connection, &table.name)?;
        let mut some = Vec::with_capacity(ROWS_AT_ONCE);
        let mut rows = 0;
        let mut lines = place(&table.name).map_err(failed)?.lines();
        loop {
            let line = lines.next().transpose().map_err(failed)?;
            let last = line.is_none();
            if let Some(line) = line {
                let row: String = serde_json::from_str(&line)
                    .map_err(|error| Error::internal("reading a copy", error))?;
                some.push(row);
                rows += 1;
            }
            if some.len() == ROWS_AT_ONCE || (last && !some.is_empty()) {
                sql_query(&insert)
                    .bind::<Array<Text>, _>(std::mem::take(&mut some))
                    .execute(connection)?;
            }
            if last {
                break;
            }
        }
        if rows != table.rows {
            return Err(Error::Internal(format!(
                "the copy has {rows} rows of {} and should have {}",
                table.name, table.rows
            )));
        }
    }
    if let Some(missing) = known.first() {
        return Err(Error::internal("a copy lacks a table", missing));
    }
    for counter in &contents.counters {
        sql_query("SELECT setval($1::regclass, $2, $3)")
            .bind::<Text, _>(&counter.name)
            .bind::<BigInt, _>(counter.value)
            .bind::<Bool, _>(counter.called)
            .execute(connection)?;
    }
    let head = head_of(contents)?;
    let checked = audit::check(connection, &[head])?
        .map_err(|broken| Error::internal("the audit log that was put back", broken))?;
    if checked.head.position != head.position || checked.unaccounted > 0 {
        return Err(Error::Internal(
            "the audit log that was put back is not the one that was copied".to_owned(),
        ));
    }
    Ok(())
}

/// The head of the audit log in a copy.
///
/// # Errors
/// If its hash is none.
pub fn head_of(contents: &Contents) -> Result<Head, Error> {
    Ok(Head {
        position: contents.audit_position,
        hash: contents
            .audit_hash
            .parse()
            .map_err(|_| Error::internal("a copy", "its audit head"))?,
        completed_at: None,
    })
}

/// Our tables, each after those it refers to.
fn tables_in_order(connection: &mut PgConnection) -> Result<Vec<String>, Error> {
    let all: Vec<Line> = sql_query(
        "SELECT c.relname::text AS line FROM pg_class c \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
           AND NOT c.relispartition AND c.relname <> '__diesel_schema_migrations' \
         ORDER BY c.relname",
    )
    .load(connection)?;
    #[derive(QueryableByName)]
    struct Refers {
        #[diesel(sql_type = Text)]
        from: String,
        #[diesel(sql_type = Text)]
        to: String,
    }
    let refers: Vec<Refers> = sql_query(
        "SELECT a.relname::text AS from, b.relname::text AS to FROM pg_constraint k \
         JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid \
         WHERE k.contype = 'f' AND k.conrelid <> k.confrelid",
    )
    .load(connection)?;
    let mut left: Vec<String> = all.into_iter().map(|row| row.line).collect();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let (now, later): (Vec<String>, Vec<String>) = left.iter().cloned().partition(|name| {
            refers
                .iter()
                .all(|one| one.from != *name || !left.contains(&one.to))
        });
        if now.is_empty() {
            return Err(Error::internal(
                "tables refer to each other",
                left.join(", "),
            ));
        }
        ordered.extend(now);
        left = later;
    }
    Ok(ordered)
}

/// The statement that puts rows of a table back. Names are qualified: one of
/// our tables is called `record`, and so is a type of PostgreSQL's own.
fn insert(connection: &mut PgConnection, table: &str) -> Result<String, Error> {
    let columns: Vec<Line> = sql_query(
        "SELECT quote_ident(attname) AS line FROM pg_attribute \
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped \
           AND attgenerated = '' ORDER BY attnum",
    )
    .bind::<Text, _>(format!("public.\"{table}\""))
    .load(connection)?;
    let names: Vec<&str> = columns.iter().map(|row| row.line.as_str()).collect();
    let values: Vec<String> = names
        .iter()
        .map(|name| format!("(one.row).{name}"))
        .collect();
    Ok(format!(
        "INSERT INTO public.\"{table}\" ({}) OVERRIDING SYSTEM VALUE SELECT {} \
         FROM (SELECT line::public.\"{table}\" AS row FROM unnest($1) AS line OFFSET 0) AS one",
        names.join(", "),
        values.join(", ")
    ))
}
