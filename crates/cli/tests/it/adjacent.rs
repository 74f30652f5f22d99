//! The version before this one runs beside it on one database.

use std::path::{Path, PathBuf};

use group_inspection_core::inspection::State;
use group_inspection_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::{
    killed::{advance, evidenced, officer, published_once},
    process::{Client, Service, program_at},
};

/// Names the program of the version before this one; `.ci/adjacent` builds it.
const PREVIOUS: &str = "GROUP_INSPECTION_TEST_PREVIOUS";

/// One inspection is compiled and published with these programs, on a database
/// with the schema of this version.
async fn takes_an_inspection_through(api: &Path, worker: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new();
    let data = folder.path().join("data");
    let url = database.url().to_owned();
    let command = |program: &Path| {
        let mut command = program_at(program, &data);
        command.env("GROUP_INSPECTION_DATABASE_URL", &url);
        command
    };
    let subject = evidenced(database.settings(), &data.join("uploads")).await;
    let client = Client::new(&officer(|| command(api)));
    let service = Service::start(command(api), "serve");
    let worker = Service::start(command(worker), "work");
    let mut last = Value::Null;
    for step in ["compilations", "publications"] {
        if step == "publications" {
            advance(database.settings(), subject, State::Embargoed).await;
        }
        let address = format!("{}/v1/inspections/{}/{step}", service.origin, subject.0);
        let begun = client.post(address, step, &json!({})).await;
        last = client.follow(&service.origin, &begun).await;
    }
    published_once(&client, &service.origin, &last).await;
    worker.kill();
    service.kill();
}

#[tokio::test]
#[ignore = "needs a server and the program of the version before this one"]
async fn with_previous_version_either_way_round() {
    let previous = PathBuf::from(std::env::var_os(PREVIOUS).expect(PREVIOUS));
    let this = PathBuf::from(env!("CARGO_BIN_EXE_group-inspection"));
    takes_an_inspection_through(&previous, &this).await;
    takes_an_inspection_through(&this, &previous).await;
}
