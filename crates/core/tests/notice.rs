//! Who is told, by kind of body: the table of domain.md 9.5.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use std::collections::BTreeSet;

use group_inspection_core::{
    body::BodyKind,
    inspection::{ActionKind, To, transition},
    notice::{
        Circle::{self, Body, Entitled, Public},
        EVENTS, GroupFacts, Occasion, Post,
        Post::*,
        Stage, Telling, addressees,
    },
};

/// A group of which everything is to be told to somebody.
fn facts() -> GroupFacts {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    GroupFacts {
        religious_authorities: names(&["CE23", "RC01"]),
        local_authorities: names(&["201"]),
        member_schools: ["100001", "100002"]
            .iter()
            .map(|urn| urn.parse().unwrap())
            .collect(),
        sponsors: names(&["A sponsor"]),
        foundations: names(&["A foundation"]),
        charity: true,
        staff_associations: names(&["An association"]),
    }
}

const FAITH: [&str; 2] = ["CE23", "RC01"];
const SCHOOLS: [&str; 2] = ["100001", "100002"];

/// The body's offices, and whom else the table names, with whose they are.
fn table(kind: BodyKind) -> (Vec<Post>, Vec<(Post, Vec<&'static str>)>) {
    let one = Vec::new;
    let faith = (ReligiousAuthority, FAITH.to_vec());
    let authority = (LocalAuthority, vec!["201"]);
    match kind {
        BodyKind::MultiAcademyTrust
        | BodyKind::SingleAcademyTrust
        | BodyKind::SecureSingleAcademyTrust => (
            vec![ChairOfTrustees, AccountingOfficer, MembersContact],
            vec![
                (RegionsGroup, one()),
                faith,
                authority,
                (Sponsor, vec!["A sponsor"]),
                (Foundation, vec!["A foundation"]),
            ],
        ),
        BodyKind::LocalAuthority => (
            vec![
                ChiefExecutive,
                DirectorOfChildrensServices,
                LeadMember,
                ChiefFinanceOfficer,
            ],
            vec![(ScrutinyChair, one()), (RegionsGroup, one()), faith],
        ),
        BodyKind::Federation => (
            vec![ChairOfGovernors, ExecutiveHead, Clerk],
            vec![authority, faith, (Foundation, vec!["A foundation"])],
        ),
        BodyKind::Diocese => (
            vec![
                DirectorOfEducation,
                DiocesanSecretary,
                ChairOfBoardOfEducation,
            ],
            vec![
                (GoverningBody, SCHOOLS.to_vec()),
                authority,
                (RegionsGroup, one()),
            ],
        ),
        BodyKind::FoundationTrust | BodyKind::UmbrellaTrust | BodyKind::SchoolSponsor => (
            vec![Chair, CompanySecretary],
            vec![(GoverningBody, SCHOOLS.to_vec()), authority, faith],
        ),
        BodyKind::IndependentGroup => (
            vec![Proprietor, PrincipalOfficer],
            vec![
                (IndependentEducationTeam, one()),
                (SchoolInspectorates, one()),
                (CharityCommission, one()),
                faith,
            ],
        ),
        BodyKind::NonMaintainedSpecialGroup => (
            vec![Chair, PrincipalOfficer],
            vec![
                (RegionsGroup, one()),
                (CharityCommission, one()),
                authority,
                faith,
            ],
        ),
    }
}

fn expected(kind: BodyKind) -> BTreeSet<(Circle, Post, Option<String>)> {
    let (body, also) = table(kind);
    let mut all: BTreeSet<_> = body.into_iter().map(|post| (Body, post, None)).collect();
    let everybody = [
        (HeadOfMemberSchool, SCHOOLS.to_vec()),
        (StaffAssociation, vec!["An association"]),
        (Subscribers, Vec::new()),
    ];
    let lists = also
        .into_iter()
        .map(|line| (Entitled, line))
        .chain(everybody.into_iter().map(|line| (Public, line)));
    for (circle, (post, whose)) in lists {
        if whose.is_empty() {
            all.insert((circle, post, None));
        }
        for of in whose {
            all.insert((circle, post, Some(of.to_owned())));
        }
    }
    all
}

fn told(
    occasion: Occasion,
    kind: BodyKind,
    facts: &GroupFacts,
) -> BTreeSet<(Circle, Post, Option<String>)> {
    addressees(occasion, kind, facts)
        .into_iter()
        .map(|one| (one.circle, one.post, one.of))
        .collect()
}

#[test]
fn each_kind_of_body_has_its_recipients() {
    for kind in BodyKind::ALL {
        assert_eq!(
            told(Occasion::Published, kind, &facts()),
            expected(kind),
            "{kind:?}"
        );
    }
}

#[test]
fn the_body_comes_first_then_those_entitled_then_the_public() {
    for kind in BodyKind::ALL {
        let all = expected(kind);
        let of = |circles: &[Circle]| -> BTreeSet<_> {
            all.iter()
                .filter(|one| circles.contains(&one.0))
                .cloned()
                .collect()
        };
        for (occasion, circles) in [
            (Occasion::DraftDelivered, &[Body][..]),
            (Occasion::FinalUnderEmbargo, &[Body]),
            (Occasion::EarlyCopy, &[Entitled]),
            (Occasion::FinalRecalled, &[Body]),
            (Occasion::EarlyCopyRecalled, &[Entitled]),
            (Occasion::Corrected, &[Body, Entitled, Public]),
            (Occasion::ResponsePublished, &[Body, Entitled, Public]),
            (Occasion::ReportWithdrawn, &[Body, Entitled, Public]),
        ] {
            assert_eq!(
                told(occasion, kind, &facts()),
                of(circles),
                "{kind:?} {occasion:?}"
            );
        }
    }
}

#[test]
fn nobody_is_told_without_a_reason_in_the_group() {
    for kind in BodyKind::ALL {
        for (_, post, of) in told(Occasion::Published, kind, &GroupFacts::default()) {
            assert_eq!(of, None, "{kind:?} {post:?}");
            assert_ne!(post, CharityCommission, "{kind:?}");
        }
    }
}

#[test]
fn what_the_body_is_told_of_can_be_asked_for() {
    let all = Occasion::ALL;
    let names: BTreeSet<&str> = all.iter().map(|occasion| occasion.event()).collect();
    assert_eq!(names.len(), all.len());
    for occasion in all {
        let to_body = occasion.circles().contains(&Body);
        assert_eq!(EVENTS.contains(&occasion.event()), to_body, "{occasion:?}");
    }
}

/// The table of the guide, from what is told.
fn guide() -> Vec<String> {
    let told = |telling: Telling| match telling {
        Telling::Of(occasions) => {
            let (names, whom): (Vec<String>, Vec<String>) = occasions
                .iter()
                .map(|occasion| {
                    let whom = occasion.circles().iter().map(|circle| match circle {
                        Body => "body",
                        Entitled => "those entitled",
                        Public => "everybody",
                    });
                    let whom: Vec<&str> = whom.collect();
                    (format!("`{}`", occasion.event()), whom.join(", "))
                })
                .unzip();
            (names.join("; "), whom.join("; "))
        }
        Telling::Silent(why) => ("none".to_owned(), why.to_owned()),
    };
    let stages = [
        (false, false, ""),
        (true, false, " after the early copy"),
        (false, true, " of a public report"),
    ];
    let mut lines = Vec::new();
    for kind in ActionKind::ALL {
        let mut seen = BTreeSet::new();
        for (early_copy, public, after) in stages {
            let (names, whom) = told(Telling::of(kind, Stage { early_copy, public }));
            if !seen.insert(names.clone()) {
                continue;
            }
            let state = match transition(kind).unwrap().to {
                To::State(state) => format!("`{}`", state.code()),
                To::Same => "same".to_owned(),
            };
            lines.push(format!(
                "| `{}`{after} | {state} | {names} | {whom} |",
                kind.code()
            ));
        }
    }
    lines
}

#[test]
fn the_guide_says_for_each_action_who_is_told_of_it() {
    let text = include_str!("../../../docs/API.md");
    let written: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("| action | state then |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(written, guide(), "\n{}\n", guide().join("\n"));
}

#[test]
fn whatever_is_told_to_nobody_has_a_reason() {
    for kind in ActionKind::ALL {
        match Telling::of(kind, Stage::default()) {
            Telling::Of(occasions) => assert!(!occasions.is_empty(), "{kind:?}"),
            Telling::Silent(why) => assert!(why.ends_with('.') && why.len() > 20, "{kind:?}"),
        }
    }
}
