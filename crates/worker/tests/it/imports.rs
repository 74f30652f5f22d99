//! Imports of register files say how far they are.

use bytes::Bytes;
use group_inspection_store::{
    blob::Blobs,
    imports::{self, NewFile},
    jobs,
};
use group_inspection_worker::{Handlers, Settings, handlers::Import, settings::Queue};
use serde_json::json;

use crate::support::{DAY, in_real_time};

const LINKS: &[u8] = b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n\
    900101,900102,Second School,Successor,01-09-2020\n\
    900102,900101,First School,Predecessor,01-09-2020\n";

#[test]
fn an_import_says_how_many_rows_it_has_read() {
    in_real_time(async |bench| {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::folder(folder.path()).unwrap();
        let mut upload = blobs.upload("links").await.unwrap();
        upload.write(Bytes::from_static(LINKS)).await.unwrap();
        upload.finish().await.unwrap();
        let (_, operation) = bench
            .write(|tx| {
                let file = NewFile {
                    file_name: "links_edubasealldata20260901.csv".to_owned(),
                    as_at: None,
                    sha256: "0".repeat(64),
                    bytes: u64::try_from(LINKS.len()).unwrap(),
                    blob: "links".to_owned(),
                };
                imports::begin(tx, &[file])
            })
            .await;
        let settings = Settings {
            queues: vec![Queue {
                name: jobs::IMPORTS.to_owned(),
                concurrency: 1,
            }],
            poll_interval: DAY,
            sweep_every: DAY,
            ..Settings::default()
        };
        let handlers = Handlers::new().with(
            <jobs::Import as jobs::Kind>::KIND,
            Import::new(blobs.clone()),
        );
        let mut worker = bench.worker(settings, handlers);
        worker.until(|counts| counts.done >= 1).await;
        worker.stop().await;
        let ended = bench.operation(operation).await;
        assert_eq!(ended.state, "succeeded", "{ended:?}");
        assert_eq!(ended.progress, Some(json!({ "file": 1, "rows_read": 2 })));
    });
}
