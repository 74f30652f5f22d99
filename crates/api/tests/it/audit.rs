//! The audit log over REST.

use group_inspection_store::{Actor, actor::Scope, audit};
use serde_json::Value;

use crate::test_app::TestApp;

async fn seal(app: &TestApp) {
    app.store
        .store
        .write(&Actor::system("sealer"), |tx| audit::seal(tx, 100))
        .await
        .unwrap();
}

#[actix_web::test]
async fn changes_are_listed_in_their_order_once_they_are_sealed() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    app.body(&key, "Larch", &[]).await;
    let nothing = app.get("/v1/audit-events").key(&key).send().await.value();
    assert_eq!(nothing["items"], serde_json::json!([]));
    seal(&app).await;
    app.body(&key, "Elm", &[]).await;
    seal(&app).await;

    let mut path = "/v1/audit-events?limit=1".to_owned();
    let mut log: Vec<Value> = Vec::new();
    loop {
        let page = app.get(&path).key(&key).send().await.value();
        log.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    let positions: Vec<u64> = log
        .iter()
        .map(|entry| entry["position"].as_u64().unwrap())
        .collect();
    assert_eq!(positions, (1..=log.len() as u64).collect::<Vec<_>>());
    let made: Vec<&Value> = log
        .iter()
        .filter(|entry| entry["action"] == "body.created")
        .collect();
    assert_eq!(made.len(), 2, "{log:?}");
    assert!(made[0]["actor"].as_str().unwrap().starts_with("key:"));
    assert_eq!(made[0]["before_sha256"], Value::Null);
    assert_eq!(made[0]["hash"].as_str().unwrap().len(), 64);
    assert!(made[0]["request_id"].is_string());
}

#[actix_web::test]
async fn who_is_limited_to_one_body_does_not_read_it() {
    let app = TestApp::new().await;
    let admin = app.key(&[Scope::Admin]).await;
    let body = app.body(&admin, "Larch", &[]).await;
    let limited = app.key_for(&[Scope::Admin], Some(body)).await;
    let answer = app.get("/v1/audit-events").key(&limited).send().await;
    answer.problem("forbidden");
}
