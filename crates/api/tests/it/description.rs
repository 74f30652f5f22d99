//! The description of the API.

use std::collections::BTreeSet;

use group_inspection_api::{Deprecated, openapi, problem::Code};
use group_inspection_core::submission::is_grade_like;
use group_inspection_store::actor::Scope;
use serde_json::{Value, json};

use crate::test_app::TestApp;

fn document() -> Value {
    openapi::document().clone()
}

fn each(value: &Value, path: &str, visit: &mut impl FnMut(&str, &str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                visit(path, name, value);
                each(value, &format!("{path}/{name}"), visit);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                each(value, &format!("{path}/{index}"), visit);
            }
        }
        _ => {}
    }
}

#[actix_web::test]
async fn the_description_is_served_as_it_is() {
    let app = TestApp::new().await;
    let served = app.get("/openapi.json").send().await.value();
    assert_eq!(served, document());
    assert_eq!(served["openapi"], "3.1.0");
}

/// What integrators rely on changes on purpose or not at all. After a change
/// on purpose run with `UPDATE_OPENAPI=1` and read the difference.
#[test]
fn the_description_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let now = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == now, "docs/openapi.json is not up to date");
}

/// The collection of requests follows the description.
#[test]
fn the_collection_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.http");
    let now = openapi::http();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == now, "docs/api.http is not up to date");
    for (_, operation) in operations(openapi::document()) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(now.contains(&format!("\n### {name}: ")), "{name}");
    }
}

#[actix_web::test]
async fn every_reference_leads_somewhere() {
    let document = document();
    each(&document, "", &mut |path, name, value| {
        if name == "$ref" {
            let target = value.as_str().unwrap().strip_prefix('#').unwrap();
            assert!(document.pointer(target).is_some(), "{path}: {target}");
        }
    });
}

#[actix_web::test]
async fn every_operation_says_what_it_does_and_how_it_fails() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{place}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{place}"
            );
            assert!(responses.contains_key("500"), "{place}");
            if path.starts_with("/v1/") {
                assert!(responses.contains_key("401"), "{place}");
                assert!(operation["security"].is_array(), "{place}");
            }
        }
    }
}

#[actix_web::test]
async fn dr_02_no_field_of_the_description_can_carry_a_grade() {
    each(&document(), "", &mut |path, name, _| {
        if path.ends_with("/properties") || path.ends_with("/parameters") {
            assert!(!is_grade_like(name), "{path}/{name}");
        }
    });
}

#[actix_web::test]
async fn problem_codes_are_listed() {
    let listed = document()["components"]["schemas"]["ProblemCode"]["enum"].clone();
    let codes: Vec<Value> = Code::ALL.iter().map(|code| code.code().into()).collect();
    assert_eq!(listed, Value::Array(codes));
}

/// Each operation of the description with its place.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = document();
    let mut names = BTreeSet::new();
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert!(names.insert(name.clone()), "{place}: {name}");
    }
}

/// Names that clients are made with say what is meant: a verb and what it is
/// done to, and no number to tell two of the same name apart.
#[test]
fn names_are_good_ones() {
    let document = document();
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(plain && name.contains('_'), "{place}: {name}");
        let tag = &operation["tags"][0];
        let tags = document["tags"].as_array().unwrap();
        assert!(tags.iter().any(|one| one["name"] == *tag), "{place}: {tag}");
    }
    for kind in ["schemas", "responses"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let plain = name.chars().all(|c| c.is_ascii_alphabetic());
            assert!(plain, "{kind}: {name}");
        }
    }
    // Every answer says what it is.
    for (place, operation) in operations(&document) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let told = answer["$ref"].is_string() || answer["description"].is_string();
            assert!(told, "{place}: {status}");
        }
    }
}

#[test]
fn every_parameter_is_described_within_bounds() {
    let document = document();
    for (place, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, schema) = (&parameter["name"], &parameter["schema"]);
            let bounded = ["maxLength", "maximum", "enum", "format", "pattern", "$ref"]
                .iter()
                .any(|bound| !schema[*bound].is_null())
                || schema["type"] == "boolean";
            assert!(bounded, "{place}: {name}: {schema}");
            let described = parameter["description"].is_string() || parameter["in"] == "path";
            assert!(described, "{place}: {name}");
        }
    }
}

#[actix_web::test]
async fn an_operation_on_its_way_out_says_so_in_every_answer() {
    let app = TestApp::with_deprecated(&[Deprecated {
        method: "GET",
        path: "/v1/bodies",
        since: "2026-09-01T00:00:00Z".parse().unwrap(),
        sunset: Some("2027-09-01T00:00:00Z".parse().unwrap()),
        instead: "/reference/register#operation-list_bodies",
    }])
    .await;
    let served = app.get("/openapi.json").send().await.value();
    assert_eq!(served["paths"]["/v1/bodies"]["get"]["deprecated"], true);
    assert!(served["paths"]["/v1/bodies"]["post"]["deprecated"].is_null());
    let key = app.key(&[Scope::Admin]).await;
    for answer in [
        app.get("/v1/bodies").key(&key).send().await,
        app.get("/v1/bodies").send().await,
    ] {
        assert_eq!(answer.header("deprecation"), "@1788220800");
        assert_eq!(answer.header("sunset"), "Wed, 01 Sep 2027 00:00:00 GMT");
        assert!(answer.header("link").contains("rel=\"deprecation\""));
    }
    let other = app.post("/v1/bodies").key(&key).send().await;
    assert!(!other.headers.contains_key("deprecation"));
    let usual = TestApp::new().await.get("/v1/bodies").send().await;
    assert!(!usual.headers.contains_key("deprecation"));
}

#[actix_web::test]
async fn schemas_have_their_addresses_and_fit_what_is_sent() {
    let app = TestApp::new().await;
    let listed = app.get("/schemas").send().await.value();
    let listed = listed.as_array().unwrap();
    assert!(listed.len() > 15);
    for one in listed {
        let url = one["url"].as_str().unwrap();
        let path = url.strip_prefix("https://reports.example.org").unwrap();
        let served = app.get(path).send().await;
        assert_eq!(served.header("content-type"), "application/schema+json");
        let schema = served.value();
        assert_eq!(schema["$id"], url);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        assert!(!validator.is_valid(&json!("nothing of the kind")), "{url}");
        // Nothing is referred to that is not in it.
        each(&schema, "", &mut |path, name, value| {
            if name == "$ref" {
                let target = value.as_str().unwrap().strip_prefix('#').unwrap();
                assert!(schema.pointer(target).is_some(), "{url}{path}: {target}");
            }
        });
    }
    let batch = app.get("/schemas/submission-1.json").send().await.value();
    let batch = jsonschema::draft202012::new(&batch).unwrap();
    assert!(batch.is_valid(&crate::submissions::batch()));
    let action = app.get("/schemas/action-1.json").send().await.value();
    let action = jsonschema::draft202012::new(&action).unwrap();
    assert!(action.is_valid(&json!({ "action": "open_evidence" })));
    assert!(!action.is_valid(&json!({ "action": "open_everything" })));
    app.get("/schemas/none-1.json")
        .send()
        .await
        .problem("not-found");
}
