//! The domain's rules of the lifecycle, one by one.

use chrono::TimeDelta;
use group_inspection_core::{
    inspection::{
        Action, ActionKind, Actor, Cause, ClockKind, Event, FollowUp, HoldAnswer, HoldKind,
        Inspection, Refusal, Requester, Role, Setting, State, TRANSITIONS, allowed_actions,
    },
    publication::{Check, Unmet},
};
use uuid::Uuid;

use crate::world::*;

const HOLD: Uuid = Uuid::from_u128(900);

fn ask(kind: HoldKind) -> Action {
    Action::RequestHold {
        hold: HOLD,
        kind,
        requester: Requester::ResponsibleBody,
        reason: "A bereavement at one of the schools.".to_owned(),
    }
}

fn grant(review_on: &str) -> Action {
    Action::DecideHold {
        hold: HOLD,
        answer: HoldAnswer::Granted {
            review_on: day(review_on),
        },
        reason: "Leaders cannot take part.".to_owned(),
    }
}

fn complaint() -> Action {
    Action::LodgeComplaint {
        hold: HOLD,
        reason: "Evidence was left out.".to_owned(),
    }
}

fn resume() -> Action {
    Action::Resume {
        hold: HOLD,
        decision: "It can go on.".to_owned(),
    }
}

#[test]
fn a_usual_inspection_reaches_its_end() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Closed);
    let replayed = Inspection::replay(
        world.inspection.opening().clone(),
        world.inspection.history().to_vec(),
    );
    assert_eq!(replayed.as_ref(), Ok(&world.inspection));
    let json = serde_json::to_string(world.inspection.history()).unwrap();
    let read = serde_json::from_str::<Vec<Event>>(&json).unwrap();
    assert_eq!(read, world.inspection.history());
}

#[test]
fn every_action_has_one_row_and_every_code_is_its_serialized_name() {
    for action in ActionKind::ALL {
        let rows = TRANSITIONS.iter().filter(|row| row.action == action);
        assert_eq!(rows.count(), 1, "{action:?}");
        let name = serde_json::to_value(action).unwrap();
        assert_eq!(name, action.code());
    }
    for state in State::ALL {
        assert_eq!(serde_json::to_value(state).unwrap(), state.code());
        assert_eq!(State::from_code(state.code()), Some(state));
    }
}

#[test]
fn dr_01_a_body_needs_two_open_schools() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.facts.open_member_schools = 1;
    let action = notify(world.now);
    let refusal = world.refusal(Role::OperationsOfficer, &action);
    assert_eq!(refusal, Refusal::TooFewSchools { open: 1, needed: 2 });
    assert_eq!(refusal.rule(), "DR-01");
    world.facts.open_member_schools = 2;
    world.act(Role::OperationsOfficer, action);
}

#[test]
fn dr_05_membership_is_frozen_when_the_body_is_told() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    assert_eq!(world.inspection.membership_as_at(), None);
    let tomorrow = Action::Notify {
        wellbeing_contact: "A. Contact".to_owned(),
        membership_as_at: day("2026-01-13"),
    };
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &tomorrow),
        Refusal::FreezeInFuture(day("2026-01-13"))
    );
    world.act(Role::OperationsOfficer, notify(world.now));
    assert_eq!(world.inspection.membership_as_at(), Some(day("2026-01-12")));
    world.until("2026-01-20T09:00:00Z").act(
        Role::OperationsOfficer,
        Action::Refreeze {
            membership_as_at: day("2026-01-19"),
            reason: "A school joined.".to_owned(),
        },
    );
    assert_eq!(world.inspection.membership_as_at(), Some(day("2026-01-19")));
}

#[test]
fn dr_19_the_days_are_settled_once_the_body_can_no_longer_object() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.act(Role::OperationsOfficer, notify(world.now));
    let schedule = Action::Schedule {
        fieldwork: period("2026-02-02", "2026-02-04"),
    };
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &schedule),
        Refusal::NoTeam
    );
    world.act(Role::OperationsOfficer, name_team());
    assert_eq!(world.due(ClockKind::Objection), day("2026-01-15"));
    world.until("2026-01-15T23:59:59Z");
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &schedule),
        Refusal::ObjectionWindowOpen {
            until: Some(day("2026-01-15"))
        }
    );
    world.until("2026-01-16T00:00:00Z");
    world.facts.objections_undecided = 1;
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &schedule),
        Refusal::ObjectionsUndecided(1)
    );
    world.facts.objections_undecided = 0;
    world.facts.conflicts_undecided = 2;
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &schedule),
        Refusal::ConflictsUndecided(2)
    );
    world.facts.conflicts_undecided = 0;
    world.act(Role::OperationsOfficer, schedule);
}

#[test]
fn dr_19_a_team_named_anew_opens_a_new_window() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::EvidenceOpen);
    let before = world.due(ClockKind::Objection);
    world.act(Role::OperationsOfficer, name_team());
    assert!(world.due(ClockKind::Objection) > before);
}

#[test]
fn dr_23_fieldwork_comes_after_clear_notice_on_working_days() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .act(Role::OperationsOfficer, notify(world.now))
        .act(Role::OperationsOfficer, name_team())
        .until("2026-01-16T09:00:00Z");
    let refusal = |first, last| {
        world.refusal(
            Role::OperationsOfficer,
            &Action::Schedule {
                fieldwork: period(first, last),
            },
        )
    };
    assert_eq!(
        refusal("2026-01-26", "2026-01-28"),
        Refusal::NoticeTooShort {
            notice_to: day("2026-01-26"),
            earliest: day("2026-01-27"),
        }
    );
    assert_eq!(
        refusal("2026-01-31", "2026-02-03"),
        Refusal::NotAWorkingDay(day("2026-01-31"))
    );
    assert_eq!(
        refusal("2026-02-03", "2026-02-02"),
        Refusal::FieldworkReversed
    );
    assert_eq!(
        refusal("2026-01-27", "2026-02-03"),
        Refusal::FieldworkTooLong {
            planned: 6,
            maximum: 5
        }
    );
    assert_eq!(refusal("2030-01-08", "2030-01-09").rule(), "DR-23");
    world.act(
        Role::OperationsOfficer,
        Action::Schedule {
            fieldwork: period("2026-01-27", "2026-02-02"),
        },
    );
}

#[test]
fn fieldwork_needs_days_with_open_schools() {
    let mut world = World::with_schools_closed(
        "2026-01-12T09:00:00Z",
        vec![period("2026-02-16", "2026-02-20")],
    );
    world
        .act(Role::OperationsOfficer, notify(world.now))
        .act(Role::OperationsOfficer, name_team())
        .until("2026-01-16T09:00:00Z");
    let schedule = |first, last| Action::Schedule {
        fieldwork: period(first, last),
    };
    assert_eq!(
        world.refusal(
            Role::OperationsOfficer,
            &schedule("2026-02-12", "2026-02-18")
        ),
        Refusal::SchoolsClosed { open: 2, needed: 3 }
    );
    assert_eq!(
        world.refusal(
            Role::OperationsOfficer,
            &schedule("2026-02-19", "2026-02-20")
        ),
        Refusal::SchoolsClosed { open: 0, needed: 2 }
    );
    world.act(
        Role::OperationsOfficer,
        schedule("2026-02-11", "2026-02-17"),
    );
}

#[test]
fn evidence_stays_open_unless_the_body_says_it_is_complete() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .act(Role::OperationsOfficer, notify(world.now))
        .act(Role::OperationsOfficer, name_team())
        .until("2026-01-26T09:00:00Z")
        .act(
            Role::OperationsOfficer,
            Action::Schedule {
                fieldwork: period("2026-01-27", "2026-01-29"),
            },
        )
        .act(Role::System, Action::OpenEvidence)
        .until("2026-01-27T09:00:00Z");
    assert_eq!(
        world.refusal(Role::LeadInspector, &Action::StartFieldwork),
        Refusal::EvidenceOpen {
            until: Some(day("2026-02-09"))
        }
    );
    assert!(
        world
            .try_as(
                actor(Role::OperationsOfficer),
                &Action::DeclareEvidenceComplete
            )
            .is_err()
    );
    world
        .act(Role::BodyLeader, Action::DeclareEvidenceComplete)
        .act(Role::LeadInspector, Action::StartFieldwork);
}

#[test]
fn only_the_named_lead_acts_as_lead() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Fieldwork);
    let other = Actor {
        role: Role::LeadInspector,
        id: OTHER,
    };
    assert_eq!(
        world.try_as(other, &feedback()).err(),
        Some(Refusal::NotTheLead)
    );
    world.act(Role::LeadInspector, feedback());
}

#[test]
fn a_failed_compilation_is_tried_again() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world
        .reach(State::Compiling)
        .act(
            Role::System,
            Action::CompileFailed {
                error: "the guard stopped a passage".to_owned(),
            },
        )
        .act(Role::System, Action::Compile)
        .act(Role::System, Action::CompileDone { report_version: 1 });
    assert_eq!(world.inspection.state(), State::Drafting);
}

#[test]
fn dr_24_the_body_has_five_working_days_unless_it_is_done_sooner() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::FactualAccuracy);
    let clock = world.clock(ClockKind::FactualAccuracy);
    let open = world
        .days
        .working()
        .working_days_between(
            group_inspection_core::calendar::day_in_england(clock.started),
            world.due(ClockKind::FactualAccuracy),
        )
        .unwrap();
    assert_eq!(open, 5);
    for role in [Role::LeadInspector, Role::OperationsOfficer, Role::System] {
        let refusal = world.refusal(role, &Action::CloseFactualAccuracy);
        assert_eq!(refusal.rule(), "DR-24");
    }
    let mut sooner = world.clone();
    sooner.act(Role::BodyLeader, Action::CloseFactualAccuracy);
    world
        .pass(ClockKind::FactualAccuracy)
        .act(Role::System, Action::CloseFactualAccuracy);
}

#[test]
fn dr_24_closed_schools_lengthen_the_check_of_factual_accuracy() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::FactualAccuracy);
    let usual = world.due(ClockKind::FactualAccuracy);
    let started = group_inspection_core::calendar::day_in_england(
        world.clock(ClockKind::FactualAccuracy).started,
    );
    // Two days with open schools are left in the window; a third follows.
    let mut open = world.days.next(started).unwrap();
    open = world.days.next(open).unwrap();
    let closed = group_inspection_core::calendar::Period {
        first: open + TimeDelta::days(1),
        last: usual + TimeDelta::days(7),
    };
    world.days = group_inspection_core::calendar::ClockDays::new(
        bank_holidays(),
        world.policy.lifecycle.rest,
        vec![closed],
    );
    let reopened = world.days.next(closed.last).unwrap();
    assert_eq!(world.due(ClockKind::FactualAccuracy), reopened);
    assert_eq!(world.due(ClockKind::Complaint), reopened);
}

#[test]
fn dr_26_a_draft_goes_to_the_body_only_after_sign_off_from_outside_the_team() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Qa);
    let deliver = Action::SendForFactualAccuracy { report_version: 1 };
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &deliver),
        Refusal::GatesUnmet(vec![Unmet::NotSignedOff])
    );
    let sign_off = Action::SignOff { report_version: 1 };
    for insider in [LEAD, PRACTITIONER, AUTHOR] {
        let assurer = Actor {
            role: Role::QualityAssurer,
            id: insider,
        };
        assert_eq!(
            world.try_as(assurer, &sign_off).err(),
            Some(Refusal::NotIndependent)
        );
    }
    let mut returned = world.clone();
    world
        .act(Role::QualityAssurer, sign_off.clone())
        .act(Role::OperationsOfficer, deliver.clone());
    returned.act(Role::QualityAssurer, sign_off).act(
        Role::QualityAssurer,
        Action::ReturnFromQa {
            reasons: vec!["A finding rests on one school.".to_owned()],
        },
    );
    returned.act(Role::LeadInspector, Action::SendToQa { report_version: 1 });
    assert_eq!(
        returned.refusal(Role::OperationsOfficer, &deliver),
        Refusal::GatesUnmet(vec![Unmet::NotSignedOff])
    );
}

#[test]
fn dr_26_the_guard_reads_the_draft_before_quality_assurance() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Drafting);
    world.facts.checks.language = Some(Check {
        report_version: 1,
        findings: 2,
    });
    assert_eq!(
        world.refusal(Role::LeadInspector, &Action::SendToQa { report_version: 1 }),
        Refusal::GatesUnmet(vec![Unmet::Language(2)])
    );
}

#[test]
fn dr_24_accepted_points_go_through_quality_assurance_again() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Responding);
    world.facts.checks.points_accepted = 1;
    assert_eq!(
        world.refusal(
            Role::OperationsOfficer,
            &Action::Embargo { report_version: 1 }
        ),
        Refusal::GatesUnmet(vec![Unmet::PointsNotTakenIn { delivered: 1 }])
    );
    world.facts.checks = checks(2);
    world.facts.checks.points_accepted = 1;
    assert_eq!(
        world.refusal(
            Role::OperationsOfficer,
            &Action::Embargo { report_version: 2 }
        ),
        Refusal::GatesUnmet(vec![Unmet::SignedOffAnother {
            signed_off: 1,
            newest: 2
        }])
    );
    world
        .act(Role::LeadInspector, Action::SendToQa { report_version: 2 })
        .act(Role::QualityAssurer, Action::SignOff { report_version: 2 })
        .act(
            Role::OperationsOfficer,
            Action::Embargo { report_version: 2 },
        );
}

#[test]
fn a_step_names_the_version_it_is_about() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Drafting);
    world.facts.checks = checks(2);
    assert_eq!(
        world.refusal(Role::LeadInspector, &Action::SendToQa { report_version: 1 }),
        Refusal::StaleVersion {
            named: 1,
            newest: Some(2)
        }
    );
}

#[test]
fn the_body_reads_first_then_the_entitled_then_the_public() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Embargoed);
    let release = Action::ReleaseToStatutory { report_version: 1 };
    let publish = Action::Publish { report_version: 1 };
    for action in [&release, &publish] {
        assert_eq!(world.refusal(Role::System, action).code(), "embargo-runs");
    }
    world.pass(ClockKind::Embargo);
    assert_eq!(
        world.refusal(Role::System, &publish),
        Refusal::StatutoryCopiesFirst
    );
    world.act(Role::System, release.clone());
    let mut recalled = world.clone();
    world.act(Role::System, publish.clone());

    recalled
        .act(
            Role::DecisionMaker,
            Action::Recall {
                reason: "A date is wrong.".to_owned(),
            },
        )
        .reach(State::Embargoed)
        .pass(ClockKind::Embargo);
    assert_eq!(
        recalled.refusal(Role::System, &publish),
        Refusal::StatutoryCopiesFirst
    );
}

#[test]
fn dr_31_the_group_responds_once_within_56_days() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Published);
    let respond = Action::Respond {
        response: Uuid::from_u128(400),
    };
    let mut late = world.clone();
    late.pass(ClockKind::Response);
    assert_eq!(
        late.refusal(Role::BodyLeader, &respond),
        Refusal::ResponseWindowClosed
    );
    assert_eq!(
        world.refusal(Role::System, &Action::StartFollowUp).rule(),
        "DR-31"
    );
    world.act(Role::BodyLeader, respond.clone());
    assert_eq!(
        world.refusal(Role::BodyLeader, &respond),
        Refusal::AlreadyResponded
    );
    world.act(Role::System, Action::StartFollowUp);
}

#[test]
fn dr_30_a_correction_is_a_later_version_that_was_signed_off() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Published);
    let correct = |report_version| Action::Correct {
        report_version,
        note: "A date was wrong.".to_owned(),
    };
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &correct(1)),
        Refusal::NotACorrection { published: 1 }
    );
    world.facts.checks = checks(2);
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &correct(2)).code(),
        "gates-unmet"
    );
    world
        .act(Role::QualityAssurer, Action::SignOff { report_version: 2 })
        .act(Role::OperationsOfficer, correct(2));
    assert_eq!(world.inspection.state(), State::Published);
    assert_eq!(world.inspection.final_version(), Some(2));
}

#[test]
fn dr_37_a_pause_stops_all_clocks_and_says_who_asked_why_and_who_decided() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Drafting);
    let due = world.due(ClockKind::Drafting);
    world.act(Role::BodyLeader, ask(HoldKind::Pause));
    assert!(!world.inspection.is_held());
    let own = Actor {
        role: Role::OperationsOfficer,
        id: BODY,
    };
    let grant = grant(&world.days.next(due).unwrap().to_string());
    assert_eq!(world.try_as(own, &grant).err(), Some(Refusal::OwnRequest));
    world.act(Role::DecisionMaker, grant);
    let hold = &world.inspection.holds()[0];
    assert_eq!(hold.requested_by, actor(Role::BodyLeader));
    assert!(matches!(
        hold.cause,
        Cause::Granted { decided_by, requester: Requester::ResponsibleBody, .. }
            if decided_by == actor(Role::DecisionMaker)
    ));
    assert!(world.clocks().iter().all(|clock| {
        !clock.state.is_open()
            || !clock.kind.stops_under_hold()
            || clock.state == group_inspection_core::inspection::ClockState::Stopped
    }));
    assert_eq!(
        world.refusal(Role::LeadInspector, &Action::SendToQa { report_version: 1 }),
        Refusal::OnHold
    );
    world.now += TimeDelta::days(60);
    assert!(world.clock(ClockKind::Drafting).due.at().is_none());
    world.act(Role::OperationsOfficer, resume());
    assert_eq!(world.inspection.state(), State::Drafting);
    assert!(world.due(ClockKind::Drafting) > due + TimeDelta::days(55));
}

#[test]
fn dr_37_deferral_is_for_before_fieldwork_and_pause_for_after() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::EvidenceOpen);
    assert_eq!(
        world.refusal(Role::BodyLeader, &ask(HoldKind::Pause)),
        Refusal::WrongHold {
            kind: HoldKind::Pause,
            state: State::EvidenceOpen
        }
    );
    world.act(Role::BodyLeader, ask(HoldKind::Deferral));
    world.reach(State::Fieldwork);
    assert_eq!(
        world
            .refusal(Role::DecisionMaker, &grant("2027-03-01"))
            .code(),
        "wrong-hold"
    );
    world.act(
        Role::DecisionMaker,
        Action::DecideHold {
            hold: HOLD,
            answer: HoldAnswer::Declined,
            reason: "Fieldwork has begun.".to_owned(),
        },
    );
    assert!(!world.inspection.is_held());
}

#[test]
fn dr_38_a_complaint_within_the_window_holds_publication_until_it_is_decided() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::Drafting);
    assert_eq!(
        world.refusal(Role::BodyLeader, &complaint()),
        Refusal::ComplaintWindowClosed
    );
    world.reach(State::FactualAccuracy);
    let mut late = world.clone();
    late.pass(ClockKind::Complaint);
    assert_eq!(
        late.refusal(Role::BodyLeader, &complaint()),
        Refusal::ComplaintWindowClosed
    );
    world.act(Role::BodyLeader, Action::CloseFactualAccuracy);
    world.act(
        Role::OperationsOfficer,
        Action::Embargo { report_version: 1 },
    );
    world.pass(ClockKind::Embargo).act(
        Role::System,
        Action::ReleaseToStatutory { report_version: 1 },
    );
    let publish = Action::Publish { report_version: 1 };
    assert_eq!(world.refusal(Role::System, &publish).rule(), "DR-38");
    world.act(Role::BodyLeader, complaint());
    assert_eq!(world.refusal(Role::System, &publish), Refusal::OnHold);
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &resume()).code(),
        "role-may-not"
    );
    let insider = Actor {
        role: Role::DecisionMaker,
        id: PRACTITIONER,
    };
    assert_eq!(
        world.try_as(insider, &resume()).err(),
        Some(Refusal::NotIndependent)
    );
    world.act(Role::DecisionMaker, resume());
    world.pass(ClockKind::Complaint).act(Role::System, publish);
}

#[test]
fn a_complaint_can_be_lodged_during_a_pause_and_both_must_end() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::FactualAccuracy);
    let review_on = world.days.next(world.due(ClockKind::FactualAccuracy));
    world
        .act(Role::BodyLeader, ask(HoldKind::Pause))
        .act(Role::DecisionMaker, grant(&review_on.unwrap().to_string()));
    let second = Uuid::from_u128(901);
    assert_eq!(
        world.refusal(Role::BodyLeader, &complaint()),
        Refusal::HoldIdUsed(HOLD)
    );
    world.act(
        Role::BodyLeader,
        Action::LodgeComplaint {
            hold: second,
            reason: "Evidence was left out.".to_owned(),
        },
    );
    world.act(Role::OperationsOfficer, resume());
    assert!(world.inspection.is_held());
    world.act(
        Role::DecisionMaker,
        Action::Resume {
            hold: second,
            decision: "Not upheld.".to_owned(),
        },
    );
    assert!(!world.inspection.is_held());
}

#[test]
fn the_final_follow_up_comes_before_the_end() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::FollowUp);
    assert_eq!(
        world.refusal(Role::OperationsOfficer, &Action::Close),
        Refusal::FinalFollowUpMissing
    );
    let follow_up = Action::RecordFollowUp {
        point: FollowUp::Final,
    };
    world.act(Role::Inspector, follow_up.clone());
    assert_eq!(
        world.refusal(Role::Inspector, &follow_up),
        Refusal::AlreadyFollowedUp
    );
    world.act(Role::OperationsOfficer, Action::Close);
}

#[test]
fn a_client_learns_what_it_may_do_and_why_not_the_rest() {
    let mut world = World::new("2026-01-12T09:00:00Z");
    world.reach(State::FactualAccuracy);
    let setting = Setting {
        days: &world.days,
        policy: &world.policy,
        facts: &world.facts,
    };
    let allowed = allowed_actions(
        &world.inspection,
        actor(Role::BodyLeader),
        world.now,
        &setting,
    );
    let possible: Vec<ActionKind> = allowed
        .iter()
        .filter(|allowed| allowed.refusal.is_none())
        .map(|allowed| allowed.action)
        .collect();
    assert_eq!(
        possible,
        [
            ActionKind::CloseFactualAccuracy,
            ActionKind::RequestHold,
            ActionKind::LodgeComplaint,
        ]
    );
    assert!(
        allowed
            .iter()
            .any(|allowed| allowed.action == ActionKind::Respond && allowed.refusal.is_some())
    );
    assert!(
        allowed
            .iter()
            .all(|allowed| allowed.action != ActionKind::Publish)
    );
}

#[test]
fn a_reason_must_say_something() {
    let world = World::new("2026-01-12T09:00:00Z");
    assert_eq!(
        world.refusal(
            Role::DecisionMaker,
            &Action::Withdraw {
                reason: " \n".to_owned()
            }
        ),
        Refusal::Blank { field: "reason" }
    );
}
