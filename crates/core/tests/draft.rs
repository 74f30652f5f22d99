//! Editing a compiled draft.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::BTreeSet;

use chrono::DateTime;
use group_inspection_core::{
    compile::compile,
    finding::{
        Reason,
        draft::{Edit, EditRefusal, apply, blocks, digest},
    },
    report::{Passage, Report},
};
use support::any_group;
use uuid::Uuid;

fn report() -> Report {
    compile(&any_group(3, 7))
}

fn edit(passage: &Passage, text: &str) -> Edit {
    Edit {
        id: Uuid::from_u128(1),
        block: passage.id.clone(),
        base: digest(&passage.text),
        text: text.to_owned(),
        author: Uuid::from_u128(2),
        at: DateTime::from_timestamp(1_780_000_000, 0).unwrap(),
        reason: None,
    }
}

fn held() -> BTreeSet<Uuid> {
    BTreeSet::from([Uuid::from_u128(3)])
}

#[test]
fn every_block_can_be_edited_on_its_own() {
    let report = report();
    let all = blocks(&report);
    assert!(all.len() > 20);
    assert_eq!(
        all.iter().map(|p| &p.id).collect::<BTreeSet<_>>().len(),
        all.len()
    );
    for passage in all {
        let edited = apply(
            &report,
            &edit(passage, "Leaders meet each month."),
            &held(),
            false,
        )
        .unwrap();
        let changed: Vec<_> = blocks(&edited)
            .into_iter()
            .zip(blocks(&report))
            .filter(|(a, b)| a != b)
            .map(|(a, _)| (a.id.as_str(), a.text.as_str(), &a.evidence))
            .collect();
        assert_eq!(
            changed,
            [(
                passage.id.as_str(),
                "Leaders meet each month.",
                &passage.evidence
            )]
        );
    }
}

#[test]
fn an_edit_over_another_text_is_a_conflict() {
    let report = report();
    let passage = &report.summary[0];
    let mine = edit(passage, "Leaders meet each month.");
    let theirs = edit(passage, "Leaders meet each term.");
    let edited = apply(&report, &theirs, &held(), false).unwrap();
    assert_eq!(
        apply(&edited, &mine, &held(), false),
        Err(EditRefusal::Conflict {
            block: passage.id.clone(),
            current: digest("Leaders meet each term."),
        })
    );
    let mut nowhere = mine;
    nowhere.block = "summary.nowhere".to_owned();
    assert_eq!(
        apply(&report, &nowhere, &held(), false),
        Err(EditRefusal::UnknownBlock("summary.nowhere".to_owned()))
    );
}

#[test]
fn dr_02_an_edit_is_read_by_the_guard() {
    let report = report();
    let refused = apply(
        &report,
        &edit(
            &report.summary[0],
            "Overall the group is rated outstanding.",
        ),
        &held(),
        false,
    );
    assert!(matches!(refused, Err(EditRefusal::Language(found)) if !found.is_empty()));
    assert_eq!(
        apply(&report, &edit(&report.summary[0], " \n"), &held(), false),
        Err(EditRefusal::Empty)
    );
}

#[test]
fn dr_25_an_edit_of_meaning_after_feedback_needs_a_reason() {
    let report = report();
    let passage = &report.summary[0];
    let mut edit = edit(passage, "Leaders meet each month.");
    assert_eq!(
        apply(&report, &edit, &held(), true),
        Err(EditRefusal::ReasonNeeded)
    );
    edit.reason = Some(Reason {
        text: "The minutes show it.".to_owned(),
        evidence: Uuid::from_u128(3),
    });
    assert!(apply(&report, &edit, &held(), true).is_ok());
    assert_eq!(
        apply(&report, &edit, &BTreeSet::new(), true),
        Err(EditRefusal::UnknownEvidence(Uuid::from_u128(3)))
    );
    edit.reason = None;
    edit.text = passage.text.replace(' ', "  ");
    assert!(apply(&report, &edit, &held(), true).is_ok());
}
