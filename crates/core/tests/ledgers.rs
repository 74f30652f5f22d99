//! The ledgers of burden and value with what was recorded.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use group_inspection_core::{
    Urn, burden,
    burden::{LeaderTime, Meeting, Passed, Recorded, hours_maximum, measures, passed},
    compile::{Inputs, compile},
    language::guard,
    policy::Policy,
    report::LedgerLine,
    request::{Addressee, Asked, Basis, HeldBy, Holder, Material, Period, Request},
    value,
    value::Novelty,
};
use proptest::prelude::*;
use support::any_group;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn asked(addressee: Addressee, basis: Basis, twice: bool) -> Asked {
    let day = "2026-01-01".parse().unwrap();
    Asked {
        request: Request {
            id: id(1),
            purpose: "To see it.".to_owned(),
            basis,
            material: Material::BoardMinutes,
            detail: None,
            period: Period { from: day, to: day },
            addressee,
            expected_minutes: 15,
        },
        by: id(2),
        at: DateTime::from_timestamp(1_780_000_000, 0).unwrap(),
        held: twice
            .then_some(HeldBy::Holder(Holder::Ofsted))
            .into_iter()
            .collect(),
        reason: None,
        sign_off: None,
    }
}

fn recorded() -> Recorded {
    let school = Urn::try_from(900_001).unwrap();
    let days = |n: u32| {
        (1..=n)
            .map(|d| format!("2026-05-{d:02}").parse().unwrap())
            .collect()
    };
    Recorded {
        requests: vec![
            asked(Addressee::Centre, Basis::NormalBusiness, true),
            asked(Addressee::School(school), Basis::MadeForInspection, false),
        ],
        meetings: vec![
            Meeting {
                attendees: 3,
                minutes: 40,
            },
            Meeting {
                attendees: 1,
                minutes: 30,
            },
        ],
        leader_time: vec![LeaderTime {
            role: "headteacher".to_owned(),
            people: 2,
            minutes: 45,
        }],
        notice_working_days: Some(9),
        fieldwork: BTreeMap::from([(id(70), days(4)), (id(71), days(3))]),
        contacts: BTreeMap::from([(school, days(3))]),
        unsafe_deadlines: Some(0),
        turnaround_working_days: Some(28),
        travel_pence: 12_345,
    }
}

#[test]
fn each_measure_is_computed_from_what_was_recorded() {
    let policy = Policy::default();
    let measures = measures(&recorded(), 60, 12, &policy.burden);
    assert_eq!((measures.requests, measures.asked_twice), (2, 1));
    assert_eq!(
        (measures.made_for_inspection, measures.school_requests),
        (1, 1)
    );
    assert_eq!(measures.expected_minutes, 30);
    assert_eq!((measures.meetings, measures.meeting_minutes), (2, 150));
    assert_eq!(measures.leader_minutes, 60 + 150 + 90);
    assert_eq!(measures.fieldwork_days, 7);
    // 7 / 12 * 10 = 5.83…
    assert_eq!(measures.fieldwork_tenths_for_ten_schools, Some(59));
    assert_eq!(measures.cost_pence, 5 * 4_000 + 12_345);
    assert_eq!(
        passed(&measures, &policy.burden, hours_maximum(&policy, 12)),
        BTreeSet::from([Passed::Notice, Passed::ContactDays])
    );
    assert_eq!(
        passed(&measures, &policy.burden, Some(4)),
        BTreeSet::from([Passed::LeaderHours, Passed::Notice, Passed::ContactDays])
    );
}

fn group() -> Inputs {
    (0..)
        .map(|seed| any_group(12, seed))
        .find(|inputs| {
            let report = compile(inputs);
            report.patterns.key.len() > 1 && report.recommendations.len() > 1
        })
        .unwrap()
}

fn finding<'a>(lines: &'a [LedgerLine], measure: &str) -> &'a str {
    &lines
        .iter()
        .find(|line| line.measure == measure)
        .unwrap()
        .finding
}

#[test]
fn the_burden_ledger_says_what_was_recorded() {
    let inputs = group();
    let ledger = burden::ledger_with(&inputs, 3, &recorded());
    let says = |measure| finding(&ledger.lines, measure);
    assert_eq!(
        says("Requests to schools rather than the centre"),
        "One request."
    );
    assert_eq!(
        says("Meetings held for the inspection"),
        "Two meetings, 150 minutes of those who attended."
    );
    assert_eq!(says("Notice in working days"), "Nine working days.");
    assert_eq!(
        says("Days on which a school was contacted"),
        "Three days at the most."
    );
    assert_eq!(says("Deadlines on a bank holiday or closure day"), "None.");
    assert_eq!(
        says("Working days from draft to publication"),
        "28 working days."
    );
    assert_eq!(
        burden::ledger(&inputs, 3),
        burden::ledger_with(&inputs, 3, &Recorded::default())
    );
}

#[test]
fn the_value_ledger_says_plainly_when_nothing_was_new() {
    let inputs = group();
    let report = compile(&inputs);
    let mut since = value::Recorded {
        novelty: report
            .patterns
            .key
            .iter()
            .map(|pattern| (pattern.statement.id.clone(), Novelty::NotNew))
            .collect(),
        acted_on: BTreeMap::from([(1, id(9)), (99, id(9))]),
        first_survey_responses: Some(9),
        second_survey_responses: Some(10),
        cost_pence: Some(1_234_501),
    };
    let says = |since: &value::Recorded, measure| {
        finding(&value::ledger_with(&inputs, &report, since).lines, measure).to_owned()
    };
    let novelty = "Patterns new to the group, as the group says";
    assert!(says(&since, novelty).ends_with("not new."));
    let first = report.patterns.key[0].statement.id.clone();
    since.novelty.remove(&first);
    assert!(says(&since, novelty).ends_with("one not stated."));
    assert!(says(&since, "Recommendations acted on").starts_with("One of the"));
    assert_eq!(
        says(
            &since,
            "Survey of leaders, parents and staff after four months"
        ),
        "Too few responded for results to be shown."
    );
    assert_eq!(
        says(
            &since,
            "Survey of leaders, parents and staff after 12 months"
        ),
        "Ten responses.".replace("Ten", "10")
    );
    assert_eq!(says(&since, "Cost"), "£12,346.");
}

#[test]
fn dr_02_recorded_ledgers_are_clean() {
    let inputs = group();
    let mut report = compile(&inputs);
    report.burden = burden::ledger_with(&inputs, 3, &recorded());
    report.value = value::ledger_with(
        &inputs,
        &report,
        &value::Recorded {
            cost_pence: Some(500_000),
            ..value::Recorded::default()
        },
    );
    assert_eq!(guard(&report), []);
}

proptest! {
    /// More of anything never makes the burden look smaller.
    #[test]
    fn burden_only_grows(attendees in 0_u32..50, minutes in 0_u32..500, travel in 0_u32..100_000, supply in 0_u32..10_000) {
        let caps = burden::Caps::default();
        let before = measures(&recorded(), supply, 12, &caps);
        let mut more = recorded();
        more.meetings.push(Meeting { attendees, minutes });
        more.travel_pence += travel;
        let after = measures(&more, supply, 12, &caps);
        prop_assert_eq!(after.leader_minutes, before.leader_minutes + attendees * minutes);
        prop_assert!(after.cost_pence >= before.cost_pence + u64::from(travel));
    }
}
