//! What holds whatever people do, and whenever they do it.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Europe::London;
use group_inspection_core::{
    calendar::day_in_england,
    inspection::{
        Action, ActionKind, Clock, ClockKind, Due, Event, FollowUp, HoldAnswer, HoldKind,
        Inspection, Requester, Role, State,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::world::*;

/// The paths of domain.md 3.3, written down apart from the table.
fn lawful(from: State, to: State) -> bool {
    use State::*;
    let next: &[State] = match from {
        Draft => &[Notified],
        Notified => &[Scheduled],
        Scheduled => &[EvidenceOpen],
        EvidenceOpen => &[Fieldwork],
        Fieldwork => &[Provisional],
        Provisional => &[Compiling],
        Compiling => &[Drafting, CompileFailed],
        CompileFailed => &[Compiling],
        Drafting => &[Qa, Compiling],
        Qa => &[FactualAccuracy, Drafting, Embargoed],
        FactualAccuracy => &[Responding],
        Responding => &[Embargoed, Qa],
        Embargoed => &[Published, Drafting],
        Published => &[FollowUp],
        FollowUp => &[Closed],
        Closed => &[],
        Withdrawn => return false,
    };
    to == from || to == Withdrawn || next.contains(&to)
}

fn counts(day: NaiveDate) -> bool {
    let rest = (day.month() == 12 && day.day() >= 24) || (day.month() == 1 && day.day() == 1);
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays().contains(&day) && !rest
}

/// Whether a hold lay over any second of the day.
fn held_on(day: NaiveDate, clock: &Clock) -> bool {
    clock.stops.iter().any(|stop| {
        let until = stop.until.unwrap_or(DateTime::<Utc>::MAX_UTC);
        stop.from < until
            && day_in_england(stop.from) <= day
            && day <= day_in_england(until - TimeDelta::nanoseconds(1))
    })
}

/// Working days of a clock, for those that count working days only.
fn length(kind: ClockKind) -> Option<usize> {
    match kind {
        ClockKind::Notice | ClockKind::Evidence | ClockKind::Drafting => Some(10),
        ClockKind::Objection => Some(3),
        ClockKind::Fieldwork => Some(4),
        ClockKind::NextDayCall | ClockKind::Embargo | ClockKind::HoldDecision => Some(1),
        ClockKind::Qa
        | ClockKind::FactualAccuracy
        | ClockKind::Complaint
        | ClockKind::Responding => Some(5),
        ClockKind::DraftTurnaround => Some(18),
        ClockKind::PublicationTurnaround => Some(30),
        ClockKind::FieldworkStart
        | ClockKind::Response
        | ClockKind::FirstFollowUp
        | ClockKind::FinalFollowUp
        | ClockKind::HoldReview
        | ClockKind::UrgentAlert => None,
    }
}

fn check_clock(clock: &Clock) {
    let Due::On { day: due, at } = clock.due else {
        return;
    };
    assert!(counts(due), "{:?} falls due on {due}", clock.kind);
    let local = at.with_timezone(&London);
    assert_eq!(local.date_naive(), due);
    assert_eq!((local.hour(), local.minute(), local.second()), (23, 59, 59));
    assert!(!held_on(due, clock));
    let start = day_in_england(clock.started);
    let run: Vec<NaiveDate> = start
        .iter_days()
        .skip(1)
        .take_while(|day| *day <= due)
        .filter(|day| !held_on(*day, clock))
        .collect();
    if let Some(length) = length(clock.kind) {
        let used = run.iter().filter(|day| counts(**day)).count();
        assert_eq!(used, length, "{clock:?}");
    }
    if clock.kind == ClockKind::Response {
        // Calendar days: 56, and then only days that do not count.
        assert!(run.len() >= 56);
        assert!(run[55..run.len() - 1].iter().all(|day| !counts(*day)));
    }
}

fn check(world: &World) {
    for clock in world.clocks() {
        check_clock(&clock);
    }
    let replayed = Inspection::replay(
        world.inspection.opening().clone(),
        world.inspection.history().to_vec(),
    );
    assert_eq!(replayed.as_ref(), Ok(&world.inspection));
}

/// Whether `events` hold all of `needed`, in that order.
fn in_order(events: &[Event], needed: &[ActionKind]) -> bool {
    let mut kinds = events.iter().map(|event| event.action.kind());
    needed.iter().all(|kind| kinds.any(|done| done == *kind))
}

fn check_publication(events: &[Event]) {
    let Some(place) = events
        .iter()
        .position(|event| event.action.kind() == ActionKind::Publish)
    else {
        return;
    };
    assert!(in_order(
        &events[..place],
        &[
            ActionKind::Notify,
            ActionKind::NameTeam,
            ActionKind::Schedule,
            ActionKind::StartFieldwork,
            ActionKind::RecordProvisional,
            ActionKind::CompileDone,
            ActionKind::SignOff,
            ActionKind::SendForFactualAccuracy,
            ActionKind::CloseFactualAccuracy,
            ActionKind::Embargo,
            ActionKind::ReleaseToStatutory,
        ],
    ));
    let lodged = |events: &[Event]| -> BTreeSet<Uuid> {
        events
            .iter()
            .filter_map(|event| match event.action {
                Action::LodgeComplaint { hold, .. } => Some(hold),
                _ => None,
            })
            .collect()
    };
    for complaint in lodged(&events[..place]) {
        assert!(
            events[..place].iter().any(
                |event| matches!(event.action, Action::Resume { hold, .. } if hold == complaint)
            )
        );
    }
    let moment = |kind| {
        events[..place]
            .iter()
            .rev()
            .find(|event| event.action.kind() == kind)
            .map(|event| day_in_england(event.at))
            .unwrap()
    };
    let published = day_in_england(events[place].at);
    assert!(moment(ActionKind::Embargo) < published);
    let counted = moment(ActionKind::SendForFactualAccuracy)
        .iter_days()
        .skip(1)
        .take_while(|day| *day < published)
        .filter(|day| counts(*day))
        .count();
    assert!(counted >= 5, "the body had {counted} days to complain");
}

/// Anything anybody might try.
fn anything(choice: u8, hold: u128, world: &World) -> (Role, Action) {
    let role = Role::ALL[usize::from(choice) % Role::ALL.len()];
    let hold = Uuid::from_u128(1_000 + hold);
    let version = world.facts.checks.report_version.unwrap_or(1);
    let text = || "A reason.".to_owned();
    let today = day_in_england(world.now);
    let review_on = world.days.next(today).unwrap_or(today);
    let action = match choice % 31 {
        0 => notify(world.now),
        1 => Action::Refreeze {
            membership_as_at: today,
            reason: text(),
        },
        2 => name_team(),
        3 => Action::OpenEvidence,
        4 => Action::DeclareEvidenceComplete,
        5 => Action::StartFieldwork,
        6 => feedback(),
        7 => Action::RecordNextDayCall { note: text() },
        8 => Action::Compile,
        9 => Action::CompileDone {
            report_version: version,
        },
        10 => Action::CompileFailed { error: text() },
        11 => Action::SendToQa {
            report_version: version,
        },
        12 => Action::SignOff {
            report_version: version,
        },
        13 => Action::ReturnFromQa {
            reasons: vec![text()],
        },
        14 => Action::SendForFactualAccuracy {
            report_version: version,
        },
        15 => Action::CloseFactualAccuracy,
        16 => Action::Embargo {
            report_version: version,
        },
        17 => Action::ReleaseToStatutory {
            report_version: version,
        },
        18 => Action::Recall { reason: text() },
        19 => Action::Publish {
            report_version: version,
        },
        20 => Action::Respond { response: hold },
        21 => Action::StartFollowUp,
        22 => Action::RecordFollowUp {
            point: FollowUp::First,
        },
        23 => Action::Close,
        24 | 25 => Action::RequestHold {
            hold,
            kind: if choice.is_multiple_of(2) {
                HoldKind::Pause
            } else {
                HoldKind::Deferral
            },
            requester: Requester::Inspectors,
            reason: text(),
        },
        26 | 27 => Action::DecideHold {
            hold,
            answer: HoldAnswer::Granted { review_on },
            reason: text(),
        },
        28 => Action::LodgeComplaint {
            hold,
            reason: text(),
        },
        29 => Action::Resume {
            hold,
            decision: text(),
        },
        _ => Action::Correct {
            report_version: version,
            note: text(),
        },
    };
    (role, action)
}

/// Whatever ends or begins a hold now.
fn about_holds(number: u128, world: &World) -> (Role, Action) {
    let text = || "A reason.".to_owned();
    let today = day_in_england(world.now);
    let review_on = world.days.next(today).unwrap_or(today);
    let fresh = Uuid::from_u128(10_000 + number);
    if let Some(hold) = world.inspection.holds().first() {
        (
            Role::DecisionMaker,
            Action::Resume {
                hold: hold.id,
                decision: text(),
            },
        )
    } else if let Some(request) = world.inspection.requests().first() {
        let answer = HoldAnswer::Granted { review_on };
        (
            Role::DecisionMaker,
            Action::DecideHold {
                hold: request.hold,
                answer,
                reason: text(),
            },
        )
    } else if number.is_multiple_of(3) {
        (
            Role::BodyLeader,
            Action::LodgeComplaint {
                hold: fresh,
                reason: text(),
            },
        )
    } else {
        let before = matches!(
            world.inspection.state(),
            State::Notified | State::Scheduled | State::EvidenceOpen
        );
        let kind = if before {
            HoldKind::Deferral
        } else {
            HoldKind::Pause
        };
        let requester = Requester::ResponsibleBody;
        (
            Role::BodyLeader,
            Action::RequestHold {
                hold: fresh,
                kind,
                requester,
                reason: text(),
            },
        )
    }
}

#[derive(Debug, Clone)]
struct Step {
    /// Minutes that pass before it.
    wait: i64,
    /// Which step: mostly usual, sometimes about holds, sometimes anything.
    kind: u8,
    choice: u8,
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![0..600_i64, 0..6_000_i64, 1_000..12_000_i64];
    (wait, 0..10_u8, any::<u8>()).prop_map(|(wait, kind, choice)| Step { wait, kind, choice })
}

/// An inspection to which people did what the steps say.
fn lived(start: u32, steps: &[Step]) -> World {
    let mut world = World::new("2026-01-05T09:00:00Z");
    world.now += TimeDelta::minutes(i64::from(start));
    for (number, step) in steps.iter().enumerate() {
        world.now += TimeDelta::minutes(step.wait);
        let (role, action) = match step.kind {
            0..=5 => match world.usual() {
                Some(usual) => usual,
                None => break,
            },
            6 | 7 => about_holds(number as u128, &world),
            _ => anything(step.choice, (number as u128) / 4, &world),
        };
        let before = world.inspection.state();
        let held = world.inspection.is_held();
        let Ok(after) = world.try_as(actor(role), &action) else {
            continue;
        };
        let state = after.inspection.state();
        assert!(lawful(before, state), "{before:?} to {state:?}");
        if held && state != before {
            let done = action.kind();
            assert!(matches!(
                done,
                ActionKind::CompileDone | ActionKind::CompileFailed | ActionKind::Withdraw
            ));
        }
        world = after;
        check(&world);
        // What was to come is known now; no past clock moves by waiting.
        let mut later = world.clone();
        later.now += TimeDelta::days(3);
        for (now, then) in world.clocks().iter().zip(later.clocks()) {
            assert_eq!(now.due, then.due);
        }
    }
    check_publication(world.inspection.history());
    crate::telling::check_telling(world.inspection.opening(), world.inspection.history());
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn dr_23_dr_37_no_illegal_path_no_idle_deadline_and_clocks_add_up(
        start in 0..1_000_000_u32,
        steps in prop::collection::vec(step(), 20..140),
    ) {
        lived(start, &steps);
    }

    #[test]
    fn dr_37_holds_at_any_moment_cost_nobody_a_day(
        start in 0..1_000_000_i64,
        holds in prop::collection::vec((0..9_000_i64, 0..20_000_i64), 0..5),
    ) {
        let mut world = World::new("2026-01-12T09:00:00Z");
        world.reach(State::Drafting);
        world.now += TimeDelta::minutes(start);
        world.act(Role::LeadInspector, Action::SendToQa { report_version: 1 });
        let mut due = world.due(ClockKind::Qa);
        for (number, (gap, lasts)) in holds.into_iter().enumerate() {
            let hold = Uuid::from_u128(number as u128);
            let reason = "A reason.".to_owned();
            world.now += TimeDelta::minutes(gap);
            let review_on = world.days.next(day_in_england(world.now)).unwrap();
            world
                .act(Role::BodyLeader, Action::RequestHold {
                    hold,
                    kind: HoldKind::Pause,
                    requester: Requester::ResponsibleBody,
                    reason: reason.clone(),
                })
                .act(Role::DecisionMaker, Action::DecideHold {
                    hold,
                    answer: HoldAnswer::Granted { review_on },
                    reason: reason.clone(),
                });
            world.now += TimeDelta::minutes(lasts);
            world.act(Role::DecisionMaker, Action::Resume { hold, decision: reason });
            let later = world.due(ClockKind::Qa);
            prop_assert!(later >= due, "a hold never brings a deadline nearer");
            due = later;
            check(&world);
        }
    }
}

#[test]
fn the_random_lives_reach_the_end_and_use_holds() {
    // Without this the properties above could hold of nothing.
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(step(), 100..140);
    let mut published = 0;
    let mut held = 0;
    let mut complained = 0;
    for start in 0..60 {
        let steps = strategy.new_tree(&mut runner).unwrap().current();
        let world = lived(start * 16_000, &steps);
        published += usize::from(world.inspection.was_published());
        held += usize::from(world.inspection.has(ActionKind::Resume));
        complained += usize::from(world.inspection.has(ActionKind::LodgeComplaint));
    }
    assert!(published >= 10, "{published} of 60 were published");
    assert!(held >= 30, "{held} of 60 were held");
    assert!(complained >= 3, "{complained} of 60 had a complaint");
}
