//! The hash by which equal content is known (DR-21).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Content;

/// SHA-256 of the canonical content in hexadecimal: JSON without white space,
/// with fields in the order of their names. Links count by the hash of what
/// they lead to, so that names and identifiers make no difference. What it
/// took to supply the item is not content.
pub(super) fn of(content: &Content, weakness: Option<String>, mut evidence: Vec<String>) -> String {
    evidence.sort();
    let kind = content.kind();
    let fields: Vec<(&str, Value)> = match content {
        Content::Evidence(item) => vec![
            ("evidence_type", code(&item.evidence_type)),
            ("title", json!(item.title)),
            ("text", json!(item.text)),
            ("source", json!(item.source)),
            ("schools", code(&item.schools)),
            ("themes", code(&item.themes)),
            ("bearing", code(&item.bearing)),
            ("effective_from", code(&item.effective_from)),
            ("effective_to", code(&item.effective_to)),
            ("normal_business", json!(item.normal_business)),
        ],
        Content::Weakness(item) => vec![
            ("statement", json!(item.statement)),
            ("theme", code(&item.theme)),
            ("source", code(&item.source)),
            ("identified_by", code(&item.identified_by)),
            ("reach", code(&item.reach)),
            ("schools", code(&item.schools)),
            ("first_known", code(&item.first_known)),
            ("evidence", json!(evidence)),
        ],
        Content::Action(item) => vec![
            ("weakness", json!(weakness)),
            ("kind", code(&item.kind)),
            ("description", json!(item.description)),
            ("started", code(&item.started)),
            ("completed", code(&item.completed)),
            ("impact", code(&item.impact)),
            ("impact_basis", json!(evidence)),
        ],
    };
    let mut canonical: BTreeMap<&str, Value> = fields.into_iter().collect();
    if let Content::Evidence(item) = content {
        // Only where they say something: content sent before they existed
        // keeps its hash.
        if let Some(material) = &item.material {
            canonical.insert("material", code(material));
        }
        if !item.sensitivity.is_usual() {
            canonical.insert("sensitivity", code(&item.sensitivity));
        }
    }
    canonical.insert("type", json!(kind));
    hex::encode(Sha256::digest(code(&canonical).to_string()))
}

/// Types of this crate always have a JSON form.
fn code(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
