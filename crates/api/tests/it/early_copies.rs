//! Who is given an early copy, and what its address leads to.

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, sql_query};
use group_inspection_core::body::BodyKind;
use group_inspection_store::{Actor, actor::Scope, notifications};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    script::Script,
    test_app::{Answer, SCHOOLS},
};

/// Offices, by the name their address has.
const OFFICES: [(&str, &str, Option<&str>); 7] = [
    ("diocese", "religious_authority", Some("CE23")),
    ("elsewhere", "religious_authority", Some("RC01")),
    ("faith", "religious_authority", Some("Quaker")),
    ("foundation", "foundation", Some("The Larch Foundation")),
    ("authority", "local_authority", Some("202")),
    ("region", "regions_group", None),
    ("head", "head_of_member_school", None),
];

/// A script of a body of `kind`: one school of a diocese, one of a faith
/// without a diocese, both of a foundation and in an authority.
async fn script_of(kind: BodyKind) -> Script {
    let script = Script::new().await;
    let inspection = script.id;
    script
        .app
        .store
        .store
        .write(&Actor::operator("test"), move |tx| {
            let [first, second, ..] = SCHOOLS;
            for change in [
                format!(
                    "UPDATE responsible_body SET kind = '{}' WHERE id = \
                     (SELECT body_id FROM inspection WHERE id = '{inspection}')",
                    kind.code()
                ),
                format!(
                    "UPDATE establishment_version SET la_code = '202', diocese_code = 'CE23', \
                     religious_character = 'Church of England' WHERE urn = {first}"
                ),
                format!(
                    "UPDATE establishment_version SET la_code = '202', \
                     religious_character = 'Quaker' WHERE urn = {second}"
                ),
                format!(
                    "INSERT INTO responsible_body (id, kind, name, origin, created_at, changed_at) \
                     VALUES ('{}', 'foundation_trust', 'The Larch Foundation', 'api', now(), now())",
                    Uuid::from_u128(77)
                ),
                format!(
                    "INSERT INTO membership (body_id, urn, role, valid_from, from_estimated, \
                                             to_estimated, source, recorded_from) \
                     VALUES ('{}', {first}, 'associate', '2021-09-01', false, false, 'test', \
                             '2021-09-01')",
                    Uuid::from_u128(77)
                ),
            ] {
                sql_query(change).execute(tx.connection())?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let admin = script.app.key(&[Scope::Admin]).await;
    for (name, post, of) in OFFICES {
        let made = script
            .app
            .post("/v1/office-contacts")
            .key(&admin)
            .once(name)
            .json(&json!({ "post": post, "of": of, "address": format!("{name}@example.org") }))
            .await;
        assert_eq!(made.status, 201, "{made:?}");
    }
    script
}

/// What each office was told of `event`, by the name of its address.
async fn told(script: &Script, event: &'static str) -> BTreeMap<String, Value> {
    let admin = script.app.key(&[Scope::Admin]).await;
    let offices = script
        .app
        .get("/v1/office-contacts")
        .key(&admin)
        .send()
        .await
        .value();
    let inspection = script.id;
    script
        .app
        .store
        .store
        .read(move |connection| {
            let actor = Actor::operator("test");
            let body =
                group_inspection_store::lifecycle::load(connection, &actor, inspection)?.body_id;
            let filter = notifications::Filter {
                event: Some(event.to_owned()),
                limit: 100,
                ..notifications::Filter::default()
            };
            notifications::deliveries(connection, &actor, body, &filter)
        })
        .await
        .unwrap()
        .into_iter()
        .map(|delivery| {
            let office = offices["items"]
                .as_array()
                .unwrap()
                .iter()
                .find(|office| office["id"] == delivery.recipient_id.to_string())
                .unwrap();
            let address = office["address"].as_str().unwrap();
            let name = address.split('@').next().unwrap().to_owned();
            (name, delivery.payload["data"].clone())
        })
        .collect()
}

async fn at(script: &Script, token: &Value) -> Answer {
    let path = format!("/early-copies/{}", token.as_str().unwrap());
    script.app.get(&path).send().await
}

/// To the final report under embargo, released to those entitled.
async fn released(script: &Script) {
    script.to_fieldwork().await;
    script.to_draft().await;
    Script::taken(&script.versioned(&script.lead, "send_to_qa", 1).await, "qa");
    Script::taken(
        &script.versioned(&script.assurer, "sign_off", 1).await,
        "qa",
    );
    let sent = script
        .versioned(&script.lead, "send_for_factual_accuracy", 1)
        .await;
    Script::taken(&sent, "factual_accuracy");
    let close = json!({ "action": "close_factual_accuracy" });
    Script::taken(&script.act(&script.leader, close).await, "responding");
    let embargo = script.versioned(&script.officer, "embargo", 1).await;
    Script::taken(&embargo, "embargoed");
    let early = script
        .versioned(&script.officer, "release_to_statutory", 1)
        .await;
    assert_ne!(early.status, 201, "the body has it for a day first");
    assert!(told(script, "inspection.early_copy").await.is_empty());
    script.let_run("embargo").await;
    let released = script
        .versioned(&script.officer, "release_to_statutory", 1)
        .await;
    Script::taken(&released, "embargoed");
}

#[actix_web::test]
async fn authorities_and_foundations_of_schools_in_a_federation_get_an_early_copy() {
    let script = script_of(BodyKind::Federation).await;
    released(&script).await;
    let copies = told(&script, "inspection.early_copy").await;
    assert_eq!(
        copies.keys().map(String::as_str).collect::<Vec<_>>(),
        ["authority", "diocese", "faith", "foundation"]
    );
    // Each has an address of its own, and nothing of what was decided.
    let tokens: std::collections::BTreeSet<&str> = copies
        .values()
        .map(|data| data["early_copy"].as_str().unwrap())
        .collect();
    assert_eq!(tokens.len(), copies.len());
    assert!(copies.values().all(|data| data.get("action").is_none()));
    let page = at(&script, &copies["diocese"]["early_copy"]).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("x-robots-tag"), "noindex");
    let text = page.text();
    assert!(text.contains("early copy under embargo"), "{text}");
    assert!(text.contains("Absence fell after January."));
    for nowhere in ["report.pdf", "rel=\"canonical\"", "published on"] {
        assert!(!text.contains(nowhere), "{nowhere}");
    }
    // Nobody else has found it.
    for guess in ["0".repeat(64), "x".to_owned()] {
        assert_eq!(at(&script, &guess.into()).await.status, 404);
    }
    let public = told(&script, "report.published").await;
    assert!(public.is_empty(), "{public:?}");

    script.let_run("complaint").await;
    let publish = script.versioned(&script.officer, "publish", 1).await;
    assert_eq!(publish.status, 202, "{publish:?}");
    script
        .published(1, json!({ "action": "publish", "report_version": 1 }))
        .await;
    let moved = at(&script, &copies["diocese"]["early_copy"]).await;
    assert_eq!(moved.status, 303, "{moved:?}");
    assert!(moved.header("location").ends_with("/v1"), "{moved:?}");
    let public = told(&script, "report.published").await;
    assert_eq!(
        public.keys().map(String::as_str).collect::<Vec<_>>(),
        ["authority", "diocese", "faith", "foundation", "head"]
    );
}

#[actix_web::test]
async fn an_early_copy_that_is_taken_back_leads_nowhere_and_those_who_had_it_hear() {
    let script = script_of(BodyKind::MultiAcademyTrust).await;
    released(&script).await;
    let copies = told(&script, "inspection.early_copy").await;
    assert_eq!(
        copies.keys().map(String::as_str).collect::<Vec<_>>(),
        ["authority", "diocese", "faith", "foundation", "region"]
    );
    let token = &copies["region"]["early_copy"];
    assert_eq!(at(&script, token).await.status, 200);
    let recall = json!({ "action": "recall", "reason": "The complaint of a teacher." });
    Script::taken(&script.act(&script.officer, recall).await, "drafting");
    assert_eq!(at(&script, token).await.status, 404);
    let back = told(&script, "inspection.early_copy_recalled").await;
    assert_eq!(
        back.keys().collect::<Vec<_>>(),
        copies.keys().collect::<Vec<_>>()
    );
    let said = serde_json::to_string(&back).unwrap();
    assert!(!said.contains("teacher"), "{said}");
}
