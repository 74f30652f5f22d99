//! JSON Schemas of what is sent and answered, at addresses that stay.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Data, Path},
};
use group_inspection_render::json::report_schema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::published::send;
use crate::{
    openapi,
    problem::{Code, Problem},
    state::AppState,
};

/// Where a schema comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// A schema of the description by its name.
    Described(&'static str),
    /// The report.
    Report,
    /// What webhooks carry.
    Event,
}

/// Every schema by its name, in the order listed.
const ALL: &[(&str, Source)] = &[
    ("action-1.json", Source::Described("InspectionAction")),
    ("body-1.json", Source::Described("NewBody")),
    ("burden-entry-1.json", Source::Described("BurdenEntry")),
    ("decision-1.json", Source::Described("NewDecision")),
    ("declaration-1.json", Source::Described("NewDeclaration")),
    ("event-1.json", Source::Event),
    (
        "evidence-request-1.json",
        Source::Described("NewEvidenceRequest"),
    ),
    ("factual-point-1.json", Source::Described("NewFactualPoint")),
    ("finding-1.json", Source::Described("NewFinding")),
    ("operation-1.json", Source::Described("Operation")),
    ("person-1.json", Source::Described("NewPerson")),
    ("problem-1.json", Source::Described("Problem")),
    (
        "recommendation-step-1.json",
        Source::Described("RecommendationStep"),
    ),
    ("report-1.json", Source::Report),
    ("response-1.json", Source::Described("ResponseDraft")),
    ("submission-1.json", Source::Described("NewSubmission")),
    (
        "submission-result-1.json",
        Source::Described("SubmissionResult"),
    ),
    (
        "survey-response-1.json",
        Source::Described("NewSurveyResponse"),
    ),
    ("urgent-matter-1.json", Source::Described("NewUrgentMatter")),
];

const PLACE: &str = "#/components/schemas/";
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Names of schemas.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}

/// A schema that stands on its own, with its address as `$id`.
fn schema(source: Source, address: &str) -> Value {
    let mut schema = match source {
        Source::Described(name) => bundled(name),
        Source::Report => report_schema(),
        Source::Event => event(),
    };
    if let Value::Object(fields) = &mut schema {
        fields.insert("$schema".to_owned(), json!(DIALECT));
        fields.insert("$id".to_owned(), json!(address));
    }
    schema
}

/// A schema of the description with all it refers to.
fn bundled(name: &str) -> Value {
    let components = openapi::document().pointer("/components/schemas");
    let mut held = BTreeMap::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(name) = waiting.pop() {
        if held.contains_key(&name) {
            continue;
        }
        let mut schema = components
            .and_then(|all| all.get(&name))
            .cloned()
            .unwrap_or_default();
        redirect(&mut schema, &mut waiting);
        held.insert(name, schema);
    }
    let defs: Map<String, Value> = held.into_iter().collect();
    json!({ "title": name, "$ref": format!("#/$defs/{name}"), "$defs": defs })
}

fn redirect(value: &mut Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(name) = target.strip_prefix(PLACE).map(str::to_owned)
            {
                *target = format!("#/$defs/{name}");
                found.push(name);
            }
            fields.values_mut().for_each(|value| redirect(value, found));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redirect(value, found)),
        _ => {}
    }
}

/// The body of every webhook.
fn event() -> Value {
    json!({
        "title": "Event",
        "description": "What a webhook carries. New kinds of event and new members of data may \
                        come; ignore those you do not know.",
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {
                "description": "What happened, such as report.published.",
                "type": "string", "pattern": "^[a-z]+\\.[a-z_]+$",
            },
            "timestamp": { "description": "When.", "type": "string", "format": "date-time" },
            "data": {
                "description": "Whom and what it is about, with links to read more.",
                "type": "object",
            },
        },
    })
}

/// A schema in the list.
#[derive(Debug, Serialize, ToSchema)]
struct SchemaPlace {
    /// Name, with its version.
    name: &'static str,
    /// Address, which is also its `$id`.
    url: String,
}

fn address(state: &AppState, name: &str) -> String {
    let path = state.site.below(&format!("/schemas/{name}"));
    format!("{}{path}", state.site.origin)
}

fn answer(
    request: &HttpRequest,
    media: &str,
    body: &impl Serialize,
) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec_pretty(body).map_err(Problem::internal)?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok(send(
        request,
        200,
        media,
        &sha256,
        "public, max-age=3600",
        bytes,
    ))
}

/// JSON Schemas there are
#[utoipa::path(
    tag = "service",
    operation_id = "list_schemas",
    responses((status = 200, body = Vec<SchemaPlace>))
)]
#[get("/schemas")]
pub(super) async fn index(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let all: Vec<SchemaPlace> = names()
        .map(|name| SchemaPlace {
            name,
            url: address(&state, name),
        })
        .collect();
    answer(&request, "application/json", &all)
}

/// One JSON Schema (2020-12)
///
/// The number in the name changes with what would break a reader.
#[utoipa::path(
    tag = "service",
    operation_id = "read_schema",
    responses((status = 200, body = Object, content_type = "application/schema+json"))
)]
#[get("/schemas/{name}")]
pub(super) async fn one(
    state: Data<AppState>,
    request: HttpRequest,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (name, source) = ALL
        .iter()
        .find(|(known, _)| *known == name.as_str())
        .ok_or_else(|| Problem::new(Code::NotFound))?;
    let schema = schema(*source, &address(&state, name));
    answer(&request, "application/schema+json", &schema)
}
