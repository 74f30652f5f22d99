//! The problems an operation can answer with, and the headers of its answers.
//!
//! Operations of one kind fail alike, so each way to fail is described once,
//! under `components`, by a name that says what fails how: `PostConflict`.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::problem::{self, Code};

const PAGES: &str = "The pages after and before this one, with `rel=\"next\"` and `rel=\"prev\"`.";

/// What an operation takes.
struct Takes {
    /// A key.
    key: bool,
    /// Something to change.
    change: bool,
    /// A POST, once per idempotency key.
    once: bool,
    /// JSON.
    json: bool,
    /// A file.
    file: bool,
    /// A query.
    query: bool,
    /// A page of a list.
    page: bool,
    /// A place in the path.
    place: bool,
    /// `If-Match`.
    revision: bool,
    /// A batch of items.
    batch: bool,
    /// A public report.
    report: bool,
    /// What another service calls, with a token of its own.
    callback: bool,
}

impl Takes {
    fn of(path: &str, method: &str, operation: &Map<String, Value>) -> Self {
        let parameters = operation
            .get("parameters")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let content = operation
            .get("requestBody")
            .and_then(|body| body.get("content"));
        let media = |name: &str| content.is_some_and(|content| content.get(name).is_some());
        Self {
            key: path.starts_with("/v1/"),
            change: method != "get",
            once: method == "post" && path.starts_with("/v1/"),
            json: media("application/json"),
            file: media("application/octet-stream"),
            query: parameters
                .iter()
                .any(|one| one.get("in") == Some(&json!("query"))),
            page: parameters
                .iter()
                .any(|one| one.get("name") == Some(&json!("limit"))),
            place: path.contains('{'),
            revision: parameters
                .iter()
                .any(|one| one.get("name") == Some(&json!("If-Match"))),
            batch: path.ends_with("/submissions"),
            report: path.starts_with("/reports/{id}"),
            callback: path.starts_with("/callbacks/"),
        }
    }

    /// What the operation is, as far as that decides how it fails.
    const fn kind(&self) -> &'static str {
        if self.batch && self.once {
            "Submission"
        } else if self.file {
            "Upload"
        } else if self.once {
            "Post"
        } else if self.callback {
            "Callback"
        } else if self.revision {
            "Put"
        } else if self.change {
            "Delete"
        } else if self.query {
            "Query"
        } else {
            "Read"
        }
    }

    /// Whether the operation can answer with a problem of this kind.
    const fn can_meet(&self, code: Code) -> bool {
        match code {
            // A POST may come with a body where none is needed.
            Code::MalformedJson | Code::UnknownField => self.json || self.once,
            Code::MalformedQuery => self.query,
            Code::GroupGradeRefused => self.json || self.once || self.query,
            Code::UnsupportedMediaType | Code::TooLarge | Code::UploadTruncated => {
                self.json || self.once || self.file
            }
            Code::IdempotencyKeyMissing
            | Code::IdempotencyKeyInvalid
            | Code::IdempotencyRunning
            | Code::IdempotencyKeyReused => self.once,
            Code::SubmissionRejected | Code::IdentifierReused => self.once && self.batch,
            Code::Unauthenticated => self.key || self.callback,
            Code::Forbidden => self.key,
            Code::NotFound => self.key || self.place || self.callback,
            // An operation has its method, and the ends of work are told by
            // what was begun.
            Code::MethodNotAllowed | Code::OperationFailed | Code::FileRefused => false,
            Code::ReportWithdrawn => self.report,
            Code::Refused => self.key,
            Code::MalformedRequest
            | Code::Invalid
            | Code::InspectionState
            | Code::IdentifierTaken
            | Code::TwoResponsibleBodies
            | Code::RegisterBody
            | Code::ReportState
            | Code::KeyState => self.change,
            Code::StaleRevision | Code::PreconditionRequired => self.revision,
            Code::RateLimited | Code::Internal | Code::Unavailable => true,
        }
    }
}

/// Answers that operations share, by name.
#[derive(Debug, Default)]
pub(super) struct Shared(BTreeMap<String, Vec<Code>>);

impl Shared {
    /// Puts them where operations refer to them.
    pub(super) fn put(self, description: &mut Value) {
        let components = description
            .get_mut("components")
            .and_then(Value::as_object_mut);
        let Some(components) = components else { return };
        let mut responses = Map::new();
        let mut schemas = Map::new();
        for (name, codes) in self.0 {
            schemas.insert(format!("{name}Problem"), schema(&codes));
            responses.insert(name.clone(), response(&name, &codes));
        }
        components.insert("responses".to_owned(), Value::Object(responses));
        if let Some(held) = components.get_mut("schemas").and_then(Value::as_object_mut) {
            held.append(&mut schemas);
        }
    }
}

/// Adds the problems and the headers.
pub(super) fn put(
    shared: &mut Shared,
    path: &str,
    method: &str,
    operation: &mut Map<String, Value>,
) {
    let takes = Takes::of(path, method, operation);
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        describe(status, response);
        headers_of_success(status, &takes, response);
    }
    let mut statuses: Vec<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    statuses.dedup();
    for status in statuses {
        let codes: Vec<Code> = Code::ALL
            .iter()
            .copied()
            .filter(|code| code.status() == status && takes.can_meet(*code))
            .collect();
        if codes.is_empty() || responses.contains_key(&status.to_string()) {
            continue;
        }
        let name = name(&takes, status, &codes);
        let known = shared
            .0
            .entry(name.clone())
            .or_insert_with(|| codes.clone());
        debug_assert_eq!(*known, codes, "{name} of {method} {path}");
        let place = json!({ "$ref": format!("#/components/responses/{name}") });
        responses.insert(status.to_string(), place);
    }
}

/// The name of a way to fail: the problem, where it can be but one.
fn name(takes: &Takes, status: u16, codes: &[Code]) -> String {
    let (before, of) = match codes {
        [code] => ("", code.code().to_owned()),
        _ => {
            let reason = StatusCode::from_u16(status)
                .ok()
                .and_then(|status| status.canonical_reason());
            (takes.kind(), reason.unwrap_or("Problem").to_owned())
        }
    };
    let words = of.split([' ', '-']).filter(|word| !word.is_empty());
    words.fold(before.to_owned(), |name, word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        name + &first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    })
}

fn schema(codes: &[Code]) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.code()).collect();
    json!({
        "description": "A problem, and one of these.",
        "allOf": [
            { "$ref": "#/components/schemas/Problem" },
            { "type": "object", "properties": { "code": { "enum": names } } },
        ],
    })
}

fn response(name: &str, codes: &[Code]) -> Value {
    let about = codes
        .iter()
        .map(|code| format!("`{}`: {}.", code.code(), code.title()))
        .collect::<Vec<_>>()
        .join(" ");
    let mut headers = Map::new();
    for code in codes {
        let (name, about, always) = match code {
            Code::Unauthenticated => ("WWW-Authenticate", "How to authenticate.", true),
            Code::Unavailable => ("Retry-After", "Seconds to wait.", true),
            Code::StaleRevision => ("ETag", "The present revision, where it is told.", false),
            Code::IdempotencyRunning => (
                "Retry-After",
                "Seconds to wait, with `idempotency-running`.",
                false,
            ),
            _ => continue,
        };
        headers.insert(name.to_owned(), header(about, always));
    }
    let mut response = json!({
        "description": about,
        "content": { problem::MEDIA_TYPE: {
            "schema": { "$ref": format!("#/components/schemas/{name}Problem") },
        } },
    });
    if let Some(fields) = response.as_object_mut()
        && !headers.is_empty()
    {
        fields.insert("headers".to_owned(), Value::Object(headers));
    }
    response
}

fn header(about: &str, always: bool) -> Value {
    json!({ "description": about, "required": always, "schema": { "type": "string" } })
}

/// Every answer says what it is; OpenAPI asks for that.
fn describe(status: &str, response: &mut Value) {
    let about = match status {
        "201" => "Made.",
        "202" => "Begun.",
        "204" => "Done.",
        _ => "What was asked for.",
    };
    let Some(fields) = response.as_object_mut() else {
        return;
    };
    let told = fields.get("description").and_then(Value::as_str);
    if told.is_none_or(str::is_empty) {
        fields.insert("description".to_owned(), about.into());
    }
}

fn headers_of_success(status: &str, takes: &Takes, response: &mut Value) {
    let (true, Some(response)) = (takes.once || takes.page, response.as_object_mut()) else {
        return;
    };
    let Some(headers) = response
        .entry("headers")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
    if takes.page {
        headers.insert("Link".to_owned(), header(PAGES, false));
        return;
    }
    let location = match status {
        "201" => Some("Where it can be read."),
        "202" => Some("The operation to follow."),
        _ => None,
    };
    if let Some(about) = location {
        headers.insert("Location".to_owned(), header(about, true));
    }
    headers.insert(
        "Idempotency-Replayed".to_owned(),
        header("`true` if this is the first answer, given again.", false),
    );
}
