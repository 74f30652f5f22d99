//! What holds for any facts.

use proptest::prelude::*;

use super::*;

fn place() -> impl Strategy<Value = Institution> {
    prop_oneof![
        Just(group()),
        Just(Institution::Body(OWN)),
        (100_000_u32..100_015).prop_map(at),
    ]
}

fn date() -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of((0_u64..4_000).prop_map(|days| {
        day("2017-06-01")
            .checked_add_days(chrono::Days::new(days))
            .unwrap()
    }))
}

fn kind() -> impl Strategy<Value = InterestKind> {
    (place(), date(), 0_u64..200_000, 0_u8..8).prop_map(|(with, to, pence, which)| match which {
        0 => InterestKind::Advice { with, to },
        1 => InterestKind::Financial { with, pence, to },
        2 => InterestKind::Casework { about: with, to },
        3 => InterestKind::Faith { with },
        4 => InterestKind::Transfer {
            concerning: with,
            to,
        },
        5 => InterestKind::Residence {
            schools: vec![urn(100_001)],
        },
        6 => InterestKind::Post {
            post: Post {
                to,
                ..post(900, with, None, None)
            },
        },
        _ => InterestKind::Relationship {
            nature: Relationship::Dispute,
            at: with,
        },
    })
}

fn interests() -> impl Strategy<Value = Vec<Interest>> {
    proptest::collection::vec(kind(), 0..6).prop_map(|kinds| {
        (100..)
            .zip(kinds)
            .map(|(number, kind)| interest(number, kind))
            .collect()
    })
}

fn with(interests: Vec<Interest>) -> Subject {
    Subject {
        declaration: Some(declaration(interests)),
        ..subject()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_facts_makes_no_difference(interests in interests(), turn in 0_usize..6) {
        let forwards = assess(&with(interests.clone()));
        let mut turned = interests;
        turned.reverse();
        let turn = turn.min(turned.len());
        turned.rotate_left(turn);
        let mut facts = national();
        facts.schools.reverse();
        facts.memberships.reverse();
        let mut occasion = occasion();
        occasion.members.reverse();
        prop_assert_eq!(forwards, assess_with(facts, &occasion, &with(turned)));
    }

    #[test]
    fn another_interest_never_improves_the_outcome(interests in interests(), more in kind()) {
        let before = assess(&with(interests.clone()));
        let after = assess(&with([interests, vec![interest(999, more)]].concat()));
        prop_assert!(after.outcome() >= before.outcome());
        for one in before.matches().iter().filter(|one| one.rule != Rule::C10) {
            prop_assert!(after.matches().contains(one));
        }
        for one in after.matches() {
            prop_assert!(one.outcome <= one.rule.at_worst());
        }
    }

    #[test]
    fn dr_14_no_bar_leads_to_access(interests in interests(), confirmed in any::<bool>()) {
        let mut made = declaration(interests);
        if !confirmed {
            made.confirmed_at = None;
        }
        let assessment = assess(&Subject { declaration: Some(made.clone()), ..subject() });
        let on = day("2027-02-01");
        let by = decider();
        let deciding = Deciding { ruling: Ruling::Clear, reasons: "Seen.", by: &by, lead: LEAD, on };
        let decision = decide(&assessment, &made, deciding, &ConflictPolicy::default());
        let assignment = Assignment { person: PERSON, inspection: INSPECTION, withdrawn_on: None };
        let granted = access(&assignment, &assessment, decision.as_ref().ok(), on).is_ok();
        prop_assert_eq!(granted, assessment.outcome() != Outcome::Bar);
    }

    #[test]
    fn dr_18_more_mitigations_never_permit_more(
        mask in 0_u8..64, extra in 0_usize..6, attempt in 0_u8..6,
        school in any::<bool>(), theme in any::<bool>(), evidence in any::<bool>(),
        partner in any::<bool>(),
    ) {
        use crate::theme::Theme;
        let all = [
            Mitigation::RecusedFromSchools { schools: [urn(100_001)].into() },
            Mitigation::NotLeadOnThemes { themes: [Theme::Inclusion].into() },
            Mitigation::PairedWithHmi { hmi: LEAD },
            Mitigation::NoAccessToEvidence { evidence: [id(5)].into() },
            Mitigation::NotSoleAuthor,
            Mitigation::DisclosedInReport,
        ];
        let scope = Scope {
            schools: school.then(|| urn(100_001)).into_iter().collect(),
            themes: theme.then_some(Theme::Inclusion).into_iter().collect(),
            evidence: evidence.then(|| id(5)).into_iter().collect(),
            with: partner.then_some(LEAD).into_iter().collect(),
        };
        let attempt = match attempt {
            0 => Attempt::OpenEvidence(scope),
            1 => Attempt::Visit(scope),
            2 => Attempt::AuthorFinding(scope),
            3 => Attempt::EditFinding(scope),
            4 => Attempt::SignOff(scope),
            _ => Attempt::LeadOnThemes(scope),
        };
        let some: Vec<Mitigation> = all.iter().enumerate()
            .filter(|(index, _)| mask & (1 << index) != 0)
            .map(|(_, one)| one.clone())
            .collect();
        let more = [some.clone(), vec![all[extra].clone()]].concat();
        prop_assert!(permits(&more, &attempt).is_err() || permits(&some, &attempt).is_ok());
        prop_assert!(permits(&[], &attempt).is_ok());
    }
}
