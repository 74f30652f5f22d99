//! The life of one inspection: each step by the role it is for, over REST.
//!
//! The demo's clock is moved on where days have to pass.

use std::cell::Cell;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use group_inspection_core::{calendar::day_in_england, language::prose};
use group_inspection_store::{Clock, ledger};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    PATIENCE,
    client::{Answer, Client},
    people::People,
    stage::Stage,
    story::{Published, submit},
    text,
};
use crate::{failure::Failure, output::say};

/// What the inspectors find.
const FOUND: &str = "Reading leads meet each month and plan the next unit together.";
/// The same, corrected.
const CORRECTED: &str = "Reading leads meet each month and plan the next two units together.";
/// Pause between two looks at the ledger.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(10);
/// Days after notice on which fieldwork is tried to be planned.
const DAYS_TO_TRY: usize = 14;

/// An inspection under way.
pub(super) struct Life<'a> {
    pub(super) stage: &'a Stage,
    pub(super) people: People,
    pub(super) path: String,
    report: String,
    sent: Cell<u32>,
    pub(super) evidence: Vec<Value>,
}

impl<'a> Life<'a> {
    /// Opens one.
    pub(super) async fn open(stage: &'a Stage, body: Uuid) -> Result<Self, Failure> {
        let opened = stage
            .client
            .post(
                "/v1/inspections",
                "demo-inspection",
                &json!({ "body_id": body, "agreed": ["voluntary-2026"] }),
            )
            .await?
            .body;
        say(&format!(
            "         {}: {}",
            text(&opened, "/reference")?,
            text(&opened, "/basis")?
        ));
        let id = text(&opened, "/id")?;
        let inspection = id
            .parse()
            .map_err(|error| Failure::because("the inspection", error))?;
        let people = People::enter(&stage.store, &stage.client, body, inspection).await?;
        Ok(Self {
            path: format!("/v1/inspections/{id}"),
            report: text(&opened, "/report_id")?,
            stage,
            people,
            sent: Cell::new(0),
            evidence: Vec::new(),
        })
    }

    pub(super) async fn post(
        &self,
        client: &Client,
        what: &str,
        body: &Value,
    ) -> Result<Value, Failure> {
        let number = self.sent.replace(self.sent.get() + 1);
        let path = format!("{}/{what}", self.path);
        let Answer { body, .. } = client.post(&path, &format!("demo-{number}"), body).await?;
        Ok(body)
    }

    pub(super) async fn act(&self, client: &Client, action: Value) -> Result<Value, Failure> {
        self.post(client, "actions", &action).await
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.stage.clock.now()
    }

    pub(super) fn today(&self) -> NaiveDate {
        day_in_england(self.stage.clock.now())
    }

    /// Moves the clock on, once nothing is waiting to be done.
    async fn move_to(&self, at: DateTime<Utc>, why: &str) -> Result<(), Failure> {
        let end = tokio::time::Instant::now() + PATIENCE;
        let now = self.stage.clock.now();
        while self
            .stage
            .store
            .read(move |connection| ledger::is_busy(connection, now))
            .await?
        {
            if tokio::time::Instant::now() > end {
                return Err(Failure::because("moving the clock", "work goes on and on"));
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        if at > self.stage.clock.now() {
            self.stage.clock.move_to(at);
            say(&format!(
                "         The clock moves on to {}: {why}",
                prose::day(self.today())
            ));
        }
        Ok(())
    }

    /// Lets a clock of the inspection run out.
    pub(super) async fn let_run(&self, kind: &str, why: &str) -> Result<(), Failure> {
        let clocks = self
            .people
            .officer
            .list(&format!("{}/clocks", self.path))
            .await?;
        let due = clocks
            .as_array()
            .into_iter()
            .flatten()
            .filter(|clock| clock.get("kind") == Some(&json!(kind)))
            .filter_map(|clock| clock.pointer("/due/at")?.as_str())
            .filter_map(|at| at.parse::<DateTime<Utc>>().ok())
            .max();
        match due {
            Some(due) => self.move_to(due + TimeDelta::hours(10), why).await,
            None => Ok(()),
        }
    }

    /// Telling the group, and naming the team.
    pub(super) async fn notice(&self) -> Result<(), Failure> {
        let (officer, cast) = (&self.people.officer, self.people.cast);
        self.stage
            .step("Telling the group, which freezes its membership");
        let notify = json!({
            "action": "notify",
            "wellbeing_contact": "Jo Tarrant, chair of trustees",
            "membership_as_at": self.today(),
        });
        self.act(officer, notify).await?;
        self.stage
            .step("Naming the team; the group may object to a member of it");
        let team = json!({
            "action": "name_team", "lead": cast.lead, "members": cast.team(),
        });
        self.act(officer, team).await?;
        Ok(())
    }

    /// Interests, planning, and the first day of fieldwork. After that the
    /// group may send evidence.
    pub(super) async fn preparation(&self) -> Result<NaiveDate, Failure> {
        self.stage
            .step("Each member declares interests; somebody else decides on them");
        let People {
            officer,
            lead,
            inspector,
            practitioner,
            decider,
            cast,
            ..
        } = &self.people;
        for (client, person) in [
            (lead, cast.lead),
            (inspector, cast.author),
            (practitioner, cast.practitioner),
        ] {
            let none = json!({ "interests": [] });
            self.post(client, "declarations", &none).await?;
            let clear = json!({
                "ruling": { "ruling": "clear" },
                "reasons": "Nothing was found that bears on this group.",
            });
            self.post(decider, &format!("conflicts/{person}/decision"), &clear)
                .await?;
        }
        let author = json!({ "person_id": cast.author, "reason": "Free in these weeks" });
        let held = officer.get(&self.path).await?;
        let revision = held
            .get("revision")
            .and_then(Value::as_u64)
            .ok_or_else(|| Failure::because("naming the writer", "there is no revision"))?;
        officer
            .put_over(&format!("{}/author", self.path), revision, &author)
            .await?;
        self.let_run("objection", "the time to object is over")
            .await?;
        self.stage
            .step("Planning fieldwork after ten clear working days");
        let first = self.plan_fieldwork().await?;
        self.act(officer, json!({ "action": "open_evidence" }))
            .await?;
        Ok(first)
    }

    /// Evidence, with what the team asks for and a file.
    pub(super) async fn gives_evidence(&mut self, schools: &[u64]) -> Result<(), Failure> {
        self.stage
            .step("Submitting evidence, weaknesses and actions");
        let id = self.path.rsplit('/').next().unwrap_or_default().to_owned();
        let result = submit(&self.people.integrator, &id, schools).await?;
        self.evidence = result
            .pointer("/items")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|item| item.get("id").cloned())
            .collect();
        self.asks_once().await?;
        self.attaches().await?;
        let complete = json!({ "action": "declare_evidence_complete" });
        self.act(&self.people.leader, complete).await?;
        Ok(())
    }

    /// Lets the time until fieldwork pass.
    pub(super) async fn reaches(&self, first: NaiveDate) -> Result<(), Failure> {
        let start = first.and_hms_opt(10, 0, 0).unwrap_or_default().and_utc();
        self.move_to(start, "notice has run").await
    }

    /// Tries the days after notice until one is a working day.
    async fn plan_fieldwork(&self) -> Result<NaiveDate, Failure> {
        let clocks = self
            .people
            .officer
            .list(&format!("{}/clocks", self.path))
            .await?;
        let notice: NaiveDate = clocks
            .as_array()
            .into_iter()
            .flatten()
            .find(|clock| clock.get("kind") == Some(&json!("notice")))
            .and_then(|clock| clock.pointer("/due/day")?.as_str()?.parse().ok())
            .ok_or_else(|| Failure::because("planning fieldwork", "no notice runs"))?;
        let mut last = None;
        for day in notice.iter_days().skip(1).take(DAYS_TO_TRY) {
            let plan = json!({ "action": "schedule", "fieldwork": { "first": day, "last": day } });
            match self.act(&self.people.officer, plan).await {
                Ok(_) => return Ok(day),
                Err(refused) => last = Some(refused),
            }
        }
        Err(last.unwrap_or_else(|| Failure::because("planning fieldwork", "no day was tried")))
    }

    /// Fieldwork, with a pause in it.
    pub(super) async fn fieldwork(&self) -> Result<(), Failure> {
        self.stage
            .step("Fieldwork begins; the group asks for a pause and gets it");
        self.starts_fieldwork().await?;
        self.pauses().await?;
        self.new_conflict().await?;
        self.notes().await?;
        self.stage
            .step("Inspectors state what they find; the group hears it");
        let rests_on = self.evidence.get(3..5).unwrap_or_default();
        self.finds("curriculum_and_teaching", FOUND, rests_on).await
    }

    pub(super) async fn starts_fieldwork(&self) -> Result<(), Failure> {
        let start = json!({ "action": "start_fieldwork" });
        self.act(&self.people.lead, start).await?;
        Ok(())
    }

    async fn pauses(&self) -> Result<(), Failure> {
        let People {
            officer,
            decider,
            leader,
            ..
        } = &self.people;
        let hold = Uuid::now_v7();
        let ask = json!({
            "action": "request_hold", "hold": hold, "kind": "pause",
            "requester": "responsible_body", "reason": "A school had a fire overnight.",
        });
        self.act(leader, ask).await?;
        let grant = json!({
            "action": "decide_hold", "hold": hold, "reason": "Leaders are needed at the school.",
            "answer": { "granted": { "review_on": self.today() } },
        });
        self.act(decider, grant).await?;
        let resume = json!({
            "action": "resume", "hold": hold, "decision": "The school is open again.",
        });
        self.act(officer, resume).await?;
        Ok(())
    }

    /// A finding on a theme, which the group hears.
    pub(super) async fn finds(
        &self,
        theme: &str,
        statement: &str,
        evidence: &[Value],
    ) -> Result<(), Failure> {
        let People {
            lead, inspector, ..
        } = &self.people;
        let finding = json!({ "content": {
            "section": "pattern", "theme": theme, "bearing": "strength",
            "statement": statement, "schools": [], "evidence": evidence,
        } });
        let stated = self.post(inspector, "findings", &finding).await?;
        let heard = json!({ "action": "record_provisional", "findings": [stated.get("id")] });
        self.act(lead, heard).await?;
        let call = json!({ "action": "record_next_day_call", "note": "Nothing was left open." });
        self.act(lead, call).await?;
        Ok(())
    }

    async fn newest(&self) -> Result<Value, Failure> {
        let report = format!("{}/report", self.path);
        let draft = self.people.lead.get(&report).await?;
        draft
            .get("version")
            .cloned()
            .ok_or_else(|| Failure::because("the draft", "it has no version"))
    }

    async fn versioned(&self, client: &Client, action: &str) -> Result<Value, Failure> {
        let version = self.newest().await?;
        let action = json!({ "action": action, "report_version": version });
        self.act(client, action).await
    }

    /// Compiling.
    pub(super) async fn draft(&self) -> Result<(), Failure> {
        let lead = &self.people.lead;
        self.stage.step("Compiling the report in the background");
        let begun = self.act(lead, json!({ "action": "compile" })).await?;
        lead.follow(&begun).await?;
        let draft = lead.get(&format!("{}/report", self.path)).await?;
        let count = |pointer: &str| {
            draft
                .pointer(pointer)
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        say(&format!(
            "         Key patterns: {}, weaknesses with the response to them: {}, recommendations: {}",
            count("/patterns/key"),
            count("/responses/weaknesses"),
            count("/recommendations"),
        ));
        Ok(())
    }

    /// Quality assurance; then the draft goes to the group.
    pub(super) async fn assurance(&self) -> Result<(), Failure> {
        let People { lead, assurer, .. } = &self.people;
        self.stage
            .step("Quality assurance, by somebody outside the team, signs it off");
        self.versioned(lead, "send_to_qa").await?;
        self.versioned(assurer, "sign_off").await?;
        self.versioned(lead, "send_for_factual_accuracy").await?;
        Ok(())
    }

    /// The group's check of the facts, and a complaint.
    pub(super) async fn group_checks(&self) -> Result<(), Failure> {
        let People {
            inspector,
            decider,
            leader,
            ..
        } = &self.people;
        self.stage
            .step("The group checks the draft and makes a point; it is answered");
        let delivered = leader.get(&format!("{}/report", self.path)).await?;
        let point = json!({
            "place": { "block": text(&delivered, "/summary/0/id")? },
            "quote": text(&delivered, "/summary/0/text")?,
            "claim": "The group would rather be called a family of schools.",
        });
        let made = self.post(leader, "factual-accuracy/points", &point).await?;
        let reply = format!(
            "factual-accuracy/points/{}/reply",
            text(&made, "/point/id")?
        );
        let answer = json!({
            "decision": "rejected",
            "reason": "The report uses the name in the register; the fact is not in question.",
        });
        self.post(inspector, &reply, &answer).await?;
        self.stage
            .step("The group complains, which holds publication until it is decided");
        let hold = Uuid::now_v7();
        let complaint = json!({
            "action": "lodge_complaint", "hold": hold,
            "reason": "We were not asked for the minutes of the board.",
        });
        self.act(leader, complaint).await?;
        let decided = json!({
            "action": "resume", "hold": hold,
            "decision": "Not upheld: the minutes were offered and read.",
        });
        self.act(decider, decided).await?;
        self.act(leader, json!({ "action": "close_factual_accuracy" }))
            .await?;
        Ok(())
    }

    /// Embargo and publication.
    pub(super) async fn publication(&self) -> Result<Published, Failure> {
        let officer = &self.people.officer;
        self.stage
            .step("The group reads the final report first, then those entitled to it");
        self.versioned(officer, "embargo").await?;
        self.let_run("embargo", "the embargo is over").await?;
        self.let_run("complaint", "the time to complain is over")
            .await?;
        self.versioned(officer, "release_to_statutory").await?;
        self.stage.step("Publishing it in all formats at once");
        let begun = self.versioned(officer, "publish").await?;
        self.public(&begun).await
    }

    /// What a publication made public, once anyone can read it.
    async fn public(&self, begun: &Value) -> Result<Published, Failure> {
        let officer = &self.people.officer;
        let result = officer.follow(begun).await?;
        let published = Published {
            html: text(&result, "/links/html")?,
            pdf: text(&result, "/links/pdf")?,
            json: text(&result, "/links/json")?,
            text: text(&result, "/links/text")?,
            feed: text(&result, "/links/feed")?,
        };
        for (address, media_type) in [
            (&published.html, "text/html"),
            (&published.pdf, "application/pdf"),
            (&published.json, "application/json"),
            (&published.text, "text/plain"),
            (&published.feed, "application/atom+xml"),
        ] {
            officer.is_public(address, media_type).await?;
        }
        Ok(published)
    }

    /// A mistake in the public report is put right by a later version.
    pub(super) async fn correction(&self) -> Result<Published, Failure> {
        let People {
            officer,
            inspector,
            assurer,
            ..
        } = &self.people;
        self.stage
            .step("A mistake is found: a corrected version follows, with a note");
        let blocks = inspector.list(&format!("{}/blocks", self.path)).await?;
        let block = blocks
            .as_array()
            .into_iter()
            .flatten()
            .find(|block| block.get("text") == Some(&json!(FOUND)))
            .cloned()
            .ok_or_else(|| Failure::because("the correction", "the finding is not there"))?;
        let edit = json!({
            "block": block.get("block"), "base": block.get("base"), "text": CORRECTED,
            "reason": {
                "text": "The notes say so.", "evidence": self.evidence.get(4),
            },
        });
        self.post(inspector, "edits", &edit).await?;
        let begun = self.post(officer, "compilations", &json!({})).await?;
        officer.follow(&begun).await?;
        self.versioned(assurer, "sign_off").await?;
        let correct = json!({
            "action": "correct", "report_version": self.newest().await?,
            "note": "Reading leads plan two units at a time.",
        });
        let begun = self.act(officer, correct).await?;
        self.public(&begun).await
    }

    /// The group's response, and follow-up of the recommendations.
    pub(super) async fn afterwards(&self) -> Result<(), Failure> {
        let People {
            officer,
            leader,
            inspector,
            integrator,
            ..
        } = &self.people;
        self.stage
            .step("The group answers each recommendation in its own words");
        let report = leader.get(&format!("{}/report", self.path)).await?;
        let answers: serde_json::Map<String, Value> = report
            .pointer("/recommendations")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|recommendation| recommendation.get("number"))
            .map(|number| {
                let steps = "The board will look at this each term.";
                (
                    number.to_string(),
                    json!({ "intent": "act", "steps": steps }),
                )
            })
            .collect();
        let response = json!({ "paragraphs": ["We thank the team."], "answers": answers });
        self.post(leader, "response", &response).await?;
        let public = format!("/reports/{}/response", self.report);
        officer.get(&public).await?;
        self.stage
            .step("Four months later: what became of the recommendations");
        self.let_run("response", "the time to respond is over")
            .await?;
        self.act(officer, json!({ "action": "start_follow_up" }))
            .await?;
        let followed = integrator
            .list(&format!("{}/recommendations", self.path))
            .await?;
        let first = text(&followed, "/0/id")?;
        let steps = format!("recommendations/{first}/steps");
        let begin = json!({ "kind": "begin", "note": "The board agreed a plan in March." });
        self.post(leader, &steps, &begin).await?;
        let evidence = self.evidence.get(2..3).unwrap_or_default();
        let sent = json!({ "kind": "submit_evidence", "evidence": evidence });
        self.post(integrator, &steps, &sent).await?;
        let met = json!({
            "kind": "meet", "evidence": evidence,
            "decision": {
                "inspector": self.people.cast.author,
                "reason": "Absence fell in each school with a family worker.",
            },
        });
        let met = self.post(inspector, &steps, &met).await?;
        say(&format!(
            "         Recommendation {} is {}",
            met.get("number").cloned().unwrap_or_default(),
            text(&met, "/state")?
        ));
        let history = officer.list(&format!("{}/events", self.path)).await?;
        say(&format!(
            "         {} actions, each with who took it, in which role and when",
            history.as_array().map_or(0, Vec::len)
        ));
        Ok(())
    }
}
