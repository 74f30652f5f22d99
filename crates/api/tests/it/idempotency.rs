use group_inspection_store::{actor::Scope, testing::TestDatabase};
use serde_json::{Value, json};

use crate::test_app::TestApp;

fn body(name: &str) -> Value {
    json!({ "kind": "independent_group", "name": name })
}

async fn count(app: &TestApp, key: &str) -> usize {
    let listed = app.get("/v1/bodies").key(key).send().await.value();
    listed["items"].as_array().unwrap().len()
}

#[actix_web::test]
async fn a_key_is_needed_and_must_be_usable() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let missing = app.post("/v1/bodies").key(&key).json(&body("A")).await;
    assert_eq!(missing.status, 400);
    missing.problem("idempotency-key-missing");
    for unusable in ["", "a b", "\"abc", &"k".repeat(256)] {
        let answer = app
            .post("/v1/bodies")
            .key(&key)
            .once(unusable)
            .json(&body("A"))
            .await;
        answer.problem("idempotency-key-invalid");
    }
    assert_eq!(count(&app, &key).await, 0);
}

#[actix_web::test]
async fn the_same_request_again_gets_the_same_answer() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let first = app
        .post("/v1/bodies")
        .key(&key)
        .once("k")
        .json(&body("A"))
        .await;
    assert_eq!(first.header("idempotency-replayed"), "");
    // Quoted or not, and however the body is laid out.
    let again = app
        .post("/v1/bodies")
        .key(&key)
        .once("\"k\"")
        .raw(
            "application/json",
            "{ \"name\": \"A\",\n \"kind\": \"independent_group\" }",
        )
        .await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.status, first.status);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(count(&app, &key).await, 1);
}

#[actix_web::test]
async fn a_key_used_for_another_request_is_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    app.post("/v1/bodies")
        .key(&key)
        .once("k")
        .json(&body("A"))
        .await;
    let other = app
        .post("/v1/bodies")
        .key(&key)
        .once("k")
        .json(&body("B"))
        .await;
    assert_eq!(other.status, 422);
    other.problem("idempotency-key-reused");
    assert_eq!(count(&app, &key).await, 1);
}

#[actix_web::test]
async fn keys_belong_to_their_caller() {
    let app = TestApp::new().await;
    let one = app.key(&[Scope::Admin]).await;
    let two = app.key(&[Scope::Admin]).await;
    for key in [&one, &two] {
        let answer = app
            .post("/v1/bodies")
            .key(key)
            .once("k")
            .json(&body("A"))
            .await;
        assert_eq!(answer.header("idempotency-replayed"), "");
    }
    assert_eq!(count(&app, &one).await, 2);
}

#[actix_web::test]
async fn equal_requests_at_the_same_time_have_one_effect() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let sent = body("A");
    let post = || app.post("/v1/bodies").key(&key).once("k").json(&sent);
    let answers = futures::future::join_all((0..12).map(|_| post())).await;
    let fresh = answers
        .iter()
        .filter(|answer| answer.status == 201 && answer.header("idempotency-replayed").is_empty())
        .count();
    assert_eq!(fresh, 1);
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(
                answer.body,
                answers.iter().find(|a| a.status == 201).unwrap().body
            ),
            409 => {
                answer.problem("idempotency-running");
                assert_eq!(answer.header("retry-after"), "1");
                // Only several connections can be at it at once.
                assert!(TestDatabase::is_server());
            }
            other => panic!("{other}: {answer:?}"),
        }
    }
    assert_eq!(count(&app, &key).await, 1);
}
