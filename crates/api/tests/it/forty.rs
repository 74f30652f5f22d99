//! A scripted inspection of a group of 40 schools over two terms: every state,
//! with a pause, an objection, a new conflict midway, a complaint, a
//! correction and a withdrawal.

use std::collections::BTreeSet;

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::{RunQueryDsl, sql_query};
use group_inspection_core::{
    inspection::{ActionKind, State},
    notice::{BESIDE_STEPS, Circle, EVIDENCE_REQUESTED, OBJECTION_SETTLED, Stage, Telling},
    outcome::{Area, AreaOutcome, AreaResult, Framework, InspectionEvent, PublishedOutcome},
};
use group_inspection_store::{Actor, Clock, actor::Scope, notifications, reports};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    script::Script,
    test_app::{Answer, TestApp},
};

const FIRST: u32 = 900_201;
const SCHOOLS: u32 = 40;

fn schools() -> Vec<u32> {
    (FIRST..FIRST + SCHOOLS).collect()
}

/// A report card of a school; every third one has attendance to attend to.
fn card(urn: u32) -> PublishedOutcome {
    let n = urn - FIRST;
    let started = match n % 4 {
        0 => "2026-02-03",
        1 => "2026-05-12",
        2 => "2025-11-18",
        _ => "2026-06-23",
    };
    let attendance = if n.is_multiple_of(3) {
        AreaOutcome::NeedsAttention
    } else {
        AreaOutcome::ExpectedStandard
    };
    let result = |area, outcome| AreaResult {
        area,
        outcome,
        dated: None,
    };
    let started: chrono::NaiveDate = started.parse().unwrap();
    PublishedOutcome {
        inspection_number: format!("104{urn}"),
        event: InspectionEvent::Full,
        framework: Framework::ReportCard,
        urn: urn.to_string().parse().unwrap(),
        urn_at_time: urn.to_string().parse().unwrap(),
        started,
        ended: started.succ_opt(),
        published: started.checked_add_days(chrono::Days::new(30)),
        inspection_type: None,
        concern: None,
        text_outcome: None,
        areas: vec![
            result(Area::Inclusion, AreaOutcome::ExpectedStandard),
            result(Area::CurriculumAndTeaching, AreaOutcome::StrongStandard),
            result(Area::AttendanceAndBehaviour, attendance),
            result(Area::LeadershipAndGovernance, AreaOutcome::ExpectedStandard),
        ],
    }
}

/// Forty open schools in two places; three in four have a report card.
async fn register(app: &TestApp) {
    let file = Uuid::from_u128(40);
    app.store
        .store
        .write(&Actor::operator("test"), move |tx| {
            let connection = tx.connection();
            sql_query(format!(
                "INSERT INTO register_import (id, state, requested_by, created_at) \
                 VALUES ('{file}', 'done', 'test', '2026-09-01')"
            ))
            .execute(connection)?;
            sql_query(format!(
                "INSERT INTO register_file (id, import_id, position, file_name, layout, as_at, \
                                            sha256, state) \
                 VALUES ('{file}', '{file}', 0, 'cards.csv', 'ofsted_report_card_grade', \
                         '2026-08-31', '{}', 'done')",
                "ab".repeat(32)
            ))
            .execute(connection)?;
            for urn in schools() {
                let (phase, place) = match urn % 5 {
                    0 => ("Secondary", "Camden"),
                    1 | 2 => ("Primary", "Camden"),
                    _ => ("Primary", "Devon"),
                };
                sql_query(format!(
                    "INSERT INTO establishment_version (urn, as_at, digest, name, status, phase, \
                                                        type_name, la_name, pupils) \
                     VALUES ({urn}, '2020-09-01', '{}', 'School {urn}', 1, '{phase}', \
                             'Other independent school', '{place}', {})",
                    Uuid::nil(),
                    150 + (urn - FIRST) * 20,
                ))
                .execute(connection)?;
                if (urn - FIRST) % 4 == 3 {
                    continue;
                }
                let card = card(urn);
                sql_query(format!(
                    "INSERT INTO published_outcome (urn, inspection_number, event, layout, as_at, \
                       file_id, digest, urn_at_time, framework, started, content) \
                     VALUES ({urn}, '{}', 'full', 'ofsted_report_card_grade', '2026-08-31', \
                             '{file}', '{}', {urn}, 'report_card', '{}', '{}')",
                    card.inspection_number,
                    Uuid::nil(),
                    card.started,
                    serde_json::to_string(&card).unwrap(),
                ))
                .execute(connection)?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

/// The script with what it has seen.
struct Forty {
    script: Script,
    seen: BTreeSet<State>,
}

impl std::ops::Deref for Forty {
    type Target = Script;

    fn deref(&self) -> &Script {
        &self.script
    }
}

impl Forty {
    /// Looks which state the inspection is in.
    async fn is(&mut self, state: State) {
        let read = self.get(&self.officer, "").await.value();
        assert_eq!(read["state"], state.code(), "{read}");
        self.seen.insert(state);
    }

    async fn step(&mut self, key: &str, action: Value, state: State) {
        let key = key.to_owned();
        let answer = self.act(&key, action).await;
        assert!(matches!(answer.status, 201 | 202), "{answer:?}");
        self.is(state).await;
    }

    async fn sent(&self, what: &str, key: &str, body: Value) -> Answer {
        let answer = self.post(key, what, body).await;
        assert_eq!(answer.status, 201, "{what}: {answer:?}");
        answer
    }

    async fn put(&self, key: &str, path: &str, etag: Option<&str>, body: Value) -> Answer {
        let mut ask = self.app.ask(Method::PUT, path).key(key);
        if let Some(etag) = etag {
            ask = ask.header("if-match", etag);
        }
        ask.json(&body).await
    }
}

/// Two items for each of the schools, and a weakness with an action.
fn evidence() -> Value {
    let mut items: Vec<Value> = schools()
        .iter()
        .flat_map(|urn| {
            let fell = urn.is_multiple_of(2);
            let item = |kind: &str, n: u32, theme: &str, bearing: &str| {
                json!({
                    "type": "evidence", "ref": format!("{kind}-{urn}"), "evidence_type": kind,
                    "title": format!("Attendance, school {n}"),
                    "text": "Absence by year group, with what was done about it.",
                    "source": "Group attendance team", "schools": [urn], "themes": [theme],
                    "bearing": bearing, "effective_from": "2026-01-05",
                    "effective_to": "2026-07-21", "normal_business": true, "minutes": 3,
                })
            };
            [
                item(
                    "data",
                    *urn,
                    "attendance_and_behaviour",
                    if fell { "strength" } else { "weakness" },
                ),
                item("document", *urn, "curriculum_and_teaching", "strength"),
            ]
        })
        .collect();
    items.push(json!({
        "type": "weakness", "ref": "absence", "statement": "Persistent absence was high.",
        "theme": "attendance_and_behaviour", "source": "group_review",
        "identified_by": "group_before_inspection", "reach": "several_schools",
        "schools": [FIRST, FIRST + 3], "first_known": "2026-01-12",
        "evidence": [format!("data-{FIRST}")],
    }));
    items.push(json!({
        "type": "action", "weakness": "absence", "kind": "attendance_or_behaviour",
        "description": "Each school calls home on the first day of absence.",
        "started": "2026-02-02", "impact": "evidence_of_impact",
        "impact_basis": [format!("data-{FIRST}")],
    }));
    json!({ "items": items })
}

/// What the body is to be told of a history.
fn to_the_body(events: &Value) -> Vec<String> {
    let mut stage = Stage::default();
    let mut told = Vec::new();
    for event in events.as_array().unwrap() {
        let code = event["action"]["action"].as_str().unwrap();
        let kind = ActionKind::ALL.into_iter().find(|kind| kind.code() == code);
        let kind = kind.unwrap();
        if let Telling::Of(occasions) = Telling::of(kind, stage) {
            let of_body = occasions
                .iter()
                .filter(|occasion| occasion.circles().contains(&Circle::Body));
            told.extend(of_body.map(|occasion| occasion.event().to_owned()));
        }
        stage.public |= kind == ActionKind::Publish;
    }
    told
}

#[actix_web::test]
async fn a_group_of_forty_schools_goes_through_every_state() {
    let app = Script::app().await;
    register(&app).await;
    let script = Script::of(app, "Fortyfold Schools", &schools()).await;
    let mut forty = Forty {
        script,
        seen: BTreeSet::new(),
    };
    let [
        officer,
        lead,
        inspector,
        practitioner,
        assurer,
        decider,
        leader,
        integrator,
    ] = [
        &forty.officer,
        &forty.lead,
        &forty.inspector,
        &forty.practitioner,
        &forty.assurer,
        &forty.decider,
        &forty.leader,
        &forty.integrator,
    ]
    .map(String::clone);
    let cast = forty.app.cast().await;
    forty.is(State::Draft).await;
    let body: Uuid = {
        let read = forty.get(&officer, "").await.value();
        read["body_id"].as_str().unwrap().parse().unwrap()
    };
    let hooked = forty
        .app
        .post(&format!("/v1/bodies/{body}/webhook-endpoints"))
        .key(&forty.app.key(&[Scope::Admin]).await)
        .once("hook")
        .json(&json!({ "url": "https://hooks.example.org/" }))
        .await;
    assert_eq!(hooked.status, 201, "{hooked:?}");
    let endpoint = hooked.id("id");

    // The batch stage: two terms, a sample with reasons.
    let terms = json!({ "terms": [
        { "name": "Spring 2026", "first": "2026-01-05", "last": "2026-03-27" },
        { "name": "Summer 2026", "first": "2026-04-13", "last": "2026-07-21" },
    ]});
    let set = forty
        .put(&officer, "/v1/school-terms", Some("\"0\""), terms)
        .await;
    assert_eq!(set.status, 200, "{set:?}");

    // Notice; the team; an objection that is upheld in part: it is settled.
    let notify = json!({
        "action": "notify", "wellbeing_contact": "The chair", "membership_as_at": forty.today(),
    });
    forty.step(&officer, notify, State::Notified).await;
    Script::taken(&forty.name_team().await, "notified");
    let author = json!({ "person_id": cast.author, "reason": "Free" });
    let path = format!("/v1/inspections/{}/author", forty.id);
    let seen = forty.get(&officer, "").await.header("etag").to_owned();
    let appointed = forty.put(&officer, &path, Some(&seen), author).await;
    assert_eq!(appointed.status, 204);
    let objection = json!({ "person_id": cast.author, "reasons": "Once our consultant." });
    let objected = forty.sent("objections", &leader, objection).await.id("id");
    let outcome = json!({ "outcome": "not_upheld", "reasons": "There was no contract." });
    forty
        .sent(&format!("objections/{objected}/outcome"), &decider, outcome)
        .await;
    forty.declare_and_clear().await;
    forty.let_run("objection").await;
    let plan = json!({
        "action": "schedule", "fieldwork": { "first": "2026-10-05", "last": "2026-10-09" },
    });
    forty.step(&officer, plan, State::Scheduled).await;
    let drawn = forty
        .sent("sample", &officer, json!({ "wanted": 8, "seed": "forty" }))
        .await
        .value();
    assert_eq!(drawn["chosen"].as_array().unwrap().len(), 8);
    let batch = forty.get(&lead, "/batch").await.value();
    assert_eq!(batch["counted"].as_array().unwrap().len(), 20);
    assert_eq!(batch["not_counted"][0]["why"], "before_window");

    // Evidence of forty schools; one request, answered; a file.
    let open = json!({ "action": "open_evidence" });
    forty.step(&officer, open, State::EvidenceOpen).await;
    let received = forty.sent("submissions", &integrator, evidence()).await;
    assert_eq!(received.value()["accepted"], 82, "{received:?}");
    let request = json!({
        "purpose": "To see how the board follows up weaknesses.", "basis": "normal_business",
        "material": "board_minutes", "period": { "from": "2026-01-01", "to": "2026-07-31" },
        "addressee": { "kind": "centre" }, "expected_minutes": 20,
    });
    let request = forty
        .sent("evidence-requests", &lead, request)
        .await
        .id("id");
    let minutes = json!({ "items": [{
        "type": "evidence", "ref": "minutes", "evidence_type": "document",
        "title": "Board minutes", "text": "What the board decided on absence.",
        "source": "Governance professional", "schools": [],
        "themes": ["leadership_and_governance"], "bearing": "context",
        "effective_from": "2026-01-01", "effective_to": "2026-07-31",
        "normal_business": true, "minutes": 20,
    }]});
    let minutes = forty
        .sent("submissions", &integrator, minutes)
        .await
        .value();
    let minutes = minutes["items"][0]["id"].clone();
    forty
        .sent(
            &format!("evidence-requests/{request}/answer"),
            &integrator,
            json!({ "evidence": [minutes] }),
        )
        .await;
    let weaknesses = forty.get(&lead, "/weaknesses").await.value();
    assert_eq!(weaknesses["derived"].as_array().unwrap().len(), 10);
    assert!(!weaknesses["recurrences"].as_array().unwrap().is_empty());
    let done = json!({ "action": "declare_evidence_complete" });
    forty.step(&leader, done, State::EvidenceOpen).await;

    // Fieldwork, a pause, and a new conflict midway.
    let first: DateTime<Utc> = "2026-10-05T09:00:00Z".parse().unwrap();
    let ahead = first - forty.app.store.clock.now();
    forty.app.store.clock.advance(ahead);
    let start = json!({ "action": "start_fieldwork" });
    forty.step(&lead, start, State::Fieldwork).await;
    let hold = Uuid::from_u128(1);
    let pause = json!({
        "action": "request_hold", "hold": hold, "kind": "pause",
        "requester": "responsible_body", "reason": "A flood",
    });
    forty.step(&leader, pause, State::Fieldwork).await;
    let grant = json!({
        "action": "decide_hold", "hold": hold, "reason": "Needed",
        "answer": { "granted": { "review_on": "2026-10-06" } },
    });
    forty.step(&decider, grant, State::Fieldwork).await;
    let ask = json!({
        "purpose": "More", "basis": "normal_business", "material": "risk_register",
        "period": { "from": "2026-01-01", "to": "2026-07-31" },
        "addressee": { "kind": "centre" }, "expected_minutes": 5,
    });
    let refused = forty.post(&lead, "evidence-requests", ask).await;
    Script::refused(&refused, "DR-20");
    let resume = json!({ "action": "resume", "hold": hold, "decision": "Open again" });
    forty.step(&officer, resume, State::Fieldwork).await;
    let seen = json!({ "items": [{
        "type": "evidence", "ref": "visit", "evidence_type": "visit",
        "title": "Visit to a school", "text": "First-day calls are made by a clerk.",
        "source": "Inspection team", "schools": [FIRST],
        "themes": ["attendance_and_behaviour"], "bearing": "strength",
        "effective_from": "2026-10-05", "effective_to": "2026-10-05",
        "normal_business": true, "minutes": 0,
    }]});
    let seen = forty.sent("submissions", &practitioner, seen).await.value();
    let visit: Uuid = seen["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let friend = json!({ "interests": [{
        "id": Uuid::from_u128(3), "detail": "We trained together.",
        "kind": { "type": "relationship", "nature": "friendship",
                  "at": { "type": "body", "id": body } },
    }]});
    let declared = forty.sent("declarations", &practitioner, friend).await;
    assert!(declared.text().contains("C08"), "{declared:?}");
    // DR-17: access is gone at once.
    let locked = forty.get(&practitioner, "/evidence").await;
    assert_eq!(locked.problem("forbidden")["rule"], "DR-17");
    let with = json!({
        "ruling": { "ruling": "clear_with", "mitigations": [{ "type": "not_sole_author" }] },
        "reasons": "Others write what rests on it.",
    });
    let decision = format!("conflicts/{}/decision", cast.practitioner);
    forty.sent(&decision, &decider, with).await;
    assert_eq!(forty.get(&practitioner, "/evidence").await.status, 200);
    // DR-12: nothing rests on what the person referred wrote alone.
    let content = |statement: &str, evidence: Value| {
        json!({ "content": {
            "section": "response", "theme": "attendance_and_behaviour", "bearing": "context",
            "statement": statement, "schools": [], "evidence": evidence,
        }})
    };
    let alone = content("A clerk calls home on the first day.", json!([visit]));
    Script::refused(&forty.post(&inspector, "findings", alone).await, "DR-12");
    let both = content(
        "A clerk calls home on the first day.",
        json!([visit, minutes]),
    );
    let stated = forty.sent("findings", &inspector, both).await.id("id");
    let central = json!({ "holdings": [{
        "function": "attendance", "held_by": "shared", "evidence": [minutes],
    }]});
    let path = format!("/v1/inspections/{}/central-functions", forty.id);
    let kept = forty.put(&lead, &path, Some("\"0\""), central).await;
    assert_eq!(kept.status, 200);
    let urgent = json!({
        "kind": "health_and_safety", "summary": "A fire door is wedged open.",
        "schools": [FIRST], "concerns_body_leaders": false,
        "noticed_at": forty.app.store.clock.now(),
    });
    forty.sent("urgent-matters", &inspector, urgent).await;
    let meeting = json!({ "kind": "meeting", "attendees": 5, "minutes": 45 });
    forty.sent("burden-entries", &lead, meeting).await;

    // Feedback; a compilation that fails, and one that does not.
    let heard = json!({ "action": "record_provisional", "findings": [stated] });
    forty.step(&lead, heard, State::Provisional).await;
    let call = json!({ "action": "record_next_day_call", "note": "Nothing" });
    forty.step(&lead, call, State::Provisional).await;
    let compile = json!({ "action": "compile" });
    forty.step(&lead, compile.clone(), State::Compiling).await;
    let id = forty.id;
    forty
        .app
        .store
        .store
        .write(&Actor::system("worker"), move |tx| {
            reports::compilation_failed(tx, id, "the disk was full")
        })
        .await
        .unwrap();
    forty.is(State::CompileFailed).await;
    forty.app.settle_jobs().await;
    forty.step(&lead, compile, State::Compiling).await;
    forty.keep_compiled().await;
    forty.is(State::Drafting).await;
    let draft = forty.get(&lead, "/report").await;
    assert_eq!(draft.value()["front"]["open_schools"], 40);
    assert!(!draft.text().contains("fire door"));
    let listed = draft.value()["responses"]["weaknesses"].clone();
    assert!(listed.as_array().unwrap().len() > 8, "derived ones join");

    // Quality assurance sends it back; then the body checks it.
    let version = |name: &str, n: u32| json!({ "action": name, "report_version": n });
    forty.step(&lead, version("send_to_qa", 1), State::Qa).await;
    let back = json!({ "action": "return_from_qa", "reasons": ["Say who calls."] });
    forty.step(&assurer, back, State::Drafting).await;
    forty.step(&lead, version("send_to_qa", 1), State::Qa).await;
    forty
        .step(&assurer, version("sign_off", 1), State::Qa)
        .await;
    let deliver = version("send_for_factual_accuracy", 1);
    forty.step(&lead, deliver, State::FactualAccuracy).await;
    let close = json!({ "action": "close_factual_accuracy" });
    forty.step(&leader, close, State::Responding).await;
    let complaint = Uuid::from_u128(2);
    let lodge = json!({ "action": "lodge_complaint", "hold": complaint, "reason": "Unfair" });
    forty.step(&leader, lodge, State::Responding).await;
    let held = forty.act(&officer, version("embargo", 1)).await;
    Script::refused(&held, "DR-37");
    let decided = json!({ "action": "resume", "hold": complaint, "decision": "Not upheld" });
    forty.step(&decider, decided, State::Responding).await;
    forty
        .step(&officer, version("embargo", 1), State::Embargoed)
        .await;
    forty.let_run("embargo").await;
    forty.let_run("complaint").await;
    let release = version("release_to_statutory", 1);
    forty.step(&officer, release, State::Embargoed).await;
    let publish = version("publish", 1);
    let asked = forty.post(&officer, "publications", json!({})).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    forty.is(State::Embargoed).await;
    forty.published(1, publish).await;
    forty.is(State::Published).await;

    // The response, follow-up, a correction, the end, and a withdrawal.
    let report = draft.value();
    let answers: serde_json::Map<String, Value> = report["recommendations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let answer = json!({ "intent": "act", "steps": "The board plans it." });
            (one["number"].to_string(), answer)
        })
        .collect();
    assert!(!answers.is_empty());
    let response = json!({ "paragraphs": ["Thank you."], "answers": answers });
    forty.sent("response", &leader, response).await;
    forty.let_run("response").await;
    let known = forty.get(&leader, "/report").await.value();
    let known = known["patterns"]["key"][0]["statement"]["id"].clone();
    let known = json!({ "patterns": { known.as_str().unwrap(): "partly_new" } });
    let path = format!("/v1/inspections/{}/pattern-novelty", forty.id);
    let stated = forty.put(&leader, &path, Some("\"0\""), known).await;
    assert_eq!(stated.status, 204, "{stated:?}");
    let follow = json!({ "action": "start_follow_up" });
    forty.step(&officer, follow, State::FollowUp).await;
    let followed = forty.get(&integrator, "/recommendations").await.items();
    let first = followed[0]["id"].as_str().unwrap().to_owned();
    let steps = format!("recommendations/{first}/steps");
    forty
        .sent(
            &steps,
            &leader,
            json!({ "kind": "begin", "note": "Planned" }),
        )
        .await;
    forty
        .sent(
            &steps,
            &integrator,
            json!({ "kind": "submit_evidence", "evidence": [minutes] }),
        )
        .await;
    let met = json!({ "kind": "meet", "evidence": [minutes], "decision": {
        "inspector": cast.author, "reason": "Seen in the minutes",
    }});
    let met = forty.sent(&steps, &inspector, met).await;
    assert_eq!(met.value()["state"], "met");
    forty.app.store.clock.advance(TimeDelta::days(400));
    let last = json!({ "action": "record_follow_up", "point": "final" });
    // DR-20: a declaration counts for a year.
    let stale = forty.act(&inspector, last.clone()).await;
    assert_eq!(stale.problem("forbidden")["rule"], "DR-20");
    forty.declare_and_clear().await;
    forty.step(&inspector, last, State::FollowUp).await;
    let end = json!({ "action": "close" });
    forty.step(&officer, end, State::Closed).await;
    let edit = {
        let blocks = forty.get(&inspector, "/blocks?limit=100").await.items();
        let block = blocks
            .as_array()
            .unwrap()
            .iter()
            .find(|block| block["text"] == "A clerk calls home on the first day.")
            .unwrap()
            .clone();
        json!({
            "block": block["block"], "base": block["base"],
            "text": "In one school, a clerk calls home on the first day.",
            "reason": { "text": "It was seen in one school", "evidence": minutes },
        })
    };
    forty.sent("edits", &inspector, edit).await;
    let asked = forty.post(&officer, "compilations", json!({})).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    forty.keep_compiled().await;
    forty
        .step(&assurer, version("sign_off", 2), State::Closed)
        .await;
    let correct = json!({
        "action": "correct", "report_version": 2, "note": "It was seen in one school.",
    });
    forty.step(&officer, correct.clone(), State::Closed).await;
    forty.published(2, correct).await;
    forty.is(State::Closed).await;
    let report = forty.get(&officer, "").await.value()["report_id"].clone();
    let path = format!(
        "/v1/reports/{}/versions/2/withdrawal",
        report.as_str().unwrap()
    );
    let withdrawn = forty
        .app
        .post(&path)
        .key(&decider)
        .once("withdrawal")
        .json(&json!({ "reason": "A source was not genuine." }))
        .await;
    assert_eq!(withdrawn.status, 201, "{withdrawn:?}");
    forty.is(State::Withdrawn).await;

    let all: BTreeSet<State> = State::ALL.into_iter().collect();
    assert_eq!(forty.seen, all, "every state");
    // The whole of it is on record, and the chain that proves it holds.
    let events = forty.get(&leader, "/events?limit=100").await.items();
    assert!(events.as_array().unwrap().len() > 25);
    let (beside, told): (Vec<String>, Vec<String>) = forty
        .app
        .store
        .store
        .read(move |connection| {
            let everything = notifications::Filter {
                recipient: Some(endpoint),
                limit: 1_000,
                ..notifications::Filter::default()
            };
            notifications::deliveries(connection, &Actor::operator("test"), body, &everything)
        })
        .await
        .unwrap()
        .into_iter()
        .rev()
        .map(|delivery| delivery.event)
        .partition(|event| BESIDE_STEPS.contains(&event.as_str()));
    for (event, times) in [(OBJECTION_SETTLED, 1), (EVIDENCE_REQUESTED, 1)] {
        let told = beside.iter().filter(|told| *told == event).count();
        assert_eq!(told, times, "{event}");
    }
    assert_eq!(told, to_the_body(&events), "each step, and no other");
    let admin = forty.app.key(&[Scope::Admin]).await;
    let tombstone = forty
        .app
        .get(&format!(
            "/reports/{}",
            forty.get(&officer, "").await.value()["report_id"]
                .as_str()
                .unwrap()
        ))
        .send()
        .await;
    assert!(tombstone.text().contains("A source was not genuine."));
    let view = forty.app.get("/v1/oversight").key(&admin).send().await;
    assert_eq!(view.value()["lines"][0]["inspections"], 0, "none is public");
}
