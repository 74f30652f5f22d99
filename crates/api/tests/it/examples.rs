//! The examples of the description are answers that tests saw.
//!
//! With `UPDATE_EXAMPLES=1` every good answer of every test is looked at, and
//! the one that shows most in few words is kept for its operation. Then
//! `UPDATE_OPENAPI=1` writes the description with them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{LazyLock, Mutex, PoisonError},
};

use group_inspection_api::openapi::{
    self,
    examples::{self, Examples},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{contract, test_app::Answer};

/// Where they are kept.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/openapi/examples.json");
/// Bytes that an example may have before others are preferred.
const ENOUGH: usize = 1_500;
/// Characters of text that is not JSON.
const TEXT: usize = 400;

/// What was asked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) if_match: Option<String>,
    pub(crate) sent: Option<(String, Vec<u8>)>,
}

/// Makes up identifiers and secrets: the same for the same within an example.
#[derive(Default)]
struct Disguise(Vec<String>);

impl Disguise {
    fn identifier(&mut self, found: &str) -> String {
        let at = self.0.iter().position(|known| known == found);
        let at = at.unwrap_or_else(|| {
            self.0.push(found.to_owned());
            self.0.len() - 1
        });
        format!("01980000-0000-7000-8000-{:012}", at + 1)
    }

    fn text(&mut self, text: &str) -> String {
        let mut made = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let identifier = rest
                .get(..36)
                .filter(|part| part.contains('-') && Uuid::try_parse(part).is_ok());
            let secret = ["gik_", "whsec_", "whpk_"]
                .iter()
                .find(|prefix| rest.starts_with(*prefix));
            if let Some(found) = identifier {
                made += &self.identifier(found);
                rest = &rest[36..];
            } else if let Some(prefix) = secret {
                let long = |c: char| !c.is_ascii_alphanumeric() && !"+/=_".contains(c);
                let end = rest.find(long).unwrap_or(rest.len());
                let shown = if end > 24 {
                    "made-up"
                } else {
                    &rest[prefix.len()..end]
                };
                made = made + prefix + shown;
                rest = &rest[end..];
            } else {
                made.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        made
    }

    fn value(&mut self, value: &Value, entries: usize) -> Value {
        match value {
            Value::String(text) => json!(self.text(text)),
            Value::Array(all) => all
                .iter()
                .take(entries)
                .map(|one| self.value(one, entries))
                .collect(),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| (self.text(name), self.value(value, entries)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    /// A body that keeps to its schema, as short as can be.
    fn body(&mut self, place: &str, media: &str, schema: &Value, bytes: &[u8]) -> Value {
        if !media.ends_with("json") {
            let whole = String::from_utf8_lossy(bytes);
            let text: String = whole
                .chars()
                .filter(|c| !c.is_control() || *c == '\n')
                .collect();
            let start: String = text.chars().take(TEXT).collect();
            let more = if start.len() < text.len() { "…" } else { "" };
            return json!(self.text(&start) + more);
        }
        let whole: Value = serde_json::from_slice(bytes).unwrap();
        for entries in [4, 2, 1] {
            let cut = self.value(&whole, entries);
            if cut.to_string().len() <= ENOUGH && contract::faults(place, schema, &cut).is_empty() {
                return cut;
            }
        }
        let cut = self.value(&whole, 1);
        match contract::faults(place, schema, &cut).is_empty() {
            true => cut,
            false => self.value(&whole, usize::MAX),
        }
    }
}

/// How much an example shows: what went well, places with something in them,
/// then brevity.
fn worth(example: &Examples) -> (bool, usize, usize) {
    fn places(path: &str, value: &Value, all: &mut BTreeSet<String>) {
        match value {
            Value::Null => {}
            Value::Array(list) => list.iter().for_each(|one| places(path, one, all)),
            Value::Object(fields) => {
                for (name, one) in fields {
                    places(&format!("{path}/{name}"), one, all);
                }
            }
            _ => {
                all.insert(path.to_owned());
            }
        }
    }
    let value = serde_json::to_value(example).unwrap();
    let size = value.to_string().len();
    let mut all = BTreeSet::new();
    places("", &value, &mut all);
    let went_well = !value.to_string().contains("\"status\":\"rejected\"");
    if size > 2 * ENOUGH {
        return (false, usize::MAX - size, 0);
    }
    (went_well, all.len(), usize::MAX - size)
}

static FOUND: LazyLock<Mutex<BTreeMap<String, BTreeMap<String, Examples>>>> = LazyLock::new(|| {
    let mut found = BTreeMap::<String, BTreeMap<String, Examples>>::new();
    for (name, examples) in examples::all() {
        for (key, bodies) in &examples.responses {
            let media = bodies.keys().map(|media| format!("{key} {media}"));
            for key in media.chain(bodies.is_empty().then(|| format!("{key} "))) {
                let mut one = examples.clone();
                one.responses.retain(|status, bodies| {
                    bodies.retain(|media, _| key == format!("{status} {media}"));
                    key.starts_with(status.as_str())
                });
                found.entry(name.clone()).or_default().insert(key, one);
            }
        }
    }
    Mutex::new(found)
});

/// Looks at an answer as an example, if examples are to be written.
pub(crate) fn look_at(method: &str, address: &str, asked: &Asked, answer: &Answer) {
    if std::env::var_os("UPDATE_EXAMPLES").is_none() || !(200..300).contains(&answer.status) {
        return;
    }
    let Some((path, operation)) = contract::operation(method, address) else {
        return;
    };
    let name = operation["operationId"].as_str().unwrap().to_owned();
    let mut disguise = Disguise::default();
    let mut one = Examples::default();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let value = match parameter["in"].as_str().unwrap() {
            "path" => contract::value_in(path, address, name),
            "query" => contract::value_of(address, name),
            "header" if name == "If-Match" => asked.if_match.clone(),
            _ => None,
        };
        if let Some(value) = value {
            let shown = match parameter["schema"]["type"].as_str() {
                Some("integer") => json!(value.parse::<i64>().unwrap()),
                Some("boolean") => json!(value == "true"),
                _ if name == "cursor" => continue,
                // Whoever has it may read.
                _ if name == "token" => json!("0".repeat(64)),
                _ => json!(disguise.text(&value)),
            };
            one.parameters.insert(name.to_owned(), shown);
        }
    }
    if let Some((media, bytes)) = &asked.sent {
        let described = &operation["requestBody"]["content"];
        let media = match described[media].is_object() {
            true => media.as_str(),
            false => "application/octet-stream",
        };
        let schema = &described[media]["schema"];
        if schema.is_object() && !bytes.is_empty() {
            let place = format!("{name} {media}");
            let body = disguise.body(&place, media, schema, bytes);
            if media.ends_with("json") && !contract::faults(&place, schema, &body).is_empty() {
                return;
            }
            one.request.insert(media.to_owned(), body);
        }
    }
    let status = answer.status.to_string();
    let media = answer.header("content-type").split(';').next().unwrap();
    let described = &contract::response(operation, &status)["content"];
    // The whole of a description would have no end in itself, and what leads
    // somewhere in it would lead nowhere.
    let start: &[&str] = match path {
        "/openapi.json" => &["openapi", "info"],
        "/schemas/{name}" => &["$id", "$schema", "title"],
        _ => &[],
    };
    if !start.is_empty() {
        let mut whole = answer.value();
        let fields = whole.as_object_mut().unwrap();
        fields.retain(|name, _| start.contains(&name.as_str()));
        let bodies = BTreeMap::from([(media.to_owned(), whole)]);
        keep(
            name,
            format!("{status} {media}"),
            Examples {
                responses: BTreeMap::from([(status, bodies)]),
                ..one
            },
        );
        return;
    }
    let media = match described[media].is_object() {
        true => media,
        false => "application/octet-stream",
    };
    let schema = &described[media]["schema"];
    let bodies = one.responses.entry(status.clone()).or_default();
    let mut key = format!("{status} ");
    if schema.is_object() {
        if answer.body.is_empty() {
            return;
        }
        let place = format!("{method} {path} {status} {media}");
        let body = disguise.body(&place, media, schema, &answer.body);
        bodies.insert(media.to_owned(), body);
        key += media;
    }
    keep(name, key, one);
}

fn keep(name: String, key: String, one: Examples) {
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = found.entry(name).or_default();
    if kept.get(&key).is_none_or(|kept| worth(kept) < worth(&one)) {
        kept.insert(key, one);
        write(&found);
    }
}

/// Joins what was found of an operation; what was asked is of the first.
fn write(found: &BTreeMap<String, BTreeMap<String, Examples>>) {
    let joined: BTreeMap<&String, Examples> = found
        .iter()
        .map(|(name, all)| {
            let mut whole = Examples::default();
            for one in all.values().rev() {
                if whole.request.is_empty() {
                    whole.parameters.clone_from(&one.parameters);
                    whole.request.clone_from(&one.request);
                }
                for (status, bodies) in &one.responses {
                    let all = whole.responses.entry(status.clone()).or_default();
                    all.extend(bodies.clone());
                }
            }
            (name, whole)
        })
        .collect();
    let text = serde_json::to_string_pretty(&joined).unwrap() + "\n";
    std::fs::write(KEPT, text).unwrap();
}

/// What an operation lacks, or has and should not.
fn faults(name: &str, operation: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut look = |place: &str, content: &Value| {
        for (media, content) in content.as_object().into_iter().flatten() {
            let place = format!("{place} {media}");
            let example = &content["example"];
            if example.is_null() {
                faults.push(format!("{place} has no example"));
            } else if media.ends_with("json") {
                let wrong = contract::faults(&place, &content["schema"], example);
                faults.extend(wrong.iter().map(|wrong| format!("{place}: {wrong}")));
            } else if !example.is_string() {
                faults.push(format!("{place} is no text"));
            }
        }
    };
    look(
        &format!("{name} sent"),
        &operation["requestBody"]["content"],
    );
    for (status, response) in operation["responses"].as_object().unwrap() {
        if status.starts_with('2') {
            look(&format!("{name} {status}"), &response["content"]);
        }
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (of, example) = (&parameter["name"], &parameter["example"]);
        if parameter["required"] == true && example.is_null() {
            faults.push(format!("{name}: {of} has no example"));
        } else if !example.is_null() {
            let place = format!("{name} {of}");
            let wrong = contract::faults(&place, &parameter["schema"], example);
            faults.extend(wrong.iter().map(|wrong| format!("{place}: {wrong}")));
        }
    }
    faults
}

#[test]
fn every_operation_has_examples_that_keep_to_the_description() {
    let mut all = Vec::new();
    let mut names = BTreeSet::new();
    for item in openapi::document()["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            names.insert(name.to_owned());
            all.extend(faults(name, operation));
        }
    }
    assert!(all.is_empty(), "{} faults: {all:#?}", all.len());
    for name in examples::all().keys() {
        assert!(names.contains(name), "{name} is no operation");
    }
}

#[test]
fn an_example_that_is_missing_or_wrong_is_noticed() {
    let item = &openapi::document()["paths"]["/v1/bodies"]["post"];
    let mut without = item.clone();
    let content = &mut without["requestBody"]["content"]["application/json"];
    content.as_object_mut().unwrap().remove("example");
    assert_eq!(faults("create_body", &without).len(), 1);
    let mut wrong = item.clone();
    wrong["responses"]["201"]["content"]["application/json"]["example"]["id"] = json!(7);
    assert_eq!(faults("create_body", &wrong).len(), 1);
}

#[test]
fn no_example_has_a_secret_or_an_identifier_of_a_test() {
    let kept = std::fs::read_to_string(KEPT).unwrap();
    let mut disguise = Disguise::default();
    for (name, examples) in examples::all() {
        let text = serde_json::to_string(examples).unwrap();
        for (at, _) in text.match_indices('-') {
            let part = at.checked_sub(8).and_then(|from| text.get(from..from + 36));
            if let Some(part) = part.filter(|part| Uuid::try_parse(part).is_ok()) {
                assert!(part.starts_with("01980000-0000-7"), "{name}: {part}");
            }
        }
    }
    for secret in ["gik_", "whsec_"] {
        for (at, _) in kept.match_indices(secret) {
            let word = kept[at..].split(['"', ' ', '\n']).next().unwrap();
            assert_eq!(disguise.text(word), word, "a secret");
        }
    }
}
