//! Register imports as a resource: which files, and what came of each.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Seek, Tx, audit,
    jobs::{self, Kind},
    operations,
    schema::{register_file, register_import, register_rejection},
    seek::sought,
};

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name, from which its date may be read.
    pub file_name: String,
    /// The day it describes, if the sender says so.
    pub as_at: Option<NaiveDate>,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Key of its content in the object store.
    pub blob: String,
}

/// An import as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Identifier.
    pub id: Uuid,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its files, in the order given.
    pub files: Vec<File>,
}

/// One file of an import: where it is and what came of it.
///
/// For a file that is done, `rows_read` = accepted rows + `rows_rejected`.
/// Facts are what rows state: one per row in GIAS files, one per inspection
/// outcome in Ofsted files.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = register_file)]
pub struct File {
    /// Identifier.
    pub id: Uuid,
    /// Name.
    pub file_name: String,
    /// Code of the layout recognised.
    pub layout: Option<String>,
    /// The day the file describes.
    pub as_at: Option<NaiveDate>,
    /// SHA-256 in hexadecimal.
    pub sha256: Option<String>,
    /// Length in bytes.
    pub bytes: i64,
    /// `waiting`, `running`, `done` or `refused`.
    pub state: String,
    /// Data rows in the file.
    pub rows_read: i64,
    /// Rows that could not be read.
    pub rows_rejected: i64,
    /// Facts that were new.
    pub facts_inserted: i64,
    /// Facts that replaced an earlier one.
    pub facts_changed: i64,
    /// Facts that were known already.
    pub facts_unchanged: i64,
    /// Facts that a complete file no longer lists.
    pub facts_ended: i64,
    /// What was repaired or is worth knowing, as an array of texts.
    pub notes: Value,
    /// Why the file was refused, as a problem document.
    pub refusal: Option<Value>,
    /// Key of its content while it waits.
    pub blob: Option<String>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = register_rejection)]
pub struct Rejection {
    /// File.
    pub file_id: Uuid,
    /// Line in the file, from 1.
    pub line: i64,
    /// Position among the file's rejections, from 1.
    pub position: i32,
    /// Column, if one is to blame.
    pub column_name: Option<String>,
    /// What stood there, shortened.
    pub value: String,
    /// Stable code of the reason.
    pub code: String,
    /// Reason in a sentence.
    pub reason: String,
}

/// Records an import and its job; returns the import and the operation.
///
/// # Errors
/// If the database fails.
pub fn begin(tx: &mut Tx<'_>, files: &[NewFile]) -> Result<(Uuid, Uuid), Error> {
    let import = record(tx, files)?;
    let operation = operations::begin(tx, "import", None, ("import", import))?;
    tx.enqueue(&jobs::Import { import_id: import }.job(import.to_string(), Some(operation))?)?;
    Ok((import, operation))
}

/// Records an import without a job, for a command that carries it out itself.
///
/// # Errors
/// If the database fails.
pub fn record(tx: &mut Tx<'_>, files: &[NewFile]) -> Result<Uuid, Error> {
    let id = tx.new_id();
    let now = tx.now();
    let requested_by = tx.actor().name().to_owned();
    diesel::insert_into(register_import::table)
        .values((
            register_import::id.eq(id),
            register_import::state.eq("waiting"),
            register_import::requested_by.eq(requested_by),
            register_import::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    for (position, file) in files.iter().enumerate() {
        let file_id = tx.new_id();
        diesel::insert_into(register_file::table)
            .values((
                register_file::id.eq(file_id),
                register_file::import_id.eq(id),
                register_file::position.eq(i32::try_from(position).unwrap_or(i32::MAX)),
                register_file::file_name.eq(&file.file_name),
                register_file::as_at.eq(file.as_at),
                register_file::sha256.eq(&file.sha256),
                register_file::bytes.eq(i64::try_from(file.bytes).unwrap_or(i64::MAX)),
                register_file::state.eq("waiting"),
                register_file::notes.eq(Value::Array(Vec::new())),
                register_file::blob.eq(&file.blob),
            ))
            .execute(tx.connection())?;
    }
    tx.audit(&audit::Event {
        action: "import.requested",
        subject_kind: "import",
        subject_id: id.to_string(),
        reason: None,
        data: serde_json::json!({
            "files": files.iter().map(|file| &file.file_name).collect::<Vec<_>>(),
            "sha256": files.iter().map(|file| &file.sha256).collect::<Vec<_>>(),
        }),
    })?;
    Ok(id)
}

type ImportRow = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>);

fn with_files(connection: &mut PgConnection, row: ImportRow) -> Result<Import, Error> {
    let (id, state, requested_by, created_at, finished_at) = row;
    let files = register_file::table
        .filter(register_file::import_id.eq(id))
        .order(register_file::position)
        .select(File::as_select())
        .load(connection)?;
    Ok(Import {
        id,
        state,
        requested_by,
        created_at,
        finished_at,
        files,
    })
}

/// One import.
///
/// # Errors
/// [`Error::NotFound`], or if the database fails.
pub fn get(connection: &mut PgConnection, id: Uuid) -> Result<Import, Error> {
    let row = register_import::table
        .find(id)
        .select((
            register_import::id,
            register_import::state,
            register_import::requested_by,
            register_import::created_at,
            register_import::finished_at,
        ))
        .first::<ImportRow>(connection)?;
    with_files(connection, row)
}

/// A page of the imports, newest first.
///
/// # Errors
/// If the database fails.
pub fn list(
    connection: &mut PgConnection,
    seek: &Seek<Uuid>,
    limit: i64,
) -> Result<Vec<Import>, Error> {
    let mut query = register_import::table
        .select((
            register_import::id,
            register_import::state,
            register_import::requested_by,
            register_import::created_at,
            register_import::finished_at,
        ))
        .limit(limit)
        .into_boxed();
    query = sought!(query, *seek, descending register_import::id);
    seek.ordered(query.load::<ImportRow>(connection)?)
        .into_iter()
        .map(|row| with_files(connection, row))
        .collect()
}

/// A page of the rejections of a file of an import, in order.
///
/// # Errors
/// If the database fails.
pub fn rejections(
    connection: &mut PgConnection,
    file: Uuid,
    seek: &Seek<i32>,
    limit: i64,
) -> Result<Vec<Rejection>, Error> {
    let query = register_rejection::table
        .filter(register_rejection::file_id.eq(file))
        .limit(limit)
        .select(Rejection::as_select())
        .into_boxed();
    let query = sought!(query, *seek, ascending register_rejection::position);
    Ok(seek.ordered(query.load(connection)?))
}

/// Notes the state of an import.
///
/// # Errors
/// If the database fails.
pub fn set_state(tx: &mut Tx<'_>, id: Uuid, state: &'static str) -> Result<(), Error> {
    let finished = matches!(state, "done" | "failed").then(|| tx.now());
    diesel::update(register_import::table.find(id))
        .set((
            register_import::state.eq(state),
            register_import::finished_at.eq(finished),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// What an import's file is to be remembered by once it is done or refused.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = register_file)]
pub struct FileOutcome {
    /// Code of the layout recognised.
    pub layout: Option<String>,
    /// The day the file describes.
    pub as_at: Option<NaiveDate>,
    /// `running`, `done` or `refused`.
    pub state: String,
    /// Data rows in the file.
    pub rows_read: i64,
    /// Rows that could not be read.
    pub rows_rejected: i64,
    /// Facts that were new.
    pub facts_inserted: i64,
    /// Facts that replaced an earlier one.
    pub facts_changed: i64,
    /// Facts that were known already.
    pub facts_unchanged: i64,
    /// Facts that a complete file no longer lists.
    pub facts_ended: i64,
    /// Notes.
    pub notes: Value,
    /// Why the file was refused.
    pub refusal: Option<Value>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Records what came of a file.
///
/// # Errors
/// If the database fails.
pub fn record_file(
    connection: &mut PgConnection,
    file: Uuid,
    outcome: &FileOutcome,
) -> Result<(), Error> {
    diesel::update(register_file::table.find(file))
        .set(outcome)
        .execute(connection)?;
    Ok(())
}
