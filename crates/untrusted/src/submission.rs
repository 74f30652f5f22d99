//! Submissions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use group_inspection_core::{
    Urn,
    language::guard_text_naming,
    submission::{Accepted, Checked, Content, Facts, check, in_order_of_links, parse},
};
use serde_json::Value;

fn facts() -> Facts {
    Facts {
        today: NaiveDate::from_ymd_opt(2026, 9, 15).unwrap_or_default(),
        members: [900_101, 900_102]
            .into_iter()
            .filter_map(|urn| Urn::try_from(urn).ok())
            .collect(),
        names: vec!["Star Academies Trust".to_owned()],
        evidence: Vec::new(),
        weaknesses: Vec::new(),
        references: BTreeMap::new(),
    }
}

/// Every item is answered; what is refused says why and where; what is
/// accepted keeps its hash and holds no grade.
pub(crate) fn target(bytes: &[u8]) {
    let Ok(sent) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let facts = facts();
    let batch = match parse(&sent) {
        Ok(batch) => batch,
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                leads_somewhere(&sent, &error.pointer);
            }
            return;
        }
    };
    let checked = check(&batch, &facts);
    assert_eq!(checked.len(), batch.items.len());
    assert_eq!(checked, check(&batch, &facts), "checked twice");
    for item in &checked {
        match item {
            Checked::Rejected(errors) => {
                assert!(!errors.is_empty(), "refused without a reason");
                for error in errors {
                    leads_somewhere(&sent, &error.pointer);
                }
            }
            Checked::Accepted(accepted) => ungraded(accepted, &facts),
        }
    }
    let accepted = checked
        .iter()
        .filter(|item| matches!(item, Checked::Accepted(_)))
        .count();
    assert_eq!(in_order_of_links(&checked).len(), accepted);
}

/// A pointer names something that was sent, or something missing from it.
fn leads_somewhere(sent: &Value, pointer: &str) {
    let holder = pointer.rsplit_once('/').map_or("", |(holder, _)| holder);
    assert!(
        sent.pointer(pointer).is_some() || sent.pointer(holder).is_some(),
        "{pointer} leads nowhere"
    );
}

fn ungraded(accepted: &Accepted, facts: &Facts) {
    assert_eq!(accepted.sha256.len(), 64);
    let names: Vec<&str> = facts.names.iter().map(String::as_str).collect();
    let texts: Vec<&str> = match &accepted.content {
        Content::Evidence(evidence) => vec![&evidence.title, &evidence.source],
        Content::Weakness(weakness) => vec![&weakness.statement],
        Content::Action(action) => vec![&action.description],
    };
    for text in texts {
        let found = guard_text_naming(text, &names);
        assert!(found.is_empty(), "{text:?} was accepted: {found:?}");
    }
}
