//! What a failure of the store means to a caller.

use group_inspection_store::{
    Error,
    error::{Conflict, Refusal},
};

use super::{Code, Problem};

/// Seconds after which a caller may try again when the database is away.
const RETRY_AFTER: &str = "5";
/// Seconds after which a caller may ask for the answer of a running request.
const RETRY_RUNNING: &str = "1";

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(Code::NotFound),
            Error::Conflict(conflict) => conflict.into(),
            Error::Refused(Refusal { rule, detail }) => Self {
                rule: Some(rule),
                ..Self::because(Code::Refused, detail)
            },
            Error::Forbidden(Refusal { rule, detail }) => Self {
                rule: Some(rule),
                ..Self::because(Code::Forbidden, detail)
            },
            Error::Unavailable(cause) => {
                tracing::warn!(%cause, "the database is unavailable");
                Self::new(Code::Unavailable).header("retry-after", RETRY_AFTER)
            }
            Error::Internal(cause) => Self::internal(cause),
        }
    }
}

impl From<Conflict> for Problem {
    fn from(conflict: Conflict) -> Self {
        let detail = conflict.to_string();
        let code = match conflict {
            Conflict::IdempotencyRunning => {
                return Self::new(Code::IdempotencyRunning).header("retry-after", RETRY_RUNNING);
            }
            Conflict::StaleRevision { current } => {
                return Self::because(Code::StaleRevision, format!("The revision is {current}."))
                    .header("etag", format!("\"{current}\""));
            }
            Conflict::IdempotencyReused => Code::IdempotencyKeyReused,
            Conflict::IdentifierReused => Code::IdentifierReused,
            Conflict::InspectionState { .. } => Code::InspectionState,
            Conflict::IdentifierTaken { .. } => Code::IdentifierTaken,
            Conflict::TwoResponsibleBodies => Code::TwoResponsibleBodies,
            Conflict::RegisterBody => Code::RegisterBody,
            Conflict::ReportState { .. } => Code::ReportState,
            Conflict::KeyState { .. } | Conflict::KeyRotating { .. } => Code::KeyState,
        };
        Self::because(code, detail)
    }
}
