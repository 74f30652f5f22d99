#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn tracked() -> Tracked {
    Tracked::new(
        id(1),
        1,
        "The trustees".to_owned(),
        "2027-06-01".parse().unwrap(),
    )
}

fn decision() -> Decision {
    Decision {
        inspector: id(70),
        reason: "The evidence shows it.".to_owned(),
    }
}

fn ids(n: u128) -> EvidenceIds {
    vec![id(n)].try_into().unwrap()
}

fn take(tracked: &mut Tracked, step: Step) -> Result<(), Refusal> {
    let at = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
    let taken = Taken {
        step,
        actor: id(71),
        at,
    };
    tracked.take(taken, |evidence| evidence != id(99))
}

fn submit(n: u128) -> Step {
    Step::SubmitEvidence { evidence: ids(n) }
}

fn meet(n: u128) -> Step {
    Step::Meet {
        evidence: ids(n),
        decision: decision(),
    }
}

#[test]
fn dr_32_met_needs_evidence_and_a_decision_by_an_inspector() {
    let json = serde_json::json!({"kind": "meet", "evidence": [id(5)], "decision": decision()});
    assert!(serde_json::from_value::<Step>(json.clone()).is_ok());
    for without in ["evidence", "decision"] {
        let mut json = json.clone();
        json.as_object_mut().unwrap().remove(without);
        assert!(serde_json::from_value::<Step>(json).is_err());
    }
    let mut none = json;
    none["evidence"] = serde_json::json!([]);
    assert!(serde_json::from_value::<Step>(none).is_err());

    let mut recommendation = tracked();
    assert_eq!(
        take(&mut recommendation, meet(5)),
        Err(Refusal::NotFrom {
            from: State::Open,
            to: State::Met
        })
    );
    assert_eq!(
        take(&mut recommendation, submit(99)),
        Err(Refusal::UnknownEvidence(id(99)))
    );
    take(&mut recommendation, submit(5)).unwrap();
    assert_eq!(
        take(&mut recommendation, meet(6)),
        Err(Refusal::UnknownEvidence(id(6)))
    );
    let wordless = Step::Meet {
        evidence: ids(5),
        decision: Decision {
            reason: " ".to_owned(),
            ..decision()
        },
    };
    assert_eq!(take(&mut recommendation, wordless), Err(Refusal::NoReason));
    take(&mut recommendation, meet(5)).unwrap();
    assert_eq!(recommendation.state(), State::Met);
    assert_eq!(recommendation.history().len(), 2);
    assert!(take(&mut recommendation, submit(7)).is_err());
}

#[test]
fn dr_32_a_recommendation_not_met_goes_on() {
    let mut recommendation = tracked();
    let begin = || Step::Begin {
        note: "A new attendance team.".to_owned(),
    };
    take(&mut recommendation, begin()).unwrap();
    take(&mut recommendation, submit(5)).unwrap();
    assert!(take(&mut recommendation, begin()).is_err());
    take(
        &mut recommendation,
        Step::Return {
            decision: decision(),
        },
    )
    .unwrap();
    assert!(
        take(
            &mut recommendation,
            Step::Return {
                decision: decision()
            }
        )
        .is_err()
    );
    take(
        &mut recommendation,
        Step::NotMeet {
            decision: decision(),
        },
    )
    .unwrap();
    assert!(recommendation.is_overdue("2027-06-02".parse().unwrap()));
    assert!(!recommendation.is_overdue("2027-06-01".parse().unwrap()));
    take(&mut recommendation, submit(6)).unwrap();
    take(&mut recommendation, meet(5)).unwrap();
    assert!(!recommendation.is_overdue("2027-06-02".parse().unwrap()));
}

#[test]
fn dr_32_what_supersedes_is_another_recommendation() {
    let supersede = |by| Step::Supersede {
        by,
        decision: decision(),
    };
    let mut recommendation = tracked();
    assert_eq!(
        take(&mut recommendation, supersede(Some(id(1)))),
        Err(Refusal::BySelf)
    );
    take(&mut recommendation, supersede(Some(id(2)))).unwrap();
    assert!(recommendation.state().is_final());
}

#[test]
fn the_table_of_transitions() {
    let table: Vec<String> = State::ALL
        .iter()
        .map(|from| {
            State::ALL
                .iter()
                .map(|to| if from.may_become(*to) { 'x' } else { '.' })
                .collect()
        })
        .collect();
    //                  O P E M N S
    assert_eq!(
        table,
        [
            ".xx.xx", // open
            "..x.xx", // in progress
            ".x.xxx", // evidence submitted
            "......", // met
            ".xx..x", // not met
            "......", // superseded
        ]
    );
}

proptest! {
    #[test]
    fn dr_32_no_history_is_met_without_evidence_and_decision(steps in proptest::collection::vec((0_u8..6, 1_u128..5), 0..20)) {
        let mut recommendation = tracked();
        for (step, n) in steps {
            let before = recommendation.clone();
            let step = match step {
                0 => Step::Begin { note: "Begun.".to_owned() },
                1 => submit(n),
                2 => Step::Return { decision: decision() },
                3 => meet(n),
                4 => Step::NotMeet { decision: decision() },
                _ => Step::Supersede { by: Some(id(n)), decision: decision() },
            };
            if take(&mut recommendation, step).is_ok() {
                prop_assert!(before.state().may_become(recommendation.state()));
            } else {
                prop_assert_eq!(&before, &recommendation);
            }
            if recommendation.state() == State::Met {
                prop_assert!(recommendation.evidence().next().is_some());
                let last = &recommendation.history().last().unwrap().step;
                prop_assert!(matches!(last, Step::Meet { .. }), "{:?}", last);
            }
        }
    }
}
