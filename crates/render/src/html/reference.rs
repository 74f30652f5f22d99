//! The reference of the API, made from its description.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{PageHead, page_shell};
use crate::SiteFacts;

/// The methods of operations, in the order shown.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// An operation of the description.
struct Operation<'a> {
    method: &'static str,
    path: &'a str,
    fields: &'a Map<String, Value>,
}

impl<'a> Operation<'a> {
    fn text(&self, name: &str) -> &'a str {
        self.fields
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn tag(&self) -> Option<&'a str> {
        self.fields.get("tags")?.as_array()?.first()?.as_str()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        let list = self.fields.get(name).and_then(Value::as_array);
        list.into_iter().flatten()
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn operations(description: &Value) -> Vec<Operation<'_>> {
    let paths = description.get("paths").and_then(Value::as_object);
    paths
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                Some(Operation {
                    method,
                    path,
                    fields: item.get(*method)?.as_object()?,
                })
            })
        })
        .collect()
}

/// The page of the reference.
#[must_use]
pub fn reference(site: &SiteFacts, description: &Value) -> String {
    let operations = operations(description);
    let tags: Vec<&Value> = description
        .get("tags")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let title = "Reference of the API";
    let body = html! {
        h1 { (title) }
        p.lead {
            "Every address for systems that take part, with what it takes and answers. The same \
             for programs: "
            a href=(site.below("/openapi.json")) { "the description (OpenAPI 3.1)" }
            ", "
            a href=(site.below("/schemas")) { "JSON Schemas" }
            " and "
            a href=(site.below("/problems")) { "kinds of problem" }
            "."
        }
        nav.contents aria-label="Contents" {
            ol {
                @for tag in &tags {
                    li { a href={ "#" (text(tag, "name")) } { (heading(text(tag, "name"))) } }
                }
            }
        }
        @for tag in &tags {
            h2 id=(text(tag, "name")) { (heading(text(tag, "name"))) }
            p { (text(tag, "description")) }
            @for operation in operations.iter().filter(|one| one.tag() == Some(text(tag, "name"))) {
                (show(operation))
            }
        }
    };
    let head = PageHead {
        title: title.to_owned(),
        description: Some("Every address of the API of group inspections.".to_owned()),
        canonical: Some(site.below("/reference")),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

fn heading(tag: &str) -> String {
    crate::words::sentence_case(tag)
}

fn show(operation: &Operation<'_>) -> Markup {
    let id = operation.text("operationId");
    let deprecated = operation.fields.get("deprecated") == Some(&Value::Bool(true));
    html! {
        h3 id={ "operation-" (id) } { (operation.text("summary")) }
        p { code { (operation.method.to_uppercase()) " " (operation.path) } }
        @if deprecated { p.remark { "This operation is on its way out." } }
        @for paragraph in operation.text("description").split("\n\n").filter(|text| !text.is_empty()) {
            p { (paragraph) }
        }
        @if let Some(scope) = operation.fields.get("x-required-scope").and_then(Value::as_str) {
            p { "Needs the scope " code { (scope) } "." }
        }
        dl.facts {
            @for parameter in operation.list("parameters") {
                div {
                    dt { code { (text(parameter, "name")) } }
                    dd {
                        p {
                            "In the " (text(parameter, "in"))
                            @if parameter.get("required") == Some(&Value::Bool(true)) { ", needed" }
                            ". " (text(parameter, "description"))
                        }
                        @if let Some(bounds) = parameter.get("schema").map(bounds) {
                            @if !bounds.is_empty() { p { (bounds) } }
                        }
                    }
                }
            }
            @for (status, answer) in operation.fields.get("responses").and_then(Value::as_object).into_iter().flatten() {
                div {
                    dt { "Answer " (status) }
                    dd { p { (plain(text(answer, "description"))) } }
                }
            }
        }
        @if let Some((media, example)) = operation.fields.get("requestBody").and_then(first_example) {
            (sample(id, "Request", media, example))
        }
        @for (status, answer) in operation.fields.get("responses").and_then(Value::as_object).into_iter().flatten() {
            @if let Some((media, example)) = first_example(answer) {
                (sample(id, &format!("Answer {status}"), media, example))
            }
        }
    }
}

/// Descriptions use back-ticks for code; a page needs none to be read.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// What a schema of one value allows, in words.
fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema.get(name).map(Value::to_string);
    let mut parts = Vec::new();
    match schema.get("type") {
        Some(Value::String(kind)) => parts.push(kind.clone()),
        Some(Value::Array(kinds)) => parts.extend(
            kinds
                .iter()
                .filter_map(Value::as_str)
                .filter(|kind| *kind != "null")
                .map(str::to_owned),
        ),
        _ => {}
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        parts.push(format!("as {format}"));
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        parts.push(format!("one of {}", values.join(", ")));
    }
    for (name, words) in [
        ("minimum", "at least"),
        ("maximum", "at the most"),
        ("minLength", "characters at least"),
        ("maxLength", "characters at the most"),
        ("default", "without it"),
    ] {
        parts.extend(number(name).map(|value| format!("{words} {value}")));
    }
    parts.join(", ")
}

fn first_example(holder: &Value) -> Option<(&str, &Value)> {
    holder
        .get("content")?
        .as_object()?
        .iter()
        .find_map(|(media, content)| Some((media.as_str(), content.get("example")?)))
}

fn sample(id: &str, what: &str, media: &str, example: &Value) -> Markup {
    let shown = match example {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    html! {
        details.basis {
            summary { (what) ", for example (" (media) ")" }
            div.scroll role="region" aria-label={ (what) " of " (id) } tabindex="0" {
                pre { code { (shown) } }
            }
        }
    }
}
