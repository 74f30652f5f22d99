//! Every answer that any test sees keeps to the description.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use group_inspection_api::openapi;
use jsonschema::Validator;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::test_app::Answer;

static PLACES: LazyLock<Vec<(Vec<String>, String)>> = LazyLock::new(|| {
    let mut places: Vec<_> = openapi::document()["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(|path| (parts(path), path.clone()))
        .collect();
    // What is written out goes before what is left open.
    places.sort_by_key(|(parts, _)| parts.iter().filter(|part| part.contains('{')).count());
    places
});

fn parts(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// Whether a part of an address fits a part of a template.
fn fits(template: &str, part: &str) -> bool {
    match (template.find('{'), template.find('}')) {
        (Some(from), Some(to)) => {
            let (before, after) = (&template[..from], &template[to + 1..]);
            part.len() > before.len() + after.len()
                && part.starts_with(before)
                && part.ends_with(after)
        }
        _ => template == part,
    }
}

/// The path of the description that an address belongs to.
pub(crate) fn template(address: &str) -> Option<&'static str> {
    let asked = parts(address.split('?').next().unwrap());
    PLACES
        .iter()
        .find(|(parts, _)| {
            parts.len() == asked.len()
                && parts
                    .iter()
                    .zip(&asked)
                    .all(|(template, part)| fits(template, part))
        })
        .map(|(_, path)| path.as_str())
}

/// The value of a parameter in the path of an address.
pub(crate) fn value_in(path: &str, address: &str, name: &str) -> Option<String> {
    let marked = format!("{{{name}}}");
    let asked = parts(address.split('?').next().unwrap());
    let (template, part) = parts(path)
        .into_iter()
        .zip(asked)
        .find(|(template, _)| template.contains(&marked))?;
    let (before, after) = template.split_once(&marked)?;
    let value = part.strip_prefix(before)?.strip_suffix(after)?;
    Some(value.to_owned())
}

/// The value of a parameter in the query of an address.
pub(crate) fn value_of(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(of, _)| of == name)
        .map(|(_, value)| value.into_owned())
}

/// The operation at an address.
pub(crate) fn operation(method: &str, address: &str) -> Option<(&'static str, &'static Value)> {
    let path = template(address)?;
    let operation = &openapi::document()["paths"][path][method.to_lowercase()];
    operation.is_object().then_some((path, operation))
}

/// What is wrong with a value by a schema of the description.
pub(crate) fn faults(place: &str, schema: &Value, value: &Value) -> Vec<String> {
    static HELD: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let held = HELD.lock().unwrap().get(place).cloned();
    let validator = held.unwrap_or_else(|| {
        let whole = json!({
            "allOf": [schema],
            "components": openapi::document()["components"],
        });
        let made =
            jsonschema::draft202012::new(&whole).unwrap_or_else(|error| panic!("{place}: {error}"));
        let made = Arc::new(made);
        HELD.lock()
            .unwrap()
            .insert(place.to_owned(), Arc::clone(&made));
        made
    });
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The answer of an operation with a status, wherever it is described.
pub(crate) fn response<'a>(operation: &'a Value, status: &str) -> &'a Value {
    let response = &operation["responses"][status];
    match response["$ref"].as_str() {
        Some(place) => openapi::document()
            .pointer(place.trim_start_matches('#'))
            .unwrap(),
        None => response,
    }
}

/// Checks an answer against the description.
#[track_caller]
pub(crate) fn check(method: &str, address: &str, answer: &Answer) {
    let Some((path, operation)) = operation(method, address) else {
        return;
    };
    if matches!(answer.status, 304) {
        assert!(answer.body.is_empty());
        return;
    }
    let status = answer.status.to_string();
    let place = format!("{method} {path} {status}");
    let response = response(operation, &status);
    assert!(response.is_object(), "{place} is not described: {answer:?}");
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        assert!(
            header["required"] != true || answer.headers.contains_key(name.to_lowercase()),
            "{place} has no {name}"
        );
    }
    let media = answer.header("content-type").split(';').next().unwrap();
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "{place} has a body: {answer:?}");
        return;
    };
    let described = content
        .get(media)
        .or_else(|| content.get("application/octet-stream"));
    let Some(described) = described else {
        // Problems of pages are pages for those who read pages.
        assert!(
            media == "text/html" && answer.status >= 400,
            "{place} answers with {media}"
        );
        return;
    };
    if media.ends_with("json") {
        let value = answer.value();
        let faults = faults(&format!("{place} {media}"), &described["schema"], &value);
        assert!(faults.is_empty(), "{place}: {faults:#?}\n{value}");
    }
}
