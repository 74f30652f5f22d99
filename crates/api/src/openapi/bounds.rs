//! Bounds of parameters and of bodies.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::each_operation;
use crate::paging;

const PLACE: &str = "#/components/schemas/";
/// Characters of a cursor at the most.
const CURSOR: usize = 1_024;

/// Bounds of a parameter by its name; the same name means the same everywhere.
fn bounds(name: &str) -> Option<Value> {
    Some(match name {
        "limit" => json!({
            "type": "integer", "minimum": 1, "maximum": paging::MAX, "default": paging::USUAL,
        }),
        "cursor" => json!({ "type": "string", "minLength": 1, "maxLength": CURSOR }),
        "urn" => json!({ "type": "integer", "minimum": 100_000, "maximum": 999_999 }),
        "token" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
        "version" => json!({ "type": "integer", "minimum": 1, "maximum": i32::MAX }),
        "extension" => json!({ "enum": ["json", "pdf", "txt"] }),
        "code" => json!({ "$ref": "#/components/schemas/ProblemCode" }),
        "q" | "identifier" => json!({ "type": "string", "maxLength": 200 }),
        "filename" => json!({ "type": "string", "minLength": 1, "maxLength": 200 }),
        "If-Match" => json!({ "type": "string", "pattern": "^\"[0-9]{1,18}\"$" }),
        "name" => json!({ "enum": crate::routes::schemas::names().collect::<Vec<_>>() }),
        "part" => json!({ "type": "string", "maxLength": 50, "pattern": "^[a-z-]+$" }),
        "kind" => json!({ "$ref": "#/components/schemas/BodyKind" }),
        "scheme" => json!({ "$ref": "#/components/schemas/IdentifierScheme" }),
        "validate" => json!({ "enum": ["only"] }),
        "state" => json!({ "enum": ["waiting", "accepted", "delivered", "failed"] }),
        "event" => json!({ "type": "string", "maxLength": 100, "pattern": "^[a-z_]+\\.[a-z_]+$" }),
        _ => return None,
    })
}

/// Puts the bounds.
pub(super) fn put(description: &mut Value) {
    let mut sent = BTreeSet::new();
    each_operation(description, |_, _, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let name = parameter.get("name").and_then(Value::as_str);
            if let Some(bounds) = name.and_then(bounds)
                && let Some(fields) = parameter.as_object_mut()
            {
                fields.insert("schema".to_owned(), bounds);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            // An empty file is none.
            let file = body
                .pointer_mut("/content/application~1octet-stream/schema")
                .and_then(Value::as_object_mut);
            if let Some(file) = file {
                file.insert("minLength".to_owned(), json!(1));
            }
            named(body, &mut sent);
        }
    });
    // What bodies are made of, however deep.
    let mut waiting: Vec<String> = sent.iter().cloned().collect();
    while let Some(name) = waiting.pop() {
        let mut found = BTreeSet::new();
        if let Some(schema) = schema(description, &name) {
            named(schema, &mut found);
        }
        waiting.extend(found.difference(&sent).cloned());
        sent.extend(found);
    }
    // What another service sends may have more in it.
    sent.remove("MailReceipt");
    for name in sent {
        if let Some(Value::Object(schema)) = schema(description, &name) {
            close(schema);
        }
    }
}

fn schema<'a>(description: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    description
        .get_mut("components")?
        .get_mut("schemas")?
        .get_mut(name)
}

/// Names of schemas that are referred to.
fn named(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str);
            names.extend(target.and_then(|target| Some(target.strip_prefix(PLACE)?.to_owned())));
            fields.values().for_each(|value| named(value, names));
        }
        Value::Array(values) => values.iter().for_each(|value| named(value, names)),
        _ => {}
    }
}

/// Unknown fields are refused.
fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties")
        && !["allOf", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.contains_key(*key))
    {
        schema
            .entry("additionalProperties")
            .or_insert(Value::Bool(false));
    }
}
