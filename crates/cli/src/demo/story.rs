//! One fictional group through a whole inspection, by REST alone.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{client::Client, life::Life, receiver::Receiver, stage::Stage, text};
use crate::{failure::Failure, output::say};

/// Addresses of the published report.
pub(crate) struct Published {
    pub(crate) html: String,
    pub(crate) pdf: String,
    pub(crate) json: String,
    pub(crate) text: String,
    pub(crate) feed: String,
}

/// Sizes of groups that make a readable example.
const READABLE: std::ops::RangeInclusive<usize> = 5..=9;

/// Tells it.
pub(super) async fn tell(stage: &Stage, receiver: &Receiver) -> Result<Published, Failure> {
    stage.import().await?;
    let client = &stage.client;
    stage.step("Choosing a group");
    let (body, name, schools) = choose(client).await?;
    say(&format!("         {name}, {} open schools", schools.len()));
    let endpoint = client
        .post(
            &format!("/v1/bodies/{body}/webhook-endpoints"),
            "demo-endpoint",
            &json!({ "url": receiver.url() }),
        )
        .await?;
    receiver.trust(&text(&endpoint.body, "/secret")?);
    client
        .post(
            &format!("/v1/bodies/{body}/contacts"),
            "demo-contact",
            &json!({ "address": "chair@group.example", "role": "Chair of trustees" }),
        )
        .await?;

    let mut life = Life::open(stage, body).await?;
    life.notice().await?;
    life.objection().await?;
    let first = life.preparation().await?;
    life.gives_evidence(&schools).await?;
    life.reaches(first).await?;
    life.fieldwork().await?;
    life.draft().await?;
    life.assurance().await?;
    life.group_checks().await?;
    life.publication().await?;
    stage.step("Waiting for the webhook to the responsible body");
    let (received, before) = receiver.first("report.published").await?;
    say(&format!(
        "         {} arrived with a good signature, id {}, after {before} on earlier steps",
        received.event, received.id
    ));
    let corrected = life.correction().await?;
    life.afterwards().await?;
    life.looks_back().await?;
    life.withdraws_another(body).await?;
    Ok(corrected)
}

/// The first trust of a readable size, with its open schools.
pub(super) async fn choose(client: &Client) -> Result<(Uuid, String, Vec<u64>), Failure> {
    let page = client
        .get("/v1/bodies?kind=multi_academy_trust&limit=100")
        .await?;
    let bodies = page
        .get("items")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for body in bodies {
        let id = text(&body, "/id")?;
        let members = client
            .get(&format!("/v1/bodies/{id}/schools?limit=100"))
            .await?;
        let open: Vec<u64> = members
            .get("items")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|member| member.get("open") == Some(&Value::Bool(true)))
            .filter_map(|member| member.get("urn")?.as_u64())
            .collect();
        if READABLE.contains(&open.len()) {
            let id = id
                .parse()
                .map_err(|error| Failure::because("the group", error))?;
            return Ok((id, text(&body, "/name")?, open));
        }
    }
    Err(Failure::because(
        "choosing a group",
        "this fictional England has no trust of a readable size; try another --seed",
    ))
}

/// Sends the batch twice, as a sender does that lost the first answer.
pub(super) async fn submit(
    client: &Client,
    inspection: &str,
    schools: &[u64],
) -> Result<Value, Failure> {
    let path = format!("/v1/inspections/{inspection}/submissions");
    let batch = batch(schools);
    let first = client.post(&path, "demo-submission", &batch).await?;
    let again = client.post(&path, "demo-submission", &batch).await?;
    if !again.replayed || again.status != first.status {
        return Err(Failure::because(
            "submitting",
            "the repeated request was not answered as the first",
        ));
    }
    let items = batch
        .get("items")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    say(&format!(
        "         {items} items stored; the same request again was answered without a second effect"
    ));
    Ok(first.body)
}

fn batch(schools: &[u64]) -> Value {
    let some = |count: usize| schools.iter().take(count).copied().collect::<Vec<_>>();
    let last = schools.last().copied().into_iter().collect::<Vec<_>>();
    json!({ "items": [
        {
            "type": "evidence", "ref": "attendance-data", "evidence_type": "data",
            "title": "Attendance by school and week, 2025 to 2026",
            "text": "Absence rose in the autumn term and fell from February, most in the schools with a family worker.",
            "source": "The group's attendance team", "schools": some(4),
            "themes": ["attendance_and_behaviour"], "bearing": "weakness",
            "effective_from": "2025-09-01", "effective_to": "2026-01-31",
            "normal_business": true, "minutes": 10
        },
        {
            "type": "evidence", "ref": "attendance-visits", "evidence_type": "visit",
            "title": "Visits on attendance",
            "text": "Leaders in three schools could not say which pupils were missing most often.",
            "source": "Lead inspector", "schools": some(3),
            "themes": ["attendance_and_behaviour"], "bearing": "weakness",
            "effective_from": "2026-09-14", "effective_to": "2026-09-16",
            "normal_business": false, "minutes": 45
        },
        {
            "type": "evidence", "ref": "attendance-review", "evidence_type": "document",
            "title": "Attendance review, summer 2026",
            "text": "Absence fell in each school with a family worker between February and July.",
            "source": "The group's board", "schools": some(4),
            "themes": ["attendance_and_behaviour"], "bearing": "context",
            "effective_from": "2026-02-01", "effective_to": "2026-07-17",
            "normal_business": true, "minutes": 5
        },
        {
            "type": "evidence", "ref": "reading-visits", "evidence_type": "visit",
            "title": "Visits on early reading",
            "text": "Teachers in the schools visited teach the same reading programme and check it often.",
            "source": "Practitioner", "schools": some(5),
            "themes": ["curriculum_and_teaching"], "bearing": "strength",
            "effective_from": "2026-09-14", "effective_to": "2026-09-17",
            "normal_business": false, "minutes": 60
        },
        {
            "type": "evidence", "ref": "reading-papers", "evidence_type": "document",
            "title": "Notes of the reading network, 2025 to 2026",
            "text": "Reading leads meet each month and plan the next unit together.",
            "source": "The group", "schools": some(5),
            "themes": ["curriculum_and_teaching"], "bearing": "strength",
            "effective_from": "2025-09-01", "effective_to": "2026-07-17",
            "normal_business": true, "minutes": 5
        },
        {
            "type": "evidence", "ref": "staff-survey", "evidence_type": "survey",
            "title": "Staff survey, spring 2026",
            "text": "Staff in the newest school say they do not know whom to ask about support for pupils with additional needs.",
            "source": "The group", "schools": last,
            "themes": ["inclusion"], "bearing": "weakness",
            "effective_from": "2026-03-02", "effective_to": "2026-03-20",
            "normal_business": true, "minutes": 5
        },
        {
            "type": "weakness", "ref": "absence",
            "statement": "Too many pupils were absent too often in several schools.",
            "theme": "attendance_and_behaviour", "source": "group_review",
            "identified_by": "group_before_inspection", "reach": "several_schools",
            "schools": some(4), "first_known": "2025-11-10", "evidence": ["attendance-data"]
        },
        {
            "type": "action", "ref": "family-workers", "weakness": "absence",
            "kind": "attendance_or_behaviour",
            "description": "The group placed a family worker in each of the four schools.",
            "started": "2026-01-12", "impact": "evidence_of_impact",
            "impact_basis": ["attendance-review"]
        },
        {
            "type": "weakness", "ref": "needs",
            "statement": "Staff in the newest school lacked support for pupils with additional needs.",
            "theme": "inclusion", "source": "group_review",
            "identified_by": "group_before_inspection", "reach": "one_school",
            "schools": last, "first_known": "2026-03-20", "evidence": ["staff-survey"]
        },
        {
            "type": "weakness", "ref": "central",
            "statement": "The board did not see attendance by school until the spring.",
            "theme": "leadership_and_governance", "source": "inspector_observation",
            "identified_by": "inspectors", "reach": "central_function",
            "schools": [], "first_known": "2026-09-16", "evidence": ["attendance-visits"]
        },
        {
            "type": "action", "ref": "dashboard", "weakness": "central",
            "kind": "governance",
            "description": "The board now receives attendance by school each month.",
            "started": "2026-09-01", "impact": "too_early_to_see", "impact_basis": []
        }
    ] })
}
