//! What can go wrong in the store, by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Failure of a store call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or none the actor may know of.
    #[error("not found")]
    NotFound,
    /// The thing is not in a state that allows the change.
    #[error("conflict: {0}")]
    Conflict(Conflict),
    /// The actor's role does not allow it.
    #[error("forbidden: {0}")]
    Forbidden(Refusal),
    /// The input breaks a rule of the domain.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The database cannot be reached or has no connection free; trying again
    /// later may help.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// A defect or a fault of the surroundings. The text is for logs only.
    #[error("internal: {0}")]
    Internal(String),
}

/// Why a change conflicts with what is there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// A request with the same idempotency key is still being worked on.
    #[error("a request with this idempotency key is still running")]
    IdempotencyRunning,
    /// The idempotency key was used with a different request.
    #[error("this idempotency key was used with another request")]
    IdempotencyReused,
    /// The client's own identifier was used for different content.
    #[error("this identifier was used for other content")]
    IdentifierReused,
    /// The inspection is not in a state that allows the step.
    #[error("the inspection is {state}")]
    InspectionState {
        /// State it is in.
        state: String,
    },
    /// Another body holds the identifier.
    #[error("another body holds the identifier {scheme} {value}")]
    IdentifierTaken {
        /// Scheme of the identifier.
        scheme: String,
        /// Value of the identifier.
        value: String,
    },
    /// A school would have two responsible bodies on a day (DR-06).
    #[error("a school has one responsible body at a time")]
    TwoResponsibleBodies,
    /// The body is kept by the register and cannot be changed over REST.
    #[error("this body is kept by the register")]
    RegisterBody,
    /// The report version is not in a state that allows the step.
    #[error("the report version is {state}")]
    ReportState {
        /// State it is in.
        state: String,
    },
    /// The API key does not work any more.
    #[error("the API key is {state}")]
    KeyState {
        /// State it is in.
        state: String,
    },
    /// The secret before the last rotation still works.
    #[error("the secret before the last rotation works until {until}")]
    KeyRotating {
        /// Until when.
        until: chrono::DateTime<chrono::Utc>,
    },
    /// The thing has changed since the caller read it.
    #[error("the revision is {current}")]
    StaleRevision {
        /// Revision it is at.
        current: i64,
    },
}

/// Why input is refused by a rule of the domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: {detail}")]
pub struct Refusal {
    /// Rule, such as `DR-01`.
    pub rule: &'static str,
    /// What is wrong, for the caller.
    pub detail: String,
}

impl Error {
    /// A refusal under `rule`.
    pub fn refused(rule: &'static str, detail: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            rule,
            detail: detail.into(),
        })
    }

    /// A refusal of the actor's role under `rule`.
    pub fn forbidden(rule: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden(Refusal {
            rule,
            detail: detail.into(),
        })
    }

    /// An internal failure with its cause, for logs.
    pub fn internal(context: &str, cause: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{context}: {cause}"))
    }

    /// Whether the same transaction may succeed if simply run again.
    pub(crate) fn is_transient(error: &DieselError) -> bool {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
            DieselError::DatabaseError(_, info) => info.message().contains("deadlock detected"),
            _ => false,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::ClosedConnection => Self::Unavailable(error.to_string()),
                DatabaseErrorKind::SerializationFailure => Self::Unavailable(error.to_string()),
                DatabaseErrorKind::ExclusionViolation
                    if info.constraint_name() == Some("membership_one_responsible") =>
                {
                    Self::Conflict(Conflict::TwoResponsibleBodies)
                }
                _ if Self::is_transient(&error) || is_outage(info.message()) => {
                    Self::Unavailable(error.to_string())
                }
                _ => Self::Internal(match info.constraint_name() {
                    Some(constraint) => format!("{error} (constraint {constraint})"),
                    None => error.to_string(),
                }),
            },
            _ => Self::Internal(error.to_string()),
        }
    }
}

/// libpq reports these as unknown errors, told apart by their text only.
fn is_outage(message: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "server closed the connection",
        "could not connect",
        "connection refused",
        "terminating connection",
        "the database system is",
        "no connection to the server",
        "canceling statement due to lock timeout",
        "canceling statement due to statement timeout",
        "remaining connection slots",
    ];
    let message = message.to_ascii_lowercase();
    SIGNS.iter().any(|sign| message.contains(sign))
}
