//! The public site beside the reports.

use diesel::{RunQueryDsl, sql_query};
use group_inspection_store::{Actor, actor::Scope};
use serde_json::{Value, json};

use crate::{
    script::Script,
    test_app::{SCHOOLS, TestApp},
};

/// Two groups, one of them with a school of a telling name in a town.
async fn groups() -> (TestApp, String) {
    let app = TestApp::with_schools().await;
    let admin = app.key(&[Scope::Admin]).await;
    app.store
        .store
        .write(&Actor::operator("test"), |tx| {
            sql_query(format!(
                "UPDATE establishment_version SET name = 'Kingfisher Primary School', \
                 town = 'Bakewell' WHERE urn = {}",
                SCHOOLS[0]
            ))
            .execute(tx.connection())?;
            Ok(())
        })
        .await
        .unwrap();
    let larch = app.body(&admin, "Larchwood Learning", &SCHOOLS[..2]).await;
    app.body(&admin, "Meadow Trust of Schools", &SCHOOLS[2..])
        .await;
    (app, larch.to_string())
}

async fn found(app: &TestApp, text: &str) -> String {
    let query: String = url_encoded(text);
    let page = app.get(&format!("/search?q={query}")).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    page.text()
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[actix_web::test]
async fn a_group_is_found_by_name_school_place_and_number() {
    let (app, larch) = groups().await;
    let admin = app.key(&[Scope::Admin]).await;
    let urn = SCHOOLS[0].to_string();
    for text in [
        "Larchwood Learning",
        "larchwod lerning",
        "LARCHWOOD",
        "Kingfisher Primary",
        "kingfsher",
        "Bakewell",
        &urn,
    ] {
        let page = found(&app, text).await;
        assert!(page.contains(&larch), "{text}: {page}");
    }
    let page = found(&app, "Larchwood Learning").await;
    assert!(!page.contains("Meadow Trust"));
    let page = found(&app, "kingfsher").await;
    assert!(
        page.contains("Found by Kingfisher Primary School"),
        "{page}"
    );
    // Words that nearly all names have tell none of them apart, unless there are
    // no others.
    let page = found(&app, "primary kingfsher school").await;
    assert!(page.contains(&larch), "{page}");
    let the = app
        .body(&admin, "The Learning Trust", &[])
        .await
        .to_string();
    for text in ["the learning trust", "learning trust"] {
        let page = found(&app, text).await;
        assert!(
            page.contains(&the) && !page.contains(&larch),
            "{text}: {page}"
        );
    }
    let page = found(&app, "learning").await;
    assert!(page.contains(&the), "{page}");
    assert!(page.find(&the) < page.find(&larch), "{page}");
    let page = found(&app, "primary school").await;
    assert!(
        page.contains("Found by Kingfisher Primary School"),
        "{page}"
    );
    for nothing in ["zzzzqqqq", "", "%", "_", "\\", "' OR 1=1 --", "999999"] {
        let page = found(&app, nothing).await;
        assert!(!page.contains("/groups/"), "{nothing}");
    }
    // What was typed is shown as typed, never as markup.
    let page = found(&app, "<script>alert(1)</script>").await;
    assert!(!page.contains("<script>"));
    let long = format!("/search?q={}", "x".repeat(3_000));
    app.get(&long).send().await.problem("malformed-query");
}

#[actix_web::test]
async fn the_page_of_a_group_shows_its_schools_on_a_day() {
    let (app, larch) = groups().await;
    let page = app.get(&format!("/groups/{larch}")).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.text().contains("Kingfisher Primary School"));
    assert!(
        page.text()
            .contains("No report on this group has been published.")
    );
    assert!(page.text().contains("Independent Schools Inspectorate"));
    let etag = page.header("etag").to_owned();
    let again = app
        .get(&format!("/groups/{larch}"))
        .header("if-none-match", &etag);
    assert_eq!(again.send().await.status, 304);
    let before = app
        .get(&format!("/groups/{larch}?on=2021-01-01"))
        .send()
        .await;
    assert!(before.text().contains("lists no school of this group"));
    let wrong = app
        .get(&format!("/groups/{larch}?on=yesterday"))
        .send()
        .await;
    wrong.problem("malformed-query");
    let gone = app
        .get("/groups/00000000-0000-0000-0000-000000000000")
        .send()
        .await;
    gone.problem("not-found");
    for path in ["/about", "/accessibility", "/search"] {
        let page = app.get(path).send().await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<h1>"), "{path}");
        assert!(
            page.header("content-security-policy")
                .contains("default-src 'none'")
        );
    }
}

#[actix_web::test]
async fn everything_published_can_be_had_as_one_file() {
    let script = Script::new().await;
    let empty = script.app.get("/reports.jsonl").send().await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    script.to_fieldwork().await;
    script.to_published().await;
    let lines = script.app.get("/reports.jsonl").send().await.text();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["group_name"], "Larch Schools");
    assert_eq!(first["state"], "published");
    let csv = script.app.get("/reports.csv").send().await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text().starts_with("report_id,version,state,"));
    assert!(csv.text().contains("Larch Schools"));
    let body = first["body_id"].as_str().unwrap();
    let page = script.app.get(&format!("/groups/{body}")).send().await;
    assert!(page.text().contains("Published on"));
    let withdraw = json!({ "action": "withdraw", "reason": "=1+1 was wrong." });
    Script::taken(&script.act(&script.decider, withdraw).await, "withdrawn");
    let csv = script.app.get("/reports.csv").send().await.text();
    assert!(csv.contains("'=1+1 was wrong."), "{csv}");
}
