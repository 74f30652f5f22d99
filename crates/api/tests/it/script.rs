//! A script of an inspection: a key for each role, and steps that tests share.

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_core::{inspection::Role, policy::Policy};
use group_inspection_store::{
    Clock,
    actor::Scope,
    reports::{self, CheckFindings},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_app::{Answer, SCHOOLS, TestApp};

/// An inspection, its body, and a key for each role.
pub(crate) struct Script {
    pub(crate) app: TestApp,
    pub(crate) id: Uuid,
    pub(crate) sent: std::cell::Cell<u32>,
    pub(crate) officer: String,
    pub(crate) lead: String,
    pub(crate) inspector: String,
    pub(crate) practitioner: String,
    pub(crate) assurer: String,
    pub(crate) decider: String,
    pub(crate) leader: String,
    pub(crate) integrator: String,
}

impl Script {
    pub(crate) async fn new() -> Self {
        Self::over(Self::app().await).await
    }

    /// An application with schools, under the policy in force: with windows.
    pub(crate) async fn app() -> TestApp {
        TestApp::with_schools_under(Policy {
            team: group_inspection_store::rehearsal::policy().team,
            ..Policy::default()
        })
        .await
    }

    /// The same, over an application that is there.
    pub(crate) async fn over(app: TestApp) -> Self {
        Self::of(app, "Larch Schools", &SCHOOLS).await
    }

    /// The same, of a group of the schools given.
    pub(crate) async fn of(app: TestApp, name: &str, schools: &[u32]) -> Self {
        let admin = app.key(&[Scope::Admin]).await;
        let id = app.draft_inspection_of(&admin, name, schools).await;
        app.rehearse(id).await;
        let read = app
            .get(&format!("/v1/inspections/{id}"))
            .key(&admin)
            .send()
            .await;
        let body = Some(read.id("body_id"));
        Self {
            id,
            sent: std::cell::Cell::new(0),
            officer: app.role_key(Role::OperationsOfficer, None).await,
            lead: app.role_key(Role::LeadInspector, None).await,
            inspector: app.role_key(Role::Inspector, None).await,
            practitioner: app.role_key(Role::Practitioner, None).await,
            assurer: app.role_key(Role::QualityAssurer, None).await,
            decider: app.role_key(Role::DecisionMaker, None).await,
            leader: app.role_key(Role::BodyLeader, body).await,
            integrator: app.role_key(Role::Integrator, body).await,
            app,
        }
    }

    pub(crate) async fn post(&self, key: &str, what: &str, body: Value) -> Answer {
        self.sent.set(self.sent.get() + 1);
        self.app
            .post(&format!("/v1/inspections/{}/{what}", self.id))
            .key(key)
            .once(&format!("k{}", self.sent.get()))
            .json(&body)
            .await
    }

    pub(crate) async fn act(&self, key: &str, action: Value) -> Answer {
        self.post(key, "actions", action).await
    }

    #[track_caller]
    pub(crate) fn taken(answer: &Answer, state: &str) {
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.value()["state"], state);
    }

    /// Refused under a rule.
    #[track_caller]
    pub(crate) fn refused(answer: &Answer, rule: &str) {
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(answer.problem("refused")["rule"], rule, "{answer:?}");
    }

    pub(crate) async fn get(&self, key: &str, what: &str) -> Answer {
        self.app
            .get(&format!("/v1/inspections/{}{what}", self.id))
            .key(key)
            .send()
            .await
    }

    pub(crate) fn today(&self) -> String {
        self.app.store.clock.now().date_naive().to_string()
    }

    /// Moves the clock to the morning after a clock of the inspection has run
    /// out.
    pub(crate) async fn let_run(&self, kind: &str) {
        let clocks = self.get(&self.officer, "/clocks").await.items();
        let due: DateTime<Utc> = clocks
            .as_array()
            .unwrap()
            .iter()
            .filter(|clock| clock["kind"] == kind)
            .filter_map(|clock| clock["due"]["at"].as_str()?.parse().ok())
            .max()
            .unwrap_or_else(|| panic!("no clock {kind} in {clocks}"));
        let ahead = due - self.app.store.clock.now() + TimeDelta::hours(10);
        assert!(ahead > TimeDelta::zero(), "{kind} has run out");
        self.app.store.clock.advance(ahead);
    }

    pub(crate) async fn name_team(&self) -> Answer {
        let cast = self.app.cast().await;
        self.act(
            &self.officer,
            json!({ "action": "name_team", "lead": cast.lead, "members": cast.team() }),
        )
        .await
    }

    pub(crate) async fn declare_and_clear(&self) {
        let cast = self.app.cast().await;
        for (key, person) in [
            (&self.lead, cast.lead),
            (&self.inspector, cast.author),
            (&self.practitioner, cast.practitioner),
        ] {
            let declared = self
                .post(key, "declarations", json!({ "interests": [] }))
                .await;
            assert_eq!(declared.status, 201, "{declared:?}");
            let decided = self.clear(person).await;
            assert_eq!(decided.status, 201, "{decided:?}");
        }
    }

    pub(crate) async fn clear(&self, person: Uuid) -> Answer {
        self.post(
            &self.decider,
            &format!("conflicts/{person}/decision"),
            json!({ "ruling": { "ruling": "clear" }, "reasons": "Nothing bears on this group." }),
        )
        .await
    }

    /// Up to the first day of fieldwork, with some evidence.
    pub(crate) async fn to_fieldwork(&self) {
        self.to_team().await;
        self.sent_by_team().await;
    }

    /// Until the body is told and the team named; nobody has declared.
    pub(crate) async fn to_team(&self) {
        let notify = json!({
            "action": "notify", "wellbeing_contact": "The chair",
            "membership_as_at": self.today(),
        });
        Self::taken(&self.act(&self.officer, notify).await, "notified");
        Self::taken(&self.name_team().await, "notified");
    }

    /// From there to the first day of fieldwork.
    pub(crate) async fn sent_by_team(&self) {
        let cast = self.app.cast().await;
        let read = self.get(&self.officer, "").await;
        let author = self
            .app
            .ask(
                actix_web::http::Method::PUT,
                &format!("/v1/inspections/{}/author", self.id),
            )
            .key(&self.officer)
            .header("if-match", read.header("etag"))
            .json(&json!({ "person_id": cast.author, "reason": "Free" }))
            .await;
        assert_eq!(author.status, 204, "{author:?}");
        self.declare_and_clear().await;
        self.let_run("objection").await;
        let plan = json!({
            "action": "schedule", "fieldwork": { "first": "2026-10-01", "last": "2026-10-02" },
        });
        Self::taken(&self.act(&self.officer, plan).await, "scheduled");
        let open = self
            .act(&self.officer, json!({ "action": "open_evidence" }))
            .await;
        Self::taken(&open, "evidence_open");
        let sent = self
            .post(&self.integrator, "submissions", crate::submissions::batch())
            .await;
        assert_eq!(sent.status, 201, "{sent:?}");
        let complete = json!({ "action": "declare_evidence_complete" });
        Self::taken(&self.act(&self.leader, complete).await, "evidence_open");
        let first: DateTime<Utc> = "2026-10-01T09:00:00Z".parse().unwrap();
        let ahead = first - self.app.store.clock.now();
        self.app.store.clock.advance(ahead);
        let start = self
            .act(&self.lead, json!({ "action": "start_fieldwork" }))
            .await;
        Self::taken(&start, "fieldwork");
    }

    /// From fieldwork to a draft, by the shortest way.
    pub(crate) async fn to_draft(&self) {
        let stated = self
            .finding(&self.inspector, "Absence fell after January.", None)
            .await;
        let heard = json!({ "action": "record_provisional", "findings": [stated.id("id")] });
        Self::taken(&self.act(&self.lead, heard).await, "provisional");
        let call = json!({ "action": "record_next_day_call", "note": "Nothing" });
        Self::taken(&self.act(&self.lead, call).await, "provisional");
        self.compiled().await;
    }

    /// From fieldwork to a public report, by the shortest way.
    pub(crate) async fn to_published(&self) {
        self.to_draft().await;
        Self::taken(&self.versioned(&self.lead, "send_to_qa", 1).await, "qa");
        Self::taken(&self.versioned(&self.assurer, "sign_off", 1).await, "qa");
        let sent = self
            .versioned(&self.lead, "send_for_factual_accuracy", 1)
            .await;
        Self::taken(&sent, "factual_accuracy");
        let close = json!({ "action": "close_factual_accuracy" });
        Self::taken(&self.act(&self.leader, close).await, "responding");
        let embargo = self.versioned(&self.officer, "embargo", 1).await;
        Self::taken(&embargo, "embargoed");
        self.let_run("embargo").await;
        self.let_run("complaint").await;
        let released = self
            .versioned(&self.officer, "release_to_statutory", 1)
            .await;
        Self::taken(&released, "embargoed");
        let begun = self.versioned(&self.officer, "publish", 1).await;
        assert_eq!(begun.status, 202, "{begun:?}");
        self.published(1, json!({ "action": "publish", "report_version": 1 }))
            .await;
    }

    pub(crate) async fn evidence(&self) -> Uuid {
        let inspection = self.id;
        let known = self
            .app
            .store
            .store
            .read(move |connection| {
                group_inspection_store::submissions::items(connection, inspection)
            })
            .await
            .unwrap();
        known
            .iter()
            .find(|item| item.kind == group_inspection_store::submissions::ItemKind::Evidence)
            .unwrap()
            .id
    }

    pub(crate) async fn finding(
        &self,
        key: &str,
        statement: &str,
        reason: Option<Value>,
    ) -> Answer {
        let evidence = self.evidence().await;
        let content = json!({
            "section": "response", "theme": "attendance_and_behaviour", "bearing": "context",
            "statement": statement, "schools": [], "evidence": [evidence],
        });
        self.post(
            key,
            "findings",
            json!({ "content": content, "reason": reason }),
        )
        .await
    }

    /// Compiles as a worker would.
    pub(crate) async fn compiled(&self) {
        let asked = self.act(&self.lead, json!({ "action": "compile" })).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        self.keep_compiled().await;
    }

    pub(crate) async fn keep_compiled(&self) {
        let inspection = self.id;
        let store = &self.app.store.store;
        let inputs = store
            .read(move |connection| reports::inputs(connection, inspection))
            .await
            .unwrap();
        let report = group_inspection_core::compile::compile(&inputs);
        let language = group_inspection_core::language::guard(&report);
        assert_eq!(language, []);
        let sha256 = serde_json::to_string(&inputs).unwrap().len().to_string();
        store
            .write(
                &group_inspection_store::Actor::system("worker"),
                move |tx| {
                    let found = CheckFindings {
                        language: 0,
                        accessibility: 0,
                    };
                    reports::save_compiled(tx, &report, &sha256, found)
                },
            )
            .await
            .unwrap();
    }

    pub(crate) async fn versioned(&self, key: &str, action: &str, version: u32) -> Answer {
        self.act(key, json!({ "action": action, "report_version": version }))
            .await
    }
}

impl Script {
    /// The writer edits a block over what was read; the next version has it.
    pub(crate) async fn edits_the_draft(&self) {
        let blocks = self.get(&self.inspector, "/blocks").await.items();
        let block = blocks
            .as_array()
            .unwrap()
            .iter()
            .find(|block| block["text"] == "Absence fell after January.")
            .unwrap_or_else(|| panic!("the finding is not in {blocks}"));
        let reason = json!({ "text": "The register says so", "evidence": self.evidence().await });
        let mut edit = json!({
            "block": block["block"], "base": block["base"],
            "text": "Absence fell from February 2026 on.", "reason": null,
        });
        let unreasoned = self.post(&self.inspector, "edits", edit.clone()).await;
        Self::refused(&unreasoned, "DR-25");
        edit["reason"] = reason;
        let by_lead = self.post(&self.lead, "edits", edit.clone()).await;
        by_lead.problem("forbidden");
        let mut graded = edit.clone();
        graded["text"] = json!("Attendance is outstanding.");
        let graded = self.post(&self.inspector, "edits", graded).await;
        Self::refused(&graded, "DR-03");
        let made = self.post(&self.inspector, "edits", edit.clone()).await;
        assert_eq!(made.status, 201, "{made:?}");
        let again = self.post(&self.inspector, "edits", edit).await;
        Self::refused(&again, "9.1");
        self.compiled().await;
        let draft = self.get(&self.lead, "/report").await;
        assert!(draft.text().contains("Absence fell from February 2026 on."));
        assert_eq!(draft.value()["version"], 2);
    }

    /// A block of the public report is put right, signed off and published with
    /// a note; the earlier version stays, marked as superseded.
    pub(crate) async fn corrected(&self) {
        let blocks = self.get(&self.inspector, "/blocks").await.items();
        let block = blocks
            .as_array()
            .unwrap()
            .iter()
            .find(|block| block["text"] == "Absence fell from February 2026 on.")
            .unwrap();
        let edit = json!({
            "block": block["block"], "base": block["base"],
            "text": "Absence fell from March 2026 on.",
            "reason": { "text": "The date was wrong", "evidence": self.evidence().await },
        });
        let made = self.post(&self.inspector, "edits", edit).await;
        assert_eq!(made.status, 201, "{made:?}");
        let asked = self.post(&self.officer, "compilations", json!({})).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        self.keep_compiled().await;
        let correct = json!({
            "action": "correct", "report_version": 3, "note": "A date was wrong.",
        });
        // Nobody vouches for it yet.
        let early = self.act(&self.officer, correct.clone()).await;
        Self::refused(&early, "DR-26");
        let signed = self.versioned(&self.assurer, "sign_off", 3).await;
        Self::taken(&signed, "follow_up");
        let begun = self.act(&self.officer, correct.clone()).await;
        assert_eq!(begun.status, 202, "{begun:?}");
        self.published(3, correct).await;
        let report = self.get(&self.officer, "").await.value()["report_id"].clone();
        let store = &self.app.store.store;
        let id: Uuid = report.as_str().unwrap().parse().unwrap();
        let versions = store
            .read(move |connection| reports::versions(connection, id))
            .await
            .unwrap();
        let states: Vec<(u32, &str, Option<&str>)> = versions
            .iter()
            .map(|one| (one.version, one.state.as_str(), one.public_note.as_deref()))
            .collect();
        assert_eq!(
            states,
            [
                (2, "superseded", None),
                (3, "published", Some("A date was wrong."))
            ]
        );
    }

    /// Publishes as a worker would.
    pub(crate) async fn published(&self, version: u32, action: Value) {
        let (store, inspection) = (&self.app.store.store, self.id);
        let officer = self.app.cast().await.actor(Role::OperationsOfficer);
        let now = self.app.store.clock.now();
        let action = serde_json::from_value(action).unwrap();
        let asked = group_inspection_store::jobs::Publish {
            report_id: Uuid::nil(),
            version: i32::try_from(version).unwrap(),
            by: officer.acting().unwrap(),
            action,
        };
        store
            .write(
                &group_inspection_store::Actor::system("worker"),
                move |tx| {
                    let report = reports::of_inspection(tx.connection(), inspection)?;
                    let (report, _) = reports::compiled(tx.connection(), report, version)?;
                    reports::publish(tx, &report, &asked, now, &[], &json!({}))
                },
            )
            .await
            .unwrap();
    }
}
