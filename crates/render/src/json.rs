//! The report as JSON: the copy that carries the whole evidence graph.

use group_inspection_core::report::{Report, SCHEMA_VERSION};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The report as JSON: keys in the order of the schema, two spaces of
/// indentation, a line feed at the end.
///
/// # Errors
/// Only if a type inside the report cannot be written as JSON.
pub fn report_json(report: &Report) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Path of the JSON Schema, which is also its `$id`.
#[must_use]
pub fn schema_path() -> String {
    format!("/schemas/report-{SCHEMA_VERSION}.json")
}

/// JSON Schema (2020-12) of the report.
#[must_use]
pub fn report_schema() -> Value {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Report>();
    let mut schema = schema.to_value();
    if let Value::Object(root) = &mut schema {
        root.insert("$id".to_owned(), json!(schema_path()));
        root.insert(
            "title".to_owned(),
            json!("Report of an ungraded group inspection"),
        );
        root.insert(
            "description".to_owned(),
            json!(
                "A compiled report on one group of schools, at one version. \
                 It gives no grade to the group. Every passage names the \
                 evidence it rests on by the `id` of entries in `evidence`."
            ),
        );
    }
    schema
}
