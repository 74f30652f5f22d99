//! Carrying an import out: every file, then what follows from them.

use std::{io::Read, sync::Arc};

use diesel::{connection::SimpleConnection, prelude::*};
use uuid::Uuid;

use super::{
    derive::{Derived, derive},
    intake::{Intake, Progress, import_file},
    reference,
};
use crate::{
    Actor, Error, Store, imports,
    jobs::{self, Kind},
    schema::register_file,
};

/// Opens the content of a file by the key under which the import recorded it.
pub type Open = Arc<dyn Fn(&str) -> Result<Box<dyn Read>, Error> + Send + Sync>;

/// Told how far a file (by its position) has been read.
pub type Watch = Arc<dyn Fn(usize, Progress) + Send + Sync>;

/// Key of the advisory lock that register writers take turns on.
const WRITER: i64 = 0x7265_6769_7374; // "regist"

/// Reads the files of an import that are still to be read, one transaction a
/// file, then brings bodies and memberships in line. Doing so again after an
/// interruption goes on where it stopped.
///
/// # Errors
/// [`Error::NotFound`] without such an import, or if the database or the
/// files fail. A refused file is no error: it is recorded with the file.
pub async fn run(
    store: &Store,
    actor: &Actor,
    import: Uuid,
    accept_removals: bool,
    open: Open,
    watch: Watch,
) -> Result<(imports::Import, Derived), Error> {
    let found = store
        .write(actor, move |tx| {
            imports::set_state(tx, import, "running")?;
            imports::get(tx.connection(), import)
        })
        .await?;
    for (position, file) in found.files.into_iter().enumerate() {
        if !matches!(file.state.as_str(), "waiting" | "running") {
            continue;
        }
        let (open, watch) = (Arc::clone(&open), Arc::clone(&watch));
        store
            .write(actor, move |tx| {
                take_turn(tx)?;
                let key = file.blob.as_deref().unwrap_or_default();
                let source = open(key)?;
                let mut progress = |progress| watch(position, progress);
                let mut intake = Intake {
                    file: file.id,
                    file_name: &file.file_name,
                    as_at: file.as_at,
                    accept_removals,
                    progress: &mut progress,
                };
                import_file(tx, &mut intake, source).map(drop)
            })
            .await?;
    }
    store
        .write(actor, move |tx| {
            take_turn(tx)?;
            let derived = derive(tx)?;
            // Who searches before the database looks by itself would have every
            // name compared.
            tx.connection().batch_execute(
                "ANALYZE establishment_version, responsible_body, body_identifier, membership",
            )?;
            reference::count(tx)?;
            let refused: i64 = register_file::table
                .filter(register_file::import_id.eq(import))
                .filter(register_file::state.eq("refused"))
                .count()
                .get_result(tx.connection())?;
            let all: i64 = register_file::table
                .filter(register_file::import_id.eq(import))
                .count()
                .get_result(tx.connection())?;
            let state = if refused == all { "failed" } else { "done" };
            imports::set_state(tx, import, state)?;
            // What is known of schools and groups has changed for every team.
            tx.enqueue(&jobs::Rescreen {}.job("all", None)?)?;
            let done = imports::get(tx.connection(), import)?;
            tx.audit(&crate::audit::Event {
                action: "import.finished",
                subject_kind: "import",
                subject_id: import.to_string(),
                reason: None,
                data: serde_json::json!({ "state": state, "refused": refused, "derived": derived }),
            })?;
            Ok((done, derived))
        })
        .await
}

fn take_turn(tx: &mut crate::Tx<'_>) -> Result<(), Error> {
    tx.connection().batch_execute(&format!(
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
         SELECT pg_advisory_xact_lock({WRITER})"
    ))?;
    Ok(())
}
