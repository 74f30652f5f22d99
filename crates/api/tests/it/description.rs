//! The description of the API.

use group_inspection_api::{openapi, problem::Code};
use group_inspection_core::submission::is_grade_like;
use serde_json::Value;

use crate::test_app::TestApp;

fn document() -> Value {
    serde_json::to_value(openapi::document()).unwrap()
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
