//! Headers that keep browsers and caches from doing harm, for every kind of
//! answer.

use group_inspection_core::inspection::Role;
use group_inspection_store::actor::Scope;
use uuid::Uuid;

use crate::{
    published::published,
    script::Script,
    test_app::{Answer, TestApp},
};

const PAGE: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";
const DATA: &str = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer of a service that is reached by https.
const EVERYWHERE: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
];

#[track_caller]
fn guarded(what: &str, answer: &Answer, status: u16, policy: &str) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert_eq!(answer.header("content-security-policy"), policy, "{what}");
    for (name, value) in EVERYWHERE {
        assert_eq!(answer.header(name), value, "{what}: {name}");
        assert_eq!(answer.headers.get_all(name).count(), 1, "{what}: {name}");
    }
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    assert!(!answer.headers.contains_key("server"), "{what}");
    assert!(!answer.headers.contains_key("set-cookie"), "{what}");
    let id = answer.header("x-request-id");
    assert!(!id.is_empty(), "{what}: no request id");
}

/// Nobody but the caller may keep or be given the answer.
#[track_caller]
fn private(what: &str, answer: &Answer) {
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    let mut vary = answer.headers.get_all("vary");
    assert!(vary.any(|value| value == "authorization"), "{what}");
}

#[actix_web::test]
async fn answers_of_the_api_are_kept_by_nobody() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let list = app.get("/v1/bodies").key(&key).send().await;
    guarded("a list", &list, 200, DATA);
    private("a list", &list);
    let body = app.body(&key, "Ash Schools", &[]).await;
    let one = app
        .get(&format!("/v1/bodies/{body}"))
        .key(&key)
        .send()
        .await;
    guarded("a body", &one, 200, DATA);
    private("a body", &one);
    let stranger = app.get("/v1/bodies").send().await;
    guarded("no key", &stranger, 401, DATA);
    private("no key", &stranger);
    let missing = app
        .get(&format!("/v1/bodies/{}", Uuid::nil()))
        .key(&key)
        .header("accept", "text/html")
        .send()
        .await;
    guarded("not found", &missing, 404, DATA);
    private("not found", &missing);
    let wrong = app
        .post("/v1/bodies")
        .key(&key)
        .once("k")
        .raw("application/json", "{")
        .await;
    guarded("no JSON", &wrong, 400, DATA);
    private("no JSON", &wrong);
}

#[actix_web::test]
async fn a_file_is_downloaded_and_not_shown() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let item = script.evidence().await;
    let id = crate::attachments::clean_file(&script, item).await;
    let file = script
        .app
        .get(&format!("/v1/attachments/{id}/content"))
        .key(&script.lead)
        .send()
        .await;
    guarded("a file", &file, 200, DATA);
    private("a file", &file);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let admin = script.app.key(&[Scope::Admin]).await;
    let elsewhere = script.app.body(&admin, "Alder Schools", &[]).await;
    let leader = script.app.role_key(Role::BodyLeader, Some(elsewhere)).await;
    let hidden = script
        .app
        .get(&format!("/v1/attachments/{id}/content"))
        .key(&leader)
        .send()
        .await;
    assert_eq!(hidden.status, 404, "{hidden:?}");
    private("a file that is not for the caller", &hidden);
}

#[actix_web::test]
async fn pages_and_copies_run_nothing_and_are_framed_nowhere() {
    let (app, _, report) = published().await;
    let id = report.report_id;
    let page = |path: String| {
        let ask = app.get(&path).header("accept", "text/html");
        async move { ask.send().await }
    };
    guarded("home", &page("/".to_owned()).await, 200, PAGE);
    guarded("a report", &page(format!("/reports/{id}")).await, 200, PAGE);
    let missing = page(format!("/reports/{}", Uuid::nil())).await;
    guarded("no such report", &missing, 404, PAGE);
    assert_eq!(missing.header("cache-control"), "no-store");
    assert_eq!(missing.header("vary"), "accept");
    let for_programs = app.get(&format!("/reports/{}", Uuid::nil())).send().await;
    guarded("the same for a program", &for_programs, 404, DATA);
    assert_eq!(for_programs.header("vary"), "accept");
    for copy in ["report.json", "report.pdf"] {
        let answer = page(format!("/reports/{id}/v1/{copy}")).await;
        guarded(copy, &answer, 200, DATA);
        assert!(answer.header("cache-control").starts_with("public"));
    }
    guarded("the feed", &page("/feed.atom".to_owned()).await, 200, DATA);
    guarded("live", &page("/livez".to_owned()).await, 200, DATA);
    let elsewhere = page("/elsewhere".to_owned()).await;
    guarded("elsewhere", &elsewhere, 404, PAGE);
}
