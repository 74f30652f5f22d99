//! A problem as sent.

use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError, http::header};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Code, Problem};

/// Media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/not-found",
    "title": "There is nothing here",
    "status": 404,
    "detail": "The thing does not exist, or not for this caller.",
    "instance": "0199b1f0-7a00-7000-8000-000000000001",
    "code": "not-found"
}))]
pub struct Document<'a> {
    /// Address that describes the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short summary of the kind of problem.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What is the matter this time.
    pub detail: &'a str,
    /// Identifier of the request, by which the service's log can be searched.
    pub instance: &'a str,
    /// Kind of problem, for programs.
    pub code: Code,
    /// Rule of the domain that refuses, such as `DR-01`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// Fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<DocumentError<'a>>,
}

/// A field at fault.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemError)]
pub struct DocumentError<'a> {
    /// JSON Pointer (RFC 6901) into the body of the request.
    pub pointer: &'a str,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: &'a str,
}

/// The answer to a request that met `problem`.
#[must_use]
pub fn response(problem: &Problem, instance: &str) -> HttpResponse {
    let document = Document {
        kind: problem.code.path(),
        title: problem.code.title(),
        status: problem.code.status(),
        detail: &problem.detail,
        instance,
        code: problem.code,
        rule: problem.rule,
        errors: problem
            .errors
            .iter()
            .map(|error| DocumentError {
                pointer: &error.pointer,
                code: error.code,
                detail: &error.detail,
            })
            .collect(),
    };
    let mut builder = HttpResponseBuilder::new(problem.status_code());
    builder.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
    // A problem is about one moment.
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    for (name, value) in &problem.headers {
        builder.insert_header((*name, value.as_str()));
    }
    builder.body(serde_json::to_vec(&document).unwrap_or_default())
}
