//! An inspection of one body, another body, and a key for every column.

use group_inspection_core::{
    inspection::Role,
    library::{attachment::Event, media::MediaType},
};
use group_inspection_store::{Actor, actor::Scope, evidence};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ROLES;
use crate::{script::Script, test_app::Answer};

/// Things that addresses name.
#[derive(Debug, Clone, Default)]
pub(super) struct Things {
    pub(super) evidence: Uuid,
    pub(super) attachment: Uuid,
    /// A webhook endpoint; none yet if it is nil.
    pub(super) endpoint: Uuid,
    pub(super) finding: Uuid,
    pub(super) objection: Uuid,
    pub(super) request: Uuid,
    pub(super) point: Uuid,
    pub(super) delivery: Uuid,
    pub(super) operation: Uuid,
    pub(super) import: Uuid,
    pub(super) key: Uuid,
    pub(super) report: Uuid,
    pub(super) block: Value,
    pub(super) edit: Value,
}

pub(super) struct World {
    pub(super) script: Script,
    pub(super) admin: String,
    pub(super) body: Uuid,
    pub(super) other: Uuid,
    pub(super) third: Uuid,
    /// For each role: limited to the body, to another, and not limited.
    pub(super) keys: Vec<[String; 3]>,
    pub(super) things: std::cell::RefCell<Things>,
}

impl World {
    pub(super) async fn new() -> Self {
        let script = Script::new().await;
        let admin = script.app.key(&[Scope::Admin]).await;
        let read = script.get(&script.officer, "").await;
        let body = read.id("body_id");
        let other = script.app.body(&admin, "Aspen Schools", &[]).await;
        let third = script.app.body(&admin, "Beech Schools", &[]).await;
        let mut keys = Vec::new();
        for role in ROLES {
            let key = async |body| script.app.role_key(role, body).await;
            keys.push([
                key(Some(body)).await,
                key(Some(other)).await,
                key(None).await,
            ]);
        }
        let operator = script.app.role_key(Role::Operator, None).await;
        let key = script
            .app
            .post("/v1/api-keys")
            .key(&operator)
            .once("key")
            .json(&json!({ "name": "x", "scopes": ["register:read"] }))
            .await;
        let world = Self {
            script,
            admin,
            body,
            other,
            third,
            keys,
            things: std::cell::RefCell::default(),
        };
        world.things.borrow_mut().key = made(key);
        let contacts = format!("/v1/bodies/{body}/contacts");
        let contact = json!({ "address": "office@larch.example", "role": "Office" });
        world.made(&contacts, contact).await;
        world.script.to_team().await;
        world
    }

    /// Makes something with a key that may.
    pub(super) async fn made(&self, path: &str, what: Value) -> Uuid {
        let ask = self.script.app.post(path).key(&self.admin);
        made(ask.once(&Uuid::now_v7().to_string()).json(&what).await)
    }

    /// Goes on until there is a draft.
    pub(super) async fn drafted(&self) {
        let script = &self.script;
        let cast = script.app.cast().await;
        let objection = json!({ "person_id": cast.author, "reasons": "Once our consultant." });
        let objection = made(script.post(&script.leader, "objections", objection).await);
        script
            .post(
                &script.decider,
                &format!("objections/{objection}/outcome"),
                json!({ "outcome": "not_upheld", "reasons": "There was no contract." }),
            )
            .await;
        script.sent_by_team().await;
        let request = json!({
            "purpose": "To see how the board follows up weaknesses.",
            "basis": "normal_business", "material": "board_minutes",
            "period": { "from": "2026-09-01", "to": "2026-09-11" },
            "addressee": { "kind": "centre" }, "expected_minutes": 20,
        });
        let request = made(
            script
                .post(&script.lead, "evidence-requests", request)
                .await,
        );
        let evidence = script.evidence().await;
        let attached = script
            .app
            .post(&format!(
                "/v1/inspections/{}/evidence/{evidence}/attachments?filename=a.pdf",
                script.id
            ))
            .key(&script.integrator)
            .once("file")
            .raw("application/octet-stream", &b"%PDF-1.7"[..])
            .await;
        let attachment = made(attached);
        self.found_clean(attachment).await;
        script.to_draft().await;
        let finding = script.get(&script.lead, "/findings").await.items();
        let report = script.get(&script.officer, "").await.id("report_id");
        let blocks = script.get(&script.inspector, "/blocks").await.items();
        let import = script
            .app
            .post("/v1/imports?filename=edubasealldata20260901.csv")
            .key(&self.admin)
            .once("import")
            .raw("text/csv", "URN\n")
            .await;
        let mut things = self.things.borrow_mut();
        things.objection = objection;
        things.request = request;
        things.evidence = evidence;
        things.attachment = attachment;
        things.finding = finding[0]["id"].as_str().unwrap().parse().unwrap();
        things.report = report;
        things.operation = import.id("operation_id");
        things.import = import.id("import_id");
        things.edit = blocks[0].clone();
    }

    /// Goes on until the body checks the facts of the draft.
    pub(super) async fn delivered(&self) {
        let script = &self.script;
        Script::taken(&script.versioned(&script.lead, "send_to_qa", 1).await, "qa");
        let signed = script.versioned(&script.assurer, "sign_off", 1).await;
        Script::taken(&signed, "qa");
        let sent = script
            .versioned(&script.lead, "send_for_factual_accuracy", 1)
            .await;
        Script::taken(&sent, "factual_accuracy");
        let draft = script.get(&script.leader, "/report").await.value();
        let block = draft["summary"][0].clone();
        let point = json!({
            "place": { "block": block["id"] },
            "quote": block["text"], "claim": "There are five schools.",
        });
        let point = script
            .post(&script.leader, "factual-accuracy/points", point)
            .await;
        assert_eq!(point.status, 201, "{point:?}");
        let delivery = script
            .app
            .get(&format!("/v1/bodies/{}/deliveries", self.body))
            .key(&self.admin)
            .send()
            .await
            .value();
        let mut things = self.things.borrow_mut();
        let id = |value: &Value| value.as_str().unwrap().parse().unwrap();
        things.point = id(&point.value()["point"]["id"]);
        things.block = block;
        things.delivery = id(&delivery["items"][0]["id"]);
    }

    async fn found_clean(&self, attachment: Uuid) {
        let events = [
            Event::Accepted(MediaType::Pdf),
            Event::FoundClean {
                scanner: "test".to_owned(),
                at: chrono::DateTime::UNIX_EPOCH,
            },
        ];
        self.script
            .app
            .store
            .store
            .write(&Actor::system("worker"), move |tx| {
                for event in events.clone() {
                    evidence::took(tx, attachment, event)?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }
}

fn made(answer: Answer) -> Uuid {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id("id")
}
