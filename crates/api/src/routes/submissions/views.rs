//! Submissions as sent and as answered.

use chrono::{DateTime, Utc};
use group_inspection_core::submission::{Batch, Checked, FieldError};
use group_inspection_store::{
    Error,
    submissions::{StoredItem, Submission},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// A batch of items.
///
/// Read by the rules of the domain, not by this type, which describes it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSubmission, example = json!({
    "submission_id": "0199b1f0-7a00-7000-8000-000000000001",
    "items": [
        {
            "type": "evidence", "ref": "attendance-data", "evidence_type": "data",
            "title": "Attendance by school, autumn term",
            "text": "Attendance rose in both schools between September and December.",
            "source": "Group attendance team", "schools": [900_001, 900_002],
            "themes": ["attendance_and_behaviour"], "bearing": "strength",
            "effective_from": "2026-09-01", "effective_to": "2026-09-11",
            "normal_business": true, "minutes": 15
        },
        {
            "type": "weakness", "ref": "absence", "statement": "Persistent absence was high.",
            "theme": "attendance_and_behaviour", "source": "group_review",
            "identified_by": "group_before_inspection", "reach": "several_schools",
            "schools": [900_001, 900_002], "first_known": "2026-01-12", "evidence": []
        },
        {
            "type": "action", "ref": "first-day-calls", "weakness": "absence",
            "kind": "attendance_or_behaviour",
            "description": "Each school calls home on the first day of absence.",
            "started": "2026-02-02", "impact": "evidence_of_impact",
            "impact_basis": ["attendance-data"]
        }
    ]
}))]
#[expect(dead_code, reason = "describes what the rules of the domain read")]
pub(super) struct SubmissionRequest {
    /// Your own identifier: the same identifier with the same content is
    /// received once.
    submission_id: Option<Uuid>,
    /// 1 to 500 items.
    #[schema(min_items = 1, max_items = 500)]
    items: Vec<ItemRequest>,
}

/// An item of a batch. Links are references of items in the same batch or
/// held already, or identifiers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = NewItem)]
#[expect(dead_code, reason = "describes what the rules of the domain read")]
enum ItemRequest {
    /// An item of evidence.
    Evidence {
        /// Your name for the item: 1 to 64 letters, digits, `.`, `-`, `_`.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// `document`, `visit`, `survey`, `meeting` or `data`.
        evidence_type: String,
        /// Title, up to 300 characters.
        title: String,
        /// What the evidence says, up to 20,000 characters.
        text: String,
        /// Who or what produced it.
        source: String,
        /// Member schools it is about; none means the group's centre.
        schools: Option<Vec<u32>>,
        /// Topics, at least one.
        themes: Vec<String>,
        /// `strength`, `weakness` or `context`.
        bearing: String,
        /// First day it describes.
        effective_from: chrono::NaiveDate,
        /// Last day it describes.
        effective_to: chrono::NaiveDate,
        /// Whether it existed in normal business.
        normal_business: Option<bool>,
        /// Minutes it took to supply.
        minutes: u32,
    },
    /// A weakness.
    Weakness {
        /// Your name for the item.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// What the weakness is, in a sentence.
        statement: String,
        /// Topic.
        theme: String,
        /// Where it came to light.
        source: String,
        /// Who identified it first.
        identified_by: String,
        /// `one_school`, `several_schools`, `whole_group` or `central_function`.
        reach: String,
        /// Member schools concerned.
        schools: Option<Vec<u32>>,
        /// When it was first known.
        first_known: chrono::NaiveDate,
        /// Links to evidence.
        evidence: Option<Vec<String>>,
    },
    /// An action on a weakness.
    Action {
        /// Your name for the item.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// Link to the weakness.
        weakness: String,
        /// Kind of action.
        kind: String,
        /// What was done.
        description: String,
        /// When it began.
        started: chrono::NaiveDate,
        /// When it ended.
        completed: Option<chrono::NaiveDate>,
        /// What is known of its impact. `evidence_of_impact` needs a basis
        /// that describes days after the action began (DR-10).
        impact: String,
        /// Links to evidence.
        impact_basis: Option<Vec<String>>,
    },
}

/// What came of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubmissionResult)]
pub(super) struct ResultView {
    /// Identifier of the submission; none if it was only checked.
    submission_id: Option<Uuid>,
    /// SHA-256 of what was sent, in hexadecimal.
    sha256: Option<String>,
    /// Items accepted.
    accepted: usize,
    /// Items rejected.
    rejected: usize,
    /// What came of each item, in the order sent.
    items: Vec<ItemResult>,
}

/// What came of an item.
#[derive(Debug, Serialize, ToSchema)]
struct ItemResult {
    /// Position in the batch, from 0.
    index: usize,
    /// Your name for the item.
    #[serde(rename = "ref")]
    reference: Option<String>,
    /// `stored`, `reused` (held already), `valid` (only checked) or
    /// `rejected`.
    status: &'static str,
    /// Its identifier.
    id: Option<Uuid>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ItemError>,
}

/// Something wrong with an item.
#[derive(Debug, Serialize, ToSchema)]
struct ItemError {
    /// JSON Pointer into the batch.
    pointer: String,
    /// What is wrong, for programs.
    code: &'static str,
    /// What is wrong, for people.
    detail: String,
}

impl From<&FieldError> for ItemError {
    fn from(error: &FieldError) -> Self {
        Self {
            pointer: error.pointer.clone(),
            code: error.code.code(),
            detail: error.detail.clone(),
        }
    }
}

fn result(
    submission: Option<(Uuid, &str)>,
    batch: &Batch,
    checked: &[Checked],
    mut stored: impl Iterator<Item = (&'static str, Option<Uuid>)>,
) -> ResultView {
    let items: Vec<ItemResult> = checked
        .iter()
        .zip(&batch.items)
        .enumerate()
        .map(|(index, (checked, sent))| {
            let (status, id, errors) = match checked {
                Checked::Accepted(_) => {
                    let (status, id) = stored.next().unwrap_or(("valid", None));
                    (status, id, Vec::new())
                }
                Checked::Rejected(errors) => (
                    "rejected",
                    None,
                    errors.iter().map(ItemError::from).collect(),
                ),
            };
            ItemResult {
                index,
                reference: sent.reference.clone(),
                status,
                id,
                errors,
            }
        })
        .collect();
    let rejected = items
        .iter()
        .filter(|item| item.status == "rejected")
        .count();
    ResultView {
        submission_id: submission.map(|(id, _)| id),
        sha256: submission.map(|(_, sha256)| sha256.to_owned()),
        accepted: items.len() - rejected,
        rejected,
        items,
    }
}

/// The answer to a batch that was only checked.
pub(super) fn verdict(batch: &Batch, checked: &[Checked]) -> ResultView {
    result(None, batch, checked, std::iter::empty())
}

/// The answer to a batch of which something was kept. `stored` has one entry
/// per accepted item, in the order of the batch.
pub(super) fn outcome(
    submission: Uuid,
    sha256: &str,
    batch: &Batch,
    checked: &[Checked],
    stored: &[StoredItem],
) -> Result<Value, Error> {
    let stored = stored.iter().map(|item| {
        let status = if item.reused { "reused" } else { "stored" };
        (status, Some(item.id))
    });
    let view = result(Some((submission, sha256)), batch, checked, stored);
    serde_json::to_value(view).map_err(|error| Error::internal("an answer", error))
}

/// A submission as listed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Submission)]
pub(super) struct SubmissionView {
    /// Identifier.
    id: Uuid,
    /// SHA-256 of what was sent, in hexadecimal.
    sha256: String,
    /// When it was received.
    received_at: DateTime<Utc>,
    /// What was answered.
    result: Value,
}

impl From<Submission> for SubmissionView {
    fn from(submission: Submission) -> Self {
        Self {
            id: submission.id,
            sha256: submission.sha256,
            received_at: submission.received_at,
            result: submission.result,
        }
    }
}
