//! The reference of the API, made from its description: a first page, and one
//! for each part.

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

/// Parts of the description, each with its name.
fn tags(description: &Value) -> Vec<&Value> {
    let tags = description.get("tags").and_then(Value::as_array);
    tags.into_iter().flatten().collect()
}

/// The address of an operation in the reference.
fn place(site: &SiteFacts, operation: &Operation<'_>) -> String {
    let part = operation.tag().unwrap_or_default();
    let name = operation.text("operationId");
    site.below(&format!("/reference/{part}#operation-{name}"))
}

/// The first page of the reference: what there is.
#[must_use]
pub fn reference(site: &SiteFacts, description: &Value) -> String {
    let operations = operations(description);
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
        @for tag in tags(description) {
            @let name = text(tag, "name");
            h2 id=(name) {
                a href=(site.below(&format!("/reference/{name}"))) { (heading(name)) }
            }
            p { (text(tag, "description")) }
            ul {
                @for operation in operations.iter().filter(|one| one.tag() == Some(name)) {
                    li {
                        a href=(place(site, operation)) { (operation.text("summary")) }
                        " "
                        code { (operation.method.to_uppercase()) " " (operation.path) }
                    }
                }
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

/// One part of the reference; `None` if there is none of that name.
#[must_use]
pub fn reference_part(site: &SiteFacts, description: &Value, part: &str) -> Option<String> {
    let tag = tags(description)
        .into_iter()
        .find(|tag| text(tag, "name") == part)?;
    let of_part = |one: &Operation<'_>| one.tag() == Some(part);
    let operations: Vec<_> = operations(description)
        .into_iter()
        .filter(of_part)
        .collect();
    let title = heading(part);
    let body = html! {
        p { a href=(site.below("/reference")) { "Reference of the API" } }
        h1 { (title) }
        p.lead { (text(tag, "description")) }
        nav.contents aria-label="Contents" {
            ol {
                @for operation in &operations {
                    li {
                        a href={ "#operation-" (operation.text("operationId")) } {
                            (operation.text("summary"))
                        }
                    }
                }
            }
        }
        @for operation in &operations {
            (show(description, operation))
        }
    };
    let head = PageHead {
        title: format!("{title}: reference of the API"),
        description: Some(text(tag, "description").to_owned()),
        canonical: Some(site.below(&format!("/reference/{part}"))),
        ..PageHead::default()
    };
    Some(page_shell(site, &head, &body))
}

fn heading(tag: &str) -> String {
    crate::words::sentence_case(&tag.replace('-', " "))
}

/// The answers of an operation, wherever they are described.
fn answers<'a>(description: &'a Value, operation: &Operation<'a>) -> Vec<(&'a str, &'a Value)> {
    let answers = operation.fields.get("responses").and_then(Value::as_object);
    answers
        .into_iter()
        .flatten()
        .map(|(status, answer)| {
            let shared = answer
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|place| description.pointer(place.trim_start_matches('#')));
            (status.as_str(), shared.unwrap_or(answer))
        })
        .collect()
}

fn show(description: &Value, operation: &Operation<'_>) -> Markup {
    let id = operation.text("operationId");
    let deprecated = operation.fields.get("deprecated") == Some(&Value::Bool(true));
    let answers = answers(description, operation);
    html! {
        h2 id={ "operation-" (id) } { (operation.text("summary")) }
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
            @for (status, answer) in &answers {
                div {
                    dt { "Answer " (status) }
                    dd { p { (plain(text(answer, "description"))) } }
                }
            }
        }
        @if let Some((media, example)) = operation.fields.get("requestBody").and_then(first_example) {
            (sample(id, "Request", media, example))
        }
        @for (status, answer) in &answers {
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
