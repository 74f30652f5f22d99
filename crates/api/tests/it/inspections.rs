use chrono::TimeDelta;
use group_inspection_store::{Actor, actor::Scope, jobs, ledger};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{SCHOOLS, TestApp, new_inspection, pairs};

#[actix_web::test]
async fn an_inspection_is_opened_read_and_listed() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.draft_inspection(&key).await;
    let path = format!("/v1/inspections/{id}");
    let read = app.get(&path).key(&key).send().await;
    let inspection = read.value();
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(inspection["reference"], "GI-2026-0001");
    assert_eq!(inspection["state"], "draft");
    assert_eq!(
        inspection["basis"],
        "This is a voluntary inspection: no law requires it."
    );
    assert_eq!(inspection["open_schools"], 4);
    assert_eq!(inspection["membership_as_at"], "2026-09-15");
    let body = inspection["body_id"].as_str().unwrap();
    let listed = app
        .get(&format!("/v1/inspections?body_id={body}"))
        .key(&key)
        .send()
        .await
        .value();
    assert_eq!(listed["items"], json!([inspection]));
    let other = app
        .get(&format!("/v1/inspections?body_id={}", Uuid::nil()))
        .key(&key)
        .send()
        .await;
    assert_eq!(other.value()["items"], json!([]));
    let members = app
        .get(&format!("{path}/members?limit=3"))
        .key(&key)
        .send()
        .await
        .value();
    let urns: Vec<&Value> = members["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| &member["urn"])
        .collect();
    assert_eq!(urns, [SCHOOLS[0], SCHOOLS[1], SCHOOLS[2]]);
    let next = members["next"].as_str().unwrap();
    let rest = app.get(next).key(&key).send().await.value();
    assert_eq!(rest["items"][0]["urn"], SCHOOLS[3]);
}

#[actix_web::test]
async fn dr_01_a_group_needs_two_open_schools() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Small", &SCHOOLS[..1]).await;
    let answer = app
        .post("/v1/inspections")
        .key(&key)
        .once("1")
        .json(&new_inspection(body))
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.problem("refused")["rule"], "DR-01");
}

#[actix_web::test]
async fn what_is_wrong_with_a_new_inspection_is_pointed_at() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let body = app.body(&key, "Larch", &SCHOOLS).await;
    let mut sent = new_inspection(body);
    sent["membership_as_at"] = json!("2026-09-16");
    sent["agreed"] = json!(["no-such-framework"]);
    let post = || app.post("/v1/inspections").key(&key).once("1");
    assert_eq!(
        post().json(&sent).await.errors("invalid"),
        pairs(&[
            ("/agreed/0", "unknown-framework"),
            ("/membership_as_at", "date-in-future")
        ])
    );
    let unknown = post().json(&new_inspection(Uuid::nil())).await;
    unknown.problem("not-found");
}

#[actix_web::test]
async fn a_job_carries_the_trace_of_the_request_that_caused_it() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.evidenced(&key).await;
    let place = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let asked = app
        .post(&format!("/v1/inspections/{id}/compilations"))
        .key(&key)
        .once("1")
        .header("traceparent", place)
        .send()
        .await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let claimed = app
        .store
        .store
        .write(&Actor::system("test"), |tx| {
            let (now, lease) = (tx.now(), TimeDelta::seconds(30));
            let known = ledger::Known::default().with("compile", 1);
            ledger::claim(
                tx.connection(),
                jobs::REPORTS,
                "test",
                now,
                lease,
                1,
                &known,
            )
        })
        .await
        .unwrap();
    assert_eq!(claimed[0].trace_parent.as_deref(), Some(place));
    assert_eq!(
        claimed[0].request_id.as_deref(),
        Some(asked.header("x-request-id"))
    );
}

#[actix_web::test]
async fn compilation_is_an_operation_to_follow() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.evidenced(&key).await;
    let path = format!("/v1/inspections/{id}/compilations");
    let asked = app.post(&path).key(&key).once("1").send().await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let operation = asked.header("location").to_owned();
    assert_eq!(asked.value()["operation"], operation);
    // Another request while it waits is answered with the same operation.
    let again = app.post(&path).key(&key).once("2").json(&json!({})).await;
    assert_eq!(again.header("location"), operation);
    let read = app.get(&operation).key(&key).send().await;
    assert_eq!(read.value()["state"], "waiting");
    assert_eq!(read.value()["kind"], "compilation");
    assert_eq!(read.header("retry-after"), "1");
    let state = app
        .get(&format!("/v1/inspections/{id}"))
        .key(&key)
        .send()
        .await;
    assert_eq!(state.value()["state"], "compiling");
    let other = app.key_for(&[Scope::Admin], Some(app.body(&key, "Other", &[]).await));
    let hidden = app.get(&operation).key(&other.await).send().await;
    hidden.problem("not-found");
    let extra = app
        .post(&path)
        .key(&key)
        .once("3")
        .json(&json!({ "score": 1 }))
        .await;
    extra.problem("group-grade-refused");
}

#[actix_web::test]
async fn nothing_is_published_without_a_draft() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.inspection(&key).await;
    let draft = app
        .get(&format!("/v1/inspections/{id}/report"))
        .key(&key)
        .send()
        .await;
    draft.problem("not-found");
    let answer = app
        .post(&format!("/v1/inspections/{id}/publications"))
        .key(&key)
        .once("1")
        .send()
        .await;
    assert_eq!(answer.status, 409);
    answer.problem("inspection-state");
}
