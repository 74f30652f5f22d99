//! What anyone may read.

use group_inspection_api::Limits;
use group_inspection_core::{
    compile,
    inspection::{Action, Role, State},
    report::Report,
};
use group_inspection_render::{
    Copies, PageFacts, PublicationStatus, VersionFacts, html::report_page, json::report_json,
};
use group_inspection_store::{
    Actor, Clock,
    actor::Scope,
    jobs,
    reports::{self, CheckFindings, Rendition},
    wake::PUBLISHED,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::test_app::{Answer, TestApp, site};

fn rendition(format: &str, media_type: &str, bytes: Vec<u8>) -> Rendition {
    Rendition {
        format: format.to_owned(),
        media_type: media_type.to_owned(),
        sha256: hex::encode(Sha256::digest(&bytes)),
        bytes,
    }
}

/// Compiles and publishes the report of an inspection as a worker would.
async fn publish(app: &TestApp, key: &str, inspection: Uuid) -> Report {
    let asked = app
        .post(&format!("/v1/inspections/{inspection}/compilations"))
        .key(key)
        .once("compile")
        .send()
        .await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let worker = Actor::system("worker");
    let inputs = app
        .store
        .store
        .read(move |connection| reports::inputs(connection, inspection))
        .await
        .unwrap();
    let report = compile::compile(&inputs);
    let kept = report.clone();
    app.store
        .store
        .write(&worker, move |tx| {
            let found = CheckFindings {
                language: 0,
                accessibility: 0,
            };
            reports::save_compiled(tx, &kept, &"0".repeat(64), found)
        })
        .await
        .unwrap();
    let draft = app
        .get(&format!("/v1/inspections/{inspection}/report"))
        .key(key)
        .send()
        .await;
    assert_eq!(draft.body, report_json(&report).unwrap());
    app.advance(inspection, State::Embargoed).await;
    let asked = app
        .post(&format!("/v1/inspections/{inspection}/publications"))
        .key(key)
        .once("publish")
        .send()
        .await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let now = app.store.clock.now();
    let facts = PageFacts {
        site: site(),
        published_at: now,
        version: 1,
        latest_version: 1,
        status: PublicationStatus::Current,
        public_note: None,
        history: vec![VersionFacts {
            version: 1,
            published_at: now,
            status: PublicationStatus::Current,
            note: None,
        }],
        copies: Copies::default(),
    };
    let copies = vec![
        rendition(
            "html",
            "text/html; charset=utf-8",
            report_page(&report, &facts).into_bytes(),
        ),
        rendition("json", "application/json", report_json(&report).unwrap()),
        rendition(
            "text",
            "text/plain; charset=utf-8",
            b"Report of an ungraded group inspection\n".to_vec(),
        ),
        rendition("pdf", "application/pdf", b"%PDF-1.7 stand-in".to_vec()),
    ];
    let of = report.clone();
    let officer = app.cast().await.actor(Role::OperationsOfficer);
    app.store
        .store
        .write(&worker, move |tx| {
            let asked = jobs::Publish {
                report_id: of.report_id,
                version: 1,
                by: officer.acting().unwrap(),
                action: Action::Publish { report_version: 1 },
            };
            reports::publish(tx, &of, &asked, now, &copies, &json!({}))
        })
        .await
        .unwrap();
    report
}

pub(crate) async fn published() -> (TestApp, String, Report) {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.evidenced(&key).await;
    let report = publish(&app, &key, id).await;
    (app, key, report)
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.get(path).send().await
}

#[actix_web::test]
async fn pages_copies_and_feed_need_no_key() {
    let (app, _, report) = published().await;
    let id = report.report_id;
    let home = get(&app, "/").await;
    assert!(home.text().contains("Larch Schools"));
    assert!(home.header("content-type").starts_with("text/html"));
    let latest = get(&app, &format!("/reports/{id}")).await;
    let version = get(&app, &format!("/reports/{id}/v1")).await;
    assert_eq!(latest.status, 200);
    assert_eq!(latest.body, version.body);
    assert!(
        version
            .text()
            .contains("This report gives no grade to the group.")
    );
    let json = get(&app, &format!("/reports/{id}/v1/report.json")).await;
    assert_eq!(json.body, report_json(&report).unwrap());
    assert_eq!(
        json.header("etag"),
        format!("\"{}\"", hex::encode(Sha256::digest(&json.body)))
    );
    assert!(json.header("cache-control").contains("immutable"));
    let text = get(&app, &format!("/reports/{id}/v1/report.txt")).await;
    assert!(text.text().starts_with("Report of an ungraded"));
    let pdf = get(&app, &format!("/reports/{id}/v1/report.pdf")).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let feed = get(&app, "/feed.atom").await;
    assert!(
        feed.header("content-type")
            .starts_with("application/atom+xml")
    );
    assert!(feed.text().contains("Larch Schools"));
    for path in [
        format!("/reports/{id}/v2"),
        format!("/reports/{id}/v1/report.docx"),
        format!("/reports/{id}/v1/report.html"),
        format!("/reports/{}", Uuid::nil()),
        format!("/reports/{id}/vx"),
        format!("/reports/{id}/v99999999999"),
    ] {
        get(&app, &path).await.problem("not-found");
    }
}

#[actix_web::test]
async fn what_the_reader_has_is_not_sent_again() {
    let (app, _, report) = published().await;
    let id = report.report_id;
    for path in [
        "/".to_owned(),
        "/feed.atom".to_owned(),
        "/schemas/report-1.json".to_owned(),
        group_inspection_render::html::stylesheet_path().to_owned(),
        format!("/reports/{id}"),
        format!("/reports/{id}/v1"),
        format!("/reports/{id}/v1/report.json"),
        format!("/reports/{id}/v1/report.pdf"),
    ] {
        let first = get(&app, &path).await;
        assert_eq!(first.status, 200, "{path}");
        let tag = first.header("etag").to_owned();
        for held in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".to_owned(),
        ] {
            let again = app.get(&path).header("if-none-match", &held).send().await;
            assert_eq!(again.status, 304, "{path} {held}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.header("cache-control"), first.header("cache-control"));
        }
        let other = app.get(&path).header("if-none-match", "\"x\"").send().await;
        assert_eq!(other.status, 200);
    }
}

#[actix_web::test]
async fn a_withdrawn_version_leaves_its_reason() {
    let (app, key, report) = published().await;
    let id = report.report_id;
    let path = format!("/v1/reports/{id}/versions/1/withdrawal");
    let reason = json!({ "reason": "It named the wrong school." });
    let other = app.body(&key, "Other", &[]).await;
    let limited = app.key_for(&[Scope::Admin], Some(other)).await;
    let hidden = app.post(&path).key(&limited).once("1").json(&reason).await;
    hidden.problem("not-found");
    let officer = app.post(&path).key(&key).once("1").json(&reason).await;
    officer.problem("forbidden");
    let key = app.role_key(Role::DecisionMaker, None).await;
    let done = app.post(&path).key(&key).once("1").json(&reason).await;
    assert_eq!(done.status, 201, "{done:?}");
    let again = app.post(&path).key(&key).once("2").json(&reason).await;
    again.problem("report-state");
    for path in [format!("/reports/{id}"), format!("/reports/{id}/v1")] {
        let page = get(&app, &path).await;
        assert_eq!(page.status, 410);
        assert!(page.text().contains("It named the wrong school."));
    }
    let copy = get(&app, &format!("/reports/{id}/v1/report.json")).await;
    assert_eq!(copy.status, 410);
    assert_eq!(
        copy.problem("report-withdrawn")["detail"],
        "It named the wrong school."
    );
    assert!(get(&app, "/feed.atom").await.text().contains("ithdrawn"));
}

#[actix_web::test]
async fn a_page_is_held_only_until_something_is_published_or_withdrawn() {
    let app = TestApp::with_schools_limited(Limits {
        page_trust: std::time::Duration::from_secs(3_600),
        ..Limits::default()
    })
    .await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.evidenced(&key).await;
    let report = publish(&app, &key, id).await.report_id;
    let path = format!("/reports/{report}");
    let signal = app.store.wake.signal(PUBLISHED);
    // What publishing itself has signalled.
    signal.notified().await;
    let first = get(&app, &path).await;
    assert_eq!(first.status, 200);
    let tag = first.header("etag").to_owned();
    let decider = app.role_key(Role::DecisionMaker, None).await;
    let done = app
        .post(&format!("/v1/reports/{report}/versions/1/withdrawal"))
        .key(&decider)
        .once("1")
        .json(&json!({ "reason": "It named the wrong school." }))
        .await;
    assert_eq!(done.status, 201, "{done:?}");
    let held = get(&app, &path).await;
    assert_eq!((held.status, held.header("etag")), (200, tag.as_str()));
    signal.notified().await;
    app.state.forgets_pages()();
    assert_eq!(get(&app, &path).await.status, 410);
}
