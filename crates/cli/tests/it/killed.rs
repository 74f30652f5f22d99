//! A worker killed with -9 loses nothing and doubles nothing.

use std::{fs::File, io::Read, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use futures::future::LocalBoxFuture;
use group_inspection_core::{
    body::BodyKind,
    inspection::{Role, State},
};
use group_inspection_embedded::Embedded;
use group_inspection_registers::sandbox::{self, Plan};
use group_inspection_store::{
    Actor, Clock, Environment, Error, Settings, Store,
    blob::Blobs,
    bodies::{self, Filter},
    environment::{ManualClock, SystemClock},
    evidence,
    imports::{self, NewFile},
    register::{self, Open},
    rehearsal::{self, Cast},
    submissions::{self, ItemKind, NewItem},
    testing::{TestDatabase, start_of_tests},
    wake::NoWake,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::process::{Client, Service, output, program};

/// What is in the file on the evidence.
pub(crate) const FILE: &[u8] = b"Minutes of the reading network\n";

/// A fictional England in the database, known since the start of the tests.
async fn fill(store: &Store) {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        schools: 60,
        seed: 3,
        ..Plan::default()
    };
    let england = sandbox::generate(&plan, &mut |_| {}, folder.path()).unwrap();
    let files: Vec<NewFile> = england
        .files
        .iter()
        .filter(|file| file.name.ends_with(".csv") || file.name == "bank-holidays.json")
        .map(|file| NewFile {
            file_name: file.name.clone(),
            as_at: None,
            sha256: "0".repeat(64),
            bytes: 0,
            blob: folder
                .path()
                .join(&file.name)
                .to_string_lossy()
                .into_owned(),
        })
        .collect();
    let actor = Actor::operator("test");
    let import = store
        .write(&actor, move |tx| imports::record(tx, &files))
        .await
        .unwrap();
    let open: Open = Arc::new(|path| Ok(Box::new(File::open(path).unwrap()) as Box<dyn Read>));
    register::run(store, &actor, import, false, open, Arc::new(|_, _| {}))
        .await
        .unwrap();
}

/// Takes an inspection on to a state, with nobody else at the database.
pub(crate) async fn advance(settings: Settings, subject: (Uuid, Cast), to: State) {
    let store = store(settings, SystemClock.now()).await;
    rehearsal::advance(&store, subject.1, subject.0, to)
        .await
        .unwrap();
}

async fn store(settings: Settings, now: DateTime<Utc>) -> Store {
    let environment = Environment {
        clock: Arc::new(ManualClock::at(now)),
        ..Environment::system()
    };
    Store::connect(settings, environment, Arc::new(NoWake))
        .await
        .unwrap()
}

/// An inspection, with some evidence and a file, of the first trust that has two open
/// schools: it may be compiled.
pub(crate) async fn evidenced(settings: Settings, uploads: &Path) -> (Uuid, Cast) {
    let store = store(settings, start_of_tests()).await;
    store.migrate().await.unwrap();
    fill(&store).await;
    let actor = Actor::operator("test");
    let trusts = store
        .read(|connection| {
            let filter = Filter {
                kind: Some(BodyKind::MultiAcademyTrust),
                limit: 100,
                ..Filter::default()
            };
            bodies::list(connection, &filter)
        })
        .await
        .unwrap();
    for trust in trusts {
        let opened = store
            .write(&actor, move |tx| {
                rehearsal::open(tx, trust.id, rehearsal::policy())
            })
            .await;
        let id = match opened {
            Err(Error::Refused(_)) => continue,
            opened => opened.unwrap(),
        };
        let cast = store
            .write(&actor, move |tx| rehearsal::cast(tx, id))
            .await
            .unwrap();
        rehearsal::advance(&store, cast, id, State::EvidenceOpen)
            .await
            .unwrap();
        store
            .write(&actor, move |tx| {
                let item = NewItem {
                    kind: ItemKind::Evidence,
                    id: Uuid::from_u128(1),
                    reference: None,
                    sha256: "a".repeat(64),
                    content: json!({
                        "evidence_type": "document", "title": "Notes of the reading network",
                        "text": "Reading leads meet each month.", "source": "The group",
                        "schools": [], "themes": ["curriculum_and_teaching"],
                        "bearing": "context", "effective_from": "2026-01-01",
                        "effective_to": "2026-06-30", "normal_business": true, "minutes": 5,
                    }),
                };
                let own = Uuid::from_u128(2);
                let sha256 = "b".repeat(64);
                let to = submissions::receiving(tx, id)?;
                submissions::record(tx, &to, own, &sha256, &[item], |_| Ok(json!({})))
            })
            .await
            .unwrap();
        let mut upload = Blobs::folder(uploads)
            .unwrap()
            .upload("attachments/minutes")
            .await
            .unwrap();
        upload.write(FILE.into()).await.unwrap();
        let uploaded = upload.finish().await.unwrap();
        store
            .write(&cast.actor(Role::Integrator), move |tx| {
                evidence::attach(tx, id, Uuid::from_u128(1), "minutes.txt", &uploaded)
            })
            .await
            .unwrap();
        rehearsal::advance(&store, cast, id, State::Provisional)
            .await
            .unwrap();
        return (id, cast);
    }
    panic!("no trust with two open schools");
}

/// A key of an operations officer with every scope.
pub(crate) fn officer(command: impl Fn() -> std::process::Command) -> String {
    output(command().args([
        "key",
        "create",
        "--name",
        "t",
        "--scope",
        "admin",
        "--role",
        "operations_officer",
    ]))
}

/// What the public finds: one report, one version, every copy.
pub(crate) async fn published_once(client: &Client, origin: &str, result: &Value) {
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
    // The database of a data folder, while no service holds it.
    let embedded = async |work: &dyn Fn(Settings) -> LocalBoxFuture<'static, (Uuid, Cast)>| {
        let database = Embedded::open(&data).unwrap();
        work(Settings::embedded(database.url())).await
    };
    let subject = embedded(&|settings| {
        let uploads = data.join("uploads");
        Box::pin(async move { evidenced(settings, &uploads).await })
    })
    .await;
    let id = subject.0;
    let client = Client::new(&officer(command));

    let service = Service::start(command(), "all");
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
    service.kill();
    embedded(&|settings| {
        Box::pin(async move {
            advance(settings, subject, State::Embargoed).await;
            subject
        })
    })
    .await;

    let service = Service::start(command(), "all");
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
    let key = officer(command);
    let client = Client::new(&key);
    let api = Service::start(command(), "serve");
    let subject = evidenced(database.settings(), &data.join("uploads")).await;
    let id = subject.0;

    let mut last = Value::Null;
    for (step, table) in [
        ("compilations", "report_version"),
        ("publications", "rendition"),
    ] {
        if step == "publications" {
            advance(database.settings(), subject, State::Embargoed).await;
        }
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
