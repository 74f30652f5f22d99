//! What can be wrong with a submission.

use serde::Serialize;

/// Something wrong with one place of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON Pointer to the place in the batch.
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: ErrorCode,
    /// What is wrong, for people.
    pub detail: String,
}

impl FieldError {
    /// An error at `pointer`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        }
    }
}

/// Kinds of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// A field is missing.
    Required,
    /// A field is not one of those described.
    UnknownField,
    /// A field would carry a grade of the group (DR-02).
    GroupGradeRefused,
    /// A value is not of the type described.
    WrongType,
    /// A value is not one of those allowed.
    InvalidValue,
    /// A text or list is longer than allowed.
    TooLong,
    /// A number is outside its range.
    OutOfRange,
    /// A text holds control characters.
    ControlCharacter,
    /// A school is not a member of the group as frozen (DR-05).
    SchoolNotInGroup,
    /// A date lies in the future.
    DateInFuture,
    /// A period ends before it begins.
    PeriodReversed,
    /// Two items have the same reference.
    DuplicateReference,
    /// A link leads nowhere.
    UnknownReference,
    /// A link leads to an item that was rejected.
    ReferenceRejected,
    /// A link leads to an item of another kind.
    WrongKind,
    /// Evidence of impact is claimed without evidence after the action (DR-10).
    ImpactNotEvidenced,
    /// A text uses language that a group report may not carry (DR-02).
    LanguageRefused,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [Self; 17] = [
        Self::Required,
        Self::UnknownField,
        Self::GroupGradeRefused,
        Self::WrongType,
        Self::InvalidValue,
        Self::TooLong,
        Self::OutOfRange,
        Self::ControlCharacter,
        Self::SchoolNotInGroup,
        Self::DateInFuture,
        Self::PeriodReversed,
        Self::DuplicateReference,
        Self::UnknownReference,
        Self::ReferenceRejected,
        Self::WrongKind,
        Self::ImpactNotEvidenced,
        Self::LanguageRefused,
    ];

    /// Stable code used over REST.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::UnknownField => "unknown-field",
            Self::GroupGradeRefused => "group-grade-refused",
            Self::WrongType => "wrong-type",
            Self::InvalidValue => "invalid-value",
            Self::TooLong => "too-long",
            Self::OutOfRange => "out-of-range",
            Self::ControlCharacter => "control-character",
            Self::SchoolNotInGroup => "school-not-in-group",
            Self::DateInFuture => "date-in-future",
            Self::PeriodReversed => "period-reversed",
            Self::DuplicateReference => "duplicate-reference",
            Self::UnknownReference => "unknown-reference",
            Self::ReferenceRejected => "reference-rejected",
            Self::WrongKind => "wrong-kind",
            Self::ImpactNotEvidenced => "impact-not-evidenced",
            Self::LanguageRefused => "language-refused",
        }
    }
}
