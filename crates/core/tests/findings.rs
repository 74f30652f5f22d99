//! Rules of patterns and of responses to weaknesses, by example.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_core::{
    compile::compile,
    evidence::{Bearing, EvidenceType},
    language::{Rule, guard},
    outcome::{Area, AreaOutcome, InspectionEvent},
    report::{Recurrence, Report},
    theme::Theme,
    weakness::{ImpactRule, ImpactState, check_impact},
};
use support::{action, day, group, item, outcome, reference, urn, weakness};

const ATTENDANCE: Theme = Theme::AttendanceAndBehaviour;

fn weak(school: u64) -> group_inspection_core::compile::OutcomeFact {
    outcome(
        school,
        "2026-02-03",
        Area::AttendanceAndBehaviour,
        AreaOutcome::NeedsAttention,
    )
}

fn texts(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap()
}

#[test]
fn dr_04_outcomes_are_counted_per_framework_and_area() {
    let mut inputs = group(3);
    inputs.outcomes = vec![
        weak(1),
        outcome(
            2,
            "2024-02-06",
            Area::BehaviourAndAttitudes,
            AreaOutcome::RequiresImprovement,
        ),
        outcome(
            3,
            "2026-03-03",
            Area::AttendanceAndBehaviour,
            AreaOutcome::ExpectedStandard,
        ),
    ];
    let report = compile(&inputs);
    let pattern = &report.patterns.observations[0];
    assert_eq!(pattern.schools, [urn(1), urn(2)]);
    let counts: Vec<(u32, u32)> = pattern
        .outcome_counts
        .iter()
        .map(|line| (line.schools, line.of_schools))
        .collect();
    assert_eq!(counts, [(1, 1), (1, 2)]);
}

#[test]
fn dr_04_a_later_inspection_replaces_an_earlier_one_on_the_same_theme() {
    let mut inputs = group(2);
    inputs.outcomes = vec![
        outcome(
            1,
            "2022-02-01",
            Area::BehaviourAndAttitudes,
            AreaOutcome::Inadequate,
        ),
        outcome(
            1,
            "2026-02-03",
            Area::AttendanceAndBehaviour,
            AreaOutcome::ExpectedStandard,
        ),
    ];
    let report = compile(&inputs);
    assert!(report.patterns.observations.is_empty());
    assert_eq!(report.schools[0].outcomes.len(), 2);
}

#[test]
fn dr_07_key_pattern_needs_two_schools_and_two_types() {
    let mut inputs = group(4);
    inputs.reference = Some(reference(5));
    inputs.outcomes = vec![weak(1), weak(2)];
    assert!(compile(&inputs).patterns.key.is_empty());
    inputs.outcomes = vec![weak(1)];
    inputs.evidence = vec![item(
        1,
        EvidenceType::Visit,
        Bearing::Weakness,
        ATTENDANCE,
        &[1],
    )];
    assert!(compile(&inputs).patterns.key.is_empty());
    inputs.outcomes = vec![weak(1), weak(2)];
    let report = compile(&inputs);
    assert_eq!(report.patterns.key.len(), 1);
    assert_eq!(report.patterns.key[0].schools, [urn(1), urn(2)]);
    assert_eq!(report.patterns.key[0].of_schools, 2);
    assert_eq!(
        report.patterns.key[0].statement.text,
        "Both schools with evidence on attendance and behaviour show a weakness. This rests on \
         published outcomes and visits."
    );
}

#[test]
fn dr_07_patterns_beyond_the_maximum_become_observations() {
    let mut inputs = group(4);
    inputs.policy.pattern_maximum = 1;
    for (n, theme) in [Theme::Inclusion, Theme::Achievement]
        .into_iter()
        .enumerate()
    {
        let n = n as u64 * 2;
        let both = &[1, 2];
        inputs
            .evidence
            .push(item(n, EvidenceType::Visit, Bearing::Weakness, theme, both));
        inputs.evidence.push(item(
            n + 1,
            EvidenceType::Survey,
            Bearing::Weakness,
            theme,
            both,
        ));
    }
    let report = compile(&inputs);
    assert_eq!(report.patterns.key.len(), 1);
    assert_eq!(report.patterns.key[0].theme, Theme::Inclusion);
    let note = report.patterns.observations[0].detail.last().unwrap();
    assert!(note.text.contains("no more than 1"), "{}", note.text);
}

#[test]
fn dr_08_quantity_words_from_ten_schools_on() {
    let mut inputs = group(12);
    let all: Vec<u64> = (1..=12).collect();
    inputs.evidence = vec![
        item(
            1,
            EvidenceType::Visit,
            Bearing::Weakness,
            ATTENDANCE,
            &all[..8],
        ),
        item(
            2,
            EvidenceType::Survey,
            Bearing::Weakness,
            ATTENDANCE,
            &all[..8],
        ),
        item(3, EvidenceType::Data, Bearing::Context, ATTENDANCE, &all),
    ];
    let report = compile(&inputs);
    assert!(
        report.patterns.key[0].statement.text.starts_with(
            "A large majority of the schools with evidence on attendance and behaviour (8 of the \
             12) show a weakness."
        ),
        "{}",
        report.patterns.key[0].statement.text
    );
    assert_eq!(guard(&report), []);
}

#[test]
fn dr_09_inherited_outcomes_are_shown_and_do_not_count() {
    let mut inputs = group(2);
    inputs.members[0].joined = day("2026-05-01");
    inputs.members[0].predecessors = vec![urn(77)];
    inputs.outcomes = vec![weak(1), weak(2)];
    inputs.outcomes[0].outcome.urn_at_time = urn(77);
    let report = compile(&inputs);
    let pattern = &report.patterns.observations[0];
    assert_eq!(pattern.schools, [urn(2)]);
    assert_eq!(pattern.of_schools, 1);
    assert!(report.schools[0].outcomes[0].inherited);
    assert_eq!(report.schools[0].outcomes[0].urn_at_time, urn(77));
    assert!(
        pattern
            .detail
            .iter()
            .any(|passage| passage.id.ends_with(".inherited"))
    );
}

#[test]
fn dr_09_evidence_from_before_joining_does_not_count() {
    let mut inputs = group(2);
    inputs.members[0].joined = day("2026-05-01");
    inputs.evidence = vec![item(
        1,
        EvidenceType::Visit,
        Bearing::Weakness,
        ATTENDANCE,
        &[1, 2],
    )];
    assert_eq!(compile(&inputs).patterns.observations[0].schools, [urn(2)]);
}

#[test]
fn only_full_inspections_within_the_look_back_inform_patterns() {
    let mut inputs = group(2);
    inputs.outcomes = vec![
        outcome(
            1,
            "2019-10-01",
            Area::BehaviourAndAttitudes,
            AreaOutcome::Inadequate,
        ),
        weak(2),
    ];
    inputs.outcomes[1].outcome.event = InspectionEvent::Monitoring;
    let report = compile(&inputs);
    assert!(report.patterns.observations.is_empty());
    assert_eq!(report.evidence.len(), 2);
}

#[test]
fn dr_10_impact_needs_evidence_dated_after_the_action() {
    let held = [item(
        1,
        EvidenceType::Data,
        Bearing::Context,
        ATTENDANCE,
        &[1],
    )];
    let state = ImpactState::EvidenceOfImpact;
    assert_eq!(check_impact(&action(1, 1, state, &[1]), &held), Ok(()));
    assert_eq!(
        check_impact(&action(1, 1, state, &[]), &held),
        Err(ImpactRule::NoBasis)
    );
    assert!(matches!(
        check_impact(&action(1, 1, state, &[2]), &held),
        Err(ImpactRule::UnknownEvidence(_))
    ));
    let mut late = action(1, 1, state, &[1]);
    late.started = day("2026-02-10");
    assert_eq!(check_impact(&late, &held), Err(ImpactRule::NotAfterAction));
    late.impact = ImpactState::TooEarlyToSee;
    assert_eq!(check_impact(&late, &held), Ok(()));
}

#[test]
fn dr_10_a_claim_without_evidence_is_not_repeated() {
    let mut inputs = group(2);
    inputs.weaknesses = vec![weakness(1, ATTENDANCE, &[1, 2])];
    inputs.actions = vec![action(1, 1, ImpactState::EvidenceOfImpact, &[])];
    let report = compile(&inputs);
    let response = &report.responses.weaknesses[0];
    assert_eq!(response.actions[0].impact, ImpactState::NoEvidenceOfImpact);
    assert!(
        response
            .gaps
            .iter()
            .any(|gap| gap.text.starts_with("The group says that its action"))
    );
    assert_eq!(report.recommendations.len(), 1);
}

#[test]
fn recommendations_answer_weaknesses_that_need_them() {
    let mut inputs = group(3);
    inputs.evidence = vec![item(
        1,
        EvidenceType::Data,
        Bearing::Context,
        ATTENDANCE,
        &[1],
    )];
    inputs.weaknesses = vec![
        weakness(1, ATTENDANCE, &[1, 2]),
        weakness(2, ATTENDANCE, &[3]),
        weakness(3, Theme::Inclusion, &[1, 2]),
        weakness(4, Theme::Achievement, &[1, 2]),
        weakness(5, Theme::Resources, &[1, 2]),
    ];
    inputs.actions = vec![
        action(3, 3, ImpactState::EvidenceOfImpact, &[1]),
        action(4, 4, ImpactState::TooEarlyToSee, &[]),
        action(5, 5, ImpactState::Worsened, &[]),
    ];
    let report = compile(&inputs);
    let owners: Vec<&str> = report
        .recommendations
        .iter()
        .map(|r| r.owner.as_str())
        .collect();
    assert_eq!(owners, ["Fictional Learning Trust"; 2]);
    assert_eq!(report.recommendations[0].weaknesses.len(), 1);
    assert_eq!(report.recommendations[1].weaknesses.len(), 2);
    assert_eq!(report.recommendations[0].due, day("2027-09-02"));
}

#[test]
fn recurrence_is_told_from_earlier_evidence_in_other_schools() {
    let mut inputs = group(3);
    inputs.weaknesses = vec![weakness(1, ATTENDANCE, &[1])];
    let recurrence = |inputs: &_| compile(inputs).responses.weaknesses[0].recurrence;
    assert_eq!(recurrence(&inputs), Recurrence::Unknown);
    let mut earlier = item(1, EvidenceType::Visit, Bearing::Strength, ATTENDANCE, &[2]);
    earlier.effective_from = day("2024-05-01");
    earlier.effective_to = day("2024-05-01");
    inputs.evidence = vec![earlier];
    assert_eq!(recurrence(&inputs), Recurrence::No);
    inputs.evidence[0].bearing = Bearing::Weakness;
    assert_eq!(recurrence(&inputs), Recurrence::Yes);
}

#[test]
fn a_weakness_of_one_school_points_at_no_person() {
    let mut inputs = group(3);
    inputs.weaknesses = vec![weakness(1, Theme::LeadershipAndGovernance, &[2])];
    inputs.evidence = vec![item(
        1,
        EvidenceType::Visit,
        Bearing::Weakness,
        Theme::LeadershipAndGovernance,
        &[2],
    )];
    let mut report = compile(&inputs);
    assert!(report.responses.weaknesses[0].schools.is_empty());
    assert!(report.patterns.observations.is_empty());
    assert!(report.evidence[0].schools.is_empty());
    assert_eq!(guard(&report), []);
    report.schools.clear();
    assert!(!texts(&report).contains("Fictional School 2"));

    inputs.weaknesses[0].statement = "The headteacher does not act on audits".to_owned();
    let findings = guard(&compile(&inputs));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, Rule::Person);
    assert_eq!(
        findings[0].pointer,
        "/responses/weaknesses/0/statement/text"
    );
}

#[test]
fn one_school_is_never_one_of_one() {
    let mut inputs = group(2);
    inputs.outcomes = vec![weak(1)];
    let report = compile(&inputs);
    let text = &report.patterns.observations[0].statement.text;
    assert_eq!(
        text,
        "The only school with evidence on attendance and behaviour shows a weakness. This rests \
         on published outcomes alone."
    );
}

#[test]
fn weaknesses_of_leadership_in_two_schools_are_left_out_and_in_three_reported() {
    let theme = Theme::LeadershipAndGovernance;
    let mut inputs = group(4);
    inputs.evidence = (1..=2)
        .map(|n| item(n, EvidenceType::Visit, Bearing::Weakness, theme, &[n]))
        .collect();
    let report = compile(&inputs);
    assert!(report.patterns.observations.is_empty());
    assert!(texts(&report).contains("so that no person can be identified"));
    inputs.evidence.push(item(
        3,
        EvidenceType::Document,
        Bearing::Weakness,
        theme,
        &[3],
    ));
    let report = compile(&inputs);
    assert_eq!(report.patterns.key[0].schools, [urn(1), urn(2), urn(3)]);
}
