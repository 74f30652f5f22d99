//! Weaknesses that follow from published outcomes, and their recurrence.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use group_inspection_core::{
    Urn,
    compile::Inputs,
    language::guard_text,
    outcome::{Area, AreaOutcome, AreaResult, Framework, InspectionEvent},
    report::Report,
    theme::Theme,
    weakness::{Derived, ImpactState, Recurred, Weakness, derive, recurrences},
};
use proptest::prelude::*;
use support::{any_group, shuffled};
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn derived(inputs: &Inputs) -> Vec<Derived> {
    let opened_on = inputs.inspection.opened_at.date_naive();
    derive(&inputs.members, &inputs.outcomes, opened_on, &inputs.policy)
}

/// One open member school with full inspections of these days and areas.
fn school(outcomes: &[(&str, &str, Area, AreaOutcome)]) -> Inputs {
    let mut inputs = (0..)
        .map(|seed| any_group(6, seed))
        .find(|inputs| inputs.members.iter().any(|m| m.open) && !inputs.outcomes.is_empty())
        .unwrap();
    inputs.members.retain(|member| member.open);
    inputs.members.truncate(1);
    inputs.members[0].joined = day("2023-09-01");
    inputs.inspection.opened_at = "2026-06-01T09:00:00Z".parse().unwrap();
    let template = inputs.outcomes[0].clone();
    inputs.outcomes = outcomes
        .iter()
        .map(|(number, started, area, outcome)| {
            let mut fact = template.clone();
            fact.member = inputs.members[0].urn;
            fact.outcome.inspection_number = (*number).to_owned();
            fact.outcome.event = InspectionEvent::Full;
            fact.outcome.started = day(started);
            fact.outcome.ended = None;
            fact.outcome.published = None;
            fact.outcome.framework = Framework::in_force_on(day(started));
            fact.outcome.areas = vec![AreaResult {
                area: *area,
                outcome: *outcome,
                dated: None,
            }];
            fact
        })
        .collect();
    inputs
}

#[test]
fn dr_04_outcomes_of_two_frameworks_are_two_weaknesses() {
    let inputs = school(&[
        (
            "1",
            "2024-05-01",
            Area::BehaviourAndAttitudes,
            AreaOutcome::RequiresImprovement,
        ),
        (
            "2",
            "2026-01-10",
            Area::AttendanceAndBehaviour,
            AreaOutcome::NeedsAttention,
        ),
    ]);
    let found = derived(&inputs);
    let frameworks: Vec<_> = found
        .iter()
        .map(|d| (d.framework, d.looked_at_again))
        .collect();
    assert_eq!(
        frameworks,
        [
            (Framework::EducationInspection, Some(day("2026-01-10"))),
            (Framework::ReportCard, None),
        ]
    );
    assert_ne!(found[0].weakness.id, found[1].weakness.id);
}

#[test]
fn dr_09_what_is_dated_before_joining_is_inherited() {
    let inputs = school(&[
        (
            "1",
            "2023-08-31",
            Area::QualityOfEducation,
            AreaOutcome::Inadequate,
        ),
        (
            "2",
            "2023-09-01",
            Area::PersonalDevelopment,
            AreaOutcome::Inadequate,
        ),
    ]);
    let inherited: Vec<bool> = derived(&inputs).iter().map(|d| d.inherited).collect();
    assert_eq!(inherited, [true, false]);
}

#[test]
fn only_what_its_own_framework_follows_up_is_a_weakness() {
    let inputs = school(&[
        (
            "1",
            "2024-05-01",
            Area::QualityOfEducation,
            AreaOutcome::Good,
        ),
        (
            "2",
            "2024-06-01",
            Area::QualityOfEducation,
            AreaOutcome::NotJudged,
        ),
        (
            "3",
            "2024-07-01",
            Area::OverallEffectiveness,
            AreaOutcome::Inadequate,
        ),
        (
            "4",
            "2010-07-01",
            Area::QualityOfEducation,
            AreaOutcome::Inadequate,
        ),
    ]);
    assert_eq!(derived(&inputs), []);
}

fn weakness(n: u128, theme: Theme, known: &str, schools: &[u32]) -> Weakness {
    let inputs = school(&[(
        "1",
        "2026-01-10",
        Area::Inclusion,
        AreaOutcome::NeedsAttention,
    )]);
    let mut weakness = derived(&inputs).remove(0).weakness;
    weakness.id = Uuid::from_u128(n);
    weakness.theme = theme;
    weakness.first_known = day(known);
    weakness.schools = schools.iter().map(|n| Urn::try_from(*n).unwrap()).collect();
    weakness
}

#[test]
fn recurrence_is_the_same_topic_later_in_another_school() {
    let all = [
        weakness(1, Theme::Inclusion, "2025-01-01", &[900_001]),
        weakness(2, Theme::Inclusion, "2025-06-01", &[900_001]),
        weakness(3, Theme::Inclusion, "2025-06-01", &[900_001, 900_002]),
        weakness(4, Theme::Resources, "2025-09-01", &[900_002]),
        weakness(5, Theme::Inclusion, "2025-09-01", &[]),
    ];
    assert_eq!(
        recurrences(&all),
        [Recurred {
            later: Uuid::from_u128(3),
            earlier: Uuid::from_u128(1),
            schools: [Urn::try_from(900_002).unwrap()].into(),
        }]
    );
}

/// Names and values of every property in a schema.
fn properties(value: &serde_json::Value, found: &mut Vec<(String, serde_json::Value)>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                if let ("properties", Some(list)) = (name.as_str(), field.as_object()) {
                    found.extend(
                        list.iter()
                            .map(|(name, value)| (name.clone(), value.clone())),
                    );
                }
                properties(field, found);
            }
        }
        serde_json::Value::Array(entries) => {
            for entry in entries {
                properties(entry, found);
            }
        }
        _ => {}
    }
}

/// The impact of a response is said of one action. No document has a place
/// for how many are in which state (domain.md 11.1, guards DR-02).
#[test]
fn dr_02_no_document_rolls_up_the_state_of_weaknesses() {
    let schemas = [
        schemars::schema_for!(Report),
        schemars::schema_for!(group_inspection_core::oversight::Overview),
        schemars::schema_for!(group_inspection_core::burden::Measures),
        schemars::schema_for!(group_inspection_core::value::Recorded),
    ];
    let states: BTreeSet<String> = [
        ImpactState::NotYetDue,
        ImpactState::TooEarlyToSee,
        ImpactState::EvidenceOfImpact,
        ImpactState::MixedEvidence,
        ImpactState::NoEvidenceOfImpact,
        ImpactState::Worsened,
    ]
    .iter()
    .map(|state| {
        serde_json::to_value(state)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    })
    .collect();
    let mut impacts = 0;
    for schema in schemas {
        let mut all = Vec::new();
        properties(schema.as_value(), &mut all);
        for (name, value) in all {
            assert!(!states.contains(&name), "a property counts {name}");
            if name.contains("impact") {
                impacts += 1;
                assert!(
                    value["$ref"].as_str().unwrap().ends_with("ImpactState"),
                    "{name}"
                );
            }
        }
    }
    assert_eq!(impacts, 1, "the impact of an action, and no other");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn derived_weaknesses_are_whole_stable_and_clean(schools in 0_u64..20, seed: u64, order: u64) {
        let inputs = any_group(schools, seed);
        let found = derived(&inputs);
        prop_assert_eq!(&found, &derived(&shuffled(&inputs, order)));
        let ids: BTreeSet<Uuid> = found.iter().map(|d| d.weakness.id).collect();
        prop_assert_eq!(ids.len(), found.len());
        for one in &found {
            prop_assert_eq!(guard_text(&one.weakness.statement), []);
            let member = inputs.members.iter().find(|m| m.urn == one.weakness.schools[0]).unwrap();
            prop_assert!(member.open);
            let from = inputs.outcomes.iter().any(|fact| {
                fact.member == member.urn
                    && fact.outcome.inspection_number == one.inspection_number
                    && fact.outcome.framework == one.framework
                    && fact.outcome.area(one.area).is_some()
            });
            prop_assert!(from);
        }
    }
}
