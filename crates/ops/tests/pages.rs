//! The ops port over a database of its own: who gets in, and what operators
//! decide.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::sync::{Arc, atomic::AtomicBool};

use actix_web::{dev::Service, http::StatusCode, test};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use group_inspection_ops::{OpsState, app};
use group_inspection_store::{
    Actor, Clock, Error, Tx,
    actor::Scope,
    imports::{self, NewFile},
    keys::{self, NewKey},
    ledger::{self, Ending, Known, NewJob},
    operations,
    testing::{TestDatabase, TestStore},
};
use uuid::Uuid;

struct Port {
    store: TestStore,
    _database: TestDatabase,
}

impl Port {
    async fn new() -> Self {
        let database = TestDatabase::new();
        let store = database.store().await;
        Self {
            store,
            _database: database,
        }
    }

    async fn key(&self, scope: Scope) -> String {
        let new = NewKey {
            name: "operator".to_owned(),
            scopes: vec![scope],
            body: None,
            role: None,
            person: None,
            expires_at: None,
        };
        self.store
            .store
            .write(&Actor::operator("test"), move |tx| keys::create(tx, &new))
            .await
            .unwrap()
            .1
    }

    async fn ask(&self, request: test::TestRequest) -> (StatusCode, String) {
        let state = OpsState::new(self.store.store.clone(), "Group Inspection");
        let service = test::init_service(app(state)).await;
        let answer = service.call(request.to_request()).await.unwrap();
        let status = answer.status();
        let body = test::read_body(answer).await;
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn get(&self, path: &str, key: &str) -> (StatusCode, String) {
        self.ask(test::TestRequest::get().uri(path).insert_header(basic(key)))
            .await
    }

    async fn post(&self, path: &str, key: &str, reason: &str) -> (StatusCode, String) {
        let form = test::TestRequest::post()
            .uri(path)
            .insert_header(basic(key))
            .set_form([("reason", reason)]);
        self.ask(form).await
    }

    /// A job that has been given up.
    async fn dead(&self, job: NewJob) -> Uuid {
        let now = self.store.clock.now();
        self.store
            .store
            .write(&Actor::operator("test"), move |tx| {
                let queue = job.queue;
                let id = tx.enqueue(&job)?.unwrap();
                let known = Known::default().with(job.kind, job.kind_version);
                let claimed = ledger::claim(
                    tx.connection(),
                    queue,
                    "worker",
                    now,
                    TimeDelta::seconds(30),
                    1,
                    &known,
                )?;
                assert_eq!(claimed.len(), 1);
                let ending = Ending::Dead {
                    code: "broken".to_owned(),
                    text: "it <b>broke</b>".to_owned(),
                };
                ledger::end(tx.connection(), id, "worker", now, &ending)?;
                Ok(id)
            })
            .await
            .unwrap()
    }

    async fn write(&self, change: impl Fn(&mut Tx<'_>) -> Result<(), Error> + Send + 'static) {
        let actor = Actor::operator("test");
        self.store.store.write(&actor, change).await.unwrap();
    }

    async fn readiness(&self, redis: Option<bool>) -> (StatusCode, serde_json::Value) {
        let state = OpsState {
            redis_heard: redis.map(|heard| Arc::new(AtomicBool::new(heard))),
            ..OpsState::new(self.store.store.clone(), "Group Inspection")
        };
        let service = test::init_service(app(state)).await;
        let request = test::TestRequest::get().uri("/readyz").to_request();
        let answer = service.call(request).await.unwrap();
        let status = answer.status();
        let body = test::read_body(answer).await;
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn job(&self, id: Uuid) -> ledger::Job {
        self.store
            .store
            .read(move |connection| ledger::get(connection, id))
            .await
            .unwrap()
    }
}

fn basic(key: &str) -> (&'static str, String) {
    let encoded = STANDARD.encode(format!("anybody:{key}"));
    ("authorization", format!("Basic {encoded}"))
}

fn job(kind: &'static str, key: &str) -> NewJob {
    NewJob {
        queue: "reports",
        kind,
        kind_version: 1,
        payload: serde_json::json!({ "key": key }),
        dedupe_key: Some(key.to_owned()),
        max_attempts: 3,
        run_at: None,
        operation_id: None,
    }
}

const PAGES: [&str; 4] = ["/", "/dead-letters", "/deliveries", "/imports"];

#[actix_web::test]
async fn only_a_key_with_the_scope_admin_sees_the_pages() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let reader = port.key(Scope::RegisterRead).await;
    for path in PAGES {
        let (nobody, _) = port.ask(test::TestRequest::get().uri(path)).await;
        assert_eq!(nobody, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(port.get(path, &reader).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(
            port.get(path, "gik_wrong").await.0,
            StatusCode::UNAUTHORIZED
        );
        let (status, page) = port.get(path, &admin).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(page.matches("<h1>").count(), 1, "{path}");
    }
}

#[actix_web::test]
async fn anybody_on_the_port_may_ask_whether_it_is_ready() {
    let port = Port::new().await;
    let (status, body) = port.ask(test::TestRequest::get().uri("/livez")).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "ok\n"));
    let (status, found) = port.readiness(None).await;
    assert_eq!(status, StatusCode::OK);
    let well = serde_json::json!({
        "status": "ok", "database": "ok", "schema": "ok", "ledger": "ok",
        "redis": "not configured", "oldest_due_seconds": 0.0,
    });
    assert_eq!(found, well);
    let (status, _) = port.ask(test::TestRequest::get().uri("/nothing")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_late_ledger_and_an_absent_redis_are_told_but_make_nothing_unready() {
    let port = Port::new().await;
    port.write(|tx| tx.enqueue(&job("publish", "late")).map(drop))
        .await;
    port.store.clock.advance(TimeDelta::seconds(301));
    let (status, found) = port.readiness(Some(false)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(found["status"], "degraded");
    assert_eq!(found["ledger"], "late");
    assert_eq!(found["oldest_due_seconds"], 301.0);
    assert_eq!(found["redis"], "away");
    let (_, found) = port.readiness(Some(true)).await;
    assert_eq!(found["redis"], "ok");
}

#[actix_web::test]
async fn a_schema_that_is_behind_makes_a_process_unready_but_not_dead() {
    let port = Port::new().await;
    port.write(|tx| {
        Ok(tx.connection().batch_execute(
            "DELETE FROM __diesel_schema_migrations WHERE version = \
             (SELECT max(version) FROM __diesel_schema_migrations)",
        )?)
    })
    .await;
    let (status, found) = port.readiness(None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(found["schema"], "behind");
    let (status, _) = port.ask(test::TestRequest::get().uri("/livez")).await;
    assert_eq!(status, StatusCode::OK);
}

#[actix_web::test]
async fn a_scrape_tells_what_the_ledger_holds_and_needs_no_key() {
    let port = Port::new().await;
    port.dead(job("publish", "dead")).await;
    port.write(|tx| tx.enqueue(&job("publish", "due")).map(drop))
        .await;
    let later = port.store.clock.now() + TimeDelta::hours(1);
    port.write(move |tx| {
        let scheduled = NewJob {
            run_at: Some(later),
            ..job("overdue", "scheduled")
        };
        tx.enqueue(&scheduled).map(drop)
    })
    .await;
    port.store.clock.advance(TimeDelta::seconds(40));
    let (status, text) = port.ask(test::TestRequest::get().uri("/metrics")).await;
    assert_eq!(status, StatusCode::OK);
    for line in [
        "group_inspection_ledger_readable 1",
        "group_inspection_jobs{queue=\"reports\",state=\"due\"} 1",
        "group_inspection_jobs{queue=\"reports\",state=\"scheduled\"} 1",
        "group_inspection_jobs{queue=\"reports\",state=\"dead\"} 1",
        "group_inspection_jobs{queue=\"notify\",state=\"running\"} 0",
        "group_inspection_jobs_oldest_due_seconds{queue=\"reports\"} 40",
        "group_inspection_jobs_oldest_due_seconds{queue=\"imports\"} 0",
        "group_inspection_leases_overdue 0",
        "group_inspection_notifications_waiting{channel=\"email\"} 0",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
}

#[actix_web::test]
async fn a_scrape_counts_leases_that_ran_out_and_what_is_to_be_sealed() {
    let port = Port::new().await;
    port.write(|tx| tx.enqueue(&job("publish", "held")).map(drop))
        .await;
    port.write(|tx| {
        let now = tx.now();
        let lease = TimeDelta::seconds(30);
        let known = Known::default().with("publish", 2);
        let claimed = ledger::claim(tx.connection(), "reports", "gone", now, lease, 1, &known)?;
        assert_eq!(claimed.len(), 1);
        Ok(())
    })
    .await;
    let unsealed = |text: &str| {
        let found = text
            .lines()
            .find_map(|line| line.strip_prefix("group_inspection_audit_unsealed "));
        found.unwrap().parse::<u32>().unwrap()
    };
    let (_, text) = port.ask(test::TestRequest::get().uri("/metrics")).await;
    let before = unsealed(&text);
    port.key(Scope::Admin).await;
    port.store.clock.advance(TimeDelta::seconds(31));
    let (_, text) = port.ask(test::TestRequest::get().uri("/metrics")).await;
    assert_eq!(unsealed(&text), before + 1);
    for line in [
        "group_inspection_leases_overdue 1",
        "group_inspection_audit_unsealed_oldest_seconds 31",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
}

#[actix_web::test]
async fn a_dead_letter_runs_again_with_all_its_attempts_and_a_reason() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let id = port.dead(job("publish", "a")).await;
    let (_, page) = port.get("/dead-letters", &admin).await;
    assert!(page.contains(&id.to_string()));
    assert!(page.contains("it &lt;b&gt;broke&lt;/b&gt;"), "escaped");

    let retry = format!("/dead-letters/{id}/retry");
    let (status, _) = port.post(&retry, &admin, "  ").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(port.job(id).await.state, "dead");

    let (status, _) = port.post(&retry, &admin, "the disk has room again").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let again = port.job(id).await;
    assert_eq!((again.state.as_str(), again.attempts), ("ready", 0));

    let (status, _) = port.post(&retry, &admin, "twice by mistake").await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[actix_web::test]
async fn a_dead_letter_is_not_run_beside_an_equal_job() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let id = port.dead(job("publish", "a")).await;
    port.store
        .store
        .write(&Actor::operator("test"), |tx| {
            tx.enqueue(&job("publish", "a"))
        })
        .await
        .unwrap()
        .unwrap();
    let path = format!("/dead-letters/{id}");
    let (status, _) = port.post(&format!("{path}/retry"), &admin, "why not").await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = port
        .post(&format!("{path}/cancel"), &admin, "an equal one waits")
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(port.job(id).await.state, "cancelled");
}

#[actix_web::test]
async fn a_compilation_is_asked_for_again_elsewhere() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let id = port.dead(job("compile", "a")).await;
    let (_, page) = port.get("/dead-letters", &admin).await;
    assert!(!page.contains(&format!("/dead-letters/{id}/retry")));
    let (status, page) = port
        .post(&format!("/dead-letters/{id}/retry"), &admin, "once more")
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("at the inspection"));
}

#[actix_web::test]
async fn running_an_import_again_reopens_it_and_its_operation() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let file = NewFile {
        file_name: "edubasealldata20260101.csv".to_owned(),
        as_at: None,
        sha256: "0".repeat(64),
        bytes: 1,
        blob: "gone".to_owned(),
    };
    let now = port.store.clock.now();
    let (import, operation, id) = port
        .store
        .store
        .write(&Actor::operator("test"), move |tx| {
            let (import, operation) = imports::begin(tx, std::slice::from_ref(&file))?;
            let claimed = ledger::claim(
                tx.connection(),
                "imports",
                "worker",
                now,
                TimeDelta::seconds(30),
                1,
                &Known::default().with("import", 1),
            )?;
            let id = claimed.first().unwrap().id;
            let ending = Ending::Dead {
                code: "broken".to_owned(),
                text: "it broke".to_owned(),
            };
            ledger::end(tx.connection(), id, "worker", now, &ending)?;
            imports::set_state(tx, import, "failed")?;
            let problem = serde_json::json!({ "code": "broken" });
            operations::fail(tx.connection(), operation, now, &problem)?;
            Ok((import, operation, id))
        })
        .await
        .unwrap();
    let (status, _) = port
        .post(
            &format!("/dead-letters/{id}/retry"),
            &admin,
            "the file is back",
        )
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (import, operation) = port
        .store
        .store
        .read(move |connection| {
            Ok((
                imports::get(connection, import)?,
                operations::get(connection, &Actor::operator("test"), operation)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(import.state, "waiting");
    assert_eq!(import.finished_at, None);
    assert_eq!(
        (operation.state.as_str(), operation.problem),
        ("waiting", None)
    );
}

#[actix_web::test]
async fn a_form_of_another_site_is_refused() {
    let port = Port::new().await;
    let admin = port.key(Scope::Admin).await;
    let id = port.dead(job("publish", "a")).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://elsewhere.example"),
        ("origin", "null"),
    ] {
        let form = test::TestRequest::post()
            .uri(&format!("/dead-letters/{id}/cancel"))
            .insert_header(basic(&admin))
            .insert_header(("host", "ops.example:9090"))
            .insert_header((name, value))
            .set_form([("reason", "not mine")]);
        assert_eq!(
            port.ask(form).await.0,
            StatusCode::FORBIDDEN,
            "{name}: {value}"
        );
    }
    assert_eq!(port.job(id).await.state, "dead");
    let own = test::TestRequest::post()
        .uri(&format!("/dead-letters/{id}/cancel"))
        .insert_header(basic(&admin))
        .insert_header(("host", "ops.example:9090"))
        .insert_header(("origin", "http://ops.example:9090"))
        .insert_header(("sec-fetch-site", "same-origin"))
        .set_form([("reason", "not needed")]);
    assert_eq!(port.ask(own).await.0, StatusCode::SEE_OTHER);
}

#[actix_web::test]
async fn nothing_of_the_port_is_kept_framed_or_run() {
    let port = Port::new().await;
    let key = port.key(Scope::Admin).await;
    let state = OpsState::new(port.store.store.clone(), "Group Inspection");
    let service = test::init_service(app(state)).await;
    for (path, status) in [
        ("/", 200),
        ("/dead-letters", 200),
        ("/livez", 200),
        ("/elsewhere", 404),
        ("/style.css", 404),
    ] {
        let request = test::TestRequest::get()
            .uri(path)
            .insert_header(basic(&key));
        let answer = service.call(request.to_request()).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path}");
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            (
                "permissions-policy",
                "camera=(), geolocation=(), microphone=()",
            ),
        ] {
            assert_eq!(header(name), value, "{path}: {name}");
        }
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
}
