//! The life of an inspection over REST: who may do what, and what stands in
//! the way.

use chrono::TimeDelta;
use group_inspection_store::actor::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::script::Script;

#[actix_web::test]
async fn dr_12_to_dr_20_nobody_works_before_interests_are_decided() {
    let script = Script::new().await;
    let cast = script.app.cast().await;
    let notify = json!({
        "action": "notify", "wellbeing_contact": "The chair",
        "membership_as_at": script.today(),
    });
    Script::taken(&script.act(&script.officer, notify).await, "notified");
    // Role and state are told apart.
    let wrong = script
        .act(&script.lead, json!({ "action": "open_evidence" }))
        .await;
    assert_eq!(wrong.problem("forbidden")["rule"], "11");
    Script::taken(&script.name_team().await, "notified");
    let plan = json!({
        "action": "schedule", "fieldwork": { "first": "2026-10-01", "last": "2026-10-02" },
    });
    // DR-15: declared and decided first.
    Script::refused(&script.act(&script.officer, plan.clone()).await, "DR-15");
    let draft = script.get(&script.lead, "/submissions").await;
    assert_eq!(draft.problem("forbidden")["rule"], "DR-15");
    // DR-16: neither the declarant nor the lead decides, nor anybody without
    // the office.
    script
        .post(&script.lead, "declarations", json!({ "interests": [] }))
        .await;
    let decision = format!("conflicts/{}/decision", cast.lead);
    let clear = json!({ "ruling": { "ruling": "clear" }, "reasons": "Nothing" });
    for key in [&script.lead, &script.officer, &script.assurer] {
        let answer = script.post(key, &decision, clear.clone()).await;
        answer.problem("forbidden");
    }
    script.declare_and_clear().await;
    assert_eq!(script.get(&script.lead, "/submissions").await.status, 200);
    // DR-35: the body sees categories, the officer nothing, strangers nothing.
    let seen = script.get(&script.leader, "/conflicts").await.items();
    assert_eq!(seen[0]["categories"], json!([]));
    assert!(seen[0].get("declaration").is_none(), "{seen}");
    let own = script.get(&script.lead, "/conflicts").await.items();
    let full = own
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one.get("declaration").is_some())
        .count();
    assert_eq!(full, 1, "{own}");
    script
        .get(&script.officer, "/conflicts")
        .await
        .problem("not-found");
    // DR-19: one objection, in the window; it must be settled.
    let objection = json!({ "person_id": cast.author, "reasons": "Once our consultant." });
    let made = script
        .post(&script.leader, "objections", objection.clone())
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    Script::refused(
        &script.post(&script.leader, "objections", objection).await,
        "DR-19",
    );
    script.let_run("objection").await;
    Script::refused(&script.act(&script.officer, plan.clone()).await, "DR-19");
    let settle = format!("objections/{}/outcome", made.id("id"));
    let outcome = json!({ "outcome": "not_upheld", "reasons": "There was no contract." });
    let settled = script.post(&script.decider, &settle, outcome.clone()).await;
    assert_eq!(settled.value()["outcome"], "not_upheld");
    Script::refused(
        &script.post(&script.decider, &settle, outcome).await,
        "DR-19",
    );
    Script::taken(&script.act(&script.officer, plan).await, "scheduled");
}

#[actix_web::test]
async fn dr_17_a_new_post_takes_access_away_at_once() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let cast = script.app.cast().await;
    let stated = script
        .finding(&script.inspector, "Absence fell after January.", None)
        .await;
    assert_eq!(stated.status, 201, "{stated:?}");
    let path = format!("/v1/people/{}", cast.author);
    let person = script.app.get(&path).key(&script.officer).send().await;
    let mut changed = person.value();
    let revision = person.header("etag").to_owned();
    let record = changed.as_object_mut().unwrap();
    record.remove("id");
    record.remove("revision");
    changed["posts"] = json!([{
        "id": Uuid::now_v7(), "at": { "type": "school", "id": crate::test_app::SCHOOLS[0] },
        "capacity": "governor", "level": "leadership", "from": "2025-09-01", "to": null,
    }]);
    let put = || {
        script
            .app
            .ask(actix_web::http::Method::PUT, &path)
            .key(&script.officer)
            .header("if-match", &revision)
    };
    let answer = put().json(&changed).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    put().json(&changed).await.problem("stale-revision");
    let refused = script
        .finding(&script.inspector, "Absence fell again.", None)
        .await;
    assert_eq!(refused.problem("forbidden")["rule"], "DR-14");
    let read = script.get(&script.inspector, "/submissions").await;
    assert_eq!(read.problem("forbidden")["rule"], "DR-14");
    // DR-14: a bar cannot be decided away.
    Script::refused(&script.clear(cast.author).await, "DR-14");
    let naming = script.name_team().await;
    Script::refused(&naming, "DR-14");
}

#[actix_web::test]
async fn dr_17_c11_c12_links_of_bodies_take_access_away() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let read = script.get(&script.officer, "").await.value();
    let body = read["body_id"].as_str().unwrap().to_owned();
    let cast = script.app.cast().await;
    let person = script
        .app
        .get(&format!("/v1/people/{}", cast.practitioner))
        .key(&script.officer)
        .send()
        .await
        .value();
    let own = person["posts"][0]["at"]["id"].clone();
    let add = async |what: &str, link: Value, once: &str| {
        let answer = script
            .app
            .post(&format!("/v1/{what}"))
            .key(&script.officer)
            .once(once)
            .json(&link)
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id("id")
    };
    let rescreen = async || {
        script
            .app
            .store
            .store
            .write(
                &group_inspection_store::Actor::system("worker"),
                group_inspection_store::people::rerun_all,
            )
            .await
            .unwrap()
    };
    let hub = json!({ "form": "teaching_school_hub", "members": [
        { "type": "body", "id": body }, { "type": "body", "id": own },
    ]});
    let hub = add("partnerships", hub, "hub").await;
    rescreen().await;
    let locked = script.get(&script.practitioner, "/evidence").await;
    assert_eq!(locked.problem("forbidden")["rule"], "DR-17", "C12 refers");
    let path = format!("/v1/partnerships/{hub}");
    let gone = script.app.ask(actix_web::http::Method::DELETE, &path);
    assert_eq!(gone.key(&script.officer).send().await.status, 204);
    rescreen().await;
    script.clear(cast.practitioner).await;
    let open = script.get(&script.practitioner, "/evidence").await;
    assert_eq!(open.status, 200, "{open:?}");
    let bid = json!({ "by": own, "concerning": { "type": "body", "id": body } });
    add("transfers", bid, "bid").await;
    rescreen().await;
    let barred = script.get(&script.practitioner, "/evidence").await;
    assert_eq!(barred.problem("forbidden")["rule"], "DR-14", "C11 bars");
    let listed = script.app.get("/v1/transfers").key(&script.officer);
    assert_eq!(listed.send().await.items()[0]["by"], own);
}

#[actix_web::test]
async fn dr_18_what_a_mitigation_forbids_is_refused() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let cast = script.app.cast().await;
    let limited = json!({
        "ruling": { "ruling": "clear_with", "mitigations": [{
            "type": "no_access_to_evidence", "evidence": [script.evidence().await],
        }] },
        "reasons": "The item was written by a friend.",
    });
    let decided = script
        .post(
            &script.decider,
            &format!("conflicts/{}/decision", cast.author),
            limited,
        )
        .await;
    assert_eq!(decided.status, 201, "{decided:?}");
    let refused = script
        .finding(&script.inspector, "Absence fell.", None)
        .await;
    assert_eq!(refused.problem("forbidden")["rule"], "DR-18");
    let other = script.finding(&script.lead, "Absence fell.", None).await;
    assert_eq!(other.status, 201, "{other:?}");
}

#[actix_web::test]
async fn dr_23_to_dr_38_the_whole_way_to_the_public_and_beyond() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    // DR-37: a pause stops the clocks; nobody decides on their own request.
    let hold = Uuid::now_v7();
    let ask = json!({
        "action": "request_hold", "hold": hold, "kind": "pause",
        "requester": "responsible_body", "reason": "A fire",
    });
    Script::taken(&script.act(&script.leader, ask).await, "fieldwork");
    let grant = json!({
        "action": "decide_hold", "hold": hold, "reason": "Needed",
        "answer": { "granted": { "review_on": "2026-10-05" } },
    });
    Script::taken(&script.act(&script.decider, grant).await, "fieldwork");
    let clocks = script.get(&script.leader, "/clocks").await.items();
    assert!(
        clocks
            .as_array()
            .unwrap()
            .iter()
            .any(|clock| clock["state"]["state"] == "stopped"),
        "{clocks}"
    );
    let heard = json!({ "action": "record_provisional", "findings": [hold] });
    Script::refused(&script.act(&script.lead, heard).await, "DR-25");
    let resume = json!({ "action": "resume", "hold": hold, "decision": "Open again" });
    Script::taken(&script.act(&script.officer, resume).await, "fieldwork");
    // DR-03, DR-11: a finding keeps to the language and rests on evidence.
    let verdict = script
        .finding(&script.inspector, "The group is outstanding.", None)
        .await;
    Script::refused(&verdict, "DR-03");
    let stated = script
        .finding(&script.inspector, "Absence fell after January.", None)
        .await;
    let heard = json!({ "action": "record_provisional", "findings": [stated.id("id")] });
    Script::taken(&script.act(&script.lead, heard).await, "provisional");
    // DR-25: what is new after feedback needs a reason and evidence.
    let late = script
        .finding(&script.inspector, "Absence rose in May.", None)
        .await;
    Script::refused(&late, "DR-25");
    let reason = json!({ "text": "Seen in the register", "evidence": script.evidence().await });
    let late = script
        .finding(&script.inspector, "Absence rose in May.", Some(reason))
        .await;
    assert_eq!(late.status, 201, "{late:?}");
    let call = json!({ "action": "record_next_day_call", "note": "Nothing" });
    Script::taken(&script.act(&script.lead, call).await, "provisional");
    script.compiled().await;
    // DR-27: who assures is nobody of the team.
    Script::taken(&script.versioned(&script.lead, "send_to_qa", 1).await, "qa");
    let back = json!({ "action": "return_from_qa", "reasons": ["Say which January."] });
    Script::taken(&script.act(&script.assurer, back).await, "drafting");
    script.edits_the_draft().await;
    // DR-28: what was signed off or sent is the newest version.
    let stale = script.versioned(&script.lead, "send_to_qa", 1).await;
    Script::refused(&stale, "DR-28");
    Script::taken(&script.versioned(&script.lead, "send_to_qa", 2).await, "qa");
    Script::taken(
        &script.versioned(&script.assurer, "sign_off", 2).await,
        "qa",
    );
    // The body has no draft before it is delivered, nor what is said of it.
    for (key, knows) in [(&script.assurer, true), (&script.leader, false)] {
        let events = script.get(key, "/events").await;
        assert!(events.text().contains("return_from_qa"));
        assert_eq!(events.text().contains("which January"), knows);
    }
    script
        .get(&script.leader, "/report")
        .await
        .problem("not-found");
    let sent = script
        .versioned(&script.lead, "send_for_factual_accuracy", 2)
        .await;
    Script::taken(&sent, "factual_accuracy");
    let draft = script.get(&script.leader, "/report").await.value();
    // DR-24: each point is answered before publication.
    let point = json!({
        "place": { "block": draft["summary"][0]["id"] },
        "quote": draft["summary"][0]["text"], "claim": "There are five schools.",
    });
    let made = script
        .post(&script.leader, "factual-accuracy/points", point)
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let close = json!({ "action": "close_factual_accuracy" });
    Script::taken(&script.act(&script.leader, close).await, "responding");
    Script::refused(
        &script.versioned(&script.officer, "embargo", 2).await,
        "DR-26",
    );
    let point = made.value()["point"]["id"].as_str().unwrap().to_owned();
    let reply = json!({ "decision": "rejected", "reason": "Four were open on the day." });
    let replied = script
        .post(
            &script.inspector,
            &format!("factual-accuracy/points/{point}/reply"),
            reply,
        )
        .await;
    assert_eq!(replied.status, 201, "{replied:?}");
    // DR-38: a complaint holds publication until it is decided.
    let complaint = Uuid::now_v7();
    let lodge = json!({ "action": "lodge_complaint", "hold": complaint, "reason": "Unfair" });
    Script::taken(&script.act(&script.leader, lodge).await, "responding");
    Script::refused(
        &script.versioned(&script.officer, "embargo", 2).await,
        "DR-37",
    );
    let decided = json!({ "action": "resume", "hold": complaint, "decision": "Not upheld" });
    script
        .act(&script.officer, decided.clone())
        .await
        .problem("forbidden");
    Script::taken(&script.act(&script.decider, decided).await, "responding");
    Script::taken(
        &script.versioned(&script.officer, "embargo", 2).await,
        "embargoed",
    );
    let early = script.versioned(&script.officer, "publish", 2).await;
    Script::refused(&early, "9.5");
    script.let_run("embargo").await;
    script.let_run("complaint").await;
    let released = script
        .versioned(&script.officer, "release_to_statutory", 2)
        .await;
    Script::taken(&released, "embargoed");
    let begun = script.versioned(&script.officer, "publish", 2).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    script
        .published(2, json!({ "action": "publish", "report_version": 2 }))
        .await;
    // DR-31: once, every recommendation.
    let response = json!({ "paragraphs": ["Thank you."], "answers": { "99": {
        "intent": "act", "steps": "None",
    } } });
    Script::refused(
        &script.post(&script.leader, "response", response).await,
        "DR-31",
    );
    let answers: serde_json::Map<String, Value> = draft["recommendations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let answer = json!({ "intent": "act", "steps": "The board plans it." });
            (one["number"].to_string(), answer)
        })
        .collect();
    let response = json!({ "paragraphs": ["Thank you."], "answers": answers });
    let given = script
        .post(&script.leader, "response", response.clone())
        .await;
    assert_eq!(given.status, 201, "{given:?}");
    Script::refused(
        &script.post(&script.leader, "response", response).await,
        "DR-31",
    );
    let public = given.header("location").to_owned();
    let read = script.app.get(&public).send().await.value();
    assert_eq!(read["paragraphs"][0], "Thank you.");
    let page = script
        .app
        .get(&public)
        .header("accept", "text/html")
        .send()
        .await;
    assert!(page.text().contains("<p>Thank you.</p>"));
    // DR-30: a correction is a later version, signed off, with a note.
    script.let_run("response").await;
    let follow = json!({ "action": "start_follow_up" });
    Script::taken(&script.act(&script.officer, follow).await, "follow_up");
    let note = |version: u32| json!({ "action": "correct", "report_version": version, "note": "A date was wrong." });
    let same = script.act(&script.officer, note(2)).await;
    Script::refused(&same, "DR-30");
    script.corrected().await;
    let changes = format!("{}/v3/changes", public.trim_end_matches("/response"));
    let page = script.app.get(&changes).send().await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("<del>February</del>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("<ins>March</ins>"));
    let first = script
        .app
        .get(&changes.replace("/v3/", "/v2/"))
        .send()
        .await;
    assert_eq!(first.status, 404, "nothing was published before it");
    // DR-32: "met" needs evidence that was sent, and a decision.
    let followed = script.get(&script.integrator, "/recommendations").await;
    if let Some(first) = followed.items()[0]["id"].as_str() {
        let steps = format!("recommendations/{first}/steps");
        let met = json!({ "kind": "meet", "evidence": [script.evidence().await], "decision": {
            "inspector": script.app.cast().await.author, "reason": "Seen",
        } });
        Script::refused(&script.post(&script.inspector, &steps, met).await, "DR-32");
    }
    let withdraw = json!({ "action": "withdraw", "reason": "It named the wrong school." });
    Script::taken(&script.act(&script.decider, withdraw).await, "withdrawn");
    // What was withdrawn shows in no comparison either.
    let gone = script.app.get(&changes).send().await;
    assert_eq!(gone.status, 410);
    assert!(!gone.text().contains("March"));
    let events = script.get(&script.leader, "/events").await.items();
    let last = events.as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "decision_maker");
    assert_eq!(last["action"]["action"], "withdraw");
}

#[actix_web::test]
async fn what_is_overdue_is_found_and_noted_once() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let ask = async || {
        let found = script.app.get("/v1/overdue").key(&script.officer).send();
        found.await.items().as_array().unwrap().len()
    };
    assert_eq!(ask().await, 0);
    // Fieldwork was to end the next day.
    script.app.store.clock.advance(TimeDelta::days(12));
    assert!(ask().await > 0);
    let note = async || {
        script
            .app
            .store
            .store
            .write(
                &group_inspection_store::Actor::system("worker"),
                group_inspection_store::lifecycle::note_overdue,
            )
            .await
            .unwrap()
    };
    assert_eq!(note().await, ask().await);
    assert_eq!(note().await, 0);
    let other = script.app.body(&script.officer, "Other", &[]).await;
    let other = script.app.key_for(&[Scope::Admin], Some(other)).await;
    let hidden = script.app.get("/v1/overdue").key(&other).send().await;
    assert_eq!(hidden.items(), json!([]));
}

#[actix_web::test]
async fn a_key_lists_what_its_role_may_do_and_what_stands_in_the_way() {
    let script = Script::new().await;
    let allowed = script.get(&script.officer, "/actions").await.items();
    let of = |name: &str| {
        allowed
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["action"] == name)
            .cloned()
    };
    assert_eq!(of("notify").unwrap()["possible"], true);
    let open = of("open_evidence").unwrap();
    assert_eq!(open["possible"], false);
    assert_eq!(open["refusal"]["code"], "wrong-state");
    assert!(of("sign_off").is_none(), "not for this role");
    assert!(of("compile_done").is_none(), "for jobs alone");
    let roleless = script
        .app
        .get(&format!("/v1/inspections/{}/actions", script.id));
    roleless
        .key("gik_none")
        .send()
        .await
        .problem("unauthenticated");
    let schema = script.app.get("/schemas/action-1.json").send().await;
    assert!(schema.text().contains("wellbeing_contact"));
    let proposals = script.get(&script.officer, "/team-proposals").await;
    assert_eq!(proposals.status, 200, "{proposals:?}");
    assert!(proposals.value()["teams"].is_array());
}
