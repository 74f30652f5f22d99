//! Why work that went on after a 202 failed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Code;

/// Why an operation failed: a problem, with the reason in a word.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OperationProblem)]
pub(crate) struct Ended {
    /// Address that describes this kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// Kind of problem.
    code: Code,
    /// Short summary of the kind.
    title: &'static str,
    /// HTTP status that goes with the kind.
    status: u16,
    /// What was the matter, in a sentence.
    detail: String,
    /// What was the matter, in a word. More words may be added.
    reason: String,
}

/// As the ledger keeps it: whoever did the work wrote it, in words of its own.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Kept {
    code: String,
    status: u16,
    title: String,
    detail: String,
}

impl Ended {
    /// Tells what is kept of the end of an operation or of a file as one of
    /// the kinds that are described, whatever word it has.
    pub(crate) fn of(kept: &Value) -> Self {
        let kept = Kept::deserialize(kept).unwrap_or_default();
        let code = Code::from_code(&kept.code).unwrap_or({
            if kept.status == Code::FileRefused.status() {
                Code::FileRefused
            } else {
                Code::OperationFailed
            }
        });
        let said = if kept.detail.is_empty() {
            kept.title
        } else {
            kept.detail
        };
        Self {
            kind: code.path(),
            code,
            title: code.title(),
            status: code.status(),
            detail: said,
            reason: kept.code,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use serde_json::json;

    use super::{Code, Ended};

    #[test]
    fn whatever_the_work_says_leads_to_a_kind_that_is_described() {
        for (word, status, expected) in [
            ("job_panicked", 500, Code::OperationFailed),
            ("lease_expired", 500, Code::OperationFailed),
            ("a_word_to_come", 500, Code::OperationFailed),
            ("", 0, Code::OperationFailed),
            ("refused", 500, Code::Refused),
            ("unknown_layout", 422, Code::FileRefused),
        ] {
            let kept = json!({
                "type": format!("/problems/{word}"), "code": word,
                "title": "It went wrong.", "status": status,
            });
            let told = serde_json::to_value(Ended::of(&kept)).unwrap();
            assert_eq!(told["type"], expected.path(), "{word}");
            assert_eq!(told["code"], expected.code(), "{word}");
            assert_eq!(told["reason"], word);
            assert_eq!(told["detail"], "It went wrong.");
            assert!(Code::from_code(told["code"].as_str().unwrap()).is_some());
        }
        assert_eq!(Ended::of(&json!(null)).code, Code::OperationFailed);
    }
}
