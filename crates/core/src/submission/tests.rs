#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const HELD: u128 = 0xabc;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn urn(number: u32) -> Urn {
    Urn::try_from(number).unwrap()
}

fn evidence_item() -> Value {
    json!({
        "type": "evidence", "ref": "e1", "evidence_type": "visit",
        "title": "Visit to two schools", "text": "Reading is taught daily.",
        "source": "Inspection team", "schools": [900_002, 900_001],
        "themes": ["safeguarding", "inclusion"], "bearing": "strength",
        "effective_from": "2026-09-01", "effective_to": "2026-09-02", "minutes": 30
    })
}

fn weakness_item() -> Value {
    json!({
        "type": "weakness", "ref": "w1", "statement": "Attendance fell.",
        "theme": "attendance_and_behaviour", "source": "group_review",
        "identified_by": "group_before_inspection", "reach": "one_school",
        "schools": [900_001], "first_known": "2026-01-10", "evidence": ["e1"]
    })
}

fn action_item() -> Value {
    json!({
        "type": "action", "weakness": "w1", "kind": "attendance_or_behaviour",
        "description": "A first-day call.", "started": "2026-02-01",
        "impact": "evidence_of_impact", "impact_basis": ["e1"]
    })
}

fn held_evidence() -> EvidenceItem {
    let batch = parse(&json!({ "items": [evidence_item()] })).unwrap();
    let Ok(Content::Evidence(evidence)) = batch.items[0].content.clone() else {
        panic!("evidence");
    };
    evidence.into_item(
        Uuid::from_u128(HELD),
        "0".repeat(64),
        DateTime::<Utc>::UNIX_EPOCH,
    )
}

fn facts() -> Facts {
    Facts {
        today: day("2026-09-15"),
        members: BTreeSet::from([urn(900_001), urn(900_002)]),
        names: vec!["Good Shepherd Trust".to_owned()],
        evidence: vec![held_evidence()],
        weaknesses: Vec::new(),
        references: BTreeMap::from([("earlier".to_owned(), Uuid::from_u128(HELD))]),
    }
}

fn checked(items: &[Value]) -> Vec<Checked> {
    check(&parse(&json!({ "items": items })).unwrap(), &facts())
}

fn errors(items: &[Value]) -> Vec<(String, &'static str)> {
    checked(items)
        .into_iter()
        .flat_map(|item| match item {
            Checked::Accepted(_) => Vec::new(),
            Checked::Rejected(errors) => errors,
        })
        .map(|error| (error.pointer, error.code.code()))
        .collect()
}

fn hash(item: &Value) -> String {
    match &checked(std::slice::from_ref(item))[0] {
        Checked::Accepted(accepted) => accepted.sha256.clone(),
        Checked::Rejected(errors) => panic!("{errors:?}"),
    }
}

fn with(mut item: Value, field: &str, value: Value) -> Value {
    item[field] = value;
    item
}

fn without(mut item: Value, field: &str) -> Value {
    item.as_object_mut().unwrap().remove(field);
    item
}

#[test]
fn a_whole_batch_is_accepted_in_any_order() {
    let sent = [action_item(), weakness_item(), evidence_item()];
    let checked = checked(&sent);
    assert_eq!(errors(&sent), []);
    let order: Vec<(usize, &str)> = in_order_of_links(&checked)
        .into_iter()
        .map(|(position, item)| (position, item.content.kind()))
        .collect();
    assert_eq!(order, [(2, "evidence"), (1, "weakness"), (0, "action")]);
    let Checked::Accepted(action) = &checked[0] else {
        panic!("accepted");
    };
    assert_eq!(action.weakness, Some(Target::Item(1)));
    assert_eq!(action.evidence, [Target::Item(2)]);
}

#[test]
fn links_reach_what_is_held_by_identifier_and_by_name() {
    for name in ["earlier".to_owned(), Uuid::from_u128(HELD).to_string()] {
        let item = with(weakness_item(), "evidence", json!([name]));
        let Checked::Accepted(accepted) = checked(&[item])[0].clone() else {
            panic!("accepted");
        };
        assert_eq!(accepted.evidence, [Target::Held(Uuid::from_u128(HELD))]);
    }
}

#[test]
fn links_that_lead_nowhere_or_to_the_wrong_kind_are_rejected() {
    let nowhere = with(weakness_item(), "evidence", json!(["nothing"]));
    assert_eq!(
        errors(&[nowhere]),
        [("/items/0/evidence/0".to_owned(), "unknown-reference")]
    );
    let wrong = with(action_item(), "weakness", json!("earlier"));
    assert_eq!(
        errors(&[evidence_item(), wrong]),
        [("/items/1/weakness".to_owned(), "wrong-kind")]
    );
    let bad = with(evidence_item(), "title", json!(""));
    assert_eq!(
        errors(&[bad, weakness_item()]),
        [
            ("/items/0/title".to_owned(), "required"),
            ("/items/1/evidence/0".to_owned(), "reference-rejected"),
        ]
    );
}

#[test]
fn a_reference_used_twice_rejects_the_second_item() {
    let second = with(weakness_item(), "ref", json!("e1"));
    assert_eq!(
        errors(&[evidence_item(), second]),
        [("/items/1/ref".to_owned(), "duplicate-reference")]
    );
}

#[test]
fn every_needed_field_is_named_when_missing() {
    for item in [evidence_item(), weakness_item(), action_item()] {
        let optional = [
            "ref",
            "schools",
            "evidence",
            "impact_basis",
            "completed",
            "normal_business",
        ];
        for field in item.as_object().unwrap().keys() {
            if optional.contains(&field.as_str()) {
                continue;
            }
            let sent = [
                evidence_item(),
                with(weakness_item(), "ref", json!("w1")),
                without(with(item.clone(), "ref", json!("x")), field),
            ];
            assert!(
                errors(&sent).contains(&(format!("/items/2/{field}"), "required")),
                "{field}"
            );
        }
    }
}

#[test]
fn dr_02_fields_that_would_grade_the_group_are_refused() {
    for field in [
        "grade",
        "overall_effectiveness",
        "groupScore",
        "rag-status",
        "outcomeGrade",
        "RATING",
        "size_band",
    ] {
        assert!(is_grade_like(field), "{field}");
        assert_eq!(
            errors(&[with(evidence_item(), field, json!("good"))]),
            [(format!("/items/0/{field}"), "group-grade-refused")]
        );
    }
    for field in ["upgraded_at", "storage", "fragment", "bandwidth", "notes"] {
        assert!(!is_grade_like(field), "{field}");
        assert_eq!(
            errors(&[with(evidence_item(), field, json!("x"))]),
            [(format!("/items/0/{field}"), "unknown-field")]
        );
    }
}

#[test]
fn dr_02_texts_that_would_grade_the_group_are_refused() {
    let sent = with(evidence_item(), "text", json!("The group is outstanding."));
    assert_eq!(
        errors(&[sent]),
        [("/items/0/text".to_owned(), "language-refused")]
    );
    for (item, field) in [
        (evidence_item(), "title"),
        (evidence_item(), "source"),
        (without(weakness_item(), "evidence"), "statement"),
    ] {
        let sent = with(item, field, json!("The group was rated inadequate"));
        assert!(
            errors(&[sent]).contains(&(format!("/items/0/{field}"), "language-refused")),
            "{field}"
        );
    }
    let named = with(evidence_item(), "source", json!("Good Shepherd Trust"));
    assert_eq!(errors(&[named]), []);
}

#[test]
fn dr_05_only_schools_of_the_frozen_group_are_accepted() {
    assert_eq!(
        errors(&[with(evidence_item(), "schools", json!([900_001, 900_009]))]),
        [("/items/0/schools/1".to_owned(), "school-not-in-group")]
    );
}

#[test]
fn dr_10_evidence_of_impact_needs_evidence_after_the_action() {
    let none = with(action_item(), "impact_basis", json!([]));
    assert_eq!(
        errors(&[evidence_item(), weakness_item(), none])[0].1,
        "impact-not-evidenced"
    );
    let before = with(action_item(), "started", json!("2026-09-02"));
    assert_eq!(
        errors(&[evidence_item(), weakness_item(), before]),
        [("/items/2/impact".to_owned(), "impact-not-evidenced")]
    );
    let early = with(
        with(action_item(), "impact_basis", json!([])),
        "impact",
        json!("too_early_to_see"),
    );
    assert_eq!(errors(&[evidence_item(), weakness_item(), early]), []);
}

#[test]
fn dr_21_equal_content_has_one_hash_whatever_it_is_called() {
    let one = hash(&evidence_item());
    assert_eq!(one.len(), 64);
    for (field, value) in [
        ("ref", json!("other")),
        ("schools", json!([900_001, 900_002, 900_001])),
        ("themes", json!(["inclusion", "safeguarding"])),
        ("minutes", json!(5)),
        ("title", json!("  Visit to two schools ")),
    ] {
        assert_eq!(hash(&with(evidence_item(), field, value)), one, "{field}");
    }
    for (field, value) in [
        ("evidence_type", json!("survey")),
        ("effective_from", json!("2026-08-31")),
        ("text", json!("Reading is taught weekly.")),
    ] {
        assert_ne!(hash(&with(evidence_item(), field, value)), one, "{field}");
    }
}

#[test]
fn dr_21_links_count_by_what_they_lead_to() {
    let of_weakness = |items: &[Value]| match checked(items).pop() {
        Some(Checked::Accepted(accepted)) => accepted.sha256,
        other => panic!("{other:?}"),
    };
    let named = of_weakness(&[evidence_item(), weakness_item()]);
    let renamed = of_weakness(&[
        with(evidence_item(), "ref", json!("z9")),
        with(weakness_item(), "evidence", json!(["z9"])),
    ]);
    assert_eq!(named, renamed);
    let other = of_weakness(&[
        with(evidence_item(), "text", json!("Other.")),
        weakness_item(),
    ]);
    assert_ne!(named, other);
}

#[test]
fn dates_must_lie_in_the_past_and_in_order() {
    assert_eq!(
        errors(&[with(evidence_item(), "effective_to", json!("2026-09-16"))]),
        [("/items/0/effective_to".to_owned(), "date-in-future")]
    );
    assert_eq!(
        errors(&[with(evidence_item(), "effective_to", json!("2026-08-01"))]),
        [("/items/0/effective_to".to_owned(), "period-reversed")]
    );
    for text in [
        "2026-9-1",
        "01/09/2026",
        "2026-02-30",
        "2026-09-01T00:00:00Z",
        "",
    ] {
        assert_eq!(
            errors(&[with(evidence_item(), "effective_from", json!(text))]),
            [("/items/0/effective_from".to_owned(), "invalid-value")],
            "{text}"
        );
    }
}

#[test]
fn texts_are_short_and_printable() {
    assert_eq!(
        errors(&[with(evidence_item(), "text", json!("a\u{0}b"))]),
        [("/items/0/text".to_owned(), "control-character")]
    );
    assert_eq!(
        errors(&[with(evidence_item(), "title", json!("a\nb"))]),
        [("/items/0/title".to_owned(), "control-character")]
    );
    assert_eq!(
        errors(&[with(evidence_item(), "text", json!("a\r\nb"))]),
        []
    );
    assert_eq!(
        errors(&[with(evidence_item(), "title", json!("x".repeat(301)))]),
        [("/items/0/title".to_owned(), "too-long")]
    );
}

#[test]
fn numbers_and_choices_are_held_to_their_ranges() {
    for minutes in [json!(60_001), json!(-1), json!(1.5)] {
        assert_eq!(
            errors(&[with(evidence_item(), "minutes", minutes)]),
            [("/items/0/minutes".to_owned(), "out-of-range")]
        );
    }
    assert_eq!(
        errors(&[with(evidence_item(), "bearing", json!("good"))]),
        [("/items/0/bearing".to_owned(), "invalid-value")]
    );
    assert_eq!(
        errors(&[with(
            evidence_item(),
            "evidence_type",
            json!("published_outcome")
        )]),
        [("/items/0/evidence_type".to_owned(), "invalid-value")]
    );
}

#[test]
fn an_envelope_has_a_list_of_1_to_500_items() {
    let codes = |sent: Value| -> Vec<(String, &'static str)> {
        parse(&sent)
            .unwrap_err()
            .into_iter()
            .map(|error| (error.pointer, error.code.code()))
            .collect()
    };
    assert_eq!(codes(json!([])), [(String::new(), "wrong-type")]);
    assert_eq!(codes(json!({})), [("/items".to_owned(), "required")]);
    assert_eq!(
        codes(json!({ "items": [] })),
        [("/items".to_owned(), "out-of-range")]
    );
    assert_eq!(
        codes(json!({ "items": vec![json!({}); 501] })),
        [("/items".to_owned(), "out-of-range")]
    );
    assert_eq!(
        codes(json!({ "items": [{}], "grade": 1, "submission_id": "x" })),
        [
            ("/submission_id".to_owned(), "invalid-value"),
            ("/grade".to_owned(), "group-grade-refused"),
        ]
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z~/\\PC]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z/~]{0,6}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    /// Whatever is sent, each error points at a place that exists or at a
    /// field that is missing from an object that exists.
    #[test]
    fn pointers_lead_into_what_was_sent(
        field in prop::sample::select(vec![
            "type", "ref", "title", "text", "schools", "themes", "minutes", "effective_to", "x/y~z",
        ]),
        value in any_json(),
    ) {
        let sent = json!({ "items": [with(evidence_item(), field, value), 7] });
        let batch = parse(&sent).unwrap();
        let results = check(&batch, &facts());
        prop_assert_eq!(results.len(), 2);
        for result in results {
            if let Checked::Rejected(errors) = result {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    let parent = error.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                    prop_assert!(
                        sent.pointer(&error.pointer).is_some() || sent.pointer(parent).is_some(),
                        "{}", error.pointer
                    );
                }
            }
        }
    }

    /// The order of lists never changes the hash.
    #[test]
    fn dr_21_order_of_schools_and_themes_makes_no_difference(
        schools in Just(vec![900_001, 900_002]).prop_shuffle(),
        themes in Just(vec!["safeguarding", "inclusion", "workforce"]).prop_shuffle(),
    ) {
        let item = |schools: Value, themes: Value| {
            with(with(evidence_item(), "schools", schools), "themes", themes)
        };
        prop_assert_eq!(
            hash(&item(json!(schools), json!(themes))),
            hash(&item(json!([900_001, 900_002]), json!(["safeguarding", "inclusion", "workforce"])))
        );
    }

    /// Nothing that may be sent makes reading fail other than by errors.
    #[test]
    fn anything_can_be_read(value in any_json()) {
        if let Ok(batch) = parse(&value) {
            let _ = check(&batch, &facts());
        }
    }
}
