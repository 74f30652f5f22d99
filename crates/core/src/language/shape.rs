//! The numeric guard (DR-02): a schema has no property in which a grade of a
//! group could stand.

use serde_json::Value;

/// Words that no property name may contain.
pub const DENIED: [&str; 12] = [
    "grade",
    "grades",
    "score",
    "scores",
    "rank",
    "ranking",
    "rating",
    "ratings",
    "band",
    "colour",
    "judgement",
    "rag",
];

/// Names of properties in a JSON schema that contain a denied word, by their
/// JSON pointer.
#[must_use]
pub fn denied_properties(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(schema, "", &mut found);
    found
}

fn walk(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let pointer = format!("{pointer}/{name}");
                if name == "properties" || name == "$defs" {
                    for (property, definition) in field.as_object().into_iter().flatten() {
                        let pointer = format!("{pointer}/{property}");
                        if is_denied(property) {
                            found.push(pointer.clone());
                        }
                        walk(definition, &pointer, found);
                    }
                } else {
                    walk(field, &pointer, found);
                }
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                walk(entry, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a name in snake case or camel case contains a denied word.
fn is_denied(name: &str) -> bool {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| DENIED.contains(&word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn dr_02_no_property_of_a_report_can_hold_a_grade() {
        let schema = schemars::schema_for!(crate::report::Report);
        assert_eq!(denied_properties(schema.as_value()), [""; 0]);
    }

    #[test]
    fn dr_02_the_check_finds_properties_at_any_depth() {
        let schema = serde_json::json!({
            "properties": {"front": {"$ref": "#/$defs/Front"}},
            "$defs": {"Front": {"properties": {"overall_grade": {}, "rankOrder": {}, "brand": {}}}}
        });
        assert_eq!(
            denied_properties(&schema),
            [
                "/$defs/Front/properties/overall_grade",
                "/$defs/Front/properties/rankOrder"
            ]
        );
    }
}
