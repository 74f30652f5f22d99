//! Points, and the places in a draft they are about.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{finding::draft::blocks, report::Report};

/// A place in a draft.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A passage, by its identifier.
    Block(String),
    /// A single value of the report's JSON, such as a date in annex A, by its
    /// JSON Pointer (RFC 6901).
    Field(String),
}

impl Place {
    /// What stands there; `None` if there is no such place, or many values.
    pub(super) fn text(&self, draft: &Report) -> Option<String> {
        match self {
            Self::Block(id) => blocks(draft)
                .into_iter()
                .find(|passage| passage.id == *id)
                .map(|passage| passage.text.clone()),
            Self::Field(pointer) => {
                let report = serde_json::to_value(draft).ok()?;
                match report.pointer(pointer)? {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    Value::Bool(said) => Some(said.to_string()),
                    Value::Null | Value::Array(_) | Value::Object(_) => None,
                }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(id) => write!(f, "block {id}"),
            Self::Field(pointer) => write!(f, "field {pointer}"),
        }
    }
}

/// One point: what the draft says, and what the body says is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Identifier.
    pub id: Uuid,
    /// Where in the draft it stands.
    pub place: Place,
    /// What stands there and the point is about.
    pub quote: String,
    /// What the body says is so.
    pub claim: String,
    /// Evidence the body names for it, held for the inspection.
    pub evidence: Vec<Uuid>,
}
