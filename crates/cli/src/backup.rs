//! `backup` and `restore`: the database and the files as a folder.
//!
//! Rows come first, out of one snapshot; then the files they refer to, so that
//! every row has its bytes. The manifest is written last: a folder without one
//! is no backup.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use group_inspection_registers::Sha256Reader;
use group_inspection_store::{
    Actor, Error, Store, audit,
    backup::{self, Contents},
    blob::Blobs,
    wake::NoWake,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{config::Config, database, failure::Failure, output::say, service};

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub(crate) struct BackupArguments {
    /// A folder that does not exist yet, or is empty.
    #[arg(long)]
    to: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArguments {
    /// A folder that `backup` wrote.
    #[arg(long)]
    from: PathBuf,
}

/// Layout of the folder.
const LAYOUT: u32 = 1;
/// The file that says what is in the folder.
const MANIFEST: &str = "manifest.json";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    layout: u32,
    program: String,
    made_at: DateTime<Utc>,
    contents: Contents,
    /// SHA-256 of the rows of each table, in the order of the tables.
    tables: Vec<String>,
    files: Vec<Kept>,
    /// Files that rows refer to and that were not there: deleted between the
    /// snapshot and the copy, as retention does before it deletes the rows.
    gone: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    key: String,
    bytes: u64,
    sha256: String,
}

fn rows_of(folder: &Path, table: &str) -> PathBuf {
    folder.join("tables").join(format!("{table}.jsonl"))
}

/// Files lie under their number: a key may be anything.
fn bytes_of(folder: &Path, number: usize) -> PathBuf {
    folder.join("files").join(number.to_string())
}

/// Copies everything into a folder.
pub(crate) async fn back_up(config: &Config, arguments: BackupArguments) -> Result<(), Failure> {
    let folder = arguments.to;
    let failed = |error: std::io::Error| Failure::because("writing the backup", error);
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::because(
            "the backup",
            format!("{} is not empty", folder.display()),
        ));
    }
    for part in ["tables", "files"] {
        fs::create_dir_all(folder.join(part)).map_err(failed)?;
    }
    let database = database::open(config, Arc::new(NoWake)).await?;
    let made_at = database.store.environment().clock.now();
    let place = folder.clone();
    let contents = database
        .store
        .read(move |connection| {
            backup::write(connection, |table| {
                File::create(rows_of(&place, table)).map(BufWriter::new)
            })
        })
        .await?;
    if contents.migrations.is_empty() {
        return Err(Failure::because("the backup", "there is no database yet"));
    }
    let blobs = service::blobs(config)?;
    let (mut files, mut gone) = (Vec::new(), Vec::new());
    for key in &contents.files {
        match copy_out(&blobs, key, &bytes_of(&folder, files.len())).await? {
            Some(kept) => files.push(kept),
            None => gone.push(key.clone()),
        }
    }
    let tables = contents
        .tables
        .iter()
        .map(|table| {
            let path = rows_of(&folder, &table.name);
            File::open(&path)
                .and_then(|file| file.sync_all())
                .map_err(failed)?;
            digest(&path)
        })
        .collect::<Result<_, _>>()?;
    let rows: u64 = contents.tables.iter().map(|table| table.rows).sum();
    say(&format!(
        "Copied {rows} rows of {} tables and {} files; {} files were gone.",
        contents.tables.len(),
        files.len(),
        gone.len()
    ));
    say(&format!(
        "Audit head {}:{}",
        contents.audit_position, contents.audit_hash
    ));
    let manifest = Manifest {
        layout: LAYOUT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        contents,
        tables,
        files,
        gone,
    };
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| Failure::because("writing the manifest", error))?;
    let mut file = File::create(folder.join(MANIFEST)).map_err(failed)?;
    file.write_all(&text).map_err(failed)?;
    file.sync_all().map_err(failed)
}

async fn copy_out(blobs: &Blobs, key: &str, to: &Path) -> Result<Option<Kept>, Failure> {
    let failed = |error: std::io::Error| Failure::because("copying a file", error);
    let mut pieces = match blobs.read(key).await {
        Err(Error::NotFound) => return Ok(None),
        other => other?,
    };
    let mut file = File::create(to).map_err(failed)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(piece) = pieces.try_next().await? {
        hash.update(&piece);
        bytes += piece.len() as u64;
        file.write_all(&piece).map_err(failed)?;
    }
    file.sync_all().map_err(failed)?;
    Ok(Some(Kept {
        key: key.to_owned(),
        bytes,
        sha256: hex::encode(hash.finalize()),
    }))
}

/// Puts a backup back into an empty place.
pub(crate) async fn restore(config: &Config, arguments: RestoreArguments) -> Result<(), Failure> {
    let folder = arguments.from;
    let manifest = read_manifest(&folder)?;
    verify(&folder, &manifest)?;
    if config.files.objects_url.is_none()
        && fs::read_dir(config.files.data_dir.join("uploads"))
            .is_ok_and(|mut entries| entries.next().is_some())
    {
        return Err(Failure::because(
            "restoring",
            "there are uploads in the data folder already",
        ));
    }
    let database = database::open(config, Arc::new(NoWake)).await?;
    let store = &database.store;
    if !store.read(backup::is_empty).await? {
        return Err(Failure::because("restoring", "the database is not empty"));
    }
    store
        .migrate_to(manifest.contents.migrations.clone())
        .await?;
    // Bytes before rows, as when they came.
    let blobs = service::blobs(config)?;
    for (number, kept) in manifest.files.iter().enumerate() {
        copy_in(&blobs, &kept.key, &bytes_of(&folder, number)).await?;
    }
    let contents = manifest.contents.clone();
    let (place, made_at) = (folder.clone(), manifest.made_at);
    store
        .write(&Actor::operator("restore"), move |tx| {
            backup::read(tx.connection(), &contents, |table| {
                File::open(rows_of(&place, table)).map(BufReader::new)
            })?;
            tx.audit(&audit::Event {
                action: "database.restored",
                subject_kind: "database",
                subject_id: "database".to_owned(),
                reason: Some("restored from a backup"),
                data: json!({ "made_at": made_at, "audit_head": contents.audit_hash }),
            })
        })
        .await?;
    let later = store.migrate().await?;
    verified(store, &manifest.contents).await?;
    say(&format!(
        "Restored {} tables and {} files as they were at {}.",
        manifest.contents.tables.len(),
        manifest.files.len(),
        manifest.made_at
    ));
    for version in later {
        say(&format!("Applied migration {version}."));
    }
    say(&format!(
        "The audit log leads through {}:{}, as it was backed up.",
        manifest.contents.audit_position, manifest.contents.audit_hash
    ));
    Ok(())
}

fn read_manifest(folder: &Path) -> Result<Manifest, Failure> {
    let path = folder.join(MANIFEST);
    let doing = format!("reading {}", path.display());
    let text = fs::read(&path).map_err(|error| Failure::because(&doing, error))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| Failure::because(&doing, error))?;
    if manifest.layout == LAYOUT && manifest.tables.len() == manifest.contents.tables.len() {
        Ok(manifest)
    } else {
        Err(Failure::because(&doing, "it is of a layout not known here"))
    }
}

/// Every byte is what the manifest says, before anything is written.
fn verify(folder: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let tables = manifest
        .contents
        .tables
        .iter()
        .zip(&manifest.tables)
        .map(|(table, sha256)| (rows_of(folder, &table.name), sha256));
    let files = manifest
        .files
        .iter()
        .enumerate()
        .map(|(number, kept)| (bytes_of(folder, number), &kept.sha256));
    for (path, sha256) in tables.chain(files) {
        let found = digest(&path)?;
        if found != *sha256 {
            return Err(Failure::because(
                "the backup",
                format!("{} is not what was written", path.display()),
            ));
        }
    }
    Ok(())
}

async fn copy_in(blobs: &Blobs, key: &str, from: &Path) -> Result<(), Failure> {
    use std::io::Read;
    let failed = |error: std::io::Error| Failure::because("copying a file", error);
    let mut file = File::open(from).map_err(failed)?;
    let mut upload = blobs.upload(key).await?;
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut piece).map_err(failed)?;
        let Some(read @ [_, ..]) = piece.get(..length) else {
            break;
        };
        upload.write(bytes::Bytes::copy_from_slice(read)).await?;
    }
    upload.finish().await?;
    Ok(())
}

async fn verified(store: &Store, contents: &Contents) -> Result<(), Failure> {
    let head = backup::head_of(contents)?;
    store
        .read(move |connection| audit::check(connection, &[head]))
        .await?
        .map(drop)
        .map_err(|broken| Failure::because("the audit log that was restored", broken))
}

fn digest(path: &Path) -> Result<String, Failure> {
    let doing = format!("reading {}", path.display());
    let file = File::open(path).map_err(|error| Failure::because(&doing, error))?;
    let mut reader = Sha256Reader::new(file);
    reader
        .drain()
        .map_err(|error| Failure::because(&doing, error))?;
    Ok(reader.digest_hex())
}
