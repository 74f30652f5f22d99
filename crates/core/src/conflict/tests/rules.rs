//! Each rule by example, both ways, to the day.

use InterestKind as Kind;
use Outcome::{Bar, Disclose, Refer};

use super::*;

fn with_post(held: Post) -> Vec<(Rule, Outcome)> {
    let mut subject = subject();
    subject.posts.push(held);
    found(&assess(&subject))
}

fn facts(facts: National) -> Vec<(Rule, Outcome)> {
    found(&assess_with(facts, &occasion(), &subject()))
}

const NONE: [(Rule, Outcome); 0] = [];

#[test]
fn nothing_found_is_clear() {
    assert_eq!(assess(&subject()).outcome(), Outcome::Clear);
}

#[test]
fn c01_a_present_post_in_the_body_or_a_member_school_bars() {
    assert_eq!(with_post(post(41, group(), None, None)), [(Rule::C01, Bar)]);
    let school = post(41, at(100_001), None, Some("2027-02-01"));
    assert_eq!(with_post(school), [(Rule::C01, Bar)]);
    let yesterday = post(41, at(100_001), None, Some("2027-01-31"));
    assert_eq!(with_post(yesterday), [(Rule::C02, Bar)]);
    let elsewhere = post(41, Institution::Other("A charity".to_owned()), None, None);
    assert_eq!(with_post(elsewhere), NONE);
}

#[test]
fn c01_a_school_that_joined_after_the_freeze_counts() {
    let mut later = national();
    later
        .schools
        .push(school(100_003, "201", Phase::Primary, 102_000));
    later
        .memberships
        .push(member(100_003, GROUP, "2027-01-25", None));
    let mut subject = subject();
    subject.posts = vec![post(41, at(100_003), None, None)];
    assert_eq!(
        found(&assess_with(later, &occasion(), &subject)),
        [(Rule::C01, Bar)]
    );
}

#[test]
fn c02_a_past_post_bars_for_six_years_to_the_day() {
    let ended = |to| with_post(post(41, group(), None, Some(to)));
    assert_eq!(ended("2021-03-02"), [(Rule::C02, Bar)]);
    assert_eq!(ended("2021-03-01"), [(Rule::C03, Disclose)]);
}

#[test]
fn c02_predecessors_and_former_members_count() {
    let mut held = national();
    held.predecessors = vec![(urn(100_001), urn(100_101)), (urn(100_101), urn(100_201))];
    held.memberships
        .push(member(100_005, GROUP, "2018-09-01", Some("2024-09-01")));
    let mut subject = subject();
    subject
        .posts
        .push(post(41, at(100_201), None, Some("2022-07-31")));
    assert_eq!(
        found(&assess_with(held.clone(), &occasion(), &subject)),
        [(Rule::C02, Bar)]
    );
    // Still in post at a school that left the group: that tie ended when it left.
    subject.posts[1] = post(41, at(100_005), Some("2020-09-01"), None);
    assert_eq!(
        found(&assess_with(held.clone(), &occasion(), &subject)),
        [(Rule::C02, Bar)]
    );
    // In post there only after it left.
    subject.posts[1] = post(41, at(100_005), Some("2024-09-01"), None);
    assert_eq!(found(&assess_with(held, &occasion(), &subject)), NONE);
}

#[test]
fn c03_an_older_post_is_disclosed_and_at_the_top_referred() {
    let old = post(41, group(), None, Some("2021-03-01"));
    assert_eq!(with_post(old.clone()), [(Rule::C03, Disclose)]);
    let level = Level::Top;
    assert_eq!(with_post(Post { level, ..old }), [(Rule::C03, Refer)]);
}

/// A declared interest that ended on a day counts on the first, not the second.
fn edge(rule: Rule, outcome: Outcome, counts: &str, not: &str, kind: impl Fn(NaiveDate) -> Kind) {
    assert_eq!(declared(kind(day(counts))), [(rule, outcome)], "{counts}");
    assert_eq!(declared(kind(day(not))), NONE, "{not}");
}

#[test]
fn c04_advice_bars_for_six_years() {
    let advice = |to| Kind::Advice { with: group(), to };
    edge(Rule::C04, Bar, "2021-03-02", "2021-03-01", |to| {
        advice(Some(to))
    });
    assert_eq!(declared(advice(None)), [(Rule::C04, Bar)]);
    let elsewhere = Kind::Advice {
        with: at(100_099),
        to: None,
    };
    assert_eq!(declared(elsewhere), NONE);
}

#[test]
fn c05_an_application_bars_for_six_years() {
    let applied = |to| Kind::Application { with: group(), to };
    edge(Rule::C05, Bar, "2021-03-02", "2021-03-01", |to| {
        applied(Some(to))
    });
    assert_eq!(declared(applied(None)), [(Rule::C05, Bar)]);
}

#[test]
fn c06_an_offer_bars_from_opening_until_a_year_after_publication() {
    let offer = |on: &str| {
        let kind = Kind::Offer {
            by: group(),
            on: day(on),
        };
        let mut subject = subject();
        subject.declaration = Some(Declaration {
            made_on: day("2028-06-01"),
            ..declaration(vec![interest(50, kind)])
        });
        let occasion = Occasion {
            published_on: Some(day("2027-06-10")),
            today: day("2028-06-30"),
            ..occasion()
        };
        found(&assess_with(national(), &occasion, &subject))
    };
    assert_eq!(offer("2027-01-15"), [(Rule::C06, Bar)]);
    assert_eq!(offer("2028-06-10"), [(Rule::C06, Bar)]);
    assert_eq!(offer("2027-01-14"), [(Rule::C05, Bar)]);
    assert_eq!(offer("2028-06-11"), [(Rule::C05, Bar)]);
    assert_eq!(offer("2021-03-01"), NONE);
    assert!(Rule::C06.is_incident());
}

#[test]
fn c07_close_family_bars() {
    let family = |tie, to| Kind::Family {
        relation: Relation::Sibling,
        at: at(100_001),
        tie,
        to,
    };
    for tie in [FamilyTie::Employed, FamilyTie::Governs, FamilyTie::Pupil] {
        assert_eq!(declared(family(tie, None)), [(Rule::C07, Bar)]);
    }
    edge(Rule::C07, Bar, "2021-03-02", "2021-03-01", |to| {
        family(FamilyTie::Employed, Some(to))
    });
    for tie in [FamilyTie::Governs, FamilyTie::Pupil] {
        edge(Rule::C07, Bar, "2027-02-01", "2027-01-31", |to| {
            family(tie, Some(to))
        });
    }
}

#[test]
fn c08_a_friendship_or_dispute_is_referred() {
    for nature in [Relationship::Friendship, Relationship::Dispute] {
        assert_eq!(
            declared(Kind::Relationship {
                nature,
                at: group()
            }),
            [(Rule::C08, Refer)]
        );
    }
    let nature = Relationship::Friendship;
    assert_eq!(
        declared(Kind::Relationship {
            nature,
            at: at(100_099)
        }),
        NONE
    );
}

#[test]
fn c09_a_financial_interest_is_referred_and_if_material_bars() {
    let held = |pence, to| {
        declared(Kind::Financial {
            with: group(),
            pence,
            to,
        })
    };
    assert_eq!(held(100_000, None), [(Rule::C09, Refer)]);
    assert_eq!(held(100_001, None), [(Rule::C09, Bar)]);
    assert_eq!(held(100_001, Some(day("2027-01-31"))), NONE);
}

fn neighbour(la: &str, phase: Option<Phase>, metres: i32) -> Vec<(Rule, Outcome)> {
    let mut near = national();
    near.schools[2] = School {
        phase,
        ..school(100_011, la, Phase::Primary, 100_000 - metres)
    };
    facts(near)
}

#[test]
fn c10_a_neighbour_of_the_same_phase_bars_or_is_referred() {
    let primary = Some(Phase::Primary);
    assert_eq!(neighbour("302", primary, 5_000), [(Rule::C10, Bar)]);
    assert_eq!(neighbour("302", primary, 5_001), [(Rule::C10, Refer)]);
    assert_eq!(neighbour("302", primary, 10_000), [(Rule::C10, Refer)]);
    assert_eq!(neighbour("302", primary, 10_001), NONE);
    assert_eq!(neighbour("201", primary, 90_000), [(Rule::C10, Refer)]);
    assert_eq!(neighbour("302", Some(Phase::Nursery), 100), NONE);
    assert_eq!(
        neighbour("302", Some(Phase::AllThrough), 100),
        [(Rule::C10, Bar)]
    );
    assert_eq!(neighbour("302", None, 100), [(Rule::C10, Refer)]);
    assert_eq!(neighbour("201", None, 90_000), [(Rule::C10, Refer)]);
}

#[test]
fn c10_former_employers_and_closed_schools_do_not_compete() {
    let mut near = national();
    near.schools[2] = school(100_011, "201", Phase::Primary, 100_100);
    let mut left = subject();
    left.posts[0].to = Some(day("2027-01-31"));
    assert_eq!(found(&assess_with(near.clone(), &occasion(), &left)), NONE);
    near.schools[2].open = false;
    assert_eq!(facts(near), NONE);
}

#[test]
fn c11_a_transfer_interest_of_the_employer_bars_for_three_years() {
    edge(Rule::C11, Bar, "2024-03-02", "2024-03-01", |to| {
        Kind::Transfer {
            concerning: at(100_001),
            to: Some(to),
        }
    });
    let held = |by, to: &str| {
        let transfer = Transfer {
            id: id(60),
            by,
            concerning: group(),
            to: Some(day(to)),
        };
        facts(National {
            transfers: vec![transfer],
            ..national()
        })
    };
    assert_eq!(held(OWN, "2024-03-02"), [(Rule::C11, Bar)]);
    assert_eq!(held(OWN, "2024-03-01"), NONE);
    assert_eq!(held(DIOCESE, "2024-03-02"), NONE);
}

#[test]
fn c12_a_shared_organisation_is_referred() {
    let mut shared = national();
    shared.memberships.push(associate(100_001, DIOCESE));
    assert_eq!(facts(shared.clone()), NONE);
    shared.memberships.push(associate(100_012, DIOCESE));
    assert_eq!(facts(shared), [(Rule::C12, Refer)]);
    let partnership = |members| {
        facts(National {
            partnerships: vec![Partnership {
                id: id(61),
                form: PartnershipForm::Scitt,
                members,
            }],
            ..national()
        })
    };
    assert_eq!(
        partnership(vec![at(100_002), Institution::Body(OWN)]),
        [(Rule::C12, Refer)]
    );
    assert_eq!(partnership(vec![group()]), NONE);
    edge(Rule::C12, Refer, "2027-02-01", "2027-01-31", |to| {
        Kind::Partnership {
            form: PartnershipForm::BuyingConsortium,
            with: group(),
            to: Some(to),
        }
    });
}

fn past(of: Institution, person: Uuid, lead: bool, on: &str) -> PastInspection {
    PastInspection {
        inspection: id(70),
        of,
        person,
        lead,
        on: day(on),
        feeds: None,
    }
}

#[test]
fn c13_reciprocity_is_referred_for_three_years() {
    let colleague = id(80);
    let inspected = |on: &str, employer: Uuid| {
        facts(National {
            inspections: vec![past(Institution::Body(OWN), colleague, false, on)],
            posts: [(
                colleague,
                vec![post(81, Institution::Body(employer), None, None)],
            )]
            .into(),
            ..national()
        })
    };
    assert_eq!(inspected("2024-03-02", GROUP), [(Rule::C13, Refer)]);
    assert_eq!(inspected("2024-03-01", GROUP), NONE);
    assert_eq!(inspected("2024-03-02", DIOCESE), NONE);
    edge(Rule::C13, Refer, "2024-03-02", "2024-03-01", |on| {
        Kind::InspectedBy { by: group(), on }
    });
}

#[test]
fn c14_earlier_inspections_are_referred_and_leading_the_last_one_bars() {
    let done = |inspections| {
        facts(National {
            inspections,
            ..national()
        })
    };
    let of_school = |on: &str| done(vec![past(at(100_001), PERSON, true, on)]);
    assert_eq!(of_school("2021-03-02"), [(Rule::C14, Refer)]);
    assert_eq!(of_school("2021-03-01"), NONE);
    let led = past(group(), PERSON, true, "2019-05-01");
    assert_eq!(done(vec![led.clone()]), [(Rule::C14, Bar)]);
    let later = |number, on| PastInspection {
        inspection: id(number),
        ..past(group(), LEAD, true, on)
    };
    let second = vec![led.clone(), later(71, "2022-05-01")];
    assert_eq!(done(second.clone()), [(Rule::C14, Refer)]);
    let third = [second, vec![later(72, "2025-05-01")]].concat();
    assert_eq!(done(third), NONE);
    let feeding = PastInspection {
        feeds: Some(INSPECTION),
        ..past(at(100_001), PERSON, true, "2026-11-01")
    };
    assert_eq!(done(vec![feeding]), NONE);
    edge(Rule::C14, Refer, "2021-03-02", "2021-03-01", |on| {
        Kind::Inspected {
            of: at(100_001),
            lead: false,
            on,
        }
    });
}

#[test]
fn c15_review_for_another_authority_bars_for_three_years() {
    edge(Rule::C15, Bar, "2024-03-02", "2024-03-01", |to| {
        Kind::Review {
            of: group(),
            capacity: ReviewCapacity::RiseAdviser,
            to: Some(to),
        }
    });
}

#[test]
fn c16_residence_is_disclosed() {
    let lives = |number| {
        declared(Kind::Residence {
            schools: vec![urn(number)],
        })
    };
    assert_eq!(lives(100_001), [(Rule::C16, Disclose)]);
    assert_eq!(lives(100_011), NONE);
}

#[test]
fn c17_a_public_position_is_referred_for_six_years() {
    edge(Rule::C17, Refer, "2021-03-02", "2021-03-01", |to| {
        Kind::PublicPosition {
            about: group(),
            to: Some(to),
        }
    });
}

#[test]
fn c18_a_gift_above_the_sum_is_referred_for_a_year() {
    let gift = |on, pence| Kind::Gift {
        from: group(),
        on,
        pence,
    };
    edge(Rule::C18, Refer, "2026-03-02", "2026-03-01", |on| {
        gift(on, 2_501)
    });
    assert_eq!(declared(gift(day("2026-03-02"), 2_500)), NONE);
}

#[test]
fn c19_casework_is_referred_for_six_years() {
    edge(Rule::C19, Refer, "2021-03-02", "2021-03-01", |to| {
        Kind::Casework {
            about: at(100_002),
            to: Some(to),
        }
    });
}

#[test]
fn c20_faith_is_disclosed_and_for_denominational_matters_referred() {
    let mut appointed = national();
    appointed.memberships.push(associate(100_001, DIOCESE));
    let with = Institution::Body(DIOCESE);
    let mut subject = subject();
    subject.declaration = Some(declaration(vec![interest(50, Kind::Faith { with })]));
    let found_for = |denominational, facts| {
        let occasion = Occasion {
            denominational,
            ..occasion()
        };
        found(&assess_with(facts, &occasion, &subject))
    };
    assert_eq!(found_for(false, appointed.clone()), [(Rule::C20, Disclose)]);
    assert_eq!(found_for(true, appointed), [(Rule::C20, Refer)]);
    assert_eq!(found_for(true, national()), NONE);
}

#[test]
fn c21_a_declaration_must_be_there_current_and_confirmed() {
    let gap = |declaration: Option<Declaration>| {
        let assessment = assess(&Subject {
            declaration,
            ..subject()
        });
        match assessment.matches() {
            [] => None,
            [one] if (one.rule, one.outcome) == (Rule::C21, Bar) => match one.because {
                Because::Declaration { gap } => Some(gap),
                _ => panic!("{one:?}"),
            },
            more => panic!("{more:?}"),
        }
    };
    let made = |on: &str| Declaration {
        made_on: day(on),
        ..declaration(Vec::new())
    };
    assert_eq!(gap(None), Some(DeclarationGap::Missing));
    assert_eq!(gap(Some(made("2026-02-01"))), None);
    let counted_until = day("2027-01-31");
    let expired = Some(DeclarationGap::Expired { counted_until });
    assert_eq!(gap(Some(made("2026-01-31"))), expired);
    let future = Some(DeclarationGap::NotYetMade);
    assert_eq!(gap(Some(made("2027-02-02"))), future);
    let confirmed = |at: Option<&str>| Declaration {
        confirmed_at: at.map(moment),
        ..declaration(Vec::new())
    };
    let frozen_at = moment("2027-01-20T09:00:00Z");
    let unconfirmed = Some(DeclarationGap::NotConfirmed { frozen_at });
    assert_eq!(gap(Some(confirmed(None))), unconfirmed);
    assert_eq!(
        gap(Some(confirmed(Some("2027-01-20T08:59:59Z")))),
        unconfirmed
    );
    assert_eq!(gap(Some(confirmed(Some("2027-01-20T09:00:00Z")))), None);
    let other = Declaration {
        inspection: id(11),
        ..declaration(Vec::new())
    };
    assert_eq!(gap(Some(other)), Some(DeclarationGap::ForAnother));
}

#[test]
fn c22_an_open_concern_bars() {
    let named = |touching: Institution, closed_on: Option<&str>| {
        found(&assess(&Subject {
            concerns: vec![Concern {
                id: id(90),
                touching,
                closed_on: closed_on.map(day),
            }],
            ..subject()
        }))
    };
    assert_eq!(named(at(100_001), None), [(Rule::C22, Bar)]);
    assert_eq!(named(group(), Some("2027-02-02")), [(Rule::C22, Bar)]);
    assert_eq!(named(group(), Some("2027-02-01")), NONE);
    assert_eq!(named(at(100_011), None), NONE);
    let declared_open = Kind::NamedInConcern {
        touching: group(),
        to: None,
    };
    assert_eq!(declared(declared_open), [(Rule::C22, Bar)]);
}

#[test]
fn no_outcome_is_worse_than_its_rule_allows() {
    for rule in Rule::ALL {
        assert_eq!(Rule::from_code(rule.code()), Some(rule));
        assert_eq!(
            serde_json::to_value(rule).unwrap(),
            serde_json::json!(rule.code())
        );
        assert_ne!(rule.at_worst(), Outcome::Clear);
    }
}
