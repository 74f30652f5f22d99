use std::{path::PathBuf, time::Instant};

use group_inspection_store::{bodies, testing::TestDatabase};

use crate::support::import_paths;

/// Imports whatever registers lie in the folder named, twice, and prints
/// totals: for looking at real files, which are not kept here.
#[tokio::test]
#[ignore = "needs a folder with register files"]
async fn a_folder_of_registers() {
    let folder = PathBuf::from(std::env::var("GROUP_INSPECTION_DATA").unwrap());
    let database = TestDatabase::new();
    let store = database.store().await;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for round in ["first", "second"] {
        let start = Instant::now();
        let (import, derived) = import_paths(&store, &paths).await;
        eprintln!("{round}: {:?} {derived:?}", start.elapsed());
        for file in &import.files {
            eprintln!(
                "  {} {:?} {} rows {} rejected {} | +{} ~{} ={} -{} {:?} {}",
                file.file_name, file.layout, file.state, file.rows_read, file.rows_rejected,
                file.facts_inserted, file.facts_changed, file.facts_unchanged, file.facts_ended,
                file.refusal, file.notes,
            );
        }
    }
    let rows = store
        .store
        .read(|connection| {
            bodies::summary(
                connection,
                "2026-07-15".parse().unwrap(),
                "2026-12-31T00:00:00Z".parse().unwrap(),
            )
        })
        .await
        .unwrap();
    for row in rows {
        eprintln!("{row:?}");
    }
}
