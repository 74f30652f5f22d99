//! Webhook endpoints, contacts and deliveries.

use actix_web::http::Method;
use diesel::{RunQueryDsl, sql_query};
use group_inspection_store::{Actor, actor::Scope};
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
    // A replay has no secret, and so has what is kept for it.
    let again = app
        .post(&path)
        .key(&key)
        .once("1")
        .json(&json!({ "url": "https://hooks.example.org/a" }))
        .await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.id("id"), created.id("id"));
    assert!(again.value().get("secret").is_none(), "{again:?}");
    let rotate = async || {
        app.post(&format!("{}/rotations", created.header("location")))
            .key(&key)
            .once("rotation")
            .json(&json!({}))
            .await
    };
    let rotated = rotate().await;
    assert!(rotated.text().contains("whsec_"), "{rotated:?}");
    let again = rotate().await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(!again.text().contains("whsec_"), "{again:?}");
    let kept = app
        .store
        .store
        .write(&Actor::operator("test"), |tx| {
            Ok(
                sql_query("DELETE FROM idempotency WHERE position('whsec_'::bytea in body) > 0")
                    .execute(tx.connection())?,
            )
        })
        .await
        .unwrap();
    assert_eq!(kept, 0, "a secret is kept");
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
    assert_eq!(listed, json!({ "items": [], "next": null, "prev": null }));
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

#[actix_web::test]
async fn an_endpoint_is_changed_by_whoever_has_read_it() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    let path = format!("/v1/bodies/{body}/webhook-endpoints");
    let unknown = app
        .post(&path)
        .key(&key)
        .once("0")
        .json(&json!({ "url": "https://a.example/", "events": ["report.published", "all"] }))
        .await;
    assert_eq!(
        unknown.errors("invalid"),
        pairs(&[("/events/1", "unknown-value")])
    );
    let created = app
        .post(&path)
        .key(&key)
        .once("1")
        .json(&json!({
            "url": "https://a.example/",
            "description": "Our records",
            "events": ["report.withdrawn", "report.published", "report.withdrawn"],
            "signature": "ed25519",
        }))
        .await;
    assert_eq!(created.status, 201, "{created:?}");
    let public_key = created.value()["public_key"].as_str().unwrap().to_owned();
    assert!(public_key.starts_with("whpk_"), "{public_key}");
    assert!(!created.text().contains("whsk_") && !created.text().contains("secret"));

    let place = created.header("location").to_owned();
    let read = app.get(&place).key(&key).send().await;
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(read.value()["signature"], "ed25519");
    assert_eq!(
        read.value()["events"],
        json!(["report.published", "report.withdrawn"])
    );
    let change = async |etag: Option<&str>, url: &str| {
        let mut ask = app.ask(Method::PUT, &place).key(&key);
        if let Some(etag) = etag {
            ask = ask.header("if-match", etag);
        }
        ask.json(&json!({ "url": url })).await
    };
    assert_eq!(change(None, "https://b.example/").await.status, 428);
    let changed = change(Some("\"1\""), "https://b.example/").await;
    assert_eq!((changed.status, changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.value()["events"], Value::Null);
    assert_eq!(
        change(Some("\"1\""), "https://c.example/").await.status,
        412
    );
    let same = change(Some("\"2\""), "https://b.example/").await;
    assert_eq!(same.header("etag"), "\"2\"", "nothing has changed");

    let rotated = app
        .post(&format!("{place}/rotations"))
        .key(&key)
        .once("2")
        .json(&json!({ "signature": "hmac-sha256" }))
        .await;
    assert_eq!(rotated.status, 201, "{rotated:?}");
    let rotated = rotated.value();
    assert!(rotated["secret"].as_str().unwrap().starts_with("whsec_"));
    assert!(rotated["previous_until"].is_string());
    let read = app.get(&place).key(&key).send().await.value();
    assert_eq!(read["signature"], "hmac-sha256");
    assert_eq!(read["previous_until"], rotated["previous_until"]);
}

#[actix_web::test]
async fn a_test_is_a_delivery_and_a_range_an_operation() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &[]).await;
    let created = app
        .post(&format!("/v1/bodies/{body}/webhook-endpoints"))
        .key(&key)
        .once("1")
        .json(&json!({ "url": "https://a.example/" }))
        .await;
    let place = created.header("location").to_owned();
    let test = app
        .post(&format!("{place}/test"))
        .key(&key)
        .once("2")
        .json(&json!({}))
        .await;
    assert_eq!(test.status, 202, "{test:?}");
    assert_eq!(test.value()["event"], "endpoint.test");
    let read = app.get(test.header("location")).key(&key).send().await;
    assert_eq!(read.value()["attempts"], json!([]));
    let listed = async |query: &str| {
        let path = format!("/v1/bodies/{body}/deliveries?{query}");
        let listed = app.get(&path).key(&key).send().await.value();
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!(listed("state=waiting&event=endpoint.test").await, 1);
    assert_eq!(listed("state=failed").await, 0);
    assert_eq!(listed("event=report.published").await, 0);

    let replay = async |once: &str, since: &str, until: &str| {
        app.post(&format!("{place}/replays"))
            .key(&key)
            .once(once)
            .json(&json!({ "since": since, "until": until, "reason": "Lost" }))
            .await
    };
    let (early, late) = ("2020-01-01T00:00:00Z", "2050-01-01T00:00:00Z");
    let reversed = replay("3", late, early).await;
    assert_eq!(
        reversed.errors("invalid"),
        pairs(&[("/until", "period-reversed")])
    );
    let begun = replay("4", early, late).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    let operation = app.get(begun.header("location")).key(&key).send().await;
    assert_eq!(operation.value()["kind"], "replay");
    let again = replay("4", early, late).await;
    assert_eq!(again.value(), begun.value());

    let other = app.body(&key, "Rowan", &[]).await;
    let stranger = app.key_for(&[Scope::WebhooksManage], Some(other)).await;
    for what in ["test", "enable", "rotations"] {
        let answer = app
            .post(&format!("{place}/{what}"))
            .key(&stranger)
            .once(what)
            .json(&json!({}))
            .await;
        answer.problem("not-found");
    }
    // Through the body of its own, it does not exist either.
    let elsewhere = place.replace(&body.to_string(), &other.to_string());
    app.get(&elsewhere)
        .key(&stranger)
        .send()
        .await
        .problem("not-found");
}

#[actix_web::test]
async fn receipts_are_taken_with_their_token_only() {
    let receipt = json!({
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": Uuid::nil(),
        "to": "hello@gov.uk",
        "status": "delivered",
        "created_at": "2017-05-14T12:15:30.000000Z",
        "completed_at": "2017-05-14T12:15:30.000000Z",
        "sent_at": "2017-05-14T12:15:30.000000Z",
        "notification_type": "email",
    });
    let closed = TestApp::new().await;
    let path = "/callbacks/mail-receipts";
    let bearer = |token: &str| format!("Bearer {token}");
    let send = async |app: &TestApp, token: Option<&str>| {
        let mut ask = app.post(path);
        if let Some(token) = token {
            ask = ask.header("authorization", &bearer(token));
        }
        ask.json(&receipt).await.status
    };
    assert_eq!(send(&closed, Some("")).await, 404);
    let app = TestApp::with_receipts("a-token-of-some-length").await;
    let key = app.key(&[Scope::Admin]).await;
    for wrong in [None, Some(""), Some("a-token"), Some(key.as_str())] {
        assert_eq!(send(&app, wrong).await, 401, "{wrong:?}");
    }
    assert_eq!(send(&app, Some("a-token-of-some-length")).await, 204);
}
