use group_inspection_api::Limits;
use group_inspection_store::actor::Scope;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::test_app::TestApp;

const PATH: &str = "/v1/imports?filename=edubasealldata20260901.csv&as_at=2026-09-01";

#[actix_web::test]
async fn an_upload_is_kept_and_waits_for_the_worker() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let answer = app
        .post(PATH)
        .key(&key)
        .once("1")
        .raw("text/csv", "\"URN\"\n\"900101\"\n")
        .await;
    assert_eq!(answer.status, 202, "{answer:?}");
    let begun = answer.value();
    assert_eq!(answer.header("location"), begun["operation"]);
    let import = app
        .get(begun["import"].as_str().unwrap())
        .key(&key)
        .send()
        .await
        .value();
    let file = &import["files"][0];
    assert_eq!(import["state"], "waiting");
    assert_eq!(file["file_name"], "edubasealldata20260901.csv");
    assert_eq!(file["as_at"], "2026-09-01");
    assert_eq!(file["bytes"], 15);
    assert_eq!(
        file["sha256"],
        hex::encode(Sha256::digest("\"URN\"\n\"900101\"\n"))
    );
    assert_eq!(app.kept_files(), 1);
    let listed = app.get("/v1/imports").key(&key).send().await.value();
    assert_eq!(listed["items"][0], import);
    let rejections = app
        .get(&format!("{}/rejections", begun["import"].as_str().unwrap()))
        .key(&key)
        .send()
        .await;
    assert_eq!(rejections.value()["items"], json!([]));
    let operation = app.get(answer.header("location")).key(&key).send().await;
    assert_eq!(operation.value()["kind"], "import");
}

#[actix_web::test]
async fn a_replay_keeps_no_second_file() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let post = |content: &'static str| app.post(PATH).key(&key).once("1").raw("text/csv", content);
    let first = post("abc").await;
    let again = post("abc").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    post("abd").await.problem("idempotency-key-reused");
    assert_eq!(app.kept_files(), 1);
}

#[actix_web::test]
async fn uploads_that_cannot_be_taken_leave_nothing() {
    let app = TestApp::with_limits(Limits {
        import_bytes: 10,
        ..Limits::default()
    })
    .await;
    let key = app.key(&[Scope::Admin]).await;
    let post = |path: &'static str, content: &'static str| {
        app.post(path).key(&key).once("1").raw("text/csv", content)
    };
    post(PATH, "12345678901").await.problem("too-large");
    post(PATH, "").await.problem("malformed-request");
    for path in [
        "/v1/imports",
        "/v1/imports?filename=",
        "/v1/imports?filename=../a.csv",
        "/v1/imports?filename=a%00.csv",
        "/v1/imports?filename=a.csv&as_at=soon",
        "/v1/imports?filename=a.csv&more=1",
    ] {
        post(path, "abc").await.problem("malformed-query");
    }
    let unkeyed = app.post(PATH).key(&key).raw("text/csv", "abc").await;
    unkeyed.problem("idempotency-key-missing");
    assert_eq!(app.kept_files(), 0);
    let listed = app.get("/v1/imports").key(&key).send().await.value();
    assert_eq!(listed["items"], json!([]));
    let missing = app
        .get(&format!("/v1/imports/{}", Uuid::nil()))
        .key(&key)
        .send()
        .await;
    missing.problem("not-found");
}
