//! The problems an operation can answer with, and the headers of its answers.

use serde_json::{Map, Value, json};

use crate::problem::{self, Code};

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
            place: path.contains('{'),
            revision: parameters
                .iter()
                .any(|one| one.get("name") == Some(&json!("If-Match"))),
            batch: path.ends_with("/submissions"),
            report: path.starts_with("/reports/{id}"),
            callback: path.starts_with("/callbacks/"),
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
            // An operation has its method.
            Code::MethodNotAllowed => false,
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

/// Adds the problems and the headers.
pub(super) fn put(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let takes = Takes::of(path, method, operation);
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (status, response) in responses.iter_mut() {
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
        if !codes.is_empty() {
            responses
                .entry(status.to_string())
                .or_insert_with(|| response(&codes));
        }
    }
}

fn response(codes: &[Code]) -> Value {
    let about = codes
        .iter()
        .map(|code| format!("`{}`: {}.", code.code(), code.title()))
        .collect::<Vec<_>>()
        .join(" ");
    let names: Vec<&str> = codes.iter().map(|code| code.code()).collect();
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
        "content": { problem::MEDIA_TYPE: { "schema": {
            // A problem, and one of these.
            "allOf": [
                { "$ref": "#/components/schemas/Problem" },
                { "type": "object", "properties": { "code": { "enum": names } } },
            ],
        } } },
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

fn headers_of_success(status: &str, takes: &Takes, response: &mut Value) {
    let (true, Some(response)) = (takes.once, response.as_object_mut()) else {
        return;
    };
    let Some(headers) = response
        .entry("headers")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
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
