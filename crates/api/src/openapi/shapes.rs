//! Schemas in the shape that generators of clients make the most of.

use serde_json::{Map, Value, json};

/// Changes all schemas: words to choose from become an `enum`, each of several
/// shapes gets a title after the word that tells it apart, and an object within
/// another becomes a schema with a name of its own.
pub(super) fn put(description: &mut Value) {
    let schemas = description
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    let Some(schemas) = schemas else { return };
    for (name, schema) in schemas.iter_mut() {
        shape(name, schema);
    }
    // A name that is taken stays with whom it belongs to.
    let mut inner: Map<String, Value> = schemas
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect();
    for (name, schema) in schemas.iter_mut() {
        within(name, schema, &mut inner);
    }
    schemas.extend(inner.into_iter().filter(|(_, schema)| !schema.is_null()));
}

/// Moves the objects within a schema out of it, innermost first.
fn within(name: &str, schema: &mut Value, out: &mut Map<String, Value>) {
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        for (property, schema) in properties.iter_mut() {
            move_out(name.to_owned() + &in_one_word(property), schema, out);
        }
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(Value::Array(shapes)) = fields.get_mut(several) {
            for schema in shapes {
                move_out(name_of_shape(name, schema), schema, out);
            }
        }
    }
    for (place, word) in [("items", "Item"), ("additionalProperties", "Value")] {
        if let Some(schema) = fields.get_mut(place) {
            move_out(name.to_owned() + word, schema, out);
        }
    }
}

/// A shape is named by its title, or by the one thing it has.
fn name_of_shape(name: &str, shape: &Value) -> String {
    let titled = shape.get("title").and_then(Value::as_str);
    let first = shape
        .get("properties")
        .and_then(Value::as_object)
        .and_then(|properties| properties.keys().next());
    match (titled, first) {
        (Some(title), _) => title.to_owned(),
        (None, Some(first)) => name.to_owned() + &in_one_word(first),
        (None, None) => name.to_owned() + "Shape",
    }
}

fn move_out(name: String, schema: &mut Value, out: &mut Map<String, Value>) {
    within(&name, schema, out);
    let is_object = schema.get("type") == Some(&json!("object"))
        && (schema.get("properties").is_some()
            || schema
                .get("additionalProperties")
                .is_some_and(Value::is_object));
    if !is_object {
        return;
    }
    let place = json!({ "$ref": format!("#/components/schemas/{name}") });
    match out.get(&name) {
        // Another by that name stays where it is.
        Some(other) if other != schema => {}
        _ => {
            out.insert(name, std::mem::replace(schema, place));
        }
    }
}

fn in_one_word(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

fn shape(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get_mut("properties") {
                // Anything at all; not every generator knows the short way to say it.
                for property in properties
                    .values_mut()
                    .filter(|one| **one == Value::Bool(true))
                {
                    *property = json!({});
                }
            }
            if let Some(words) = fields.get("oneOf").and_then(words) {
                choose(fields, words);
            }
            if let Some(Value::Array(shapes)) = fields.get_mut("oneOf") {
                for one in shapes {
                    title(name, one);
                }
            }
            fields.values_mut().for_each(|value| shape(name, value));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| shape(name, value)),
        _ => {}
    }
}

/// Each word with what it means, if all there is to choose from are words.
fn words(one_of: &Value) -> Option<Vec<(Value, String)>> {
    let word = |one: &Value| {
        let fields = one.as_object()?;
        let plain = fields
            .keys()
            .all(|key| ["const", "type", "description"].contains(&key.as_str()));
        let about = fields.get("description").and_then(Value::as_str);
        let word = fields.get("const").filter(|word| word.is_string())?;
        plain.then(|| (word.clone(), about.unwrap_or_default().to_owned()))
    };
    one_of.as_array()?.iter().map(word).collect()
}

fn choose(fields: &mut Map<String, Value>, words: Vec<(Value, String)>) {
    fields.remove("oneOf");
    let mut about = fields
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let mut all = Vec::new();
    for (word, meaning) in words {
        if !meaning.is_empty() {
            let space = if all.is_empty() { "\n" } else { "" };
            let word = word.as_str().unwrap_or_default();
            about.push_str(&format!("{space}\n- `{word}`: {meaning}"));
        }
        all.push(word);
    }
    fields.insert("description".to_owned(), about.into());
    fields.insert("type".to_owned(), json!("string"));
    fields.insert("enum".to_owned(), Value::Array(all));
}

/// The one value that a field can have.
fn only(property: &Value) -> Option<&Value> {
    let of_one = || match property.get("enum")?.as_array()?.as_slice() {
        [one] => Some(one),
        _ => None,
    };
    property.get("const").or_else(of_one)
}

/// Titles a shape after the first constant of its fields.
fn title(name: &str, shape: &mut Value) {
    let Some(fields) = shape.as_object_mut() else {
        return;
    };
    let tag = fields
        .get("properties")
        .and_then(Value::as_object)
        .and_then(|properties| {
            properties
                .values()
                .find_map(|property| only(property)?.as_str())
        });
    let Some(tag) = tag else { return };
    let title = name.to_owned() + &in_one_word(tag);
    fields.entry("title").or_insert_with(|| title.into());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use serde_json::json;

    use super::put;

    #[test]
    fn words_become_an_enum_and_shapes_get_titles() {
        let mut described = json!({ "components": { "schemas": { "Size": {
            "description": "How big.",
            "oneOf": [
                { "const": "small", "type": "string", "description": "Not big." },
                { "const": "big", "type": "string" },
            ],
        }, "Step": { "oneOf": [
            { "type": "object", "properties": { "kind": { "const": "set_off" } } },
            { "type": "object", "properties": { "what": { "type": "string" } } },
        ] } } } });
        put(&mut described);
        let schemas = &described["components"]["schemas"];
        assert_eq!(
            schemas["Size"],
            json!({
                "description": "How big.\n\n- `small`: Not big.",
                "type": "string",
                "enum": ["small", "big"],
            })
        );
        assert_eq!(schemas["StepSetOff"]["title"], "StepSetOff");
        let shapes = &schemas["Step"]["oneOf"];
        assert_eq!(shapes[0]["$ref"], "#/components/schemas/StepSetOff");
        assert_eq!(shapes[1]["$ref"], "#/components/schemas/StepWhat");
    }
}
