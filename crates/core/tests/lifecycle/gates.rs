//! The gates to publication, each alone.

use std::collections::BTreeSet;

use group_inspection_core::publication::{Check, Checks, FactualAccuracy, Gates, SignOff, Unmet};

use crate::world::*;

fn gates(checks: &Checks) -> Gates<'_> {
    Gates {
        checks,
        lead: Some(LEAD),
        team: BTreeSet::from([LEAD, PRACTITIONER]),
        sign_off: Some(SignOff {
            by: ASSURER,
            report_version: 2,
        }),
        factual_accuracy: FactualAccuracy::Closed { delivered: 1 },
        complaints: 0,
    }
}

fn with_checks(change: impl FnOnce(&mut Checks)) -> Vec<Unmet> {
    let mut checks = checks(2);
    change(&mut checks);
    gates(&checks).unmet()
}

fn with_gates(change: impl FnOnce(&mut Gates<'_>)) -> Vec<Unmet> {
    let checks = checks(2);
    let mut gates = gates(&checks);
    change(&mut gates);
    gates.unmet()
}

#[test]
fn dr_26_nothing_is_missing_when_every_gate_is_met() {
    assert_eq!(with_checks(|_| {}), []);
}

#[test]
fn dr_26_each_gate_alone_holds_publication() {
    assert_eq!(
        with_checks(|checks| checks.report_version = None),
        [Unmet::NoReport]
    );
    assert_eq!(
        with_gates(|gates| gates.sign_off = None),
        [Unmet::NotSignedOff]
    );
    assert_eq!(
        with_gates(|gates| gates.factual_accuracy = FactualAccuracy::NotBegun),
        [Unmet::FactualAccuracyNotBegun]
    );
    assert_eq!(
        with_gates(|gates| gates.factual_accuracy = FactualAccuracy::Open { delivered: 1 }),
        [Unmet::FactualAccuracyOpen]
    );
    assert_eq!(
        with_checks(|checks| checks.conflicts_undeclared = 1),
        [Unmet::ConflictsUndeclared(1)]
    );
    assert_eq!(
        with_checks(|checks| checks.conflicts_undecided = 1),
        [Unmet::ConflictsUndecided(1)]
    );
    assert_eq!(
        with_checks(|checks| checks.burden_lines = 0),
        [Unmet::NoBurdenLedger]
    );
    assert_eq!(
        with_checks(|checks| checks.value_lines = 0),
        [Unmet::NoValueLedger]
    );
    assert_eq!(
        with_checks(|checks| checks.language = None),
        [Unmet::LanguageUnread]
    );
    assert_eq!(
        with_checks(|checks| checks.points_unanswered = 1),
        [Unmet::PointsUnanswered(1)]
    );
}

#[test]
fn dr_26_a_check_of_another_version_does_not_count() {
    let earlier = Some(Check {
        report_version: 1,
        findings: 0,
    });
    assert_eq!(
        with_checks(|checks| checks.accessibility = earlier),
        [Unmet::AccessibilityUnchecked]
    );
    assert_eq!(
        with_checks(|checks| checks.language = earlier),
        [Unmet::LanguageUnread]
    );
    let failed = Some(Check {
        report_version: 2,
        findings: 3,
    });
    assert_eq!(
        with_checks(|checks| checks.accessibility = failed),
        [Unmet::Accessibility(3)]
    );
}

#[test]
fn dr_27_author_lead_and_assurer_are_three_people() {
    assert_eq!(
        with_checks(|checks| checks.author = Some(LEAD)),
        [Unmet::AuthorLeads]
    );
    assert_eq!(
        with_checks(|checks| checks.author = Some(ASSURER)),
        [Unmet::AuthorAssures]
    );
    assert_eq!(
        with_checks(|checks| checks.author = None),
        [Unmet::NoAuthor]
    );
    assert_eq!(with_gates(|gates| gates.lead = None), [Unmet::NoLead]);
    let signed_by = |by| {
        with_gates(|gates| {
            gates.sign_off = Some(SignOff {
                by,
                report_version: 2,
            });
        })
    };
    assert_eq!(signed_by(LEAD), [Unmet::AssurerOnTeam]);
    assert_eq!(signed_by(PRACTITIONER), [Unmet::AssurerOnTeam]);
    assert_eq!(Unmet::AuthorLeads.rule(), "DR-27");
}

#[test]
fn dr_38_a_complaint_that_is_not_decided_holds_publication() {
    assert_eq!(with_gates(|gates| gates.complaints = 1), [Unmet::Complaint]);
}
