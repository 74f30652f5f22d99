//! The JSON copy and its schema agree.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_core::report::Report;
use group_inspection_render::json::{report_json, report_schema};
use serde_json::{Value, json};

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&report_schema()).unwrap()
}

#[test]
fn reports_conform_and_come_back() {
    for report in [support::report(), support::hostile(), support::compiled()] {
        let bytes = report_json(&report).unwrap();
        assert_eq!(bytes.last(), Some(&b'\n'));
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<String> = validator()
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(serde_json::from_value::<Report>(value).unwrap(), report);
    }
}

#[test]
fn nothing_unknown_conforms() {
    let mut value = serde_json::to_value(support::report()).unwrap();
    value["front"]["overall"] = json!("2");
    assert!(!validator().is_valid(&value));
}

#[test]
fn the_schema_introduces_itself() {
    let schema = report_schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["$id"], "/schemas/report-1.json");
    assert!(schema["title"].is_string() && schema["description"].is_string());
    assert!(jsonschema::meta::is_valid(&schema));
}
