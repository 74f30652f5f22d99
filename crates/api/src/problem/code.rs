//! Every kind of problem the API answers with.

use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

macro_rules! codes {
    ($($variant:ident $code:literal $status:literal $title:literal $about:literal;)+) => {
        /// Kind of problem. Codes are stable: programs may rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(
                #[doc = $title]
                $variant,
            )+
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable code, which is also the end of the problem's `type`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Short summary, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What it means and what to do about it.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)+ }
            }
        }
    };
}

codes! {
    MalformedJson "malformed-json" 400 "The body is not JSON"
        "The body of the request could not be read as JSON in UTF-8. Send it again once corrected.";
    MalformedQuery "malformed-query" 400 "The query is not understood"
        "A parameter of the query is unknown, has a value that is not allowed, or is missing.";
    MalformedRequest "malformed-request" 400 "The request is not understood"
        "The request breaks the rules of HTTP or of this API in a way named in the detail.";
    IdempotencyKeyMissing "idempotency-key-missing" 400 "An idempotency key is needed"
        "Every POST that creates something needs an Idempotency-Key header with a value that you choose, so that it can be sent again safely.";
    IdempotencyKeyInvalid "idempotency-key-invalid" 400 "The idempotency key is not usable"
        "The Idempotency-Key header has 1 to 255 visible ASCII characters, in quotation marks or without.";
    UploadTruncated "upload-truncated" 400 "The upload ended early"
        "Fewer bytes arrived than were announced. Nothing was kept; send the file again.";
    Unauthenticated "unauthenticated" 401 "A valid API key or access token is needed"
        "Send an API key or an access token in the header Authorization: Bearer. What was sent, if anything, is unknown, expired or revoked.";
    Forbidden "forbidden" 403 "The caller may not do this"
        "The key or token is valid but was not granted the scope named in the detail.";
    NotFound "not-found" 404 "There is nothing here"
        "The thing does not exist, or not for this caller.";
    MethodNotAllowed "method-not-allowed" 405 "The method is not allowed here"
        "The Allow header lists the methods that are.";
    IdempotencyRunning "idempotency-running" 409 "A request with this idempotency key is running"
        "The first request with this key has not been answered yet. Wait, then send the same request again.";
    IdentifierReused "identifier-reused" 409 "The identifier was used for other content"
        "A submission with this submission_id but with other content was received before. Use a new identifier for new content.";
    InspectionState "inspection-state" 409 "The inspection is not in a state that allows this"
        "The detail names the state the inspection is in.";
    IdentifierTaken "identifier-taken" 409 "Another body holds the identifier"
        "An identifier of this scheme belongs to one body only.";
    TwoResponsibleBodies "two-responsible-bodies" 409 "A school has one responsible body at a time"
        "A school may be associated with several bodies, but on any day only one is responsible for it (DR-06).";
    RegisterBody "register-body" 409 "The register keeps this body"
        "The body and its members come from imported register files and cannot be changed over REST.";
    ReportState "report-state" 409 "The report version is not in a state that allows this"
        "The detail names the state the version is in.";
    KeyState "key-state" 409 "The API key is not in a state that allows this"
        "The key is expired or revoked, or the secret before its last rotation still works. The detail says which.";
    ReportWithdrawn "report-withdrawn" 410 "This version was withdrawn"
        "The version was published and has been withdrawn; the detail says why.";
    StaleRevision "stale-revision" 412 "It has changed since you read it"
        "The If-Match header does not name the present revision. Read the thing again and decide anew.";
    TooLarge "too-large" 413 "The body is too large"
        "The detail names the limit.";
    UnsupportedMediaType "unsupported-media-type" 415 "The media type is not supported"
        "Send JSON as application/json.";
    Invalid "invalid" 422 "The request is well formed but not valid"
        "The list of errors points at each field and says what is wrong with it.";
    UnknownField "unknown-field" 422 "A field is not one of those described"
        "Unknown fields are refused rather than ignored, so that nothing is lost unnoticed. The list of errors points at each.";
    GroupGradeRefused "group-grade-refused" 422 "A group is given no grade"
        "A group inspection gives no grade, score, rank or band, and no field can carry one (DR-02). The list of errors points at the field.";
    SubmissionRejected "submission-rejected" 422 "No item of the submission was accepted"
        "The list of errors points at what is wrong with each item. Nothing was kept.";
    IdempotencyKeyReused "idempotency-key-reused" 422 "The idempotency key was used for another request"
        "The key belongs to an earlier request with another body. Use a new key for a new request.";
    Refused "refused" 422 "A rule of the domain refuses this"
        "The member rule names the rule and the detail says how it applies.";
    PreconditionRequired "precondition-required" 428 "An If-Match header is needed"
        "Read the thing first and send its ETag in If-Match, so that nobody's change is overwritten.";
    RateLimited "rate-limited" 429 "Too many requests"
        "The limit named in RateLimit-Policy is used up. Send the same request again after the seconds in Retry-After.";
    Internal "internal" 500 "Something went wrong on our side"
        "The fault was recorded under the request id in instance.";
    Unavailable "unavailable" 503 "The service cannot answer now"
        "Send the same request again after the time in Retry-After.";
}

impl Code {
    /// The code with this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// Where the problem is described.
    #[must_use]
    pub fn path(self) -> String {
        format!("/problems/{}", self.code())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Kind of problem. Codes are stable."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.code())))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "ProblemCode".into()
    }
}
