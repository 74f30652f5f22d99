//! Problems: what a caller gets instead of what was asked for (RFC 9457).

mod code;
mod document;
mod ended;
mod from_store;
mod reference;

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use group_inspection_core::submission;

pub use code::{Code, Retry};
pub use document::{Document, DocumentError, MEDIA_TYPE, response};
pub(crate) use ended::Ended;
pub use reference::{facts, markdown};

/// A problem on its way to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Kind.
    pub code: Code,
    /// What is the matter this time.
    pub detail: String,
    /// Fields at fault.
    pub errors: Vec<FieldError>,
    /// Rule of the domain that refuses.
    pub rule: Option<&'static str>,
    /// Headers that belong to the answer.
    pub headers: Vec<(&'static str, String)>,
}

/// A field at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer into the body.
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
}

impl From<submission::FieldError> for FieldError {
    fn from(error: submission::FieldError) -> Self {
        Self {
            pointer: error.pointer,
            code: error.code.code(),
            detail: error.detail,
        }
    }
}

impl Problem {
    /// A problem whose detail says no more than its kind.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self::because(code, code.when())
    }

    /// A problem with its own detail.
    #[must_use]
    pub fn because(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            rule: None,
            headers: Vec::new(),
        }
    }

    /// A problem with the fields at fault: a refused grade or an unknown
    /// field has a code of its own.
    #[must_use]
    pub fn with_errors(otherwise: Code, errors: Vec<FieldError>) -> Self {
        let all = |code: &str| errors.iter().all(|error| error.code == code);
        let code = if errors
            .iter()
            .any(|error| error.code == Code::GroupGradeRefused.code())
        {
            Code::GroupGradeRefused
        } else if all(Code::UnknownField.code()) {
            Code::UnknownField
        } else {
            otherwise
        };
        Self {
            errors,
            ..Self::new(code)
        }
    }

    /// The same problem with a header in its answer.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A defect: `cause` is logged here, once, and the caller is told nothing
    /// of it.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal failure");
        Self::new(Code::Internal)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        // The outermost middleware knows the request and writes the body.
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}
