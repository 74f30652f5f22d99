//! A backup holds everything, and what is restored is what was backed up.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use diesel::{Connection, PgConnection, connection::SimpleConnection};
use group_inspection_embedded::Embedded;
use group_inspection_store::{Settings, testing::TestDatabase};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    killed::{FILE, evidenced, officer},
    process::{Client, Service, output, program},
};

/// A data folder with an inspection whose report was compiled, and a key.
async fn filled(data: &Path) -> (Uuid, Client) {
    let id = {
        let database = Embedded::open(data).unwrap();
        let settings = Settings::embedded(database.url());
        evidenced(settings, &data.join("uploads")).await.0
    };
    let client = Client::new(&officer(|| program(data)));
    let service = Service::start(program(data), "all");
    let compile = format!("{}/v1/inspections/{id}/compilations", service.origin);
    let begun = client.post(compile, "compile", &json!({})).await;
    client.follow(&service.origin, &begun).await;
    service.kill();
    (id, client)
}

/// The head of the audit log, as `check` prints it.
fn head(mut command: Command) -> String {
    let told = output(command.arg("check"));
    let (_, rest) = told.split_once("head ").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// What the inspectorate reads of the draft.
async fn report(command: Command, client: &Client, id: Uuid) -> Value {
    let service = Service::start(command, "all");
    let found = client
        .get(format!("{}/v1/inspections/{id}/report", service.origin))
        .await;
    service.kill();
    found
}

fn refused(command: &mut Command) -> String {
    let done = command.output().unwrap();
    assert!(!done.status.success());
    String::from_utf8(done.stderr).unwrap()
}

#[tokio::test]
async fn what_is_restored_is_what_was_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let (data, copy, other) = (place("data"), place("copy"), place("other"));
    let (id, client) = filled(&data).await;
    let backup = |to: &Path| {
        let mut command = program(&data);
        command.arg("backup").arg("--to").arg(to);
        command
    };
    let restore = |to: &Path| {
        let mut command = program(to);
        command.arg("restore").arg("--from").arg(&copy);
        command
    };
    let told = output(&mut backup(&copy));
    let head = head(program(&data));
    assert!(told.contains(&format!("Audit head {head}")), "{told}");
    assert!(told.contains("and 1 files; 0 files were gone"), "{told}");
    assert!(refused(&mut backup(&copy)).contains("is not empty"));

    let told = output(&mut restore(&other));
    assert!(told.contains(&format!("leads through {head}")), "{told}");
    output(program(&other).args(["check", "--audit-head", &head]));
    assert_eq!(
        std::fs::read(other.join("uploads/attachments/minutes")).unwrap(),
        FILE
    );
    // The counters went on too: what is made next has a number of its own.
    let was = report(program(&data), &client, id).await;
    assert_eq!(report(program(&other), &client, id).await, was);
    officer(|| program(&other));
    output(program(&other).args(["check", "--audit-head", &head]));

    assert!(refused(&mut restore(&other)).contains("in the data folder already"));
    std::fs::remove_dir_all(other.join("uploads")).unwrap();
    assert!(refused(&mut restore(&other)).contains("the database is not empty"));
    // One byte more, and nothing is written anywhere.
    let file = copy.join("tables/audit_event.jsonl");
    let mut rows = std::fs::read(&file).unwrap();
    rows.push(b'\n');
    std::fs::write(&file, rows).unwrap();
    let third = place("third");
    assert!(refused(&mut restore(&third)).contains("is not what was written"));
    assert!(!third.exists());
    std::fs::remove_file(copy.join("manifest.json")).unwrap();
    assert!(refused(&mut restore(&third)).contains("manifest.json"));
}

/// The newest `pg_dump` and `pg_restore` of this machine.
fn tool(name: &str) -> Command {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    Command::new(found.pop().unwrap_or_else(|| name.into()))
}

fn on(url: &str, data: &Path) -> Command {
    let mut command = program(data);
    command.env("GROUP_INSPECTION_DATABASE_URL", url);
    command
}

/// An empty database beside those of other tests.
fn empty() -> TestDatabase {
    let database = TestDatabase::new();
    PgConnection::establish(database.url())
        .unwrap()
        .batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        .unwrap();
    database
}

#[tokio::test]
#[ignore = "needs a server"]
async fn on_a_server_a_backup_and_a_dump_are_restored() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    // The embedded database moves to a server.
    let (data, copy) = (place("data"), place("copy"));
    let (id, client) = filled(&data).await;
    let head = head(program(&data));
    output(program(&data).arg("backup").arg("--to").arg(&copy));
    let (first, second) = (empty(), empty());
    let moved = place("moved");
    output(
        on(first.url(), &moved)
            .arg("restore")
            .arg("--from")
            .arg(&copy),
    );
    output(on(first.url(), &moved).args(["check", "--audit-head", &head]));
    let was = report(program(&data), &client, id).await;
    assert_eq!(report(on(first.url(), &moved), &client, id).await, was);

    // As docs/OPERATIONS.md has it for a server.
    let dump = place("dump");
    let told = tool("pg_dump")
        .args(["--format=custom", "--file"])
        .arg(&dump)
        .arg(first.url())
        .output()
        .unwrap();
    assert!(told.status.success(), "{told:?}");
    let told = tool("pg_restore")
        .args([
            "--no-owner",
            "--clean",
            "--if-exists",
            "--exit-on-error",
            "--dbname",
        ])
        .arg(second.url())
        .arg(&dump)
        .output()
        .unwrap();
    assert!(told.status.success(), "{told:?}");
    output(on(second.url(), &moved).args(["check", "--audit-head", &head]));
    assert_eq!(report(on(second.url(), &moved), &client, id).await, was);
}
