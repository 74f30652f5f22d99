//! The reference of problems.

use group_inspection_api::problem::{self, Code};

use crate::test_app::TestApp;

/// After a change on purpose run with `UPDATE_OPENAPI=1`.
#[test]
fn the_reference_of_problems_is_the_one_that_is_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
    let now = problem::markdown();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == now, "docs/errors.md is not up to date");
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[actix_web::test]
async fn a_type_leads_to_what_the_reference_says() {
    let app = TestApp::new().await;
    let reference = problem::markdown();
    let all = app
        .get("/problems")
        .header("accept", "text/html")
        .send()
        .await
        .text();
    for code in Code::ALL {
        let data = app.get(&code.path()).send().await;
        assert_eq!(data.header("vary"), "accept");
        let data = data.value();
        assert_eq!(data["type"], code.path());
        assert_eq!(data["when"], code.when());
        assert_eq!(data["remedy"], code.remedy());
        assert_eq!(data["status"], code.status());
        let page = app
            .get(&code.path())
            .header("accept", "text/html,application/xhtml+xml")
            .send()
            .await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let page = page.text();
        let begin = reference.find(&format!("\n## {}\n", code.code())).unwrap();
        let section = &reference[begin + 4..];
        let section = &section[..section.find("\n## ").unwrap_or(section.len())];
        for text in [
            code.code(),
            code.title(),
            code.when(),
            code.remedy(),
            code.retry().words(),
        ] {
            assert!(section.contains(text), "{text}");
            assert!(page.contains(&escaped(text)), "{text}");
            assert!(all.contains(&escaped(text)), "{text}");
        }
        assert!(section.contains(&code.status().to_string()));
    }
    app.get("/problems/none").send().await.problem("not-found");
}
