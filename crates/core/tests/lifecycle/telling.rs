//! Who hears of what, along whole inspections.

use std::collections::BTreeSet;

use group_inspection_core::{
    inspection::{Action, ActionKind, Event, Inspection, Opening, Role, State},
    notice::{Circle, Occasion, Stage, Telling},
};

use crate::world::*;

/// What each event of a history was told as.
fn told(opening: &Opening, events: &[Event]) -> Vec<(ActionKind, Telling)> {
    let mut inspection = Inspection::open(opening.clone());
    events
        .iter()
        .map(|event| {
            let kind = event.action.kind();
            let telling = Telling::of(kind, Stage::of(&inspection));
            inspection.apply(event.clone()).unwrap();
            (kind, telling)
        })
        .collect()
}

/// Nobody beside the body hears of a report before they have it, whoever has
/// it hears that it is taken back, and the public comes last.
pub fn check_telling(opening: &Opening, events: &[Event]) {
    let (mut early, mut public) = (false, false);
    for (kind, telling) in told(opening, events) {
        let Telling::Of(occasions) = telling else {
            continue;
        };
        let circles: BTreeSet<Circle> = occasions
            .iter()
            .flat_map(|occasion| occasion.circles())
            .copied()
            .collect();
        let back = occasions.contains(&Occasion::EarlyCopyRecalled);
        if circles.contains(&Circle::Entitled) {
            let now = kind == ActionKind::ReleaseToStatutory;
            assert!(early || public || now, "{kind:?} is told too early");
        }
        if circles.contains(&Circle::Public) {
            assert!(
                public || kind == ActionKind::Publish,
                "{kind:?} is told to all"
            );
        }
        match kind {
            ActionKind::ReleaseToStatutory => early = true,
            ActionKind::Publish => {
                assert!(early, "the public is told before those entitled");
                (early, public) = (false, true);
            }
            ActionKind::Recall | ActionKind::Withdraw => {
                assert_eq!(back, early, "{kind:?}");
                early = false;
            }
            _ => assert!(!back, "{kind:?}"),
        }
    }
}

#[test]
fn each_state_of_a_whole_inspection_is_told_of_or_has_a_reason_not_to_be() {
    let mut world = World::new("2026-09-01T09:00:00Z");
    world.reach(State::Closed);
    let opening = world.inspection.opening().clone();
    let events = world.inspection.history().to_vec();
    check_telling(&opening, &events);
    let mut inspection = Inspection::open(opening.clone());
    let mut states = BTreeSet::from([inspection.state()]);
    let mut body = Vec::new();
    let mut silent = BTreeSet::new();
    for (event, (kind, telling)) in events.iter().zip(told(&opening, &events)) {
        inspection.apply(event.clone()).unwrap();
        states.insert(inspection.state());
        match telling {
            Telling::Of(occasions) => body.extend(
                occasions
                    .iter()
                    .filter(|occasion| occasion.circles().contains(&Circle::Body))
                    .map(|occasion| occasion.event()),
            ),
            Telling::Silent(_) => {
                silent.insert(kind);
            }
        }
    }
    let unseen: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| !states.contains(state))
        .collect();
    assert_eq!(unseen, [State::CompileFailed, State::Withdrawn]);
    assert_eq!(
        body,
        [
            "inspection.notified",
            "inspection.team_named",
            "inspection.fieldwork_planned",
            "inspection.evidence_open",
            "inspection.fieldwork_started",
            "inspection.feedback_given",
            "inspection.draft_delivered",
            "inspection.factual_accuracy_closed",
            "inspection.final_under_embargo",
            "report.published",
            "inspection.follow_up_started",
            "inspection.followed_up",
            "inspection.closed",
        ]
    );
    assert_eq!(
        silent,
        BTreeSet::from([
            ActionKind::Compile,
            ActionKind::CompileDone,
            ActionKind::SendToQa,
            ActionKind::SignOff,
        ])
    );
}

#[test]
fn those_without_an_early_copy_do_not_hear_that_it_is_taken_back() {
    const BACK: [Occasion; 2] = [Occasion::FinalRecalled, Occasion::EarlyCopyRecalled];
    const GONE: [Occasion; 2] = [Occasion::InspectionWithdrawn, Occasion::EarlyCopyRecalled];
    let recall = || Action::Recall {
        reason: "An error".to_owned(),
    };
    let withdraw = || Action::Withdraw {
        reason: "It cannot stand".to_owned(),
    };
    let last = |world: &World| {
        let events = world.inspection.history();
        check_telling(world.inspection.opening(), events);
        told(world.inspection.opening(), events).last().unwrap().1
    };
    let mut world = World::new("2026-09-01T09:00:00Z");
    world.reach(State::Embargoed);
    let mut before = world.clone();
    before.act(Role::OperationsOfficer, recall());
    assert_eq!(last(&before), Telling::Of(&[Occasion::FinalRecalled]));
    world.pass(group_inspection_core::inspection::ClockKind::Embargo);
    world.act(
        Role::OperationsOfficer,
        Action::ReleaseToStatutory { report_version: 1 },
    );
    let mut after = world.clone();
    after.act(Role::OperationsOfficer, recall());
    assert_eq!(last(&after), Telling::Of(&BACK));
    after.act(Role::DecisionMaker, withdraw());
    assert_eq!(last(&after), Telling::Of(&[Occasion::InspectionWithdrawn]));
    world.act(Role::DecisionMaker, withdraw());
    assert_eq!(last(&world), Telling::Of(&GONE));
}
