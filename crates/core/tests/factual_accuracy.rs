//! The factual accuracy check, over a compiled draft.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use std::{collections::BTreeSet, sync::LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_core::{
    compile::compile,
    factual_accuracy::{Check, Closed, Decision, Place, Point, Refusal, Release, Reply},
    report::Report,
};
use proptest::prelude::*;
use support::any_group;
use uuid::Uuid;

static DRAFT: LazyLock<Report> = LazyLock::new(|| compile(&any_group(3, 7)));

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Hours after delivery; the window has 100 of them.
fn hour(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::hours(n)
}

fn check() -> Check {
    Check::open(1, hour(0), hour(100)).unwrap()
}

fn point(n: u128) -> Point {
    let block = &DRAFT.summary[0];
    Point {
        id: id(n),
        place: Place::Block(block.id.clone()),
        quote: block.text.chars().take(20).collect(),
        claim: "The number is four.".to_owned(),
        evidence: vec![id(90)],
    }
}

fn add(check: &mut Check, point: Point, at: i64) -> Result<(), Refusal> {
    check.add(point, &DRAFT, &BTreeSet::from([id(90)]), hour(at))
}

fn reply(decision: Decision) -> Reply {
    Reply {
        decision,
        reason: "The register says so.".to_owned(),
        author: id(70),
        at: hour(101),
    }
}

#[test]
fn dr_24_late_or_missing_points_leave_the_draft_as_it_is() {
    let mut check = check();
    assert_eq!(
        check.close(1, hour(100)),
        Err(Refusal::WindowOpen { due: hour(100) })
    );
    assert_eq!(
        add(&mut check, point(1), 101),
        Err(Refusal::Late { due: hour(100) })
    );
    assert_eq!(check.close(1, hour(101)), Ok(Closed::DraftStands));
    assert_eq!(
        Check::open(1, hour(0), hour(0)),
        Err(Refusal::WindowReversed)
    );
}

#[test]
fn dr_24_each_point_gets_a_reply_with_a_reason() {
    let mut check = check();
    add(&mut check, point(1), 1).unwrap();
    add(&mut check, point(2), 100).unwrap();
    assert_eq!(add(&mut check, point(2), 3), Err(Refusal::Repeated(id(2))));
    assert_eq!(
        check.close(2, hour(101)),
        Err(Refusal::Unanswered([id(1), id(2)].into()))
    );
    let mut without = reply(Decision::Rejected);
    without.reason.clear();
    assert_eq!(check.answer(id(1), without), Err(Refusal::Empty("reason")));
    check.answer(id(1), reply(Decision::Rejected)).unwrap();
    assert_eq!(
        check.answer(id(1), reply(Decision::Accepted)),
        Err(Refusal::Answered(id(1)))
    );
    assert_eq!(
        check.answer(id(3), reply(Decision::Accepted)),
        Err(Refusal::UnknownPoint(id(3)))
    );
    check.answer(id(2), reply(Decision::Rejected)).unwrap();
    assert_eq!(check.close(1, hour(101)), Ok(Closed::DraftStands));
    assert!(check.points().all(|(_, reply)| reply.is_some()));
}

#[test]
fn dr_24_an_accepted_point_demands_a_new_version() {
    for decision in [Decision::Accepted, Decision::Partly] {
        let mut check = check();
        add(&mut check, point(1), 1).unwrap();
        check.complete(hour(2)).unwrap();
        assert_eq!(add(&mut check, point(2), 3), Err(Refusal::Complete));
        check.answer(id(1), reply(decision)).unwrap();
        assert_eq!(
            check.close(1, hour(3)),
            Err(Refusal::NewDraftNeeded([id(1)].into()))
        );
        assert_eq!(check.close(2, hour(3)), Ok(Closed::NewDraft));
    }
}

#[test]
fn dr_24_a_point_is_placed_in_the_draft() {
    let mut check = check();
    type Vary = fn(&mut Point);
    let vary: [(Vary, Refusal); 4] = [
        (
            |p| p.place = Place::Block("nowhere".to_owned()),
            Refusal::UnknownPlace(Place::Block("nowhere".to_owned())),
        ),
        (
            |p| p.quote = "Words that are not there".to_owned(),
            Refusal::NotQuoted(Place::Block(DRAFT.summary[0].id.clone())),
        ),
        (|p| p.claim = " ".to_owned(), Refusal::Empty("claim")),
        (
            |p| p.evidence = vec![id(91)],
            Refusal::UnknownEvidence(id(91)),
        ),
    ];
    for (vary, refusal) in vary {
        let mut point = point(1);
        vary(&mut point);
        assert_eq!(add(&mut check, point, 1), Err(refusal));
    }
    let mut spaced = point(1);
    spaced.quote = spaced.quote.trim().replace(' ', "\n ");
    assert_eq!(add(&mut check, spaced, 1), Ok(()));
}

#[test]
fn dr_24_a_point_may_be_about_a_fact_in_an_annex() {
    let mut check = check();
    let mut about = |n, pointer: &str, quote: &str| {
        let mut point = point(n);
        point.place = Place::Field(pointer.to_owned());
        quote.clone_into(&mut point.quote);
        add(&mut check, point, 1)
    };
    let school = &DRAFT.schools[0];
    assert_eq!(
        about(1, "/schools/0/joined", &school.joined.to_string()),
        Ok(())
    );
    assert_eq!(about(2, "/schools/0/urn", &school.urn.to_string()), Ok(()));
    let nowhere = |pointer: &str| Err(Refusal::UnknownPlace(Place::Field(pointer.to_owned())));
    assert_eq!(
        about(3, "/schools/999/joined", "2020"),
        nowhere("/schools/999/joined")
    );
    assert_eq!(about(3, "/schools", "2020"), nowhere("/schools"));
}

#[test]
fn dr_38_a_complaint_in_the_window_holds_publication() {
    let mut check = check();
    assert_eq!(
        check.complain(id(5), "Process.".to_owned(), hour(101)),
        Err(Refusal::Late { due: hour(100) })
    );
    check
        .complain(id(5), "The process was unfair.".to_owned(), hour(9))
        .unwrap();
    assert!(check.holds_publication());
    assert_eq!(add(&mut check, point(1), 10), Err(Refusal::ComplaintLodged));
    assert_eq!(
        check.close(1, hour(500)),
        Err(Refusal::ComplaintHolds(id(5)))
    );
    let release = Release {
        decided_by: id(71),
        at: hour(600),
        reason: "The complaint was considered and not upheld.".to_owned(),
    };
    assert_eq!(
        check.release(Release {
            reason: String::new(),
            ..release.clone()
        }),
        Err(Refusal::Empty("reason"))
    );
    check.release(release.clone()).unwrap();
    assert!(!check.holds_publication());
    assert_eq!(check.close(1, hour(601)), Ok(Closed::DraftStands));
    assert_eq!(check.release(release), Err(Refusal::NoComplaint));

    let mut commented = self::check();
    add(&mut commented, point(1), 1).unwrap();
    assert_eq!(
        commented.complain(id(5), "Process.".to_owned(), hour(2)),
        Err(Refusal::PointsMade)
    );
}

proptest! {
    /// Whatever is done in whatever order, a check that closes has answered
    /// every point, holds no complaint, and has a new version if it needs one.
    #[test]
    fn dr_24_a_closed_check_owes_nothing(steps in proptest::collection::vec((0_u8..6, 1_u128..4, 0_i64..120), 0..25)) {
        let mut check = check();
        let mut now = 0;
        for (step, n, at) in steps {
            now = at.max(now);
            let _ = match step {
                0 | 1 => add(&mut check, point(n), now),
                2 => check.answer(id(n), reply(Decision::Rejected)),
                3 => check.answer(id(n), reply(Decision::Partly)),
                4 => check.complete(hour(now)),
                _ => check.complain(id(9), "Process.".to_owned(), hour(now)),
            };
            for version in [1, 2] {
                if let Ok(closed) = check.close(version, hour(now)) {
                    prop_assert!(!check.holds_publication());
                    prop_assert!(check.points().all(|(_, reply)| reply.is_some()));
                    let changes = check.points().any(|(_, reply)| reply.unwrap().decision.changes_the_draft());
                    prop_assert!(!changes || closed == Closed::NewDraft);
                }
            }
        }
    }
}
