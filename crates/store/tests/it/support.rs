//! Importing files as a caller would.

use std::{fs::File, io::Read, path::PathBuf, sync::Arc};

use group_inspection_store::{
    Actor,
    imports::{self, NewFile},
    register::{self, Derived, Open},
    testing::TestStore,
};
use uuid::Uuid;

pub(crate) fn actor() -> Actor {
    Actor::operator("test")
}

/// Imports files from disk in one import.
pub(crate) async fn import_paths(
    store: &TestStore,
    paths: &[PathBuf],
) -> (imports::Import, Derived) {
    let files: Vec<NewFile> = paths
        .iter()
        .map(|path| NewFile {
            file_name: path.file_name().unwrap().to_string_lossy().into_owned(),
            as_at: None,
            sha256: "0".repeat(64),
            bytes: std::fs::metadata(path).unwrap().len(),
            blob: path.to_string_lossy().into_owned(),
        })
        .collect();
    let open: Open = Arc::new(|path| Ok(Box::new(File::open(path).unwrap()) as Box<dyn Read>));
    run(store, files, open).await
}

/// Imports one text under a name.
pub(crate) async fn import_text(
    store: &TestStore,
    name: &str,
    text: &'static str,
) -> (imports::Import, Derived) {
    let file = NewFile {
        file_name: name.to_owned(),
        as_at: None,
        sha256: "0".repeat(64),
        bytes: text.len() as u64,
        blob: String::new(),
    };
    let open: Open = Arc::new(move |_| Ok(Box::new(text.as_bytes()) as Box<dyn Read>));
    run(store, vec![file], open).await
}

async fn run(store: &TestStore, files: Vec<NewFile>, open: Open) -> (imports::Import, Derived) {
    let import: Uuid = store
        .store
        .write(&actor(), move |tx| imports::record(tx, &files))
        .await
        .unwrap();
    register::run(
        &store.store,
        &actor(),
        import,
        false,
        open,
        Arc::new(|_, _| {}),
    )
    .await
    .unwrap()
}
