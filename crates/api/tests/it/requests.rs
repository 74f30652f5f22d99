//! Requests that are not as they should be.

use actix_web::http::Method;
use group_inspection_api::{Limits, problem::Code};
use group_inspection_store::actor::Scope;
use serde_json::json;

use crate::test_app::{TestApp, pairs};

#[actix_web::test]
async fn places_where_there_is_nothing_are_problems() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for path in [
        "/nothing",
        "/v1/nothing",
        "/v1/bodies/not-a-uuid",
        "/v1/schools/1",
    ] {
        let answer = app.get(path).key(&key).send().await;
        assert_eq!(answer.status, 404);
        answer.problem("not-found");
    }
}

#[actix_web::test]
async fn people_get_a_page_where_programs_get_a_problem() {
    let app = TestApp::new().await;
    let answer = app
        .get("/nothing")
        .header("accept", "text/html,*/*")
        .send()
        .await;
    assert_eq!(answer.status, 404);
    assert!(answer.header("content-type").starts_with("text/html"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"));
    assert!(!policy.contains("script-src") && !policy.contains("unsafe"));
}

#[actix_web::test]
async fn the_wrong_method_is_answered_with_the_right_ones() {
    let app = TestApp::new().await;
    let answer = app.ask(Method::PATCH, "/v1/bodies").send().await;
    answer.problem("method-not-allowed");
    assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
    let answer = app.ask(Method::OPTIONS, "/v1/bodies").send().await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
}

#[actix_web::test]
async fn sane_request_ids_are_echoed_and_others_replaced() {
    let app = TestApp::new().await;
    let id = |sent: &'static str| {
        let app = &app;
        async move {
            let answer = app.get("/livez").header("x-request-id", sent).send().await;
            answer.header("x-request-id").to_owned()
        }
    };
    assert_eq!(id("abc-1.2_3").await, "abc-1.2_3");
    for insane in ["", "a b", "a\"b", "<script>", &"x".repeat(65)] {
        let insane: &'static str = insane.to_owned().leak();
        assert_eq!(id(insane).await.len(), 36);
    }
}

#[actix_web::test]
async fn bodies_that_cannot_be_read_are_refused() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let post = || app.post("/v1/bodies").key(&key).once("k");
    for broken in [
        &b"{"[..],
        b"",
        b"{\"name\": \"\xff\"}",
        b"{\"name\": \"a\x00b\"}",
        b"nul",
    ] {
        let answer = post().raw("application/json", broken).await;
        answer.problem("malformed-json");
    }
    let deep = "[".repeat(200_000);
    post()
        .raw("application/json", deep)
        .await
        .problem("malformed-json");
    post()
        .raw("text/plain", "{}")
        .await
        .problem("unsupported-media-type");
    post().send().await.problem("unsupported-media-type");
}

#[actix_web::test]
async fn a_body_over_the_limit_is_refused_whether_announced_or_not() {
    let app = TestApp::with_limits(Limits {
        json_bytes: 100,
        ..Limits::default()
    })
    .await;
    let key = app.key(&[Scope::Admin]).await;
    let big = json!({ "name": "x".repeat(200) });
    let answer = app.post("/v1/bodies").key(&key).once("k").json(&big).await;
    assert_eq!(answer.status, 413);
    answer.problem("too-large");
}

#[actix_web::test]
async fn every_unknown_field_is_named() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    let sent = json!({
        "kind": "independent_group", "name": "A", "extra": 1,
        "identifiers": [{ "scheme": "external", "value": "1", "a/b": 2 }]
    });
    let answer = app.post("/v1/bodies").key(&key).once("k").json(&sent).await;
    let mut errors = answer.errors("unknown-field");
    errors.sort();
    assert_eq!(
        errors,
        pairs(&[
            ("/extra", "unknown-field"),
            ("/identifiers/0/a~1b", "unknown-field")
        ])
    );
}

#[actix_web::test]
async fn dr_02_a_field_that_would_carry_a_grade_has_its_own_problem() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for field in [
        "grade",
        "overall_effectiveness",
        "rating",
        "groupRank",
        "judgement",
    ] {
        let sent = json!({ "kind": "independent_group", "name": "A", field: "good" });
        let answer = app.post("/v1/bodies").key(&key).once("k").json(&sent).await;
        assert_eq!(
            answer.errors("group-grade-refused"),
            [(format!("/{field}"), "group-grade-refused".to_owned())]
        );
        let answer = app
            .get(&format!("/v1/bodies?{field}=1"))
            .key(&key)
            .send()
            .await;
        answer.problem("group-grade-refused");
    }
}

#[actix_web::test]
async fn missing_and_wrong_fields_are_pointed_at() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for (sent, pointer, code) in [
        (json!({ "kind": "independent_group" }), "/name", "required"),
        (json!({ "kind": 7, "name": "A" }), "/kind", "wrong-type"),
        (
            json!({ "kind": "x", "name": "A" }),
            "/kind",
            "invalid-value",
        ),
        (
            json!({ "kind": "independent_group", "name": " " }),
            "/name",
            "required",
        ),
        (
            json!({ "kind": "independent_group", "name": "a\nb" }),
            "/name",
            "control-character",
        ),
        (
            json!({ "kind": "independent_group", "name": "A", "opened": "soon" }),
            "/opened",
            "invalid-value",
        ),
    ] {
        let answer = app.post("/v1/bodies").key(&key).once("k").json(&sent).await;
        assert_eq!(
            answer.errors("invalid"),
            pairs(&[(pointer, code)]),
            "{sent}"
        );
    }
}

#[actix_web::test]
async fn queries_are_held_to_what_is_described() {
    let app = TestApp::new().await;
    let key = app.key(&[Scope::Admin]).await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=abc",
        "kind=school",
        "unknown=1",
        "scheme=ukprn",
        "q=%00",
        // A cursor of another list.
        "cursor=WzEsImluc3BlY3Rpb25zIiwiYSJd",
    ] {
        let answer = app
            .get(&format!("/v1/bodies?{query}"))
            .key(&key)
            .send()
            .await;
        answer.problem("malformed-query");
    }
}

#[actix_web::test]
async fn every_kind_of_problem_is_described() {
    let app = TestApp::new().await;
    for code in Code::ALL {
        let answer = app.get(&code.path()).send().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.value()["code"], code.code());
        assert_eq!(answer.value()["status"], code.status());
    }
    let listed = app.get("/problems").send().await.value();
    assert_eq!(listed.as_array().unwrap().len(), Code::ALL.len());
    app.get("/problems/none").send().await.problem("not-found");
}

#[actix_web::test]
async fn health_is_told_without_a_key() {
    let app = TestApp::new().await;
    for path in ["/livez", "/readyz", "/readyz"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.value(), json!({ "status": "ok" }));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}
