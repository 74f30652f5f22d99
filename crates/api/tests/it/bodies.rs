use actix_web::http::Method;
use chrono::TimeDelta;
use group_inspection_store::actor::Scope;
use serde_json::{Value, json};

use crate::test_app::{SCHOOLS, TestApp, pairs};

#[actix_web::test]
async fn a_body_is_created_read_and_found() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let created = app
        .post("/v1/bodies")
        .key(&key)
        .once("\"a key\"".replace(' ', "-").as_str())
        .json(&json!({
            "kind": "independent_group", "name": " Larch Schools ", "opened": "2019-04-01",
            "identifiers": [{ "scheme": "companies_house", "value": "01234567" }]
        }))
        .await;
    assert_eq!(created.status, 201);
    assert_eq!(created.header("etag"), "\"1\"");
    let id = created.id("id");
    assert_eq!(created.header("location"), format!("/v1/bodies/{id}"));
    let read = app.get(&format!("/v1/bodies/{id}")).key(&key).send().await;
    assert_eq!(
        read.value(),
        json!({
            "id": id, "kind": "independent_group", "kind_label": "Independent school group",
            "name": "Larch Schools", "origin": "api", "opened": "2019-04-01", "closed": null,
            "merged_into": null, "revision": 1,
            "identifiers": [{ "scheme": "companies_house", "value": "01234567" }]
        })
    );
    assert_eq!(read.header("cache-control"), "no-store");
    for (query, found) in [
        ("q=larch", true),
        ("q=schools+lar", true),
        ("q=oak", false),
        ("kind=independent_group", true),
        ("kind=federation", false),
        ("identifier=01234567", true),
        ("identifier=01234567&scheme=companies_house", true),
        ("identifier=01234567&scheme=ukprn", false),
        ("q=%25", false),
    ] {
        let listed = app
            .get(&format!("/v1/bodies?{query}"))
            .key(&key)
            .send()
            .await;
        let count = listed.value()["items"].as_array().unwrap().len();
        assert_eq!(count == 1, found, "{query}");
    }
}

#[actix_web::test]
async fn an_identifier_belongs_to_one_body() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let sent = json!({
        "kind": "independent_group", "name": "A",
        "identifiers": [{ "scheme": "external", "value": "7" }]
    });
    let first = app.post("/v1/bodies").key(&key).once("1").json(&sent).await;
    assert_eq!(first.status, 201);
    let second = app.post("/v1/bodies").key(&key).once("2").json(&sent).await;
    assert_eq!(second.status, 409);
    second.problem("identifier-taken");
}

#[actix_web::test]
async fn kinds_that_the_register_keeps_are_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let answer = app
        .post("/v1/bodies")
        .key(&key)
        .once("1")
        .json(&json!({ "kind": "multi_academy_trust", "name": "A" }))
        .await;
    assert_eq!(answer.problem("refused")["rule"], "DR-01");
}

#[actix_web::test]
async fn lists_come_in_pages_without_gaps() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for number in 0..7 {
        app.body(&key, &format!("Body {number}"), &[]).await;
    }
    let mut path = "/v1/bodies?limit=3&kind=independent_group".to_owned();
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let answer = app.get(&path).key(&key).send().await;
        let page = answer.value();
        pages += 1;
        for item in page["items"].as_array().unwrap() {
            names.push(item["name"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            assert!(!answer.header("link").contains("rel=\"next\""));
            break;
        };
        let link = format!("<{next}>; rel=\"next\"");
        assert!(answer.header("link").ends_with(&link));
        path = next.to_owned();
    }
    assert_eq!(pages, 3);
    let expected: Vec<String> = (0..7).map(|number| format!("Body {number}")).collect();
    assert_eq!(names, expected);
}

#[actix_web::test]
async fn members_are_replaced_against_the_revision_read() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.body(&key, "Larch", &SCHOOLS[..2]).await;
    let path = format!("/v1/bodies/{id}/members");
    let members = json!({ "members": [{ "urn": SCHOOLS[0], "from": "2022-09-01", "to": null }] });
    let put = || app.ask(Method::PUT, &path).key(&key);
    put().json(&members).await.problem("precondition-required");
    for stale in ["\"1\"", "\"99\"", "2", "*", "W/\"2\""] {
        let answer = put().header("if-match", stale).json(&members).await;
        assert_eq!(answer.status, 412, "{stale}");
        answer.problem("stale-revision");
    }
    let done = put().header("if-match", "\"2\"").json(&members).await;
    assert_eq!(done.value(), json!({ "revision": 3, "members": 1 }));
    assert_eq!(done.header("etag"), "\"3\"");
}

#[actix_web::test]
async fn members_are_told_as_at_a_day_and_as_known_at_a_time() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.body(&key, "Larch", &SCHOOLS[..2]).await;
    app.store.clock.advance(TimeDelta::hours(1));
    let changed = app
        .ask(Method::PUT, &format!("/v1/bodies/{id}/members"))
        .key(&key)
        .header("if-match", "\"2\"")
        .json(&json!({ "members": [{ "urn": SCHOOLS[2], "from": "2023-01-01" }] }))
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let urns = |query: &'static str| {
        let (app, key, id) = (&app, &key, id);
        async move {
            let answer = app
                .get(&format!("/v1/bodies/{id}/schools{query}"))
                .key(key)
                .send()
                .await;
            answer.value()["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| u32::try_from(item["urn"].as_u64().unwrap()).unwrap())
                .collect::<Vec<u32>>()
        }
    };
    assert_eq!(urns("").await, [SCHOOLS[2]]);
    assert_eq!(urns("?as_at=2022-12-31").await, [0_u32; 0]);
    assert_eq!(
        urns("?as_known=2026-09-15T09:30:00Z").await,
        [SCHOOLS[0], SCHOOLS[1]]
    );
    let paged = app
        .get(&format!(
            "/v1/bodies/{id}/schools?as_known=2026-09-15T09:30:00Z&limit=1"
        ))
        .key(&key)
        .send()
        .await
        .value();
    let next = paged["next"].as_str().unwrap().to_owned();
    let rest = app.get(&next).key(&key).send().await.value();
    assert_eq!(rest["items"][0]["urn"], SCHOOLS[1]);
    assert_eq!(rest["next"], Value::Null);
}

#[actix_web::test]
async fn dr_06_a_school_has_one_responsible_body_at_a_time() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    app.body(&key, "First", &SCHOOLS[..2]).await;
    let second = app.body(&key, "Second", &[]).await;
    let answer = app
        .ask(Method::PUT, &format!("/v1/bodies/{second}/members"))
        .key(&key)
        .header("if-match", "\"2\"")
        .json(&json!({ "members": [{ "urn": SCHOOLS[0], "from": "2024-01-01" }] }))
        .await;
    assert_eq!(answer.status, 409);
    answer.problem("two-responsible-bodies");
}

#[actix_web::test]
async fn members_must_be_schools_of_the_register_in_sound_periods() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.body(&key, "Larch", &[]).await;
    let put = || {
        app.ask(Method::PUT, &format!("/v1/bodies/{id}/members"))
            .key(&key)
            .header("if-match", "\"2\"")
    };
    let unknown = json!({ "members": [{ "urn": 900_999, "from": "2024-01-01" }] });
    assert_eq!(
        put().json(&unknown).await.problem("refused")["rule"],
        "DR-05"
    );
    let reversed = json!({ "members": [
        { "urn": SCHOOLS[0], "from": "2024-01-01", "to": "2023-01-01" },
    ]});
    assert_eq!(
        put().json(&reversed).await.errors("invalid"),
        pairs(&[("/members/0/to", "period-reversed")])
    );
    let wrong = json!({ "members": [{ "urn": 1, "from": "2024-01-01" }] });
    assert_eq!(
        put().json(&wrong).await.errors("invalid"),
        pairs(&[("/members/0/urn", "invalid-value")])
    );
}

#[actix_web::test]
async fn schools_and_the_register_are_read() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.body(&key, "Larch", &SCHOOLS).await;
    let school = app
        .get(&format!("/v1/schools/{}", SCHOOLS[0]))
        .key(&key)
        .send()
        .await
        .value();
    assert_eq!(school["name"], "School 900101");
    assert_eq!(school["memberships"][0]["body_id"], id.to_string());
    assert_eq!(school["published_outcomes"], json!([]));
    let missing = app.get("/v1/schools/900999").key(&key).send().await;
    missing.problem("not-found");
    let summary = app.get("/v1/register/summary").key(&key).send().await;
    assert_eq!(summary.status, 200);
    let kinds = summary.value()["kinds"].clone();
    let groups = kinds
        .as_array()
        .unwrap()
        .iter()
        .find(|kind| kind["kind"] == "independent_group")
        .unwrap()
        .clone();
    assert_eq!(groups["largest"], 4);
}
