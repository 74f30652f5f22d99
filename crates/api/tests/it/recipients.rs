//! Webhook endpoints, contacts and deliveries.

use actix_web::http::Method;
use group_inspection_store::actor::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{TestApp, pairs};

#[actix_web::test]
async fn an_endpoint_shows_its_secret_once() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    let path = format!("/v1/bodies/{body}/webhook-endpoints");
    let created = app
        .post(&path)
        .key(&key)
        .once("1")
        .json(&json!({ "url": "https://hooks.example.org/a" }))
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    assert!(
        created.value()["secret"]
            .as_str()
            .unwrap()
            .starts_with("whsec_")
    );
    let listed = app.get(&path).key(&key).send().await;
    assert!(!listed.text().contains("whsec_"));
    assert_eq!(listed.value()["items"][0]["state"], "active");
    let place = created.header("location").to_owned();
    let elsewhere = place.replace(&body.to_string(), &Uuid::nil().to_string());
    let remove = |path: String| {
        let ask = app.ask(Method::DELETE, &path).key(&key);
        async move { ask.send().await.status }
    };
    assert_eq!(remove(elsewhere).await, 404);
    assert_eq!(remove(place.clone()).await, 204);
    assert_eq!(remove(place).await, 404);
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed, json!({ "items": [], "next": null }));
}

#[actix_web::test]
async fn addresses_that_are_none_are_pointed_at() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    for url in [
        "ftp://a.example/",
        "javascript:alert(1)",
        "https://",
        "a.example",
        "https://user:secret@a.example/",
    ] {
        let answer = app
            .post(&format!("/v1/bodies/{body}/webhook-endpoints"))
            .key(&key)
            .once("1")
            .json(&json!({ "url": url }))
            .await;
        assert_eq!(
            answer.errors("invalid"),
            pairs(&[("/url", "invalid-value")]),
            "{url}"
        );
    }
    let answer = app
        .post(&format!("/v1/bodies/{body}/contacts"))
        .key(&key)
        .once("1")
        .json(&json!({ "address": "nobody", "role": "Office" }))
        .await;
    assert_eq!(answer.status, 422);
}

#[actix_web::test]
async fn contacts_are_added_listed_and_removed() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    let path = format!("/v1/bodies/{body}/contacts");
    let created = app
        .post(&path)
        .key(&key)
        .once("1")
        .json(&json!({ "address": "office@larch.example", "role": "Office" }))
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed["items"], json!([created.value()]));
    let place = created.header("location").to_owned();
    let removed = app.ask(Method::DELETE, &place).key(&key).send().await;
    assert_eq!(removed.status, 204);
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed["items"], json!([]));
}

#[actix_web::test]
async fn deliveries_of_a_body_are_listed() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    let listed = app
        .get(&format!("/v1/bodies/{body}/deliveries"))
        .key(&key)
        .send()
        .await
        .value();
    assert_eq!(listed["items"], Value::Array(Vec::new()));
    let missing = app
        .post(&format!("/v1/deliveries/{}/replay", Uuid::nil()))
        .key(&key)
        .once("1")
        .json(&json!({ "reason": "Lost" }))
        .await;
    missing.problem("not-found");
}
