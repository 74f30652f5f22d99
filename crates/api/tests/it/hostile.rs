//! Requests that nobody sane sends: none is the service's fault.

use group_inspection_api::openapi;
use group_inspection_core::inspection::Role;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::script::Script;

/// The schema behind a reference.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(schema),
        None => schema,
    }
}

/// Values that have broken readers before.
fn odd_values() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        Value::Null,
        json!(""),
        json!("\u{0}\u{202e}x"),
        json!("x".repeat(100_000)),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e308),
        json!("-262143-01-01"),
        json!("+262142-12-31T23:59:59.999999999Z"),
        json!("2026-02-30"),
        json!(Uuid::nil()),
        json!([]),
        json!({}),
        deep,
    ]
}

/// Bodies for an operation: every field the same odd value, and each tagged
/// choice with nothing behind its tag.
fn bodies(document: &Value, operation: &Value) -> Vec<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = resolved(document, schema);
    let names: Vec<&String> = schema["properties"]
        .as_object()
        .map(|properties| properties.keys().collect())
        .unwrap_or_default();
    let mut bodies = odd_values();
    for value in odd_values() {
        let all: Map<String, Value> = names
            .iter()
            .map(|name| ((*name).clone(), value.clone()))
            .collect();
        bodies.push(Value::Object(all));
    }
    for tag in ["leader_time", "meeting", "contact", "fieldwork", "travel"] {
        bodies.push(
            json!({ "kind": tag, "minutes": u32::MAX, "people": u32::MAX,
            "attendees": u32::MAX, "pence": u32::MAX, "role": "x", "school": 100_000,
            "on": "9999-12-31" }),
        );
        bodies.push(json!({ "kind": tag }));
    }
    bodies
}

#[actix_web::test]
async fn nothing_sent_is_the_services_fault() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut sent = 0_u32;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let takes_json = !operation["requestBody"]["content"]["application/json"].is_null();
            if !takes_json {
                continue;
            }
            let address = path
                .replace("{id}", &script.id.to_string())
                .replace("{urn}", "900101");
            // What is left names nothing.
            let address = address
                .split('/')
                .map(|part| {
                    if part.starts_with('{') {
                        Uuid::nil().to_string()
                    } else {
                        part.to_owned()
                    }
                })
                .collect::<Vec<_>>()
                .join("/");
            for role in [
                Role::OperationsOfficer,
                Role::LeadInspector,
                Role::BodyLeader,
            ] {
                let key = match role {
                    Role::LeadInspector => &script.lead,
                    Role::BodyLeader => &script.leader,
                    _ => &script.officer,
                };
                for body in bodies(&document, operation) {
                    sent += 1;
                    let answer = script
                        .app
                        .ask(method.to_uppercase().parse().unwrap(), &address)
                        .key(key)
                        .once(&format!("odd{sent}"))
                        .header("if-match", "\"0\"")
                        .json(&body)
                        .await;
                    let body = body.to_string();
                    assert!(
                        answer.status < 500,
                        "{method} {address} {}: {answer:?}",
                        &body[..body.len().min(300)]
                    );
                }
            }
        }
    }
    assert!(sent > 2_000, "{sent}");
}

#[actix_web::test]
async fn bodies_that_are_not_plain_json_are_refused_by_their_kind() {
    let app = crate::test_app::TestApp::new().await;
    let key = app
        .key(&[group_inspection_store::actor::Scope::Admin])
        .await;
    let send = async |media: &str, body: Vec<u8>| {
        app.post("/v1/bodies")
            .key(&key)
            .once("plain")
            .raw(media, body)
            .await
    };
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let malformed: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"{".to_vec(),
        b"{\"name\": \"\xff\xfe\"}".to_vec(),
        b"{\"kind\": 1e400}".to_vec(),
        b"{\"name\": \"a\", \"name\": \"b\"}".to_vec(),
        b"{\"identifiers\": [{\"scheme\": \"ukprn\", \"scheme\": \"external\"}]}".to_vec(),
        b"{} {}".to_vec(),
        b"NaN".to_vec(),
        "\u{feff}{}".as_bytes().to_vec(),
        deep.into_bytes(),
    ];
    for body in malformed {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = send("application/json", body).await;
        assert_eq!(answer.status, 400, "{shown}");
        answer.problem("malformed-json");
    }
    for media in ["text/plain", "application/xml", "multipart/form-data", ""] {
        let answer = send(media, b"{}".to_vec()).await;
        assert_eq!(answer.status, 415, "{media}");
        answer.problem("unsupported-media-type");
    }
    let large = vec![b' '; app.state.limits.json_bytes + 1];
    send("application/json", large).await.problem("too-large");
    let listed = app.get("/v1/bodies").key(&key).send().await;
    assert_eq!(listed.value()["items"], json!([]));
}

#[actix_web::test]
async fn json_without_end_is_refused_before_it_is_deep() {
    let script = Script::new().await;
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [200, 100_000] {
            let body = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let answer = script
                .app
                .post(&format!("/v1/inspections/{}/submissions", script.id))
                .key(&script.integrator)
                .once(&format!("deep-{depth}"))
                .raw("application/json", body)
                .await;
            assert_eq!(answer.status, 400, "{answer:?}");
            answer.problem("malformed-json");
        }
    }
}
