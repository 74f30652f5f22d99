//! Every list comes in pages, and can be walked to its end and back.

use std::collections::{BTreeMap, BTreeSet};

use group_inspection_api::openapi;
use group_inspection_core::inspection::Role;
use group_inspection_store::actor::Scope;
use serde_json::{Value, json};

use crate::{script::Script, test_app::Answer};

/// What the description says of what a list answers.
fn answered(operation: &'static Value) -> Option<&'static Value> {
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    match schema["$ref"].as_str() {
        Some(place) => openapi::document().pointer(place.trim_start_matches('#')),
        None => Some(schema),
    }
}

fn gets() -> impl Iterator<Item = (&'static str, &'static Value)> {
    openapi::document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, item)| path.starts_with("/v1/") && item["get"].is_object())
        .map(|(path, item)| (path.as_str(), &item["get"]))
}

fn takes(operation: &Value, name: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.is_some_and(|all| all.iter().any(|one| one["name"] == name))
}

/// Operations that come in pages.
fn lists() -> Vec<&'static str> {
    gets()
        .filter(|(_, operation)| takes(operation, "limit"))
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn every_list_comes_in_pages() {
    for (path, operation) in gets() {
        let schema = answered(operation).unwrap();
        let name = operation["operationId"].as_str().unwrap();
        assert_ne!(schema["type"], "array", "{path} answers all there is");
        let is_page = schema["properties"]["items"].is_object();
        assert_eq!(is_page, name.starts_with("list_"), "{name}");
        for parameter in ["limit", "cursor"] {
            assert_eq!(takes(operation, parameter), is_page, "{name}: {parameter}");
        }
        let link = &operation["responses"]["200"]["headers"]["Link"];
        assert_eq!(link.is_object(), is_page, "{name}: Link");
        if is_page {
            for member in ["next", "prev"] {
                assert!(schema["properties"][member].is_object(), "{name}: {member}");
            }
        }
    }
}

/// A page: its entries, and where those after and before it are.
struct Page {
    items: Vec<Value>,
    next: Option<String>,
    prev: Option<String>,
}

impl Page {
    fn of(path: &str, answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let value = answer.value();
        let at = |name: &str| value[name].as_str().map(str::to_owned);
        let page = Self {
            items: value["items"].as_array().unwrap().clone(),
            next: at("next"),
            prev: at("prev"),
        };
        let links: Vec<String> = [("prev", &page.prev), ("next", &page.next)]
            .iter()
            .filter_map(|(rel, path)| Some(format!("<{}>; rel=\"{rel}\"", path.as_ref()?)))
            .collect();
        assert_eq!(answer.header("link"), links.join(", "), "{path}");
        page
    }
}

async fn page(script: &Script, key: &str, path: &str) -> Page {
    Page::of(path, &script.app.get(path).key(key).send().await)
}

/// Whoever sees most of the list.
async fn reader<'a>(script: &Script, keys: &'a [String], path: &str) -> &'a str {
    let mut best = None;
    for key in keys {
        let answer = script.app.get(path).key(key).send().await;
        if answer.status == 200 {
            let seen = answer.value()["items"].as_array().unwrap().len();
            best = best.max(Some((seen, key)));
        }
    }
    best.unwrap_or_else(|| panic!("nobody reads {path}")).1
}

#[actix_web::test]
async fn every_list_is_walked_in_a_stable_order_to_its_end_and_back() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    script.to_draft().await;
    let admin = script
        .app
        .key_in(&[Scope::Admin], None, Role::Operator)
        .await;
    let body = script.get(&script.officer, "").await.id("body_id");
    let import = script
        .app
        .post("/v1/imports?filename=edubasealldata20260901.csv")
        .key(&admin)
        .once("import")
        .raw("application/octet-stream", "\"URN\"\n\"900101\"\n")
        .await
        .value();
    let import = import["import"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    script.app.body(&admin, "Alder Schools", &[]).await;
    for (at, address) in ["a@larch.example", "b@larch.example", "c@larch.example"]
        .iter()
        .enumerate()
    {
        let made = script
            .app
            .post(&format!("/v1/bodies/{body}/contacts"))
            .key(&admin)
            .once(&format!("contact-{at}"))
            .json(&json!({ "address": address, "role": "Office" }))
            .await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    let keys = [
        admin,
        script.lead.clone(),
        script.inspector.clone(),
        script.leader.clone(),
        script.decider.clone(),
        script.officer.clone(),
    ];
    let mut lengths = BTreeMap::new();
    for template in lists() {
        let id = match template {
            _ if template.starts_with("/v1/bodies/") => body.to_string(),
            _ if template.starts_with("/v1/imports/") => import.clone(),
            _ => script.id.to_string(),
        };
        let path = template.replace("{id}", &id);
        let key = reader(&script, &keys, &path).await;
        // The log of who did what may grow by being read.
        let grows = path.ends_with("/audit-events");
        let whole = page(&script, key, &format!("{path}?limit=100")).await;
        assert_eq!(whole.prev, None, "{path}");
        let mut there = Vec::new();
        let mut last = None;
        let mut next = Some(format!("{path}?limit=1"));
        while let Some(at) = next {
            let one = page(&script, key, &at).await;
            assert!(one.items.len() <= 1, "{at}");
            assert_eq!(one.prev.is_some(), !there.is_empty(), "{at}");
            there.extend(one.items);
            next = one.next;
            last = one.prev;
            assert!(there.len() <= whole.items.len() + 5, "{path} has no end");
        }
        let mut back: Vec<Value> = there.last().cloned().into_iter().collect();
        while let Some(at) = last {
            let one = page(&script, key, &at).await;
            assert_eq!(one.items.len(), 1, "{at}");
            assert!(one.next.is_some(), "{at}");
            back.extend(one.items);
            last = one.prev;
            assert!(back.len() <= there.len(), "{path} has no beginning");
        }
        back.reverse();
        assert_eq!(back, there, "{path}, back");
        if !grows {
            assert_eq!(there, whole.items, "{path}");
        }
        // A page back holds as many as are asked for, next to where it began.
        if whole.items.len() >= 3 && !grows {
            let first = page(&script, key, &format!("{path}?limit=2")).await;
            let second = page(&script, key, &first.next.unwrap()).await;
            let again = page(&script, key, &second.prev.unwrap()).await;
            assert_eq!(again.items, first.items, "{path}");
            assert_eq!(again.prev, None, "{path}");
        }
        lengths.insert(template, whole.items.len());
        for wrong in [
            "limit=0",
            "limit=101",
            "limit=x",
            "cursor=x",
            "cursor=AAAA",
            "other=1",
        ] {
            let answer = script
                .app
                .get(&format!("{path}?{wrong}"))
                .key(key)
                .send()
                .await;
            assert_eq!(answer.status, 400, "{path}?{wrong}: {answer:?}");
            answer.problem("malformed-query");
        }
    }
    let walked: BTreeSet<_> = lengths
        .iter()
        .filter(|(_, length)| **length > 2)
        .map(|(path, _)| *path)
        .collect();
    for path in [
        "/v1/people",
        "/v1/bodies/{id}/contacts",
        "/v1/bodies/{id}/schools",
    ] {
        assert!(walked.contains(path), "{path}: {lengths:?}");
    }
    let of_inspection = [
        "events",
        "clocks",
        "blocks",
        "members",
        "conflicts",
        "survey-results",
    ];
    for list in of_inspection {
        let path = format!("/v1/inspections/{{id}}/{list}");
        assert!(walked.contains(path.as_str()), "{path}: {lengths:?}");
    }
}
