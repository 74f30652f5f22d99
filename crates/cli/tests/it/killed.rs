//! A worker killed with -9 loses nothing and doubles nothing.

use std::path::Path;

use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use group_inspection_store::testing::TestDatabase;
use serde_json::{Value, json};

use crate::process::{Client, Service, output, program};

/// A fictional England in the database that `command` works on.
fn fill(command: impl Fn() -> std::process::Command, folder: &Path) {
    let england = folder.join("england");
    output(
        command()
            .args(["sandbox", "--schools", "60", "--seed", "3", "--out"])
            .arg(&england),
    );
    let files: Vec<_> = std::fs::read_dir(&england)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .collect();
    output(command().arg("import").args(files));
}

/// Opens an inspection of the first trust that has two open schools.
async fn open(client: &Client, origin: &str) -> String {
    let page = client
        .get(format!(
            "{origin}/v1/bodies?kind=multi_academy_trust&limit=100"
        ))
        .await;
    for body in page["items"].as_array().unwrap() {
        let id = body["id"].as_str().unwrap();
        let members = client
            .get(format!("{origin}/v1/bodies/{id}/schools?limit=100"))
            .await;
        let open = members["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|member| member["open"] == Value::Bool(true))
            .count();
        if open >= 2 {
            let inspection = client
                .post(
                    format!("{origin}/v1/inspections"),
                    "open",
                    &json!({ "body_id": id, "basis": "Voluntary inspection", "team": [
                        { "name": "Sam Example", "role": "Lead inspector", "employer_type": "Inspectorate" }
                    ] }),
                )
                .await;
            return inspection["id"].as_str().unwrap().to_owned();
        }
    }
    panic!("no trust with two open schools");
}

/// What the public finds: one report, one version, every copy.
async fn published_once(client: &Client, origin: &str, result: &Value) {
    let page = result["links"]["html"].as_str().unwrap();
    let path = page.split_once("/reports/").unwrap().1;
    for copy in ["", "/report.pdf", "/report.json", "/report.txt"] {
        let (status, _) = client.text(format!("{origin}/reports/{path}{copy}")).await;
        assert_eq!(status, 200, "{copy}");
    }
    let (_, feed) = client.text(format!("{origin}/feed.atom")).await;
    assert_eq!(feed.matches("<entry>").count(), 1, "{feed}");
}

#[tokio::test]
async fn killed_after_the_answer_the_report_is_still_published_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let command = || program(&data);
    fill(command, folder.path());
    let key = output(command().args(["key", "create", "--name", "t", "--scope", "admin"]));
    let client = Client::new(&key);

    let service = Service::start(command(), "all");
    let id = open(&client, &service.origin).await;
    let begun = client
        .post(
            format!("{}/v1/inspections/{id}/compilations", service.origin),
            "compile",
            &json!({}),
        )
        .await;
    service.kill();

    let service = Service::start(command(), "all");
    client.follow(&service.origin, &begun).await;
    let publish = format!("/v1/inspections/{id}/publications");
    let begun = client
        .post(
            format!("{}{publish}", service.origin),
            "publish",
            &json!({}),
        )
        .await;
    service.kill();

    let service = Service::start(command(), "all");
    let result = client.follow(&service.origin, &begun).await;
    published_once(&client, &service.origin, &result).await;
    // The sender that lost the answer asks again and gets the same.
    let again = client
        .post(
            format!("{}{publish}", service.origin),
            "publish",
            &json!({}),
        )
        .await;
    assert_eq!(again, begun);
}

/// The worker is held inside the transaction that keeps the compiled report,
/// then inside the one that publishes it, and killed there.
#[tokio::test]
#[ignore = "needs a server: a second connection holds the worker back"]
async fn on_a_server_killed_in_its_transaction_the_worker_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new();
    let data = folder.path().join("data");
    let url = database.url().to_owned();
    let command = || {
        let mut command = program(&data);
        command.env("GROUP_INSPECTION_DATABASE_URL", &url);
        command
    };
    fill(command, folder.path());
    let key = output(command().args(["key", "create", "--name", "t", "--scope", "admin"]));
    let client = Client::new(&key);
    let api = Service::start(command(), "serve");
    let id = open(&client, &api.origin).await;

    let mut last = Value::Null;
    for (step, table) in [
        ("compilations", "report_version"),
        ("publications", "rendition"),
    ] {
        let begun = client
            .post(
                format!("{}/v1/inspections/{id}/{step}", api.origin),
                step,
                &json!({}),
            )
            .await;
        let mut gate = PgConnection::establish(&url).unwrap();
        gate.batch_execute(&format!(
            "BEGIN; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
        ))
        .unwrap();
        let worker = Service::start(command(), "work");
        wait_until_held(&url).await;
        worker.kill();
        gate.batch_execute("COMMIT").unwrap();
        // Its lease runs out at once, as if a minute had passed.
        sql_query(
            "UPDATE job SET lease_until = now() - interval '1 second' WHERE state = 'running'",
        )
        .execute(&mut gate)
        .unwrap();
        let worker = Service::start(command(), "work");
        last = client.follow(&api.origin, &begun).await;
        worker.kill();
    }
    published_once(&client, &api.origin, &last).await;
}

/// Waits until a session waits for a lock.
async fn wait_until_held(url: &str) {
    #[derive(diesel::QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        waiting: i64,
    }
    let mut connection = PgConnection::establish(url).unwrap();
    let end = std::time::Instant::now() + crate::process::PATIENCE;
    loop {
        let found: Waiting = sql_query(
            "SELECT count(*) AS waiting FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        .get_result(&mut connection)
        .unwrap();
        if found.waiting > 0 {
            return;
        }
        assert!(std::time::Instant::now() < end, "the worker did not come");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
