//! Every kind of problem the API answers with.

use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// Whether sending a request again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Retry)]
pub enum Retry {
    /// The very same request, later.
    Unchanged,
    /// Another request, once corrected.
    Corrected,
    /// Perhaps, after reading how things stand now.
    Reread,
    /// No.
    Never,
}

impl Retry {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unchanged => "Yes: send the same request again, later.",
            Self::Corrected => "Not as it is: send a corrected request.",
            Self::Reread => "Not at once: read how things stand and decide anew.",
            Self::Never => "No.",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $code:literal $status:literal $retry:ident $title:literal
        $when:literal $remedy:literal;)+) => {
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

            /// When it happens.
            #[must_use]
            pub const fn when(self) -> &'static str {
                match self { $(Self::$variant => $when,)+ }
            }

            /// What the caller does about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)+ }
            }

            /// Whether sending the request again can help.
            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$variant => Retry::$retry,)+ }
            }
        }
    };
}

codes! {
    MalformedJson "malformed-json" 400 Corrected "The body is not JSON"
        "The body of the request could not be read as JSON in UTF-8, names a field twice, or is nested too deeply."
        "Send it again once corrected.";
    MalformedQuery "malformed-query" 400 Corrected "The query is not understood"
        "A parameter of the query is unknown, has a value that is not allowed, or is missing."
        "Compare the query with the API description. A cursor is only good for the list that gave it.";
    MalformedRequest "malformed-request" 400 Corrected "The request is not understood"
        "The request breaks the rules of HTTP or of this API in a way named in the detail."
        "Correct what the detail names.";
    IdempotencyKeyMissing "idempotency-key-missing" 400 Corrected "An idempotency key is needed"
        "A POST that creates something came without an Idempotency-Key header."
        "Choose a new value for each new request, keep it, and send it again with every repetition.";
    IdempotencyKeyInvalid "idempotency-key-invalid" 400 Corrected "The idempotency key is not usable"
        "The Idempotency-Key header is not one value of 1 to 255 visible ASCII characters, in quotation marks or without."
        "Send one such value.";
    UploadTruncated "upload-truncated" 400 Unchanged "The upload ended early"
        "Fewer bytes arrived than were announced. Nothing was kept."
        "Send the file again.";
    Unauthenticated "unauthenticated" 401 Corrected "A valid API key or access token is needed"
        "No API key or access token was sent in the header Authorization: Bearer, or what was sent is unknown, expired or revoked."
        "Send one that is valid. A new key comes from whoever runs the service, a new token from its issuer.";
    Forbidden "forbidden" 403 Corrected "The caller may not do this"
        "The key or token is valid but was not granted the scope, or is not of the role, that the detail names."
        "Use a key that may do this, or ask for the scope. What stands in the way may pass: the member rule names the rule, if one refuses.";
    NotFound "not-found" 404 Corrected "There is nothing here"
        "The thing does not exist, or not for this caller."
        "Check the address. If it is right, the key may not know of the thing.";
    MethodNotAllowed "method-not-allowed" 405 Corrected "The method is not allowed here"
        "The address exists but does not take this method. The Allow header lists those it takes."
        "Use one of the methods listed.";
    IdempotencyRunning "idempotency-running" 409 Unchanged "A request with this idempotency key is running"
        "The first request with this key has not been answered yet."
        "Wait for the time in Retry-After, then send the same request with the same key; it gets the answer of the first.";
    IdentifierReused "identifier-reused" 409 Corrected "The identifier was used for other content"
        "A submission with this submission_id but with other content was received before."
        "Use a new identifier for new content.";
    InspectionState "inspection-state" 409 Reread "The inspection is not in a state that allows this"
        "The inspection is in a state that does not allow this; the detail names the state."
        "Read the inspection and its actions to see what is possible now, then decide anew.";
    IdentifierTaken "identifier-taken" 409 Corrected "Another body holds the identifier"
        "An identifier of this scheme belongs to one body only, and another body holds it."
        "Look the body up by the identifier and use that one, or correct the identifier.";
    TwoResponsibleBodies "two-responsible-bodies" 409 Corrected "A school has one responsible body at a time"
        "A school may be associated with several bodies, but on any day only one is responsible for it (DR-06)."
        "Correct the days or the schools; end the earlier membership first.";
    RegisterBody "register-body" 409 Never "The register keeps this body"
        "The body and its members come from imported register files and cannot be changed over REST."
        "Correct the register at its source and import the next file.";
    ReportState "report-state" 409 Reread "The report version is not in a state that allows this"
        "The report version is in a state that does not allow this; the detail names the state."
        "Read the inspection to see which version stands and how, then decide anew.";
    KeyState "key-state" 409 Reread "The API key is not in a state that allows this"
        "The key is expired or revoked, or the secret before its last rotation still works. The detail says which."
        "Read the key. Make another, or wait until the earlier secret has ended.";
    ReportWithdrawn "report-withdrawn" 410 Never "This version was withdrawn"
        "The version was published and has been withdrawn; the detail says why."
        "Stop using it. The address without a version leads to what stands now.";
    StaleRevision "stale-revision" 412 Reread "It has changed since you read it"
        "The If-Match header does not name the present revision, which the ETag of this answer does."
        "Read the thing again and decide anew.";
    TooLarge "too-large" 413 Corrected "The body is too large"
        "The body is larger than the limit that the detail names."
        "Send less at once: a submission can be sent in several batches.";
    UnsupportedMediaType "unsupported-media-type" 415 Corrected "The media type is not supported"
        "The Content-Type is not one this operation takes."
        "Send JSON as application/json, files as application/octet-stream.";
    Invalid "invalid" 422 Corrected "The request is well formed but not valid"
        "The request was understood, but a field is missing or has a value that is not allowed. The list of errors points at each."
        "Correct each field in the list, then send the request with a new idempotency key.";
    UnknownField "unknown-field" 422 Corrected "A field is not one of those described"
        "A field is not one of those described. Unknown fields are refused rather than ignored, so that nothing is lost unnoticed. The list of errors points at each."
        "Leave the fields out or correct their names.";
    GroupGradeRefused "group-grade-refused" 422 Corrected "A group is given no grade"
        "A group inspection gives no grade, score, rank or band, and no field can carry one (DR-02). The list of errors points at the field."
        "Leave it out; describe what was found in words.";
    SubmissionRejected "submission-rejected" 422 Corrected "No item of the submission was accepted"
        "No item of the submission was accepted, or one was not and the whole was to be taken or left. The list of errors points at what is wrong with each item. Nothing was kept."
        "Correct the items, then send the batch with a new idempotency key. `?validate=only` checks a batch without keeping it.";
    IdempotencyKeyReused "idempotency-key-reused" 422 Corrected "The idempotency key was used for another request"
        "The key belongs to an earlier request with another method, address, query or body."
        "Use a new key for a new request.";
    FileRefused "file-refused" 422 Corrected "The register file is refused"
        "A register file was received but cannot be read as what it should be. The member reason of the operation's problem says in a word why, and detail in a sentence."
        "Fetch the file again from its source, or correct what the detail names, and send it as a new import.";
    Refused "refused" 422 Reread "A rule of the domain refuses this"
        "A rule of the domain refuses this. The member rule names the rule and the detail says how it applies."
        "Do what the detail asks for first, or do without. Retrying changes nothing while the facts stay the same.";
    PreconditionRequired "precondition-required" 428 Corrected "An If-Match header is needed"
        "The request would replace something and came without an If-Match header."
        "Read the thing first and send its ETag in If-Match, so that nobody's change is overwritten.";
    RateLimited "rate-limited" 429 Unchanged "Too many requests"
        "The limit named in RateLimit-Policy is used up."
        "Send the same request again after the seconds in Retry-After.";
    Internal "internal" 500 Unchanged "Something went wrong on our side"
        "Something went wrong on our side. The fault was recorded under the request id in instance."
        "Send the same request again, with the same idempotency key, after a while. If it goes on, report the request id.";
    OperationFailed "operation-failed" 500 Reread "The work that was begun has failed"
        "Work that went on after a 202 came to an end without what was asked for. The member reason of the operation's problem says in a word why, and detail in a sentence."
        "Read what the operation worked on. Ask for the work again if it still stands; if it fails again, report the operation's identifier.";
    Unavailable "unavailable" 503 Unchanged "The service cannot answer now"
        "The database or another part that is needed does not answer, is busy, or is starting."
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
