//! Staging tables and the text form in which rows are copied into them.

use std::{fmt::Write as _, io};

use chrono::NaiveDate;
use diesel::{PgConnection, connection::SimpleConnection};
use group_inspection_registers::Layout;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::versions::Versioned;
use crate::Error;

/// One row in PostgreSQL's text format for COPY. Reused from row to row.
#[derive(Debug, Default)]
pub(super) struct Line {
    key: String,
    content: String,
}

impl Line {
    pub(super) fn clear(&mut self) {
        self.key.clear();
        self.content.clear();
    }

    /// Adds a column of the key.
    pub(super) fn key(&mut self, value: impl std::fmt::Display) {
        let mut text = String::new();
        let _ = write!(text, "{value}");
        escape(&mut self.key, &text);
        self.key.push('\t');
    }

    /// Adds a column of the content.
    pub(super) fn text(&mut self, value: Option<&str>) {
        self.content.push('\t');
        match value {
            Some(value) => escape(&mut self.content, value),
            None => self.content.push_str("\\N"),
        }
    }

    /// Adds a column of the content whose text needs no escaping.
    pub(super) fn plain(&mut self, value: Option<impl std::fmt::Display>) {
        self.content.push('\t');
        match value {
            Some(value) => {
                let _ = write!(self.content, "{value}");
            }
            None => self.content.push_str("\\N"),
        }
    }

    /// Adds a date column.
    pub(super) fn date(&mut self, value: Option<NaiveDate>) {
        self.plain(value);
    }

    /// Digest of the content; equal content has an equal digest.
    pub(super) fn digest(&self) -> Uuid {
        let hash: [u8; 32] = Sha256::digest(self.content.as_bytes()).into();
        let mut short = [0_u8; 16];
        for (to, from) in short.iter_mut().zip(hash) {
            *to = from;
        }
        Uuid::from_bytes(short)
    }

    /// Writes key, digest and content as one row.
    pub(super) fn write(&self, to: &mut dyn io::Write) -> io::Result<()> {
        writeln!(to, "{}{}{}", self.key, self.digest(), self.content)
    }
}

fn escape(to: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '\\' => to.push_str("\\\\"),
            '\t' => to.push_str("\\t"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            // PostgreSQL text cannot hold it.
            '\0' => {}
            other => to.push(other),
        }
    }
}

/// Declares a staging table for COPY. Rows go in as text, so the types of the
/// columns do not matter here.
macro_rules! stage_table {
    ($module:ident: $first:ident, $($column:ident),+) => {
        pub(super) mod $module {
            diesel::table! {
                $module ($first) {
                    $first -> Text,
                    $($column -> Text,)+
                }
            }
            pub(in crate::register) use $module::table;
        }
    };
}

stage_table!(stage_establishment: urn, digest, name, la_code, la_name, establishment_number, type_code, type_name, type_group, status, open_date, close_date, phase, age_low, age_high, gender, religious_character, diocese_code, diocese_name, capacity, pupils, fsm_per_cent, ukprn, town, county, postcode, region, urban_rural, easting, northing);
stage_table!(stage_group: uid, digest, group_id, name, companies_house, type_code, status, opened, closed, ukprn, town, county, postcode);
stage_table!(stage_link: urn, uid, series, digest, joined);
stage_table!(stage_establishment_link: urn, link_urn, link_type, digest, established, link_name);
stage_table!(stage_outcome: urn, inspection_number, event, layout, digest, urn_at_time, framework, started, content);

/// Copies rows in text form into the staging table `$table`.
macro_rules! copy_into {
    ($connection:expr, $table:ident, $rows:expr) => {{
        use diesel::ExecuteCopyFromDsl as _;
        // COPY takes a `Fn`; it calls it once.
        let rows = std::cell::RefCell::new($rows);
        diesel::copy_from($crate::register::stage::$table::table)
            .from_raw_data(
                $crate::register::stage::$table::table,
                |to: &mut dyn std::io::Write| -> Result<(), diesel::result::Error> {
                    let mut rows = rows.borrow_mut();
                    rows(to).map_err(|error: std::io::Error| {
                        diesel::result::Error::SerializationError(Box::new(error))
                    })
                },
            )
            .execute($connection)
            .map_err($crate::Error::from)
    }};
}
pub(super) use copy_into;

pub(super) const ESTABLISHMENTS: Versioned = Versioned {
    table: "establishment_version",
    stage: "stage_establishment",
    key: &["urn"],
    content: &[
        "name",
        "la_code",
        "la_name",
        "establishment_number",
        "type_code",
        "type_name",
        "type_group",
        "status",
        "open_date",
        "close_date",
        "phase",
        "age_low",
        "age_high",
        "gender",
        "religious_character",
        "diocese_code",
        "diocese_name",
        "capacity",
        "pupils",
        "fsm_per_cent",
        "ukprn",
        "town",
        "county",
        "postcode",
        "region",
        "urban_rural",
        "easting",
        "northing",
    ],
    layout: Layout::EdubaseAll,
    series: "true",
    complete: false,
};

pub(super) const GROUPS: Versioned = Versioned {
    table: "group_version",
    stage: "stage_group",
    key: &["uid"],
    content: &[
        "group_id",
        "name",
        "companies_house",
        "type_code",
        "status",
        "opened",
        "closed",
        "ukprn",
        "town",
        "county",
        "postcode",
    ],
    layout: Layout::AllGroups,
    series: "true",
    complete: false,
};

pub(super) const LINKS: Versioned = Versioned {
    table: "link_version",
    stage: "stage_link",
    key: &["urn", "uid", "series"],
    content: &["joined"],
    layout: Layout::AllLinks,
    series: "t.series = 'gias_group_links'",
    complete: true,
};

pub(super) const ACADEMY_LINKS: Versioned = Versioned {
    layout: Layout::GroupLinksAcademies,
    series: "t.series = 'gias_academy_group_links'",
    ..LINKS
};

/// Makes the staging table of a table of versions. It disappears with the
/// transaction.
pub(super) fn create(connection: &mut PgConnection, of: &Versioned) -> Result<(), Error> {
    let columns = of
        .key
        .iter()
        .copied()
        .chain(["digest"])
        .chain(of.content.iter().copied())
        .collect::<Vec<_>>()
        .join(", ");
    connection.batch_execute(&format!(
        "CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {columns} FROM {} WITH NO DATA",
        of.stage, of.table
    ))?;
    Ok(())
}

/// A file may list a key twice: its last row counts. Returns how many rows
/// were dropped.
pub(super) fn keep_last(connection: &mut PgConnection, of: &Versioned) -> Result<usize, Error> {
    use diesel::RunQueryDsl;
    let same = of
        .key
        .iter()
        .map(|column| format!("a.{column} = b.{column}"))
        .collect::<Vec<_>>()
        .join(" AND ");
    connection.batch_execute(&format!(
        "CREATE INDEX ON {stage} ({keys}); ANALYZE {stage}",
        stage = of.stage,
        keys = of.key.join(", ")
    ))?;
    Ok(diesel::sql_query(format!(
        "DELETE FROM {stage} a USING {stage} b WHERE {same} AND a.ctid < b.ctid",
        stage = of.stage
    ))
    .execute(connection)?)
}
