//! Names of operations.

use serde_json::{Map, Value};

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

#[cfg(test)]
mod tests {
    use super::noun;

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
}
