#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::{
    body::BodyKind,
    conflict::{Outcome, Rule},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn home(body: u128, region: &str, kind: BodyKind) -> Home {
    Home {
        groups: vec![HomeGroup {
            body: id(body),
            kind: Some(kind),
            schools: 5,
            regions: BTreeSet::from([region.to_owned()]),
            posts: BTreeSet::from([id(500)]),
        }],
    }
}

fn person(engagement: Engagement) -> Person {
    let employer = Institution::Body(id(2));
    Person {
        id: id(20),
        name: "A. N. Other".to_owned(),
        engagement,
        offices: BTreeSet::new(),
        qualifications: Qualifications {
            initial_training: Some(day("2024-01-10")),
            shadow: Some(day("2024-02-10")),
            sign_off: Some(day("2024-03-10")),
            annual_update: Some(day("2026-09-01")),
            lead_training: Some(day("2025-09-01")),
            endorsement: Some(Endorsement {
                by: employer.clone(),
                on: day("2026-09-01"),
            }),
            barred_since: None,
        },
        posts: vec![Post {
            id: id(500),
            at: employer,
            capacity: Capacity::Employee,
            level: Level::Leadership,
            from: Some(day("2020-01-01")),
            to: None,
        }],
    }
}

fn closed(person: &Person, seat: Seat, on: &str) -> Vec<(Requirement, GateReason)> {
    let from = home(2, "North West", BodyKind::MultiAcademyTrust);
    match fit(person, seat, &from, day(on), &TeamPolicy::default()) {
        Ok(()) => Vec::new(),
        Err(gates) => gates
            .iter()
            .map(|gate| (gate.requirement, gate.reason))
            .collect(),
    }
}

#[test]
fn dates_act_as_gates_to_the_day() {
    let practitioner = person(Engagement::Practitioner);
    let none: [(Requirement, GateReason); 0] = [];
    assert_eq!(closed(&practitioner, Seat::Member, "2027-03-02"), none);
    // An update of 1 September counts for 365 days, its own included.
    assert_eq!(closed(&practitioner, Seat::Member, "2027-08-31"), none);
    assert_eq!(
        closed(&practitioner, Seat::Member, "2027-09-01"),
        [(Requirement::AnnualUpdate, GateReason::Lapsed)]
    );
    let mut booked = practitioner.clone();
    booked.qualifications.sign_off = Some(day("2027-03-03"));
    assert_eq!(
        closed(&booked, Seat::Member, "2027-03-02"),
        [(Requirement::SignOff, GateReason::NotYet)]
    );
    assert_eq!(closed(&booked, Seat::Member, "2027-03-03"), none);
    let mut early = practitioner.clone();
    early.qualifications.sign_off = Some(day("2024-02-09"));
    assert_eq!(
        closed(&early, Seat::Member, "2027-03-02"),
        [(Requirement::SignOff, GateReason::OutOfOrder)]
    );
    let mut barred = practitioner;
    barred.qualifications.barred_since = Some(day("2027-03-02"));
    assert_eq!(closed(&barred, Seat::Member, "2027-03-01"), none);
    assert_eq!(
        closed(&barred, Seat::Member, "2027-03-02"),
        [(Requirement::NotBarred, GateReason::Excluded)]
    );
}

#[test]
fn a_gate_says_which_date_would_open_it() {
    let mut late = person(Engagement::Hmi);
    late.qualifications.annual_update = Some(day("2025-09-01"));
    let from = Home::default();
    let gates = fit(
        &late,
        Seat::Member,
        &from,
        day("2027-03-02"),
        &TeamPolicy::default(),
    )
    .unwrap_err();
    assert_eq!(gates[0].counted_until, Some(day("2026-08-31")));
    let needed = gates[0].needed.unwrap();
    let (first, last) = (needed.from.unwrap(), needed.to);
    assert_eq!((first, last), (day("2026-03-03"), day("2027-03-02")));
    for (update, opens) in [(first, true), (first.pred_opt().unwrap(), false)] {
        late.qualifications.annual_update = Some(update);
        let result = fit(&late, Seat::Member, &from, last, &TeamPolicy::default());
        assert_eq!(result.is_ok(), opens);
    }
}

#[test]
fn practitioners_need_a_post_and_its_employers_endorsement() {
    let mut retired = person(Engagement::Practitioner);
    retired.posts[0].to = Some(day("2027-03-01"));
    assert_eq!(
        closed(&retired, Seat::Member, "2027-03-02"),
        [
            (Requirement::Endorsement, GateReason::OtherEmployer),
            (Requirement::LeadershipPost, GateReason::Lapsed),
        ]
    );
    let mut trustee = person(Engagement::Practitioner);
    trustee.posts[0].capacity = Capacity::Trustee;
    assert!(
        closed(&trustee, Seat::Member, "2027-03-02")
            .contains(&(Requirement::LeadershipPost, GateReason::Missing))
    );
    // HMI need neither.
    retired.engagement = Engagement::Hmi;
    assert_eq!(closed(&retired, Seat::Member, "2027-03-02"), []);
}

fn group() -> Assembled {
    Assembled {
        body: id(1),
        kind: BodyKind::MultiAcademyTrust,
        schools: 10,
        regions: BTreeSet::from(["London".to_owned()]),
    }
}

fn seated(number: u128, seat: Seat, engagement: Engagement, home: Home) -> Seated {
    Seated {
        person: id(number),
        seat,
        engagement,
        home,
    }
}

fn sound() -> Vec<Seated> {
    let north = home(2, "North West", BodyKind::MultiAcademyTrust);
    vec![
        seated(20, Seat::Lead, Engagement::Hmi, Home::default()),
        seated(21, Seat::Member, Engagement::Practitioner, north),
    ]
}

#[test]
fn dr_13_the_lead_is_an_hmi_with_current_training() {
    let mut lead = person(Engagement::Hmi);
    assert_eq!(closed(&lead, Seat::Lead, "2027-03-02"), []);
    lead.qualifications.annual_update = Some(day("2027-09-02"));
    assert_eq!(
        closed(&lead, Seat::Lead, "2027-09-02"),
        [(Requirement::LeadTraining, GateReason::Lapsed)]
    );
    let practitioner = person(Engagement::Practitioner);
    assert_eq!(
        closed(&practitioner, Seat::Lead, "2027-03-02"),
        [(Requirement::Hmi, GateReason::Excluded)]
    );
}

#[test]
fn dr_13_a_team_has_what_it_needs() {
    let policy = TeamPolicy::default();
    let check = |team: &[Seated]| assemble(team, &group(), &policy);
    assert_eq!(check(&sound()), Ok(vec![]));
    assert_eq!(check(&sound()[..1]), Err(vec![Fault::NoPractitioner]));
    assert_eq!(
        check(&sound()[1..]),
        Err(vec![
            Fault::NoLead,
            Fault::NoHmi,
            Fault::PractitionersOutnumber {
                practitioners: 1,
                hmis: 0
            },
        ])
    );
    let mut near = sound();
    near[1].home = home(2, "London", BodyKind::MultiAcademyTrust);
    assert_eq!(check(&near), Err(vec![Fault::NoneFromElsewhere]));
    near[1].home.groups[0].regions.clear();
    assert_eq!(check(&near), Ok(vec![Note::RegionNotKnown]));
    let mut other = sound();
    other[1].home = home(2, "North West", BodyKind::Federation);
    assert_eq!(check(&other), Ok(vec![Note::NoneFromSameKind]));
    let mut large = sound();
    for number in 30..33 {
        let member = seated(number, Seat::Member, Engagement::Hmi, Home::default());
        large.push(member);
    }
    assert_eq!(
        check(&large),
        Err(vec![Fault::AboveCap { people: 5, cap: 4 }])
    );
    assert_eq!(
        [5, 6, 15, 16, 40, 41].map(|schools| cap(schools, &policy)),
        [3, 4, 4, 6, 6, 8].map(Some)
    );
}

#[test]
fn dr_27_author_lead_and_quality_assurer_are_three_people() {
    let duties = |author, lead, assurer| Duties {
        author: id(author),
        lead: id(lead),
        quality_assurer: id(assurer),
    };
    let check = |duties: &Duties| separate_duties(duties, &sound());
    assert_eq!(check(&duties(22, 20, 40)), Ok(()));
    assert_eq!(check(&duties(20, 20, 40)), Err(DutyFault::AuthorLeads));
    assert_eq!(check(&duties(40, 20, 40)), Err(DutyFault::AuthorAssures));
    assert_eq!(check(&duties(22, 20, 20)), Err(DutyFault::LeadAssures));
    assert_eq!(check(&duties(22, 20, 21)), Err(DutyFault::TeamAssures));
}

fn candidate(number: u128, engagement: Engagement, home: Home) -> Candidate {
    Candidate {
        person: id(number),
        engagement,
        home,
        member: Ok(()),
        lead: Ok(()),
        outcome: Outcome::Clear,
        barred_by: BTreeSet::new(),
        available: true,
        recent: 0,
    }
}

/// HMIs 100 to 105 and practitioners 200 to 207 of groups 2 to 9.
fn candidates() -> Vec<Candidate> {
    let hmi = (100..106).map(|n| candidate(n, Engagement::Hmi, Home::default()));
    let practitioner = (200..208).map(|n| {
        let from = home(n - 198, "North West", BodyKind::MultiAcademyTrust);
        candidate(n, Engagement::Practitioner, from)
    });
    hmi.chain(practitioner).collect()
}

fn request() -> Request {
    Request {
        inspection: id(10),
        group: group(),
        people: None,
        practitioners: None,
    }
}

#[test]
fn a_proposal_ranks_teams_and_explains_everybody_else() {
    let mut people = candidates();
    people[6].outcome = Outcome::Bar;
    people[6].barred_by = BTreeSet::from([Rule::C10]);
    people[7].available = false;
    people.push(candidate(300, Engagement::Contracted, Home::default()));
    let proposal = propose(&people, &request(), &TeamPolicy::default());
    assert_eq!(proposal.teams.len(), 3);
    let mut seen = BTreeSet::new();
    for team in &proposal.teams {
        assert!(assemble(&team.seats, &group(), &TeamPolicy::default()).is_ok());
        assert_eq!(team.seats.len(), 4);
        assert!(team.seats.iter().all(|seat| seen.insert(seat.person)));
    }
    let why = |number| {
        let mut left = proposal.left_out.iter();
        &left.find(|left| left.person == id(number)).unwrap().why
    };
    let rules = BTreeSet::from([Rule::C10]);
    assert_eq!(*why(200), [Why::Barred { rules }]);
    assert_eq!(*why(201), [Why::NotFree]);
    assert_eq!(*why(300), [Why::NeitherHmiNorPractitioner]);
    assert_eq!(seen.len() + proposal.left_out.len(), people.len());
    people.reverse();
    let again = propose(&people, &request(), &TeamPolicy::default());
    assert_eq!(again, proposal);
}

#[test]
fn people_with_nothing_to_refer_and_less_work_come_first() {
    let mut people = candidates();
    for one in &mut people {
        one.recent = 1;
    }
    people[8].recent = 0;
    people[9].recent = 0;
    people[9].outcome = Outcome::Refer;
    let proposal = propose(&people, &request(), &TeamPolicy::default());
    assert_eq!(proposal.teams[0].seats[2].person, id(202));
    assert!(
        proposal.teams[0]
            .seats
            .iter()
            .all(|seat| seat.person != id(203))
    );
}

#[test]
fn a_proposal_without_a_practitioner_from_elsewhere_says_so() {
    let mut people = candidates();
    for one in &mut people[6..] {
        one.home.groups[0].regions = BTreeSet::from(["London".to_owned()]);
    }
    let proposal = propose(&people, &request(), &TeamPolicy::default());
    assert!(proposal.teams.is_empty());
    assert_eq!(proposal.shortfall, Some(Shortfall::NoneFromElsewhere));
    assert_eq!(proposal.left_out.len(), people.len());
}
