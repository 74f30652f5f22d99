//! Which pages may call from a browser.

use actix_web::http::Method;
use group_inspection_api::origins;
use group_inspection_store::actor::Scope;

use crate::test_app::{Answer, TestApp};

const APP: &str = "https://app.example";

async fn app() -> TestApp {
    let named = origins("https://app.example,http://localhost:3000").unwrap();
    TestApp::changed(Default::default(), |state| state.with_origins(&named)).await
}

fn vary(answer: &Answer) -> String {
    let all = answer.headers.get_all("vary");
    let all: Vec<_> = all
        .map(|value| value.to_str().unwrap().to_lowercase())
        .collect();
    all.join(", ")
}

fn lets_in(answer: &Answer) -> bool {
    answer.headers.contains_key("access-control-allow-origin")
}

#[actix_web::test]
async fn no_other_site_is_let_in() {
    let app = TestApp::new().await;
    for path in ["/", "/v1/bodies", "/openapi.json", "/feed.atom", "/none"] {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            let answer = app
                .ask(method, path)
                .header("origin", "https://elsewhere.example")
                .header("access-control-request-method", "GET")
                .send()
                .await;
            let let_in = answer
                .headers
                .keys()
                .any(|name| name.as_str().starts_with("access-control-"));
            assert!(!let_in, "{path}: {answer:?}");
        }
    }
}

#[actix_web::test]
async fn a_page_of_an_origin_that_is_named_may_ask_and_read() {
    let app = app().await;
    let key = app.key(&[Scope::Admin]).await;
    for origin in [APP, "http://localhost:3000"] {
        let good = app
            .get("/v1/bodies")
            .key(&key)
            .header("origin", origin)
            .send()
            .await;
        // A problem is for the page to read as much as an answer.
        let refused = app.get("/v1/bodies").header("origin", origin).send().await;
        refused.problem("unauthenticated");
        for answer in [good, refused] {
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert!(
                !answer
                    .headers
                    .contains_key("access-control-allow-credentials")
            );
            let read = answer
                .header("access-control-expose-headers")
                .to_lowercase();
            for name in [
                "link",
                "etag",
                "location",
                "retry-after",
                "ratelimit",
                "x-request-id",
            ] {
                assert!(read.split(", ").any(|one| one == name), "{name}: {read}");
            }
            let vary = vary(&answer);
            for name in ["origin", "authorization"] {
                assert!(vary.split(", ").any(|one| one == name), "{name}: {vary}");
            }
        }
    }
}

#[actix_web::test]
async fn a_page_is_told_beforehand_what_it_may_send() {
    let app = app().await;
    let ask =
        |path: &'static str, origin: &'static str, method: &'static str, headers: &'static str| {
            app.ask(Method::OPTIONS, path)
                .header("origin", origin)
                .header("access-control-request-method", method)
                .header("access-control-request-headers", headers)
                .send()
        };
    let told = ask(
        "/v1/bodies",
        APP,
        "POST",
        "authorization,content-type,idempotency-key",
    )
    .await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(told.header("access-control-allow-origin"), APP);
    assert_eq!(told.header("access-control-max-age"), "600");
    let methods = told.header("access-control-allow-methods");
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
        assert!(
            methods.split(", ").any(|one| one == method),
            "{method}: {methods}"
        );
    }
    let headers = told.header("access-control-allow-headers").to_lowercase();
    for name in [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
    ] {
        assert!(
            headers.split(", ").any(|one| one == name),
            "{name}: {headers}"
        );
    }
    assert!(vary(&told).contains("origin"));
    assert!(
        !told
            .headers
            .contains_key("access-control-allow-credentials")
    );
    assert!(told.headers.contains_key("x-request-id"));
    for (method, headers) in [("PATCH", "authorization"), ("POST", "x-other")] {
        let refused = ask("/v1/bodies", APP, method, headers).await;
        assert_eq!(refused.status, 400, "{refused:?}");
        assert!(!lets_in(&refused));
    }
}

#[actix_web::test]
async fn nobody_else_is_let_in_and_nothing_but_the_api_is_open() {
    let app = app().await;
    for origin in [
        "https://elsewhere.example",
        "https://app.example.org",
        "http://app.example",
        "null",
    ] {
        let answer = app
            .get("/openapi.json")
            .header("origin", origin)
            .send()
            .await;
        assert_eq!(answer.status, 200);
        assert!(!lets_in(&answer), "{origin}: {answer:?}");
        let told = app
            .ask(Method::OPTIONS, "/v1/bodies")
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .send()
            .await;
        assert!(!lets_in(&told), "{origin}: {told:?}");
    }
    for path in [
        "/",
        "/about",
        "/reference",
        "/livez",
        "/v10/bodies",
        "/feed.atom",
    ] {
        let answer = app.get(path).header("origin", APP).send().await;
        assert!(!lets_in(&answer), "{path}");
    }
    for path in [
        "/openapi.json",
        "/schemas",
        "/problems/not-found",
        "/v1/none",
    ] {
        let answer = app.get(path).header("origin", APP).send().await;
        assert!(lets_in(&answer), "{path}");
    }
    // Without a page there is nothing to say.
    let plain = app.get("/openapi.json").send().await;
    assert!(!lets_in(&plain));
    assert!(vary(&plain).contains("origin"));
}
