use group_inspection_core::{policy::Policy, submission::Caps};
use group_inspection_store::{
    actor::Scope,
    rehearsal,
    submissions::{self, ItemKind},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{SCHOOLS, TestApp, pairs};

pub(crate) fn batch() -> Value {
    json!({ "items": [
        {
            "type": "action", "ref": "a1", "weakness": "w1", "kind": "attendance_or_behaviour",
            "description": "Each school calls home on the first day of absence.",
            "started": "2026-02-02", "impact": "evidence_of_impact", "impact_basis": ["e1"]
        },
        {
            "type": "weakness", "ref": "w1", "statement": "Persistent absence was high.",
            "theme": "attendance_and_behaviour", "source": "group_review",
            "identified_by": "group_before_inspection", "reach": "several_schools",
            "schools": [SCHOOLS[0], SCHOOLS[1]], "first_known": "2026-01-12", "evidence": ["e1"]
        },
        {
            "type": "evidence", "ref": "e1", "evidence_type": "data",
            "title": "Attendance by school", "text": "Attendance rose in both schools.",
            "source": "Group attendance team", "schools": [SCHOOLS[1], SCHOOLS[0]],
            "themes": ["attendance_and_behaviour"], "bearing": "strength",
            "effective_from": "2026-09-01", "effective_to": "2026-09-11",
            "normal_business": true, "minutes": 15
        }
    ]})
}

fn statuses(result: &Value) -> Vec<&str> {
    result["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["status"].as_str().unwrap())
        .collect()
}

async fn app() -> (TestApp, String, String) {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.inspection(&key).await;
    (app, key, format!("/v1/inspections/{id}/submissions"))
}

#[actix_web::test]
async fn a_batch_is_kept_with_its_links() {
    let (app, key, path) = app().await;
    let answer = app.post(&path).key(&key).once("1").json(&batch()).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let result = answer.value();
    assert_eq!(statuses(&result), ["stored"; 3]);
    assert_eq!(result["accepted"], 3);
    let inspection: Uuid = path.split('/').nth(3).unwrap().parse().unwrap();
    let items = app
        .store
        .store
        .read(move |connection| submissions::items(connection, inspection))
        .await
        .unwrap();
    let of = |kind: ItemKind| items.iter().find(|item| item.kind == kind).unwrap();
    let evidence = of(ItemKind::Evidence);
    let weakness = of(ItemKind::Weakness);
    assert_eq!(weakness.content["evidence"], json!([evidence.id]));
    let action = of(ItemKind::Action);
    assert_eq!(action.content["weakness"], json!(weakness.id));
    assert_eq!(action.content["impact_basis"], json!([evidence.id]));
    assert_eq!(evidence.content["schools"], json!([SCHOOLS[0], SCHOOLS[1]]));
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed["items"][0]["result"], result);
}

#[actix_web::test]
async fn dr_21_the_same_content_is_stored_once_and_counted() {
    let (app, key, path) = app().await;
    let first = app.post(&path).key(&key).once("1").json(&batch()).await;
    let mut renamed = batch();
    renamed["items"][2]["ref"] = json!("other");
    renamed["items"][1]["evidence"] = json!(["other"]);
    renamed["items"][0]["impact_basis"] = json!(["other"]);
    let second = app.post(&path).key(&key).once("2").json(&renamed).await;
    assert_eq!(second.status, 201);
    assert_eq!(statuses(&second.value()), ["reused"; 3]);
    for index in 0..3 {
        assert_eq!(
            first.value()["items"][index]["id"],
            second.value()["items"][index]["id"]
        );
    }
}

#[actix_web::test]
async fn dr_21_what_it_took_to_supply_an_item_makes_no_other_content() {
    let (app, key, path) = app().await;
    app.post(&path).key(&key).once("1").json(&batch()).await;
    let mut again = json!({ "items": [batch()["items"][2]] });
    again["items"][0]["minutes"] = json!(59);
    let answer = app.post(&path).key(&key).once("2").json(&again).await;
    assert_eq!(statuses(&answer.value()), ["reused"]);
}

#[actix_web::test]
async fn later_batches_link_to_what_is_held() {
    let (app, key, path) = app().await;
    let first = app.post(&path).key(&key).once("1").json(&batch()).await;
    let id = first.value()["items"][2]["id"].clone();
    let mut later = json!({ "items": [batch()["items"][1]] });
    later["items"][0]["statement"] = json!("Persistent absence was high in two schools.");
    later["items"][0]["evidence"] = json!([id, "e1"]);
    let answer = app.post(&path).key(&key).once("2").json(&later).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[actix_web::test]
async fn a_bad_item_does_not_hide_the_good_ones() {
    let (app, key, path) = app().await;
    let mut sent = batch();
    sent["items"][1]["schools"] = json!([SCHOOLS[0], 900_999]);
    let answer = app.post(&path).key(&key).once("1").json(&sent).await;
    assert_eq!(answer.status, 201);
    let result = answer.value();
    assert_eq!(statuses(&result), ["rejected", "rejected", "stored"]);
    assert_eq!(
        result["items"][1]["errors"][0]["pointer"],
        "/items/1/schools/1"
    );
    assert_eq!(
        result["items"][1]["errors"][0]["code"],
        "school-not-in-group"
    );
    assert_eq!(
        result["items"][0]["errors"][0]["code"],
        "reference-rejected"
    );
    // All or nothing, if the sender says so.
    let atomic = app
        .post(&format!("{path}?atomic=true"))
        .key(&key)
        .once("2")
        .json(&sent)
        .await;
    assert_eq!(
        atomic.errors("submission-rejected"),
        pairs(&[
            ("/items/0/weakness", "reference-rejected"),
            ("/items/1/schools/1", "school-not-in-group"),
        ])
    );
}

#[actix_web::test]
async fn a_batch_without_a_good_item_is_refused_whole() {
    let (app, key, path) = app().await;
    let mut sent = json!({ "items": [batch()["items"][2]] });
    sent["items"][0]["effective_to"] = json!("2026-09-16");
    let post = || app.post(&path).key(&key).once("1");
    let answer = post().json(&sent).await;
    assert_eq!(
        answer.errors("submission-rejected"),
        pairs(&[("/items/0/effective_to", "date-in-future")])
    );
    sent["items"][0]["effective_to"] = json!("2026-09-11");
    sent["items"][0]["grade"] = json!("good");
    assert_eq!(
        post().json(&sent).await.errors("group-grade-refused"),
        pairs(&[("/items/0/grade", "group-grade-refused")])
    );
    let envelope = post().json(&json!({ "items": [], "more": 1 })).await;
    assert_eq!(
        envelope.errors("invalid"),
        pairs(&[("/items", "out-of-range"), ("/more", "unknown-field")])
    );
    // A refused request leaves its key unused.
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed["items"], json!([]));
    assert_eq!(post().json(&batch()).await.status, 201);
}

#[actix_web::test]
async fn a_batch_can_be_checked_without_being_kept() {
    let (app, key, path) = app().await;
    let mut sent = batch();
    sent["items"][0]["started"] = json!("2026-09-12");
    let answer = app
        .post(&format!("{path}?validate=only"))
        .key(&key)
        .json(&sent)
        .await;
    assert_eq!(answer.status, 200);
    let result = answer.value();
    assert_eq!(statuses(&result), ["rejected", "valid", "valid"]);
    assert_eq!(
        result["items"][0]["errors"][0]["code"],
        "impact-not-evidenced"
    );
    assert_eq!(result["submission_id"], Value::Null);
    let listed = app.get(&path).key(&key).send().await.value();
    assert_eq!(listed["items"], json!([]));
}

#[actix_web::test]
async fn the_senders_own_identifier_makes_a_submission_safe_to_repeat() {
    let (app, key, path) = app().await;
    let own = Uuid::from_u128(7);
    let mut sent = batch();
    sent["submission_id"] = json!(own);
    let first = app.post(&path).key(&key).once("1").json(&sent).await;
    assert_eq!(first.status, 201);
    let again = app.post(&path).key(&key).once("2").json(&sent).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.value(), first.value());
    sent["items"][2]["title"] = json!("Other");
    let other = app.post(&path).key(&key).once("3").json(&sent).await;
    assert_eq!(other.status, 409);
    other.problem("identifier-reused");
}

#[actix_web::test]
async fn an_inspection_that_is_being_compiled_takes_nothing() {
    let app = TestApp::with_schools().await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.evidenced(&key).await;
    let path = format!("/v1/inspections/{id}/submissions");
    let compile = path.replace("submissions", "compilations");
    assert_eq!(
        app.post(&compile).key(&key).once("1").send().await.status,
        202
    );
    let answer = app.post(&path).key(&key).once("2").json(&batch()).await;
    assert_eq!(answer.status, 409);
    answer.problem("inspection-state");
}

#[actix_web::test]
async fn a_sender_needs_no_other_scope_than_its_own() {
    let (app, _, path) = app().await;
    let sender = app.key(&[Scope::SubmissionsWrite]).await;
    let answer = app.post(&path).key(&sender).once("1").json(&batch()).await;
    assert_eq!(answer.status, 201);
    app.get(&path)
        .key(&sender)
        .send()
        .await
        .problem("not-found");
}

#[actix_web::test]
async fn an_inspection_takes_no_more_than_its_policy_says() {
    let app = TestApp::with_schools_under(Policy {
        submissions: Caps {
            evidence: 2,
            ..Caps::default()
        },
        ..rehearsal::policy()
    })
    .await;
    let key = app.key(&[Scope::Admin]).await;
    let id = app.inspection(&key).await;
    let path = format!("/v1/inspections/{id}/submissions");
    let evidence = |title: &str| {
        let mut item = batch()["items"][2].clone();
        item["ref"] = json!(title);
        item["title"] = json!(title);
        item
    };
    let send = |items: Vec<Value>, once: &'static str| {
        let (post, key) = (app.post(&path), key.clone());
        async move {
            post.key(&key)
                .once(once)
                .json(&json!({ "items": items }))
                .await
        }
    };
    let full = send(vec![evidence("a"), evidence("b"), evidence("c")], "1").await;
    let problem = full.problem("refused");
    assert_eq!(problem["rule"], "6.2");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("2 different items of evidence"), "{detail}");
    let held = app.get(&path).key(&key).send().await.value();
    assert_eq!(held["items"], json!([]));

    let two = send(vec![evidence("a"), evidence("b")], "2").await;
    assert_eq!(two.status, 201, "{two:?}");
    send(vec![evidence("c")], "3").await.problem("refused");
    // What is held already is no more than is held, and other kinds have
    // caps of their own.
    let mut again = batch();
    again["items"][2] = evidence("b");
    again["items"][0]["impact_basis"] = json!(["b"]);
    again["items"][1]["evidence"] = json!(["b"]);
    let again = app.post(&path).key(&key).once("4").json(&again).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(
        statuses(&again.value()),
        ["stored", "stored", "reused"],
        "{again:?}"
    );
}
