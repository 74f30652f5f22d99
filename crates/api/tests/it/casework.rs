//! Requests, the library, urgent matters, ledgers, surveys and the registers
//! that belong to them, over REST.

use chrono::TimeDelta;
use group_inspection_store::{Clock, actor::Scope};
use serde_json::{Value, json};

use crate::{script::Script, test_app::SCHOOLS};

fn request(material: &str) -> Value {
    json!({
        "purpose": "To see how the board follows up weaknesses.",
        "basis": "normal_business", "material": material,
        "period": { "from": "2026-09-01", "to": "2026-09-11" },
        "addressee": { "kind": "centre" }, "expected_minutes": 20,
    })
}

fn with(mut value: Value, field: &str, to: Value) -> Value {
    value[field] = to;
    value
}

fn evidence(reference: &str, title: &str) -> Value {
    json!({
        "type": "evidence", "ref": reference, "evidence_type": "document",
        "title": title, "text": "What the board decided.",
        "source": "Governance professional", "schools": [],
        "themes": ["leadership_and_governance"], "bearing": "context",
        "effective_from": "2026-09-01", "effective_to": "2026-09-11",
        "normal_business": true, "minutes": 5,
    })
}

async fn item(script: &Script, item: Value) -> Value {
    let sent = script
        .post(
            &script.integrator,
            "submissions",
            json!({ "items": [item] }),
        )
        .await;
    assert_eq!(sent.status, 201, "{sent:?}");
    sent.value()["items"][0]["id"].clone()
}

#[actix_web::test]
async fn dr_22_what_is_held_is_asked_for_once() {
    let script = Script::new().await;
    let early = script
        .post(&script.lead, "evidence-requests", request("board_minutes"))
        .await;
    early.problem("forbidden");
    script.to_fieldwork().await;
    let ask = async |key: &str, what: Value| script.post(key, "evidence-requests", what).await;
    // What others publish is not asked for.
    for public in ["inspection_outcomes_and_reports", "scheme_of_delegation"] {
        Script::refused(&ask(&script.lead, request(public)).await, "DR-22");
    }
    Script::refused(
        &ask(&script.lead, request("unpublished_outcomes")).await,
        "DR-22",
    );
    let empty = with(request("board_minutes"), "purpose", json!(" "));
    Script::refused(&ask(&script.lead, empty).await, "DR-22");
    ask(&script.practitioner, request("board_minutes"))
        .await
        .problem("forbidden");
    let made = ask(&script.lead, request("board_minutes")).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("evidence-requests/{}/answer", made.id("id"));
    let nothing = json!({ "evidence": [] });
    Script::refused(
        &script.post(&script.integrator, &path, nothing).await,
        "DR-22",
    );
    let minutes = item(&script, evidence("minutes", "Board minutes")).await;
    let answer = json!({ "evidence": [minutes] });
    let answered = script.post(&script.integrator, &path, answer.clone()).await;
    assert_eq!(answered.value()["answer"]["evidence"], json!([minutes]));
    Script::refused(
        &script.post(&script.integrator, &path, answer).await,
        "DR-22",
    );
    // It is held now; asking again needs a reason, and counts as such.
    let again = ask(&script.lead, request("board_minutes")).await;
    Script::refused(&again, "DR-22");
    let reason = json!("Two pages were missing.");
    let again = ask(
        &script.inspector,
        with(request("board_minutes"), "reason", reason),
    )
    .await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(again.value()["asked"]["held"][0]["id"], minutes);
    // Other days are not held.
    let before = json!({ "from": "2026-01-01", "to": "2026-03-31" });
    let other = with(request("board_minutes"), "period", before);
    assert_eq!(ask(&script.lead, other).await.status, 201);
    // What names its material is held without having been asked for.
    let named = with(
        evidence("risks", "Risk register"),
        "material",
        json!("risk_register"),
    );
    item(&script, named).await;
    let held = ask(&script.lead, request("risk_register")).await;
    Script::refused(&held, "DR-22");
    let burden = script.get(&script.leader, "/burden").await.value();
    assert_eq!(burden["measures"]["requests"], 3);
    assert_eq!(burden["measures"]["asked_twice"], 1);
    let listed = script.get(&script.leader, "/evidence-requests").await;
    assert_eq!(listed.items().as_array().unwrap().len(), 3);
}

#[actix_web::test]
async fn dr_22_a_cap_is_passed_only_with_leave_from_somebody_else() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let cast = script.app.cast().await;
    let made = with(
        request("skills_audit"),
        "basis",
        json!("made_for_inspection"),
    );
    let ask = async || {
        script
            .post(&script.lead, "evidence-requests", made.clone())
            .await
    };
    Script::refused(&ask().await, "DR-22");
    let school = json!({ "kind": "school", "urn": SCHOOLS[0] });
    let unsampled = with(request("board_minutes"), "addressee", school);
    let to_school = script
        .post(&script.lead, "evidence-requests", unsampled)
        .await;
    Script::refused(&to_school, "DR-22");
    let leave = json!({ "asker": cast.lead, "reason": "Nothing else shows it." });
    let by_lead = script
        .post(&script.lead, "evidence-requests/leave", leave.clone())
        .await;
    by_lead.problem("forbidden");
    let given = script
        .post(&script.assurer, "evidence-requests/leave", leave)
        .await;
    assert_eq!(given.status, 201, "{given:?}");
    let passed = ask().await;
    assert_eq!(passed.status, 201, "{passed:?}");
    assert_eq!(
        passed.value()["asked"]["sign_off"]["by"],
        json!(cast.assurer)
    );
    // Leave is for one request.
    Script::refused(&ask().await, "DR-22");
}

#[actix_web::test]
async fn dr_21_a_revision_takes_the_place_of_what_its_name_meant_and_says_why() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let first = item(&script, evidence("minutes", "Board minutes")).await;
    let changed = with(evidence("minutes", "Board minutes"), "text", json!("More."));
    let silent = script
        .post(
            &script.integrator,
            "submissions",
            json!({ "items": [changed.clone()] }),
        )
        .await;
    let errors = silent.errors("submission-rejected");
    assert_eq!(errors[0].0, "/items/0/revision_reason");
    let second = item(
        &script,
        with(changed, "revision_reason", json!("A page was missing.")),
    )
    .await;
    assert_ne!(first, second);
    let library = script.get(&script.lead, "/evidence").await.items();
    let minutes = library
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["ref"] == "minutes")
        .unwrap();
    assert_eq!(minutes["current"]["id"], second);
    assert_eq!(minutes["current"]["revision_reason"], "A page was missing.");
    assert_eq!(minutes["earlier"][0]["id"], first);
    assert_eq!(minutes["earlier"][0]["superseded"], true);
}

#[actix_web::test]
async fn dr_33_an_urgent_matter_is_known_to_its_audience_alone() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let now = script.app.store.clock.now();
    let matter = json!({
        "kind": "safeguarding", "summary": "The register of visitors is not kept.",
        "schools": [SCHOOLS[0]], "concerns_body_leaders": true,
        "noticed_at": now - TimeDelta::hours(2),
    });
    let raised = script
        .post(&script.practitioner, "urgent-matters", matter.clone())
        .await;
    assert_eq!(raised.status, 201, "{raised:?}");
    assert_eq!(raised.value()["raised_late"], false);
    let late = with(
        matter.clone(),
        "noticed_at",
        json!(now - TimeDelta::days(7)),
    );
    let late = script.post(&script.inspector, "urgent-matters", late).await;
    assert_eq!(late.value()["raised_late"], true);
    // A time before every working day is late, and no reason to fail.
    let ancient = with(matter.clone(), "noticed_at", json!("0001-01-01T00:00:00Z"));
    let ancient = script.post(&script.lead, "urgent-matters", ancient).await;
    assert_eq!(ancient.value()["raised_late"], true);
    // One that no answer could hold is refused (RFC 3339 has four digits).
    for far in ["-9999-01-01T00:00:00Z", "+12026-01-01T00:00:00Z"] {
        let far = with(matter.clone(), "noticed_at", json!(far));
        let refused = script.post(&script.lead, "urgent-matters", far).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.value()["errors"][0]["pointer"], "/noticed_at");
    }
    let ahead = with(
        matter.clone(),
        "noticed_at",
        json!(now + TimeDelta::hours(1)),
    );
    Script::refused(
        &script.post(&script.lead, "urgent-matters", ahead).await,
        "DR-33",
    );
    script
        .post(&script.integrator, "urgent-matters", matter)
        .await
        .problem("forbidden");
    let seen = async |key: &str| {
        let list = script.get(key, "/urgent-matters").await.items();
        list.as_array().unwrap().len()
    };
    assert_eq!(seen(&script.lead).await, 3);
    assert_eq!(seen(&script.decider).await, 3);
    assert_eq!(seen(&script.practitioner).await, 1, "their own");
    assert_eq!(seen(&script.inspector).await, 1, "their own");
    assert_eq!(seen(&script.assurer).await, 0);
    assert_eq!(seen(&script.leader).await, 0, "it concerns them");
    assert_eq!(seen(&script.officer).await, 0);
    script.to_draft().await;
    let draft = script.get(&script.lead, "/report").await.text();
    assert!(!draft.contains("register of visitors"));
}

#[actix_web::test]
async fn the_ledgers_show_what_was_recorded() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let enter = async |key: &str, entry: Value| script.post(key, "burden-entries", entry).await;
    let time = json!({ "kind": "leader_time", "role": "Headteacher", "people": 4, "minutes": 90 });
    assert_eq!(enter(&script.integrator, time.clone()).await.status, 201);
    enter(&script.lead, time).await.problem("forbidden");
    let meeting = json!({ "kind": "meeting", "attendees": 6, "minutes": 60 });
    assert_eq!(enter(&script.lead, meeting).await.status, 201);
    for day in ["2026-10-01", "2026-10-02"] {
        let contact = json!({ "kind": "contact", "school": SCHOOLS[0], "on": day });
        assert_eq!(enter(&script.inspector, contact).await.status, 201);
    }
    let fieldwork = json!({ "kind": "fieldwork", "on": "2026-10-01" });
    assert_eq!(enter(&script.inspector, fieldwork).await.status, 201);
    // A school is contacted on two days at the most.
    let third = json!({ "kind": "contact", "school": SCHOOLS[0], "on": "2026-10-05" });
    Script::refused(&enter(&script.inspector, third).await, "6.2");
    let stranger = json!({ "kind": "contact", "school": 999_999, "on": "2026-10-05" });
    Script::refused(&enter(&script.inspector, stranger).await, "DR-05");
    let nobody = json!({ "kind": "meeting", "attendees": 0, "minutes": 60 });
    Script::refused(&enter(&script.lead, nobody).await, "6.2");
    let travel = json!({ "kind": "travel", "pence": 12_050 });
    assert_eq!(enter(&script.officer, travel).await.status, 201);
    let burden = script.get(&script.leader, "/burden").await.value();
    let measures = &burden["measures"];
    assert_eq!(measures["meeting_minutes"], 360);
    assert_eq!(measures["leader_minutes"], 15 + 360 + 360);
    assert_eq!(measures["contact_days"], 2);
    assert_eq!(measures["fieldwork_days"], 1);
    assert!(measures["notice_working_days"].as_u64().unwrap() >= 10);
    assert_eq!(measures["unsafe_deadlines"], 0);
    assert_eq!(burden["passed"], json!([]));
    // The report shows the same.
    script.to_draft().await;
    let draft = script.get(&script.lead, "/report").await.value();
    let line = |measure: &str| {
        draft["burden"]["lines"]
            .as_array()
            .unwrap()
            .iter()
            .find(|line| line["measure"] == measure)
            .map(|line| line["finding"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        line("Meetings held for the inspection").unwrap(),
        "One meeting, 360 minutes of those who attended."
    );
    assert_eq!(
        line("Leader hours").unwrap(),
        "12 hours 15 minutes, as stated by senders."
    );
}

#[actix_web::test]
async fn the_draft_is_reviewed_for_plain_words() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    script
        .finding(&script.inspector, "The SENCO met the board.", None)
        .await;
    script.to_draft().await;
    let review = script.get(&script.inspector, "/language").await.value();
    assert_eq!(review["findings"], json!([]));
    let remark = &review["remarks"][0];
    assert_eq!(remark["rule"], "acronym");
    assert_eq!(remark["term"], "SENCO");
    assert!(remark["block"].as_str().unwrap().starts_with("responses."));
    assert!(
        remark["suggestion"]
            .as_str()
            .unwrap()
            .contains("Write it out")
    );
    let refused = script
        .app
        .post(&format!("/v1/inspections/{}/submissions", script.id))
        .key(&script.integrator)
        .once("words")
        .json(&json!({ "items": [with(
            evidence("x", "A MATSE of the group"), "text", json!("Nothing.")
        )]}))
        .await;
    let detail = refused.problem("submission-rejected")["errors"][0]["detail"].clone();
    assert!(
        detail
            .as_str()
            .unwrap()
            .contains("A group inspection of the group"),
        "{detail}"
    );
}

#[actix_web::test]
async fn dr_36_the_register_of_accountability_is_data() {
    let app = Script::app().await;
    let admin = app.key(&[Scope::Admin]).await;
    let path = "/v1/accountability-register";
    let read = app.get(path).key(&admin).send().await;
    assert_eq!(read.header("etag"), "\"0\"");
    let mut register = read.value();
    assert!(register["entries"].as_array().unwrap().len() > 30);
    register["reason"] = json!("A new duty");
    register["version"] = json!("accountability-2026-2");
    let entries = register["entries"].as_array_mut().unwrap();
    entries.insert(
        0,
        json!({
            "kinds": ["independent_group"], "arrangement": "A yearly return to the regulator",
            "basis": "A statute", "frequency": "Every year", "output": "A summary",
            "source": "gov.example", "checked_on": "2026-09-01",
        }),
    );
    let put = async |value: &Value, etag: &str| {
        app.ask(actix_web::http::Method::PUT, path)
            .key(&admin)
            .header("if-match", etag)
            .json(value)
            .await
    };
    let mut unchecked = register.clone();
    unchecked["entries"][0]["checked_on"] = Value::Null;
    unchecked["entries"][1]["output"] = json!("An overall grade of good");
    let errors = put(&unchecked, "\"0\"").await.errors("invalid");
    let pointers: Vec<&str> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert!(pointers.contains(&"/entries/0/checked_on"), "{pointers:?}");
    assert!(pointers.contains(&"/entries/1/output"), "{pointers:?}");
    let kept = put(&register, "\"0\"").await;
    assert_eq!(kept.status, 200, "{kept:?}");
    assert_eq!(kept.header("etag"), "\"1\"");
    put(&register, "\"0\"").await.problem("stale-revision");
    let read = app.get(path).key(&admin).send().await.value();
    assert_eq!(read["version"], "accountability-2026-2");
    // Reports show it for their kind of body.
    let script = Script::over(app).await;
    script.to_fieldwork().await;
    script.to_draft().await;
    let draft = script.get(&script.lead, "/report").await.value();
    let row = &draft["accountability"]["rows"][0];
    assert_eq!(row["arrangement"], "A yearly return to the regulator");
    assert_eq!(row["checked_on"], "2026-09-01");
}

#[actix_web::test]
async fn the_sample_says_why_and_can_be_drawn_again() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let draw = async |what: Value| script.post(&script.officer, "sample", what).await;
    let none = script.get(&script.lead, "/sample").await;
    none.problem("not-found");
    Script::refused(&draw(json!({ "wanted": 0 })).await, "2");
    let drawn = draw(json!({ "wanted": 2, "seed": "autumn" })).await;
    assert_eq!(drawn.status, 201, "{drawn:?}");
    let plan = drawn.value();
    assert_eq!(script.get(&script.lead, "/sample").await.value(), plan);
    assert_eq!(plan["chosen"].as_array().unwrap().len(), 2);
    assert!(plan["chosen"][0]["why"].as_str().unwrap().len() > 20);
    Script::refused(&draw(json!({ "wanted": 2 })).await, "2");
    let again = json!({ "wanted": 2, "seed": "autumn", "reason": "To compare" });
    assert_eq!(draw(again).await.value(), plan);
    // A sampled school may be asked once; any other not at all.
    let urn = plan["chosen"][0]["urn"].clone();
    let ask = with(
        request("improvement_plans"),
        "addressee",
        json!({ "kind": "school", "urn": urn }),
    );
    let asked = script
        .post(&script.lead, "evidence-requests", ask.clone())
        .await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let twice = with(ask, "material", json!("risk_register"));
    let twice = script.post(&script.lead, "evidence-requests", twice).await;
    Script::refused(&twice, "DR-22");
    // Terms and the batch stage.
    script.get(&script.lead, "/batch").await.problem("refused");
    let terms = json!({ "terms": [
        { "name": "Summer 2026", "first": "2026-04-13", "last": "2026-07-21" },
        { "name": "Spring 2026", "first": "2026-01-05", "last": "2026-03-27" },
    ]});
    let put = async |terms: &Value, etag: &str| {
        script
            .app
            .ask(actix_web::http::Method::PUT, "/v1/school-terms")
            .key(&script.officer)
            .header("if-match", etag)
            .json(terms)
            .await
    };
    let kept = put(&terms, "\"0\"").await;
    assert_eq!(kept.status, 200, "{kept:?}");
    assert_eq!(kept.value()["terms"][0]["name"], "Spring 2026");
    let reversed = json!({ "terms": [
        { "name": "Summer", "first": "2026-07-21", "last": "2026-04-13" },
    ]});
    Script::refused(&put(&reversed, "\"1\"").await, "2");
    let batch = script.get(&script.lead, "/batch").await.value();
    assert_eq!(
        batch["window"]["terms"],
        json!(["Spring 2026", "Summer 2026"])
    );
    assert_eq!(batch["missing"].as_array().unwrap().len(), 2);
    // Who holds what, resting on evidence.
    let held = json!({ "holdings": [{
        "function": "finance", "held_by": "centre", "evidence": [script.evidence().await],
    }]});
    let central = async |value: &Value, etag: &str| {
        script
            .app
            .ask(
                actix_web::http::Method::PUT,
                &format!("/v1/inspections/{}/central-functions", script.id),
            )
            .key(&script.lead)
            .header("if-match", etag)
            .json(value)
            .await
    };
    let kept = central(&held, "\"0\"").await;
    assert_eq!(kept.status, 200, "{kept:?}");
    assert_eq!(kept.header("etag"), "\"1\"");
    let read = script.get(&script.lead, "/central-functions").await;
    assert_eq!(read.header("etag"), "\"1\"");
    central(&held, "\"0\"").await.problem("stale-revision");
    assert_eq!(kept.value()["not_recorded"].as_array().unwrap().len(), 9);
    let groundless = json!({ "holdings": [{
        "function": "finance", "held_by": "centre", "evidence": [],
    }]});
    Script::refused(&central(&groundless, "\"1\"").await, "DR-11");
    script.to_draft().await;
    let draft = script.get(&script.lead, "/report").await.text();
    assert!(draft.contains("The group holds these functions centrally: finance."));
    assert!(
        draft.contains("Two schools of the group were looked at more closely"),
        "{draft}"
    );
}

#[actix_web::test]
async fn dr_34_surveys_and_the_national_view_show_nobody() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let respond = async |n: u32, answer: &str| {
        let response = json!({
            "wave": "first", "respondent": "leader", "minutes": 300,
            "answers": { "report_is_clear": answer }, "comment": format!("Comment {n}"),
        });
        script
            .post(&script.officer, "survey-responses", response)
            .await
    };
    Script::refused(&respond(0, "agree").await, "7");
    script.to_published().await;
    Script::refused(&respond(0, "agree").await, "7");
    script.app.store.clock.advance(TimeDelta::days(150));
    for n in 0..9 {
        assert_eq!(respond(n, "agree").await.status, 201);
    }
    let results = async || {
        let all = script.get(&script.leader, "/survey-results").await.items();
        all[0]["results"].clone()
    };
    assert_eq!(results().await, json!({ "kind": "too_few" }));
    for n in 9..12 {
        assert_eq!(respond(n, "disagree").await.status, 201);
    }
    let shown = results().await;
    assert_eq!(shown["responses"], 12);
    let clear = &shown["answers"]["report_is_clear"];
    assert_eq!(clear["disagree"], "c");
    // The whole is known, so that one more must be hidden.
    assert_eq!(clear["agree"], "c");
    assert!(!shown.to_string().contains("Comment"));
    let wrong = json!({
        "wave": "first", "respondent": "parent",
        "answers": { "benefits_outweighed_burden": "agree" },
    });
    let wrong = script
        .post(&script.officer, "survey-responses", wrong)
        .await;
    Script::refused(&wrong, "7");
    // Novelty and cost reach the ledger of value.
    let draft = script.get(&script.officer, "/report").await.value();
    let unknown = json!({ "patterns": { "patterns.none": "new" } });
    let put = async |key: &str, what: &str, value: &Value| {
        let path = format!("/v1/inspections/{}/{what}", script.id);
        let put = script.app.ask(actix_web::http::Method::PUT, &path);
        put.key(key).header("if-match", "\"0\"").json(value).await
    };
    Script::refused(&put(&script.leader, "pattern-novelty", &unknown).await, "7");
    if let Some(first) = draft["patterns"]["key"][0]["statement"]["id"].as_str() {
        let new = json!({ "patterns": { first: "new" } });
        assert_eq!(
            put(&script.leader, "pattern-novelty", &new).await.status,
            204
        );
    }
    let cost = json!({ "pence": 1_250_000 });
    assert_eq!(put(&script.officer, "cost", &cost).await.status, 204);
    let late = put(&script.officer, "cost", &cost).await;
    late.problem("stale-revision");
    assert_eq!(late.header("etag"), "\"1\"");
    let value = script.get(&script.leader, "/value").await.value();
    assert_eq!(value["cost_pence"], 1_250_000);
    assert_eq!(value["revisions"]["cost"], 1);
    assert_eq!(value["first_survey_responses"], 12);
    // One inspection is too few to be shown in any group.
    let view = script
        .app
        .get("/v1/oversight")
        .key(&script.officer)
        .send()
        .await
        .value();
    assert_eq!(view["lines"][0]["inspections"], "c");
    assert!(!view.to_string().contains("1250000"), "{view}");
}
