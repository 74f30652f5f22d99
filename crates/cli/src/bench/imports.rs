//! Imports against a bare COPY.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use diesel::{ExecuteCopyFromDsl, connection::SimpleConnection};
use group_inspection_store::{Actor, imports, register, wake::NoWake};

use super::peak_memory;
use crate::{
    config::Config,
    database,
    failure::Failure,
    local_files::{described, opener},
    output::say,
};

diesel::table! {
    bench_line (line) {
        line -> Text,
    }
}

/// Imports the files into the configured database, which should be empty,
/// then copies their lines into a table of one text column.
pub(super) async fn run(config: &Config, paths: &[PathBuf]) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::because("a folder", error))?;
    let config = config.in_folder(folder.path());
    let database = database::open(&config, Arc::new(NoWake)).await?;
    let store = &database.store;
    store.migrate().await?;
    let actor = Actor::operator("bench");
    let files = paths
        .iter()
        .map(|path| described(path, None))
        .collect::<Result<Vec<_>, _>>()?;
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let mut seconds = Vec::new();
    for round in ["first", "again"] {
        let began = Instant::now();
        let files = files.clone();
        let import = store
            .write(&actor, move |tx| imports::record(tx, &files))
            .await?;
        let (import, derived) =
            register::run(store, &actor, import, false, opener(), Arc::new(|_, _| {})).await?;
        let took = began.elapsed().as_secs_f64();
        let rows: i64 = import.files.iter().map(|file| file.rows_read).sum();
        let fresh: i64 = import.files.iter().map(|file| file.facts_inserted).sum();
        say(&format!(
            "import, {round}: {took:.2} s, {rows} rows, {fresh} facts new, {} memberships new",
            derived.memberships_new
        ));
        seconds.push(took);
    }
    let bare = bare_copy(store, paths.to_vec()).await?;
    say(&format!(
        "bare COPY of the same {:.1} MB of lines: {bare:.2} s",
        bytes as f64 / 1e6
    ));
    if let Some(first) = seconds.first() {
        say(&format!("import / bare COPY: {:.1}", first / bare));
    }
    say(&format!("peak memory of this process: {}", peak_memory()));
    Ok(())
}

async fn bare_copy(
    store: &group_inspection_store::Store,
    paths: Vec<PathBuf>,
) -> Result<f64, Failure> {
    let began = Instant::now();
    store
        .write(&Actor::operator("bench"), move |tx| {
            tx.connection().batch_execute(
                "SET LOCAL statement_timeout = 0; CREATE TEMP TABLE bench_line (line text) ON COMMIT DROP",
            )?;
            for path in &paths {
                diesel::copy_from(bench_line::table)
                    .from_raw_data(bench_line::table, |to: &mut dyn Write| {
                        copy_lines(path, to).map_err(|error| {
                            diesel::result::Error::SerializationError(Box::new(error))
                        })
                    })
                    .execute(tx.connection())?;
            }
            Ok(())
        })
        .await?;
    Ok(began.elapsed().as_secs_f64())
}

fn copy_lines(path: &PathBuf, to: &mut dyn Write) -> std::io::Result<()> {
    for line in BufReader::new(File::open(path)?).split(b'\n') {
        let text = String::from_utf8_lossy(&line?)
            .replace('\\', "\\\\")
            .replace('\t', "\\t")
            .replace('\r', "");
        writeln!(to, "{text}")?;
    }
    Ok(())
}
