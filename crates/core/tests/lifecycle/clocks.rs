//! Clocks and what is overdue.

use chrono::TimeDelta;
use group_inspection_core::{
    calendar::{ClockDays, WorkingDays},
    inspection::{
        Action, ClockKind, ClockState, Due, HoldAnswer, HoldKind, LifecyclePolicy, Matter, Overdue,
        Requester, Role, State, UrgentMatter, Watched, overdue, urgent_alert,
    },
};
use uuid::Uuid;

use crate::world::*;

const HOLD: Uuid = Uuid::from_u128(900);

fn hold(world: &mut World, from: &str, until: &str) {
    world
        .until(from)
        .act(
            Role::LeadInspector,
            Action::RequestHold {
                hold: HOLD,
                kind: HoldKind::Pause,
                requester: Requester::Inspectors,
                reason: "A fire.".to_owned(),
            },
        )
        .act(
            Role::DecisionMaker,
            Action::DecideHold {
                hold: HOLD,
                answer: HoldAnswer::Granted {
                    review_on: day("2026-06-30"),
                },
                reason: "A fire.".to_owned(),
            },
        )
        .until(until)
        .act(
            Role::DecisionMaker,
            Action::Resume {
                hold: HOLD,
                decision: "Over.".to_owned(),
            },
        );
}

/// In quality assurance since Tuesday 3 March 2026.
fn in_qa() -> World {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .reach(State::Drafting)
        .until("2026-03-03T10:00:00Z")
        .act(Role::LeadInspector, Action::SendToQa { report_version: 1 });
    world
}

fn found(world: &World, urgent: &[UrgentMatter]) -> Vec<Overdue> {
    overdue(
        &[Watched {
            inspection: &world.inspection,
            urgent,
            days: &world.days,
            policy: &world.policy.lifecycle,
        }],
        world.now,
    )
}

#[test]
fn dr_23_a_clock_counts_from_the_day_after_its_start() {
    assert_eq!(in_qa().due(ClockKind::Qa), day("2026-03-10"));
}

#[test]
fn dr_37_a_day_that_a_hold_touches_is_not_used_up() {
    let due_after = |from, until| {
        let mut world = in_qa();
        hold(&mut world, from, until);
        world.due(ClockKind::Qa)
    };
    let thursday = "2026-03-05T10:00:00Z";
    assert_eq!(
        due_after(thursday, "2026-03-05T15:00:00Z"),
        day("2026-03-11")
    );
    assert_eq!(
        due_after(thursday, "2026-03-06T00:00:00Z"),
        day("2026-03-11")
    );
    assert_eq!(
        due_after(thursday, "2026-03-06T00:00:01Z"),
        day("2026-03-12")
    );
    assert_eq!(due_after(thursday, thursday), day("2026-03-10"));
    // Over a weekend a hold costs no working day.
    assert_eq!(
        due_after("2026-03-07T10:00:00Z", "2026-03-08T10:00:00Z"),
        day("2026-03-10")
    );
}

#[test]
fn dr_23_days_are_those_of_london_across_the_change_of_clocks() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .reach(State::Drafting)
        .until("2026-03-26T10:00:00Z")
        .act(Role::LeadInspector, Action::SendToQa { report_version: 1 });
    // Good Friday and Easter Monday fall on 3 and 6 April.
    let clock = world.clock(ClockKind::Qa);
    assert_eq!(clock.due.day(), Some(day("2026-04-02")));
    assert_eq!(clock.due.at(), Some(at("2026-04-02T22:59:59Z")));
    // Half past eleven in the evening, UTC, is tomorrow in summer time.
    let matter = UrgentMatter {
        id: Uuid::from_u128(1),
        noticed_at: at("2026-06-30T23:30:00Z"),
        raised_at: None,
    };
    let clock = urgent_alert(
        &matter,
        matter.noticed_at,
        &world.days,
        &LifecyclePolicy::default(),
    );
    assert_eq!(clock.unwrap().due.day(), Some(day("2026-07-02")));
}

#[test]
fn clocks_rest_over_christmas() {
    let mut world = World::new("2026-09-07T09:00:00Z");
    world
        .reach(State::Drafting)
        .until("2026-12-21T10:00:00Z")
        .act(Role::LeadInspector, Action::SendToQa { report_version: 1 });
    assert_eq!(world.due(ClockKind::Qa), day("2027-01-06"));
}

#[test]
fn dr_31_the_response_falls_due_after_56_days_on_a_working_day() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .reach(State::Embargoed)
        .pass(ClockKind::Embargo)
        .pass(ClockKind::Complaint)
        .until("2026-04-08T09:00:00Z")
        .act(
            Role::System,
            Action::ReleaseToStatutory { report_version: 1 },
        )
        .act(Role::System, Action::Publish { report_version: 1 });
    assert_eq!(world.due(ClockKind::Response), day("2026-06-03"));
    // Four months are Saturday 8 August; twelve a Thursday.
    assert_eq!(world.due(ClockKind::FirstFollowUp), day("2026-08-10"));
    assert_eq!(world.due(ClockKind::FinalFollowUp), day("2027-04-08"));

    let mut monday = World::new("2026-01-12T09:00:00Z");
    monday.reach(State::Embargoed).until("2026-04-10T09:00:00Z");
    monday
        .until("2026-07-06T09:00:00Z")
        .act(
            Role::System,
            Action::ReleaseToStatutory { report_version: 1 },
        )
        .act(Role::System, Action::Publish { report_version: 1 });
    // Monday 31 August is a bank holiday.
    assert_eq!(monday.due(ClockKind::Response), day("2026-09-01"));
}

#[test]
fn dr_33_an_urgent_alert_is_due_in_one_working_day_and_never_waits() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Drafting).until("2026-02-27T10:00:00Z");
    let matter = UrgentMatter {
        id: Uuid::from_u128(77),
        noticed_at: world.now,
        raised_at: None,
    };
    world.act(
        Role::LeadInspector,
        Action::RequestHold {
            hold: HOLD,
            kind: HoldKind::Pause,
            requester: Requester::Inspectors,
            reason: "A fire.".to_owned(),
        },
    );
    world.act(
        Role::DecisionMaker,
        Action::DecideHold {
            hold: HOLD,
            answer: HoldAnswer::Granted {
                review_on: day("2026-06-30"),
            },
            reason: "A fire.".to_owned(),
        },
    );
    world.until("2026-03-02T23:59:59Z");
    assert_eq!(found(&world, &[matter]), []);
    world.until("2026-03-03T00:00:00Z");
    let items = found(&world, &[matter]);
    assert_eq!(items[0].matter, Matter::Deadline(ClockKind::UrgentAlert));
    assert_eq!(items[0].subject, Some(matter.id));
    assert!(items[0].tell.contains(&Role::DecisionMaker));
    let raised = UrgentMatter {
        raised_at: Some(at("2026-02-27T12:00:00Z")),
        ..matter
    };
    assert_eq!(found(&world, &[raised]), []);
}

#[test]
fn what_is_overdue_is_found_again_under_one_key_until_it_is_done() {
    let mut world = in_qa();
    world.until("2026-03-10T23:59:59Z");
    let qa = |world: &World| -> Vec<Overdue> {
        found(world, &[])
            .into_iter()
            .filter(|item| item.matter == Matter::Deadline(ClockKind::Qa))
            .collect()
    };
    assert_eq!(qa(&world), []);
    world.until("2026-03-11T08:00:00Z");
    let first = qa(&world);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].since, at("2026-03-10T23:59:59Z"));
    assert_eq!(
        first[0].tell,
        [Role::QualityAssurer, Role::OperationsOfficer]
    );
    world.until("2026-04-20T08:00:00Z");
    assert_eq!(qa(&world), first);
    world.act(Role::QualityAssurer, Action::SignOff { report_version: 1 });
    assert_eq!(qa(&world), []);
    assert_eq!(
        world.clock(ClockKind::Qa).state,
        ClockState::MetLate { at: world.now }
    );
}

#[test]
fn the_body_is_told_when_its_draft_is_late() {
    let mut world = in_qa();
    world.until("2026-04-20T08:00:00Z");
    let late = found(&world, &[])
        .into_iter()
        .find(|item| item.matter == Matter::Deadline(ClockKind::DraftTurnaround));
    assert!(late.unwrap().tell.contains(&Role::BodyLeader));
}

#[test]
fn a_hold_waits_neither_for_its_decision_nor_for_its_end() {
    let mut world = in_qa();
    world.act(
        Role::LeadInspector,
        Action::RequestHold {
            hold: HOLD,
            kind: HoldKind::Pause,
            requester: Requester::Inspectors,
            reason: "A fire.".to_owned(),
        },
    );
    world.until("2026-03-05T09:00:00Z");
    assert_eq!(
        found(&world, &[])[0].matter,
        Matter::Deadline(ClockKind::HoldDecision)
    );
    world.act(
        Role::DecisionMaker,
        Action::DecideHold {
            hold: HOLD,
            answer: HoldAnswer::Granted {
                review_on: day("2026-03-09"),
            },
            reason: "A fire.".to_owned(),
        },
    );
    assert_eq!(found(&world, &[]), []);
    world.until("2026-03-10T09:00:00Z");
    assert_eq!(
        found(&world, &[])[0].matter,
        Matter::Deadline(ClockKind::HoldReview)
    );
}

#[test]
fn dr_23_a_clock_beyond_the_calendar_says_so_and_is_reported_in_time() {
    let mut world = in_qa();
    let this_year = holidays()
        .iter()
        .copied()
        .filter(|holiday| *holiday < day("2027-01-01"));
    world.reach(State::Published);
    world.days = ClockDays::new(
        WorkingDays::new("short", this_year).unwrap(),
        world.policy.lifecycle.rest,
        Vec::new(),
    );
    assert_eq!(
        world.clock(ClockKind::FinalFollowUp).due,
        Due::BeyondCalendar {
            covered_to: day("2026-12-31")
        }
    );
    let reported = |world: &World| {
        found(world, &[])
            .iter()
            .any(|item| item.matter == Matter::CalendarEnds(ClockKind::FinalFollowUp))
    };
    world.until("2026-11-30T09:00:00Z");
    assert!(!reported(&world));
    world.until("2026-12-02T09:00:00Z");
    assert!(reported(&world));
}

#[test]
fn a_window_without_length_does_not_exist() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.policy.lifecycle.embargo_working_days = 0;
    world.reach(State::Embargoed);
    world.act(
        Role::System,
        Action::ReleaseToStatutory { report_version: 1 },
    );
    assert_eq!(world.policy.lifecycle.weakened(), ["embargo_working_days"]);
    assert!(LifecyclePolicy::default().weakened().is_empty());
}

#[test]
fn withdrawal_ends_every_clock() {
    let mut world = in_qa();
    world.act(
        Role::DecisionMaker,
        Action::Withdraw {
            reason: "The body was dissolved.".to_owned(),
        },
    );
    world.now += TimeDelta::days(400);
    assert!(world.clocks().iter().all(|clock| !clock.state.is_open()));
    assert_eq!(found(&world, &[]), []);
}
