//! Who may do what: every route of the description, without a key and with
//! keys that may not.

use actix_web::http::Method;
use chrono::TimeDelta;
use group_inspection_api::{Limits, openapi};
use group_inspection_store::{Actor, actor::Scope, keys};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{Answer, SCHOOLS, TestApp, new_inspection};

pub(crate) fn routes() -> Vec<(Method, String, Value)> {
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push((
                method.to_uppercase().parse().unwrap(),
                path.clone(),
                operation.clone(),
            ));
        }
    }
    assert!(routes.len() > 30, "{}", routes.len());
    routes
}

/// An address of the form of `path` that names nothing.
fn address(path: &str) -> String {
    path.replace("{id}", &Uuid::nil().to_string())
        .replace("{endpoint_id}", &Uuid::nil().to_string())
        .replace("{contact_id}", &Uuid::nil().to_string())
        .replace("{person}", &Uuid::nil().to_string())
        .replace("{objection}", &Uuid::nil().to_string())
        .replace("{finding}", &Uuid::nil().to_string())
        .replace("{point}", &Uuid::nil().to_string())
        .replace("{recommendation}", &Uuid::nil().to_string())
        .replace("{item}", &Uuid::nil().to_string())
        .replace("{request}", &Uuid::nil().to_string())
        .replace("{urn}", "900999")
        .replace("{version}", "1")
        .replace("{extension}", "json")
        .replace("{code}", "not-found")
}

async fn call(app: &TestApp, method: &Method, path: &str, key: Option<&str>) -> Answer {
    let takes_file = path == "/v1/imports" || path.ends_with("{item}/attachments");
    let query = if takes_file && method == Method::POST {
        "?filename=a.csv"
    } else {
        ""
    };
    let mut ask = app
        .ask(method.clone(), &format!("{}{query}", address(path)))
        .once(&Uuid::now_v7().to_string())
        .header("if-match", "\"1\"");
    if let Some(key) = key {
        ask = ask.key(key);
    }
    if *method == Method::GET {
        ask.send().await
    } else {
        ask.json(&json!({})).await
    }
}

#[actix_web::test]
async fn every_route_but_the_public_ones_needs_a_key() {
    let app = TestApp::new().await;
    for (method, path, _) in routes() {
        let answer = call(&app, &method, &path, None).await;
        if path.starts_with("/v1/") {
            answer.problem("unauthenticated");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        } else {
            assert_ne!(answer.status, 401, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn every_route_needs_the_scope_it_declares() {
    let app = TestApp::new().await;
    let nothing = app.key(&[]).await;
    for (method, path, operation) in routes() {
        if !path.starts_with("/v1/") {
            continue;
        }
        let declared = &operation["x-required-scope"];
        assert!(
            operation.get("x-required-scope").is_some(),
            "{method} {path} declares no scope"
        );
        let mut lacking = vec![nothing.clone()];
        if let Some(code) = declared.as_str() {
            let needed = Scope::from_code(code).unwrap();
            let others: Vec<Scope> = Scope::ALL
                .into_iter()
                .filter(|scope| *scope != needed && *scope != Scope::Admin)
                .collect();
            lacking.push(app.key(&others).await);
        }
        for key in lacking {
            let answer = call(&app, &method, &path, Some(&key)).await;
            assert!(
                matches!(answer.status, 403 | 404),
                "{method} {path}: {answer:?}"
            );
        }
    }
}

#[actix_web::test]
async fn keys_that_are_not_keys_are_refused() {
    let app = TestApp::new().await;
    let good = app.key(&[Scope::RegisterRead]).await;
    for value in [
        "Basic abc".to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer gik_short".to_owned(),
        format!("Bearer gik_{}", "0".repeat(64)),
        format!("Token {good}"),
        format!("Bearer {good}x"),
    ] {
        let answer = app
            .get("/v1/bodies")
            .header("authorization", &value)
            .send()
            .await;
        answer.problem("unauthenticated");
    }
    assert_eq!(app.get("/v1/bodies").key(&good).send().await.status, 200);
}

#[actix_web::test]
async fn a_revoked_key_stops_working_once_trust_in_it_has_run_out() {
    let app = TestApp::with_limits(Limits {
        key_trust: std::time::Duration::ZERO,
        ..Limits::default()
    })
    .await;
    let secret = app.key(&[Scope::RegisterRead]).await;
    assert_eq!(app.get("/v1/bodies").key(&secret).send().await.status, 200);
    let (now, hold) = (app.store.clock.as_ref(), secret.clone());
    let now = group_inspection_store::Clock::now(now);
    let holder = app
        .store
        .store
        .read(move |connection| keys::authenticate(connection, &hold, now))
        .await
        .unwrap();
    let name = holder.actor.name();
    let id: Uuid = name.strip_prefix("key:").unwrap().parse().unwrap();
    app.store
        .store
        .write(&Actor::operator("test"), move |tx| {
            keys::revoke(tx, id, "lost")
        })
        .await
        .unwrap();
    let answer = app.get("/v1/bodies").key(&secret).send().await;
    answer.problem("unauthenticated");
}

#[actix_web::test]
async fn an_expired_key_is_refused() {
    let app = TestApp::with_limits(Limits {
        key_trust: std::time::Duration::ZERO,
        ..Limits::default()
    })
    .await;
    let new = keys::NewKey {
        name: "short".to_owned(),
        scopes: vec![Scope::RegisterRead],
        body: None,
        role: None,
        person: None,
        expires_at: Some(
            group_inspection_store::Clock::now(app.store.clock.as_ref()) + TimeDelta::hours(1),
        ),
    };
    let (_, secret) = app
        .store
        .store
        .write(&Actor::operator("test"), move |tx| keys::create(tx, &new))
        .await
        .unwrap();
    assert_eq!(app.get("/v1/bodies").key(&secret).send().await.status, 200);
    app.store.clock.advance(TimeDelta::hours(2));
    let answer = app.get("/v1/bodies").key(&secret).send().await;
    answer.problem("unauthenticated");
}

#[actix_web::test]
async fn a_caller_limited_to_a_body_knows_of_no_other() {
    let app = TestApp::with_schools().await;
    let admin = app.key(&[Scope::Admin]).await;
    let other = app.body(&admin, "Other", &SCHOOLS[..2]).await;
    let own = app.body(&admin, "Own", &SCHOOLS[2..]).await;
    let inspection = app
        .post("/v1/inspections")
        .key(&admin)
        .once("i")
        .json(&new_inspection(other))
        .await
        .id("id");
    let limited = app.key_for(&[Scope::Admin], Some(own)).await;

    let listed = app.get("/v1/bodies").key(&limited).send().await.value();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], own.to_string());
    for path in [
        format!("/v1/bodies/{other}"),
        format!("/v1/bodies/{other}/schools"),
        format!("/v1/bodies/{other}/webhook-endpoints"),
        format!("/v1/bodies/{other}/contacts"),
        format!("/v1/bodies/{other}/deliveries"),
        format!("/v1/inspections/{inspection}"),
        format!("/v1/inspections/{inspection}/members"),
        format!("/v1/inspections/{inspection}/submissions"),
        format!("/v1/inspections/{inspection}/report"),
        format!("/v1/inspections/{inspection}/evidence"),
        format!("/v1/inspections/{inspection}/evidence-requests"),
        format!("/v1/inspections/{inspection}/attachments"),
        format!("/v1/inspections/{inspection}/weaknesses"),
        format!("/v1/inspections/{inspection}/sample"),
        format!("/v1/inspections/{inspection}/batch"),
        format!("/v1/inspections/{inspection}/central-functions"),
        format!("/v1/inspections/{inspection}/urgent-matters"),
        format!("/v1/inspections/{inspection}/burden"),
        format!("/v1/inspections/{inspection}/value"),
        format!("/v1/inspections/{inspection}/survey-results"),
    ] {
        let answer = app.get(&path).key(&limited).send().await;
        answer.problem("not-found");
        let answer = app.get(&path.replace(&other.to_string(), &Uuid::nil().to_string()));
        answer.key(&limited).send().await.problem("not-found");
    }
    for (path, body) in [
        ("/v1/inspections".to_owned(), new_inspection(other)),
        (
            format!("/v1/inspections/{inspection}/submissions"),
            json!({ "items": [{}] }),
        ),
        (
            format!("/v1/inspections/{inspection}/compilations"),
            json!({}),
        ),
        (
            format!("/v1/inspections/{inspection}/publications"),
            json!({}),
        ),
        (
            format!("/v1/bodies/{other}/contacts"),
            json!({ "address": "a@b.example", "role": "x" }),
        ),
        (
            format!("/v1/bodies/{other}/webhook-endpoints"),
            json!({ "url": "https://a.example/" }),
        ),
    ] {
        let answer = app.post(&path).key(&limited).once("k").json(&body).await;
        answer.problem("not-found");
    }
    let empty = app.get("/v1/inspections").key(&limited).send().await;
    assert_eq!(empty.value()["items"], json!([]));
    // What concerns the whole register is not for one body to change.
    let answer = app
        .post("/v1/bodies")
        .key(&limited)
        .once("b")
        .json(&json!({ "kind": "independent_group", "name": "New" }))
        .await;
    answer.problem("forbidden");
}
