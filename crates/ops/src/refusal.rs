//! Why a request of the ops port is refused, as a page.

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use group_inspection_store::Error;
use maud::html;

use crate::pages::shell;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No valid key with the scope `admin`.
    Unauthenticated,
    /// A form that another site has sent.
    Foreign,
    /// A form that cannot be read, and why.
    Unreadable(String),
    /// What is asked for is not in a state that allows it, and why.
    Conflict(String),
    /// There is no such thing.
    NotFound,
    /// The database cannot be reached.
    Unavailable,
    /// A defect; the log says more.
    Internal,
}

impl Refusal {
    const fn title(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "A key is needed",
            Self::Foreign => "This form came from another site",
            Self::Unreadable(_) => "The form is not complete",
            Self::Conflict(_) => "This cannot be done now",
            Self::NotFound => "There is nothing here",
            Self::Unavailable => "The database cannot be reached",
            Self::Internal => "Something went wrong",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Unauthenticated => {
                "Give any name, and as the password a key with the scope admin."
            }
            Self::Foreign => "Open the page again and send its own form.",
            Self::Unreadable(why) | Self::Conflict(why) => why,
            Self::NotFound => "Check the address.",
            Self::Unavailable => "Try again in a moment.",
            Self::Internal => "The log of the process says more.",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Unreadable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let body = html! {
            h1 { (self.title()) }
            p { (self.detail()) }
        };
        let mut answer = HttpResponse::build(self.status_code());
        answer.content_type("text/html; charset=utf-8");
        if *self == Self::Unauthenticated {
            answer.insert_header((
                header::WWW_AUTHENTICATE,
                "Basic realm=\"operators\", charset=\"UTF-8\"",
            ));
        }
        answer.body(shell("Group Inspection", self.title(), &body))
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::Unavailable(_) => Self::Unavailable,
            other => {
                tracing::error!(error = %other, "an operator page failed");
                Self::Internal
            }
        }
    }
}
