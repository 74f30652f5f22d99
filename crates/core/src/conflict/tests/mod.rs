//! A small country for the tests: the group under inspection (body 1, schools
//! 100001 and 100002), the person's group (body 2, school 100011) far away.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod handling;
mod properties;
mod rules;
mod speed;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::*;
use crate::{
    Urn,
    body::{BodyKind, MemberRole},
    school::{GridPoint, Phase},
    team::{Capacity, Institution, Level, Office, Post},
};

const GROUP: Uuid = Uuid::from_u128(1);
const OWN: Uuid = Uuid::from_u128(2);
const DIOCESE: Uuid = Uuid::from_u128(3);
const INSPECTION: Uuid = Uuid::from_u128(10);
const PERSON: Uuid = Uuid::from_u128(20);
const LEAD: Uuid = Uuid::from_u128(21);
const OFFICER: Uuid = Uuid::from_u128(22);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn urn(number: u32) -> Urn {
    number.try_into().unwrap()
}

fn at(number: u32) -> Institution {
    Institution::School(urn(number))
}

fn group() -> Institution {
    Institution::Body(GROUP)
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn school(number: u32, la: &str, phase: Phase, easting: i32) -> School {
    School {
        urn: urn(number),
        la: Some(la.to_owned()),
        region: Some(format!("Region of {la}")),
        phase: Some(phase),
        at: Some(GridPoint {
            easting,
            northing: 200_000,
        }),
        open: true,
    }
}

fn member(number: u32, body: Uuid, from: &str, to: Option<&str>) -> Membership {
    Membership {
        school: urn(number),
        body,
        role: MemberRole::Responsible,
        from: day(from),
        to: to.map(day),
    }
}

fn associate(number: u32, body: Uuid) -> Membership {
    Membership {
        role: MemberRole::Associate,
        ..member(number, body, "2015-09-01", None)
    }
}

fn national() -> National {
    National {
        schools: vec![
            school(100_001, "201", Phase::Primary, 100_000),
            school(100_002, "201", Phase::Secondary, 101_000),
            school(100_011, "302", Phase::Primary, 400_000),
            school(100_012, "302", Phase::Secondary, 401_000),
        ],
        bodies: [
            (GROUP, BodyKind::MultiAcademyTrust),
            (OWN, BodyKind::MultiAcademyTrust),
            (DIOCESE, BodyKind::Diocese),
        ]
        .into(),
        memberships: vec![
            member(100_001, GROUP, "2018-09-01", None),
            member(100_002, GROUP, "2018-09-01", None),
            member(100_011, OWN, "2018-09-01", None),
            member(100_012, OWN, "2018-09-01", None),
        ],
        ..National::default()
    }
}

/// Fieldwork on 2 March 2027; look-backs of six years reach 2 March 2021.
fn occasion() -> Occasion {
    Occasion {
        inspection: INSPECTION,
        body: GROUP,
        members: vec![urn(100_001), urn(100_002)],
        frozen_at: Some(moment("2027-01-20T09:00:00Z")),
        fieldwork: day("2027-03-02"),
        opened_on: day("2027-01-15"),
        published_on: None,
        denominational: false,
        today: day("2027-02-01"),
    }
}

fn post(number: u128, at: Institution, from: Option<&str>, to: Option<&str>) -> Post {
    Post {
        id: id(number),
        at,
        capacity: Capacity::Employee,
        level: Level::Leadership,
        from: from.map(day),
        to: to.map(day),
    }
}

fn interest(number: u128, kind: InterestKind) -> Interest {
    Interest {
        id: id(number),
        kind,
        detail: Restricted("in confidence".to_owned()),
    }
}

fn declaration(interests: Vec<Interest>) -> Declaration {
    Declaration {
        id: id(30),
        person: PERSON,
        inspection: INSPECTION,
        made_on: day("2027-01-18"),
        confirmed_at: Some(moment("2027-01-21T09:00:00Z")),
        interests,
    }
}

/// Somebody from body 2 with nothing to declare.
fn subject() -> Subject {
    Subject {
        person: PERSON,
        posts: vec![post(40, Institution::Body(OWN), Some("2019-01-01"), None)],
        declaration: Some(declaration(Vec::new())),
        concerns: Vec::new(),
    }
}

fn assess_with(facts: National, occasion: &Occasion, subject: &Subject) -> Assessment {
    let policy = ConflictPolicy::default();
    let screen = Screen::new(facts, occasion.today, &policy);
    screen.target(occasion).assess(subject)
}

fn assess(subject: &Subject) -> Assessment {
    assess_with(national(), &occasion(), subject)
}

fn found(assessment: &Assessment) -> Vec<(Rule, Outcome)> {
    assessment
        .matches()
        .iter()
        .map(|one| (one.rule, one.outcome))
        .collect()
}

/// What one declared interest comes to.
fn declared(kind: InterestKind) -> Vec<(Rule, Outcome)> {
    found(&assess(&Subject {
        declaration: Some(declaration(vec![interest(50, kind)])),
        ..subject()
    }))
}

fn decider() -> Decider {
    Decider {
        person: OFFICER,
        offices: BTreeSet::from([Office::DecisionMaker]),
    }
}
