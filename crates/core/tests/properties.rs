//! What holds for the report of any group.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::BTreeSet;

use chrono::{Datelike, Weekday};
use group_inspection_core::{
    compile::compile,
    language::{guard, prose::word_count},
    report::{Passage, Report},
};
use proptest::prelude::*;
use support::{any_group, shuffled};

fn passages(report: &Report) -> Vec<Passage> {
    let mut all = report.summary.clone();
    all.extend(report.context.passages.clone());
    all.push(report.patterns.introduction.clone());
    for pattern in report
        .patterns
        .key
        .iter()
        .chain(&report.patterns.observations)
    {
        all.push(pattern.statement.clone());
        all.extend(pattern.detail.clone());
    }
    all.push(report.responses.introduction.clone());
    for weakness in &report.responses.weaknesses {
        all.push(weakness.statement.clone());
        all.push(weakness.effectiveness.clone());
        all.extend(weakness.gaps.clone());
    }
    all.extend(report.shared_practice.clone());
    all.extend(report.recommendations.iter().map(|r| r.text.clone()));
    all.extend(report.method.passages.clone());
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn dr_28_the_order_of_inputs_does_not_matter(schools in 0_u64..40, seed: u64, order: u64) {
        let inputs = any_group(schools, seed);
        prop_assert_eq!(compile(&inputs), compile(&shuffled(&inputs, order)));
    }

    #[test]
    fn dr_02_the_report_of_clean_inputs_is_clean(schools in 0_u64..40, seed: u64) {
        let report = compile(&any_group(schools, seed));
        prop_assert_eq!(guard(&report), []);
    }

    #[test]
    fn dr_03_school_outcomes_stand_in_annex_a_only(schools in 0_u64..40, seed: u64) {
        let mut report = compile(&any_group(schools, seed));
        report.schools.clear();
        let text = serde_json::to_string(&report).unwrap().to_lowercase();
        for outcome in [
            "outstanding", "requires improvement", "inadequate", "\"exceptional", "strong standard",
            "expected standard", "needs attention", "urgent improvement", "not met", "special measures",
        ] {
            prop_assert!(!text.contains(outcome), "{}", outcome);
        }
    }

    #[test]
    fn dr_07_key_patterns_meet_the_test_and_counts_agree(schools in 0_u64..60, seed: u64) {
        let inputs = any_group(schools, seed);
        let report = compile(&inputs);
        prop_assert!(report.patterns.key.len() <= 7);
        for pattern in &report.patterns.key {
            prop_assert!(pattern.schools.len() >= 2);
            prop_assert!(pattern.evidence_types.len() >= 2);
        }
        for pattern in report.patterns.key.iter().chain(&report.patterns.observations) {
            let n = u32::try_from(pattern.schools.len()).unwrap();
            prop_assert!(n >= 1 && n <= pattern.of_schools);
            prop_assert!(pattern.of_schools <= report.front.open_schools);
            for line in &pattern.outcome_counts {
                prop_assert!(line.schools <= line.of_schools && line.of_schools <= pattern.of_schools);
            }
        }
    }

    #[test]
    fn dr_09_inherited_outcomes_never_count(schools in 0_u64..40, seed: u64) {
        let mut inputs = any_group(schools, seed);
        // The national shares leave out all of a group's own outcomes, the
        // inherited ones too: they may change what chance would give.
        inputs.reference = None;
        let mut without = inputs.clone();
        without.outcomes.retain(|fact| {
            inputs
                .members
                .iter()
                .any(|m| m.urn == fact.member && !fact.outcome.is_inherited(m.joined))
        });
        let counts = |report: &Report| -> Vec<_> {
            report
                .patterns
                .key
                .iter()
                .chain(&report.patterns.observations)
                .map(|p| (p.theme, p.bearing, p.schools.clone(), p.of_schools, p.outcome_counts.clone()))
                .collect()
        };
        prop_assert_eq!(counts(&compile(&inputs)), counts(&compile(&without)));
    }

    #[test]
    fn dr_11_every_passage_rests_on_evidence_that_is_listed(schools in 0_u64..40, seed: u64) {
        let report = compile(&any_group(schools, seed));
        let known: BTreeSet<&str> = report.evidence.iter().map(|e| e.id.as_str()).collect();
        prop_assert_eq!(known.len(), report.evidence.len());
        for passage in passages(&report) {
            for id in &passage.evidence {
                prop_assert!(known.contains(id.as_str()), "{} cites {}", passage.id, id);
            }
        }
        for pattern in report.patterns.key.iter().chain(&report.patterns.observations) {
            prop_assert!(!pattern.statement.evidence.is_empty());
            prop_assert!(pattern.detail.iter().all(|passage| !passage.evidence.is_empty()));
        }
        prop_assert!(report.shared_practice.iter().all(|passage| !passage.evidence.is_empty()));
    }

    #[test]
    fn identifiers_of_passages_are_unique(schools in 0_u64..40, seed: u64) {
        let all = passages(&compile(&any_group(schools, seed)));
        let ids: BTreeSet<&str> = all.iter().map(|passage| passage.id.as_str()).collect();
        prop_assert_eq!(ids.len(), all.len());
    }

    #[test]
    fn lengths_stay_within_the_anatomy(schools in 0_u64..40, seed: u64) {
        let report = compile(&any_group(schools, seed));
        let words = |passages: &[Passage]| -> usize {
            passages.iter().map(|passage| word_count(&passage.text)).sum()
        };
        prop_assert!(report.summary.len() <= 5);
        prop_assert!(words(&report.summary) <= 250, "{}", words(&report.summary));
        prop_assert!(words(&report.context.passages) <= 250);
        prop_assert!(words(&report.method.passages) <= 300);
        prop_assert!(report.recommendations.len() <= 7);
        prop_assert!(report.context.places.len() <= 11);
    }

    #[test]
    fn dr_23_due_dates_are_weekdays(schools in 0_u64..20, seed: u64, days in 0_i64..400) {
        let mut inputs = any_group(schools, seed);
        inputs.inspection.opened_at += chrono::TimeDelta::days(days);
        for recommendation in compile(&inputs).recommendations {
            prop_assert!(!matches!(recommendation.due.weekday(), Weekday::Sat | Weekday::Sun));
        }
    }

    #[test]
    fn numbers_and_nouns_agree(schools in 0_u64..20, seed: u64) {
        for passage in passages(&compile(&any_group(schools, seed))) {
            let text = format!(" {} ", passage.text.to_lowercase());
            for wrong in [
                " one schools", " one types", " one weaknesses", " one actions", " one items",
                " one observations", " one key patterns", " 1 of the 1 ", "one of the one",
                " of the no ", " two school ", " no schools has", "  ", " ,", "..", " one of them of",
                " a observation", " a independent", "all one", "one school show ", "schools shows",
                "one school have", "schools has ", " are an observation",
            ] {
                prop_assert!(!text.contains(wrong), "{:?} in {}", wrong, passage.text);
            }
            prop_assert!(passage.text.ends_with(['.', '”', '…', '?', '!']), "{}", passage.text);
            prop_assert!(!passage.text.starts_with(char::is_lowercase), "{}", passage.text);
        }
    }
}
