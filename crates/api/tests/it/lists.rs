//! Every list that comes in pages can be walked to its end.

use std::collections::BTreeSet;

use group_inspection_api::openapi;
use serde_json::Value;

use crate::script::Script;

/// Operations that come in pages.
fn lists() -> Vec<&'static str> {
    openapi::document()["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, item)| {
            item["get"]["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "limit"))
        })
        .map(|(path, _)| path.as_str())
        .collect()
}

async fn page(script: &Script, key: &str, path: &str) -> (Vec<Value>, Option<String>) {
    let answer = script.app.get(path).key(key).send().await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    let value = answer.value();
    let next = value["next"].as_str().map(str::to_owned);
    let link = answer.header("link");
    match &next {
        Some(next) => assert_eq!(link, format!("<{next}>; rel=\"next\"")),
        None => assert_eq!(link, "", "{path}"),
    }
    (value["items"].as_array().unwrap().clone(), next)
}

#[actix_web::test]
async fn every_list_is_walked_in_a_stable_order_to_its_end() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let admin = script
        .app
        .key_in(
            &[group_inspection_store::actor::Scope::Admin],
            None,
            group_inspection_core::inspection::Role::Operator,
        )
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
    let mut walked = BTreeSet::new();
    for path in lists() {
        let id = match path {
            _ if path.starts_with("/v1/bodies/") => body.to_string(),
            _ if path.starts_with("/v1/imports/") => import.clone(),
            _ => script.id.to_string(),
        };
        let path = path.replace("{id}", &id);
        let (whole, _) = page(&script, &admin, &format!("{path}?limit=100")).await;
        let mut one_by_one = Vec::new();
        let mut next = Some(format!("{path}?limit=1"));
        while let Some(path) = next {
            let (items, following) = page(&script, &admin, &path).await;
            assert!(items.len() <= 1, "{path}");
            one_by_one.extend(items);
            next = following;
            assert!(one_by_one.len() <= whole.len() + 5, "{path} has no end");
        }
        // The log of who did what may grow by being read.
        if !path.ends_with("/audit-events") {
            assert_eq!(one_by_one, whole, "{path}");
        }
        if whole.len() > 1 {
            walked.insert(path.clone());
        }
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
                .key(&admin)
                .send()
                .await;
            assert_eq!(answer.status, 400, "{path}?{wrong}: {answer:?}");
            answer.problem("malformed-query");
        }
    }
    assert!(walked.len() >= 4, "{walked:?}");
}
