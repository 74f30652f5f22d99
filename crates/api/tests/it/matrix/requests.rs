//! What is sent to each operation: as right as can be, so that it is the role
//! and not the body of the request that decides, and without lasting effect on
//! what others may do.

use actix_web::http::Method;
use chrono::TimeDelta;
use group_inspection_store::Clock;
use serde_json::{Value, json};
use uuid::Uuid;

use super::world::World;
use crate::test_app::{Answer, SCHOOLS};

/// Sends a request as the holder of `key`, with headers as they should be.
pub(super) async fn send(world: &World, method: &Method, path: &str, key: Option<&str>) -> Answer {
    let once = Uuid::now_v7().to_string();
    // A revision that there is not: allowed changes end there.
    let over = (*method == Method::PUT).then_some("\"999\"");
    asked(world, method, path, key, Some(&once), over).await
}

/// Sends a request with these headers.
pub(super) async fn with(
    world: &World,
    method: &Method,
    path: &str,
    key: &str,
    once: Option<&str>,
    over: Option<&str>,
) -> Answer {
    asked(world, method, path, Some(key), once, over).await
}

async fn asked(
    world: &World,
    method: &Method,
    path: &str,
    key: Option<&str>,
    once: Option<&str>,
    over: Option<&str>,
) -> Answer {
    let app = &world.script.app;
    let place = address(world, method, path).await;
    let mut ask = app.ask(method.clone(), &place);
    if let Some(once) = once {
        ask = ask.once(once);
    }
    if let Some(over) = over {
        ask = ask.header("if-match", over);
    }
    if let Some(key) = key {
        ask = ask.key(key);
    }
    let answer = match *method {
        Method::GET | Method::DELETE => ask.send().await,
        _ if path == "/v1/imports" || path.ends_with("/attachments") => {
            ask.raw("application/octet-stream", &b"%PDF-1.7"[..]).await
        }
        _ => ask.json(&body(world, path).await).await,
    };
    if path.ends_with("/declarations") && answer.status == 201 {
        // Who declares anew waits for a decision again.
        let cast = app.cast().await;
        for person in [cast.lead, cast.author, cast.practitioner] {
            world.script.clear(person).await;
        }
    }
    answer
}

async fn address(world: &World, method: &Method, path: &str) -> String {
    let app = &world.script.app;
    let cast = app.cast().await;
    let things = world.things.borrow().clone();
    let fresh = *method == Method::DELETE;
    let id = if path.starts_with("/v1/inspections/") {
        world.script.id
    } else if path.starts_with("/v1/bodies/") || path.starts_with("/groups/") {
        world.body
    } else if path.starts_with("/v1/people/") {
        cast.author
    } else if path.starts_with("/v1/attachments/") {
        things.attachment
    } else if path.starts_with("/v1/deliveries/") {
        things.delivery
    } else if path.starts_with("/v1/operations/") {
        things.operation
    } else if path.starts_with("/v1/imports/") {
        things.import
    } else if path.starts_with("/v1/reports/") || path.starts_with("/reports/") {
        things.report
    } else if path.starts_with("/v1/api-keys/") {
        things.key
    } else if fresh && path == "/v1/partnerships/{id}" {
        world.made("/v1/partnerships", partnership(world)).await
    } else if fresh && path == "/v1/transfers/{id}" {
        world.made("/v1/transfers", transfer(world)).await
    } else {
        Uuid::nil()
    };
    let own = format!("/v1/bodies/{}", world.body);
    let contact = if path.starts_with("/v1/office-contacts/") {
        world.made("/v1/office-contacts", office()).await
    } else if path.contains("{contact_id}") {
        world.made(&format!("{own}/contacts"), contact()).await
    } else {
        Uuid::nil()
    };
    let endpoint = if path.contains("{endpoint_id}") {
        if fresh || things.endpoint.is_nil() {
            let made = world
                .made(&format!("{own}/webhook-endpoints"), endpoint())
                .await;
            world.things.borrow_mut().endpoint = if fresh { Uuid::nil() } else { made };
            made
        } else {
            things.endpoint
        }
    } else {
        Uuid::nil()
    };
    let place = path
        .replace("{id}", &id.to_string())
        .replace("{contact_id}", &contact.to_string())
        .replace("{endpoint_id}", &endpoint.to_string())
        .replace("{person}", &cast.author.to_string())
        .replace("{objection}", &things.objection.to_string())
        .replace("{finding}", &things.finding.to_string())
        .replace("{point}", &things.point.to_string())
        .replace("{recommendation}", &Uuid::nil().to_string())
        .replace("{item}", &things.evidence.to_string())
        .replace("{request}", &things.request.to_string())
        .replace("{urn}", &SCHOOLS[0].to_string())
        .replace("{token}", &"0".repeat(64))
        .replace("{version}", "1")
        .replace("{extension}", "json")
        .replace("{code}", "not-found")
        .replace("{part}", "register")
        .replace("{name}", "report-1.json");
    let query = match path {
        "/search" => "?q=larch",
        "/v1/imports" if *method == Method::POST => "?filename=edubasealldata20260901.csv",
        _ if *method == Method::POST && path.ends_with("/attachments") => "?filename=a.pdf",
        _ => "",
    };
    assert!(!place.contains('{'), "no address for {path}");
    format!("{place}{query}")
}

fn contact() -> Value {
    json!({ "address": "chair@larch.example", "role": "Chair" })
}

fn office() -> Value {
    json!({ "post": "religious_authority", "of": "CE23", "address": "education@diocese.example" })
}

fn endpoint() -> Value {
    json!({ "url": "https://hooks.example.org/larch" })
}

fn partnership(world: &World) -> Value {
    json!({ "form": "teaching_school_hub", "members": [
        { "type": "body", "id": world.other }, { "type": "body", "id": world.third },
    ]})
}

fn transfer(world: &World) -> Value {
    json!({ "by": world.other, "concerning": { "type": "body", "id": world.third } })
}

async fn body(world: &World, path: &str) -> Value {
    let cast = world.script.app.cast().await;
    let things = world.things.borrow().clone();
    let now = world.script.app.store.clock.now();
    let of_inspection = path.strip_prefix("/v1/inspections/{id}/");
    match of_inspection.unwrap_or(path) {
        "/v1/accountability-register" => {
            let register = world.script.app.get(path).key(&world.admin).send().await;
            let mut register = register.value();
            register["reason"] = json!("A new duty");
            register
        }
        "/v1/api-keys" => json!({ "name": "x", "scopes": ["register:read"] }),
        "/v1/bodies" => json!({ "kind": "independent_group", "name": "Another" }),
        "/v1/bodies/{id}/contacts" => contact(),
        "/v1/bodies/{id}/members" => json!({ "members": [] }),
        "/v1/bodies/{id}/webhook-endpoints" | "/v1/bodies/{id}/webhook-endpoints/{endpoint_id}" => {
            endpoint()
        }
        "/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/rotations"
        | "/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/enable"
        | "/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/test" => json!({}),
        "/v1/bodies/{id}/webhook-endpoints/{endpoint_id}/replays" => json!({
            "since": now - TimeDelta::days(1), "until": now, "reason": "Lost on our side",
        }),
        "/v1/office-contacts" => office(),
        "/callbacks/mail-receipts" => json!({
            "id": Uuid::nil(), "reference": null, "status": "delivered",
        }),
        "/v1/inspections" => json!({ "body_id": world.body }),
        "/v1/partnerships" => partnership(world),
        "/v1/people" | "/v1/people/{id}" => json!({ "name": "Sam Holt", "engagement": "hmi" }),
        "/v1/school-terms" => json!({ "terms": [
            { "name": "Spring 2026", "first": "2026-01-05", "last": "2026-03-27" },
        ]}),
        "/v1/transfers" => transfer(world),
        "/v1/api-keys/{id}/rotations"
        | "/v1/api-keys/{id}/revocation"
        | "/v1/deliveries/{id}/replay"
        | "/v1/reports/{id}/versions/{version}/withdrawal" => json!({ "reason": "x" }),
        "actions" => json!({ "action": "open_evidence" }),
        "author" => json!({ "person_id": cast.author, "reason": "Free" }),
        "burden-entries" => json!({ "kind": "meeting", "attendees": 6, "minutes": 60 }),
        "central-functions" => json!({ "holdings": [{
            "function": "finance", "held_by": "centre", "evidence": [things.evidence],
        }]}),
        "compilations" | "publications" => json!({}),
        "conflicts/{person}/decision" => {
            json!({ "ruling": { "ruling": "clear" }, "reasons": "Nothing" })
        }
        "cost" => json!({ "pence": 1 }),
        "declarations" => json!({ "interests": [] }),
        "edits" => json!({
            "block": things.edit["block"], "base": things.edit["base"],
            "text": "Absence fell from February on.",
            "reason": { "text": "The register says so", "evidence": things.evidence },
        }),
        "evidence-requests" => json!({
            "purpose": "To see how the board follows up weaknesses.",
            "basis": "normal_business", "material": "board_minutes",
            "period": { "from": "2026-09-01", "to": "2026-09-11" },
            "addressee": { "kind": "centre" }, "expected_minutes": 20,
        }),
        "evidence-requests/leave" => {
            json!({ "asker": cast.lead, "reason": "Nothing else shows it." })
        }
        "evidence-requests/{request}/answer" => json!({ "evidence": [things.evidence] }),
        "factual-accuracy/points" => json!({
            "place": { "block": things.block["id"] },
            "quote": things.block["text"], "claim": "There are five schools.",
        }),
        "factual-accuracy/points/{point}/reply" => {
            json!({ "decision": "rejected", "reason": "Four were open on the day." })
        }
        "findings" | "findings/{finding}/revisions" => json!({
            "content": {
                "section": "response", "theme": "attendance_and_behaviour", "bearing": "context",
                "statement": "Absence fell again.", "schools": [], "evidence": [things.evidence],
            },
            "reason": { "text": "The register says so", "evidence": things.evidence },
        }),
        "objections" => json!({ "person_id": cast.author, "reasons": "Once our consultant." }),
        "objections/{objection}/outcome" => {
            json!({ "outcome": "not_upheld", "reasons": "There was no contract." })
        }
        "pattern-novelty" => json!({ "patterns": { "patterns.none": "new" } }),
        "recommendations/{recommendation}/steps" => json!({ "kind": "begin", "note": "Planned" }),
        "response" => json!({ "paragraphs": ["Thank you."], "answers": {} }),
        "sample" => json!({ "wanted": 2, "seed": "autumn" }),
        "submissions" => crate::submissions::batch(),
        "survey-responses" => json!({
            "wave": "first", "respondent": "leader", "minutes": 300,
            "answers": { "report_is_clear": "agree" },
        }),
        "urgent-matters" => json!({
            "kind": "safeguarding", "summary": "The register of visitors is not kept.",
            "schools": [SCHOOLS[0]], "concerns_body_leaders": true,
            "noticed_at": now - TimeDelta::hours(2),
        }),
        _ => panic!("what is to be sent to {path}?"),
    }
}
