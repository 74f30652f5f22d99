//! What goes on around the steps of an inspection: an objection, requests,
//! files, a new conflict, urgent matters, ledgers and surveys.

use group_inspection_core::language::prose;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{PATIENCE, client::Client, life::Life, people::People, text};
use crate::{failure::Failure, output::say};

/// A file attached to evidence.
const MINUTES: &[u8] = b"Minutes of the board, March 2026: attendance by school was received.";
/// Responses to the survey: enough to be shown.
const RESPONSES: u32 = 12;
/// Pause between two looks at a file.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_millis(10);

impl Life<'_> {
    /// Tries what a rule refuses.
    async fn refused(
        &self,
        client: &Client,
        what: &str,
        body: &Value,
        rule: &str,
    ) -> Result<(), Failure> {
        match self.post(client, what, body).await {
            Err(failure) if failure.to_string().contains(rule) => Ok(()),
            Err(other) => Err(other),
            Ok(_) => Err(Failure::because(what, format!("{rule} did not refuse it"))),
        }
    }

    /// The group objects to a member of the team, once.
    pub(super) async fn objection(&self) -> Result<(), Failure> {
        let People {
            leader,
            decider,
            cast,
            ..
        } = &self.people;
        self.stage
            .step("The group objects to an inspector; a decision maker settles it");
        let objection = json!({
            "person_id": cast.author,
            "reasons": "We believe the inspector once advised one of our schools.",
        });
        let made = self.post(leader, "objections", &objection).await?;
        let outcome = json!({
            "outcome": "not_upheld",
            "reasons": "The contract was with a school that never belonged to the group.",
        });
        let settle = format!("objections/{}/outcome", text(&made, "/id")?);
        self.post(decider, &settle, &outcome).await?;
        Ok(())
    }

    /// A sample of schools, and a request that is made once only.
    pub(super) async fn asks_once(&mut self) -> Result<(), Failure> {
        self.draws_sample().await?;
        let (asked, request) = self.asks_for_minutes().await?;
        let People {
            lead,
            integrator,
            leader,
            ..
        } = &self.people;
        let minutes = json!({ "items": [{
            "type": "evidence", "ref": "board-minutes", "evidence_type": "document",
            "title": "Minutes of the board, March 2026",
            "text": "The board received attendance by school and asked what would follow.",
            "source": "Governance professional", "schools": [],
            "themes": ["leadership_and_governance"], "bearing": "context",
            "effective_from": "2026-03-01", "effective_to": "2026-03-31",
            "normal_business": true, "minutes": 10, "material": "board_minutes",
        }]});
        let sent = self.post(integrator, "submissions", &minutes).await?;
        let item = text(&sent, "/items/0/id")?;
        let answer = format!("evidence-requests/{}/answer", text(&asked, "/id")?);
        self.post(leader, &answer, &json!({ "evidence": [item] }))
            .await?;
        self.refused(lead, "evidence-requests", &request, "DR-22")
            .await?;
        say("         Asked for again, it is refused: it is held (DR-22)");
        self.evidence.push(Value::String(item));
        Ok(())
    }

    async fn draws_sample(&self) -> Result<(), Failure> {
        self.stage
            .step("Drawing a sample of schools, with the reason for each");
        let officer = &self.people.officer;
        let terms = json!({ "terms": [
            { "name": "Spring 2026", "first": "2026-01-05", "last": "2026-03-27" },
            { "name": "Summer 2026", "first": "2026-04-13", "last": "2026-07-21" },
        ]});
        officer.put_over("/v1/school-terms", 0, &terms).await?;
        let wanted = json!({ "wanted": 4, "seed": "demo" });
        let plan = self.post(officer, "sample", &wanted).await?;
        say(&format!("         {}", text(&plan, "/chosen/0/why")?));
        Ok(())
    }

    /// Asks for the minutes of the board; gives the request as made and as
    /// sent.
    pub(super) async fn asks_for_minutes(&self) -> Result<(Value, Value), Failure> {
        self.stage.step("Asking for the board's minutes, once");
        let request = json!({
            "purpose": "To see how the board follows up weaknesses.",
            "basis": "normal_business", "material": "board_minutes",
            "period": { "from": "2026-03-01", "to": "2026-03-31" },
            "addressee": { "kind": "centre" }, "expected_minutes": 20,
        });
        let asked = self
            .post(&self.people.lead, "evidence-requests", &request)
            .await?;
        Ok((asked, request))
    }

    /// A file, which a worker checks before anybody reads it.
    pub(super) async fn attaches(&self) -> Result<(), Failure> {
        self.stage
            .step("Attaching the minutes as a file; a worker checks it first");
        let item = self.evidence.last().and_then(Value::as_str);
        let item = item.ok_or_else(|| Failure::because("attaching", "there is no evidence"))?;
        let path = format!("{}/evidence/{item}/attachments", self.path);
        let integrator = &self.people.integrator;
        integrator.attach(&path, "minutes.txt", MINUTES).await?;
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let files = integrator
                .list(&format!("{}/attachments", self.path))
                .await?;
            match text(&files, "/0/state/state")?.as_str() {
                "clean" => return Ok(()),
                _ if tokio::time::Instant::now() > end => {
                    return Err(Failure::because("attaching", format!("it is {files}")));
                }
                _ => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// An interest comes up midway: access is gone until it is decided on.
    pub(super) async fn new_conflict(&self) -> Result<(), Failure> {
        self.stage
            .step("A practitioner declares a friendship; access is lost until it is decided on");
        let People {
            officer,
            practitioner,
            decider,
            cast,
            ..
        } = &self.people;
        let body = text(&officer.get(&self.path).await?, "/body_id")?;
        let friend = json!({ "interests": [{
            "id": Uuid::now_v7(), "detail": "A trustee and I trained together.",
            "kind": { "type": "relationship", "nature": "friendship",
                      "at": { "type": "body", "id": body } },
        }]});
        self.post(practitioner, "declarations", &friend).await?;
        let library = format!("{}/evidence", self.path);
        if practitioner.get(&library).await.is_ok() {
            return Err(Failure::because("the new conflict", "access was not lost"));
        }
        let with = json!({
            "ruling": {
                "ruling": "clear_with",
                "mitigations": [{ "type": "not_sole_author" }],
            },
            "reasons": "An inspector writes what rests on these notes.",
        });
        let decision = format!("conflicts/{}/decision", cast.practitioner);
        self.post(decider, &decision, &with).await?;
        practitioner.get(&library).await?;
        Ok(())
    }

    /// What the team notes as it goes.
    pub(super) async fn notes(&self) -> Result<(), Failure> {
        self.stage
            .step("An urgent matter is told at once, outside the report; time taken is recorded");
        let People {
            lead,
            inspector,
            integrator,
            assurer,
            ..
        } = &self.people;
        let urgent = json!({
            "kind": "health_and_safety", "summary": "A fire door was wedged open.",
            "schools": [], "concerns_body_leaders": false,
            "noticed_at": self.now(),
        });
        self.post(inspector, "urgent-matters", &urgent).await?;
        let matters = format!("{}/urgent-matters", self.path);
        let told = |list: &Value| list.as_array().map_or(0, Vec::len);
        if (
            told(&lead.list(&matters).await?),
            told(&assurer.list(&matters).await?),
        ) != (1, 0)
        {
            return Err(Failure::because("the urgent matter", "it was told wrongly"));
        }
        let meeting = json!({ "kind": "meeting", "attendees": 5, "minutes": 45 });
        self.post(lead, "burden-entries", &meeting).await?;
        let time = json!({
            "kind": "leader_time", "role": "Headteacher", "people": 4, "minutes": 30,
        });
        self.post(integrator, "burden-entries", &time).await?;
        Ok(())
    }

    /// Surveys, value and the national view.
    pub(super) async fn looks_back(&self) -> Result<(), Failure> {
        let People {
            officer,
            lead,
            leader,
            ..
        } = &self.people;
        self.let_run("first_follow_up", "surveys begin").await?;
        self.stage
            .step("A survey of leaders; what the inspection took and gave");
        for n in 0..RESPONSES {
            let answer = if n % 2 == 0 { "agree" } else { "disagree" };
            let response = json!({
                "wave": "first", "respondent": "leader",
                "answers": { "report_is_clear": "agree", "benefits_outweighed_burden": answer },
            });
            self.post(officer, "survey-responses", &response).await?;
        }
        let results = leader
            .list(&format!("{}/survey-results", self.path))
            .await?;
        let clear = results.pointer("/0/results/answers/report_is_clear/agree");
        let burden = lead.get(&format!("{}/burden", self.path)).await?;
        let measure = |name: &str| {
            let found = burden.pointer(&format!("/measures/{name}"));
            found.and_then(Value::as_u64).unwrap_or_default()
        };
        say(&format!(
            "         {} of {RESPONSES} leaders found the report clear; the group says it took {} \
             minutes of leaders, for {}",
            clear.cloned().unwrap_or_default(),
            measure("leader_minutes"),
            prose::counted(
                u32::try_from(measure("requests")).unwrap_or_default(),
                "request",
                "requests"
            ),
        ));
        let view = officer.get("/v1/oversight").await?;
        say(&format!(
            "         In the national view one inspection is shown as \"{}\": too few to show",
            text(&view, "/lines/0/inspections")?
        ));
        Ok(())
    }

    /// Another inspection, which cannot stand.
    pub(super) async fn withdraws_another(&self, body: Uuid) -> Result<(), Failure> {
        self.stage
            .step("Another inspection is opened by mistake, and withdrawn with a reason");
        let opened = self
            .stage
            .client
            .post(
                "/v1/inspections",
                "demo-mistake",
                &json!({ "body_id": body, "agreed": ["voluntary-2026"] }),
            )
            .await?
            .body;
        let path = format!("/v1/inspections/{}/actions", text(&opened, "/id")?);
        let withdraw = json!({
            "action": "withdraw", "reason": "The group was inspected this year.",
        });
        let answer = self
            .people
            .decider
            .post(&path, "demo-withdraw", &withdraw)
            .await?;
        say(&format!("         It is {}", text(&answer.body, "/state")?));
        Ok(())
    }
}
