//! API keys over REST: made, rotated with an overlap, revoked.

use std::time::Duration;

use actix_web::http::Method;
use chrono::TimeDelta;
use futures::future::join_all;
use group_inspection_api::Limits;
use group_inspection_core::inspection::Role;
use group_inspection_store::{actor::Scope, audit};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{Answer, TestApp, pairs};

async fn app() -> (TestApp, String) {
    let app = TestApp::with_limits(Limits {
        key_trust: Duration::ZERO,
        ..Limits::default()
    })
    .await;
    let operator = app.key_in(&[Scope::Admin], None, Role::Operator).await;
    (app, operator)
}

async fn made(app: &TestApp, operator: &str, once: &str) -> Answer {
    app.post("/v1/api-keys")
        .key(operator)
        .once(once)
        .json(&json!({
            "name": "A sender",
            "scopes": ["register:read", "register:write"],
            "role": "integrator",
        }))
        .await
}

async fn rotated(app: &TestApp, operator: &str, id: Uuid, once: &str, body: Value) -> Answer {
    app.post(&format!("/v1/api-keys/{id}/rotations"))
        .key(operator)
        .once(once)
        .json(&body)
        .await
}

fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.value()["secret"].as_str().unwrap().to_owned()
}

async fn works(app: &TestApp, secret: &str) -> bool {
    let answer = app.get("/v1/bodies").key(secret).send().await;
    match answer.status {
        200 => true,
        401 => false,
        _ => panic!("{answer:?}"),
    }
}

#[actix_web::test]
async fn a_key_is_made_and_its_secret_shown_once() {
    let (app, operator) = app().await;
    let first = made(&app, &operator, "k").await;
    let secret = secret(&first);
    assert!(works(&app, &secret).await);
    let id = first.id("id");
    assert_eq!(first.header("location"), format!("/v1/api-keys/{id}"));

    let again = made(&app, &operator, "k").await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.id("id"), id);
    assert_eq!(again.value()["secret"], Value::Null);

    let read = app
        .get(&format!("/v1/api-keys/{id}"))
        .key(&operator)
        .send()
        .await;
    let view = read.value();
    assert_eq!(view["state"], "active");
    assert_eq!(view["scopes"], json!(["register:read", "register:write"]));
    assert_eq!(view["last_used_on"], "2026-09-15");
    let listed = app.get("/v1/api-keys").key(&operator).send().await;
    assert_eq!(listed.value()["items"].as_array().unwrap().len(), 2);
    for answer in [&read, &listed] {
        assert!(!answer.text().contains(&secret), "{answer:?}");
        assert!(!answer.text().contains("sha256"), "{answer:?}");
    }
}

#[actix_web::test]
async fn what_is_kept_of_a_key_does_not_hold_its_secret() {
    let (app, operator) = app().await;
    let secret = secret(&made(&app, &operator, "k").await);
    let kept = app
        .store
        .store
        .read(|connection| {
            use diesel::prelude::*;
            #[derive(QueryableByName)]
            struct Text {
                #[diesel(sql_type = diesel::sql_types::Text)]
                text: String,
            }
            let rows: Vec<Text> = diesel::sql_query(
                "SELECT row_to_json(k)::text AS text FROM api_key k \
                 UNION ALL SELECT convert_from(body, 'UTF8') FROM idempotency \
                 UNION ALL SELECT row_to_json(e)::text FROM audit_event e",
            )
            .load(connection)?;
            Ok(rows.into_iter().map(|row| row.text).collect::<Vec<_>>())
        })
        .await
        .unwrap();
    assert!(kept.len() >= 5, "{kept:?}");
    let random = &secret[4..68];
    assert!(kept.iter().all(|text| !text.contains(random)), "{kept:?}");
}

#[actix_web::test]
async fn a_rotated_key_has_two_secrets_until_the_overlap_has_run_out() {
    let (app, operator) = app().await;
    let key = made(&app, &operator, "k").await;
    let (id, old) = (key.id("id"), secret(&key));
    let answer = rotated(
        &app,
        &operator,
        id,
        "r",
        json!({ "overlap_hours": 2, "reason": "yearly" }),
    )
    .await;
    let new = secret(&answer);
    assert_eq!(answer.value()["previous_until"], "2026-09-15T11:00:00Z");
    assert!(works(&app, &old).await && works(&app, &new).await);

    // Both are the same caller: what one has sent the other may send again.
    let send = async |secret: &str| {
        app.post("/v1/bodies")
            .key(secret)
            .once("b")
            .json(&json!({ "kind": "independent_group", "name": "New" }))
            .await
    };
    let (first, again) = (send(&old).await, send(&new).await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.id("id"), again.id("id"));
    assert_eq!(again.header("idempotency-replayed"), "true");

    let too_soon = rotated(&app, &operator, id, "r2", json!({ "reason": "again" })).await;
    too_soon.problem("key-state");
    app.store.clock.advance(TimeDelta::hours(2));
    assert!(!works(&app, &old).await && works(&app, &new).await);

    let newer = secret(
        &rotated(
            &app,
            &operator,
            id,
            "r3",
            json!({ "overlap_hours": 0, "reason": "leaked" }),
        )
        .await,
    );
    assert!(!works(&app, &new).await && works(&app, &newer).await);
    let replayed = rotated(
        &app,
        &operator,
        id,
        "r3",
        json!({ "overlap_hours": 0, "reason": "leaked" }),
    )
    .await;
    assert_eq!(replayed.value()["secret"], Value::Null);
    assert!(works(&app, &newer).await);
}

#[actix_web::test]
async fn an_expired_key_ends_its_secret_before_rotation_too() {
    let (app, operator) = app().await;
    let key = app
        .post("/v1/api-keys")
        .key(&operator)
        .once("k")
        .json(&json!({
            "name": "Short", "scopes": ["register:read"], "expires_at": "2026-09-15T10:00:00Z"
        }))
        .await;
    let (id, old) = (key.id("id"), secret(&key));
    let new = secret(&rotated(&app, &operator, id, "r", json!({ "reason": "x" })).await);
    app.store.clock.advance(TimeDelta::minutes(59));
    assert!(works(&app, &old).await && works(&app, &new).await);
    app.store.clock.advance(TimeDelta::minutes(1));
    assert!(!works(&app, &old).await && !works(&app, &new).await);
    rotated(&app, &operator, id, "r2", json!({ "reason": "x" }))
        .await
        .problem("key-state");
}

#[actix_web::test]
async fn a_revoked_key_and_its_overlap_end_together_and_once() {
    let (app, operator) = app().await;
    let key = made(&app, &operator, "k").await;
    let (id, old) = (key.id("id"), secret(&key));
    let new = secret(&rotated(&app, &operator, id, "r", json!({ "reason": "x" })).await);
    let revoke = async |once: &str| {
        app.post(&format!("/v1/api-keys/{id}/revocation"))
            .key(&operator)
            .once(once)
            .json(&json!({ "reason": "lost" }))
            .await
    };
    let answer = revoke("v").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.value()["state"], "revoked");
    assert!(!works(&app, &old).await && !works(&app, &new).await);
    revoke("v2").await.problem("key-state");
    let told = app
        .store
        .store
        .read(move |connection| audit::of_subject(connection, "key", &id.to_string()))
        .await
        .unwrap();
    let told: Vec<(&str, Option<&str>)> = told
        .iter()
        .map(|entry| (entry.action.as_str(), entry.reason.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("key.created", None),
            ("key.rotated", Some("x")),
            ("key.revoked", Some("lost"))
        ]
    );
}

#[actix_web::test]
async fn parallel_rotations_give_one_new_secret() {
    let (app, operator) = app().await;
    let key = made(&app, &operator, "k").await;
    let (id, old) = (key.id("id"), secret(&key));
    let names: Vec<String> = (0..8).map(|number| format!("r{number}")).collect();
    let answers = join_all(
        names
            .iter()
            .map(|once| rotated(&app, &operator, id, once, json!({ "reason": "x" }))),
    )
    .await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((done.len(), refused.len()), (1, 7));
    for answer in refused {
        answer.problem("key-state");
    }
    assert!(works(&app, &old).await && works(&app, &secret(done[0])).await);
}

/// The trust window is of this process's memory: another process would still
/// take the old secret for as long, but never past an end that is known.
#[actix_web::test]
async fn trust_in_a_key_does_not_outlive_its_known_end() {
    let app = TestApp::with_limits(Limits {
        key_trust: Duration::from_secs(3_600),
        ..Limits::default()
    })
    .await;
    let operator = app.key_in(&[Scope::Admin], None, Role::Operator).await;
    let key = made(&app, &operator, "k").await;
    let (id, old) = (key.id("id"), secret(&key));
    assert!(works(&app, &old).await);
    // The process that rotates asks anew at once.
    let rotation = json!({ "overlap_hours": 1, "reason": "x" });
    let new = secret(&rotated(&app, &operator, id, "r", rotation).await);
    assert!(works(&app, &old).await && works(&app, &new).await);
    app.store.clock.advance(TimeDelta::hours(1));
    assert!(!works(&app, &old).await && works(&app, &new).await);
    let revoked = app
        .post(&format!("/v1/api-keys/{id}/revocation"))
        .key(&operator)
        .once("v")
        .json(&json!({ "reason": "lost" }))
        .await;
    assert_eq!(revoked.status, 200);
    assert!(!works(&app, &new).await);
}

#[actix_web::test]
async fn keys_are_for_operators_who_are_limited_to_no_body() {
    let (app, operator) = app().await;
    let id = made(&app, &operator, "k").await.id("id");
    let mut others = vec![app.key_in(&Scope::ALL[..10], None, Role::Operator).await];
    for role in Role::ALL {
        if !matches!(role, Role::Operator | Role::System) {
            others.push(app.key_in(&[Scope::Admin], None, role).await);
        }
    }
    for key in others {
        for (method, path, body) in [
            (Method::GET, "/v1/api-keys".to_owned(), Value::Null),
            (Method::GET, format!("/v1/api-keys/{id}"), Value::Null),
            (
                Method::POST,
                "/v1/api-keys".to_owned(),
                json!({ "name": "x", "scopes": ["admin"], "role": "decision_maker" }),
            ),
            (
                Method::POST,
                format!("/v1/api-keys/{id}/rotations"),
                json!({ "reason": "x" }),
            ),
            (
                Method::POST,
                format!("/v1/api-keys/{id}/revocation"),
                json!({ "reason": "x" }),
            ),
        ] {
            let ask = app.ask(method.clone(), &path).key(&key).once("x");
            let answer = if method == Method::GET {
                ask.send().await
            } else {
                ask.json(&body).await
            };
            answer.problem("forbidden");
        }
    }
}

#[actix_web::test]
async fn a_key_that_cannot_be_is_refused() {
    let (app, operator) = app().await;
    let ask = async |body: Value| {
        app.post("/v1/api-keys")
            .key(&operator)
            .once("k")
            .json(&body)
            .await
    };
    let wrong = ask(json!({
        "name": " ", "scopes": ["register:read", "everything"], "role": "system",
    }))
    .await;
    assert_eq!(
        wrong.errors("invalid"),
        pairs(&[
            ("/name", "required"),
            ("/scopes/1", "invalid-value"),
            ("/role", "invalid-value"),
        ])
    );
    let scopes = json!(["register:read"]);
    for body in [
        json!({ "name": "x", "scopes": scopes, "expires_at": "2026-09-15T09:00:00Z" }),
        json!({ "name": "x", "scopes": scopes, "role": "inspector", "person_id": Uuid::nil() }),
    ] {
        ask(body).await.problem("refused");
    }
    ask(json!({ "name": "x", "scopes": scopes, "body_id": Uuid::nil() }))
        .await
        .problem("not-found");
}
