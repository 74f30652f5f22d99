//! The description of the API (OpenAPI 3.1), made from the handlers.

mod bounds;
mod collection;
pub(crate) mod core_types;
pub mod examples;
mod names;
mod problems;
mod shapes;

use std::sync::LazyLock;

use actix_web::App;
use serde_json::{Map, Value, json};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Description,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

pub use collection::http;

use crate::{
    deprecation::{DEPRECATED, Deprecated},
    problem, routes,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Group inspection",
        description = "Ungraded inspections of responsible bodies that run several schools. \
                       A group is given no grade, score, rank or band, and no request can carry one.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(problem::Document<'static>, problem::DocumentError<'static>, problem::Code)),
    tags(
        (name = "register", description = "Bodies, schools and their membership over time."),
        (name = "inspections", description = "Inspections of a body."),
        (name = "people", description = "People who inspect, and what ties bodies to each other."),
        (name = "conflicts", description = "Interests, decisions on them, and objections to the team."),
        (name = "findings", description = "What inspectors find."),
        (name = "factual-accuracy", description = "The body's check of the facts of a draft."),
        (name = "recommendations", description = "What became of recommendations."),
        (name = "submissions", description = "Evidence, weaknesses and actions as other systems send them."),
        (name = "evidence", description = "The evidence library, what is asked for, and files."),
        (name = "samples", description = "Which schools are looked at more closely, and what feeds the inspection."),
        (name = "ledgers", description = "What an inspection took and what it gave."),
        (name = "oversight", description = "All inspections together, and what already holds bodies to account."),
        (name = "reports", description = "Reports before and after publication."),
        (name = "notifications", description = "Who is told of reports, and whether they were."),
        (name = "operations", description = "Work that goes on after a request was answered."),
        (name = "published", description = "What anyone may read, without a key."),
        (name = "service", description = "The service itself.")
    ),
    modifiers(&Completion)
)]
struct Base;

struct Completion;

impl Modify for Completion {
    fn modify(&self, description: &mut Description) {
        let components = description.components.get_or_insert_default();
        components.add_security_scheme(
            KEY,
            SecurityScheme::Http(
                Http::builder()
                    .scheme(HttpAuthScheme::Bearer)
                    .bearer_format("gik_")
                    .description(Some(
                        "An API key. A key that is revoked may go on working for a few seconds.",
                    ))
                    .build(),
            ),
        );
    }
}

const KEY: &str = "api_key";
const TOKEN: &str = "access_token";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let (_, description) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(routes::documented)
        .split_for_parts();
    let mut description = serde_json::to_value(description).unwrap_or_default();
    core_types::put(&mut description);
    names::of_pages(&mut description);
    shapes::put(&mut description);
    let mut shared = problems::Shared::default();
    each_operation(&mut description, |path, method, operation| {
        complete(&mut shared, path, method, operation);
    });
    shared.put(&mut description);
    bounds::put(&mut description);
    examples::put(&mut description);
    for one in DEPRECATED {
        one.mark(&mut description);
    }
    description
});

/// The description.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The description with operations marked that are on their way out.
#[must_use]
pub fn marked(deprecated: &[Deprecated]) -> Value {
    let mut description = document().clone();
    for one in deprecated {
        one.mark(&mut description);
    }
    description
}

/// Calls `change` with the path, the method and the operation.
fn each_operation(
    description: &mut Value,
    mut change: impl FnMut(&str, &str, &mut Map<String, Value>),
) {
    let paths = description.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Value::Object(operation) = operation {
                change(path, method, operation);
            }
        }
    }
}

/// Adds what is the same for every operation: its name, the key, the
/// idempotency key, the problems and the headers of answers.
fn complete(
    shared: &mut problems::Shared,
    path: &str,
    method: &str,
    operation: &mut Map<String, Value>,
) {
    names::put(path, operation);
    if path.starts_with("/v1/") {
        operation.insert("security".to_owned(), json!([{ KEY: [] }, { TOKEN: [] }]));
    }
    if method == "put" {
        over(operation);
    }
    if method == "post" && path.starts_with("/v1/") {
        let key = json!({
            "name": "Idempotency-Key",
            "in": "header",
            // A batch that is only checked needs none.
            "required": !path.ends_with("/submissions"),
            "description": "Chosen by you. The same request with the same key within 48 hours \
                            gets the first answer again, with Idempotency-Replayed: true.",
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$",
            },
        });
        let parameters = operation
            .entry("parameters")
            .or_insert_with(|| json!([]))
            .as_array_mut();
        if let Some(parameters) = parameters {
            parameters.push(key);
        }
    }
    problems::put(shared, path, method, operation);
}

/// Every PUT is over a revision that was read.
fn over(operation: &mut Map<String, Value>) {
    let parameters = operation
        .entry("parameters")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(parameters) = parameters
        && !parameters
            .iter()
            .any(|one| one.get("name") == Some(&json!("If-Match")))
    {
        parameters.push(json!({
            "name": "If-Match",
            "in": "header",
            "required": true,
            "description": "ETag of what is replaced, as read.",
            "schema": { "type": "string" },
        }));
    }
}
