#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
use proptest::prelude::*;

use super::*;

fn response(n: usize, answer: Answer) -> Response {
    Response {
        id: Uuid::from_u128(n as u128),
        wave: Wave::First,
        respondent: Respondent::Parent,
        answers: BTreeMap::from([(Statement::ReportIsClear, answer)]),
        comment: None,
        minutes: None,
    }
}

fn shown(counts: [usize; 5]) -> Results {
    let responses: Vec<Response> = Answer::ALL
        .into_iter()
        .zip(counts)
        .flat_map(|(answer, n)| (0..n).map(move |n| response(n, answer)))
        .collect();
    let thresholds = Thresholds::default();
    results(&responses, Wave::First, Respondent::Parent, &thresholds).unwrap()
}

fn clear(results: Results) -> Vec<Option<u64>> {
    let Results::Shown { answers, .. } = results else {
        panic!("too few");
    };
    answers[&Statement::ReportIsClear]
        .values()
        .map(|shown| shown.number())
        .collect()
}

#[test]
fn fewer_than_ten_responses_show_nothing() {
    assert_eq!(shown([9, 0, 0, 0, 0]), Results::TooFew);
    assert_eq!(
        clear(shown([10, 0, 0, 0, 0])),
        [Some(10), Some(0), Some(0), Some(0), Some(0)]
    );
}

#[test]
fn dr_34_a_lone_small_answer_takes_another_with_it() {
    assert_eq!(
        clear(shown([20, 9, 2, 0, 0])),
        [Some(20), None, None, Some(0), Some(0)]
    );
}

#[test]
fn people_are_asked_what_they_can_know() {
    assert_eq!(
        questionnaire(Wave::First, Respondent::Parent),
        [
            Statement::ReportIsClear,
            Statement::ReportIsAccurate,
            Statement::ChangesMade
        ]
    );
    assert_eq!(questionnaire(Wave::First, Respondent::Leader).len(), 7);
    let mut other = response(1, Answer::Agree);
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let open = opens_on(Wave::First, day("2026-06-01"), &LifecyclePolicy::default());
    assert_eq!(open, day("2026-10-01"));
    assert_eq!(other.check(open, open), Ok(()));
    assert_eq!(
        other.check(open, day("2026-09-30")),
        Err(Refusal::NotOpen(open))
    );
    other.answers = BTreeMap::from([(Statement::ChangesHelped, Answer::Agree)]);
    assert_eq!(
        other.check(open, open),
        Err(Refusal::NotAsked(Statement::ChangesHelped))
    );
    other.answers.clear();
    assert_eq!(other.check(open, open), Err(Refusal::NoAnswer));
}

#[test]
fn codes_are_those_of_json() {
    for statement in Statement::ALL {
        assert_eq!(serde_json::to_value(statement).unwrap(), statement.code());
    }
    for answer in Answer::ALL {
        assert_eq!(serde_json::to_value(answer).unwrap(), answer.code());
    }
}

proptest! {
    #[test]
    fn dr_34_results_never_fail_and_never_single_out(counts in proptest::array::uniform5(0_usize..15)) {
        let total: usize = counts.iter().sum();
        match shown(counts) {
            Results::TooFew => prop_assert!(total < 10),
            shown @ Results::Shown { .. } => {
                let cells = clear(shown);
                let hidden = cells.iter().filter(|cell| cell.is_none()).count();
                prop_assert!(total >= 10);
                prop_assert_ne!(hidden, 1);
                prop_assert!(cells.iter().flatten().all(|n| *n == 0 || *n > 5));
            }
        }
    }
}

#[test]
fn follow_up_is_after_4_and_12_months_and_not_at_a_weekend() {
    let days = LifecyclePolicy::default().follow_up_days("2026-10-31".parse().unwrap());
    assert_eq!(
        days.map(|day| day.to_string()),
        ["2027-03-01", "2027-11-01"]
    );
}
