//! Names of operations, and of pages of lists.

use serde_json::{Map, Value, json};

/// Names of handlers that say what is done, but not with what.
const VERBS: &[&str] = &[
    "copy", "create", "enter", "find", "list", "read", "remove", "replace", "schema",
];

/// Names of handlers of what is done to the thing that the last place of the
/// address is of.
const DONE_TO: &[&str] = &["change", "enable", "replay", "revoke", "rotate", "test"];

/// Gives a handler that is named after what it does alone the noun of its
/// address: `list` at `/v1/bodies` is `list_bodies`.
pub(super) fn put(path: &str, operation: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = operation.get_mut("operationId")
        && VERBS.contains(&name.as_str())
    {
        let noun = noun(path, name != "list" && name != "replace");
        *name = format!("{name}_{noun}");
    } else if let Some(Value::String(name)) = operation.get_mut("operationId")
        && DONE_TO.contains(&name.as_str())
        && let Some((thing, _)) = path.rsplit_once("/{")
    {
        *name = format!("{name}_{}", noun(thing, true));
    }
}

fn noun(path: &str, one: bool) -> String {
    let last = path
        .split('/')
        .rfind(|part| !part.is_empty() && !part.contains('{'))
        .unwrap_or_default();
    let word = last.split('.').next().unwrap_or_default();
    let word = word.trim_end_matches("-1").replace('-', "_");
    match word.strip_suffix("ies").filter(|_| one) {
        Some(stem) => format!("{stem}y"),
        None if one => word.strip_suffix('s').unwrap_or(&word).to_owned(),
        None => word,
    }
}

/// What the parameter of a generic page comes after.
const PAGE_OF: &str = "Page_";

/// A page of `Body` is a `BodyPage`.
pub(super) fn of_pages(description: &mut Value) {
    let schemas = description
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        for (name, mut page) in std::mem::take(schemas) {
            let Some(entry) = name.strip_prefix(PAGE_OF) else {
                schemas.insert(name, page);
                continue;
            };
            // Entries are those that are answered elsewhere one by one.
            let held = page.pointer_mut("/properties/items/items");
            if let Some(held) = held.filter(|held| held.get("$ref").is_none()) {
                let place = json!({ "$ref": format!("#/components/schemas/{entry}") });
                let held = std::mem::replace(held, place);
                schemas.entry(entry).or_insert(held);
            }
            schemas.insert(format!("{entry}Page"), page);
        }
    }
    refer(description);
}

fn of_page(name: &str) -> Option<String> {
    Some(format!("{}Page", name.strip_prefix(PAGE_OF)?))
}

fn refer(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some((place, name)) = target.rsplit_once('/')
                && let Some(name) = of_page(name)
            {
                *target = format!("{place}/{name}");
            }
            fields.values_mut().for_each(refer);
        }
        Value::Array(values) => values.iter_mut().for_each(refer),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use serde_json::json;

    use super::{noun, of_pages};

    #[test]
    fn the_noun_is_the_last_word_of_the_address() {
        assert_eq!(noun("/v1/bodies", false), "bodies");
        assert_eq!(noun("/v1/bodies/{id}", true), "body");
        assert_eq!(
            noun("/v1/bodies/{id}/webhook-endpoints", false),
            "webhook_endpoints"
        );
        assert_eq!(noun("/schemas/action-1.json", true), "action");
        assert_eq!(
            noun("/reports/{id}/v{version}/report.{extension}", true),
            "report"
        );
    }

    #[test]
    fn a_page_is_named_after_what_is_on_it() {
        let page = json!({ "properties": { "items": { "items": { "type": "object" } } } });
        let mut described = json!({ "components": { "schemas": { "Page_Body": page } } });
        of_pages(&mut described);
        let schemas = &described["components"]["schemas"];
        assert_eq!(schemas["Body"]["type"], "object");
        let entry = &schemas["BodyPage"]["properties"]["items"]["items"];
        assert_eq!(entry["$ref"], "#/components/schemas/Body");
    }
}
