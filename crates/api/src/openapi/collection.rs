//! A collection of requests (`.http`, as editors and JetBrains' client read
//! it), made from the description.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use url::form_urlencoded;

const HEAD: &str =
    "# Written by `group-inspection openapi --http`. Set the origin and your key, then send.
@origin = http://127.0.0.1:8080
@key = gik_
";

/// The collection.
#[must_use]
pub fn http() -> String {
    let mut text = HEAD.to_owned();
    let mut description = super::document().clone();
    super::each_operation(&mut description, |path, method, operation| {
        request(&mut text, path, method, operation);
    });
    text
}

fn word<'a>(value: &'a Map<String, Value>, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn request(text: &mut String, path: &str, method: &str, operation: &Map<String, Value>) {
    let mut path = path.to_owned();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut headers = Vec::new();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    for parameter in parameters {
        let name = word(parameter, "name");
        let Some(example) = parameter.get("example").map(plain) else {
            if word(parameter, "in") == "path" {
                // A variable of the collection.
                path = path.replace(&format!("{{{name}}}"), &format!("{{{{{name}}}}}"));
            }
            continue;
        };
        match word(parameter, "in") {
            "path" => path = path.replace(&format!("{{{name}}}"), &example),
            "query" => {
                query.append_pair(name, &example);
            }
            // Each time another.
            "header" if name == "Idempotency-Key" => {
                headers.push(format!("{name}: {{{{$uuid}}}}"));
            }
            _ => headers.push(format!("{name}: {example}")),
        }
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let _ = write!(
        text,
        "\n### {}: {}\n{} {{{{origin}}}}{path}{mark}{query}\n",
        word(operation, "operationId"),
        word(operation, "summary"),
        method.to_uppercase(),
    );
    if operation.contains_key("security") {
        headers.insert(0, "Authorization: Bearer {{key}}".to_owned());
    }
    let body = operation
        .get("requestBody")
        .and_then(|body| body.get("content"))
        .and_then(Value::as_object)
        .and_then(|content| {
            content
                .iter()
                .find_map(|(media, content)| Some((media, content.get("example")?)))
        });
    if let Some((media, _)) = body {
        headers.push(format!("Content-Type: {media}"));
    }
    for header in headers {
        let _ = writeln!(text, "{header}");
    }
    if let Some((_, example)) = body {
        let shown = match example {
            Value::String(text) => text.clone(),
            other => serde_json::to_string_pretty(other).unwrap_or_default(),
        };
        let _ = writeln!(text, "\n{}", shown.trim_end());
    }
}
