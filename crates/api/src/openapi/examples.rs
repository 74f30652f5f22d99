//! Examples in the description: what was asked and answered when the tests of
//! the API ran, cut short, with identifiers and secrets made up.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::each_operation;

/// What is kept, written by the tests.
const KEPT: &str = include_str!("examples.json");

/// An idempotency key that somebody could choose.
const IDEMPOTENCY_KEY: &str = "01a2b3c4-2026-7000-8000-5e6f70819203";

/// Bodies by media type.
type Bodies = BTreeMap<String, Value>;

/// An operation as it was asked for, and what it answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Values of parameters by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// What was sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request: Bodies,
    /// What was answered, by status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub responses: BTreeMap<String, Bodies>,
}

static EXAMPLES: LazyLock<BTreeMap<String, Examples>> =
    LazyLock::new(|| serde_json::from_str(KEPT).unwrap_or_default());

/// All examples by the names of operations.
#[must_use]
pub fn all() -> &'static BTreeMap<String, Examples> {
    &EXAMPLES
}

/// Puts the examples.
pub(super) fn put(description: &mut Value) {
    each_operation(description, |_, _, operation| {
        let name = operation.get("operationId").and_then(Value::as_str);
        let Some(examples) = name.and_then(|name| EXAMPLES.get(name)) else {
            return;
        };
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            put_value(parameter, &examples.parameters);
        }
        if let Some(body) = operation.get_mut("requestBody") {
            put_bodies(body, &examples.request);
        }
        for (status, bodies) in &examples.responses {
            let response = operation
                .get_mut("responses")
                .and_then(|responses| responses.get_mut(status));
            if let Some(response) = response {
                put_bodies(response, bodies);
            }
        }
    });
}

fn put_value(parameter: &mut Value, values: &BTreeMap<String, Value>) {
    let Some(fields) = parameter.as_object_mut() else {
        return;
    };
    let name = fields.get("name").and_then(Value::as_str);
    let value = match name {
        Some("Idempotency-Key") => Some(json!(IDEMPOTENCY_KEY)),
        Some(name) => values.get(name).cloned(),
        None => None,
    };
    if let Some(value) = value {
        fields.insert("example".to_owned(), value);
    }
}

fn put_bodies(holder: &mut Value, bodies: &Bodies) {
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for (media, content) in content.into_iter().flatten() {
        if let (Some(example), Some(fields)) = (bodies.get(media), content.as_object_mut()) {
            let fields: &mut Map<String, Value> = fields;
            fields.insert("example".to_owned(), example.clone());
        }
    }
}
